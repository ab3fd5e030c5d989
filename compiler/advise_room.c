/*
 * Whoever gets less takes no room from anybody, so that is always right. Those
 * who get more are put into the model together; where machines would then not
 * find room if a domain failed, the least urgent of that part of the cluster
 * is turned down, and so on. What was turned down may have room elsewhere, as
 * a new machine.
 */
#include <stdlib.h>
#include <string.h>

#include "advise.h"
#include "advise_room.h"
#include "arena.h"
#include "dn.h"

static int64_t *
size_of(const struct advise *a, size_t class, int64_t *out)
{
	size_t k;

	for (k = 0; k < a->nres; k++)
		out[k] = advise_has(a, class, k);
	return out;
}

/* Where a machine that must move came from its room is kept, so that it can be
 * sent back. */
static void
keep_room(struct advise *a, const struct advice *v, int sign)
{
	size_t k;

	for (k = 0; v->on != v->was && k < a->nres; k++)
		a->fit.use[v->was * a->nres + k] += sign *
		    advise_has(a, v->now, k);
}

static void
apply(struct advise *a, struct advice *v, int64_t *need)
{
	size_of(a, v->best, need);
	if (!v->grows)
		fit_restore(&a->fit, v->ee, need, v->was);
	else if (!fit_resize(&a->fit, v->ee, need, &v->lacks))
		v->verdict = STAYS_NO_ROOM;
	v->on = a->fit.on[v->ee];
	keep_room(a, v, 1);
}

static void
turn_down(struct advise *a, struct advice *v, int64_t *need)
{
	keep_room(a, v, -1);
	fit_restore(&a->fit, v->ee, size_of(a, v->now, need), v->was);
	v->on = v->was;
	v->lacks = SIZE_MAX;
	v->verdict = STAYS_NO_ROOM;
}

/* The least urgent one that grows in each bad part; how many there are. */
static size_t
find_least(struct advise *a, const bool *bad, uint32_t *least)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++) {
		struct advice *v = &a->v[i];
		uint32_t part = fit_part(&a->fit, v->ee);

		if (v->verdict != CHANGES || !v->grows || !bad[part])
			continue;
		if (least[part] == 0) {
			least[part] = (uint32_t)i + 1;
			n++;
		} else if (v->urgency <= a->v[least[part] - 1].urgency) {
			least[part] = (uint32_t)i + 1;
		}
	}
	return n;
}

static void
settle(struct advise *a, int64_t *need)
{
	bool *bad = mem_alloc(a->f.n, sizeof(*bad));
	uint32_t *least = mem_alloc(a->f.n, sizeof(*least));
	size_t i, n;

	do {
		memset(bad, 0, a->f.n * sizeof(*bad));
		memset(least, 0, a->f.n * sizeof(*least));
		fit_without_each(&a->fit, bad);
		n = find_least(a, bad, least);
		for (i = 0; i < a->f.n; i++)
			if (least[i] != 0)
				turn_down(a, &a->v[least[i] - 1], need);
	} while (n > 0);
	free(bad);
	free(least);
}

/* --- new machines --- */

static bool
is_monitor(const struct advise *a, uint32_t ee)
{
	return a->f.rev_at[ee + 1] > a->f.rev_at[ee];
}

static bool
suits(const struct advise *a, const struct advice *v, uint32_t ee,
    const int64_t *need)
{
	size_t tight, n;
	const uint32_t *own = fit_sponsors(&a->fit, v->ee, &n);

	return is_monitor(a, ee) && !ids_have(own, n, ee) &&
	    policy_compatible(a->policy, policy_class(a->classes,
	    v->best).type, tree_type(&a->f, ee, false)) != TRI_NO &&
	    fit_has_room(&a->fit, ee, need, &tight) &&
	    !fit_has_replica(&a->fit, v->ee, ee);
}

/* Two sponsors in different domains, by name. */
static bool
find_place(const struct advise *a, struct advice *v, const uint32_t *order,
    const int64_t *need)
{
	size_t i;

	if (a->f.dep[a->f.v[v->ee].dep].min_s > 2)
		return false;
	for (i = 0; i < a->f.n; i++) {
		if (!suits(a, v, order[i], need))
			continue;
		if (v->on == NONE) {
			v->on = order[i];
		} else if (a->f.v[order[i]].fault != a->f.v[v->on].fault) {
			v->spare = order[i];
			return true;
		}
	}
	return false;
}

static void
take_room(struct advise *a, const struct advice *v, const int64_t *need,
    int sign)
{
	size_t k;

	for (k = 0; k < a->nres; k++) {
		a->fit.use[v->on * a->nres + k] += sign * need[k];
		a->fit.use[v->spare * a->nres + k] += sign * need[k];
	}
}

/* Takes the room of a new machine on both of its sponsors, so that it has it
 * whichever is down; true if all around them still find a place without any
 * one domain. Where that is not certain nobody comes in addition. */
static bool
reserve(struct advise *a, const struct advice *v, const int64_t *need,
    bool *bad)
{
	take_room(a, v, need, 1);
	memset(bad, 0, a->f.n * sizeof(*bad));
	fit_without_each(&a->fit, bad);
	if (!bad[fit_part(&a->fit, v->on)] && !bad[fit_part(&a->fit,
	    v->spare)])
		return true;
	take_room(a, v, need, -1);
	return false;
}

static const struct forest *named; /* qsort has no argument */

static int
by_name(const void *a, const void *b)
{
	return dn_natural(named->v[*(const uint32_t *)a].dn,
	    named->v[*(const uint32_t *)b].dn);
}

static uint32_t *
in_order(const struct advise *a)
{
	uint32_t *v = mem_alloc(a->f.n, sizeof(*v));
	size_t i;

	for (i = 0; i < a->f.n; i++)
		v[i] = (uint32_t)i;
	named = &a->f;
	if (a->f.n > 0)
		qsort(v, a->f.n, sizeof(*v), by_name);
	return v;
}

static void
place_new(struct advise *a, int64_t *need)
{
	bool *bad = mem_alloc(a->f.n, sizeof(*bad));
	uint32_t *order = in_order(a);
	size_t i;

	for (i = 0; i < a->n; i++) {
		struct advice *v = &a->v[i];

		if (v->verdict != STAYS_NO_ROOM)
			continue;
		v->on = NONE;
		if (find_place(a, v, order, size_of(a, v->best, need)) &&
		    reserve(a, v, need, bad)) {
			v->verdict = STAYS_NEW;
			continue;
		}
		v->on = v->was;
		v->spare = NONE;
	}
	free(bad);
	free(order);
}

void
advise_room(struct advise *a)
{
	int64_t *need = mem_alloc(a->nres, sizeof(*need));
	int grows;
	size_t i;

	for (grows = 0; grows < 2; grows++)
		for (i = 0; i < a->n; i++)
			if (a->v[i].verdict == CHANGES &&
			    a->v[i].grows == (grows == 1))
				apply(a, &a->v[i], need);
	settle(a, need);
	place_new(a, need);
	a->bad = mem_alloc(a->f.n, sizeof(*a->bad));
	fit_without_each(&a->fit, a->bad);
	free(need);
}
