/*
 * When does each object enter, change or leave the model?
 *
 * P1  What rides on an EE or a service unit does so in its procedure.
 * P2  New objects that ride on nothing come first (campInitAction), gone ones
 *     last (campCompleteAction); types and bundles go after the commit.
 * P3  A reference to something added is written no earlier than that is
 *     created, one to something removed is gone before that is deleted. An
 *     object is created later or deleted earlier for that, unless something
 *     bound to a procedure needs it; then only the value is held back, or
 *     dropped early.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "place.h"

/* --- what an object rides on --- */

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

static bool
type_class(uint32_t class)
{
	const char *s = name_str(class);

	return class == N_SaSmfSwBundle || (ends_with(s, "Type") &&
	    class != N_SaAmfCompCsType &&
	    (strncmp(s, "SaAmf", 5) == 0 || strncmp(s, "SaPlm", 5) == 0));
}

bool
place_is_type(const struct model *m, uint32_t o)
{
	for (; o != NONE; o = m->object[o].parent)
		if (type_class(m->object[o].class))
			return true;
	return false;
}

static bool
is_list(const struct plan *p, const struct delta *d)
{
	uint32_t dn = delta_dn(p->d, d), e, i;
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
place_ride(const struct plan *p, const struct delta *d)
{
	uint32_t e = tree_find(p->f, delta_dn(p->d, d));

	if (e != NONE)
		return (struct ride){ p->f->v[e].op == OP_NONE ? RIDE_FREE :
			RIDE_EE, e };
	if (is_list(p, d))
		return (struct ride){ RIDE_LIST, NONE };
	if (is_move(p, d))
		return (struct ride){ RIDE_MOVE, NONE };
	return owner_ride(p, d);
}

static const struct plan *sort_plan;

static int
by_node_name(const void *a, const void *b)
{
	const struct model *t = sort_plan->d->t;

	return dn_natural(t->object[*(const uint32_t *)a].dn,
	    t->object[*(const uint32_t *)b].dn);
}

static int
by_unit_name(const void *a, const void *b)
{
	const struct su *su = sort_plan->sv->su;

	return dn_natural(su[*(const uint32_t *)a].dn,
	    su[*(const uint32_t *)b].dn);
}

void
place_units(const struct plan *p, struct plan_input *in)
{
	uint32_t *move = NULL, *unit = NULL;
	size_t i, nmove = 0, nunit = 0, move_cap = 0, unit_cap = 0;
	bool *seen = mem_alloc(p->sv->nsu, sizeof(*seen));

	for (i = 0; i < p->d->n; i++) {
		struct ride r = place_ride(p, &p->d->v[i]);

		if (r.kind == RIDE_MOVE) {
			move = mem_grow(move, nmove, &move_cap, sizeof(*move));
			move[nmove++] = p->d->v[i].t;
		} else if (r.kind == RIDE_UNIT && !seen[r.with]) {
			seen[r.with] = true;
			unit = mem_grow(unit, nunit, &unit_cap, sizeof(*unit));
			unit[nunit++] = r.with;
		}
	}
	free(seen);
	sort_plan = p;
	if (nmove > 0)
		qsort(move, nmove, sizeof(*move), by_node_name);
	if (nunit > 0)
		qsort(unit, nunit, sizeof(*unit), by_unit_name);
	*in = (struct plan_input){ move, nmove, unit, nunit };
}

uint32_t
place_unit_of(const struct places *w, uint32_t i)
{
	const struct delta *d = &w->p->d->v[i];
	const struct model *m = d->op == OP_REMOVE ? w->p->d->s : w->p->d->t;

	return unit_ride(w->p, m, d->op == OP_REMOVE ? d->s : d->t).with;
}

/* --- references --- */

uint32_t
place_delta(const struct places *w, uint32_t dn)
{
	return dn < w->nname ? w->delta_of[dn] : NONE;
}

/* Calls fn(w, from, to) for each changed object of kind op that an object
 * names: its parent, its values, the name escaped in its RDN. */
typedef void ref_fn(struct places *, uint32_t from, uint32_t to);

static void
visit(struct places *w, uint32_t from, uint32_t dn, enum op op, ref_fn *fn)
{
	uint32_t to = place_delta(w, dn);

	if (to != NONE && to != from && w->p->d->v[to].op == op)
		fn(w, from, to);
}

static void
each_ref(struct places *w, uint32_t from, enum op op, ref_fn *fn)
{
	const struct delta *d = &w->p->d->v[from];
	const struct model *m = op == OP_ADD ? w->p->d->t : w->p->d->s;
	uint32_t o = op == OP_ADD ? d->t : d->s, v;

	if (d->op == op && m->object[o].parent != NONE)
		visit(w, from, m->object[m->object[o].parent].dn, op, fn);
	if (d->op == op)
		visit(w, from, dn_embedded(m->object[o].dn), op, fn);
	for (v = m->attr[m->object[o].attr].value;
	    v < m->attr[m->object[o + 1].attr].value; v++)
		visit(w, from, m->value[v], op, fn);
}

/* --- first places --- */

static void
place_unit(struct places *w, uint32_t i, uint32_t su)
{
	uint32_t k = w->p->proc_of_su[su];
	enum op op = w->p->d->v[i].op;
	bool both = w->p->proc[k].kind == PROC_AMF_MODIFY &&
	    w->unit_modified[su];

	if (both && op != OP_MODIFY)
		w->slot[i] = slot_of(k, op == OP_ADD ? PART_WRAPUP : PART_INIT);
	else
		w->slot[i] = slot_of(k, PART_STEP);
}

/* Is the object the EE's own, or a service unit's? Those a template of the
 * step reaches; nodes and configuration objects it does not. */
static bool
template_reaches(const struct places *w, const struct delta *d)
{
	const struct model *m = w->p->d->t;
	uint32_t o;

	for (o = d->t; o != NONE; o = m->object[o].parent)
		if (m->object[o].class == N_SaPlmEE ||
		    m->object[o].class == N_SaAmfSU)
			return true;
	return false;
}

static uint32_t
free_slot(const struct places *w, const struct delta *d)
{
	const struct model *s = w->p->d->s;

	switch (d->op) {
	case OP_ADD:
		return SLOT_INIT;
	case OP_REMOVE:
		if (s->object[d->s].class == N_SaSmfSwBundle)
			return w->remove;
		return place_is_type(s, d->s) ? w->wrapup : w->complete;
	default:
		return w->complete;
	}
}

static void
first_place(struct places *w, uint32_t i)
{
	const struct delta *d = &w->p->d->v[i];
	const struct ride *r = &w->ride[i];
	uint32_t k;

	switch (r->kind) {
	case RIDE_EE:
		w->slot[i] = slot_of(w->p->proc_of[r->with], PART_STEP);
		break;
	case RIDE_EE_CHANGE:
		k = w->p->proc_of[r->with];
		if (d->op == OP_MODIFY ? template_reaches(w, d) :
		    w->units_in[k])
			w->slot[i] = slot_of(k, PART_STEP);
		else
			w->slot[i] = slot_of(k, d->op == OP_REMOVE ?
			    PART_INIT : PART_WRAPUP);
		break;
	case RIDE_UNIT:
		place_unit(w, i, r->with);
		break;
	case RIDE_LIST: /* some are deleted earlier, see below */
		w->slot[i] = w->complete;
		break;
	case RIDE_MOVE: /* set from the procedures */
		break;
	default:
		w->slot[i] = free_slot(w, d);
	}
}

static void
look_at_ride(struct places *w, uint32_t i)
{
	const struct delta *d = &w->p->d->v[i];
	const struct ride *r = &w->ride[i];

	if (r->kind == RIDE_UNIT && d->op == OP_MODIFY)
		w->unit_modified[r->with] = true;
	if (r->kind == RIDE_EE_CHANGE && d->op != OP_MODIFY &&
	    place_unit_of(w, i) != NONE)
		w->units_in[w->p->proc_of[r->with]] = true;
}

static void
first_places(struct places *w)
{
	const struct diff *d = w->p->d;
	uint32_t i, k;

	for (i = 0; i < d->n; i++) {
		w->ride[i] = place_ride(w->p, &d->v[i]);
		look_at_ride(w, i);
	}
	for (i = 0; i < d->n; i++)
		first_place(w, i);
	for (i = 0; i < w->p->f->ndep; i++)
		if (w->p->f->dep[i].gone != NONE)
			w->slot[place_delta(w, d->s->object[
			    w->p->f->dep[i].s].dn)] =
			    slot_of(w->p->f->dep[i].gone, PART_INIT);
	for (k = 0; k < w->p->n; k++)
		if (w->p->proc[k].kind == PROC_MOVE)
			w->slot[place_delta(w, d->t->object[
			    w->p->proc[k].root].dn)] = slot_of(k, PART_STEP);
}

/* --- later creations (P3) --- */

struct work { /* for the reference walks below */
	struct places w; /* first member: the walks are given this */
	uint32_t *stack;
	size_t n;
	uint8_t *state; /* by delta */
	bool found;
};
enum { NEEDED = 1, KNOWN = 2, LATE = 4 };

static bool
is_free(const struct places *w, uint32_t i)
{
	return w->ride[i].kind == RIDE_FREE;
}

static void
need(struct places *w, uint32_t from, uint32_t to)
{
	struct work *k = (struct work *)w;

	(void)from;
	if (!is_free(w, to) || (k->state[to] & NEEDED))
		return;
	k->state[to] |= NEEDED;
	k->stack[k->n++] = to;
}

static void find_late(struct places *, uint32_t from, uint32_t to);

static bool
is_late(struct places *w, uint32_t i)
{
	struct work *k = (struct work *)w;
	bool outer;

	if (!is_free(w, i))
		return w->slot[i] > SLOT_INIT;
	if (k->state[i] & (NEEDED | KNOWN))
		return (k->state[i] & LATE) != 0;
	k->state[i] |= KNOWN;
	outer = k->found;
	k->found = false;
	each_ref(w, i, OP_ADD, find_late);
	if (k->found)
		k->state[i] |= LATE;
	k->found = outer;
	return (k->state[i] & LATE) != 0;
}

static void
find_late(struct places *w, uint32_t from, uint32_t to)
{
	struct work *k = (struct work *)w;

	(void)from;
	if (is_late(w, to))
		k->found = true;
}

static void
place_created(struct places *places)
{
	struct work k = { .w = *places };
	const struct diff *d = places->p->d;
	uint32_t i;

	k.stack = mem_alloc(d->n, sizeof(*k.stack));
	k.state = mem_alloc(d->n, sizeof(*k.state));
	for (i = 0; i < d->n; i++)
		if (d->v[i].op != OP_REMOVE && !is_free(&k.w, i) &&
		    k.w.slot[i] < k.w.complete)
			each_ref(&k.w, i, OP_ADD, need);
	while (k.n > 0)
		each_ref(&k.w, k.stack[--k.n], OP_ADD, need);
	for (i = 0; i < d->n; i++)
		if (d->v[i].op == OP_ADD && is_free(&k.w, i) &&
		    is_late(&k.w, i))
			places->slot[i] = places->complete;
	free(k.stack);
	free(k.state);
}

bool
place_value_ready(const struct places *w, uint32_t value, uint32_t slot)
{
	uint32_t i = place_delta(w, value);

	return i == NONE || w->p->d->v[i].op != OP_ADD || w->slot[i] <= slot;
}

/* --- earlier deletions (P3) --- */

/* The unit in which references to something deleted in a slot must go: the
 * procedure's init, or the slot itself. */
static uint32_t
drop_slot(const struct places *w, uint32_t slot)
{
	if (slot < SLOT_FIRST || slot >= w->complete)
		return slot;
	return (slot - SLOT_FIRST) % 3 == PART_STEP ? slot - 1 : slot;
}

struct reverse { /* who names a removed object, by delta */
	uint32_t *at, *v;
};

struct pull {
	struct places w; /* first member */
	struct reverse rev;
	uint8_t *state;
	uint32_t earliest;
};

static void
count_ref(struct places *w, uint32_t from, uint32_t to)
{
	struct pull *k = (struct pull *)w;

	(void)from;
	k->rev.at[to + 2]++;
}

static void
enter_ref(struct places *w, uint32_t from, uint32_t to)
{
	struct pull *k = (struct pull *)w;

	k->rev.v[k->rev.at[to + 1]++] = from;
}

static void
find_earliest(struct places *w, uint32_t from, uint32_t to)
{
	struct pull *k = (struct pull *)w;
	uint32_t s = drop_slot(w, w->slot[to]);

	/* A parent leaves after its children, not before. */
	if (w->p->d->s->object[w->p->d->v[from].s].parent ==
	    w->p->d->v[to].s)
		return;
	if (s < k->earliest)
		k->earliest = s;
}

/* Can a removed object be deleted in this slot? What names it or is below it
 * must be able to follow. */
static bool
can_pull(struct pull *k, uint32_t i, uint32_t slot, int depth)
{
	uint32_t r;

	if (k->w.slot[i] <= slot)
		return true;
	if (!is_free(&k->w, i) || k->w.slot[i] > k->w.complete || depth > 50)
		return false;
	for (r = k->rev.at[i]; r < k->rev.at[i + 1]; r++)
		if (!can_pull(k, k->rev.v[r], slot, depth + 1))
			return false;
	return true;
}

static void
do_pull(struct pull *k, uint32_t i, uint32_t slot)
{
	uint32_t r;

	if (k->w.slot[i] <= slot)
		return;
	k->w.slot[i] = slot;
	for (r = k->rev.at[i]; r < k->rev.at[i + 1]; r++)
		do_pull(k, k->rev.v[r], slot);
}

static bool
removed(const struct places *w, uint32_t i)
{
	return w->p->d->v[i].op == OP_REMOVE;
}

/* A type's parent cannot leave before it. */
static void
keep_parents(struct places *w)
{
	const struct model *m = w->p->d->s;
	uint32_t i, o, k;

	for (i = 0; i < w->p->d->n; i++) {
		if (!removed(w, i) || w->slot[i] < w->wrapup)
			continue;
		for (o = m->object[w->p->d->v[i].s].parent; o != NONE;
		    o = m->object[o].parent) {
			k = place_delta(w, m->object[o].dn);
			if (k != NONE && removed(w, k) && w->slot[k] <
			    w->wrapup && is_free(w, k))
				w->slot[k] = w->wrapup;
		}
	}
}

static void
place_deleted(struct places *places)
{
	size_t n = places->p->d->n;
	struct pull k = { .w = *places };
	uint32_t i;

	k.rev.at = mem_alloc(n + 2, sizeof(*k.rev.at));
	for (i = 0; i < n; i++)
		if (removed(&k.w, i))
			each_ref(&k.w, i, OP_REMOVE, count_ref);
	for (i = 2; i < n + 2; i++)
		k.rev.at[i] += k.rev.at[i - 1];
	k.rev.v = mem_alloc(k.rev.at[n + 1], sizeof(*k.rev.v));
	for (i = 0; i < n; i++)
		if (removed(&k.w, i))
			each_ref(&k.w, i, OP_REMOVE, enter_ref);
	for (i = 0; i < n; i++) {
		if (!removed(&k.w, i) || !is_free(&k.w, i))
			continue;
		k.earliest = NONE;
		each_ref(&k.w, i, OP_REMOVE, find_earliest);
		if (k.earliest < k.w.slot[i] &&
		    can_pull(&k, i, k.earliest, 0))
			do_pull(&k, i, k.earliest);
	}
	free(k.rev.at);
	free(k.rev.v);
	keep_parents(places);
}

/* --- values dropped early or written late (P3) --- */

static struct partial *
add_partial(struct places *w, uint32_t slot, uint32_t dn, uint32_t class,
    uint32_t attr)
{
	w->partial = mem_grow(w->partial, w->npartial, &w->partial_cap,
	    sizeof(*w->partial));
	w->partial[w->npartial] = (struct partial){ .slot = slot, .dn = dn,
		.class = class, .attr = attr };
	return &w->partial[w->npartial++];
}

/* The slot from which on a value must not be there, or NONE. */
static uint32_t
gone_from(const struct places *w, uint32_t value)
{
	uint32_t i = place_delta(w, value);

	if (i == NONE || !removed(w, i))
		return NONE;
	return drop_slot(w, w->slot[i]);
}

bool
place_value_gone(const struct places *w, uint32_t value, uint32_t slot)
{
	return gone_from(w, value) < slot;
}

static uint32_t
filter(const struct places *w, const uint32_t *v, size_t n, uint32_t slot,
    uint32_t *out)
{
	uint32_t k = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (gone_from(w, v[i]) > slot)
			out[k++] = v[i];
	return k;
}

static bool
all_ready(const struct places *w, const uint32_t *v, size_t n, uint32_t slot)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!place_value_ready(w, v[i], slot))
			return false;
	return true;
}

