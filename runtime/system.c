/*
 * What stands on what, and does it run? EEs are known by their DN in source
 * and target; whether one exists, runs and is locked is kept here, what it
 * depends on is read from the world when asked. Who depends on an EE is kept
 * as links that are only added and asked again when met.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "policy.h"
#include "system.h"

enum { KIND_SHIFT = 28 };
#define INDEX_MASK ((1u << KIND_SHIFT) - 1)

uint64_t
system_mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ (b + UINT64_C(0x9e3779b97f4a7c15))) *
	    UINT64_C(0xff51afd7ed558ccd);

	h ^= h >> 32;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ (h >> 29);
}

uint32_t
system_find(const struct system *y, enum sys_kind kind, uint32_t dn)
{
	uint32_t v = dn < y->nof ? y->of[dn] : 0;

	return v >> KIND_SHIFT == (uint32_t)kind ? v & INDEX_MASK : NONE;
}

/* A name that was something else before keeps what it was. */
void
system_index(struct system *y, enum sys_kind kind, uint32_t dn, size_t i)
{
	if (dn >= y->nof) {
		size_t n = intern_count();

		y->of = mem_realloc(y->of, n, sizeof(*y->of));
		memset(y->of + y->nof, 0, (n - y->nof) * sizeof(*y->of));
		y->nof = n;
	}
	if (y->of[dn] == 0)
		y->of[dn] = (uint32_t)kind << KIND_SHIFT | (uint32_t)i;
}

uint32_t
system_link(struct system *y, uint32_t to, uint32_t next)
{
	y->link = mem_grow(y->link, y->nlink, &y->link_cap,
	    sizeof(*y->link));
	y->link[y->nlink] = (struct sys_link){ to, next };
	return (uint32_t)++y->nlink;
}

/* --- EEs --- */

static uint64_t
ee_hash(const struct sys_ee *e)
{
	return !e->exists ? 0 : system_mix(e->dn, 8u |
	    (uint32_t)e->up << 1 | (uint32_t)e->locked << 2);
}

static void
set_ee(struct system *y, uint32_t i, bool exists, bool up, bool locked)
{
	struct sys_ee *e = &y->ee[i];

	y->hash ^= ee_hash(e);
	e->exists = exists;
	e->up = up;
	e->locked = locked;
	e->by = y->act;
	y->hash ^= ee_hash(e);
}

static uint32_t
add_ee(struct system *y, uint32_t dn)
{
	uint32_t i = (uint32_t)y->nee;

	y->ee = mem_grow(y->ee, y->nee, &y->ee_cap, sizeof(*y->ee));
	y->ee[y->nee++] = (struct sys_ee){ .dn = dn, .container = NONE,
		.kid = NONE, .next_kid = NONE, .dep = NONE, .fault = dn,
		.at = NONE, .guest = NONE, .next_guest = NONE,
		.prev_guest = NONE };
	system_index(y, SYS_EE, dn, i);
	return i;
}

static bool
is_hardware(const struct system *y, uint32_t dn)
{
	uint32_t o = model_find(y->source, dn);

	if (o != NONE)
		return y->source->object[o].class == N_SaPlmHE;
	o = model_find(y->target, dn);
	return o != NONE && y->target->object[o].class == N_SaPlmHE;
}

/* Its container, and what it fails with: the outermost hardware element,
 * otherwise the lowest EE under it. */
static void
hang(struct system *y, uint32_t i)
{
	uint32_t dn, e;
	bool hardware = false;

	for (dn = dn_parent_known(y->ee[i].dn); dn != NAME_NONE;
	    dn = dn_parent_known(dn)) {
		e = system_find(y, SYS_EE, dn);
		if (e != NONE && y->ee[i].container == NONE) {
			y->ee[i].container = e;
			y->ee[i].next_kid = y->ee[e].kid;
			y->ee[e].kid = i;
		}
		if (is_hardware(y, dn))
			hardware = true;
		else if (e == NONE || hardware)
			continue;
		y->ee[i].fault = dn;
	}
}

/* The first of an EE and what its name says it stands below that is a domain
 * of the policy's lowest level. */
static uint32_t
policy_domain(const struct system *y, const struct policy *policy, uint32_t dn)
{
	uint32_t attr = policy_level_attribute(policy, 0), o, v, class;
	const struct model *m = model_find(y->source, dn) != NONE ?
	    y->source : y->target;

	for (; dn != NAME_NONE; dn = dn_parent_known(dn)) {
		o = model_find(m, dn);
		class = o == NONE ? (uint32_t)NAME_NONE : m->object[o].class;
		if (class != N_SaPlmHE && class != N_SaPlmEE)
			continue;
		v = model_value(m, o, class == N_SaPlmHE ?
		    N_saPlmHEBaseHEType : N_saPlmEEType);
		if (!policy_level_fits(policy, 0, dn, v))
			continue;
		v = attr == NAME_NONE ? dn : model_value(m, o, attr);
		if (v != NAME_NONE)
			return v;
	}
	return NAME_NONE;
}

