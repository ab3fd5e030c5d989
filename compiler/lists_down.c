/*
 * What goes down with an EE at this moment? What it contains, and what depends
 * on more of it than its minimum number allows; each in the layer that is the
 * longest way down to the first. Marks are numbered by the call, so that no
 * call has to clear those of the one before.
 */
#include "ids.h"
#include "lists.h"

static void
push_down(struct lists *l, uint32_t e)
{
	if (l->mark[e] == l->call || !l->exists[e])
		return;
	l->mark[e] = l->call;
	l->layer[e] = NONE;
	l->down[l->ndown++] = e;
}

/* Has the dependency lost so many that what depends on it falls? */
static bool
fails(const struct lists *l, uint32_t dep)
{
	const struct dep *d = &l->f->dep[dep];
	uint32_t others = d->s == NONE ? d->others_t : d->others_s;

	return l->lost_mark[dep] == l->call &&
	    d->ncur + others - l->lost[dep] < d->min_cur;
}

/* A dependency loses one of those it counts on. */
static void
lose(struct lists *l, uint32_t dep, uint32_t x)
{
	struct dep *d = &l->f->dep[dep];

	if (!l->exists[d->ee] || !ids_have(d->cur, d->ncur, x))
		return;
	if (l->lost_mark[dep] != l->call) {
		l->lost_mark[dep] = l->call;
		l->lost[dep] = 0;
	}
	l->lost[dep]++;
	if (fails(l, dep))
		push_down(l, d->ee);
}

/* Longest way down to the root, over containment and failed dependencies. */
static uint32_t
layer_of(struct lists *l, uint32_t e)
{
	uint32_t best = 0, i, k, p = l->f->v[e].parent;

	if (l->layer[e] != NONE)
		return l->layer[e];
	l->layer[e] = 0; /* ends circles, which the checks refuse */
	if (p != NONE && l->mark[p] == l->call)
		best = layer_of(l, p) + 1;
	for (i = l->f->v[e].dep; i != NONE; i = l->f->dep[i].next) {
		const struct dep *d = &l->f->dep[i];

		for (k = 0; fails(l, i) && k < d->ncur; k++)
			if (l->mark[d->cur[k]] == l->call) {
				uint32_t n = layer_of(l, d->cur[k]) + 1;

				best = n > best ? n : best;
			}
	}
	return l->layer[e] = best;
}

void
lists_down(struct lists *l, uint32_t root)
{
	size_t at;
	uint32_t k;

	l->call++;
	l->ndown = 0;
	push_down(l, root);
	l->layer[root] = 0;
	for (at = 0; at < l->ndown; at++) {
		uint32_t e = l->down[at];

		for (k = l->f->v[e].child; k != NONE; k = l->f->v[k].next)
			push_down(l, k);
		for (k = l->f->rev_at[e]; k < l->f->rev_at[e + 1]; k++)
			lose(l, l->f->rev[k], e);
	}
	for (at = 0; at < l->ndown; at++)
		layer_of(l, l->down[at]);
}
