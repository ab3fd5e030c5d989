/*
 * What is the state of the cluster? One record for each execution environment,
 * found by its name; AMF nodes and service units get one when an order first
 * means them. Dependencies are kept as the lists in force, with links back
 * from each name, so that whoever leaves service knows at once who needs it.
 * Links are only added; each is asked again, when it is met, whether it holds.
 */
#include <stdlib.h>
#include <string.h>

#include "cluster_state.h"
#include "dn.h"

/* --- records --- */

struct entity *
cluster_find(const struct cluster *c, uint32_t dn)
{
	uint32_t i = dn == NAME_NONE ? 0 : idmap_get(&c->by_dn, dn);

	return i == 0 ? NULL : &c->v[i - 1];
}

struct entity *
cluster_at(struct cluster *c, uint32_t dn)
{
	uint32_t *i = idmap_at(&c->by_dn, dn);

	if (*i != 0)
		return &c->v[*i - 1];
	c->v = mem_grow(c->v, c->n, &c->cap, sizeof(*c->v));
	c->v[c->n] = (struct entity){ .dn = dn, .parent = NONE, .child = NONE,
		.next = NONE, .dep = NONE };
	*i = (uint32_t)++c->n;
	return &c->v[c->n - 1];
}

struct entity *
cluster_met(struct cluster *c, uint32_t dn)
{
	struct entity *e = cluster_at(c, dn);

	if (!(e->flags & EXISTS)) {
		e->flags |= EXISTS | UNLOCKED | UP;
		e->flags0 = e->flags & (uint8_t)~CHANGED;
	}
	return e;
}

void
cluster_note(struct cluster *c, struct entity *e)
{
	if (e->flags & CHANGED)
		return;
	e->flags |= CHANGED;
	c->changed = mem_grow(c->changed, c->nchanged, &c->changed_cap,
	    sizeof(*c->changed));
	c->changed[c->nchanged++] = (uint32_t)(e - c->v);
}

void
cluster_set(struct cluster *c, struct entity *e, unsigned flags)
{
	cluster_note(c, e);
	e->flags = (uint8_t)(flags | CHANGED);
}

void
cluster_attach(struct cluster *c, struct entity *e)
{
	uint32_t p = dn_parent_known(e->dn);
	struct entity *up = NULL;

	if (e->parent != NONE)
		return;
	for (; p != NAME_NONE; p = dn_parent_known(p)) {
		up = cluster_find(c, p);
		if (up != NULL && (up->flags & IS_EE))
			break;
		up = NULL;
	}
	if (up == NULL)
		return;
	e->parent = (uint32_t)(up - c->v);
	e->next = up->child;
	up->child = (uint32_t)(e - c->v);
}

/* --- software --- */

static unsigned
commands(const struct world *w, uint32_t bundle, uint32_t online,
    uint32_t offline)
{
	return (world_value(w, bundle, online) != NAME_NONE ?
	    CLUSTER_ONLINE : 0u) | (world_value(w, bundle, offline) !=
	    NAME_NONE ? CLUSTER_OFFLINE : 0u);
}

unsigned
cluster_bundle_installs(const struct world *w, uint32_t bundle)
{
	return commands(w, bundle, N_saSmfBundleInstallOnlineCmdUri,
	    N_saSmfBundleInstallOfflineCmdUri);
}

unsigned
cluster_bundle_parts(const struct world *w, uint32_t bundle)
{
	unsigned any = commands(w, bundle, N_saSmfBundleInstallOnlineCmdUri,
	    N_saSmfBundleInstallOfflineCmdUri) |
	    commands(w, bundle, N_saSmfBundleRemoveOnlineCmdUri,
	    N_saSmfBundleRemoveOfflineCmdUri);

	return any != 0 ? any : CLUSTER_ONLINE | CLUSTER_OFFLINE;
}

uint32_t
cluster_bundle_of(const struct world *w, uint32_t ee)
{
	return world_value(w, world_value(w, ee, N_saPlmEEType),
	    N_saPlmEetSwBundle);
}

unsigned
cluster_parts(const struct entity *e, uint32_t bundle)
{
	size_t i;

	for (i = 0; i < e->nsw; i++)
		if (e->sw[i].bundle == bundle)
			return e->sw[i].parts;
	return 0;
}

