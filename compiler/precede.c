/*
 * Which EE procedures must come before which, of one kind? Sponsors are added
 * before what depends on them and removed after it; where too few units of a
 * service that outlive the MODIFY phase are left during a procedure, that
 * comes before the ones that remove the others.
 */
#include <stdlib.h>
#include <string.h>

#include "ids.h"
#include "need.h"
#include "roots.h"
#include "stand.h"

static void
add_edge(struct roots *r, uint32_t before, uint32_t after)
{
	uint32_t i;

	if (before == after || before == NONE || after == NONE ||
	    r->v[before].kind != r->v[after].kind)
		return;
	for (i = r->edge_at[before]; i != NONE; i = r->edge[i].next)
		if (r->edge[i].after == after)
			return;
	r->edge = mem_grow(r->edge, r->nedge, &r->edge_cap, sizeof(*r->edge));
	r->edge[r->nedge] = (struct edge){ after, r->edge_at[before] };
	r->edge_at[before] = (uint32_t)r->nedge++;
	r->v[after].nbefore++;
}

/* Added: sponsors first. Removed: what depends on them first. */
static void
order_by_dependency(struct roots *r)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < r->f->ndep; i++) {
		const struct dep *d = &r->f->dep[i];
		uint32_t mine = r->of[d->ee];

		if (mine == NONE || d->caught)
			continue;
		for (k = 0; k < d->nt && r->f->v[d->ee].op == OP_ADD; k++)
			if (r->f->v[d->names_t[k]].op == OP_ADD)
				add_edge(r, r->of[d->names_t[k]], mine);
		for (k = 0; k < d->ns && r->f->v[d->ee].op == OP_REMOVE; k++)
			if (r->f->v[d->names_s[k]].op == OP_REMOVE)
				add_edge(r, mine, r->of[d->names_s[k]]);
	}
}

/* Does the unit leave in a MODIFY procedure? Then it no longer helps the ones
 * after it. */
static bool
leaves_early(const struct forest *f, const struct su *u, uint32_t e)
{
	if (stand_group(f, e) == NONE)
		return false;
	return f->v[e].op == OP_REMOVE ||
	    (u->t == NONE && f->v[e].op == OP_MODIFY);
}

/* The one procedure in which all units that outlive the MODIFY phase go down,
 * or NONE; early: are there others? */
static uint32_t
common_procedure(const struct roots *r, const struct sg *g, bool *early)
{
	const struct services *sv = r->sv;
	uint32_t u, all = NONE, n = 0;

	*early = false;
	for (u = g->first; u != NONE; u = sv->su[u].next) {
		uint32_t e = stand_location(r->f, &sv->su[u]), x;

		if (e == NONE)
			continue;
		if (leaves_early(r->f, &sv->su[u], e)) {
			*early = true;
			continue;
		}
		x = stand_down_group(r->f, e);
		if (n++ == 0)
			all = x;
		else if (x != all)
			all = NONE;
		if (all == NONE)
			return NONE;
	}
	return all;
}

/* A group that needs one unit: the procedure that takes down all that outlive
 * the MODIFY phase comes before those that remove the others. */
static void
order_one(struct roots *r, const struct sg *g)
{
	const struct services *sv = r->sv;
	bool early;
	uint32_t all = common_procedure(r, g, &early), u;

	if (all == NONE || !early)
		return;
	for (u = g->first; u != NONE; u = sv->su[u].next) {
		uint32_t e = stand_location(r->f, &sv->su[u]);

		if (e != NONE && leaves_early(r->f, &sv->su[u], e))
			add_edge(r, r->of[all], r->of[stand_group(r->f, e)]);
	}
}

/* Units by the procedure that takes them down, ascending. */
struct crowd {
	uint32_t *root;
	size_t n, cap;
};

static void
crowd_add(struct crowd *c, uint32_t root)
{
	c->root = mem_grow(c->root, c->n, &c->cap, sizeof(*c->root));
	c->root[c->n++] = root;
}

/* Root x must come while enough of those that leave are still there: before
 * the last of them, but for those that x itself takes down. */
static void
come_before(struct roots *r, const struct crowd *early, uint32_t x,
    size_t missing)
{
	size_t i;

	for (i = early->n; i-- > 0 && missing > 0;)
		if (early->root[i] != x) {
			add_edge(r, x, early->root[i]);
			missing--;
		}
}

static void
order_crowd(struct roots *r, const struct sg *g, const struct crowd *stay,
    size_t nstay, const struct crowd *early)
{
	size_t i, from = 0;

	if (nstay < g->need || early->n == 0)
		return;
	for (i = 1; i <= stay->n; i++) {
		if (i < stay->n && stay->root[i] == stay->root[from])
			continue;
		if (nstay - (i - from) < g->need)
			come_before(r, early, stay->root[from],
			    g->need - (nstay - (i - from)));
		from = i;
	}
}

/* A group that needs several: what takes down so many of those that outlive
 * the MODIFY phase that the others are too few comes before enough of those
 * that leave are gone. */
static void
order_many(struct roots *r, const struct sg *g)
{
	const struct services *sv = r->sv;
	struct crowd stay = { 0 }, early = { 0 };
	size_t nstay = 0;
	uint32_t u, e, x;

	for (u = g->first; u != NONE; u = sv->su[u].next) {
		e = stand_location(r->f, &sv->su[u]);
		if (e == NONE)
			continue;
		if (leaves_early(r->f, &sv->su[u], e)) {
			crowd_add(&early, r->of[stand_group(r->f, e)]);
			continue;
		}
		nstay++;
		x = stand_down_group(r->f, e);
		if (x != NONE)
			crowd_add(&stay, r->of[x]);
	}
	ids_sort(stay.root, stay.n);
	ids_sort(early.root, early.n);
	order_crowd(r, g, &stay, nstay, &early);
	free(stay.root);
	free(early.root);
}

static void
order_by_service(struct roots *r)
{
	size_t i;

	for (i = 0; i < r->sv->nsg; i++) {
		const struct sg *g = &r->sv->sg[i];

		if (g->need == 1)
			order_one(r, g);
		else if (g->need > 1)
			order_many(r, g);
	}
}

static void
add_need(void *arg, uint32_t ee, uint32_t needs_it)
{
	struct roots *r = arg;

	if (r->of[ee] != NONE && r->of[needs_it] != NONE)
		add_edge(r, r->of[ee], r->of[needs_it]);
}

/* Software that is needed before what needs it. */
static void
order_by_need(struct roots *r)
{
	need_pairs(r->needs, add_need, r);
}

void
roots_precede(struct roots *r)
{
	r->edge_at = mem_realloc(NULL, r->n + 1, sizeof(*r->edge_at));
	memset(r->edge_at, 0xff, r->n * sizeof(*r->edge_at));
	order_by_dependency(r);
	order_by_need(r);
	order_by_service(r);
}
