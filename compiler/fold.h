/* Procedures that are alike become one that rolls (--rolling). */
#ifndef CG_FOLD_H
#define CG_FOLD_H

#include <stddef.h>

struct campaign;
struct model;

/* Makes one rolling procedure of each run of neighbouring ones that do the
 * same on different hosts, and numbers the levels anew; levels must have one
 * procedure each. What the campaign does, and in which order, stays what it
 * was. Returns how many procedures went. */
size_t fold_run(struct campaign *, const struct model *source);

#endif
