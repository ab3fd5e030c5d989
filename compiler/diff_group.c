/*
 * Which differences belong together? Changed objects are sorted by the entity
 * they are part of; entities whose changes have the same outline (operation,
 * class, type before and after, which attributes of which objects below it)
 * are of one kind. Each object is looked at once, after sorting.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diff_group.h"
#include "dn.h"
#include "idmap.h"

const struct model *
diff_model(const struct diff *d, const struct delta *x, uint32_t *object)
{
	*object = x->t != NONE ? x->t : x->s;
	return x->t != NONE ? d->t : d->s;
}

uint32_t
diff_type_attr(uint32_t class)
{
	static const uint32_t of[][2] = {
		{ N_SaPlmEE, N_saPlmEEType },
		{ N_SaPlmHE, N_saPlmHEBaseHEType },
		{ N_SaAmfSU, N_saAmfSUType },
		{ N_SaAmfSG, N_saAmfSGType },
		{ N_SaAmfComp, N_saAmfCompType },
	};
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (of[i][0] == class)
			return of[i][1];
	return NAME_NONE;
}

static bool
is_entity(uint32_t class)
{
	static const uint32_t classes[] = { N_SaPlmEE, N_SaPlmHE, N_SaAmfSU,
		N_SaAmfSG, N_SaAmfSI, N_SaAmfApplication, N_SaClmNode,
		N_SaAmfNode };
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i] == class)
			return true;
	return false;
}

/* The DN of the entity that a changed object is part of. */
static uint32_t
entity_of(const struct diff *d, const struct delta *x)
{
	uint32_t o, self;
	const struct model *m = diff_model(d, x, &self);

	for (o = self; o != NONE; o = m->object[o].parent)
		if (is_entity(m->object[o].class))
			return m->object[o].dn;
	return m->object[self].dn;
}

/* --- attributes by name --- */

static bool
counts(const struct model *m, uint32_t o, uint32_t a)
{
	uint32_t name = m->attr[a].name;

	if (m->attr[a].value == m->attr[a + 1].value)
		return false;
	return name != N_saAmfSUHostedByNode ||
	    model_attr_counts(m, m->object[o].class, name);
}

static size_t
list_attrs(const struct model *m, uint32_t o, uint32_t **v, size_t *cap)
{
	uint32_t a;
	size_t n = 0, k;

	if (o == NONE)
		return 0;
	for (a = m->object[o].attr; a < m->object[o + 1].attr; a++) {
		if (!counts(m, o, a))
			continue;
		*v = mem_grow(*v, n, cap, sizeof(**v));
		for (k = n++; k > 0 && strcmp(name_str(m->attr[(*v)[k - 1]].
		    name), name_str(m->attr[a].name)) > 0; k--)
			(*v)[k] = (*v)[k - 1];
		(*v)[k] = a;
	}
	return n;
}

void
diff_walk_begin(struct diff_walk *w, const struct diff *d, uint32_t s,
    uint32_t t)
{
	w->s = d->s;
	w->t = d->t;
	w->nold = list_attrs(d->s, s, &w->old, &w->old_cap);
	w->nnew = list_attrs(d->t, t, &w->new, &w->new_cap);
	w->at_old = w->at_new = 0;
}

bool
diff_walk_next(struct diff_walk *w, struct diff_attr *a)
{
	bool old = w->at_old < w->nold, new = w->at_new < w->nnew;
	uint32_t x = old ? w->s->attr[w->old[w->at_old]].name : NAME_NONE;
	uint32_t y = new ? w->t->attr[w->new[w->at_new]].name : NAME_NONE;
	int c = !old ? 1 : !new ? -1 : x == y ? 0 :
	    strcmp(name_str(x), name_str(y));

	if (!old && !new)
		return false;
	a->name = c <= 0 ? x : y;
	a->old = c <= 0 ? w->old[w->at_old++] : NONE;
	a->new = c >= 0 ? w->new[w->at_new++] : NONE;
	return true;
}

bool
diff_walk_changed(struct diff_walk *w, struct diff_attr *a)
{
	const uint32_t *old, *new;
	size_t nold, nnew;

	while (diff_walk_next(w, a)) {
		old = diff_values(w->s, a->old, &nold);
		new = diff_values(w->t, a->new, &nnew);
		if (!values_equal(old, nold, new, nnew))
			return true;
	}
	return false;
}

void
diff_walk_free(struct diff_walk *w)
{
	free(w->old);
	free(w->new);
	*w = (struct diff_walk){ 0 };
}

const uint32_t *
diff_values(const struct model *m, uint32_t attr, size_t *n)
{
	*n = 0;
	return attr == NONE ? NULL : attr_values(m, attr, n);
}

void
diff_sides(struct diff_sides *v, const struct diff *d, const struct delta *x,
    const struct diff_attr *a)
{
	uint32_t o;
	const struct model *m = diff_model(d, x, &o);
	enum value_type type = model_attr_type(m, m->object[o].class, a->name);
	const uint32_t *old, *new;
	size_t nold, nnew;

	old = diff_values(d->s, a->old, &nold);
	new = diff_values(d->t, a->new, &nnew);
	visible_values(&v->old, a->name, type, old, nold, NULL, 0);
	visible_values(&v->new, a->name, type, new, nnew, old, nold);
	v->is_time = type == TYPE_TIME;
}

