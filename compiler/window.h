/* Maintenance windows (section waves of the policy): no wave takes longer. */
#ifndef CG_WINDOW_H
#define CG_WINDOW_H

#include <stdbool.h>

#include "plan.h"

struct campaign;
struct diag;

/* Does the policy of the plan say anything of windows? */
bool window_asked(const struct plan *);

/* Cuts each wave in which some procedures keep their window and others would
 * not let them, by the periods in the campaign made of the plan. True if there
 * was one: then the plan's procedures may stand in another order. */
bool window_split(struct plan *, const struct campaign *);

/* Warns of waves that are still too long, and of times that are not known. */
void window_check(const struct plan *, const struct campaign *, struct diag *);

#endif
