/*
 * P6: does every action find the layer below in service, is nothing left
 * standing on what is locked or terminated, and comes all of it back? Each
 * rule is asked in both directions, because undoing an action is its reverse
 * in the same state. What other procedures of a level act on is taken as out of
 * service in all of them (prove_wave.c).
 */
#include <stdlib.h>

#include "proving.h"

static bool
fail_ee(struct prover *p, uint32_t ee, uint32_t other, const char *what,
    const char *why, uint32_t name)
{
	uint32_t s;

	prove_fail(p, DIAG_NOTHING_BELOW, p->y->ee[ee].dn,
	    "\"%s\" %s: \"%s\" %s", name_str(p->y->ee[ee].dn), what,
	    name_str(name), why);
	s = system_find(p->y, SYS_EE, name);
	if (s != NONE)
		prove_note_ee(p, s);
	if (other != NONE && other != s)
		prove_note_ee(p, other);
	wave_note(p, ee);
	return false;
}

static bool
stands(struct prover *p, uint32_t ee, const char *what)
{
	uint32_t name;
	const char *why = system_lacks(p->y, ee, NONE, &name);

	return why == NULL || fail_ee(p, ee, NONE, what, why, name);
}

/* Would this one be left standing when ee goes out of service? */
static bool
left(struct prover *p, uint32_t upper, uint32_t ee)
{
	uint32_t name;
	const char *why;

	if (!p->y->ee[upper].exists || !p->y->ee[upper].up ||
	    wave_is_others(p, p->y->ee[upper].dn)) /* asked there */
		return true;
	why = system_lacks(p->y, upper, ee, &name);
	return why == NULL || fail_ee(p, upper, ee, "is left standing", why,
	    name);
}

static bool
nothing_left(struct prover *p, uint32_t ee)
{
	const struct system *y = p->y;
	uint32_t k, l, d;

	for (k = y->ee[ee].kid; k != NONE; k = y->ee[k].next_kid)
		if (!left(p, k, ee))
			return false;
	for (l = y->ee[ee].sponsored; l != 0; l = y->link[l - 1].next) {
		d = y->link[l - 1].to;
		if (!left(p, y->dep[d].ee, ee))
			return false;
	}
	return true;
}

/* Is it never taken back? */
static bool
is_kept(const struct act *a)
{
	return act_is_admin(a) && act_reverse(a) == VERB_COUNT;
}

/* Undoing reverses an action: one that changes nothing would be undone to
 * something that was not there before. */
static bool
has_effect(struct prover *p, enum verb verb, uint32_t dn, bool up, bool locked)
{
	static const char *const already[VERB_COUNT] = {
		[VERB_LOCK] = "is locked, but is so already: to undo that "
		    "would unlock it",
		[VERB_UNLOCK] = "is unlocked, but is so already: to undo that "
		    "would lock it",
		[VERB_TERMINATE] = "is terminated, but is so already: to undo "
		    "that would instantiate it",
		[VERB_INSTANTIATE] = "is instantiated, but runs already: to "
		    "undo that would terminate it",
	};
	bool is = verb == VERB_LOCK ? locked : verb == VERB_UNLOCK ? !locked :
	    verb == VERB_TERMINATE ? !up : verb == VERB_INSTANTIATE && up;

	return !is || !p->faults || is_kept(prove_act(p)) ||
	    prove_fail(p, DIAG_UNDO, dn, "\"%s\" %s", name_str(dn),
	    already[verb]);
}

