/*
 * Can services depend on each other like this? A SaAmfSIDependency names the
 * SI it stands below and, escaped in its own name, the one that needs to be
 * up first. What is left when all that can be assigned is taken away, sponsors
 * first, leads into a circle.
 */
#include <stdlib.h>

#include "arena.h"
#include "check.h"

enum { MOST_NOTES = 20 };

/* The SI a dependency depends on, or NONE. */
static uint32_t
sponsor_of(const struct check *c, uint32_t dependency)
{
	uint32_t dn = dn_embedded(object_dn(c, dependency)), o;

	o = dn == NAME_NONE ? NONE : model_find(c->m, dn);
	return check_is(c, o, OF(SI)) ? o : (uint32_t)NONE;
}

bool
check_si_sponsor(struct check *c, uint32_t o)
{
	if (sponsor_of(c, o) != NONE)
		return true;
	return check_fold(c, DIAG_SI_SPONSOR_UNKNOWN, 0, 0,
	    model_dn_place(c->m, o), object_dn(c, o),
	    "\"%s\" depends on a service that is not in the model, so nothing "
	    "is done to keep that up", dn_str(c, o));
}

struct graph { /* SIs and dependencies by rank; links are ranks + 1 */
	struct check *c;
	size_t nsi, ndep;
	uint32_t *on, *next_on; /* by SI, by dependency: its own */
	uint32_t *by, *next_by; /* those on it */
	uint32_t *wait; /* by SI: sponsors that are not assigned yet */
	uint32_t *from, *to; /* by dependency */
	uint32_t *walk; /* by SI: number of the walk it was met in */
};

static void
enter(struct graph *g, uint32_t d)
{
	struct check *c = g->c;
	uint32_t o = c->of_kind[c->start[KIND_SI_DEPENDENCY] + d];
	uint32_t p = c->m->object[o].parent, to = sponsor_of(c, o);

	g->from[d] = NONE;
	if (!check_is(c, p, OF(SI)) || to == NONE || !passed(c, o, SOUND))
		return;
	g->from[d] = c->rank[p];
	g->to[d] = c->rank[to];
	g->next_on[d] = g->on[g->from[d]];
	g->on[g->from[d]] = d + 1;
	g->next_by[d] = g->by[g->to[d]];
	g->by[g->to[d]] = d + 1;
	g->wait[g->from[d]]++;
}

/* Takes away all SIs that can be assigned; wait is 0 for those. */
static void
assign(struct graph *g)
{
	uint32_t *queue = mem_alloc(g->nsi, sizeof(*queue)), i, l;
	size_t n = 0, at;

	for (i = 0; i < g->nsi; i++)
		if (g->wait[i] == 0)
			queue[n++] = i;
	for (at = 0; at < n; at++)
		for (l = g->by[queue[at]]; l != 0; l = g->next_by[l - 1])
			if (--g->wait[g->from[l - 1]] == 0)
				queue[n++] = g->from[l - 1];
	free(queue);
}

/* A dependency of the SI on one that waits, too. */
static uint32_t
waiting_on(const struct graph *g, uint32_t si)
{
	uint32_t l = g->on[si];

	while (g->wait[g->to[l - 1]] == 0)
		l = g->next_on[l - 1];
	return l - 1;
}

static uint32_t
si_object(const struct graph *g, uint32_t si)
{
	return g->c->of_kind[g->c->start[KIND_SI] + si];
}

static void
report_circle(const struct graph *g, uint32_t si)
{
	struct check *c = g->c;
	uint32_t i = si, n = 0, notes = 0, o = si_object(g, si), d, to;

	do {
		n++;
		i = g->to[waiting_on(g, i)];
	} while (i != si);
	diag_report(c->d, DIAG_SI_CIRCLE, model_dn_place(c->m, o),
	    object_dn(c, o), n == 1 ? "\"%s\" depends on itself" :
	    "\"%s\" depends on itself, in a circle of %u", dn_str(c, o), n);
	for (i = si; n > 1 && notes < n && notes < MOST_NOTES;
	    i = to, notes++) {
		d = waiting_on(g, i);
		to = g->to[d];
		diag_note(c->d, model_dn_place(c->m, c->of_kind[
		    c->start[KIND_SI_DEPENDENCY] + d]),
		    "\"%s\" depends on \"%s\"", dn_str(c, si_object(g, i)),
		    dn_str(c, si_object(g, to)));
	}
}

/* Whoever waits waits for another: from each on to where a walk was before. */
static bool
find_circles(struct graph *g)
{
	uint32_t i, x;
	bool ok = true;

	for (i = 0; i < g->nsi; i++) {
		for (x = i; g->wait[x] > 0 && g->walk[x] == 0;
		    x = g->to[waiting_on(g, x)])
			g->walk[x] = i + 1;
		if (g->wait[x] == 0 || g->walk[x] != i + 1)
			continue;
		report_circle(g, x);
		ok = false;
	}
	return ok;
}

bool
check_si_circle(struct check *c)
{
	struct graph g = { .c = c, .nsi = kind_count(c, KIND_SI),
		.ndep = kind_count(c, KIND_SI_DEPENDENCY) };
	uint32_t d, *v;
	bool ok;

	if (g.ndep == 0 || g.nsi == 0)
		return true;
	v = mem_alloc(4 * (g.nsi + g.ndep), sizeof(*v));
	g.on = v;
	g.by = g.on + g.nsi;
	g.wait = g.by + g.nsi;
	g.walk = g.wait + g.nsi;
	g.next_on = g.walk + g.nsi;
	g.next_by = g.next_on + g.ndep;
	g.from = g.next_by + g.ndep;
	g.to = g.from + g.ndep;
	for (d = 0; d < g.ndep; d++)
		enter(&g, d);
	assign(&g);
	ok = find_circles(&g);
	free(v);
	return ok;
}
