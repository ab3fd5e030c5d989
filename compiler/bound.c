/*
 * How few levels can there be at all? Kinds never share a level, so the least
 * of each kind adds up:
 *
 *   - what adds: one, if anything is added;
 *   - changes of single units and nodes: one each, they come one at a time;
 *   - what modifies: a service group that can spare k units and has n that
 *     must go down takes n / k waves, and so does a VM that stays with its
 *     sponsors (colour.c counts them); hosts that are pairwise in each other's
 *     way, whatever is caught where, take one wave each;
 *   - what removes: one, if something can only go in a procedure of its own.
 */
#include <stdlib.h>

#include "bound.h"
#include "colour.h"
#include "pace.h"
#include "plan.h"
#include "stand.h"

enum { SEEDS = 32 }; /* hosts from which cliques are grown */

struct near { /* hosts in each other's way, both ways round */
	uint32_t *at, *host;
};

/* The one root an item goes down with, or NONE. */
static uint32_t
only_root(const struct colours *c, uint32_t item)
{
	const struct colour_item *it = &c->item[item];

	return it->n == 1 && it->own == NONE ? c->choice[it->first] :
	    (uint32_t)NONE;
}

static void
each_pair(const struct colours *c, uint32_t *fill, uint32_t *host)
{
	uint32_t i, a, b, x, y;

	for (i = 0; i < c->nlimit; i++) {
		const struct colour_limit *l = &c->limit[i];

		if (l->cap != 1 || !l->firm || l->n > SEEDS)
			continue;
		for (a = l->first; a < l->first + l->n; a++)
			for (b = l->first; b < l->first + l->n; b++) {
				x = only_root(c, a);
				y = only_root(c, b);
				if (x == NONE || y == NONE || x == y)
					continue;
				if (host != NULL)
					host[fill[x]] = y;
				fill[x]++;
			}
	}
}

static void
find_near(const struct colours *c, struct near *n)
{
	uint32_t *fill = mem_alloc(c->nroot + 1, sizeof(*fill));
	size_t r;

	n->at = mem_alloc(c->nroot + 1, sizeof(*n->at));
	each_pair(c, fill, NULL);
	for (r = 0; r < c->nroot; r++) {
		n->at[r + 1] = n->at[r] + fill[r];
		fill[r] = n->at[r];
	}
	n->host = mem_alloc(n->at[c->nroot], sizeof(*n->host));
	each_pair(c, fill, n->host);
	free(fill);
}

/* The size of a clique that is grown from a host, nearest first. */
static uint32_t
grow(const struct near *n, uint32_t from, uint32_t *hits)
{
	uint32_t i, k, x, size = 1;

	/* Each member of the clique must be near all before it: a host's hits
	 * count how many of them it is near. */
	for (i = n->at[from]; i < n->at[from + 1]; i++)
		hits[n->host[i]] = 1;
	for (i = n->at[from]; i < n->at[from + 1]; i++) {
		x = n->host[i];
		if (hits[x] != size)
			continue;
		hits[x] = 0;
		for (k = n->at[x]; k < n->at[x + 1]; k++)
			if (hits[n->host[k]] == size)
				hits[n->host[k]]++;
		size++;
	}
	for (i = n->at[from]; i < n->at[from + 1]; i++)
		hits[n->host[i]] = 0;
	return size;
}

static uint32_t
largest_clique(const struct colours *c)
{
	struct near n;
	uint32_t *hits = mem_alloc(c->nroot, sizeof(*hits)), best = 1, k;
	uint32_t seed[SEEDS], nseed = 0, i, d, size;

	find_near(c, &n);
	for (i = 0; i < c->nroot; i++) { /* those with most in their way */
		d = n.at[i + 1] - n.at[i];
		if (nseed == SEEDS && d <= n.at[seed[nseed - 1] + 1] -
		    n.at[seed[nseed - 1]])
			continue;
		k = nseed < SEEDS ? nseed++ : nseed - 1;
		for (; k > 0 && d > n.at[seed[k - 1] + 1] -
		    n.at[seed[k - 1]]; k--)
			seed[k] = seed[k - 1];
		seed[k] = i;
	}
	for (i = 0; i < nseed; i++) {
		size = grow(&n, seed[i], hits);
		best = size > best ? size : best;
	}
	free(hits);
	free(n.at);
	free(n.host);
	return best;
}

/* Could a MODIFY procedure remove this EE, if its VMs were caught so? */
static bool
may_go_early(const struct forest *f, uint32_t e)
{
	uint32_t x, d, i;

	for (x = e; x != NONE; x = f->v[x].parent) {
		if (f->v[x].op == OP_MODIFY)
			return true;
		for (d = f->v[x].dep; d != NONE; d = f->dep[d].next)
			for (i = 0; i < f->dep[d].ns; i++)
				if (stand_group(f, f->dep[d].names_s[i]) !=
				    NONE)
					return true;
	}
	return false;
}

/* Phases never share a wave, so what each needs adds up. */
static uint32_t
pace_of_phases(const struct plan *p, const struct colours *c)
{
	uint32_t *root = mem_alloc(c->nroot, sizeof(*root)), k, sum = 0;
	size_t i, n;

	for (k = 0; k < c->nphase; k++) {
		for (i = n = 0; i < c->nroot; i++)
			if (c->phase[i] == k)
				root[n++] = c->root[i];
		sum += pace_bound(p->f, p->policy, root, n);
	}
	free(root);
	return sum;
}

uint32_t
bound_levels(const struct plan *p, const struct colours *c)
{
	const struct forest *f = p->f;
	bool adds = false, modifies = false, removes = false;
	uint32_t e, single = 0, least = c->bound, clique, pace;
	size_t i;

	for (e = 0; e < f->n; e++) {
		adds |= f->v[e].op == OP_ADD;
		modifies |= f->v[e].op == OP_MODIFY;
		removes |= f->v[e].op == OP_REMOVE && !may_go_early(f, e);
	}
	for (i = 0; i < p->n; i++)
		single += !plan_has_ee(p->proc[i].kind);
	clique = modifies ? largest_clique(c) : 0;
	least = clique > least ? clique : least;
	pace = pace_of_phases(p, c);
	least = pace > least ? pace : least;
	return adds + (modifies ? least : 0) + removes + single;
}
