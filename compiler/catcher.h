/* The state of catching, and single trials in it; for the files that decide
 * (catch.c, linked.c). */
#ifndef CG_CATCHER_H
#define CG_CATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catch.h"
#include "load.h"
#include "tally.h"

struct catcher {
	struct forest *f;
	const struct services *sv;
	const struct policy *policy;
	const struct catch_wishes *wish;
	struct diag *diag; /* NULL: silently */
	struct tally tally; /* by procedure */
	struct tally waves; /* by wave, where waves are asked for */
	bool apart; /* now: keep replicas in different waves */
	uint32_t *total; /* units of each SG that count */
	uint32_t *spare; /* how many of them one wave may take down */
	uint32_t *ncaught; /* VMs caught on each EE */
	struct load load;
	uint32_t *stamp; /* by EE: visited in walk number */
	uint32_t path; /* number of the walk */
	struct caught *why; /* by EE */
};

struct choice { /* a legal sponsor */
	uint32_t vmm;
	uint8_t rank; /* 0 is most preferred */
	uint32_t place; /* in the list */
};

struct conflict { /* what stands against a placing */
	uint32_t sg; /* NONE: room */
};

/* Counts what is fixed; forest, services, policy and wishes are set. why stays
 * the caller's when catcher_end frees the rest. */
void catcher_begin(struct catcher *);
void catcher_end(struct catcher *);

/* Must this group be kept up, by procedures or by waves? */
bool catcher_counts(const struct catcher *, uint32_t sg);

/* All sponsors a VM that must be caught could have; borrowed. */
const uint32_t *catcher_candidates(const struct forest *, uint32_t vm,
    const struct dep *, uint32_t *n);

/* Rank of a sponsor for a VM, or -1 and why it is out (static text). */
int catcher_rank(const struct catcher *, uint32_t vm, const struct dep *,
    uint32_t sponsor, const char **out);

/* The legal sponsors of a VM in order of preference; freed with free(). */
struct choice *catcher_choices(const struct catcher *, uint32_t vm, size_t *n);

/* Places a VM if that is safe; otherwise says what forbids it. */
bool catcher_try(struct catcher *, uint32_t vm, uint32_t sponsor,
    struct conflict *);

/* Places a VM whatever comes; takes it away again. */
void catcher_put(struct catcher *, uint32_t vm, uint32_t sponsor);
void catcher_lift(struct catcher *, uint32_t vm);

/* Keeps why a VM stands on the i-th of its choices; blocked: DN of what forbade
 * the first, or NAME_NONE. */
void catcher_remember(struct catcher *, uint32_t vm, const struct choice *,
    size_t i, uint32_t blocked);

#endif
