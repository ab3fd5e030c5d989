/* What a campaign touches, and how much of it: the counts that a plan opens
 * with, and what kind of thing each name is. */
#ifndef CG_CENSUS_H
#define CG_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moves.h"
#include "risk_sum.h"

struct buf;
struct campaign;
struct ccb_op;
struct sequence;

struct census_procedure {
	size_t actions, hosts; /* hosts: restarted here first */
	size_t morphs; /* VMs that become others */
};

struct census {
	const struct campaign *campaign;
	size_t actions;
	size_t hosts; /* restarted */
	size_t vms; /* caught */
	size_t morphs; /* VMs that become others while they run */
	size_t services; /* at risk: down by leave of the campaign or because
	                  * nothing can be done, or one failure from that */
	size_t reduced, down; /* services with fewer units, and that go down */
	struct risks risks; /* what each procedure does to services */
	size_t levels;
	bool all_services; /* any of them may go down */
	bool rolls; /* what rolls is counted for one node: nothing says more */
	struct moves moves; /* and what else the campaign comes to */
	struct census_procedure *procedure; /* as the campaign numbers them */
	uint8_t *mark; /* by name, of those below nmark */
	uint32_t nmark;
};

/* Goes through the campaign once; census_free frees what it found. */
void census_take(struct census *, const struct campaign *,
    const struct sequence *);
void census_free(struct census *);

/* "VM", "VMM", "host", "EE", "SU"; "entity" where the campaign does not say
 * more. */
const char *census_noun(const struct census *, uint32_t name);

/* The VM whose sponsors the operation writes, or NAME_NONE. */
uint32_t census_sponsored(const struct ccb_op *);

/* The sentence of counts, without its newline. */
void census_sentence(const struct census *, struct buf *out);

/* "waves: 3 (bound 2)" in a line, where the campaign says a bound: how many
 * levels there are, and how many there must be. */
void census_waves(const struct campaign *, struct buf *out);

#endif
