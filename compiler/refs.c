/*
 * Who names whom among the changed objects, and who must wait or hurry for it?
 *
 * References go from an object to what it names: its parent, its values, the
 * name escaped in its RDN. Each question is a walk over them with a stack of
 * its own, so that a chain as long as the model is as good as any:
 *
 * R1  A new object that rides on nothing is late if it names something that
 *     is late, or bound to a procedure; late is what can be reached backwards
 *     from there.
 * R2  What a bound object names, and so on, is needed and never late; the
 *     value that comes too early is then held back (partial.c).
 * R3  A removed object that rides on nothing goes with the first of what it
 *     names, but not before the last bound object that names it, directly or
 *     through others. Walked from the latest such bound object on, each is
 *     reached first from the one that limits it most.
 */
#include <stdlib.h>

#include "dn.h"
#include "place.h"
#include "refs.h"

struct namers { /* who names changed object i: v[at[i]..at[i + 1]) */
	uint32_t *at, *v;
};

struct walk {
	struct places *w;
	enum op op; /* changes looked at, at both ends */
	struct namers by;
	uint32_t *stack;
	size_t n;
	bool *needed, *late;
	uint32_t *limit; /* earliest slot a removed object may go to */
	uint32_t earliest;
};

/* An object of the walk names another. */
typedef void ref_fn(struct walk *, uint32_t from, uint32_t to);

static bool
is_free(const struct places *w, uint32_t i)
{
	return w->ride[i].kind == RIDE_FREE;
}

static bool
is_op(const struct walk *k, uint32_t i)
{
	return k->w->p->d->v[i].op == k->op;
}

static void
visit(struct walk *k, uint32_t from, uint32_t dn, ref_fn *fn)
{
	uint32_t to = place_delta(k->w, dn);

	if (to != NONE && to != from && is_op(k, to))
		fn(k, from, to);
}

/* Calls fn for each object of the walk's operation that an object names. */
static void
each_ref(struct walk *k, uint32_t from, ref_fn *fn)
{
	const struct delta *d = &k->w->p->d->v[from];
	bool add = k->op == OP_ADD;
	const struct model *m = add ? k->w->p->d->t : k->w->p->d->s;
	const struct object *o = &m->object[add ? d->t : d->s];
	uint32_t v;

	if (d->op == k->op && o->parent != NONE)
		visit(k, from, m->object[o->parent].dn, fn);
	if (d->op == k->op)
		visit(k, from, dn_embedded(o->dn), fn);
	for (v = m->attr[o->attr].value; v < m->attr[o[1].attr].value; v++)
		visit(k, from, m->value[v], fn);
}

/* --- namers --- */

static void
count_ref(struct walk *k, uint32_t from, uint32_t to)
{
	(void)from;
	k->by.at[to + 2]++;
}

static void
enter_ref(struct walk *k, uint32_t from, uint32_t to)
{
	k->by.v[k->by.at[to + 1]++] = from;
}

static void
find_namers(struct walk *k)
{
	size_t n = k->w->p->d->n, i;

	k->by.at = mem_alloc(n + 2, sizeof(*k->by.at));
	for (i = 0; i < n; i++)
		if (is_op(k, (uint32_t)i))
			each_ref(k, (uint32_t)i, count_ref);
	for (i = 2; i < n + 2; i++)
		k->by.at[i] += k->by.at[i - 1];
	k->by.v = mem_alloc(k->by.at[n + 1], sizeof(*k->by.v));
	for (i = 0; i < n; i++)
		if (is_op(k, (uint32_t)i))
			each_ref(k, (uint32_t)i, enter_ref);
}

static void
begin_walk(struct walk *k, struct places *w, enum op op)
{
	*k = (struct walk){ .w = w, .op = op };
	find_namers(k);
	k->stack = mem_alloc(w->p->d->n, sizeof(*k->stack));
}

static void
end_walk(struct walk *k)
{
	free(k->by.at);
	free(k->by.v);
	free(k->stack);
	free(k->needed);
	free(k->late);
	free(k->limit);
}

/* --- later creations --- */

static void
need(struct walk *k, uint32_t from, uint32_t to)
{
	(void)from;
	if (!is_free(k->w, to) || k->needed[to])
		return;
	k->needed[to] = true; /* R2 */
	k->stack[k->n++] = to;
}

static void
find_needed(struct walk *k)
{
	const struct diff *d = k->w->p->d;
	uint32_t i;

	for (i = 0; i < d->n; i++)
		if (d->v[i].op != OP_REMOVE && !is_free(k->w, i) &&
		    k->w->slot[i] < k->w->complete)
			each_ref(k, i, need);
	while (k->n > 0)
		each_ref(k, k->stack[--k->n], need);
}

