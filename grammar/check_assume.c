/*
 * Which assumptions of the thesis does this model break? Assumptions are no
 * rules: what does not hold is a warning that says what goes wrong then. Those
 * that need two models are asked by the compiler.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "check.h"

/* 6.2 (1) and (2): what is a VM and what a VMM; 5.2.1 (2): shared storage. */
bool
check_virtual_machines(struct check *c)
{
	struct plm *p = plm_of(c);
	size_t i;

	for (i = 0; i < kind_count(c, KIND_EE); i++) {
		uint32_t o = plm_object(c, (uint32_t)i);

		if ((p->flags[i] & PLM_VM) == 0)
			continue;
		if (kind_count(c, KIND_VM_CONFIG) == 0)
			check_fold(c, DIAG_VM_ASSUMED, 0, 0,
			    model_dn_place(c->m, o), object_dn(c, o),
			    "\"%s\" is taken for a migratable VM because it "
			    "has sponsors, and those for VMMs; if it cannot "
			    "migrate it goes down with its sponsor",
			    dn_str(c, o));
		if (c->lint)
			check_fold(c, DIAG_SHARED_STORAGE, 0, 0,
			    model_dn_place(c->m, o), object_dn(c, o),
			    "the storage of the VM \"%s\" is taken to be "
			    "shared by its VMMs; if it is not, the VM cannot "
			    "migrate", dn_str(c, o));
	}
	return true;
}

static bool
is_migration(struct check *c, uint32_t dependency)
{
	return plm_names_ee(c, dependency) &&
	    (plm_flags(c, c->m->object[dependency].parent) & PLM_VM) != 0;
}

bool
check_place_to_go(struct check *c, uint32_t o)
{
	uint32_t vm = c->m->object[o].parent, attr;
	struct integer min;
	size_t n;

	if (!is_migration(c, o))
		return true;
	plm_sponsors(c, o, &n, &attr);
	if (n == 1)
		return check_fold(c, DIAG_ONE_SPONSOR, 1, 0,
		    model_value_place(c->m, attr, 0), object_dn(c, vm),
		    "the VM \"%s\" has a single sponsor and goes down whenever "
		    "that is upgraded", dn_str(c, vm));
	if (!check_integer(name_str(model_value(c->m, o, N_saPlmDepMinNumber)),
	    &min) || min.n != n)
		return true;
	return check_fold(c, DIAG_ONE_SPONSOR, 2, 0,
	    model_value_place(c->m, attr, 0), object_dn(c, vm),
	    "the VM \"%s\" requires all of its %zu sponsors and goes down "
	    "whenever one is upgraded", dn_str(c, vm), n);
}

/* 6.2 (3): why is this dependency between EEs not about migration? */
enum why_ordinary { NOT_AN_EE, NOT_NAMED, NOT_AT_DOMAIN };

static const char *const ordinary_str[] = {
	[NOT_AN_EE] = "is not an execution environment",
	[NOT_NAMED] = "is named by no OpenSafPlmVirtualMachineConfig",
	[NOT_AT_DOMAIN] = "is not directly below the domain",
};

static enum why_ordinary
why_ordinary(struct check *c, uint32_t owner)
{
	if (!check_is(c, owner, OF(EE)))
		return NOT_AN_EE;
	if (check_is(c, c->m->object[owner].parent, OF(DOMAIN)))
		return NOT_NAMED;
	return NOT_AT_DOMAIN;
}

/* 6.2 (2): why does this sponsor of a VM look like no VMM? */
enum why_no_vmm { IS_VMM, IS_HARDWARE, IS_NOT_NAMED, HOLDS_VMM };

static const char *const no_vmm_str[] = {
	[IS_VMM] = "",
	[IS_HARDWARE] = "is hardware",
	[IS_NOT_NAMED] = "is named by no OpenSafPlmVirtualMachineMonitorConfig",
	[HOLDS_VMM] = "contains a VMM itself",
};

static enum why_no_vmm
why_no_vmm(struct check *c, uint32_t sponsor)
{
	unsigned flags = plm_flags(c, sponsor);

	if (check_is(c, sponsor, OF(HE)))
		return IS_HARDWARE;
	if ((flags & PLM_NAMED_VMM) != 0)
		return IS_VMM;
	if (kind_count(c, KIND_VMM_CONFIG) > 0)
		return IS_NOT_NAMED;
	return (flags & PLM_HOLDS_VMM) != 0 ? HOLDS_VMM : IS_VMM;
}