static void
find_domains(struct system *y, const struct policy *policy)
{
	uint32_t d;
	size_t i;

	for (i = 0; i < y->nee && policy_nlevel(policy) > 0; i++) {
		d = policy_domain(y, policy, y->ee[i].dn);
		if (d != NAME_NONE)
			y->ee[i].fault = d;
	}
}

static void
add_dep(struct system *y, uint32_t dn)
{
	uint32_t e = system_find(y, SYS_EE, dn_parent_known(dn));

	if (e == NONE || system_find(y, SYS_DEP, dn) != NONE)
		return;
	y->dep = mem_grow(y->dep, y->ndep, &y->dep_cap, sizeof(*y->dep));
	y->dep[y->ndep] = (struct sys_dep){ dn, e, y->ee[e].dep };
	y->ee[e].dep = (uint32_t)y->ndep;
	system_index(y, SYS_DEP, dn, y->ndep++);
}

static void
link_sponsors(struct system *y, uint32_t dep)
{
	size_t n, i;
	const uint32_t *v = world_values(y->world, y->dep[dep].dn,
	    N_saPlmDepNames, &n);
	uint32_t e;

	for (i = 0; i < n; i++) {
		e = system_find(y, SYS_EE, v[i]);
		if (e != NONE)
			y->ee[e].sponsored = system_link(y, dep,
			    y->ee[e].sponsored);
	}
}

/* --- the first reading --- */

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

static uint8_t
op_of(const struct system *y, uint32_t dn)
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

static void
each_of(struct system *y, const struct model *m, uint32_t class,
    void (*fn)(struct system *, uint32_t dn))
{
	size_t i;

	for (i = 0; i < m->nobject; i++)
		if (m->object[i].class == class)
			fn(y, m->object[i].dn);
}

static void
add_known_ee(struct system *y, uint32_t dn)
{
	if (system_find(y, SYS_EE, dn) == NONE)
		add_ee(y, dn);
}

struct system *
system_new(const struct model *source, const struct model *target,
    struct world *w, const struct policy *policy)
{
	struct system *y = mem_alloc(1, sizeof(*y));
	size_t i;

	y->source = source;
	y->target = target;
	y->world = w;
	y->longest = policy_longest_outage(policy);
	each_of(y, source, N_SaPlmEE, add_known_ee);
	each_of(y, target, N_SaPlmEE, add_known_ee);
	for (i = 0; i < y->nee; i++) {
		struct sys_ee *e = &y->ee[i];
		bool exists = of_class(source, e->dn, N_SaPlmEE);

		hang(y, (uint32_t)i);
		e->op = op_of(y, e->dn);
		set_ee(y, (uint32_t)i, exists, exists, false);
		e->type = world_value(w, e->dn, N_saPlmEEType);
	}
	find_domains(y, policy);
	each_of(y, source, N_SaPlmDependency, add_dep);
	each_of(y, target, N_SaPlmDependency, add_dep);
	for (i = 0; i < y->ndep; i++)
		link_sponsors(y, (uint32_t)i);
	find_vms(y, source, true);
	find_vms(y, target, false);
	system_services(y);
	return y;
}

void
system_free(struct system *y)
{
	if (y == NULL)
		return;
	free(y->of);
	free(y->ee);
	free(y->dep);
	free(y->su);
	free(y->sg);
	free(y->si);
	free(y->node);
	free(y->need);
	free(y->link);
	free(y);
}

/* --- changes --- */

static void
sync_ee(struct system *y, uint32_t dn, bool exists, bool again)
{
	uint32_t i = system_find(y, SYS_EE, dn);

	if (i == NONE && exists) {
		i = add_ee(y, dn);
		hang(y, i);
		y->ee[i].op = op_of(y, dn);
	}
	if (i == NONE || y->ee[i].exists == exists)
		return;
	if (exists && !again)
		set_ee(y, i, true, false, true);
	else
		set_ee(y, i, exists, y->ee[i].up, y->ee[i].locked);
	system_recount(y, i);
}

void
system_sync(struct system *y, uint32_t dn, bool again)
{
	uint32_t class = world_class(y->world, dn), dep;

	if (class == N_SaPlmEE || system_find(y, SYS_EE, dn) != NONE)
		sync_ee(y, dn, class == N_SaPlmEE, again);
	if (class == N_SaPlmDependency) {
		add_dep(y, dn);
		dep = system_find(y, SYS_DEP, dn);
		if (dep != NONE)
			link_sponsors(y, dep);
	}
	system_sync_service(y, dn, class, again);
}

