/* The meaning of a campaign's model changes: a model that changes. */
#ifndef CG_APPLY_H
#define CG_APPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "campaign.h"
#include "model.h"

struct world; /* a model (const) and what has become different since */

/* The model, and every campaign that is applied, must outlive the world. */
struct world *world_new(const struct model *);
void world_free(struct world *);

/* Does an object of that name exist now? */
bool world_exists(const struct world *, uint32_t dn);
/* Its class, or NAME_NONE. */
uint32_t world_class(const struct world *, uint32_t dn);
/* The values of an attribute as they are now; NULL and 0 if it has none. */
const uint32_t *world_values(const struct world *, uint32_t dn, uint32_t attr,
    size_t *n);
/* The first of them, or NAME_NONE. */
uint32_t world_value(const struct world *, uint32_t dn, uint32_t attr);

/* Calls visit for every object there is: those of the base model in canonical
 * order, then the others in order of creation. */
void world_each(const struct world *, void (*visit)(void *, uint32_t dn),
    void *arg);

/* Calls visit for every attribute of an object that has values. */
void world_each_attr(const struct world *, uint32_t dn,
    void (*visit)(void *, uint32_t attr, const uint32_t *value, size_t n),
    void *arg);

/* The world as a model of its own, with the classes of the base model, which
 * must outlive it. model_free frees it. */
struct model *world_export(const struct world *);

/* Each applies one piece in the order the campaign language defines, and
 * reports what cannot be done (a create that exists or has no parent, a
 * delete with children left, a modify of nothing); false if any failed.
 * src of places: the campaign's. */
bool apply_ccb(struct world *, const struct campaign *, const struct action *,
    struct diag *);
bool apply_add_to_imm(struct world *, const struct campaign *, struct diag *);
/* All model changes of an embedded step, one unit: deletes outermost to
 * innermost, then modifications, then creates innermost to outermost. A rolling
 * procedure's are one unit for each node. */
bool apply_step(struct world *, const struct campaign *,
    const struct procedure *, struct diag *);
bool apply_remove_from_imm(struct world *, const struct campaign *,
    struct diag *);

/* Everything from addToImm to removeFromImm, procedures by level. */
bool apply_campaign(struct world *, const struct campaign *, struct diag *);

/* A place to come back to. From the first mark on, changes are recorded. */
size_t world_mark(struct world *);

/* Takes back every change since the mark exactly, and forgets later marks; the
 * mark itself stays good. False if there is no such mark (any more). Linear in
 * what was changed. */
bool world_revert(struct world *, size_t mark);

/* Calls visit for every object that has come, gone or got other attributes
 * since the mark, in order of its first change; before a revert that is what
 * the revert will change. False if there is no such mark. */
bool world_each_since(const struct world *, size_t mark,
    void (*visit)(void *, uint32_t dn), void *arg);

/* Nothing is taken back any more: forgets all marks, and what was recorded for
 * them. */
void world_forget(struct world *);

/* Compares with a model, configuration only, values as multisets. Returns
 * true if equal; else dn is the first differing object in canonical order and
 * why says how they differ (static text, or the name of an attribute). */
bool world_equals(const struct world *, const struct model *, uint32_t *dn,
    const char **why);

#endif