void
cluster_set_software(struct cluster *c, struct entity *e, uint32_t bundle,
    unsigned parts)
{
	size_t i = 0;

	cluster_note(c, e);
	while (i < e->nsw && strcmp(name_str(e->sw[i].bundle),
	    name_str(bundle)) < 0)
		i++;
	if (i == e->nsw || e->sw[i].bundle != bundle) {
		if (parts == 0)
			return;
		e->sw = mem_grow(e->sw, e->nsw, &e->sw_cap, sizeof(*e->sw));
		memmove(&e->sw[i + 1], &e->sw[i], (e->nsw++ - i) *
		    sizeof(*e->sw));
		e->sw[i].bundle = bundle;
	} else if (parts == 0) {
		e->nsw--;
		memmove(&e->sw[i], &e->sw[i + 1], (e->nsw - i) *
		    sizeof(*e->sw));
		return;
	}
	e->sw[i].parts = (uint8_t)parts;
}

/* --- dependencies --- */

static bool
contains(const uint32_t *v, size_t n, uint32_t x)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

static void
link_name(struct cluster *c, uint32_t d, uint32_t dn)
{
	struct dependency *dep = &c->dep[d];
	uint32_t *first;

	if (contains(dep->linked, dep->nlinked, dn))
		return;
	dep->linked = mem_grow(dep->linked, dep->nlinked, &dep->linked_cap,
	    sizeof(*dep->linked));
	dep->linked[dep->nlinked++] = dn;
	first = idmap_at(&c->named, dn);
	c->link = mem_grow(c->link, c->nlink, &c->link_cap, sizeof(*c->link));
	c->link[c->nlink] = (struct cluster_link){ d, *first };
	*first = (uint32_t)++c->nlink;
}

static uint32_t
dep_at(struct cluster *c, uint32_t dn)
{
	uint32_t *i = idmap_at(&c->dep_by_dn, dn);
	struct entity *e;

	if (*i != 0)
		return *i - 1;
	c->dep = mem_grow(c->dep, c->ndep, &c->dep_cap, sizeof(*c->dep));
	*i = (uint32_t)c->ndep + 1;
	e = cluster_at(c, dn_parent(dn));
	c->dep[c->ndep] = (struct dependency){ .dn = dn, .next = e->dep,
		.owner = (uint32_t)(e - c->v) };
	e->dep = (uint32_t)c->ndep;
	return (uint32_t)c->ndep++;
}

static void
note_dep(struct cluster *c, uint32_t d)
{
	c->dep[d].touched = true;
	if (c->dep[d].changed)
		return;
	c->dep[d].changed = true;
	c->changed_dep = mem_grow(c->changed_dep, c->nchanged_dep,
	    &c->changed_dep_cap, sizeof(*c->changed_dep));
	c->changed_dep[c->nchanged_dep++] = d;
}

void
cluster_set_dep(struct cluster *c, uint32_t dn, uint32_t min,
    const uint32_t *name, size_t n)
{
	uint32_t d;
	size_t i;

	if (dn_parent(dn) == NAME_NONE)
		return;
	d = dep_at(c, dn);
	note_dep(c, d);
	free(c->dep[d].name);
	c->dep[d].name = mem_alloc(n, sizeof(*name));
	if (n > 0)
		memcpy(c->dep[d].name, name, n * sizeof(*name));
	c->dep[d].n = n;
	c->dep[d].min = n == 0 ? 0 : min;
	for (i = 0; i < n; i++)
		link_name(c, d, name[i]);
	if (c->v[c->dep[d].owner].host != NAME_NONE)
		link_name(c, d, c->v[c->dep[d].owner].host);
}

uint32_t
cluster_dep_min(const struct world *w, uint32_t dn)
{
	uint32_t v = world_value(w, dn, N_saPlmDepMinNumber);
	unsigned long n = v == NAME_NONE ? 1 : strtoul(name_str(v), NULL, 0);

	return n > 1000000 ? 1000000 : (uint32_t)n;
}

void
cluster_read_dep(struct cluster *c, const struct world *w, uint32_t dn)
{
	size_t n;
	const uint32_t *name = world_values(w, dn, N_saPlmDepNames, &n);

	cluster_set_dep(c, dn, cluster_dep_min(w, dn), name, n);
}