void
system_ee(struct system *y, uint32_t i, bool up, bool locked)
{
	set_ee(y, i, y->ee[i].exists, up, locked);
	system_recount(y, i);
}

static uint64_t
place_hash(const struct system *y, uint32_t vm)
{
	const struct sys_ee *e = &y->ee[vm];

	return e->at == NONE ? 0 : system_mix(e->dn, y->ee[e->at].dn);
}

static void
leave(struct system *y, uint32_t vm)
{
	struct sys_ee *e = &y->ee[vm];

	if (e->at == NONE)
		return;
	if (e->prev_guest != NONE)
		y->ee[e->prev_guest].next_guest = e->next_guest;
	else
		y->ee[e->at].guest = e->next_guest;
	if (e->next_guest != NONE)
		y->ee[e->next_guest].prev_guest = e->prev_guest;
}

void
system_stand(struct system *y, uint32_t vm, uint32_t at)
{
	struct sys_ee *e = &y->ee[vm];

	y->hash ^= place_hash(y, vm);
	leave(y, vm);
	e->at = at;
	e->prev_guest = e->next_guest = NONE;
	if (at != NONE) {
		e->next_guest = y->ee[at].guest;
		if (e->next_guest != NONE)
			y->ee[e->next_guest].prev_guest = vm;
		y->ee[at].guest = vm;
	}
	y->hash ^= place_hash(y, vm);
}

/* --- questions --- */

bool
system_serves(const struct system *y, uint32_t dn)
{
	uint32_t e = system_find(y, SYS_EE, dn);

	if (e == NONE)
		return world_exists(y->world, dn); /* hardware is not moved */
	return y->ee[e].exists && y->ee[e].up && !y->ee[e].locked;
}

bool
system_dep_counts(const struct system *y, uint32_t dep)
{
	size_t n, i;
	const uint32_t *v = world_values(y->world, y->dep[dep].dn,
	    N_saPlmDepNames, &n);
	uint32_t e;

	for (i = 0; i < n; i++) {
		e = system_find(y, SYS_EE, v[i]);
		if (e != NONE && y->ee[e].exists)
			return true;
	}
	return false;
}

bool
system_depends(const struct system *y, uint32_t ee)
{
	uint32_t d;

	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next)
		if (world_exists(y->world, y->dep[d].dn) &&
		    system_dep_counts(y, d))
			return true;
	return false;
}

bool
system_lists(const struct system *y, uint32_t ee, uint32_t dn)
{
	uint32_t d;
	size_t n, i;
	const uint32_t *v;

	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next) {
		v = world_values(y->world, y->dep[d].dn, N_saPlmDepNames, &n);
		for (i = 0; i < n; i++)
			if (v[i] == dn)
				return true;
	}
	return false;
}

uint32_t
system_min_number(const struct system *y, uint32_t dep)
{
	uint32_t v = world_value(y->world, y->dep[dep].dn,
	    N_saPlmDepMinNumber);
	unsigned long n;
	char *end;

	if (v == NAME_NONE)
		return 1;
	n = strtoul(name_str(v), &end, 10);
	return *end != '\0' || n > UINT32_MAX ? 1 : (uint32_t)n;
}

static bool
is_away(const struct system *y, uint32_t dn)
{
	return y->away != NULL && y->away(y->arg, dn);
}

static bool
enough(const struct system *y, uint32_t dep, uint32_t skip)
{
	size_t n, i, up = 0, least = system_min_number(y, dep);
	const uint32_t *v = world_values(y->world, y->dep[dep].dn,
	    N_saPlmDepNames, &n);

	for (i = 0; i < n; i++)
		if (system_serves(y, v[i]) && (skip == NONE ||
		    v[i] != y->ee[skip].dn) && !is_away(y, v[i]))
			up++;
	return up >= (least < n ? least : n);
}

const char *
system_lacks(const struct system *y, uint32_t i, uint32_t skip,
    uint32_t *name)
{
	uint32_t c = y->ee[i].container, d;

	while (c != NONE && !y->ee[c].exists)
		c = y->ee[c].container;
	if (c != NONE && (c == skip || !y->ee[c].up || y->ee[c].locked ||
	    is_away(y, y->ee[c].dn))) {
		*name = y->ee[c].dn;
		return "which contains it, does not run";
	}
	for (d = y->ee[i].dep; d != NONE; d = y->dep[d].next) {
		if (!world_exists(y->world, y->dep[d].dn) ||
		    !system_dep_counts(y, d) || enough(y, d, skip) ||
		    (y->others_list != NULL &&
		    y->others_list(y->arg, y->dep[d].dn)))
			continue;
		*name = y->dep[d].dn;
		return "has too few sponsors in service";
	}
	return NULL;
}
