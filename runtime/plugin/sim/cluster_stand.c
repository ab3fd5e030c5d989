/*
 * What stands on what? An EE stands in another, and on so many of the names of
 * its lists as these ask for. Nothing serves above what is down, and nothing is
 * left standing on what goes down.
 */
#include "cluster_rules.h"
#include "driver.h"

bool
stand_enough(const struct rules *r, const uint32_t *name, size_t n,
    uint32_t min, uint32_t except)
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
first_sponsor(
    const struct rules *r, const struct entity *e, uint32_t except)
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

		if (!entity_has(v, flags) || v == e)
			continue;
		if (v->host == e->dn && (!(flags & UNLOCKED) ||
		    first_sponsor(r, v, e->dn) == NAME_NONE))
			return v;
		if (names(d, e->dn) &&
		    !stand_enough(r, d->name, d->n, d->min, e->dn))
			return v;
	}
	return NULL;
}

static const struct entity *
contained_left(const struct rules *r, const struct entity *e, unsigned flags)
{
	uint32_t i;

	for (i = e->child; i != NONE; i = r->c->v[i].next)
		if (entity_has(&r->c->v[i], flags))
			return &r->c->v[i];
	return NULL;
}

bool
stand_may_lock(const struct rules *r, const struct entity *e)
{
	const unsigned standing = EXISTS | UP | UNLOCKED;
	const struct entity *v = contained_left(r, e, standing);

	if (v != NULL)
		return rules_refuse(r,
		    "%s of " DN ": " DN " stands on it and is "
		    "unlocked (P6)",
		    rules_verb(r), name_str(e->dn), name_str(v->dn));
	v = dependent_left(r, e, standing);
	if (v != NULL)
		return rules_refuse(r,
		    "%s of " DN ": " DN " depends on it and has "
		    "too few others in service (P6)",
		    rules_verb(r), name_str(e->dn), name_str(v->dn));
	return true;
}

bool
stand_may_go_down(const struct rules *r, const struct entity *e)
{
	const struct entity *v = contained_left(r, e, EXISTS | UP);

	if (v != NULL)
		return rules_refuse(r,
		    "%s of " DN ": " DN " in it is instantiated "
		    "(P6)",
		    rules_verb(r), name_str(e->dn), name_str(v->dn));
	v = dependent_left(r, e, EXISTS | UP);
	if (v == NULL)
		return true;
	if (v->host == e->dn)
		return rules_refuse(r, "%s of " DN ": " DN " stands on it (P6)",
		    rules_verb(r), name_str(e->dn), name_str(v->dn));
	return rules_refuse(r,
	    "%s of " DN ": " DN " depends on it and has too few "
	    "others in service (P6)",
	    rules_verb(r), name_str(e->dn), name_str(v->dn));
}

static bool
sponsors_serve(const struct rules *r, const struct entity *e)
{
	uint32_t i;

	for (i = e->dep; i != NONE; i = r->c->dep[i].next) {
		const struct dependency *d = &r->c->dep[i];

		if (!stand_enough(r, d->name, d->n, d->min, NAME_NONE))
			return rules_refuse(r,
			    "%s of " DN ": fewer than %u of the "
			    "names in " DN " are in service (P6)",
			    rules_verb(r), name_str(e->dn), d->min,
			    name_str(d->dn));
	}
	return true;
}

bool
stand_is_carried(const struct rules *r, const struct entity *e)
{
	if (e->parent != NONE && !cluster_serves(r->c, &r->c->v[e->parent]))
		return rules_refuse(r,
		    "%s of " DN ": " DN " below it is not in "
		    "service (P6)",
		    rules_verb(r), name_str(e->dn),
		    name_str(r->c->v[e->parent].dn));
	return sponsors_serve(r, e);
}

uint32_t
stand_sponsor_for(const struct rules *r, const struct entity *e)
{
	uint32_t on = r->o->on;
	const struct entity *h = cluster_find(r->c, on);

	if (h != NULL && cluster_serves(r->c, h) &&
	    cluster_lists(r->c, e, on))
		return on;
	return first_sponsor(r, e, NAME_NONE);
}
