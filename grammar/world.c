/*
 * What does the model look like now? The base model is const; a record for
 * each object that differs lies over it, found by DN. A created object borrows
 * the attributes of the campaign, a modified one keeps only the attributes
 * that changed; so a world costs what changed, not what is.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "ids.h"
#include "world.h"

struct world *
world_new(const struct model *base)
{
	struct world *w = mem_alloc(1, sizeof(*w));

	w->base = base;
	return w;
}

void
world_free(struct world *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < w->nchange; i++)
		if (w->change[i].cap > 0)
			free(w->change[i].attr);
	arena_free(&w->arena);
	free(w->change);
	idmap_free(&w->by_dn);
	free(w->base_children);
	hosting_free(w->hosting);
	world_log_free(w->log);
	free(w);
}

const struct change *
world_changed(const struct world *w, uint32_t dn)
{
	uint32_t i = dn == NAME_NONE ? 0 : idmap_get(&w->by_dn, dn);

	return i == 0 ? NULL : &w->change[i - 1];
}

struct change *
world_change(struct world *w, uint32_t dn)
{
	uint32_t *i = idmap_at(&w->by_dn, dn), o;

	if (*i != 0) {
		if (w->log != NULL)
			world_save(w, &w->change[*i - 1], false);
		return &w->change[*i - 1];
	}
	w->change = mem_grow(w->change, w->nchange, &w->cap,
	    sizeof(*w->change));
	o = model_find(w->base, dn);
	w->change[w->nchange] = (struct change){ .dn = dn,
		.class = o == NONE ? NAME_NONE : w->base->object[o].class,
		.exists = o != NONE };
	*i = (uint32_t)++w->nchange;
	if (w->log != NULL)
		world_save(w, &w->change[w->nchange - 1], true);
	return &w->change[w->nchange - 1];
}

bool
world_exists(const struct world *w, uint32_t dn)
{
	const struct change *c = world_changed(w, dn);

	return c != NULL ? c->exists : model_find(w->base, dn) != NONE;
}

uint32_t
world_class(const struct world *w, uint32_t dn)
{
	const struct change *c = world_changed(w, dn);
	uint32_t o;

	if (c != NULL)
		return c->exists ? c->class : NAME_NONE;
	o = model_find(w->base, dn);
	return o == NONE ? NAME_NONE : w->base->object[o].class;
}

static struct cattr *
own_attr(const struct change *c, uint32_t name)
{
	uint32_t i;

	for (i = 0; i < c->nattr; i++)
		if (c->attr[i].name == name)
			return &c->attr[i];
	return NULL;
}

static const uint32_t *
base_values(const struct model *m, uint32_t dn, uint32_t attr, size_t *n)
{
	uint32_t o = model_find(m, dn), a;

	a = o == NONE ? NONE : model_attr(m, o, attr);
	if (a == NONE)
		return NULL;
	return attr_values(m, a, n);
}

const uint32_t *
world_values(const struct world *w, uint32_t dn, uint32_t attr, size_t *n)
{
	const struct change *c = world_changed(w, dn);
	const struct cattr *own = NULL;
	const uint32_t *v = NULL;

	*n = 0;
	if (c != NULL && !c->exists)
		return NULL;
	if (c != NULL)
		own = own_attr(c, attr);
	if (own != NULL) {
		v = own->value;
		*n = own->nvalue;
	} else if (c == NULL || !c->fresh) {
		v = base_values(w->base, dn, attr, n);
	}
	return *n == 0 ? NULL : v;
}

uint32_t
world_value(const struct world *w, uint32_t dn, uint32_t attr)
{
	size_t n;
	const uint32_t *v = world_values(w, dn, attr, &n);

	return n == 0 ? (uint32_t)NAME_NONE : v[0];
}

static void
count_children(struct world *w)
{
	const struct model *m = w->base;
	size_t i;

	w->base_children = mem_alloc(m->nobject, sizeof(*w->base_children));
	for (i = 0; i < m->nobject; i++)
		if (m->object[i].parent != NONE)
			w->base_children[m->object[i].parent]++;
}

uint32_t
world_children(struct world *w, uint32_t dn)
{
	const struct change *c = world_changed(w, dn);
	uint32_t o = model_find(w->base, dn);
	int64_t n = c == NULL ? 0 : c->children;

	if (w->base_children == NULL)
		count_children(w);
	if (o != NONE)
		n += w->base_children[o];
	return n < 0 ? 0 : (uint32_t)n;
}

static void
count_child(struct world *w, uint32_t dn, int32_t by)
{
	uint32_t parent = dn_parent(dn);

	if (parent != NAME_NONE)
		world_change(w, parent)->children += by;
}

static void
forget_attrs(struct change *c)
{
	if (c->cap > 0)
		free(c->attr);
	c->attr = NULL;
	c->nattr = c->cap = 0;
}

void
world_create(struct world *w, uint32_t dn, uint32_t class,
    struct cattr *attr, uint32_t nattr)
{
	struct change *c = world_change(w, dn);

	forget_attrs(c);
	c->class = class;
	c->attr = attr;
	c->nattr = nattr;
	c->exists = c->fresh = true;
	count_child(w, dn, 1);
	hosting_note(w, dn);
}

void
world_delete(struct world *w, uint32_t dn)
{
	struct change *c = world_change(w, dn);

	forget_attrs(c);
	c->exists = false;
	count_child(w, dn, -1);
}

/* The record's own entry for the attribute, made if there is none. */
static struct cattr *
writable_attr(struct change *c, uint32_t name, enum value_type type)
{
	struct cattr *a;
	uint32_t cap = c->nattr + 1;

	if (c->cap == 0 || c->nattr == c->cap) {
		cap += c->cap;
		a = mem_alloc(cap, sizeof(*a));
		if (c->nattr > 0)
			memcpy(a, c->attr, c->nattr * sizeof(*a));
		if (c->cap > 0)
			free(c->attr);
		c->attr = a;
		c->cap = cap;
	}
	a = own_attr(c, name);
	if (a == NULL) {
		a = &c->attr[c->nattr++];
		*a = (struct cattr){ .name = name, .type = type };
	}
	return a;
}

