/*
 * Which EE procedures are there, and what belongs to each? The change of an EE
 * belongs to the outermost EE above it, in the tree with the caught VMs hung
 * under their monitors, that changes in the same way; a MODIFY procedure also
 * takes along what is removed because it cannot do without what goes there.
 */
#include <stdlib.h>

#include "dn.h"
#include "roots.h"
#include "stand.h"

static uint32_t
top_of(const struct forest *f, uint32_t e)
{
	uint32_t g, p;

	if (f->v[e].op != OP_ADD) {
		g = stand_group(f, e);
		if (g != NONE)
			return g;
	}
	for (; (p = tree_parent(f, e)) != NONE && f->v[p].op == f->v[e].op;)
		e = p;
	return e;
}

/* A removed EE that cannot do without what a MODIFY procedure removes is
 * removed there too; the root of that procedure, or NONE. */
static uint32_t
follows(const struct forest *f, uint32_t e)
{
	uint32_t d, i;

	for (d = f->v[e].dep; d != NONE; d = f->dep[d].next) {
		const struct dep *x = &f->dep[d];
		uint32_t left = x->others_s, to = NONE;

		for (i = 0; i < x->ns && !x->caught; i++) {
			uint32_t s = x->names_s[i], g = stand_group(f, s);

			if (f->v[s].op != OP_REMOVE || g == NONE)
				left++;
			else if (to == NONE || dn_natural(f->v[g].dn,
			    f->v[to].dn) < 0)
				to = g;
		}
		if (to != NONE && left < x->min_s)
			return to;
	}
	return NONE;
}

/* The root an EE's change belongs to. */
static uint32_t
root_of(const struct forest *f, uint32_t e)
{
	uint32_t x, to;

	if (f->v[e].op == OP_REMOVE && stand_group(f, e) == NONE)
		for (x = e; x != NONE && f->v[x].op == OP_REMOVE;
		    x = tree_parent(f, x)) {
			to = follows(f, x);
			if (to != NONE)
				return to;
		}
	return top_of(f, e);
}

static enum proc_kind
kind_of(const struct forest *f, uint32_t root)
{
	switch (f->v[root].op) {
	case OP_ADD:
		return PROC_ADD;
	case OP_REMOVE:
		return PROC_REMOVE;
	default:
		return PROC_MODIFY;
	}
}

static int
by_kind_and_name(const void *a, const void *b)
{
	const struct root *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return dn_natural(x->dn, y->dn);
}

/* Collects the EEs that are their own roots; of holds root EEs so far. */
static void
collect(struct roots *r)
{
	const struct forest *f = r->f;
	uint32_t e;

	for (e = 0; e < f->n; e++)
		r->n += r->of[e] == e;
	r->v = mem_alloc(r->n, sizeof(*r->v));
	r->n = 0;
	for (e = 0; e < f->n; e++)
		if (r->of[e] == e)
			r->v[r->n++] = (struct root){ .ee = e,
				.dn = f->v[e].dn, .kind = kind_of(f, e),
				.waiting = NONE, .waits_for = NONE };
	if (r->n > 0)
		qsort(r->v, r->n, sizeof(*r->v), by_kind_and_name);
}

/* From root EEs to numbers of roots. */
static void
number(struct roots *r)
{
	uint32_t *of_ee = mem_alloc(r->f->n, sizeof(*of_ee)), e;
	size_t i;

	for (i = 0; i < r->n; i++)
		of_ee[r->v[i].ee] = (uint32_t)i;
	for (e = 0; e < r->f->n; e++)
		if (r->of[e] != NONE)
			r->of[e] = of_ee[r->of[e]];
	free(of_ee);
}

static void
enter_members(struct roots *r)
{
	uint32_t e, at = 0;
	size_t i;

	for (e = 0; e < r->f->n; e++)
		if (r->of[e] != NONE)
			r->v[r->of[e]].n++;
	for (i = 0; i < r->n; i++) {
		r->v[i].first = at;
		at += r->v[i].n;
		r->v[i].n = 0;
	}
	r->member = mem_alloc(at, sizeof(*r->member));
	for (e = 0; e < r->f->n; e++)
		if (r->of[e] != NONE) {
			struct root *x = &r->v[r->of[e]];

			r->member[x->first + x->n++] = e;
		}
}

void
roots_find(struct roots *r, const struct forest *f, const struct services *sv,
    uint32_t *of)
{
	uint32_t e;

	*r = (struct roots){ .f = f, .sv = sv, .of = of };
	for (e = 0; e < f->n; e++)
		of[e] = f->v[e].op == OP_NONE ? (uint32_t)NONE : root_of(f, e);
	collect(r);
	number(r);
	enter_members(r);
}

void
roots_free(struct roots *r)
{
	free(r->v);
	free(r->member);
	free(r->edge);
	free(r->edge_at);
	*r = (struct roots){ 0 };
}

const uint32_t *
roots_members(const struct roots *r, uint32_t root, size_t *n)
{
	*n = r->v[root].n;
	return &r->member[r->v[root].first];
}

size_t
roots_end(const struct roots *r, size_t from, enum proc_kind kind)
{
	while (from < r->n && r->v[from].kind == kind)
		from++;
	return from;
}
