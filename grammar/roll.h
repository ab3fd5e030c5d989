/* A rolling procedure written out: which nodes it goes to, and what it does on
 * each of them. */
#ifndef CG_ROLL_H
#define CG_ROLL_H

#include "world.h"

/* The nodes it goes to now, in the order in which it does: the AMF nodes of a
 * cluster or node group, or the units on them that its template selects;
 * otherwise the EEs at or below what it names that the template of its
 * innermost pair selects, but none that stands on another of them. */
void roll_nodes(struct world *, const struct procedure *, struct dn_list *);

/* What it does on node i, as a single-step procedure whose names are those of
 * this moment; pairs that mean nothing there are left out. The first has its
 * procInitAction, the last its procWrapupAction; without nodes i = 0 is both.
 * From the arena. */
const struct procedure *roll_step(struct world *, const struct procedure *,
    const struct dn_list *nodes, size_t i, struct arena *);

#endif
