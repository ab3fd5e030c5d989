/* The execution levels of a campaign: how many procedures each has, and how
 * long it may take. */
#ifndef CG_LEVEL_H
#define CG_LEVEL_H

#include <stddef.h>
#include <stdint.h>

struct campaign;

struct level {
	uint32_t level; /* saSmfExecLevel */
	size_t n; /* procedures */
	uint32_t phase, gate; /* of the first: cg:phase, label of the gate
	                       * before it; or NAME_NONE */
	int64_t longest, sum; /* of their periods, ns; 0: not all are known */
};

struct levels {
	struct level *v; /* in the order of execution */
	size_t n;
	/* How long all takes at most, ns: with the procedures of a level side
	 * by side, and one after the other; 0: not known. */
	int64_t together, in_turn;
};

/* order is campaign_order's. levels_free frees. */
void levels_find(struct levels *, const struct campaign *,
    const size_t *order);
void levels_free(struct levels *);

#endif
