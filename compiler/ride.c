/*
 * What does a changed object ride on? On the EE it is, is below, or is hosted
 * on, where that EE changes too; on a service unit with a procedure of its
 * own; or on nothing. A sponsor list of an EE that stays and a node that gets
 * another EE are cases of their own.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "ride.h"
#include "text.h"

static bool
type_class(uint32_t class)
{
	const char *s = name_str(class);

	return class == N_SaSmfSwBundle || (text_ends(s, "Type") &&
	    class != N_SaAmfCompCsType &&
	    (strncmp(s, "SaAmf", 5) == 0 || strncmp(s, "SaPlm", 5) == 0));
}

bool
ride_is_type(const struct model *m, uint32_t o)
{
	for (; o != NONE; o = m->object[o].parent)
		if (type_class(m->object[o].class))
			return true;
	return false;
}

static bool
is_list(const struct plan *p, const struct delta *d)
{
	uint32_t dn = diff_dn(p->d, d), e, i;
	const struct model *m = d->s != NONE ? p->d->s : p->d->t;
	uint32_t o = d->s != NONE ? d->s : d->t;

	if (m->object[o].class != N_SaPlmDependency ||
	    m->object[o].parent == NONE)
		return false;
	e = tree_find(p->f, m->object[m->object[o].parent].dn);
	if (e == NONE || p->f->v[e].s == NONE || p->f->v[e].t == NONE)
		return false;
	for (i = p->f->v[e].dep; i != NONE; i = p->f->dep[i].next) {
		const struct dep *x = &p->f->dep[i];

		if ((x->s != NONE && p->d->s->object[x->s].dn == dn) ||
		    (x->t != NONE && p->d->t->object[x->t].dn == dn))
			return true;
	}
	return false;
}

/* A node that stays and stands elsewhere in the target. */
static bool
is_move(const struct plan *p, const struct delta *d)
{
	uint32_t class, attr;

	if (d->op != OP_MODIFY)
		return false;
	class = p->d->t->object[d->t].class;
	if (class != N_SaClmNode && class != N_SaAmfNode)
		return false;
	attr = class == N_SaClmNode ? N_saClmNodeEE : N_saAmfNodeClmNode;
	return diff_attr_differs(p->d->s, d->s, p->d->t, d->t, attr) &&
	    service_node_ee(p->f, p->d->s, d->s) !=
	    service_node_ee(p->f, p->d->t, d->t);
}

static struct ride
unit_ride(const struct plan *p, const struct model *m, uint32_t o)
{
	uint32_t su = service_su_of(m, o);

	if (su != NONE)
		su = service_find_su(p->sv, m->object[su].dn);
	if (su == NONE)
		return (struct ride){ RIDE_FREE, NONE };
	return (struct ride){ RIDE_UNIT, su };
}

/* Does a unit of the source stand elsewhere when EEs begin to change? */
static bool
unit_moves(const struct plan *p, uint32_t su)
{
	const struct su *u;

	if (su == NONE)
		return false;
	u = &p->sv->su[su];
	return u->s != NONE && u->ee_s != u->ee_t &&
	    (u->t != NONE || u->ee_t != NONE);
}

/* With an EE that is added, removed or modified, unless the object belongs to
 * a unit that moves. */
static struct ride
owner_ride(const struct plan *p, const struct delta *d)
{
	uint32_t es = d->s == NONE ? NONE : service_owner(p->f, p->d->s, d->s);
	uint32_t et = d->t == NONE ? NONE : service_owner(p->f, p->d->t, d->t);
	uint32_t e = d->op == OP_REMOVE ? es : et;
	const struct model *m = d->op == OP_REMOVE ? p->d->s : p->d->t;
	uint32_t o = d->op == OP_REMOVE ? d->s : d->t;
	struct ride unit = unit_ride(p, m, o);

	if (unit_moves(p, unit.with))
		return unit;
	if (e != NONE && p->f->v[e].op == OP_MODIFY &&
	    (d->op != OP_MODIFY || es == et))
		return (struct ride){ RIDE_EE_CHANGE, e };
	if (e != NONE && p->f->v[e].op == d->op && d->op != OP_MODIFY)
		return (struct ride){ RIDE_EE, e };
	return unit;
}

struct ride
ride_of(const struct plan *p, const struct delta *d)
{
	uint32_t e = tree_find(p->f, diff_dn(p->d, d));

	if (e != NONE)
		return (struct ride){ p->f->v[e].op == OP_NONE ? RIDE_FREE :
			RIDE_EE, e };
	if (is_list(p, d))
		return (struct ride){ RIDE_LIST, NONE };
	if (is_move(p, d))
		return (struct ride){ RIDE_MOVE, NONE };
	return owner_ride(p, d);
}

uint32_t
ride_unit(const struct plan *p, const struct delta *d)
{
	const struct model *m = d->op == OP_REMOVE ? p->d->s : p->d->t;

	return unit_ride(p, m, d->op == OP_REMOVE ? d->s : d->t).with;
}

/* --- procedures of their own --- */

struct found { /* a node or unit, and what it is sorted by */
	uint32_t dn, index;
};

struct found_list {
	struct found *v;
	size_t n, cap;
};

static void
add_found(struct found_list *l, uint32_t dn, uint32_t index)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct found){ dn, index };
}

static int
by_name(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return dn_natural(x->dn, y->dn);
}

/* The indices in natural order of the names; empties the list. */
static uint32_t *
sorted_indices(struct found_list *l)
{
	uint32_t *r = mem_alloc(l->n, sizeof(*r));
	size_t i;

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	for (i = 0; i < l->n; i++)
		r[i] = l->v[i].index;
	free(l->v);
	return r;
}

void
ride_input(const struct plan *p, struct plan_input *in)
{
	struct found_list move = { 0 }, unit = { 0 };
	bool *seen = mem_alloc(p->sv->nsu, sizeof(*seen));
	size_t i;

	for (i = 0; i < p->d->n; i++) {
		const struct delta *d = &p->d->v[i];
		struct ride r = ride_of(p, d);

		if (r.kind == RIDE_MOVE) {
			add_found(&move, diff_dn(p->d, d), d->t);
		} else if (r.kind == RIDE_UNIT && !seen[r.with]) {
			seen[r.with] = true;
			add_found(&unit, p->sv->su[r.with].dn, r.with);
		}
	}
	free(seen);
	in->nmove = move.n;
	in->nunit = unit.n;
	in->move = sorted_indices(&move);
	in->unit = sorted_indices(&unit);
}