static bool
do_ee(struct prover *p, enum verb verb, uint32_t ee, uint32_t on)
{
	struct sys_ee *e = &p->y->ee[ee];
	static const char *const late[VERB_COUNT] = {
		[VERB_LOCK] = "is locked after what it stands on",
		[VERB_TERMINATE] = "is terminated after what it stands on",
		[VERB_RESTART] = "is restarted on nothing",
		[VERB_INSTANTIATE] = "is instantiated before what it stands "
		    "on",
		[VERB_UNLOCK] = "is unlocked before what it stands on",
	};

	if (!e->exists)
		return prove_fail(p, DIAG_NOTHING_BELOW, e->dn, "\"%s\" is "
		    "acted on, but does not exist", name_str(e->dn));
	if (late[verb] == NULL)
		return true;
	if (!has_effect(p, verb, e->dn, e->up, e->locked)) {
		prove_note_ee(p, ee);
		return false;
	}
	/* What runs has its layer below, or it would have been left standing,
	 * but for what goes on at the same time; and nothing that runs stands
	 * on what does not serve. */
	if (!wave_list_is_own(p, ee) || (e->at != NONE &&
	    !wave_apart(p, e->dn, p->y->ee[e->at].dn)) || ((!e->up || e->locked ||
	    p->y->away != NULL) && !stands(p, ee, late[verb])) ||
	    (e->up && !e->locked && !nothing_left(p, ee)))
		return false;
	dn_list_add(&p->down, e->dn);
	switch (verb) {
	case VERB_LOCK:
		system_ee(p->y, ee, e->up, true);
		break;
	case VERB_TERMINATE:
		if (!prove_no_guests(p, ee, "terminated"))
			return false;
		system_ee(p->y, ee, false, e->locked);
		system_stand(p->y, ee, NONE);
		break;
	case VERB_INSTANTIATE:
		if (!e->up && (!prove_comes_up(p, ee, on) ||
		    !prove_has_software(p, ee)))
			return false;
		system_ee(p->y, ee, true, e->locked);
		break;
	case VERB_UNLOCK:
		system_ee(p->y, ee, e->up, false);
		break;
	default:
		if (!prove_no_guests(p, ee, "restarted") ||
		    !prove_has_software(p, ee))
			return false;
		system_ee(p->y, ee, false, e->locked);
		system_ee(p->y, ee, true, e->locked);
	}
	return !p->failed;
}

static bool
do_su(struct prover *p, enum verb verb, uint32_t su)
{
	struct sys_su *u = &p->y->su[su];

	if (!has_effect(p, verb, u->dn, !u->down, u->locked))
		return false;
	if (u->ee != NONE && !p->y->ee[u->ee].up)
		return fail_ee(p, u->ee, NONE, "does not run while a unit on "
		    "it is acted on", "needs it", u->dn);
	if (!wave_apart(p, u->dn, u->node) || !wave_apart(p, u->dn, u->clm) ||
	    (u->ee != NONE && !wave_apart(p, u->dn, p->y->ee[u->ee].dn)))
		return false;
	dn_list_add(&p->down, u->dn);
	switch (verb) {
	case VERB_LOCK:
		system_su(p->y, su, u->down, true);
		break;
	case VERB_TERMINATE:
		system_su(p->y, su, true, u->locked);
		break;
	case VERB_INSTANTIATE:
		system_su(p->y, su, false, u->locked);
		break;
	case VERB_UNLOCK:
		system_su(p->y, su, u->down, false);
		break;
	case VERB_RESTART:
		system_su(p->y, su, true, u->locked);
		system_su(p->y, su, false, u->locked);
		break;
	default:
		break;
	}
	return !p->failed;
}

/* The CLM node of an AMF node, and the EE that it is on. */
static bool
node_apart(struct prover *p, uint32_t dn)
{
	uint32_t clm = world_value(p->w, dn, N_saAmfNodeClmNode);
	uint32_t ee = world_value(p->w, clm == NAME_NONE ? dn : clm,
	    N_saClmNodeEE);

	return wave_apart(p, dn, clm) && wave_apart(p, dn, ee);
}

