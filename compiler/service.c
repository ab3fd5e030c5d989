/*
 * Where does a service stand? A service unit names its AMF node, that its CLM
 * node, that its EE. What an SI loses when an EE goes down follows from its
 * service group's units; all SIs of one group share them, so the group is what
 * is counted: redundancy.c says how many units it needs, depend.c what else
 * goes down with it.
 */
#include <stdlib.h>
#include <string.h>

#include "depend.h"
#include "redundancy.h"
#include "service.h"

static uint32_t
named(const struct model *m, uint32_t o, uint32_t attr)
{
	return o == NONE ? NONE : model_find(m, model_value(m, o, attr));
}

uint32_t
service_node(const struct model *m, uint32_t su)
{
	uint32_t n = named(m, su, N_saAmfSUHostNodeOrNodeGroup);

	if (n == NONE || m->object[n].class != N_SaAmfNode)
		n = named(m, su, N_saAmfSUHostedByNode);
	if (n == NONE || m->object[n].class != N_SaAmfNode)
		return NONE;
	return n;
}

/* The node of a unit that is placed by a node group of one node, or NONE. */
static uint32_t
node_of_group(const struct model *m, uint32_t su)
{
	uint32_t g = named(m, su, N_saAmfSUHostNodeOrNodeGroup), a;
	const uint32_t *v;
	size_t n = 0;

	if (model_value(m, su, N_saAmfSUHostNodeOrNodeGroup) == NAME_NONE)
		g = named(m, m->object[su].parent, N_saAmfSGSuHostNodeGroup);
	if (g == NONE || m->object[g].class != N_SaAmfNodeGroup)
		return NONE;
	a = model_attr(m, g, N_saAmfNGNodeList);
	v = a == NONE ? NULL : attr_values(m, a, &n);
	g = n == 1 ? model_find(m, v[0]) : (uint32_t)NONE;
	return g != NONE && m->object[g].class == N_SaAmfNode ? g :
	    (uint32_t)NONE;
}

uint32_t
service_node_ee(const struct forest *f, const struct model *m, uint32_t node)
{
	if (node != NONE && m->object[node].class == N_SaAmfNode)
		node = named(m, node, N_saAmfNodeClmNode);
	if (node == NONE || m->object[node].class != N_SaClmNode)
		return NONE;
	return tree_find(f, model_value(m, node, N_saClmNodeEE));
}

uint32_t
service_su_of(const struct model *m, uint32_t o)
{
	for (; o != NONE; o = m->object[o].parent)
		if (m->object[o].class == N_SaAmfSU)
			return o;
	return NONE;
}

uint32_t
service_owner(const struct forest *f, const struct model *m, uint32_t o)
{
	for (; o != NONE; o = m->object[o].parent) {
		uint32_t class = m->object[o].class;

		if (class == N_SaPlmEE)
			return tree_find(f, m->object[o].dn);
		if (class == N_SaAmfNode || class == N_SaClmNode)
			return service_node_ee(f, m, o);
		if (class == N_SaAmfSU) {
			uint32_t node = service_node(m, o);

			return service_node_ee(f, m, node != NONE ? node :
			    node_of_group(m, o));
		}
		if (class == N_OpenSafPlmVirtualMachineConfig ||
		    class == N_OpenSafPlmVirtualMachineMonitorConfig)
			return tree_find(f, model_value(m, o, N_saPlmEE));
	}
	return NONE;
}

/* A group of that name; NONE if something else is called so. */
static uint32_t
sg_of(struct services *v, struct forest *f, size_t *cap, uint32_t dn)
{
	if (dn == NAME_NONE || dn >= f->nname)
		return NONE;
	if (f->by_name[dn] == NONE) {
		v->sg = mem_grow(v->sg, v->nsg, cap, sizeof(*v->sg));
		v->sg[v->nsg] = (struct sg){ .dn = dn,
			.s = model_find(f->s, dn), .first = NONE,
			.first_si = NONE };
		f->by_name[dn] = NAMED_SG | (uint32_t)v->nsg++;
	}
	return tree_named(f, dn, NAMED_SG);
}