/* From which slot on object i must not name a value; NONE if it may all its
 * time. What goes in one unit with the object need not be dropped from it. */
static uint32_t
drop_from(const struct places *w, uint32_t i, uint32_t value)
{
	uint32_t y = place_delta(w, value), s = gone_from(w, value);

	if (s == NONE || s >= w->slot[i] ||
	    (removed(w, i) && w->slot[y] >= w->slot[i]))
		return NONE;
	return s;
}

/* Writes attribute a of the source object anew at each slot where something
 * it names goes, before the object's own time. */
static void
drop_values(struct places *w, uint32_t i, uint32_t a)
{
	const struct diff *d = w->p->d;
	const struct delta *x = &d->v[i];
	size_t n, nt = 0, k;
	const uint32_t *v = attr_values(d->s, a, &n), *t = NULL, *old = v;
	uint32_t slot = 0, next, at = NONE, nold = (uint32_t)n;

	if (x->t != NONE)
		at = model_attr(d->t, x->t, d->s->attr[a].name);
	if (at != NONE)
		t = attr_values(d->t, at, &nt);
	for (;; slot = next + 1) {
		struct partial *p;
		uint32_t *list;

		next = NONE;
		for (k = 0; k < n; k++) {
			uint32_t s = drop_from(w, i, v[k]);

			if (s >= slot && s < next)
				next = s;
		}
		if (next == NONE)
			return;
		p = add_partial(w, next, d->s->object[x->s].dn,
		    d->s->object[x->s].class, d->s->attr[a].name);
		p->old = old;
		p->nold = nold;
		if (nt > 0 && all_ready(w, t, nt, next)) {
			p->value = t;
			p->n = (uint32_t)nt;
			p->final = true;
			w->has_final[i] = true;
			return;
		}
		list = arena_array(&w->arena, n, sizeof(*list));
		p->n = filter(w, v, n, next, list);
		p->value = list;
		old = list;
		nold = p->n;
	}
}

