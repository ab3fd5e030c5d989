/*
 * How many may go down at once? Each rule of the policy's section "waves" that
 * fits a root counts it: altogether, or for each fault domain. A canary goes
 * alone, before others that fit its rule; what is to be apart never shares a
 * wave.
 */
#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "ids.h"
#include "pace.h"
#include "policy.h"

struct policy_wave
pace_rule(const struct forest *f, const struct policy *policy, size_t i,
    uint32_t root)
{
	size_t level = policy_wave_level(policy, i);

	return policy_wave(policy, i, level == SIZE_MAX ? f->v[root].dn :
	    domain_of(f, root, policy, level),
	    tree_type(f, root, f->v[root].s == NONE));
}

void
pace_open(struct pace *p, const struct forest *f, const struct policy *policy)
{
	*p = (struct pace){ .f = f, .policy = policy,
		.nrule = policy_nwave(policy) };
	p->count = mem_alloc(p->nrule, sizeof(*p->count));
}

void
pace_close(struct pace *p)
{
	size_t i;

	for (i = 0; i < p->nrule; i++)
		idmap_free(&p->count[i].of);
	free(p->count);
	free(p->domain);
}

void
pace_begin(struct pace *p)
{
	size_t i;

	for (i = 0; i < p->nrule; i++) {
		p->count[i].tried |= p->count[i].n > 0;
		p->count[i].n = p->count[i].other = 0;
	}
	p->wave++;
	p->n = 0;
	p->closed = false;
}

static size_t
in_domain(const struct pace *p, size_t rule, uint32_t domain)
{
	uint32_t at = idmap_get(&p->count[rule].of,
	    (uint64_t)domain + 1);

	return at == 0 || p->domain[at - 1].wave != p->wave ? 0 :
	    p->domain[at - 1].n;
}

static bool
rule_admits(const struct pace *p, size_t i, uint32_t root)
{
	struct policy_wave r = pace_rule(p->f, p->policy, i, root);
	const struct pace_count *c = &p->count[i];

	if (r.apart && ((r.fits && c->other > 0) || (r.other && c->n > 0)))
		return false;
	if (!r.fits)
		return true;
	if (r.canary && !c->tried)
		return p->n == 0;
	if (r.max < 0)
		return true;
	return (r.per_domain ? in_domain(p, i, p->f->v[root].fault) : c->n) <
	    (size_t)r.max;
}

/* A rule whose canary is in the wave. */
static size_t
canary_rule(const struct pace *p, uint32_t dn)
{
	size_t i;

	for (i = 0; i < p->nrule; i++)
		if (p->count[i].n > 0 && !p->count[i].tried &&
		    policy_wave(p->policy, i, dn, NAME_NONE).canary)
			return i;
	return SIZE_MAX;
}

size_t
pace_against(const struct pace *p, uint32_t root)
{
	size_t i;

	for (i = 0; p->n > 0 && i < p->nrule; i++)
		if (!rule_admits(p, i, root))
			return i;
	return p->n > 0 && p->closed ? canary_rule(p, p->f->v[root].dn) :
	    SIZE_MAX;
}

bool
pace_admits(const struct pace *p, uint32_t root)
{
	size_t i;

	if (p->n == 0)
		return true;
	for (i = 0; i < p->nrule; i++)
		if (!rule_admits(p, i, root))
			return false;
	return !p->closed;
}

static void
count_domain(struct pace *p, size_t rule, uint32_t domain)
{
	uint32_t *at = idmap_at(&p->count[rule].of, (uint64_t)domain + 1);
	struct pace_domain *d;

	if (*at == 0) {
		p->domain = mem_grow(p->domain, p->ndomain, &p->domain_cap,
		    sizeof(*p->domain));
		p->domain[p->ndomain++] = (struct pace_domain){ 0, 0 };
		*at = (uint32_t)p->ndomain;
	}
	d = &p->domain[*at - 1];
	d->n = d->wave == p->wave ? d->n + 1 : 1;
	d->wave = p->wave;
}

void
pace_take(struct pace *p, uint32_t root)
{
	size_t i;

	p->n++;
	for (i = 0; i < p->nrule; i++) {
		struct policy_wave r = pace_rule(p->f, p->policy, i, root);

		p->count[i].other += r.apart && r.other;
		if (!r.fits)
			continue;
		p->count[i].n++;
		p->closed |= r.canary && !p->count[i].tried;
		if (r.per_domain)
			count_domain(p, i, p->f->v[root].fault);
	}
}

/* How many of those that fit a rule are in the domain that has most. */
static size_t
in_fullest(const struct forest *f, const struct policy *policy, size_t rule,
    const uint32_t *root, size_t n)
{
	uint32_t *domain = mem_alloc(n, sizeof(*domain));
	size_t i, m = 0, run = 0, most = 0;

	for (i = 0; i < n; i++)
		if (pace_rule(f, policy, rule, root[i]).fits)
			domain[m++] = f->v[root[i]].fault;
	ids_sort(domain, m);
	for (i = 0; i < m; i++) {
		run = i > 0 && domain[i] == domain[i - 1] ? run + 1 : 1;
		most = run > most ? run : most;
	}
	free(domain);
	return most;
}

uint32_t
pace_bound(const struct forest *f, const struct policy *policy,
    const uint32_t *root, size_t n)
{
	size_t nrule = policy_nwave(policy), i, k, fit, other, max;
	uint32_t best = n > 0, waves;

	for (i = 0; i < nrule; i++) {
		struct policy_wave r = { 0 };

		for (fit = other = k = 0; k < n; k++) {
			r = pace_rule(f, policy, i, root[k]);
			fit += r.fits;
			other += r.other;
		}
		if (n == 0 || fit == 0)
			continue;
		if (r.per_domain)
			fit = in_fullest(f, policy, i, root, n);
		max = r.max < 1 ? n : (size_t)r.max;
		waves = (uint32_t)((fit + max - 1) / max);
		if ((r.canary && n > 1) || (r.apart && other > 0))
			waves = waves > 2 ? waves : 2;
		best = waves > best ? waves : best;
	}
	return best;
}
