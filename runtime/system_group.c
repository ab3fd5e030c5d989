/*
 * How many units must serve for a group's services to be up, and which
 * services go down with which?
 *
 * A unit can be active for all SIs of its group (2N), for some (N+M, N-way and
 * N-way active with saAmfSGMaxActiveSIsperSU) or for one (no redundancy). Not
 * more units are asked for than one failure leaves, wherever it strikes. All
 * of this is as the source says; dependencies between SIs are followed.
 */
#include <stdlib.h>

#include "dn.h"
#include "idmap.h"
#include "system.h"
#include "world.h"

/* saAmfSgtRedundancyModel */
enum { TWO_N = 1, N_PLUS_M, N_WAY, N_WAY_ACTIVE, NO_REDUNDANCY };

static uint64_t
number_of(const struct model *m, uint32_t object, uint32_t attr)
{
	uint32_t v = object == NONE ? (uint32_t)NAME_NONE :
	    model_value(m, object, attr);

	return v == NAME_NONE ? 0 : strtoull(name_str(v), NULL, 0);
}

/* How many SIs one unit of the group can be active for; 0: all. */
static uint64_t
active_sis(const struct model *m, uint32_t sg)
{
	uint32_t o = model_find(m, sg), type;

	if (o == NONE)
		return 0;
	type = model_find(m, model_value(m, o, N_saAmfSGType));
	switch (number_of(m, type, N_saAmfSgtRedundancyModel)) {
	case N_PLUS_M:
	case N_WAY:
	case N_WAY_ACTIVE:
		return number_of(m, o, N_saAmfSGMaxActiveSIsperSU);
	case NO_REDUNDANCY:
		return 1;
	case TWO_N:
	default:
		return 0;
	}
}

/* --- what one failure leaves --- */

struct spread { /* of the units of one group */
	struct idmap on; /* by EE: units on it */
	struct idmap in; /* by fault domain: units that can be nowhere else */
	uint32_t placed, worst;
	struct dn_list set; /* domains of one EE */
};

static void
add_fault(struct spread *s, uint32_t fault)
{
	size_t i;

	for (i = 0; i < s->set.n; i++)
		if (s->set.v[i] == fault)
			return;
	dn_list_add(&s->set, fault);
}

/* The fault domains of an EE: its own, of a migratable VM those of the EEs it
 * may stand on. */
static void
find_faults(const struct system *y, struct spread *s, uint32_t ee, int depth)
{
	const struct sys_ee *e = &y->ee[ee];
	uint32_t d, to;
	const uint32_t *v;
	size_t n, i;

	if (!e->vm_s || depth == 0) {
		add_fault(s, e->fault);
		return;
	}
	for (d = e->dep; d != NONE; d = y->dep[d].next) {
		v = world_values(y->world, y->dep[d].dn, N_saPlmDepNames, &n);
		for (i = 0; i < n; i++) {
			to = system_find(y, SYS_EE, v[i]);
			if (to != NONE && y->ee[to].exists)
				find_faults(y, s, to, depth - 1);
		}
	}
}

static void
note(struct spread *s, struct idmap *m, uint32_t key, uint32_t more)
{
	uint32_t *n = idmap_at(m, key);

	*n += more;
	if (*n > s->worst)
		s->worst = *n;
}

static void
add_unit(const struct system *y, struct spread *s, uint32_t ee)
{
	size_t i;

	s->set.n = 0;
	find_faults(y, s, ee, 8);
	note(s, &s->on, y->ee[ee].dn, 1);
	for (i = 0; i < s->set.n; i++)
		note(s, &s->in, s->set.v[i], s->set.n == 1);
	s->placed++;
}

/* How many units of the group one failure leaves at most, of how many. */
static uint32_t
survivors(const struct system *y, const struct sys_sg *g, uint32_t *placed)
{
	struct spread s = { 0 };
	uint32_t l, ee, share = 0;

	for (l = g->su; l != 0; l = y->link[l - 1].next) {
		ee = y->su[y->link[l - 1].to].ee;
		if (ee != NONE)
			add_unit(y, &s, ee);
	}
	if (s.in.n > 0)
		share = (s.placed + (uint32_t)s.in.n - 1) / (uint32_t)s.in.n;
	if (share > s.worst)
		s.worst = share;
	idmap_free(&s.on);
	idmap_free(&s.in);
	dn_list_free(&s.set);
	*placed = s.placed;
	return s.placed - s.worst;
}

