/*
 * How long may a procedure take? The actions of one follow each other, so it
 * is the sum of what each may take at most: what the policy says of it, or
 * else what the models say, as camprun has it. An action that neither speaks of
 * makes the sum unknown if it is one that takes time by its nature: starting,
 * stopping, a command. Locks and changes of the model then count as nothing, as
 * do retries and whatever waits for people.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "campaign.h"
#include "estimate.h"
#include "level.h"
#include "policy.h"
#include "sequence.h"

enum { UNKNOWN = -1 };

/* The verbs of the policy's language, in its order. */
static const char *const words[] = {
#define VERB(id, name, idempotent) name,
#include "verbs.def"
#undef VERB
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

/* What a verb needs of a bundle, and where the models say how long a verb
 * takes for an EE, of its own or by its type. */
static const struct {
	enum verb verb;
	uint32_t command;
	uint32_t own, type;
} known[] = {
	{ VERB_ONLINE_INSTALL, N_saSmfBundleInstallOnlineCmdUri, 0, 0 },
	{ VERB_OFFLINE_INSTALL, N_saSmfBundleInstallOfflineCmdUri, 0, 0 },
	{ VERB_ONLINE_UNINSTALL, N_saSmfBundleRemoveOnlineCmdUri, 0, 0 },
	{ VERB_OFFLINE_UNINSTALL, N_saSmfBundleRemoveOfflineCmdUri, 0, 0 },
	{ VERB_INSTANTIATE, 0, N_saPlmEEInstantiateTimeout,
	    N_saPlmEetDefInstantiateTimeout },
	{ VERB_TERMINATE, 0, N_saPlmEETerminateTimeout,
	    N_saPlmEetDefTerminateTimeout },
};
enum { KNOWN = sizeof(known) / sizeof(known[0]) };

struct estimate {
	const struct model *s, *t;
	const struct policy *policy;
	unsigned word[VERB_COUNT]; /* which of words a verb is */
	int64_t sum; /* of the procedure at hand; UNKNOWN */
};

static int64_t
plus(int64_t a, int64_t b)
{
	if (a == UNKNOWN || b == UNKNOWN)
		return UNKNOWN;
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* What an object says in nanoseconds; nothing and 0 are no answer. */
static int64_t
time_in(const struct model *m, uint32_t object, uint32_t attr)
{
	uint32_t v = object == NONE ? (uint32_t)NAME_NONE :
	    model_value(m, object, attr);
	int64_t ns = v == NAME_NONE ? 0 : strtoll(name_str(v), NULL, 0);

	return ns > 0 ? ns : UNKNOWN;
}

static uint32_t
type_in(const struct model *m, uint32_t dn)
{
	uint32_t o = dn == NAME_NONE ? (uint32_t)NONE : model_find(m, dn);

	if (o == NONE)
		return NAME_NONE;
	if (m->object[o].class == N_SaPlmEE)
		return model_value(m, o, N_saPlmEEType);
	return m->object[o].class == N_SaAmfSU ?
	    model_value(m, o, N_saAmfSUType) : (uint32_t)NAME_NONE;
}

/* The model in force for what an act is about: the old one until it is
 * changed, and where an object leaves. */
static const struct model *
model_for(const struct estimate *e, const struct act *a, uint32_t dn)
{
	if (dn == NAME_NONE || model_find(e->t, dn) == NONE)
		return e->s;
	return a->phase == PHASE_TEAR_DOWN && model_find(e->s, dn) != NONE ?
	    e->s : e->t;
}

/* A bundle without the command does nothing. */
static int64_t
of_bundle(const struct estimate *e, const struct act *a, uint32_t command)
{
	const struct model *m = model_for(e, a, a->bundle);
	uint32_t o = model_find(m, a->bundle);
	uint32_t v = o == NONE ? (uint32_t)NAME_NONE :
	    model_value(m, o, command);

	if (o != NONE && (v == NAME_NONE || v == NAME_EMPTY))
		return 0;
	return time_in(m, o, N_saSmfBundleDefaultCmdTimeout);
}

static int64_t
of_ee(const struct model *m, uint32_t dn, uint32_t own, uint32_t type)
{
	uint32_t o = dn == NAME_NONE ? (uint32_t)NONE : model_find(m, dn);
	int64_t ns = time_in(m, o, own);

	if (o == NONE || m->object[o].class != N_SaPlmEE || ns != UNKNOWN)
		return ns;
	dn = type_in(m, dn);
	return time_in(m, dn == NAME_NONE ? (uint32_t)NONE :
	    model_find(m, dn), type);
}

static int64_t
of_models(const struct estimate *e, const struct act *a)
{
	size_t i;

	for (i = 0; i < KNOWN; i++)
		if (known[i].verb == a->verb)
			return a->bundle != NAME_NONE ?
			    of_bundle(e, a, known[i].command) :
			    of_ee(model_for(e, a, a->entity), a->entity,
			    known[i].own, known[i].type);
	return UNKNOWN;
}

static int64_t
at_most(const struct estimate *e, const struct act *a, enum verb v)
{
	uint32_t dn = a->entity == NAME_NONE ? (uint32_t)NAME_EMPTY :
	    a->entity;
	struct act as = *a;
	int64_t ns = policy_timeout(e->policy, dn,
	    type_in(model_for(e, a, dn), dn), e->word[v]);

	as.verb = v;
	return ns >= 0 ? ns : of_models(e, &as);
}

/* A restart is also what stops and starts again. */
static int64_t
restart_time(const struct estimate *e, const struct act *a,
    const struct step_facts *f)
{
	int64_t ns = at_most(e, a, VERB_RESTART);

	if (ns == UNKNOWN && f->restart_time >= 0)
		ns = f->restart_time;
	if (ns == UNKNOWN)
		ns = plus(at_most(e, a, VERB_TERMINATE),
		    at_most(e, a, VERB_INSTANTIATE));
	return ns;
}

static int64_t
act_time(const struct estimate *e, const struct act *a)
{
	struct step_facts f = policy_step_facts(e->policy,
	    a->entity == NAME_NONE ? (uint32_t)NAME_EMPTY : a->entity,
	    type_in(e->s, a->entity), type_in(e->t, a->entity));
	int64_t ns = a->verb == VERB_RESTART ? restart_time(e, a, &f) :
	    at_most(e, a, a->verb);

	if (ns != UNKNOWN)
		return ns;
	switch (a->verb) {
	case VERB_LOCK:
		return f.switchover_time >= 0 ? f.switchover_time : 0;
	case VERB_UNLOCK:
	case VERB_MODIFY_IM:
		return 0;
	default:
		return UNKNOWN;
	}
}

static void
add_act(void *arg, const struct act *a)
{
	struct estimate *e = arg;

	if (!a->idle && a->verb != VERB_NOTIFY)
		e->sum = plus(e->sum, act_time(e, a));
}

/* An action outside steps that takes time by its nature: a command, or an
 * operation by which a machine that runs is changed; WORDS: it takes none. */
static unsigned
listed_word(const struct action *a)
{
	static const char own[] = "CG_PLM_ADMIN_";
	const char *s = "command";
	unsigned i;

	if (a->kind == ACTION_ADMIN) {
		s = name_str(a->forward.operation);
		if (strncmp(s, own, sizeof(own) - 1) != 0)
			return WORDS;
		s += sizeof(own) - 1;
	} else if (a->kind != ACTION_CLI) {
		return WORDS;
	}
	for (i = 0; i < WORDS && strcasecmp(words[i], s) != 0; i++)
		;
	return i;
}

static void
add_listed(struct estimate *e, const struct action *a)
{
	uint32_t dn = a->kind == ACTION_ADMIN ? a->forward.dn :
	    a->nenv > 0 ? a->env[0].ee : (uint32_t)NAME_NONE;
	unsigned word = listed_word(a);
	int64_t ns;

	if (word == WORDS)
		return;
	if (dn == NAME_NONE)
		dn = NAME_EMPTY;
	ns = policy_timeout(e->policy, dn, type_in(e->s, dn), word);
	e->sum = plus(e->sum, ns >= 0 ? ns : UNKNOWN);
}

static void
add_list(struct estimate *e, const struct action_list *l)
{
	const struct act change = { .verb = VERB_MODIFY_IM,
		.phase = PHASE_MODIFY, .entity = NAME_NONE,
		.bundle = NAME_NONE };
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == ACTION_CCB)
			add_act(e, &change);
		else
			add_listed(e, &l->v[i]);
}

static void
begin(struct estimate *e)
{
	unsigned v, i;

	for (v = VERB_END + 1; v < VERB_COUNT; v++)
		for (i = 0; i < WORDS; i++)
			if (strcmp(sequence_verb_name(v), words[i]) == 0)
				e->word[v] = i;
}

/* Levels come one after the other. */
static int64_t
whole(const struct campaign *c)
{
	size_t *order = campaign_order(c);
	struct levels l;
	int64_t ns;

	levels_find(&l, c, order);
	ns = l.together > 0 ? l.together : UNKNOWN;
	levels_free(&l);
	free(order);
	return ns;
}

void
estimate_run(struct campaign *c, const struct model *source,
    const struct model *target, const struct policy *policy)
{
	struct estimate e = { .s = source, .t = target, .policy = policy };
	struct sequence *q = sequence_new(c);
	size_t i;

	begin(&e);
	for (i = 0; i < c->nprocedure; i++) {
		struct procedure *p = &c->procedure[i];

		e.sum = 0;
		add_list(&e, &p->init);
		sequence_run(q, p, add_act, &e);
		add_list(&e, &p->wrapup);
		p->period = e.sum == UNKNOWN ? 0 : e.sum;
	}
	c->expected_time = whole(c);
	sequence_free(q);
}