void
diff_sides_free(struct diff_sides *v)
{
	visible_free(&v->old);
	visible_free(&v->new);
}

/* --- entities --- */

struct member {
	uint32_t entity, dn, delta;
};

/* Entities in natural order; in one the entity first, then what is below it. */
static int
by_entity(const void *x, const void *y)
{
	const struct member *a = x, *b = y;

	if (a->entity != b->entity)
		return dn_natural(a->entity, b->entity);
	if (a->dn == a->entity || b->dn == b->entity)
		return (a->dn != a->entity) - (b->dn != b->entity);
	return dn_natural(a->dn, b->dn);
}

static void
find_entities(struct diff_groups *g)
{
	const struct diff *d = g->d;
	struct member *v = mem_alloc(d->n, sizeof(*v));
	size_t i, cap = 0;

	for (i = 0; i < d->n; i++)
		v[i] = (struct member){ entity_of(d, &d->v[i]),
			diff_dn(d, &d->v[i]), (uint32_t)i };
	if (d->n > 0)
		qsort(v, d->n, sizeof(*v), by_entity);
	g->order = mem_alloc(d->n, sizeof(*g->order));
	for (i = 0; i < d->n; i++) {
		g->order[i] = v[i].delta;
		if (i == 0 || v[i].entity != v[i - 1].entity) {
			g->entity = mem_grow(g->entity, g->nentity, &cap,
			    sizeof(*g->entity));
			g->entity[g->nentity++] = (struct diff_entity){
				.dn = v[i].entity, .first = (uint32_t)i,
				.next = NONE };
		}
		g->entity[g->nentity - 1].n++;
	}
	free(v);
}

/* --- kinds --- */

static uint32_t
type_in(const struct model *m, uint32_t o)
{
	uint32_t attr = o == NONE ? (uint32_t)NAME_NONE :
	    diff_type_attr(m->object[o].class);

	return attr == NAME_NONE ? (uint32_t)NAME_NONE :
	    model_value(m, o, attr);
}

/* What changes in an object, without the values of anything but its type. */
static void
outline(const struct diff *d, const struct delta *x, uint32_t entity,
    struct diff_walk *w, struct buf *b)
{
	uint32_t o;
	const struct model *m = diff_model(d, x, &o);
	struct diff_attr a;

	buf_printf(b, "%d:%u:%u:%u:%u", x->op, m->object[o].class,
	    m->object[o].dn != entity, type_in(d->s, x->s),
	    type_in(d->t, x->t));
	if (x->op != OP_MODIFY)
		return;
	buf_printf(b, ":%u", d->s->object[x->s].class);
	diff_walk_begin(w, d, x->s, x->t);
	while (diff_walk_changed(w, &a))
		buf_printf(b, ",%u", a.name);
}

static struct diff_kind
kind_of(const struct diff_groups *g, const struct diff_entity *e)
{
	const struct delta *x = &g->d->v[g->order[e->first]];
	uint32_t o;
	const struct model *m = diff_model(g->d, x, &o);
	bool self = m->object[o].dn == e->dn;

	return (struct diff_kind){ .op = self ? x->op : OP_MODIFY,
		.class = m->object[o].class, .old_type = type_in(g->d->s, x->s),
		.new_type = type_in(g->d->t, x->t) };
}

static void
find_kinds(struct diff_groups *g)
{
	struct diff_walk w = { 0 };
	struct idmap known = { 0 };
	struct buf b = { 0 };
	size_t i, k, cap = 0;

	for (i = 0; i < g->nentity; i++) {
		struct diff_entity *e = &g->entity[i];
		struct diff_kind *kind;
		uint32_t *at;

		b.len = 0;
		for (k = 0; k < e->n; k++)
			outline(g->d, &g->d->v[g->order[e->first + k]], e->dn,
			    &w, &b);
		at = idmap_at(&known, intern(b.data, b.len));
		if (*at == 0) {
			g->kind = mem_grow(g->kind, g->nkind, &cap,
			    sizeof(*g->kind));
			g->kind[g->nkind] = kind_of(g, e);
			g->kind[g->nkind].first = (uint32_t)i;
			*at = (uint32_t)++g->nkind;
		} else {
			g->entity[g->kind[*at - 1].last].next = (uint32_t)i;
		}
		kind = &g->kind[*at - 1];
		kind->last = (uint32_t)i;
		kind->n++;
	}
	buf_free(&b);
	idmap_free(&known);
	diff_walk_free(&w);
}

void
diff_group(struct diff_groups *g, const struct diff *d)
{
	*g = (struct diff_groups){ .d = d };
	find_entities(g);
	find_kinds(g);
}

void
diff_group_free(struct diff_groups *g)
{
	free(g->order);
	free(g->entity);
	free(g->kind);
	*g = (struct diff_groups){ 0 };
}
