/*
 * Why is there no order? Procedures that must each come before the other for
 * the sake of a service, told as a shortest way round from one of them.
 */
#include <stdlib.h>

#include "diag.h"
#include "planner.h"

static const char *
root_name(const struct planner *r, uint32_t root)
{
	return name_str(r->f->v[r->roots.v[root].ee].dn);
}

/* For each root the one before it on a shortest way from there; the way back
 * to there ends the search. NONE where no way leads. Free it. */
static uint32_t *
ways_from(const struct planner *r, uint32_t there)
{
	uint32_t *from = mem_alloc(r->roots.n, sizeof(*from));
	uint32_t *queue = mem_alloc(r->roots.n + 1, sizeof(*queue));
	size_t at, n = 0, i;
	uint32_t k;

	for (i = 0; i < r->roots.n; i++)
		from[i] = NONE;
	queue[n++] = there;
	for (at = 0; at < n && from[there] == NONE; at++)
		for (k = r->roots.edge_at[queue[at]]; k != NONE;
		    k = r->roots.edge[k].next) {
			uint32_t x = r->roots.edge[k].after;

			if (from[x] != NONE)
				continue;
			from[x] = queue[at];
			queue[n++] = x;
		}
	free(queue);
	return from;
}

bool
planner_knot(const struct planner *r, uint32_t stuck, struct diag *diag)
{
	const struct ee *e = &r->f->v[r->roots.v[stuck].ee];
	uint32_t *from, x = stuck;
	int notes = 0;

	if (diag == NULL)
		return false;
	diag_report(diag, DIAG_NO_ORDER, e->s != NONE ?
	    model_dn_place(r->f->s, e->s) : model_dn_place(r->f->t, e->t),
	    e->dn, "the procedure at \"%s\" and others must each come before "
	    "the other, or a service goes down", name_str(e->dn));
	from = ways_from(r, stuck);
	for (; from[x] != NONE && notes < 20; x = from[x], notes++) {
		diag_note(diag, (struct place){ 0 }, "\"%s\" must come before "
		    "\"%s\"", root_name(r, from[x]), root_name(r, x));
		if (from[x] == stuck)
			break;
	}
	free(from);
	return false;
}