static void
check_sponsor(struct check *c, uint32_t vm, uint32_t sponsor, struct place at)
{
	enum why_no_vmm why;

	if (sponsor == NONE)
		return;
	if ((plm_flags(c, sponsor) & PLM_VM) != 0) { /* 5.2.1 (1) */
		check_fold(c, DIAG_VM_UNDER_VM, 0, 0, at, object_dn(c, sponsor),
		    "the VM \"%s\" is a sponsor of \"%s\", which loses it when "
		    "it is upgraded or removed", dn_str(c, sponsor),
		    dn_str(c, vm));
		return;
	}
	why = why_no_vmm(c, sponsor);
	if (why != IS_VMM)
		check_fold(c, DIAG_SPONSOR_NOT_VMM, (uint32_t)why, 0, at,
		    object_dn(c, vm), "\"%s\", a sponsor of the VM \"%s\", "
		    "%s; the VM may not be able to migrate to it",
		    dn_str(c, sponsor), dn_str(c, vm), no_vmm_str[why]);
}

bool
check_migration(struct check *c, uint32_t o)
{
	uint32_t owner = c->m->object[o].parent, attr;
	const uint32_t *v;
	enum why_ordinary why;
	size_t n, k;

	if (!plm_names_ee(c, o) || !passed(c, owner, NEED(circle)))
		return true;
	if (!is_migration(c, o)) {
		why = why_ordinary(c, owner);
		return check_fold(c, DIAG_ORDINARY_DEPENDENCY,
		    (uint32_t)why, 0, model_dn_place(c->m, o),
		    object_dn(c, o), "\"%s\" is an ordinary dependency, as "
		    "\"%s\" %s: its owner does not migrate but goes down with "
		    "its sponsors", dn_str(c, o), dn_str(c, owner),
		    ordinary_str[why]);
	}
	v = plm_sponsors(c, o, &n, &attr);
	for (k = 0; k < n; k++)
		check_sponsor(c, owner, model_find(c->m, v[k]),
		    model_value_place(c->m, attr, k));
	return true;
}

/* --- where services are --- */

/* The only node of the node group that a service unit, or else its group,
 * names; or NONE. */
static uint32_t
only_node(const struct check *c, uint32_t su)
{
	uint32_t group, a;
	const uint32_t *v;
	size_t n;

	group = check_follow(c, su, N_saAmfSUHostNodeOrNodeGroup);
	if (model_value(c->m, su, N_saAmfSUHostNodeOrNodeGroup) == NAME_NONE &&
	    c->m->object[su].parent != NONE)
		group = check_follow(c, c->m->object[su].parent,
		    N_saAmfSGSuHostNodeGroup);
	if (!check_is(c, group, OF(NODE_GROUP)))
		return NONE;
	a = model_attr(c->m, group, N_saAmfNGNodeList);
	if (a == NONE)
		return NONE;
	v = attr_values(c->m, a, &n);
	return n == 1 ? model_find(c->m, v[0]) : (uint32_t)NONE;
}

/* The AMF node of a service unit, or NONE if it is not known. */
static uint32_t
node_of(const struct check *c, uint32_t su)
{
	uint32_t node = check_follow(c, su, N_saAmfSUHostNodeOrNodeGroup);

	if (!check_is(c, node, OF(AMF_NODE)))
		node = check_follow(c, su, N_saAmfSUHostedByNode);
	if (!check_is(c, node, OF(AMF_NODE)))
		node = only_node(c, su);
	return check_is(c, node, OF(AMF_NODE)) ? node : (uint32_t)NONE;
}

bool
check_su_node(struct check *c, uint32_t o)
{
	uint32_t group = model_value(c->m, o, N_saAmfSUHostNodeOrNodeGroup);
	uint32_t a = model_attr(c->m, o, N_saAmfSUHostNodeOrNodeGroup);

	if (node_of(c, o) != NONE)
		return true;
	if (group == NAME_NONE || group == NAME_EMPTY)
		return check_fold(c, DIAG_SU_WITHOUT_NODE, 0, 0,
		    model_dn_place(c->m, o), object_dn(c, o),
		    "\"%s\" names no node, so it is not counted when a service "
		    "is to be kept up", dn_str(c, o));
	return check_fold(c, DIAG_SU_WITHOUT_NODE, group, 0,
	    model_value_place(c->m, a, 0), object_dn(c, o),
	    "\"%s\" is on some node of \"%s\", so it is not counted when a "
	    "service is to be kept up", dn_str(c, o), name_str(group));
}

