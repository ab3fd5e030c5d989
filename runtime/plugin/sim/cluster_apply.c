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
#include <stdlib.h>
#include <string.h>

#include "cluster_state.h"
#include "dn.h"
#include "driver.h"

struct rules {
	struct cluster *c;
	const struct world *w;
	const struct order *o;
	char *why;
};

/* Names can be long; of each is said so much. */
#define DN "\"%.180s\""

static bool refuse(const struct rules *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
refuse(const struct rules *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, CLUSTER_WHY, fmt, ap);
	va_end(ap);
	return false;
}

static const char *
verb(const struct rules *r)
{
	return verb_name(r->o->verb);
}

static bool
has(const struct entity *e, unsigned flags)
{
	return (e->flags & flags) == flags;
}

/* The record of what the order is about; an AMF entity that was never met is
 * up. NULL: refused. */
static struct entity *
entity_of(const struct rules *r)
{
	uint32_t dn = r->o->entity, class = world_class(r->w, dn);
	struct entity *e = cluster_find(r->c, dn);

	if (e != NULL && has(e, IS_EE | EXISTS))
		return e;
	if (class == NAME_NONE || class == N_SaPlmEE ||
	    (e != NULL && (e->flags & IS_EE))) {
		refuse(r, "%s of " DN ": it does not exist", verb(r),
		    dn == NAME_NONE ? "" : name_str(dn));
		return NULL;
	}
	e = cluster_at(r->c, dn);
	if (!(e->flags & EXISTS)) {
		e->flags |= EXISTS | UNLOCKED | UP;
		e->flags0 = e->flags & (uint8_t)~CHANGED;
	}
	return e;
}

/* --- what stands on what --- */

/* Are enough of a list in service, not counting one? What is no EE counts
 * while it exists. */
static bool
enough(const struct rules *r, const uint32_t *name, size_t n, uint32_t min,
    uint32_t except)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		const struct entity *e = cluster_find(r->c, name[i]);

		if (name[i] == except)
			continue;
		if (e != NULL && (e->flags & IS_EE))
			k += cluster_serves(r->c, e);
		else
			k += world_exists(r->w, name[i]);
	}
	return k >= min;
}

static bool
names(const struct dependency *d, uint32_t dn)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->name[i] == dn)
			return true;
	return false;
}

/* The first EE of its lists that is in service, not counting one. */
static uint32_t
first_sponsor(const struct rules *r, const struct entity *e, uint32_t except)
{
	uint32_t i, found = NAME_NONE;

	for (i = e->dep; i != NONE && found == NAME_NONE;
	    i = r->c->dep[i].next)
		found = cluster_first(r->c, r->c->dep[i].name,
		    r->c->dep[i].n, except);
	return found;
}

/* Who of the dependents would lose too much with e? flags: those that count
 * as standing. */
static const struct entity *
dependent_left(const struct rules *r, const struct entity *e, unsigned flags)
{
	uint32_t i = idmap_get(&r->c->named, e->dn);

	for (; i != 0; i = r->c->link[i - 1].next) {
		const struct dependency *d =
		    &r->c->dep[r->c->link[i - 1].dep];
		const struct entity *v = &r->c->v[d->owner];

		if (!has(v, flags) || v == e)
			continue;
		if (v->host == e->dn && (!(flags & UNLOCKED) ||
		    first_sponsor(r, v, e->dn) == NAME_NONE))
			return v;
		if (names(d, e->dn) &&
		    !enough(r, d->name, d->n, d->min, e->dn))
			return v;
	}
	return NULL;
}

static const struct entity *
contained_left(const struct rules *r, const struct entity *e, unsigned flags)
{
	uint32_t i;

	for (i = e->child; i != NONE; i = r->c->v[i].next)
		if (has(&r->c->v[i], flags))
			return &r->c->v[i];
	return NULL;
}

/* To take e out of service: what stands on it must be locked or can move. */
static bool
may_lock(const struct rules *r, const struct entity *e)
{
	const unsigned standing = EXISTS | UP | UNLOCKED;
	const struct entity *v = contained_left(r, e, standing);

	if (v != NULL)
		return refuse(r, "%s of " DN ": " DN " stands on it and is "
		    "unlocked (P6)", verb(r), name_str(e->dn),
		    name_str(v->dn));
	v = dependent_left(r, e, standing);
	if (v != NULL)
		return refuse(r, "%s of " DN ": " DN " depends on it and has "
		    "too few others in service (P6)", verb(r),
		    name_str(e->dn), name_str(v->dn));
	return true;
}