bool
cluster_lists(const struct cluster *c, const struct entity *e, uint32_t dn)
{
	uint32_t d;

	for (d = e->dep; d != NONE; d = c->dep[d].next)
		if (contains(c->dep[d].name, c->dep[d].n, dn))
			return true;
	return false;
}

/* A migratable VM: directly under the domain, dependent on other EEs. */
bool
cluster_is_vm(const struct cluster *c, const struct entity *e)
{
	uint32_t d;
	size_t i;

	if (!(e->flags & ON_DOMAIN) || (c->any_config && !(e->flags & NAMED)))
		return false;
	for (d = e->dep; d != NONE; d = c->dep[d].next)
		for (i = 0; i < c->dep[d].n; i++) {
			const struct entity *s = cluster_find(c,
			    c->dep[d].name[i]);

			if (s != NULL && (s->flags & IS_EE))
				return true;
		}
	return false;
}

void
cluster_move(struct cluster *c, struct entity *vm, uint32_t host)
{
	if (vm->host == host)
		return;
	cluster_note(c, vm);
	vm->host = host;
	vm->visits += host != NAME_NONE && (vm->flags & IS_EE);
	if (host != NAME_NONE && vm->dep != NONE)
		link_name(c, vm->dep, host);
}

/* --- who is in service --- */

bool
cluster_serves(const struct cluster *c, const struct entity *e)
{
	const unsigned all = EXISTS | UNLOCKED | UP;

	for (; (e->flags & all) == all; e = &c->v[e->parent])
		if (e->parent == NONE)
			return true;
	return false;
}

uint32_t
cluster_first(const struct cluster *c, const uint32_t *name, size_t n,
    uint32_t except)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct entity *e = cluster_find(c, name[i]);

		if (e != NULL && name[i] != except && (e->flags & IS_EE) &&
		    cluster_serves(c, e))
			return name[i];
	}
	return NAME_NONE;
}

uint32_t
cluster_next_below(const struct world *w, uint32_t dn)
{
	uint32_t node;

	switch (world_class(w, dn)) {
	case N_SaAmfSU:
		node = world_value(w, dn, N_saAmfSUHostNodeOrNodeGroup);
		if (world_class(w, node) != N_SaAmfNode)
			node = world_value(w, dn, N_saAmfSUHostedByNode);
		return world_class(w, node) == N_SaAmfNode ? node :
		    (uint32_t)NAME_NONE;
	case N_SaAmfNode:
		return world_value(w, dn, N_saAmfNodeClmNode);
	case N_SaClmNode:
		return world_value(w, dn, N_saClmNodeEE);
	default:
		return NAME_NONE;
	}
}

uint32_t
cluster_ee_below(const struct world *w, uint32_t dn)
{
	int i;

	for (i = 0; i < 3 && dn != NAME_NONE && world_class(w, dn) !=
	    N_SaPlmEE; i++)
		dn = cluster_next_below(w, dn);
	return dn;
}

/* --- a new cluster --- */

static void
add_ee(void *arg, uint32_t dn)
{
	struct cluster *c = arg;
	const struct world *w = c->start;
	struct entity *e;
	uint32_t ee, bundle;

	if (world_class(w, dn) == N_OpenSafPlmVirtualMachineConfig) {
		c->any_config = true;
		ee = world_value(w, dn, N_saPlmEE);
		if (ee != NAME_NONE)
			cluster_at(c, ee)->flags |= NAMED;
	}
	if (world_class(w, dn) != N_SaPlmEE)
		return;
	e = cluster_at(c, dn);
	e->flags |= IS_EE | EXISTS | UNLOCKED | UP;
	if (world_class(w, dn_parent_known(dn)) == N_SaPlmDomain)
		e->flags |= ON_DOMAIN;
	bundle = cluster_bundle_of(w, dn);
	if (bundle != NAME_NONE)
		cluster_set_software(c, e, bundle,
		    cluster_bundle_parts(w, bundle));
}

static void
add_dep(void *arg, uint32_t dn)
{
	struct cluster *c = arg;

	if (world_class(c->start, dn) == N_SaPlmDependency)
		cluster_read_dep(c, c->start, dn);
}