uint32_t
check_su_ee(const struct check *c, uint32_t su)
{
	uint32_t at = node_of(c, su);

	if (at != NONE)
		at = check_follow(c, at, N_saAmfNodeClmNode);
	if (!check_is(c, at, OF(CLM_NODE)))
		return NONE;
	at = check_follow(c, at, N_saClmNodeEE);
	return check_is(c, at, OF(EE)) ? at : (uint32_t)NONE;
}

static const uint32_t not_yet = UINT32_MAX - 1;

/* The outermost HE in the DN of an EE, else the outermost EE. */
static uint32_t
outermost(const struct check *c, uint32_t ee)
{
	uint32_t o = ee, he = NONE, top = ee;

	for (; check_is(c, o, OF(EE) | OF(HE)); o = c->m->object[o].parent) {
		if (c->kind[o] == KIND_HE)
			he = o;
		top = o;
	}
	return he != NONE ? he : top;
}

/* The one domain that all sponsors of a VM share, or NONE. */
static uint32_t
common_domain(struct check *c, uint32_t vm)
{
	struct plm *p = plm_of(c);
	uint32_t d, attr, to, one = NONE, its;
	const uint32_t *v;
	size_t n, k;

	for (d = p->first[plm_node(c, vm)]; d != NONE; d = p->next[d]) {
		v = plm_sponsors(c, c->of_kind[c->start[KIND_DEPENDENCY] + d],
		    &n, &attr);
		for (k = 0; k < n; k++) {
			to = model_find(c->m, v[k]);
			if (!check_is(c, to, OF(EE)))
				continue;
			its = outermost(c, to);
			if (one != NONE && its != one)
				return NONE;
			one = its;
		}
	}
	return one;
}

uint32_t
plm_domain(struct check *c, uint32_t ee)
{
	struct plm *p = plm_of(c);
	uint32_t i, top, *known;

	if (p->domain == NULL) {
		p->domain = mem_alloc(p->nnode, sizeof(*p->domain));
		for (i = 0; i < p->nnode; i++)
			p->domain[i] = not_yet;
	}
	known = &p->domain[plm_node(c, ee)];
	if (*known != not_yet)
		return *known;
	top = outermost(c, ee);
	if ((plm_flags(c, top) & PLM_VM) == 0)
		*known = top;
	else if (top == ee)
		*known = common_domain(c, ee);
	else
		*known = plm_domain(c, top);
	return *known;
}

/* The service units of each SG and whether it protects an SI, by SG. */
struct groups {
	uint32_t *first; /* rank of an SU, or NONE */
	uint32_t *next; /* by SU */
	uint32_t *si; /* an SI, or NONE */
};

enum { NO_REDUNDANCY = 5 };

static bool
is_redundant(const struct check *c, uint32_t sg)
{
	uint32_t type = check_follow(c, sg, N_saAmfSGType), v;
	struct integer model;

	if (type == NONE)
		return true;
	v = model_value(c->m, type, N_saAmfSgtRedundancyModel);
	return v == NAME_NONE || !check_integer(name_str(v), &model) ||
	    model.n != NO_REDUNDANCY;
}

static void
fill_groups(struct check *c, struct groups *g)
{
	size_t nsg = kind_count(c, KIND_SG), nsu = kind_count(c, KIND_SU), i;

	g->first = mem_alloc(nsg, sizeof(*g->first));
	g->si = mem_alloc(nsg, sizeof(*g->si));
	g->next = mem_alloc(nsu, sizeof(*g->next));
	memset(g->first, 0xff, nsg * sizeof(*g->first));
	memset(g->si, 0xff, nsg * sizeof(*g->si));
	for (i = nsu; i-- > 0;) {
		uint32_t o = c->of_kind[c->start[KIND_SU] + i];
		uint32_t sg = c->m->object[o].parent;

		if (!passed(c, o, SOUND) || !check_is(c, sg, OF(SG)))
			continue;
		g->next[i] = g->first[c->rank[sg]];
		g->first[c->rank[sg]] = (uint32_t)i;
	}
	for (i = c->start[KIND_SI]; i < c->start[KIND_SI + 1]; i++) {
		uint32_t sg = check_follow(c, c->of_kind[i],
		    N_saAmfSIProtectedbySG);

		if (check_is(c, sg, OF(SG)) && g->si[c->rank[sg]] == NONE)
			g->si[c->rank[sg]] = c->of_kind[i];
	}
}