static bool
same_name(const struct forest *f, uint32_t s, uint32_t t)
{
	return s != NONE && t != NONE &&
	    f->s->object[s].dn == f->t->object[t].dn;
}

/* The AMF nodes of a unit. AMF does not move a unit when its node group
 * changes: if both models place it by a group, they must say the same. */
static void
find_nodes(const struct forest *f, struct su *u)
{
	bool by_s = false, by_t = false;

	if (u->s != NONE) {
		u->node_s = service_node(f->s, u->s);
		by_s = u->node_s == NONE;
	}
	if (u->t != NONE) {
		u->node_t = service_node(f->t, u->t);
		by_t = u->node_t == NONE;
	}
	if (by_s)
		u->node_s = node_of_group(f->s, u->s);
	if (by_t)
		u->node_t = node_of_group(f->t, u->t);
	if (by_s && by_t && !same_name(f, u->node_s, u->node_t))
		u->node_s = u->node_t = NONE;
}

static void
add_su(struct services *v, struct forest *f, uint32_t s, uint32_t t,
    size_t *su_cap, size_t *sg_cap)
{
	const struct model *m = s != NONE ? f->s : f->t;
	uint32_t o = s != NONE ? s : t, p = m->object[o].parent;
	struct su su = { .dn = m->object[o].dn, .s = s, .t = t,
		.node_s = NONE, .node_t = NONE, .ee_s = NONE, .ee_t = NONE,
		.next = NONE, .next_s = NONE, .next_t = NONE };

	find_nodes(f, &su);
	if (s != NONE) {
		su.ee_s = service_node_ee(f, f->s, su.node_s);
		if (t == NONE && su.node_s != NONE)
			su.ee_t = service_node_ee(f, f->t, model_find(f->t,
			    f->s->object[su.node_s].dn));
	}
	if (t != NONE)
		su.ee_t = service_node_ee(f, f->t, su.node_t);
	su.sg = sg_of(v, f, sg_cap, p == NONE ? NAME_NONE : m->object[p].dn);
	v->su = mem_grow(v->su, v->nsu, su_cap, sizeof(*v->su));
	if (f->by_name[su.dn] == NONE)
		f->by_name[su.dn] = NAMED_SU | (uint32_t)v->nsu;
	if (su.sg != NONE) {
		su.next = v->sg[su.sg].first;
		v->sg[su.sg].first = (uint32_t)v->nsu;
	}
	v->su[v->nsu++] = su;
}

static void
collect_units(struct services *v, struct forest *f, size_t *sg_cap)
{
	size_t i, cap = 0;

	for (i = 0; i < f->s->nobject; i++) {
		uint32_t o = f->s->order[i], t;

		if (f->s->object[o].class != N_SaAmfSU)
			continue;
		t = model_find(f->t, f->s->object[o].dn);
		if (t != NONE && f->t->object[t].class != N_SaAmfSU)
			t = NONE;
		add_su(v, f, o, t, &cap, sg_cap);
	}
	for (i = 0; i < f->t->nobject; i++) {
		uint32_t o = f->t->order[i];

		if (f->t->object[o].class == N_SaAmfSU &&
		    tree_named(f, f->t->object[o].dn, NAMED_SU) == NONE)
			add_su(v, f, NONE, o, &cap, sg_cap);
	}
}

/* Does the target place units of the group? */
static bool *
placed_in_target(const struct services *v)
{
	bool *placed = mem_alloc(v->nsg + 1, sizeof(*placed));
	size_t i;

	for (i = 0; i < v->nsu; i++)
		if (v->su[i].t != NONE && v->su[i].ee_t != NONE &&
		    v->su[i].sg != NONE)
			placed[v->su[i].sg] = true;
	return placed;
}

