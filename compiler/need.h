/* What software needs beside or below it (U2): section prerequisites of the
 * policy. */
#ifndef CG_NEED_H
#define CG_NEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "service.h"

struct campaign;
struct diag;
struct needs;
struct policy;

/* Which bundles are where, in both models; NULL if the policy has no
 * prerequisites. All must outlive it. need_free frees. */
struct needs *need_new(const struct forest *, const struct services *,
    const struct policy *);
void need_free(struct needs *);

/* Has all that is new in the target what it needs there? Reports what is
 * missing, once for each bundle. NULL has. */
bool need_check(const struct needs *, struct diag *);

/* Calls before for each pair of EEs of which the first brings what the second
 * needs, if both change. NULL: none. */
void need_pairs(const struct needs *, void (*before)(void *arg, uint32_t ee,
    uint32_t needs_it), void *arg);

/* Is each bundle installed when what it needs is there already? Asked of a
 * campaign while the catches stand; reports where it is not. NULL is. */
bool need_order(const struct needs *, const struct campaign *, struct diag *);

#endif
