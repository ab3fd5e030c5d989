/*
 * Is the world what the model says? One pass over the model's objects and one
 * over the world's, each object looked up in the other; only configuration
 * counts, and the values of an attribute are a multiset. Whether an attribute
 * counts is asked only where it makes a difference.
 */
#include <string.h>

#include "world.h"

struct compare {
	const struct world *world;
	const struct model *model;
	uint32_t object; /* in the model */
	const char *why; /* set when a difference is met */
	uint32_t extra; /* first object that only the world has */
};

static bool
counts(const struct compare *c, uint32_t attr)
{
	return attr != N_saAmfSUHostedByNode && model_attr_counts(c->model,
	    c->model->object[c->object].class, attr);
}

/* An attribute of the world's object: has the model's none of that name? */
static void
compare_back(void *arg, uint32_t attr, const uint32_t *v, size_t n)
{
	struct compare *c = arg;
	uint32_t a = model_attr(c->model, c->object, attr);

	(void)v;
	(void)n;
	if (c->why == NULL && (a == NONE ||
	    c->model->attr[a].value == c->model->attr[a + 1].value) &&
	    counts(c, attr))
		c->why = name_str(attr);
}

/* Base object b, unchanged: equal to the model's record for record? */
static bool
same_records(const struct compare *c, uint32_t b)
{
	const struct model *x = c->world->base, *y = c->model;
	uint32_t i = x->object[b].attr, k = y->object[c->object].attr;
	uint32_t n = x->object[b + 1].attr - i;
	const uint32_t *v, *w;
	size_t nv, nw;

	if (y->object[c->object + 1].attr - k != n)
		return false;
	for (; n > 0; n--, i++, k++) {
		v = attr_values(x, i, &nv);
		w = attr_values(y, k, &nw);
		if (x->attr[i].name != y->attr[k].name || nv != nw ||
		    memcmp(v, w, nv * sizeof(*v)) != 0)
			return false;
	}
	return true;
}

static const char *
compare_object(struct compare *c)
{
	const struct model *m = c->model;
	uint32_t dn = m->object[c->object].dn, i;
	const uint32_t *v, *w;
	size_t nv, nw;

	if (!world_exists(c->world, dn))
		return "it is missing";
	if (world_class(c->world, dn) != m->object[c->object].class)
		return "it is of another class";
	if (world_changed(c->world, dn) == NULL &&
	    same_records(c, model_find(c->world->base, dn)))
		return NULL;
	for (i = m->object[c->object].attr; i < m->object[c->object + 1].attr;
	    i++) {
		v = attr_values(m, i, &nv);
		w = world_values(c->world, dn, m->attr[i].name, &nw);
		if (!values_equal(v, nv, w, nw) && counts(c, m->attr[i].name))
			return name_str(m->attr[i].name);
	}
	c->why = NULL;
	world_each_attr(c->world, dn, compare_back, c);
	return c->why;
}

static void
find_extra(void *arg, uint32_t dn)
{
	struct compare *c = arg;

	if (model_find(c->model, dn) == NONE && (c->extra == NAME_NONE ||
	    strcmp(name_str(dn), name_str(c->extra)) < 0))
		c->extra = dn;
}

bool
world_equals(const struct world *w, const struct model *m, uint32_t *dn,
    const char **why)
{
	struct compare c = { .world = w, .model = m };
	const char *found = NULL;
	size_t i;

	*dn = NAME_NONE;
	for (i = 0; i < m->nobject && found == NULL; i++) {
		c.object = m->order[i];
		*dn = m->object[c.object].dn;
		if (model_find(m, *dn) == c.object)
			found = compare_object(&c);
	}
	world_each(w, find_extra, &c);
	if (c.extra != NAME_NONE && (found == NULL ||
	    strcmp(name_str(c.extra), name_str(*dn)) < 0)) {
		*dn = c.extra;
		found = "it is there, but should not be";
	}
	*why = found;
	if (found == NULL)
		*dn = NAME_NONE;
	return found == NULL;
}
