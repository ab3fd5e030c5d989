/* Between cluster_apply.c and the files that hold one part of its rules each.
 * What returns bool and refuses says why in r->why and is false; nothing has
 * changed then. */
#ifndef CG_CLUSTER_RULES_H
#define CG_CLUSTER_RULES_H

#include "cluster_state.h"

struct rules { /* an order, and what it is judged by */
	struct cluster *c;
	const struct world *w;
	const struct order *o;
	char *why; /* CLUSTER_WHY bytes */
};

/* Names can be long; of each is said so much. */
#define DN "\"%.180s\""

/* False. */
bool rules_refuse(const struct rules *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The name of the order's action: static. */
const char *rules_verb(const struct rules *);

/* The record of what the order is about; an AMF entity that was never met is
 * up. NULL: refused. */
struct entity *rules_entity(const struct rules *);

/* All of these flags? */
static inline bool
entity_has(const struct entity *e, unsigned flags)
{
	return (e->flags & flags) == flags;
}

/* --- cluster_stand.c: what stands on what --- */

/* Are enough of a list in service, not counting one? What is no EE counts
 * while it exists. */
bool stand_enough(const struct rules *, const uint32_t *name, size_t n,
    uint32_t min, uint32_t except);

/* Where a VM comes up: where the order says, if that serves it, else on the
 * first of its sponsors that is in service; NAME_NONE: there is none. */
uint32_t stand_sponsor_for(const struct rules *, const struct entity *);

/* To take an EE out of service: what stands on it must be locked or can
 * move. */
bool stand_may_lock(const struct rules *, const struct entity *);

/* To take it down: nothing stands on it any more. */
bool stand_may_go_down(const struct rules *, const struct entity *);

/* May it serve, with what is below it as it is? */
bool stand_is_carried(const struct rules *, const struct entity *);

/* --- cluster_software.c --- */

/* Installs or uninstalls one part of the order's bundle. */
bool rules_software(const struct rules *, enum cluster_part, bool install);

/* --- cluster_modify.c --- */

/* Follows a change of the model, unless it is of what runs. */
bool rules_modify_im(const struct rules *);

#endif
