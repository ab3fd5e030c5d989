/*
 * What may be done to a cluster, and what does it do? The rules of PLM, one
 * function a verb; each looks first and changes then, so that a refused order
 * has changed nothing. What an order asks for and is so already is done: lock,
 * unlock, terminate and instantiate may be repeated.
 *
 * P5 and P6 in a refusal are rules of a safe campaign: a virtual machine never
 * leaves the monitors it may stand on; nothing is done above something that is
 * down, and nothing is left standing on what goes down.
 */
#include <stdarg.h>
#include <stdio.h>

#include "cluster_rules.h"
#include "driver.h"

bool
rules_refuse(const struct rules *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, CLUSTER_WHY, fmt, ap);
	va_end(ap);
	return false;
}

const char *
rules_verb(const struct rules *r)
{
	return verb_name(r->o->verb);
}

struct entity *
rules_entity(const struct rules *r)
{
	uint32_t dn = r->o->entity, class = world_class(r->w, dn);
	struct entity *e = cluster_find(r->c, dn);

	if (e != NULL && entity_has(e, IS_EE | EXISTS))
		return e;
	if (class == NAME_NONE || class == N_SaPlmEE ||
	    (e != NULL && (e->flags & IS_EE))) {
		rules_refuse(r, "%s of " DN ": it does not exist",
		    rules_verb(r), dn == NAME_NONE ? "" : name_str(dn));
		return NULL;
	}
	return cluster_met(r->c, dn);
}

/* --- lock, unlock, terminate, instantiate, restart --- */

static bool
lock(const struct rules *r, struct entity *e)
{
	if (!(e->flags & UNLOCKED))
		return true;
	if (entity_has(e, IS_EE | UP) && !stand_may_lock(r, e))
		return false;
	cluster_set(r->c, e, e->flags & ~(unsigned)(UNLOCKED | FRESH));
	return true;
}

static bool
terminate(const struct rules *r, struct entity *e)
{
	if (!(e->flags & UP))
		return true;
	if (e->flags & UNLOCKED)
		return rules_refuse(r, "terminate of " DN ": it is not locked",
		    name_str(e->dn));
	if ((e->flags & IS_EE) && !stand_may_go_down(r, e))
		return false;
	cluster_set(r->c, e, e->flags & ~(unsigned)UP);
	if (e->flags & IS_EE)
		cluster_move(r->c, e, NAME_NONE);
	return true;
}

/* What is to run must be installed. */
static bool
has_software(const struct rules *r, const struct entity *e)
{
	uint32_t bundle = cluster_bundle_of(r->w, e->dn);
	unsigned there = cluster_parts(e, bundle), missing;

	if (bundle == NAME_NONE || !world_exists(r->w, bundle))
		return true;
	missing = cluster_bundle_installs(r->w, bundle) & ~there;
	if (missing == 0 && there != 0)
		return true;
	return rules_refuse(r, "%s of " DN ": \"%.120s\" of its type is not "
	    "installed %s", rules_verb(r), name_str(e->dn), name_str(bundle),
	    missing == CLUSTER_OFFLINE ? "offline" : "online");
}

static bool
unlock(const struct rules *r, struct entity *e)
{
	if (!(e->flags & UP))
		return rules_refuse(r,
		    "unlock of " DN ": it is not instantiated",
		    name_str(e->dn));
	if ((e->flags & IS_EE) && !stand_is_carried(r, e))
		return false;
	cluster_set(r->c, e, e->flags | UNLOCKED);
	return true;
}

static bool
instantiate_ee(const struct rules *r, struct entity *e)
{
	uint32_t host = NAME_NONE;

	if (!stand_is_carried(r, e) || !has_software(r, e))
		return false;
	if (cluster_is_vm(r->c, e)) {
		host = stand_sponsor_for(r, e);
		if (host == NAME_NONE)
			return rules_refuse(r,
			    "instantiate of " DN ": no monitor "
			    "that may carry it is in service (P5)",
			    name_str(e->dn));
	}
	cluster_set(r->c, e, e->flags | UP);
	cluster_move(r->c, e, host);
	return true;
}

static bool
instantiate(const struct rules *r, struct entity *e)
{
	const struct entity *ee;

	if ((e->flags & UP) && !(e->flags & FRESH))
		return true;
	if (e->flags & IS_EE)
		return instantiate_ee(r, e);
	ee = cluster_find(r->c, cluster_ee_below(r->w, e->dn));
	if (ee != NULL && !cluster_serves(r->c, ee))
		return rules_refuse(r,
		    "instantiate of " DN ": " DN " below it is "
		    "not in service (P6)",
		    name_str(e->dn), name_str(ee->dn));
	cluster_set(r->c, e, e->flags & FRESH ? EXISTS | UP : e->flags | UP);
	return true;
}

