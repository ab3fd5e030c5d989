/*
 * Do the VMs still fit when something fails? VMs and the sponsors they list
 * form clusters: within one, a fault domain takes its capacity away, and all
 * VMs but those that can only be there must fit on what is left. Only sums are
 * compared: where even they are too small, no way of placing helps.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "check.h"
#include "lint.h"
#include "policy.h"

struct clusters {
	struct check *c;
	const struct policy *p;
	size_t resource;
	size_t nee;
	uint32_t *up; /* by rank of an EE: union and find */
	bool *sponsor; /* by rank */
	int64_t *cap, *need; /* by rank of a cluster's head */
	bool *unbounded; /* the same: some sponsor has no limit */
	int64_t *lost, *gone; /* by object of a domain: its capacity, and the
	                       * demand of VMs that can only be there */
};

static uint32_t
find(struct clusters *s, uint32_t x)
{
	while (s->up[x] != x) {
		s->up[x] = s->up[s->up[x]];
		x = s->up[x];
	}
	return x;
}

/* The sponsors of a migratable VM that are EEs; how many. */
static const uint32_t *
sponsors(struct check *c, uint32_t vm, size_t *n)
{
	uint32_t dep, attr;

	*n = 0;
	if ((plm_flags(c, vm) & PLM_VM) == 0)
		return NULL;
	dep = plm_of(c)->on_ee[plm_node(c, vm)];
	return dep == NONE ? NULL : plm_sponsors(c, dep, n, &attr);
}

static void
join(struct clusters *s)
{
	struct check *c = s->c;
	const uint32_t *v;
	uint32_t vm, to;
	size_t i, k, n;

	for (i = 0; i < s->nee; i++)
		s->up[i] = (uint32_t)i;
	for (i = 0; i < s->nee; i++) {
		vm = c->of_kind[c->start[KIND_EE] + i];
		v = sponsors(c, vm, &n);
		for (k = 0; k < n; k++) {
			to = model_find(c->m, v[k]);
			if (!check_is(c, to, OF(EE)))
				continue;
			s->sponsor[c->rank[to]] = true;
			s->up[find(s, c->rank[to])] = find(s, (uint32_t)i);
		}
	}
}

static int64_t
plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* What a sponsor offers and a VM needs of the resource, summed up. */
static void
add(struct clusters *s, uint32_t rank)
{
	struct check *c = s->c;
	uint32_t o = c->of_kind[c->start[KIND_EE] + rank];
	uint32_t type = model_value(c->m, o, N_saPlmEEType);
	uint32_t head = find(s, rank), domain = plm_domain(c, o);
	int64_t n;
	size_t nsponsor;

	if (s->sponsor[rank]) {
		n = policy_capacity(s->p, object_dn(c, o), type, s->resource);
		if (n < 0)
			s->unbounded[head] = true;
		else {
			s->cap[head] = plus(s->cap[head], n);
			if (domain != NONE)
				s->lost[domain] = plus(s->lost[domain], n);
		}
	}
	sponsors(c, o, &nsponsor);
	if (nsponsor == 0)
		return;
	n = policy_demand(s->p, object_dn(c, o), type, s->resource);
	s->need[head] = plus(s->need[head], n);
	if (domain != NONE)
		s->gone[domain] = plus(s->gone[domain], n);
}

/* One sponsor stands for the domain it is in. */
static void
judge(struct clusters *s, uint32_t rank)
{
	struct check *c = s->c;
	uint32_t o = c->of_kind[c->start[KIND_EE] + rank];
	uint32_t head = find(s, rank), domain = plm_domain(c, o);
	int64_t need, left;

	if (!s->sponsor[rank] || domain == NONE || s->unbounded[head] ||
	    check_seen(c, object_dn(c, domain)))
		return;
	need = s->need[head] - s->gone[domain];
	left = s->cap[head] - s->lost[domain];
	if (need > left && left >= 0)
		check_fold(c, DIAG_NO_SPARE_ROOM, (uint32_t)s->resource, 0,
		    model_dn_place(c->m, domain), object_dn(c, domain),
		    "when \"%s\" fails, the VMs need %" PRId64 " %s and %"
		    PRId64 " are left", dn_str(c, domain), need,
		    policy_resource(s->p, s->resource), left);
}

static void
ask(struct clusters *s)
{
	size_t i;

	memset(s->cap, 0, s->nee * sizeof(*s->cap));
	memset(s->need, 0, s->nee * sizeof(*s->need));
	memset(s->unbounded, 0, s->nee * sizeof(*s->unbounded));
	memset(s->lost, 0, s->c->m->nobject * sizeof(*s->lost));
	memset(s->gone, 0, s->c->m->nobject * sizeof(*s->gone));
	for (i = 0; i < s->nee; i++)
		add(s, (uint32_t)i);
	check_round(s->c);
	for (i = 0; i < s->nee; i++)
		judge(s, (uint32_t)i);
}

void
lint_room(struct check *c, const struct policy *p)
{
	struct clusters s = { .c = c, .p = p, .nee = kind_count(c, KIND_EE) };
	size_t n = policy_nresource(p);

	if (n == 0)
		return;
	s.up = mem_alloc(s.nee, sizeof(*s.up));
	s.sponsor = mem_alloc(s.nee, sizeof(*s.sponsor));
	s.cap = mem_alloc(s.nee, sizeof(*s.cap));
	s.need = mem_alloc(s.nee, sizeof(*s.need));
	s.unbounded = mem_alloc(s.nee, sizeof(*s.unbounded));
	s.lost = mem_alloc(c->m->nobject, sizeof(*s.lost));
	s.gone = mem_alloc(c->m->nobject, sizeof(*s.gone));
	join(&s);
	for (s.resource = 0; s.resource < n; s.resource++)
		ask(&s);
	free(s.up);
	free(s.sponsor);
	free(s.cap);
	free(s.need);
	free(s.unbounded);
	free(s.lost);
	free(s.gone);
}
