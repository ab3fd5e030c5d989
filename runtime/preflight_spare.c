/*
 * Will there be room for all snapshots? How many there will be is known, from
 * the policy and what procedures act on; how large each is only the operator
 * can say. None of those of before goes until the campaign is over.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "idmap.h"
#include "policy.h"
#include "preflight.h"
#include "spare.h"

/* One for each machine that a procedure acts on. */
static size_t
wanted(const struct policy *p, const struct actions *a,
    const struct model *source)
{
	struct world *w = world_new(source);
	struct idmap seen = { 0 }; /* the procedure it was last seen in */
	size_t i, n = 0;

	for (i = 0; i < a->n; i++) {
		const struct act *x = &a->act[i];
		uint32_t *was;

		if (x->proc == NONE || !exec_keep_changes(x) ||
		    !policy_snapshot(p, x->entity, world_value(w, x->entity,
		    N_saPlmEEType)).take)
			continue;
		was = idmap_at(&seen, x->entity);
		n += *was != x->proc + 1;
		*was = x->proc + 1;
	}
	idmap_free(&seen);
	world_free(w);
	return n;
}

struct places { /* that are to hold them */
	const struct preflight *p;
	const char *dir; /* that is prepared for the run */
	size_t n;
	int64_t mib; /* of all of them, and what is to be left */
};

static void
has_place(void *arg, const char *place, uint64_t left)
{
	const struct places *l = arg;

	if (strcmp(place, l->dir) == 0)
		place = l->p->state; /* as it will be called */
	if (left >> 20 < (uint64_t)l->mib)
		diag_report(l->p->diag, DIAG_SNAPSHOT_ROOM,
		    policy_retention_place(l->p->policy), NAME_NONE,
		    "%zu snapshot%s and what is to be left take %" PRId64
		    " MiB, and \"%.200s\" has %" PRIu64, l->n,
		    l->n == 1 ? "" : "s", l->mib, place, left >> 20);
}

/* What is only to be left is a matter of a check: a run warns of it. */
bool
preflight_spare(const struct preflight *p, const char *state,
    struct driver *driver)
{
	struct policy_retention r = policy_retention(p->policy);
	int64_t reserve = spare_reserve(p->policy);
	struct places l = { p, state, wanted(p->policy, p->a, p->source), 0 };
	size_t before = p->diag->nerror;
	char why[512];

	if (l.n == 0)
		return true;
	fprintf(stderr, "  snapshots: %zu\n", l.n);
	if (r.each < 0 && !p->check)
		return true;
	l.mib = (r.each > 0 ? r.each * (int64_t)l.n : 0) +
	    (reserve > 0 ? reserve : 0);
	if (!spare_each(p->policy, state, driver, has_place, &l, why)) {
		fprintf(stderr, "camprun: nobody knows how much room is left "
		    "for snapshots: %s\n", why);
		return false;
	}
	return p->diag->nerror == before;
}