static bool
restart(const struct rules *r, const struct entity *e)
{
	if (!(e->flags & UP))
		return rules_refuse(r,
		    "restart of " DN ": it is not instantiated",
		    name_str(e->dn));
	return !(e->flags & IS_EE) ||
	    (stand_may_go_down(r, e) && has_software(r, e));
}

/* --- migrate --- */

/* Back or forth: what it stood on must be able to carry it again. */
static bool
may_carry(const struct rules *r, const struct entity *e,
    const struct entity *to)
{
	if (!cluster_lists(r->c, e, to->dn))
		return rules_refuse(r,
		    "%s of " DN " to " DN ": it is not among "
		    "its sponsors (P5)",
		    rules_verb(r), name_str(e->dn), name_str(to->dn));
	return cluster_serves(r->c, to) || rules_refuse(r, "%s of " DN " to "
	    DN ": it is not in service (P5)", rules_verb(r), name_str(e->dn),
	    name_str(to->dn));
}

static bool
migrate(const struct rules *r, struct entity *e)
{
	const struct entity *to = cluster_find(r->c, r->o->to);

	if (!cluster_is_vm(r->c, e))
		return rules_refuse(r, "%s of " DN ": it is no virtual machine "
		    "that can move", rules_verb(r), name_str(e->dn));
	if (!(e->flags & UP))
		return rules_refuse(r, "%s of " DN ": it is not instantiated",
		    rules_verb(r), name_str(e->dn));
	if (to == NULL || !entity_has(to, IS_EE | EXISTS))
		return rules_refuse(r, "%s of " DN " to " DN ": there is no "
		    "such monitor", rules_verb(r), name_str(e->dn),
		    name_str(r->o->to));
	/* On the way back it may be there already, as it strayed. */
	if (e->host == to->dn && r->o->direction != DO_FORWARD)
		return true;
	if (e->host == to->dn)
		return rules_refuse(r,
		    "%s of " DN " to " DN ": it stands there "
		    "already",
		    rules_verb(r), name_str(e->dn), name_str(to->dn));
	if (!may_carry(r, e, to))
		return false;
	cluster_move(r->c, e, to->dn);
	return true;
}

/* --- machines that change while they run --- */

/* What is plugged is not kept here, only that it cannot be where nothing
 * runs. */
static bool
morph(const struct rules *r, struct entity *e)
{
	if (!entity_has(e, IS_EE | UP | UNLOCKED))
		return rules_refuse(r, "%s of " DN ": it does not run",
		    rules_verb(r), name_str(e->dn));
	return r->o->verb != VERB_MORPH || r->o->to == NAME_NONE ||
	    e->host == r->o->to || migrate(r, e);
}

/* --- all of them --- */

static bool
on_entity(const struct rules *r)
{
	struct entity *e = rules_entity(r);

	if (e == NULL)
		return false;
	switch (r->o->verb) {
	case VERB_LOCK:
		return lock(r, e);
	case VERB_UNLOCK:
		return unlock(r, e);
	case VERB_TERMINATE:
		return terminate(r, e);
	case VERB_INSTANTIATE:
		return instantiate(r, e);
	case VERB_RESTART:
		return restart(r, e);
	case VERB_MIGRATE:
		return migrate(r, e);
	default:
		return morph(r, e);
	}
}

bool
cluster_apply(struct cluster *c, const struct world *w,
    const struct order *o, char *why)
{
	struct rules r = { c, w, o, why };

	switch (o->verb) {
	case VERB_ONLINE_INSTALL:
		return rules_software(&r, CLUSTER_ONLINE, true);
	case VERB_ONLINE_UNINSTALL:
		return rules_software(&r, CLUSTER_ONLINE, false);
	case VERB_OFFLINE_INSTALL:
		return rules_software(&r, CLUSTER_OFFLINE, true);
	case VERB_OFFLINE_UNINSTALL:
		return rules_software(&r, CLUSTER_OFFLINE, false);
	case VERB_MODIFY_IM:
		return rules_modify_im(&r);
	case VERB_LOCK:
	case VERB_UNLOCK:
	case VERB_TERMINATE:
	case VERB_INSTANTIATE:
	case VERB_RESTART:
	case VERB_MIGRATE:
	case VERB_AUGMENT:
	case VERB_WITHDRAW:
	case VERB_UNPLUG:
	case VERB_MORPH:
	case VERB_PLUG:
		return on_entity(&r);
	default:
		return true; /* it means nothing to PLM */
	}
}
