/*
 * P6 and P8: a virtual machine that becomes one of another type while it runs
 * (campaign(5)). It never stops for it, so nothing that stands on it has to;
 * what is asked is whether it runs, where it goes, whether there is room for
 * the larger of what it was and what it becomes, and whether each part of it
 * can be taken back. Only a machine that is told to morph may change its type
 * outside a step, in the same procedure and once.
 */
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "policy.h"
#include "proving.h"

/* What takes each back, and which parameters are then the other way round. */
static const struct {
	enum verb verb, back;
	const char *same, *from, *to; /* NULL: it has none */
	bool after; /* does it come when the machine has morphed? */
} parts[] = {
	{ VERB_AUGMENT, VERB_WITHDRAW, "package", NULL, NULL, false },
	{ VERB_WITHDRAW, VERB_AUGMENT, "package", NULL, NULL, true },
	{ VERB_UNPLUG, VERB_PLUG, "resource", "from", "to", false },
	{ VERB_MORPH, VERB_MORPH, "migration", "from-type", "to-type", false },
	{ VERB_PLUG, VERB_UNPLUG, "resource", "from", "to", true },
};
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static size_t
part_of(enum verb v)
{
	size_t i;

	for (i = 0; i < PARTS && parts[i].verb != v; i++)
		;
	return i;
}

bool
prove_is_morph(enum verb v)
{
	return part_of(v) < PARTS;
}

/* Do they say the same there? */
static bool
agree(const struct admin_op *a, const char *name, const struct admin_op *b,
    const char *as)
{
	uint32_t v;

	if (name == NULL)
		return true;
	v = admin_param(a, name, 0);
	return v != NAME_NONE && v == admin_param(b, as, 0);
}

static bool
is_turned_round(const struct act *a, size_t i)
{
	const struct admin_op *f = &a->ccb->forward, *u = &a->ccb->undo;

	return admin_verb(u->operation) == parts[i].back &&
	    agree(f, parts[i].same, u, parts[i].same) &&
	    agree(f, parts[i].from, u, parts[i].to) &&
	    agree(f, parts[i].to, u, parts[i].from);
}

static bool
fails(struct prover *p, uint32_t ee, const char *what)
{
	uint32_t dn = p->y->ee[ee].dn;

	prove_fail(p, DIAG_NOTHING_BELOW, dn, "%s of \"%s\": %s",
	    verb_name((enum verb)prove_act(p)->verb), name_str(dn), what);
	prove_note_ee(p, ee);
	return false;
}

/* Numbers go down by unplugging and up by plugging. */
static bool
goes_the_right_way(const struct act *a)
{
	const struct admin_op *f = &a->ccb->forward;
	uint32_t from = admin_param(f, "from", 0);
	uint32_t to = admin_param(f, "to", 0);

	if (a->verb != VERB_PLUG && a->verb != VERB_UNPLUG)
		return true;
	return (strtoll(name_str(to), NULL, 10) > strtoll(name_str(from),
	    NULL, 10)) == (a->verb == VERB_PLUG);
}

/* On the way back, too, the machine is what it was then. */
static bool
in_turn(struct prover *p, const struct sys_ee *e, const struct act *a,
    size_t i)
{
	if (a->verb == VERB_MORPH || parts[i].after == (e->morphed != 0))
		return true;
	return prove_fail(p, DIAG_ORDER, e->dn, "%s of \"%s\" comes %s the "
	    "machine has morphed", verb_name((enum verb)a->verb),
	    name_str(e->dn), parts[i].after ? "before" : "after");
}

/* Saved and restored, it serves nobody in between. */
static void
pauses(struct prover *p, uint32_t ee, const struct act *a)
{
	uint32_t how = admin_param(&a->ccb->forward, "migration", 0);

	if (how == NAME_NONE || strcmp(name_str(how), "save-and-restore") != 0)
		return;
	system_ee(p->y, ee, false, p->y->ee[ee].locked);
	system_ee(p->y, ee, true, p->y->ee[ee].locked);
}

bool
prove_morph(struct prover *p, uint32_t ee, const struct act *a)
{
	struct sys_ee *e = &p->y->ee[ee];
	size_t i = part_of((enum verb)a->verb);

	if (!e->exists || !e->up || e->locked)
		return fails(p, ee, "it does not run");
	if (!wave_apart(p, a->entity, a->entity))
		return false;
	if (p->faults && !is_turned_round(a, i))
		return prove_fail(p, DIAG_UNDO, e->dn, "%s of \"%s\" is not "
		    "undone by what it is undone by",
		    verb_name((enum verb)a->verb), name_str(e->dn));
	if (!goes_the_right_way(a))
		return fails(p, ee, "from and to are the wrong way round");
	if (!in_turn(p, e, a, i))
		return false;
	if (a->verb != VERB_MORPH)
		return true;
	if (p->way == WAY_FORWARD && e->morphed != 0)
		return fails(p, ee, "it is the second time");
	e->morphed = p->way == WAY_FORWARD ? a->proc + 1 : 0;
	if (a->proc == NONE)
		return fails(p, ee, "it is in no procedure");
	if (p->way == WAY_FORWARD && p->policy != NULL &&
	    !prove_template(p, a))
		return false;
	pauses(p, ee, a);
	return a->to == NAME_NONE || prove_goes(p, ee, a, "morphs onto",
	    "morphs back onto");
}

/* --- its type --- */

static int64_t
need(const struct prover *p, const struct sys_ee *e, uint32_t type, size_t k)
{
	return policy_demand(p->policy, e->dn, type, k);
}

/* It takes as much as the larger of what it was and is, for a moment. */
static bool
has_room(struct prover *p, uint32_t ee, uint32_t was, size_t k)
{
	const struct sys_ee *e = &p->y->ee[ee], *host = &p->y->ee[e->at];
	int64_t cap = policy_capacity(p->policy, host->dn, host->type, k);
	int64_t now = need(p, e, e->type, k), before = need(p, e, was, k);
	int64_t sum = prove_used(p, host, k);

	if (before > now)
		sum += before - now;
	return cap < 0 || sum <= cap || prove_fail(p, DIAG_NOTHING_BELOW,
	    e->dn, "\"%s\" becomes too large for \"%s\": %s %lld of %lld",
	    name_str(e->dn), name_str(host->dn),
	    policy_resource(p->policy, k), (long long)sum, (long long)cap);
}

bool
prove_morphed(struct prover *p, uint32_t ee, uint32_t was)
{
	const struct sys_ee *e = &p->y->ee[ee];
	const struct act *a = prove_act(p);
	size_t k;

	if (a->proc == NONE || e->morphed != a->proc + 1 || e->changed != 0 ||
	    e->op != EE_MODIFY)
		return prove_fail(p, DIAG_ORDER, e->dn, "\"%s\" is changed "
		    "outside any step", name_str(e->dn));
	for (k = 0; e->at != NONE && k < policy_nresource(p->policy); k++)
		if (!has_room(p, ee, was, k))
			return false;
	return true;
}