static void
find_late(struct walk *k)
{
	uint32_t i, r;

	for (i = 0; i < k->w->p->d->n; i++)
		if (is_op(k, i) && !is_free(k->w, i) &&
		    k->w->slot[i] > SLOT_INIT)
			k->stack[k->n++] = i;
	while (k->n > 0) {
		i = k->stack[--k->n];
		for (r = k->by.at[i]; r < k->by.at[i + 1]; r++) {
			uint32_t from = k->by.v[r];

			if (!is_free(k->w, from) || k->needed[from] ||
			    k->late[from])
				continue;
			k->late[from] = true; /* R1 */
			k->stack[k->n++] = from;
		}
	}
}

void
refs_delay(struct places *w)
{
	struct walk k;
	size_t n = w->p->d->n, i;

	begin_walk(&k, w, OP_ADD);
	k.needed = mem_alloc(n, sizeof(*k.needed));
	k.late = mem_alloc(n, sizeof(*k.late));
	find_needed(&k);
	find_late(&k);
	for (i = 0; i < n; i++)
		if (k.late[i])
			w->slot[i] = w->complete;
	end_walk(&k);
}

/* --- earlier deletions --- */

/* Bound to its slot: with a procedure, or after the commit. */
static bool
is_bound(const struct walk *k, uint32_t i)
{
	return !is_free(k->w, i) || k->w->slot[i] > k->w->complete;
}

struct bound {
	uint32_t slot, index;
};

static int
latest_first(const void *a, const void *b)
{
	const struct bound *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot > y->slot ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void
limit_named(struct walk *k, uint32_t from, uint32_t to)
{
	if (is_bound(k, to) || k->limit[to] != 0)
		return;
	k->limit[to] = k->limit[from]; /* R3 */
	k->stack[k->n++] = to;
}

static void
find_limits(struct walk *k)
{
	size_t n = k->w->p->d->n, nbound = 0, i;
	struct bound *v = mem_alloc(n, sizeof(*v));

	k->limit = mem_alloc(n, sizeof(*k->limit));
	for (i = 0; i < n; i++)
		if (is_op(k, (uint32_t)i) && is_bound(k, (uint32_t)i)) {
			k->limit[i] = k->w->slot[i];
			v[nbound++] = (struct bound){ k->w->slot[i],
				(uint32_t)i };
		}
	if (nbound > 0)
		qsort(v, nbound, sizeof(*v), latest_first);
	for (i = 0; i < nbound; i++) {
		each_ref(k, v[i].index, limit_named);
		while (k->n > 0)
			each_ref(k, k->stack[--k->n], limit_named);
	}
	free(v);
}

static void
find_earliest(struct walk *k, uint32_t from, uint32_t to)
{
	const struct diff *d = k->w->p->d;
	uint32_t s = place_drop_slot(k->w, k->w->slot[to]);

	/* A parent leaves after its children, not before. */
	if (d->s->object[d->v[from].s].parent == d->v[to].s)
		return;
	if (s < k->earliest)
		k->earliest = s;
}

/* Pulls an object, and all that names it, to a slot. */
static void
pull(struct walk *k, uint32_t i, uint32_t slot)
{
	uint32_t r;

	k->w->slot[i] = slot;
	k->stack[k->n++] = i;
	while (k->n > 0) {
		i = k->stack[--k->n];
		for (r = k->by.at[i]; r < k->by.at[i + 1]; r++)
			if (k->w->slot[k->by.v[r]] > slot) {
				k->w->slot[k->by.v[r]] = slot;
				k->stack[k->n++] = k->by.v[r];
			}
	}
}

/* A type's parent cannot leave before it. */
static void
keep_parents(struct walk *k)
{
	struct places *w = k->w;
	const struct model *m = w->p->d->s;
	uint32_t i, o, parent;

	for (i = 0; i < w->p->d->n; i++) {
		if (!is_op(k, i) || w->slot[i] < w->wrapup)
			continue;
		for (o = m->object[w->p->d->v[i].s].parent; o != NONE;
		    o = m->object[o].parent) {
			parent = place_delta(w, m->object[o].dn);
			if (parent != NONE && is_op(k, parent) &&
			    w->slot[parent] < w->wrapup &&
			    is_free(w, parent))
				w->slot[parent] = w->wrapup;
		}
	}
}

void
refs_hasten(struct places *w)
{
	struct walk k;
	size_t n = w->p->d->n;
	uint32_t i;

	begin_walk(&k, w, OP_REMOVE);
	find_limits(&k);
	for (i = 0; i < n; i++) {
		if (!is_op(&k, i) || is_bound(&k, i))
			continue;
		k.earliest = NONE;
		each_ref(&k, i, find_earliest);
		if (k.earliest < w->slot[i] && k.limit[i] <= k.earliest)
			pull(&k, i, k.earliest);
	}
	keep_parents(&k);
	end_walk(&k);
}
