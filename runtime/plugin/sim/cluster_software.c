/*
 * What software has an EE? Its bundle comes and goes in two parts, online and
 * offline, one by one. What AMF entities have is not counted: several share
 * what a node has.
 */
#include "cluster_rules.h"
#include "driver.h"

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
	if (below == NULL || !entity_has(below, EXISTS))
		return rules_refuse(r,
		    "%s for " DN " on " DN ", which does not "
		    "exist",
		    rules_verb(r), name_str(r->o->entity), name_str(on));
	return (below->flags & UP) || rules_refuse(r, "%s for " DN " on " DN
	    ", which is not instantiated (P6)", rules_verb(r),
	    name_str(r->o->entity), name_str(on));
}

static bool
change_software(const struct rules *r, struct entity *e, unsigned part,
    bool install)
{
	unsigned now = cluster_parts(e, r->o->bundle);

	if (((now & part) != 0) == install)
		return rules_refuse(r, "%s of \"%.120s\" for " DN ": it is %s",
		    rules_verb(r), name_str(r->o->bundle), name_str(e->dn),
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

	if (!entity_has(e, EXISTS | UP) || (e->flags & (IS_EE | FRESH)))
		return entity_has(e, EXISTS | UP | IS_EE);
	ee = cluster_find(r->c, cluster_ee_below(r->w, e->dn));
	return ee == NULL || cluster_serves(r->c, ee);
}

/* Software can come before its EE and go after it. What there is no command
 * for happens by doing nothing. */
bool
rules_software(const struct rules *r, unsigned part, bool install)
{
	uint32_t dn = r->o->entity, class = world_class(r->w, dn);
	const struct entity *e;

	if (class != NAME_NONE && class != N_SaPlmEE)
		rules_entity(r); /* a service unit that was never met */
	e = cluster_find(r->c, dn);
	if (!(cluster_bundle_parts(r->w, r->o->bundle) & part))
		return true;
	if (!environment_is_up(r, e))
		return false;
	if (e != NULL && part == CLUSTER_OFFLINE && runs(r, e))
		return rules_refuse(r, "%s of \"%.120s\" for " DN ": it is "
		    "instantiated", rules_verb(r), name_str(r->o->bundle),
		    name_str(dn));
	if (dn == NAME_NONE || (class != NAME_NONE && class != N_SaPlmEE))
		return true;
	return change_software(r, cluster_at(r->c, dn), part, install);
}