static bool
do_node(struct prover *p, enum verb verb, uint32_t node)
{
	const struct sys_node *n = &p->y->node[node];

	if (!node_apart(p, p->y->node[node].dn))
		return false;
	if (!has_effect(p, verb, n->dn, !n->down, n->locked))
		return false;
	dn_list_add(&p->down, n->dn);
	switch (verb) {
	case VERB_LOCK:
	case VERB_UNLOCK:
		system_node(p->y, node, n->down, verb == VERB_LOCK);
		break;
	case VERB_TERMINATE:
	case VERB_INSTANTIATE:
		system_node(p->y, node, verb == VERB_TERMINATE, n->locked);
		break;
	default:
		system_node(p->y, node, true, n->locked);
		system_node(p->y, node, false, n->locked);
	}
	return !p->failed;
}

/* An EE, now or later, or a node. */
static bool
runs_software(const struct prover *p, uint32_t on)
{
	uint32_t class = world_class(p->w, on);

	return system_find(p->y, SYS_EE, on) != NONE ||
	    class == N_SaAmfNode || class == N_SaClmNode;
}

/* Software goes onto, and off, the layer below: that must run. The lowest
 * layer is its own. */
static bool
do_software(struct prover *p, enum verb verb, const struct act *a)
{
	uint32_t on = a->on == NAME_NONE ? NONE :
	    system_find(p->y, SYS_EE, a->on);
	const char *other;

	if (world_class(p->w, a->bundle) != N_SaSmfSwBundle)
		return prove_fail(p, DIAG_NAMES_MISSING, a->bundle,
		    "the software \"%s\" of \"%s\" is no bundle there is",
		    name_str(a->bundle), name_str(a->entity));
	if (wave_may_miss(p, a->bundle, &other))
		return prove_fail(p, DIAG_NAMES_MISSING, a->bundle,
		    "the software \"%s\" of \"%s\" is created or deleted "
		    "by \"%s\" of the same level", name_str(a->bundle),
		    name_str(a->entity), other);
	if (a->on != NAME_NONE && a->on != a->entity &&
	    !runs_software(p, a->on))
		return prove_fail(p, DIAG_NOTHING_BELOW, a->entity,
		    "the software \"%s\" of \"%s\" is changed on \"%s\", "
		    "where nothing can be executed", name_str(a->bundle),
		    name_str(a->entity), name_str(a->on));
	if (a->on != NAME_NONE && a->on != a->entity &&
	    !wave_apart(p, a->entity, a->on))
		return false;
	if (on == NONE || a->on == a->entity || (p->y->ee[on].exists &&
	    p->y->ee[on].up))
		return prove_software(p, verb, a);
	prove_fail(p, DIAG_NOTHING_BELOW, a->entity, "the software \"%s\" "
	    "of \"%s\" is changed on \"%s\", which does not run",
	    name_str(a->bundle), name_str(a->entity), name_str(a->on));
	prove_note_ee(p, on);
	return false;
}

static bool
operate(struct prover *p, enum verb verb, const struct act *a)
{
	uint32_t i;

	if (verb_is_software(verb))
		return do_software(p, verb, a);
	if (verb == VERB_MIGRATE)
		return prove_migrate(p, a);
	if (a->entity == NAME_NONE || verb == VERB_NOTIFY)
		return true;
	i = verb == VERB_COMMAND ? NONE :
	    system_find(p->y, SYS_EE, a->entity);
	if (i != NONE && prove_is_morph(verb))
		return prove_morph(p, i, a);
	if (i != NONE)
		return do_ee(p, verb, i, a->on);
	if (!world_exists(p->w, a->entity))
		return prove_fail(p, DIAG_NOTHING_BELOW, a->entity,
		    "\"%s\" is acted on, but does not exist",
		    name_str(a->entity));
	if (verb == VERB_COMMAND)
		return true;
	i = system_find(p->y, SYS_SU, a->entity);
	if (i != NONE)
		return do_su(p, verb, i);
	i = system_find(p->y, SYS_NODE, a->entity);
	if (i != NONE)
		return do_node(p, verb, i);
	return prove_fail(p, DIAG_NOTHING_BELOW, a->entity, "\"%s\" is acted "
	    "on, but is no EE, node or service unit: what goes down with it is "
	    "not known", name_str(a->entity));
}

