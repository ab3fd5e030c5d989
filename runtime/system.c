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
		bool exists;

		hang(y, (uint32_t)i);
		e->op = (uint8_t)system_op(y, e->dn);
		exists = e->op != EE_ADD;
		set_ee(y, (uint32_t)i, exists, exists, false);
		e->type = world_value(w, e->dn, N_saPlmEEType);
	}
	system_domains(y, policy);
	each_of(y, source, N_SaPlmDependency, add_dep);
	each_of(y, target, N_SaPlmDependency, add_dep);
	for (i = 0; i < y->ndep; i++)
		link_sponsors(y, (uint32_t)i);
	system_vms(y);
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
		y->ee[i].op = (uint8_t)system_op(y, dn);
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
