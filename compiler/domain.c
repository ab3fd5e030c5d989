/*
 * With what does an EE fail? On a level that the policy names: with the
 * nearest of itself and all it stands below that fits, or with those that have
 * the same value of an attribute there. An EE that nothing fits has the domain
 * it has without a policy.
 */
#include <stdlib.h>

#include "diag.h"
#include "domain.h"
#include "policy.h"

/* What a level calls an object, or NAME_NONE if it does not fit. */
static uint32_t
called(const struct model *m, uint32_t o, const struct policy *policy,
    size_t level)
{
	uint32_t attr = policy_level_attribute(policy, level);
	uint32_t type = m->object[o].class == N_SaPlmHE ?
	    N_saPlmHEBaseHEType : N_saPlmEEType;

	if (m->object[o].class != N_SaPlmHE &&
	    m->object[o].class != N_SaPlmEE)
		return NAME_NONE;
	if (!policy_level_fits(policy, level, m->object[o].dn,
	    model_value(m, o, type)))
		return NAME_NONE;
	return attr == NAME_NONE ? m->object[o].dn : model_value(m, o, attr);
}

uint32_t
domain_of(const struct forest *f, uint32_t e, const struct policy *policy,
    size_t level)
{
	const struct ee *v = &f->v[e];
	const struct model *m = v->s != NONE ? f->s : f->t;
	uint32_t o, d;

	for (o = v->s != NONE ? v->s : v->t; o != NONE;
	    o = m->object[o].parent) {
		d = called(m, o, policy, level);
		if (d != NAME_NONE)
			return d;
	}
	return v->fault;
}

void
domain_apply(struct forest *f, const struct policy *policy)
{
	uint32_t e;

	for (e = 0; e < f->n && policy_nlevel(policy) > 0; e++)
		f->v[e].fault = domain_of(f, e, policy, 0);
}

static void
warn(const struct services *v, const struct sg *g, const char *level,
    uint32_t left, struct diag *diag)
{
	const struct model *m = v->f->s;
	uint32_t o = v->si[g->first_si].s;

	diag_report(diag, DIAG_LEVEL, model_dn_place(m, o), m->object[o].dn,
	    left == 0 ? "\"%s\" is not redundant by \"%s\"" :
	    "\"%s\" is not redundant by \"%s\": without one of these its "
	    "group has %u of the %u units it needs", name_str(m->object[o].dn),
	    level, left, g->wanted);
}

static void
check_level(const struct services *v, const struct policy *policy,
    size_t level, struct diag *diag)
{
	const char *name = policy_level(policy, level);
	size_t i, n = 0;
	uint32_t left;

	for (i = 0; i < v->nsg; i++) {
		if (v->sg[i].nsi == 0 || v->sg[i].nunit == 0)
			continue;
		left = redundancy_need(v, &v->sg[i]);
		if (left < v->sg[i].wanted && n++ < 3)
			warn(v, &v->sg[i], name, left, diag);
	}
	if (n > 3)
		diag_report(diag, DIAG_LEVEL, (struct place){ 0 }, NAME_NONE,
		    "%zu more service groups are not redundant by \"%s\"",
		    n - 3, name);
}

void
domain_check(struct forest *f, const struct services *v,
    const struct policy *policy, struct diag *diag)
{
	uint32_t *was = mem_alloc(f->n, sizeof(*was)), e;
	size_t level;

	for (e = 0; e < f->n; e++)
		was[e] = f->v[e].fault;
	for (level = 0; level < policy_nlevel(policy); level++) {
		if (!policy_level_wanted(policy, level))
			continue;
		for (e = 0; e < f->n; e++)
			f->v[e].fault = domain_of(f, e, policy, level);
		check_level(v, policy, level, diag);
		for (e = 0; e < f->n; e++)
			f->v[e].fault = was[e];
	}
	free(was);
}

void
domain_degraded(const struct services *v, struct diag *diag)
{
	const struct model *m = v->f->s;
	size_t i, n = 0;

	for (i = 0; i < v->nsg; i++) {
		const struct sg *g = &v->sg[i];
		uint32_t o;

		if (g->need == 0 || g->prefer <= g->nunit || n++ >= 3)
			continue;
		o = v->si[g->first_si].s;
		diag_report(diag, DIAG_DEGRADED, model_dn_place(m, o),
		    m->object[o].dn, "\"%s\" prefers %u units in service, but "
		    "its group has %u whose place is known",
		    name_str(m->object[o].dn), g->prefer, g->nunit);
	}
	if (n > 3)
		diag_report(diag, DIAG_DEGRADED, (struct place){ 0 },
		    NAME_NONE, "%zu more service groups have fewer units than "
		    "they prefer", n - 3);
}