/* Where a unit, node or EE stands in its life. */
static void
life_of(const struct prover *p, uint32_t dn, bool *up, bool *locked)
{
	const struct system *y = p->y;
	uint32_t i = system_find(y, SYS_EE, dn);

	*up = true;
	*locked = false;
	if (i != NONE) {
		*up = y->ee[i].up;
		*locked = y->ee[i].locked;
		return;
	}
	i = system_find(y, SYS_SU, dn);
	if (i != NONE) {
		*up = !y->su[i].down;
		*locked = y->su[i].locked;
		return;
	}
	i = system_find(y, SYS_NODE, dn);
	if (i == NONE)
		return;
	*up = !y->node[i].down;
	*locked = y->node[i].locked;
}

/* Steps keep the order of things; what a campaign orders by itself may not:
 * what is unlocked is not terminated, what does not run not unlocked. */
static bool
is_in_turn(struct prover *p, enum verb verb, uint32_t dn)
{
	bool up, locked;

	life_of(p, dn, &up, &locked);
	if (verb == VERB_TERMINATE && up && !locked)
		return prove_fail(p, DIAG_NOTHING_BELOW, dn, "\"%s\" is "
		    "terminated while it is unlocked", name_str(dn));
	if ((verb == VERB_UNLOCK || verb == VERB_RESTART) && !up)
		return prove_fail(p, DIAG_NOTHING_BELOW, dn, "\"%s\" is %sed "
		    "while it is not instantiated", name_str(dn),
		    verb_name(verb));
	return true;
}

bool
prove_entity(struct prover *p, enum verb verb, const struct act *a)
{
	size_t n = p->down.n;

	if (!act_is_admin(a))
		return operate(p, verb, a);
	if (!is_in_turn(p, verb, a->entity) || !operate(p, verb, a))
		return false;
	if (p->down.n > n) /* somebody else may bring it back, later */
		dn_list_add(&p->away, (uint32_t)p->now);
	p->down.n = n;
	return true;
}

static bool
is_back(struct prover *p, uint32_t dn)
{
	const struct system *y = p->y;
	uint32_t i = system_find(y, SYS_EE, dn);

	if (i != NONE)
		return !y->ee[i].exists || (y->ee[i].up && !y->ee[i].locked);
	i = system_find(y, SYS_SU, dn);
	if (i != NONE)
		return !y->su[i].exists || (!y->su[i].down &&
		    !y->su[i].locked);
	i = system_find(y, SYS_NODE, dn);
	return i == NONE || (!y->node[i].locked && !y->node[i].down);
}

static bool
comes_back(struct prover *p, uint32_t dn)
{
	uint32_t ee = system_find(p->y, SYS_EE, dn);

	if (is_back(p, dn))
		return true;
	prove_fail(p, DIAG_NOTHING_BELOW, dn, "\"%s\" is taken out of service "
	    "and never comes back", name_str(dn));
	if (ee != NONE)
		prove_note_ee(p, ee);
	return false;
}

bool
prove_all_back(struct prover *p)
{
	size_t i;

	for (i = 0; i < p->down.n; i++)
		if (!comes_back(p, p->down.v[i]))
			return false;
	p->down.n = 0;
	return true;
}

bool
prove_ordered_back(struct prover *p)
{
	size_t i, now = p->now;

	for (i = 0; i < p->away.n; i++) {
		p->now = p->away.v[i];
		if (!comes_back(p, p->a->act[p->now].entity))
			return false;
	}
	p->now = now;
	return true;
}

bool
prove_list_stands(struct prover *p, uint32_t dep)
{
	uint32_t ee = p->y->dep[dep].ee;

	return !p->y->ee[ee].exists || !p->y->ee[ee].up ||
	    stands(p, ee, "is left standing by a change of its sponsors");
}
