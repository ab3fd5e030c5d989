/* A rolling procedure written out: which nodes it goes to, and what it does on
 * each of them. */
#ifndef CG_ROLL_H
#define CG_ROLL_H

#include "world.h"

struct roll_names; /* the parents that templates name, for many of them */

struct roll {
	struct world *world;
	const struct procedure *p;
	struct dn_list nodes; /* in the order in which it goes to them */
	struct roll_names *names; /* by pair */
};

/* Finds the nodes as they are now: the AMF nodes of a cluster or node group, or
 * the units on them that the template selects; otherwise the EEs at or below
 * what the procedure names that the template of its innermost pair selects, but
 * none that stands on another of them. The world may change afterwards. */
void roll_begin(struct roll *, struct world *, const struct procedure *);
void roll_end(struct roll *);

/* What it does on node i, as a single-step procedure whose names are those of
 * this moment; pairs that mean nothing there are left out. The first has its
 * procInitAction, the last its procWrapupAction; without nodes i = 0 is both.
 * From the arena. */
const struct procedure *roll_step(const struct roll *, size_t i,
    struct arena *);

#endif