static void
drop_early(struct places *w, uint32_t i)
{
	const struct model *s = w->p->d->s;
	const struct delta *x = &w->p->d->v[i];
	uint32_t a;

	if (x->s == NONE || w->ride[i].kind == RIDE_LIST ||
	    s->object[x->s].class == N_SaPlmDependency)
		return;
	for (a = s->object[x->s].attr; a < s->object[x->s + 1].attr; a++)
		drop_values(w, i, a);
}

/* Values of an object that is created or changed before what they name is
 * there are completed at the end. */
static void
complete_late(struct places *w, uint32_t i)
{
	const struct model *t = w->p->d->t;
	const struct delta *x = &w->p->d->v[i];
	uint32_t a;
	size_t n;

	if (x->t == NONE || w->ride[i].kind == RIDE_LIST ||
	    w->slot[i] >= w->complete ||
	    t->object[x->t].class == N_SaPlmDependency)
		return;
	for (a = t->object[x->t].attr; a < t->object[x->t + 1].attr; a++) {
		const uint32_t *v = attr_values(t, a, &n);
		struct partial *p;

		if (all_ready(w, v, n, w->slot[i]))
			continue;
		p = add_partial(w, w->complete, t->object[x->t].dn,
		    t->object[x->t].class, t->attr[a].name);
		p->value = v;
		p->n = (uint32_t)n;
		p->final = true;
	}
}

