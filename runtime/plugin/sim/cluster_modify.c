/*
 * What does a change of the model do to a cluster? What runs must not lose what
 * it stands on, nor its own object; what is new is met, what is gone is
 * forgotten, and what AMF entities stand on is followed.
 */
#include "cluster_rules.h"
#include "dn.h"
#include "driver.h"

static bool
may_change_list(const struct rules *r, uint32_t dn)
{
	const struct entity *e = cluster_find(r->c, dn_parent_known(dn));
	size_t n;
	const uint32_t *name = world_values(r->w, dn, N_saPlmDepNames, &n);

	if (e == NULL || !entity_has(e, EXISTS | UP) ||
	    !world_exists(r->w, dn) ||
	    stand_enough(r, name, n, cluster_dep_min(r->w, dn), NAME_NONE))
		return true;
	return rules_refuse(r,
	    "modify-im of " DN ": too few of its names are in "
	    "service, and " DN " is instantiated (P5)",
	    name_str(dn), name_str(e->dn));
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
		if (e != NULL && (!entity_has(e, EXISTS | UNLOCKED | UP) ||
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
		return rules_refuse(r, "modify-im deletes " DN ", which is in "
		    "service (P6)", name_str(dn));
	if (e == NULL || !entity_has(e, IS_EE | EXISTS | UP))
		return true;
	if (!world_exists(r->w, dn))
		return rules_refuse(r, "modify-im deletes " DN ", which is "
		    "instantiated", name_str(dn));
	return r->o->online ||
	    rules_refuse(r,
		"modify-im changes " DN ", which is "
		"instantiated",
		name_str(dn));
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
	cluster_move(r->c, cluster_met(r->c, dn), below);
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
		cluster_move(r->c, e, stand_sponsor_for(r, e));
	else if (!vm)
		cluster_move(r->c, e, NAME_NONE);
}

bool
rules_modify_im(const struct rules *r)
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
