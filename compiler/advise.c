/*
 * What carries a machine? A class that has as much as it used, with headroom,
 * of all that was measured, and as much as it has now of all that was not; and
 * that has the features asked for. The cheapest such class is the best. To go
 * there must be worth it, unless the present one does not carry it.
 */
#include <stdlib.h>

#include "advise.h"
#include "advise_room.h"
#include "arena.h"
#include "dn.h"
#include "domain.h"
#include "intern.h"

enum { PERCENTILE = 95, HEADROOM = 20, GAIN = 10, BEYOND = 10 };
#define WEEK (INT64_C(168) * 3600 * 1000000000)
#define MS INT64_C(1000000)

static const struct forest *named; /* qsort has no argument */

static int
by_name(const void *a, const void *b)
{
	const struct advice *x = a, *y = b;

	return dn_natural(named->v[x->ee].dn, named->v[y->ee].dn);
}

static struct policy_advice
wish_of(const struct advise *a, uint32_t dn, uint32_t type)
{
	struct policy_advice w = policy_advice(a->policy, dn, type);

	if (w.percentile < 0)
		w.percentile = PERCENTILE;
	if (w.headroom < 0)
		w.headroom = HEADROOM;
	if (w.gain < 0)
		w.gain = GAIN;
	if (w.history < 0)
		w.history = WEEK;
	return w;
}

static void
find_machines(struct advise *a)
{
	size_t i;

	a->v = mem_alloc(a->f.n, sizeof(*a->v));
	a->of_ee = mem_alloc(a->f.n, sizeof(*a->of_ee));
	for (i = 0; i < a->f.n; i++)
		if (a->f.v[i].vm_s)
			a->v[a->n++] = (struct advice){ .ee = (uint32_t)i,
				.best = SIZE_MAX };
	named = &a->f;
	if (a->n > 0)
		qsort(a->v, a->n, sizeof(*a->v), by_name);
	for (i = 0; i < a->n; i++) {
		uint32_t ee = a->v[i].ee, type = tree_type(&a->f, ee, false);

		a->of_ee[ee] = (uint32_t)i + 1;
		a->v[i].now = policy_class_of(a->classes, type);
		a->v[i].wish = wish_of(a, a->f.v[ee].dn, type);
	}
}

int64_t
advise_has(const struct advise *a, size_t class, size_t resource)
{
	int64_t n = policy_class(a->classes, class).resource[resource];

	return n < 0 ? 0 : n;
}

/* Room and needs, counted in the resources of the classes. */
static void
open_fit(struct advise *a)
{
	int64_t *need = mem_alloc(a->f.n * a->nres, sizeof(*need));
	int64_t *cap = mem_alloc(a->f.n * a->nres, sizeof(*cap));
	size_t i, k;

	for (i = 0; i < a->f.n; i++) {
		uint32_t dn = a->f.v[i].dn, type = tree_type(&a->f,
		    (uint32_t)i, false);
		size_t class = policy_class_of(a->classes, type);

		for (k = 0; k < a->nres; k++) {
			size_t at = i * a->nres + k, r = a->resource[k];

			cap[at] = r == SIZE_MAX ? -1 :
			    policy_capacity(a->policy, dn, type, r);
			need[at] = class != SIZE_MAX ? advise_has(a, class,
			    k) : r == SIZE_MAX ? 0 :
			    policy_demand(a->policy, dn, type, r);
		}
	}
	fit_open(&a->fit, &a->f, &a->sv, a->nres, cap, need);
}

void
advise_open(struct advise *a, const struct model *m,
    const struct policy *classes, const struct policy *policy)
{
	size_t i;

	*a = (struct advise){ .m = m, .classes = classes, .policy = policy,
		.nres = policy_nresource(classes) };
	a->resource = mem_alloc(a->nres, sizeof(*a->resource));
	for (i = 0; i < a->nres; i++)
		a->resource[i] = policy_resource_of(policy,
		    policy_resource(classes, i));
	diff_run(&a->d, m, m);
	tree_build(&a->f, &a->d, NULL, NULL);
	domain_apply(&a->f, policy);
	service_build(&a->sv, &a->f, policy);
	find_machines(a);
	open_fit(a);
}

