/* Procedures of one level that touch the same objects: they may not come in any
 * order, so they get levels of their own. */
#ifndef CG_APART_H
#define CG_APART_H

#include <stdbool.h>
#include <stdint.h>

#include "place.h"

/* Splits levels, keeping the order of execution. True if there was anything to
 * split: then the plan's procedures may stand in another order, and the places
 * must be found anew. */
bool apart_run(const struct places *, struct plan *);

/* Cuts levels: the procedures of one that have the same number in sub stay
 * together, those with smaller ones come first. */
void apart_cut(struct plan *, const uint32_t *sub);

#endif
