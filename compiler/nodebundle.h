/* Which bundles the service units of an AMF node need: a unit's own procedure
 * installs what is new on its node and removes what nobody there uses any
 * more. */
#ifndef CG_NODEBUNDLE_H
#define CG_NODEBUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "plan.h"

struct nodebundles;

/* Before the first procedure; the plan must outlive it. */
struct nodebundles *nodebundle_new(const struct plan *);
void nodebundle_free(struct nodebundles *);

/* Bundles to remove and to install with this unit; freed with free(). The
 * first unit in the order of execution that needs a bundle brings it, the last
 * that used it takes it away. */
void nodebundle_changes(struct nodebundles *, const struct plan *,
    const struct su *, uint32_t **gone, size_t *ngone, uint32_t **come,
    size_t *ncome);

/* The AMF node that stands on a CLM node in the target, or NAME_NONE. */
uint32_t nodebundle_amf_node(struct nodebundles *, const struct plan *,
    uint32_t clm_node);

#endif