void
advise_close(struct advise *a)
{
	fit_close(&a->fit);
	free(a->v);
	free(a->of_ee);
	free(a->bad);
	free(a->need);
	free(a->resource);
	service_free(&a->sv);
	tree_free(&a->f);
	diff_free(&a->d);
}

/* --- one machine --- */

/* Long enough, and often enough that some lie beyond the percentile? */
static bool
is_known(const struct advise *a, size_t vm, size_t resource)
{
	const struct measured *m = metrics_of(a->metrics, vm, resource);
	const struct policy_advice *w = &a->v[vm].wish;

	return m->h.n > 0 && metrics_history(m) >= w->history / MS &&
	    m->h.n * (uint64_t)(100 - w->percentile) / 100 >=
	    (w->percentile == 100 ? 0 : BEYOND);
}

static int64_t
policy_need(const struct advise *a, size_t vm, size_t resource)
{
	const struct advice *v = &a->v[vm];
	size_t r = a->resource[resource];

	return r == SIZE_MAX ? -1 : policy_advice_need(a->policy,
	    a->f.v[v->ee].dn, tree_type(&a->f, v->ee, false), r);
}

/* What it should have, in units; -1: nothing is known. */
static int64_t
find_need(const struct advise *a, size_t vm, size_t resource)
{
	const struct policy_advice *w = &a->v[vm].wish;
	int64_t least = policy_need(a, vm, resource), v, n;

	if (!is_known(a, vm, resource))
		return least;
	v = histogram_percentile(&metrics_of(a->metrics, vm, resource)->h,
	    (unsigned)w->percentile);
	if (v > INT64_MAX / (100 + w->headroom))
		return INT64_MAX;
	v = v * (100 + w->headroom);
	n = v / 100000 + (v % 100000 != 0);
	return n > least ? n : least;
}

int64_t
advise_need(const struct advise *a, size_t vm, size_t resource)
{
	return a->need[vm * a->nres + resource];
}

/* What the machine must have beside resources: what a rule says, or else what
 * its present class has. */
static const char *
missing_feature(const struct advise *a, const struct advice *v, size_t class)
{
	bool ruled = v->wish.features != POLICY_NO_RULE;
	size_t i, n = ruled ? v->wish.nfeature :
	    policy_class(a->classes, v->now).nfeature;

	for (i = 0; i < n; i++) {
		const char *want = ruled ? policy_advice_feature(a->policy,
		    &v->wish, i) : policy_class_feature(a->classes, v->now, i);

		if (!policy_class_has(a->classes, class, want))
			return want;
	}
	return NULL;
}

/* May a machine of the class stand on all its sponsors? */
static bool
is_compatible(const struct advise *a, const struct advice *v, size_t class)
{
	uint32_t type = policy_class(a->classes, class).type;
	size_t i, n;
	const uint32_t *on = fit_sponsors(&a->fit, v->ee, &n);

	for (i = 0; i < n; i++)
		if (policy_compatible(a->policy, type, tree_type(&a->f, on[i],
		    false)) == TRI_NO)
			return false;
	return true;
}

/* Of the present class: of which resource is there too little, most of all? */
static void
judge_present(struct advise *a, size_t vm)
{
	struct advice *v = &a->v[vm];
	size_t k;

	v->feature = missing_feature(a, v, v->now);
	if (v->feature != NULL) {
		v->cause = CAUSE_FEATURE;
		v->urgency = UINT32_MAX;
		return;
	}
	for (k = 0; k < a->nres; k++) {
		int64_t need = advise_need(a, vm, k);
		int64_t has = advise_has(a, v->now, k), ratio;

		if (need <= has)
			continue;
		ratio = has == 0 || need / has > 1000000 ? 1000000000 :
		    need * 1000 / has;
		if ((uint32_t)ratio <= v->urgency)
			continue;
		v->urgency = (uint32_t)ratio;
		v->tight = k;
		v->cause = policy_need(a, vm, k) == need ? CAUSE_NEEDS :
		    CAUSE_USE;
	}
}