/* old without (DELETE) or with (ADD) the values of by, in the arena. */
static uint32_t *
combine(struct world *w, enum modify_op op, const uint32_t *old, size_t *n,
    const struct cattr *by)
{
	uint32_t *v = arena_array(&w->arena, *n + by->nvalue, sizeof(*v));
	size_t i, k = 0;

	for (i = 0; i < *n; i++)
		if (op == MODIFY_ADD ||
		    !ids_have(by->value, by->nvalue, old[i]))
			v[k++] = old[i];
	if (op == MODIFY_ADD && by->nvalue > 0)
		memcpy(v + k, by->value, by->nvalue * sizeof(*v));
	*n = op == MODIFY_ADD ? k + by->nvalue : k;
	return v;
}

static bool
is_host_attr(uint32_t name)
{
	return name == N_saClmNodeEE || name == N_saAmfNodeClmNode ||
	    name == N_saAmfSUHostNodeOrNodeGroup ||
	    name == N_saAmfSUHostedByNode || name == N_saPlmDepNames;
}

void
world_modify(struct world *w, uint32_t dn, enum modify_op op,
    const struct cattr *by)
{
	size_t n;
	const uint32_t *v = world_values(w, dn, by->name, &n);
	struct cattr *a;

	if (op == MODIFY_REPLACE || (op == MODIFY_DELETE && by->nvalue == 0)) {
		v = by->value;
		n = by->nvalue;
	} else {
		v = combine(w, op, v, &n, by);
	}
	a = writable_attr(world_change(w, dn), by->name, by->type);
	a->value = v;
	a->nvalue = (uint32_t)n;
	if (is_host_attr(by->name))
		hosting_note(w, dn);
}

void
world_each(const struct world *w, void (*visit)(void *, uint32_t dn),
    void *arg)
{
	const struct model *m = w->base;
	size_t i;

	for (i = 0; i < m->nobject; i++) {
		uint32_t dn = m->object[m->order[i]].dn;

		if (model_find(m, dn) == m->order[i] && world_exists(w, dn))
			visit(arg, dn);
	}
	for (i = 0; i < w->nchange; i++)
		if (w->change[i].exists &&
		    model_find(m, w->change[i].dn) == NONE)
			visit(arg, w->change[i].dn);
}

void
world_each_attr(const struct world *w, uint32_t dn,
    void (*visit)(void *, uint32_t attr, const uint32_t *, size_t),
    void *arg)
{
	const struct change *c = world_changed(w, dn);
	const struct model *m = w->base;
	uint32_t o = model_find(m, dn), i;
	const uint32_t *v;
	size_t n;

	if (c != NULL && !c->exists)
		return;
	for (i = 0; c != NULL && i < c->nattr; i++)
		if (c->attr[i].nvalue > 0)
			visit(arg, c->attr[i].name, c->attr[i].value,
			    c->attr[i].nvalue);
	if (o == NONE || (c != NULL && c->fresh))
		return;
	for (i = m->object[o].attr; i < m->object[o + 1].attr; i++) {
		v = attr_values(m, i, &n);
		if (n > 0 && (c == NULL ||
		    own_attr(c, m->attr[i].name) == NULL))
			visit(arg, m->attr[i].name, v, n);
	}
}

static void
export_attr(void *arg, uint32_t attr, const uint32_t *v, size_t n)
{
	struct model *m = arg;
	size_t i;

	model_add_attr(m, attr, 0);
	for (i = 0; i < n; i++)
		model_add_value(m, v[i]);
}

struct export {
	const struct world *world;
	struct model *model;
};

static void
export_object(void *arg, uint32_t dn)
{
	struct export *e = arg;

	model_add_object(e->model, dn, world_class(e->world, dn), 0);
	world_each_attr(e->world, dn, export_attr, e->model);
}

struct model *
world_export(const struct world *w)
{
	struct export e = { w, mem_alloc(1, sizeof(struct model)) };
	size_t n = w->base->nclass, i;

	for (i = 0; i < n; i++)
		*model_add_class(e.model, w->base->class[i].name, NONE) =
		    w->base->class[i];
	world_each(w, export_object, &e);
	model_index(e.model);
	return e.model;
}

void
dn_list_add(struct dn_list *l, uint32_t dn)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = dn;
}

void
dn_list_unique(struct dn_list *l)
{
	size_t i, n = 0;

	if (l->n < 2)
		return;
	ids_sort(l->v, l->n);
	for (i = 0; i < l->n; i++)
		if (n == 0 || l->v[i] != l->v[n - 1])
			l->v[n++] = l->v[i];
	l->n = n;
}

void
dn_list_free(struct dn_list *l)
{
	free(l->v);
	*l = (struct dn_list){ 0 };
}

bool
dn_is_below(uint32_t dn, uint32_t parent)
{
	size_t n = name_len(dn), p = name_len(parent);
	const char *s = name_str(dn);

	if (p == 0 || n <= p + 1 || s[n - p - 1] != ',' ||
	    s[n - p - 2] == '\\')
		return false;
	return memcmp(s + n - p, name_str(parent), p) == 0;
}
