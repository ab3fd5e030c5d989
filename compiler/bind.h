/* The order in which VMs are caught. */
#ifndef CG_BIND_H
#define CG_BIND_H

#include <stdbool.h>

#include "plan.h"

struct diag;

/* Fills plan->bind, in which each VM finds room when it goes to where it is
 * caught (capacities of the policy); natural order where that will do. False,
 * and reported (diag NULL: silently), if some would have to change places. */
bool bind_order(struct plan *, struct diag *);

#endif