/* To take e down: nothing stands on it any more. */
static bool
may_go_down(const struct rules *r, const struct entity *e)
{
	const struct entity *v = contained_left(r, e, EXISTS | UP);

	if (v != NULL)
		return refuse(r, "%s of " DN ": " DN " in it is instantiated "
		    "(P6)", verb(r), name_str(e->dn), name_str(v->dn));
	v = dependent_left(r, e, EXISTS | UP);
	if (v == NULL)
		return true;
	if (v->host == e->dn)
		return refuse(r, "%s of " DN ": " DN " stands on it (P6)",
		    verb(r), name_str(e->dn), name_str(v->dn));
	return refuse(r, "%s of " DN ": " DN " depends on it and has too few "
	    "others in service (P6)", verb(r), name_str(e->dn),
	    name_str(v->dn));
}

/* --- lock, unlock, terminate, instantiate, restart --- */

static bool
lock(const struct rules *r, struct entity *e)
{
	if (!(e->flags & UNLOCKED))
		return true;
	if (has(e, IS_EE | UP) && !may_lock(r, e))
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
		return refuse(r, "terminate of " DN ": it is not locked",
		    name_str(e->dn));
	if ((e->flags & IS_EE) && !may_go_down(r, e))
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
	return refuse(r, "%s of " DN ": \"%.120s\" of its type is not "
	    "installed %s", verb(r), name_str(e->dn), name_str(bundle),
	    missing == CLUSTER_OFFLINE ? "offline" : "online");
}

static bool
sponsors_serve(const struct rules *r, const struct entity *e)
{
	uint32_t i;

	for (i = e->dep; i != NONE; i = r->c->dep[i].next) {
		const struct dependency *d = &r->c->dep[i];

		if (!enough(r, d->name, d->n, d->min, NAME_NONE))
			return refuse(r, "%s of " DN ": fewer than %u of the "
			    "names in " DN " are in service (P6)", verb(r),
			    name_str(e->dn), d->min, name_str(d->dn));
	}
	return true;
}

/* May it serve, with what is below it as it is? */
static bool
is_carried(const struct rules *r, const struct entity *e)
{
	if (e->parent != NONE && !cluster_serves(r->c, &r->c->v[e->parent]))
		return refuse(r, "%s of " DN ": " DN " below it is not in "
		    "service (P6)", verb(r), name_str(e->dn),
		    name_str(r->c->v[e->parent].dn));
	return sponsors_serve(r, e);
}

static bool
unlock(const struct rules *r, struct entity *e)
{
	if (!(e->flags & UP))
		return refuse(r, "unlock of " DN ": it is not instantiated",
		    name_str(e->dn));
	if ((e->flags & IS_EE) && !is_carried(r, e))
		return false;
	cluster_set(r->c, e, e->flags | UNLOCKED);
	return true;
}

/* Where a VM comes up: where the order says, if that serves it, else on the
 * first of its sponsors that is in service. */
static uint32_t
sponsor_for(const struct rules *r, const struct entity *e)
{
	uint32_t on = r->o->on;
	const struct entity *h = cluster_find(r->c, on);

	if (h != NULL && cluster_serves(r->c, h) &&
	    cluster_lists(r->c, e, on))
		return on;
	return first_sponsor(r, e, NAME_NONE);
}

