/*
 * May the procedures of a level come in any order, as far as the objects they
 * write are concerned? Not if one names what another creates or deletes, if
 * one's object is below another's, or if both write the same object: then the
 * one that comes first in the plan gets the earlier level. A level is cut into
 * as many as the longest chain of such pairs is long.
 */
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "dn.h"

struct pair { /* first must come before second */
	uint32_t first, second;
};

struct apart {
	const struct places *w;
	const struct plan *p;
	struct pair *v;
	size_t n, cap;
};

/* The procedure a slot belongs to, or NONE. */
static uint32_t
proc_at(const struct places *w, uint32_t slot)
{
	return slot < SLOT_FIRST || slot >= w->complete ? (uint32_t)NONE :
	    (slot - SLOT_FIRST) / 3;
}

static void
both(struct apart *a, uint32_t x, uint32_t y)
{
	if (x == NONE || y == NONE || x == y ||
	    a->p->proc[x].level != a->p->proc[y].level)
		return;
	if (a->n > 0 && a->v[a->n - 1].first == (x < y ? x : y) &&
	    a->v[a->n - 1].second == (x < y ? y : x))
		return;
	a->v = mem_grow(a->v, a->n, &a->cap, sizeof(*a->v));
	a->v[a->n++] = (struct pair){ x < y ? x : y, x < y ? y : x };
}

/* The object in procedure k names dn: does that come or go in another? */
static void
names(struct apart *a, uint32_t k, uint32_t dn, enum op op)
{
	uint32_t y = dn == NAME_NONE ? (uint32_t)NONE : place_delta(a->w, dn);

	if (y != NONE && a->p->d->v[y].op == op)
		both(a, k, proc_at(a->w, a->w->slot[y]));
}

static void
all_names(struct apart *a, uint32_t k, const struct model *m, uint32_t o,
    enum op op)
{
	uint32_t i;

	for (i = m->attr[m->object[o].attr].value;
	    i < m->attr[m->object[o + 1].attr].value; i++)
		names(a, k, m->value[i], op);
	names(a, k, dn_embedded(m->object[o].dn), op);
	if (m->object[o].parent != NONE)
		names(a, k, m->object[m->object[o].parent].dn, op);
}

static void
compare_changes(struct apart *a)
{
	const struct diff *d = a->p->d;
	uint32_t i, k;

	for (i = 0; i < d->n; i++) {
		k = proc_at(a->w, a->w->slot[i]);
		if (k == NONE)
			continue;
		if (d->v[i].t != NONE)
			all_names(a, k, d->t, d->v[i].t, OP_ADD);
		if (d->v[i].s != NONE)
			all_names(a, k, d->s, d->v[i].s, OP_REMOVE);
	}
}

static int
by_object(const void *x, const void *y)
{
	const struct partial *a = *(const struct partial *const *)x;
	const struct partial *b = *(const struct partial *const *)y;

	if (a->dn != b->dn)
		return a->dn < b->dn ? -1 : 1;
	return a->slot < b->slot ? -1 : a->slot > b->slot;
}

/* Objects of which single attributes are written. */
static void
compare_partials(struct apart *a)
{
	const struct partial **v = mem_alloc(a->w->npartial, sizeof(*v));
	size_t n = a->w->npartial, i, j;

	for (i = 0; i < n; i++)
		v[i] = &a->w->partial[i];
	if (n > 0)
		qsort(v, n, sizeof(*v), by_object);
	for (i = 0; i < n; i++) {
		uint32_t k = proc_at(a->w, v[i]->slot);
		uint32_t y = place_delta(a->w, v[i]->dn);

		if (i > 0 && v[i - 1]->dn == v[i]->dn)
			both(a, proc_at(a->w, v[i - 1]->slot), k);
		if (y != NONE)
			both(a, k, proc_at(a->w, a->w->slot[y]));
		for (j = 0; k != NONE && j < v[i]->n; j++)
			names(a, k, v[i]->value[j], OP_ADD);
	}
	free(v);
}

static int
by_second(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;

	if (a->second != b->second)
		return a->second < b->second ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

/* --- levels anew --- */

static int
by_seat(const void *x, const void *y)
{
	const struct seat *a = x, *b = y;

	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	if (a->sub != b->sub)
		return a->sub < b->sub ? -1 : 1;
	return a->old < b->old ? -1 : a->old > b->old;
}

void
apart_sort(struct seat *s, size_t n)
{
	qsort(s, n, sizeof(*s), by_seat);
}

static void
renumber(uint32_t *v, size_t n, const uint32_t *to)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] != NONE)
			v[i] = to[v[i]];
}

void
apart_renumber(struct plan *p, const uint32_t *to)
{
	size_t i;

	renumber(p->proc_of, p->f->n, to);
	renumber(p->proc_of_su, p->sv->nsu, to);
	renumber(&p->last_add, 1, to);
	for (i = 0; i < p->f->ndep; i++)
		renumber(&p->f->dep[i].gone, 1, to);
}

/* How many of its level must come before each. */
static uint32_t *
longest_chains(struct apart *a)
{
	uint32_t *sub = mem_alloc(a->p->n, sizeof(*sub));
	size_t i, k = 0;

	qsort(a->v, a->n, sizeof(*a->v), by_second);
	for (i = 0; i < a->p->n; i++)
		for (; k < a->n && a->v[k].second == i; k++)
			if (sub[i] <= sub[a->v[k].first])
				sub[i] = sub[a->v[k].first] + 1;
	return sub;
}

static void
take_seats(struct plan *p, const struct seat *s)
{
	struct proc *old = mem_alloc(p->n, sizeof(*old));
	uint32_t *to = mem_alloc(p->n, sizeof(*to)), level = 0;
	size_t i;

	memcpy(old, p->proc, p->n * sizeof(*old));
	for (i = 0; i < p->n; i++) {
		if (i > 0)
			level += s[i].level != s[i - 1].level ||
			    s[i].sub != s[i - 1].sub;
		p->proc[i] = old[s[i].old];
		p->proc[i].level = level;
		to[s[i].old] = (uint32_t)i;
	}
	p->nlevel = level + 1;
	apart_renumber(p, to);
	free(to);
	free(old);
}

void
apart_cut(struct plan *p, const uint32_t *sub)
{
	struct seat *s = mem_alloc(p->n, sizeof(*s));
	size_t i;

	for (i = 0; i < p->n; i++)
		s[i] = (struct seat){ p->proc[i].level, sub[i], (uint32_t)i };
	apart_sort(s, p->n);
	take_seats(p, s);
	free(s);
}

bool
apart_run(const struct places *w, struct plan *p)
{
	struct apart a = { .w = w, .p = p };
	uint32_t *sub;

	if (p->nlevel == p->n)
		return false;
	compare_changes(&a);
	compare_partials(&a);
	if (a.n > 0) {
		sub = longest_chains(&a);
		apart_cut(p, sub);
		free(sub);
	}
	free(a.v);
	return a.n > 0;
}
