/*
 * Do the VMs stand where they are meant to? Replicas of one service are most
 * often to have the same choice of hosts, and every VM stands on something.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "check.h"
#include "lint.h"

/* The list of a migratable VM's sponsors: its attribute, or NONE. */
static uint32_t
list_of(struct check *c, uint32_t ee)
{
	uint32_t dep, attr;
	size_t n;

	if ((plm_flags(c, ee) & PLM_VM) == 0)
		return NONE;
	dep = plm_of(c)->on_ee[plm_node(c, ee)];
	if (dep == NONE)
		return NONE;
	plm_sponsors(c, dep, &n, &attr);
	return n == 0 ? (uint32_t)NONE : attr;
}

/* A sponsor that only one of two lists has, or NAME_NONE. */
static uint32_t
only_in(struct check *c, uint32_t list, uint32_t other)
{
	const uint32_t *v;
	size_t n, k;

	check_round(c);
	v = attr_values(c->m, other, &n);
	for (k = 0; k < n; k++)
		check_seen(c, v[k]);
	v = attr_values(c->m, list, &n);
	for (k = 0; k < n; k++)
		if (!check_seen(c, v[k]))
			return v[k];
	return NAME_NONE;
}

static void
compare_lists(struct check *c, uint32_t sg, uint32_t first, uint32_t list,
    uint32_t ee, uint32_t its)
{
	uint32_t one = only_in(c, list, its), has = first, lacks = ee;

	if (one == NAME_NONE) {
		one = only_in(c, its, list);
		has = ee;
		lacks = first;
	}
	if (one != NAME_NONE)
		check_fold(c, DIAG_SPONSORS_DIFFER, 0, 0,
		    model_attr_place(c->m, lacks == first ? list : its),
		    object_dn(c, lacks), "the VM \"%s\" does not list the "
		    "sponsor \"%s\" of \"%s\", though both run units of "
		    "\"%s\"", dn_str(c, lacks), name_str(one),
		    dn_str(c, has), dn_str(c, sg));
}

void
lint_replicas(struct check *c)
{
	size_t nsg = kind_count(c, KIND_SG), i;
	uint32_t *first = mem_alloc(nsg, sizeof(*first));
	uint32_t su, sg, ee, list;

	memset(first, 0xff, nsg * sizeof(*first));
	for (i = c->start[KIND_SU]; i < c->start[KIND_SU + 1]; i++) {
		su = c->of_kind[i];
		sg = c->m->object[su].parent;
		ee = check_su_ee(c, su);
		if (!check_is(c, sg, OF(SG)) || ee == NONE ||
		    (list = list_of(c, ee)) == NONE)
			continue;
		if (first[c->rank[sg]] == NONE)
			first[c->rank[sg]] = ee;
		else
			compare_lists(c, sg, first[c->rank[sg]],
			    list_of(c, first[c->rank[sg]]), ee, list);
	}
	free(first);
}

void
lint_sponsors(struct check *c)
{
	size_t i;
	uint32_t config, ee;

	for (i = c->start[KIND_VM_CONFIG]; i < c->start[KIND_VM_CONFIG + 1];
	    i++) {
		config = c->of_kind[i];
		ee = check_follow(c, config, N_saPlmEE);
		if (!check_is(c, ee, OF(EE)) ||
		    !check_is(c, c->m->object[ee].parent, OF(DOMAIN)) ||
		    plm_of(c)->on_ee[plm_node(c, ee)] != NONE)
			continue;
		check_fold(c, DIAG_VM_WITHOUT_SPONSOR, 0, 0,
		    model_dn_place(c->m, ee), object_dn(c, ee), "\"%s\" is a "
		    "VM by \"%s\", but has no sponsor", dn_str(c, ee),
		    dn_str(c, config));
	}
}
