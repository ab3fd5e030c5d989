/* How many services one or several procedures put at risk, each counted once,
 * and what each further failure would take down. */
#ifndef CG_RISK_SUM_H
#define CG_RISK_SUM_H

#include <stdbool.h>

#include "idmap.h"
#include "risk.h"

struct risk_failure { /* of one EE or HE */
	uint32_t name;
	uint64_t services; /* it would take down */
};

struct risk_sum {
	uint64_t reduced; /* services with fewer units than before */
	uint64_t at_risk; /* down, or one failure away from that */
	uint64_t down;
	struct risk_failure *fail; /* in the order met; of the counter */
	size_t nfail;
};

struct risk_counter { /* zero-initialise; risk_counter_free empties it */
	struct idmap seen; /* by name and turn: what it was counted for */
	struct risk_failure *fail;
	size_t fail_cap;
	uint32_t turn;
};

/* The sum over n procedures of the campaign; good until the next one. */
struct risk_sum risk_count(struct risk_counter *, const struct risks *,
    const size_t *procedure, size_t n);

/* Was the service counted as at risk in the last sum? */
bool risk_counted(const struct risk_counter *, uint32_t service);

void risk_counter_free(struct risk_counter *);

#endif
