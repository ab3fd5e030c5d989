/* What to upgrade: a part of the difference between two models (U1). */
#ifndef CG_SELECT_H
#define CG_SELECT_H

#include <stddef.h>

struct diag;
struct model;

/* The source with only the selected changes: those of objects whose DN matches
 * one of the globs, closed over what they need (new types, bundles, parents,
 * sponsors) and what rides on them. NULL if nothing matches, or if what is
 * left out depends on what is changed: reported with the chain. The result is
 * freed with model_free; source and target must outlive it. */
struct model *select_run(const struct model *source,
    const struct model *target, const char *const *globs, size_t nglob,
    struct diag *);

#endif
