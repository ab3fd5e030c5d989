/*
 * Which EE procedures must come before which, of one kind? Sponsors are added
 * before what depends on them and removed after it; where the units of a
 * service that outlive the MODIFY phase all go down in one procedure, that
 * comes before the ones that remove the others.
 */
#include <string.h>

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

/* If the units that outlive the MODIFY phase all go down in one procedure, it
 * comes before those that remove the other units. */
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

static void
order_by_service(struct roots *r)
{
	const struct services *sv = r->sv;
	size_t i;
	uint32_t u;

	for (i = 0; i < sv->nsg; i++) {
		const struct sg *g = &sv->sg[i];
		bool early;
		uint32_t all;

		if (!g->redundant || g->nsi == 0 || g->accepted)
			continue;
		all = common_procedure(r, g, &early);
		if (all == NONE || !early)
			continue;
		for (u = g->first; u != NONE; u = sv->su[u].next) {
			uint32_t e = stand_location(r->f, &sv->su[u]);

			if (e != NONE && leaves_early(r->f, &sv->su[u], e))
				add_edge(r, r->of[all], r->of[
				    stand_group(r->f, e)]);
		}
	}
}

void
roots_precede(struct roots *r)
{
	r->edge_at = mem_realloc(NULL, r->n + 1, sizeof(*r->edge_at));
	memset(r->edge_at, 0xff, r->n * sizeof(*r->edge_at));
	order_by_dependency(r);
	order_by_service(r);
}