static bool
carries(const struct advise *a, size_t vm, size_t class)
{
	const struct advice *v = &a->v[vm];
	size_t k;

	for (k = 0; k < a->nres; k++) {
		int64_t need = advise_need(a, vm, k);

		if (need < 0) /* not known: no less than now */
			need = advise_has(a, v->now, k);
		if (advise_has(a, class, k) < need)
			return false;
	}
	return missing_feature(a, v, class) == NULL &&
	    is_compatible(a, v, class);
}

/* Cheaper; of equal price the one that has less, in order of resources. What
 * has no price is dearer than anything. */
static bool
is_better(const struct advise *a, size_t x, size_t y)
{
	int64_t p = policy_class(a->classes, x).price;
	int64_t q = policy_class(a->classes, y).price;
	size_t k;

	if (p != q)
		return p >= 0 && (q < 0 || p < q);
	for (k = 0; k < a->nres; k++)
		if (advise_has(a, x, k) != advise_has(a, y, k))
			return advise_has(a, x, k) < advise_has(a, y, k);
	return false;
}

static size_t
best_class(const struct advise *a, size_t vm)
{
	size_t i, best = SIZE_MAX, n = policy_nclass(a->classes);

	for (i = 0; i < n; i++)
		if (carries(a, vm, i) && (best == SIZE_MAX ||
		    is_better(a, i, best)))
			best = i;
	return best;
}

static bool
any_need_known(const struct advise *a, size_t vm)
{
	size_t k;

	for (k = 0; k < a->nres; k++)
		if (advise_need(a, vm, k) >= 0)
			return true;
	return false;
}

static bool
saves_enough(const struct advise *a, const struct advice *v)
{
	int64_t p = policy_class(a->classes, v->now).price;
	int64_t q = policy_class(a->classes, v->best).price;

	return p > 0 && q >= 0 && q < p &&
	    (p - q) * 100 >= p * v->wish.gain;
}

static bool
is_larger(const struct advise *a, const struct advice *v)
{
	size_t k;

	for (k = 0; k < a->nres; k++)
		if (advise_has(a, v->best, k) > advise_has(a, v->now, k))
			return true;
	return false;
}

static void
propose(struct advise *a, size_t vm)
{
	struct advice *v = &a->v[vm];

	if (v->wish.keep == TRI_YES)
		v->verdict = STAYS_KEPT;
	else if (v->now == SIZE_MAX)
		v->verdict = STAYS_NO_CLASS;
	else if (!any_need_known(a, vm) &&
	    v->wish.features == POLICY_NO_RULE)
		v->verdict = STAYS_UNKNOWN;
	if (v->verdict != STAYS_GOOD)
		return;
	judge_present(a, vm);
	v->best = best_class(a, vm);
	if (v->best == SIZE_MAX) {
		v->verdict = v->cause == CAUSE_NONE ? STAYS_GOOD :
		    STAYS_NO_FIT;
		return;
	}
	if (v->best == v->now)
		return;
	if (v->cause == CAUSE_NONE) {
		v->cause = CAUSE_PRICE;
		v->verdict = saves_enough(a, v) ? CHANGES : policy_class(
		    a->classes, v->best).price < policy_class(a->classes,
		    v->now).price ? STAYS_GAIN : STAYS_GOOD;
	} else {
		v->verdict = CHANGES;
	}
	v->grows = v->verdict == CHANGES && is_larger(a, v);
}

/* That it stays where only its features are known is no praise. */
static void
judge(struct advise *a, size_t vm)
{
	propose(a, vm);
	if (a->v[vm].verdict == STAYS_GOOD && !any_need_known(a, vm))
		a->v[vm].verdict = STAYS_UNKNOWN;
}

void
advise_decide(struct advise *a, const struct metrics *metrics)
{
	size_t i;

	a->metrics = metrics;
	a->need = mem_alloc(a->n * a->nres, sizeof(*a->need));
	for (i = 0; i < a->n * a->nres; i++)
		a->need[i] = find_need(a, i / a->nres, i % a->nres);
	for (i = 0; i < a->n; i++) {
		a->v[i].on = a->v[i].was = a->fit.on[a->v[i].ee];
		a->v[i].spare = NONE;
		judge(a, i);
	}
	advise_room(a);
}
