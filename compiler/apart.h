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

struct seat { /* a procedure and where it goes */
	uint32_t level, sub;
	uint32_t old; /* its place before */
};

/* Seats by level, then by sub, then as they were. */
void apart_sort(struct seat *, size_t n);

/* Procedures have changed places: to is where each is now, by its old one.
 * Whatever in the plan and its forest tells one by its place says so anew. */
void apart_renumber(struct plan *, const uint32_t *to);

#endif
