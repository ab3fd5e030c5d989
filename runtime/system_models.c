/*
 * What do the two models say of EEs that does not change with the campaign?
 * What becomes of each, what fails together, and which are VMs that can move.
 */
#include <stdlib.h>

#include "dn.h"
#include "policy.h"
#include "system.h"

static bool
same_object(const struct model *a, uint32_t x, const struct model *b,
    uint32_t y)
{
	uint32_t i, k;
	const uint32_t *v, *w;
	size_t nv, nw;

	for (i = a->object[x].attr; i < a->object[x + 1].attr; i++) {
		v = attr_values(a, i, &nv);
		k = model_attr(b, y, a->attr[i].name);
		w = NULL;
		nw = 0;
		if (k != NONE)
			w = attr_values(b, k, &nw);
		if (!values_equal(v, nv, w, nw) && model_attr_counts(a,
		    a->object[x].class, a->attr[i].name))
			return false;
	}
	return true;
}

enum ee_op
system_op(const struct system *y, uint32_t dn)
{
	uint32_t s = model_find(y->source, dn), t = model_find(y->target, dn);

	if (s != NONE && y->source->object[s].class != N_SaPlmEE)
		s = NONE;
	if (t != NONE && y->target->object[t].class != N_SaPlmEE)
		t = NONE;
	if (s == NONE)
		return EE_ADD;
	if (t == NONE)
		return EE_REMOVE;
	return same_object(y->source, s, y->target, t) &&
	    same_object(y->target, t, y->source, s) ? EE_SAME : EE_MODIFY;
}

static bool
of_class(const struct model *m, uint32_t dn, uint32_t class)
{
	uint32_t o = dn == NAME_NONE ? NONE : model_find(m, dn);

	return o != NONE && m->object[o].class == class;
}

static bool
names_ees(const struct model *m, uint32_t o)
{
	uint32_t a = model_attr(m, o, N_saPlmDepNames);
	const uint32_t *v;
	size_t n, i;

	if (a == NONE)
		return false;
	v = attr_values(m, a, &n);
	for (i = 0; i < n; i++)
		if (of_class(m, v[i], N_SaPlmEE))
			return true;
	return false;
}

/* Marks by name the EEs that configuration objects call VMs; NULL: none
 * does. */
static bool *
configured(const struct model *m)
{
	bool *is = NULL;
	size_t i;
	uint32_t ee;

	for (i = 0; i < m->nobject; i++) {
		if (m->object[i].class != N_OpenSafPlmVirtualMachineConfig)
			continue;
		if (is == NULL)
			is = mem_alloc(intern_count(), sizeof(*is));
		ee = model_value(m, (uint32_t)i, N_saPlmEE);
		is[ee] = ee != NAME_NONE;
	}
	return is;
}

/* The migratable VMs of a model: directly under the domain, with a dependency
 * on EEs, and where configuration objects exist, named by one. */
static void
find_vms(struct system *y, const struct model *m, bool source)
{
	bool *config = configured(m);
	size_t i;
	uint32_t dn, e;

	for (i = 0; i < m->nobject; i++) {
		if (m->object[i].class != N_SaPlmDependency)
			continue;
		dn = dn_parent_known(m->object[i].dn);
		e = system_find(y, SYS_EE, dn);
		if (e == NONE || !of_class(m, dn, N_SaPlmEE) ||
		    !of_class(m, dn_parent_known(dn), N_SaPlmDomain) ||
		    (config != NULL && !config[dn]) ||
		    !names_ees(m, (uint32_t)i))
			continue;
		if (source)
			y->ee[e].vm_s = true;
		else
			y->ee[e].vm_t = true;
	}
	free(config);
}

/* The first of an EE and what its name says it stands below that is a domain
 * of the level, or what it fails with. */
uint32_t
system_domain(const struct system *y, const struct policy *policy,
    size_t level, uint32_t ee)
{
	uint32_t attr = policy_level_attribute(policy, level), o, v, class;
	uint32_t dn = y->ee[ee].dn;
	const struct model *m = model_find(y->source, dn) != NONE ?
	    y->source : y->target;

	for (; dn != NAME_NONE; dn = dn_parent_known(dn)) {
		o = model_find(m, dn);
		class = o == NONE ? (uint32_t)NAME_NONE : m->object[o].class;
		if (class != N_SaPlmHE && class != N_SaPlmEE)
			continue;
		v = model_value(m, o, class == N_SaPlmHE ?
		    N_saPlmHEBaseHEType : N_saPlmEEType);
		if (!policy_level_fits(policy, level, dn, v))
			continue;
		v = attr == NAME_NONE ? dn : model_value(m, o, attr);
		if (v != NAME_NONE)
			return v;
	}
	return y->ee[ee].fault;
}

void
system_domains(struct system *y, const struct policy *policy)
{
	uint32_t i;

	for (i = 0; i < y->nee && policy_nlevel(policy) > 0; i++)
		y->ee[i].fault = system_domain(y, policy, 0, i);
}

void
system_vms(struct system *y)
{
	find_vms(y, y->source, true);
	find_vms(y, y->target, false);
}
