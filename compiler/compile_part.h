/* What the parts of compile share: the work at hand and one way to plan; for
 * compile*.c and deal.c only. */
#ifndef CG_COMPILE_PART_H
#define CG_COMPILE_PART_H

#include "compile.h"
#include "diff.h"
#include "morph.h"
#include "need.h"
#include "plan.h"
#include "verify.h"

struct work {
	struct diff d;
	struct forest f;
	struct services sv;
	struct plan p;
	struct places w;
	struct outages outages;
	struct caught *why;
	uint32_t *phase; /* phase_find's */
	struct needs *needs;
	struct morphs morphs;
	bool no_room; /* the last plan failed because a VM has nowhere to go */
};

struct attempt { /* one way to plan */
	bool waves; /* procedures may share levels */
	const uint32_t *wave; /* catch_wishes.wave */
	bool careful; /* catch_wishes.careful */
};

/* Gives up the plan that was made last. */
void compile_forget(struct work *);

/* What pleases most is tried first; where that costs a service, replicas that
 * leave on the way are no longer relied upon. */
bool compile_try(struct work *, const struct compile_options *,
    struct attempt);

#endif