static bool
instantiate_ee(const struct rules *r, struct entity *e)
{
	uint32_t host = NAME_NONE;

	if (!is_carried(r, e) || !has_software(r, e))
		return false;
	if (cluster_is_vm(r->c, e)) {
		host = sponsor_for(r, e);
		if (host == NAME_NONE)
			return refuse(r, "instantiate of " DN ": no monitor "
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
		return refuse(r, "instantiate of " DN ": " DN " below it is "
		    "not in service (P6)", name_str(e->dn), name_str(ee->dn));
	cluster_set(r->c, e, e->flags & FRESH ? EXISTS | UP : e->flags | UP);
	return true;
}

static bool
restart(const struct rules *r, const struct entity *e)
{
	if (!(e->flags & UP))
		return refuse(r, "restart of " DN ": it is not instantiated",
		    name_str(e->dn));
	return !(e->flags & IS_EE) ||
	    (may_go_down(r, e) && has_software(r, e));
}

/* --- migrate --- */

/* Back or forth: what it stood on must be able to carry it again. */
static bool
may_carry(const struct rules *r, const struct entity *e,
    const struct entity *to)
{
	if (!cluster_lists(r->c, e, to->dn))
		return refuse(r, "%s of " DN " to " DN ": it is not among "
		    "its sponsors (P5)", verb(r), name_str(e->dn),
		    name_str(to->dn));
	return cluster_serves(r->c, to) || refuse(r, "%s of " DN " to "
	    DN ": it is not in service (P5)", verb(r), name_str(e->dn),
	    name_str(to->dn));
}

static bool
migrate(const struct rules *r, struct entity *e)
{
	const struct entity *to = cluster_find(r->c, r->o->to);

	if (!cluster_is_vm(r->c, e))
		return refuse(r, "%s of " DN ": it is no virtual machine "
		    "that can move", verb(r), name_str(e->dn));
	if (!(e->flags & UP))
		return refuse(r, "%s of " DN ": it is not instantiated",
		    verb(r), name_str(e->dn));
	if (to == NULL || !has(to, IS_EE | EXISTS))
		return refuse(r, "%s of " DN " to " DN ": there is no "
		    "such monitor", verb(r), name_str(e->dn),
		    name_str(r->o->to));
	if (e->host == to->dn)
		return refuse(r, "%s of " DN " to " DN ": it stands there "
		    "already", verb(r), name_str(e->dn), name_str(to->dn));
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
	if (!has(e, IS_EE | UP | UNLOCKED))
		return refuse(r, "%s of " DN ": it does not run", verb(r),
		    name_str(e->dn));
	return r->o->verb != VERB_MORPH || r->o->to == NAME_NONE ||
	    e->host == r->o->to || migrate(r, e);
}

/* --- software --- */

/* The lowest EE is its own environment: the hardware is there. */
static bool
is_lowest(const struct cluster *c, const struct entity *e)
{
	return e->parent == NONE && !cluster_is_vm(c, e);
}

static bool
environment_is_up(const struct rules *r, const struct entity *e)
{
	uint32_t on = r->o->on, ee;
	const struct entity *below;

	if (on == NAME_NONE || (on == r->o->entity &&
	    (e == NULL || is_lowest(r->c, e))))
		return true;
	below = cluster_find(r->c, on);
	if (below == NULL || !(below->flags & IS_EE)) {
		ee = cluster_ee_below(r->w, on);
		if (ee == NAME_NONE && world_exists(r->w, on))
			return true; /* an extract: nothing is known */
		below = cluster_find(r->c, ee);
	}
	if (below == NULL || !has(below, EXISTS))
		return refuse(r, "%s for " DN " on " DN ", which does not "
		    "exist", verb(r), name_str(r->o->entity), name_str(on));
	return (below->flags & UP) || refuse(r, "%s for " DN " on " DN
	    ", which is not instantiated (P6)", verb(r),
	    name_str(r->o->entity), name_str(on));
}

static bool
change_software(const struct rules *r, struct entity *e, unsigned part,
    bool install)
{
	unsigned now = cluster_parts(e, r->o->bundle);

	if (((now & part) != 0) == install)
		return refuse(r, "%s of \"%.120s\" for " DN ": it is %s",
		    verb(r), name_str(r->o->bundle), name_str(e->dn),
		    install ? "installed already" : "not installed");
	cluster_set_software(r->c, e, r->o->bundle,
	    install ? now | part : now & ~part);
	return true;
}

/* An AMF entity also goes down with what it stands on. */
static bool
runs(const struct rules *r, const struct entity *e)
{
	const struct entity *ee;

	if (!has(e, EXISTS | UP) || (e->flags & (IS_EE | FRESH)))
		return has(e, EXISTS | UP | IS_EE);
	ee = cluster_find(r->c, cluster_ee_below(r->w, e->dn));
	return ee == NULL || cluster_serves(r->c, ee);
}

/* Software can come before its EE and go after it. What AMF entities have is
 * not counted: several share what a node has. What there is no command for
 * happens by doing nothing. */
static bool
software(const struct rules *r, unsigned part, bool install)
{
	uint32_t dn = r->o->entity, class = world_class(r->w, dn);
	const struct entity *e;

	if (class != NAME_NONE && class != N_SaPlmEE)
		entity_of(r); /* a service unit that was never met */
	e = cluster_find(r->c, dn);
	if (!(cluster_bundle_parts(r->w, r->o->bundle) & part))
		return true;
	if (!environment_is_up(r, e))
		return false;
	if (e != NULL && part == CLUSTER_OFFLINE && runs(r, e))
		return refuse(r, "%s of \"%.120s\" for " DN ": it is "
		    "instantiated", verb(r), name_str(r->o->bundle),
		    name_str(dn));
	if (dn == NAME_NONE || (class != NAME_NONE && class != N_SaPlmEE))
		return true;
	return change_software(r, cluster_at(r->c, dn), part, install);
}

/* --- modify-im --- */

static bool
may_change_list(const struct rules *r, uint32_t dn)
{
	const struct entity *e = cluster_find(r->c, dn_parent_known(dn));
	size_t n;
	const uint32_t *name = world_values(r->w, dn, N_saPlmDepNames, &n);

	if (e == NULL || !has(e, EXISTS | UP) || !world_exists(r->w, dn) ||
	    enough(r, name, n, cluster_dep_min(r->w, dn), NAME_NONE))
		return true;
	return refuse(r, "modify-im of " DN ": too few of its names are in "
	    "service, and " DN " is instantiated (P5)", name_str(dn),
	    name_str(e->dn));
}

/* What an AMF entity stood on before the change at hand. */
static uint32_t
was_below(const struct rules *r, uint32_t dn)
{
	const struct entity *e = cluster_find(r->c, dn);

	return e != NULL && e->host != NAME_NONE ? e->host :
	    cluster_next_below(r->c->start, dn);
}

static bool
was_unit(const struct rules *r, uint32_t dn)
{
	const struct entity *e = cluster_find(r->c, dn);

	if (e == NULL || e->host == NAME_NONE)
		return world_class(r->c->start, dn) == N_SaAmfSU;
	return !(e->flags & IS_EE) &&
	    (world_class(r->w, e->host) == N_SaAmfNode ||
	    world_class(r->c->start, e->host) == N_SaAmfNode);
}

static bool
was_in_service(const struct rules *r, uint32_t dn)
{
	const struct entity *e;
	int i;

	for (i = 0; i < 4 && dn != NAME_NONE; i++) {
		e = cluster_find(r->c, dn);
		if (e != NULL && (e->flags & IS_EE))
			return cluster_serves(r->c, e);
		if (e != NULL && (!has(e, EXISTS | UNLOCKED | UP) ||
		    (i == 0 && (e->flags & FRESH))))
			return false;
		dn = was_below(r, dn);
	}
	return false;
}

static bool
may_change(const struct rules *r, uint32_t dn)
{
	const struct entity *e = cluster_find(r->c, dn);

	if (world_class(r->w, dn) == N_SaPlmDependency)
		return may_change_list(r, dn);
	if (!world_exists(r->w, dn) && was_unit(r, dn) &&
	    was_in_service(r, dn))
		return refuse(r, "modify-im deletes " DN ", which is in "
		    "service (P6)", name_str(dn));
	if (e == NULL || !has(e, IS_EE | EXISTS | UP))
		return true;
	if (!world_exists(r->w, dn))
		return refuse(r, "modify-im deletes " DN ", which is "
		    "instantiated", name_str(dn));
	return r->o->online || refuse(r, "modify-im changes " DN ", which is "
	    "instantiated", name_str(dn));
}

static void
change_ee(const struct rules *r, uint32_t dn)
{
	struct entity *e = cluster_at(r->c, dn);
	unsigned flags = e->flags;

	if (world_class(r->w, dn) != N_SaPlmEE) {
		cluster_set(r->c, e, flags & ~(unsigned)(EXISTS | UNLOCKED));
		return;
	}
	if (flags & EXISTS)
		return;
	flags |= IS_EE | EXISTS;
	if (world_class(r->w, dn_parent_known(dn)) == N_SaPlmDomain)
		flags |= ON_DOMAIN;
	cluster_set(r->c, e, flags);
	cluster_attach(r->c, e);
}

static bool
is_new_unit(const struct rules *r, uint32_t dn)
{
	const struct entity *e = cluster_find(r->c, dn);

	return e == NULL ? !world_exists(r->c->start, dn) :
	    !(e->flags & EXISTS);
}

/* Keeps what an AMF entity stands on, where that is not as at the start. */
static void
follow_unit(const struct rules *r, uint32_t dn)
{
	uint32_t below = cluster_next_below(r->w, dn);
	struct entity *e = cluster_find(r->c, dn);

	if (below == cluster_next_below(r->c->start, dn))
		below = NAME_NONE;
	if (e == NULL && below == NAME_NONE)
		return;
	e = cluster_at(r->c, dn);
	if (!(e->flags & EXISTS)) {
		e->flags |= EXISTS | UNLOCKED | UP;
		e->flags0 = e->flags & (uint8_t)~CHANGED;
	}
	cluster_move(r->c, e, below);
}

static bool
is_amf(uint32_t class)
{
	return class == N_SaAmfSU || class == N_SaAmfNode ||
	    class == N_SaClmNode;
}

static void
change(const struct rules *r, uint32_t dn)
{
	struct entity *e = cluster_find(r->c, dn);
	uint32_t class = world_class(r->w, dn), vm;

	if (class == N_SaPlmEE || (e != NULL && (e->flags & IS_EE))) {
		change_ee(r, dn);
	} else if (class == N_SaPlmDependency ||
	    idmap_get(&r->c->dep_by_dn, dn) != 0) {
		cluster_read_dep(r->c, r->w, dn);
	} else if (class == N_OpenSafPlmVirtualMachineConfig) {
		vm = world_value(r->w, dn, N_saPlmEE);
		if (vm == NAME_NONE)
			return;
		e = cluster_at(r->c, vm);
		cluster_set(r->c, e, e->flags | NAMED);
	} else if (is_amf(class)) {
		if (is_new_unit(r, dn))
			cluster_set(r->c, cluster_at(r->c, dn),
			    EXISTS | UNLOCKED | UP | FRESH);
		follow_unit(r, dn);
	} else if (e != NULL && class == NAME_NONE) {
		cluster_set(r->c, e, 0);
		cluster_move(r->c, e, NAME_NONE);
	}
}

/* An EE that stands becomes a VM that can move, or is none any more. */
static void
settle(const struct rules *r, uint32_t dep)
{
	struct entity *e = cluster_find(r->c, dn_parent_known(dep));
	bool vm;

	if (idmap_get(&r->c->dep_by_dn, dep) == 0 || e == NULL ||
	    !(e->flags & UP))
		return;
	vm = cluster_is_vm(r->c, e);
	if (vm && e->host == NAME_NONE)
		cluster_move(r->c, e, sponsor_for(r, e));
	else if (!vm)
		cluster_move(r->c, e, NAME_NONE);
}

static bool
modify_im(const struct rules *r)
{
	size_t i;

	for (i = 0; i < r->o->ntouched; i++)
		if (!may_change(r, r->o->touched[i]))
			return false;
	for (i = 0; i < r->o->ntouched; i++)
		change(r, r->o->touched[i]);
	for (i = 0; i < r->o->ntouched; i++)
		settle(r, r->o->touched[i]);
	return true;
}

/* --- all of them --- */

static bool
on_entity(const struct rules *r)
{
	struct entity *e = entity_of(r);

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
		return software(&r, CLUSTER_ONLINE, true);
	case VERB_ONLINE_UNINSTALL:
		return software(&r, CLUSTER_ONLINE, false);
	case VERB_OFFLINE_INSTALL:
		return software(&r, CLUSTER_OFFLINE, true);
	case VERB_OFFLINE_UNINSTALL:
		return software(&r, CLUSTER_OFFLINE, false);
	case VERB_MODIFY_IM:
		return modify_im(&r);
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
