/*
 * How full are the EEs that others stand on? Sums by EE and resource.
 */
#include <stdlib.h>

#include "load.h"
#include "policy.h"

void
load_open(struct load *l, const struct forest *f, const struct policy *policy,
    enum load_types types)
{
	*l = (struct load){ .f = f, .policy = policy, .types = types,
		.nres = policy_nresource(policy) };
	l->use = mem_alloc(f->n * l->nres, sizeof(*l->use));
}

void
load_close(struct load *l)
{
	free(l->use);
	l->use = NULL;
}

static int64_t
need_in(const struct load *l, uint32_t ee, bool target, size_t k)
{
	return policy_demand(l->policy, l->f->v[ee].dn,
	    tree_type(l->f, ee, target), k);
}

int64_t
load_need(const struct load *l, uint32_t ee, size_t k)
{
	int64_t a, b;

	if (l->types != LOAD_BOTH)
		return need_in(l, ee, l->types == LOAD_TARGET, k);
	a = need_in(l, ee, false, k);
	b = need_in(l, ee, true, k);
	return a > b ? a : b;
}

uint32_t
load_type(const struct load *l, uint32_t on)
{
	return tree_type(l->f, on, l->types == LOAD_TARGET ||
	    (l->types == LOAD_BOTH && l->f->v[on].s == NONE));
}

int64_t
load_left(const struct load *l, uint32_t on, size_t k)
{
	int64_t cap = policy_capacity(l->policy, l->f->v[on].dn,
	    load_type(l, on), k);

	return cap < 0 ? INT64_MAX : cap - l->use[on * l->nres + k];
}

void
load_take(struct load *l, uint32_t ee, uint32_t on, int sign)
{
	size_t k;

	for (k = 0; k < l->nres; k++)
		l->use[on * l->nres + k] += sign * load_need(l, ee, k);
}

bool
load_fits(const struct load *l, uint32_t ee, uint32_t on)
{
	size_t k;
	int64_t need;

	for (k = 0; k < l->nres; k++) {
		need = load_need(l, ee, k);
		if (need > 0 && need > load_left(l, on, k))
			return false;
	}
	return true;
}