static int
by_slot(const void *a, const void *b)
{
	const struct partial *x = a, *y = b;
	int c;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	c = strcmp(name_str(x->dn), name_str(y->dn));
	return c != 0 ? c : strcmp(name_str(x->attr), name_str(y->attr));
}

/* --- sorting --- */

static uint32_t
depth_of(uint32_t dn)
{
	const char *s = name_str(dn);
	uint32_t n = 1;
	size_t i, len = name_len(dn);

	for (i = 1; i < len; i++)
		n += s[i] == ',' && s[i - 1] != '\\';
	return n;
}

static uint32_t *sort_depth;
static const uint32_t *sort_slot;

static int
by_slot_depth(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (sort_slot[x] != sort_slot[y])
		return sort_slot[x] < sort_slot[y] ? -1 : 1;
	if (sort_depth[x] != sort_depth[y])
		return sort_depth[x] < sort_depth[y] ? -1 : 1;
	return x < y ? -1 : x > y; /* deltas are in DN order */
}

static void
sort_places(struct places *w)
{
	uint32_t nslot = w->remove + 1, i, n = (uint32_t)w->p->d->n;

	w->order = mem_alloc(n, sizeof(*w->order));
	w->at = mem_alloc(nslot + 1, sizeof(*w->at));
	sort_depth = mem_alloc(n, sizeof(*sort_depth));
	sort_slot = w->slot;
	for (i = 0; i < n; i++) {
		w->order[i] = i;
		sort_depth[i] = depth_of(delta_dn(w->p->d, &w->p->d->v[i]));
		w->at[w->slot[i] + 1]++;
	}
	for (i = 1; i <= nslot; i++)
		w->at[i] += w->at[i - 1];
	qsort(w->order, n, sizeof(*w->order), by_slot_depth);
	free(sort_depth);
	sort_depth = NULL;
	if (w->npartial > 0)
		qsort(w->partial, w->npartial, sizeof(*w->partial), by_slot);
}