static void
report_same(struct check *c, const struct groups *g, uint32_t sg, uint32_t su,
    uint32_t domain)
{
	uint32_t i = g->first[c->rank[sg]], other, ee;

	for (;; i = g->next[i]) {
		other = c->of_kind[c->start[KIND_SU] + i];
		ee = check_su_ee(c, other);
		if (ee != NONE && plm_domain(c, ee) == domain)
			break;
	}
	check_fold(c, DIAG_SAME_HARDWARE, 0, 0, model_dn_place(c->m, su),
	    object_dn(c, su), "\"%s\" and \"%s\", which provide \"%s\", can "
	    "only be on \"%s\": active and standby go down together",
	    dn_str(c, other), dn_str(c, su), dn_str(c, g->si[c->rank[sg]]),
	    dn_str(c, domain));
}

static void
check_group(struct check *c, const struct groups *g, uint32_t sg)
{
	uint32_t i, su, ee, domain;

	check_round(c);
	for (i = g->first[c->rank[sg]]; i != NONE; i = g->next[i]) {
		su = c->of_kind[c->start[KIND_SU] + i];
		ee = check_su_ee(c, su);
		domain = ee == NONE ? (uint32_t)NONE : plm_domain(c, ee);
		if (domain == NONE || !check_seen(c, object_dn(c, domain)))
			continue;
		report_same(c, g, sg, su, domain);
		return;
	}
}

/* 5.2.1 (3): active and standby are never on the same hardware. */
bool
check_apart(struct check *c)
{
	struct groups g;
	size_t i;

	fill_groups(c, &g);
	for (i = c->start[KIND_SG]; i < c->start[KIND_SG + 1]; i++) {
		uint32_t sg = c->of_kind[i];

		if (g.si[c->rank[sg]] != NONE && is_redundant(c, sg))
			check_group(c, &g, sg);
	}
	free(g.first);
	free(g.next);
	free(g.si);
	return true;
}

/* --- software --- */

static bool
has_value(const struct check *c, uint32_t o, uint32_t attr)
{
	uint32_t v = model_value(c->m, o, attr);

	return v != NAME_NONE && v != NAME_EMPTY;
}

/* 6.2 (6): where does the software of an execution environment come from? */
bool
check_type_bundle(struct check *c)
{
	size_t i;
	bool some = false;

	for (i = c->start[KIND_EE_TYPE]; i < c->start[KIND_EE_TYPE + 1]; i++)
		some |= has_value(c, c->of_kind[i], N_saPlmEetSwBundle);
	for (i = c->start[KIND_EE_TYPE]; some &&
	    i < c->start[KIND_EE_TYPE + 1]; i++) {
		uint32_t o = c->of_kind[i];

		if (!has_value(c, o, N_saPlmEetSwBundle) &&
		    passed(c, o, SOUND))
			check_fold(c, DIAG_TYPE_WITHOUT_BUNDLE, 0, 0,
			    model_place(c->m, o), object_dn(c, o), "\"%s\" "
			    "names no bundle, so no software is installed for "
			    "it", dn_str(c, o));
	}
	return true;
}

bool
check_bundle_undo(struct check *c, uint32_t o)
{
	const char *kind = NULL;

	if (has_value(c, o, N_saSmfBundleInstallOnlineCmdUri) &&
	    !has_value(c, o, N_saSmfBundleRemoveOnlineCmdUri))
		kind = "online";
	else if (has_value(c, o, N_saSmfBundleInstallOfflineCmdUri) &&
	    !has_value(c, o, N_saSmfBundleRemoveOfflineCmdUri))
		kind = "offline";
	if (kind == NULL)
		return true;
	return check_fold(c, DIAG_BUNDLE_WITHOUT_UNDO, 0, 0,
	    model_place(c->m, o), object_dn(c, o), "\"%s\" has a command for "
	    "%s installation but none for %s removal, so its installation "
	    "cannot be undone", dn_str(c, o), kind, kind);
}