static void
settle_group(struct system *y, struct sys_sg *g, uint32_t in_target)
{
	uint64_t most = active_sis(y->source, g->dn);
	uint32_t left, in_source;

	if (g->nsi == 0)
		return;
	if (most > 0)
		g->wanted = (uint32_t)((g->nsi + most - 1) / most);
	left = survivors(y, g, &in_source);
	g->least = left < g->wanted ? left : g->wanted;
	g->lacks = in_source < g->wanted || in_target < g->wanted;
}

/* --- which services count --- */

/* Is the SI wanted in the target, by a group that has a unit there whose place
 * is known? Where source or target know of no place, nothing can be said of
 * it. */
static void
count_si(struct system *y, struct sys_si *s, const uint32_t *placed)
{
	const struct model *t = y->target;
	uint32_t o = model_find(t, s->dn), to;

	s->blind = s->sg == NONE || !y->sg[s->sg].known;
	if (s->sg == NONE || o == NONE || t->object[o].class != N_SaAmfSI)
		return;
	to = system_find(y, SYS_SG, model_value(t, o, N_saAmfSIProtectedbySG));
	s->counts = to != NONE && placed[to] > 0;
	s->blind |= !s->counts;
	y->sg[s->sg].nsi += s->counts;
}

/* --- dependencies --- */

uint32_t
system_sponsor(const struct system *y, uint32_t need)
{
	const struct sys_need *n = &y->need[need];
	int64_t tolerance;
	uint32_t v;

	if (world_class(y->world, n->dn) != N_SaAmfSIDependency)
		return NONE;
	v = world_value(y->world, n->dn, N_saAmfToleranceTime);
	tolerance = v == NAME_NONE ? 0 : strtoll(name_str(v), NULL, 0);
	if (y->longest >= 0 && tolerance >= y->longest)
		return NONE;
	return n->sponsor;
}

bool
system_si_up(const struct system *y, uint32_t si)
{
	const struct sys_si *s = &y->si[si];

	return s->blind || s->sg == NONE || !y->sg[s->sg].known ||
	    (s->exists && y->sg[s->sg].up >= y->sg[s->sg].wanted);
}

void
system_sync_need(struct system *y, uint32_t dn)
{
	uint32_t from, to, i = (uint32_t)y->nneed;

	if (system_find(y, SYS_NEED, dn) != NONE)
		return;
	from = system_si(y, dn_parent_known(dn));
	to = system_si(y, dn_embedded(dn));
	if (from == NONE || to == NONE || from == to)
		return;
	y->need = mem_grow(y->need, y->nneed, &y->need_cap, sizeof(*y->need));
	y->need[y->nneed++] = (struct sys_need){ dn, from, to };
	system_index(y, SYS_NEED, dn, i);
	y->si[from].on = system_link(y, i, y->si[from].on);
	y->si[to].by = system_link(y, i, y->si[to].by);
}

static bool
stays(const struct system *y, uint32_t need)
{
	uint32_t o = model_find(y->target, y->need[need].dn);

	return o != NONE && y->target->object[o].class ==
	    N_SaAmfSIDependency && system_sponsor(y, need) != NONE;
}

/* An SI is safe if its group can keep it up, and so are all it depends on, in
 * source and target. What is not safe spoils what depends on it. */
static void
spoil(struct system *y)
{
	struct dn_list todo = { 0 };
	uint32_t i, l, d;

	for (i = 0; i < y->nsi; i++) {
		struct sys_si *s = &y->si[i];

		s->safe = s->counts && y->sg[s->sg].least ==
		    y->sg[s->sg].wanted;
		if (!s->safe && !s->blind)
			dn_list_add(&todo, i);
	}
	while (todo.n > 0) {
		i = todo.v[--todo.n];
		for (l = y->si[i].by; l != 0; l = y->link[l - 1].next) {
			d = y->need[y->link[l - 1].to].si;
			if (!y->si[d].safe || !stays(y, y->link[l - 1].to))
				continue;
			y->si[d].safe = false;
			dn_list_add(&todo, d);
		}
	}
	dn_list_free(&todo);
}

void
system_groups(struct system *y, const uint32_t *placed)
{
	const struct model *m = y->source;
	size_t i;

	for (i = 0; i < m->nobject; i++)
		if (m->object[i].class == N_SaAmfSIDependency)
			system_sync_need(y, m->object[i].dn);
	for (i = 0; i < y->nsi; i++)
		count_si(y, &y->si[i], placed);
	for (i = 0; i < y->nsg; i++)
		settle_group(y, &y->sg[i], placed[i]);
	for (i = 0; i < y->nsi; i++)
		y->si[i].watched = y->si[i].counts &&
		    y->sg[y->si[i].sg].least > 0;
	spoil(y);
}
