/* Where VMs go when the campaign completes: they get the sponsors of the target,
 * and what stands on none of these moves (capacities of the policy). */
#ifndef CG_MOBILISE_H
#define CG_MOBILISE_H

#include <stdbool.h>

#include "plan.h"

struct diag;
struct room;

/* After all procedures are laid down: writes the plan's moves where some VM
 * cannot go to the first sponsor of its list. False if one has no room, or all
 * that should move wait for each other: reported (diag NULL: silently). */
bool mobilise_run(struct plan *, const struct room *, struct diag *);

#endif
