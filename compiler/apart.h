/* Procedures of one level that touch the same objects: they may not come in any
 * order, so they get levels of their own. */
#ifndef CG_APART_H
#define CG_APART_H

#include <stdbool.h>

#include "place.h"

/* Splits levels, keeping the order of execution. True if there was anything to
 * split: then the plan's procedures may stand in another order, and the places
 * must be found anew. */
bool apart_run(const struct places *, struct plan *);

#endif