static void
add_si(struct services *v, uint32_t o, uint32_t sg, size_t *cap)
{
	v->si = mem_grow(v->si, v->nsi, cap, sizeof(*v->si));
	v->si[v->nsi] = (struct si){ .s = o, .sg = sg, .next = NONE,
		.on = NONE, .by = NONE };
	v->sg[sg].nsi++;
	v->nsi++;
}

/* Which SIs count: those of the source that the target wants too, and has
 * units for that can be counted. */
static void
collect_instances(struct services *v, struct forest *f, size_t *sg_cap)
{
	const struct model *m = f->s;
	bool *placed = placed_in_target(v);
	size_t i, cap = 0, nsg = v->nsg;

	for (i = 0; i < m->nobject; i++) {
		uint32_t o = m->order[i], t, sg, to;

		if (m->object[o].class != N_SaAmfSI)
			continue;
		t = model_find(f->t, m->object[o].dn);
		if (t == NONE || f->t->object[t].class != N_SaAmfSI)
			continue;
		sg = sg_of(v, f, sg_cap, model_value(m, o,
		    N_saAmfSIProtectedbySG));
		to = tree_named(f, model_value(f->t, t,
		    N_saAmfSIProtectedbySG), NAMED_SG);
		if (sg != NONE && to < nsg && placed[to])
			add_si(v, o, sg, &cap);
	}
	free(placed);
	for (i = v->nsi; i-- > 0;) {
		v->si[i].next = v->sg[v->si[i].sg].first_si;
		v->sg[v->si[i].sg].first_si = (uint32_t)i;
	}
}

static void
chain_on_ees(struct services *v, const struct forest *f)
{
	size_t i;

	v->first_s = mem_realloc(NULL, f->n + 1, sizeof(*v->first_s));
	v->first_t = mem_realloc(NULL, f->n + 1, sizeof(*v->first_t));
	memset(v->first_s, 0xff, (f->n + 1) * sizeof(*v->first_s));
	memset(v->first_t, 0xff, (f->n + 1) * sizeof(*v->first_t));
	for (i = v->nsu; i-- > 0;) {
		struct su *u = &v->su[i];

		if (u->ee_s != NONE) {
			u->next_s = v->first_s[u->ee_s];
			v->first_s[u->ee_s] = (uint32_t)i;
		}
		if (u->ee_t != NONE) {
			u->next_t = v->first_t[u->ee_t];
			v->first_t[u->ee_t] = (uint32_t)i;
		}
	}
}

void
service_build(struct services *v, struct forest *f,
    const struct policy *policy)
{
	size_t sg_cap = 0;

	*v = (struct services){ .f = f };
	collect_units(v, f, &sg_cap);
	collect_instances(v, f, &sg_cap);
	chain_on_ees(v, f);
	redundancy_find(v);
	depend_find(v, policy);
}

uint32_t
service_find_su(const struct services *v, uint32_t dn)
{
	return tree_named(v->f, dn, NAMED_SU);
}

uint32_t
service_find_sg(const struct services *v, uint32_t dn)
{
	return tree_named(v->f, dn, NAMED_SG);
}

/* Those of the source that the list of the target does not have. */
static uint32_t
only_source(const struct services *v, uint32_t ee, uint32_t u)
{
	while (u != NONE && v->su[u].ee_t == ee)
		u = v->su[u].next_s;
	return u;
}

uint32_t
service_first_on(const struct services *v, uint32_t ee)
{
	uint32_t u = v->first_t[ee];

	return u != NONE ? u : only_source(v, ee, v->first_s[ee]);
}

uint32_t
service_next_on(const struct services *v, uint32_t ee, uint32_t u)
{
	if (v->su[u].ee_t != ee)
		return only_source(v, ee, v->su[u].next_s);
	u = v->su[u].next_t;
	return u != NONE ? u : only_source(v, ee, v->first_s[ee]);
}

void
service_free(struct services *v)
{
	free(v->su);
	free(v->sg);
	free(v->si);
	free(v->link);
	free(v->first_s);
	free(v->first_t);
	*v = (struct services){ 0 };
}