void
place_run(struct places *w, struct plan *p)
{
	uint32_t i;

	*w = (struct places){ .p = p };
	w->complete = slot_of((uint32_t)p->n, 0);
	w->wrapup = w->complete + 1;
	w->remove = w->complete + 2;
	w->slot = mem_alloc(p->d->n, sizeof(*w->slot));
	w->ride = mem_alloc(p->d->n, sizeof(*w->ride));
	w->has_final = mem_alloc(p->d->n, sizeof(*w->has_final));
	w->units_in = mem_alloc(p->n, sizeof(*w->units_in));
	w->unit_modified = mem_alloc(p->sv->nsu, sizeof(*w->unit_modified));
	w->nname = intern_count();
	w->delta_of = mem_realloc(NULL, w->nname, sizeof(*w->delta_of));
	memset(w->delta_of, 0xff, w->nname * sizeof(*w->delta_of));
	for (i = 0; i < p->d->n; i++)
		w->delta_of[delta_dn(p->d, &p->d->v[i])] = i;
	first_places(w);
	place_created(w);
	place_deleted(w);
	for (i = 0; i < p->d->n; i++) {
		if (p->d->v[i].op != OP_ADD)
			drop_early(w, i);
		complete_late(w, i);
	}
	sort_places(w);
}

void
place_free(struct places *w)
{
	free(w->slot);
	free(w->ride);
	free(w->has_final);
	free(w->order);
	free(w->at);
	free(w->partial);
	free(w->units_in);
	free(w->unit_modified);
	free(w->delta_of);
	arena_free(&w->arena);
	*w = (struct places){ 0 };
}