static void
settle(struct cluster *c)
{
	uint32_t d;
	size_t i;

	for (i = 0; i < c->n; i++) {
		struct entity *e = &c->v[i];

		/* A list of hardware elements puts it nowhere. */
		for (d = cluster_is_vm(c, e) ? e->dep : NONE; d != NONE &&
		    e->host == NAME_NONE; d = c->dep[d].next)
			e->host = cluster_first(c, c->dep[d].name,
			    c->dep[d].n, NAME_NONE);
		e->flags &= (uint8_t)~CHANGED;
		e->flags0 = e->flags;
		e->host0 = e->host;
		e->bundle0 = e->nsw > 0 ? e->sw[0].bundle :
		    (uint32_t)NAME_NONE;
		e->parts0 = e->nsw > 0 ? e->sw[0].parts : 0;
	}
	for (i = 0; i < c->ndep; i++)
		c->dep[i].changed = c->dep[i].touched = false;
	c->nchanged = c->nchanged_dep = 0;
}

struct cluster *
cluster_new(const struct model *m)
{
	struct cluster *c = mem_alloc(1, sizeof(*c));
	size_t i;

	c->start = world_new(m);
	world_each(c->start, add_ee, c);
	for (i = 0; i < c->n; i++)
		cluster_attach(c, &c->v[i]);
	world_each(c->start, add_dep, c);
	settle(c);
	return c;
}

void
cluster_free(struct cluster *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n; i++)
		free(c->v[i].sw);
	for (i = 0; i < c->ndep; i++) {
		free(c->dep[i].name);
		free(c->dep[i].linked);
	}
	world_free(c->start);
	free(c->v);
	free(c->dep);
	free(c->link);
	free(c->changed);
	free(c->changed_dep);
	idmap_free(&c->by_dn);
	idmap_free(&c->dep_by_dn);
	idmap_free(&c->named);
	free(c);
}

/* --- questions --- */

static bool
has_flags(const struct cluster *c, uint32_t dn, unsigned flags)
{
	const struct entity *e = cluster_find(c, dn);

	return e != NULL && (e->flags & flags) == flags;
}

bool
cluster_exists(const struct cluster *c, uint32_t dn)
{
	return has_flags(c, dn, EXISTS);
}

bool
cluster_is_unlocked(const struct cluster *c, uint32_t dn)
{
	return has_flags(c, dn, EXISTS | UNLOCKED);
}

bool
cluster_is_instantiated(const struct cluster *c, uint32_t dn)
{
	return has_flags(c, dn, EXISTS | UP);
}

bool
cluster_in_service(const struct cluster *c, const struct world *w,
    uint32_t dn)
{
	const struct entity *e = cluster_find(c, dn);
	uint32_t below;

	if (e != NULL && !cluster_serves(c, e))
		return false;
	if (e != NULL && (e->flags & IS_EE))
		return true;
	if (e == NULL && !world_exists(w, dn))
		return false;
	if (world_class(w, dn) == N_SaAmfSU) {
		uint32_t node = world_value(w, dn,
		    N_saAmfSUHostNodeOrNodeGroup);

		if (world_class(w, node) != N_SaAmfNode)
			node = world_value(w, dn, N_saAmfSUHostedByNode);
		e = cluster_find(c, node);
		if (e != NULL && !cluster_serves(c, e))
			return false;
	}
	below = cluster_ee_below(w, dn);
	e = cluster_find(c, below);
	return e != NULL && cluster_serves(c, e);
}

uint32_t
cluster_host(const struct cluster *c, uint32_t vm)
{
	const struct entity *e = cluster_find(c, vm);

	return e == NULL ? (uint32_t)NAME_NONE : e->host;
}

void
cluster_each_guest(const struct cluster *c, uint32_t vmm,
    void (*visit)(void *, uint32_t vm), void *arg)
{
	uint32_t i = vmm == NAME_NONE ? 0 : idmap_get(&c->named, vmm);

	for (; i != 0; i = c->link[i - 1].next) {
		uint32_t d = c->link[i - 1].dep, first;
		const struct entity *e = &c->v[c->dep[d].owner];

		/* one of several lists speaks for the VM */
		for (first = e->dep; !contains(c->dep[first].linked,
		    c->dep[first].nlinked, vmm); first = c->dep[first].next)
			;
		if (e->host == vmm && first == d)
			visit(arg, e->dn);
	}
}

bool
cluster_has(const struct cluster *c, uint32_t ee, uint32_t bundle,
    enum cluster_part part)
{
	const struct entity *e = cluster_find(c, ee);

	return e != NULL && (cluster_parts(e, bundle) & part) != 0;
}
