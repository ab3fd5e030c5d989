/*
 * Is a campaign right and safe? Its actions are carried out one after the
 * other on a system of our own, and every rule is asked at every one of them:
 *
 * P1  forward from the source gives the target, in the model and in software
 * P2  rolling back from the end of any procedure gives the source
 * P3  after any single failure, undoing what was done gives the state before
 * P4  redundant services that stay wanted are never down
 * P5  VMs that change are caught on one sponsor until they are mobilised
 * P6  nothing is touched while the layer below is down, nothing is pulled
 *     away from under anything, everything comes back
 * P7  rules of embedding and step types
 * P8  order of the procedures; each EE is changed by one
 * P9  no name of an object that is not there
 *
 * One pass goes forward, one back. Undo and rollback reverse the actions one
 * by one, and every prefix of a step undone is a piece of the way back from
 * its end; so if each action taken back leaves exactly the state that was
 * there before it, by the same rules, then every failure ends well. Where a
 * rollback fails, what it took back is done again: that is the way forward,
 * from a state that was there on it. So the proof is linear. Procedures of one
 * level go through one after the other, too: prove_wave.c says why that is
 * enough.
 */
#include <stdlib.h>

#include "buf.h"
#include "proving.h"

static bool
act_forward(struct prover *p, size_t i)
{
	const struct act *a = &p->a->act[i];

	p->now = i;
	p->y->act = (uint32_t)i + 1;
	p->hash[i] = p->y->hash ^ p->world_hash;
	p->proof->nstates++;
	if (a->verb == VERB_MODIFY_IM)
		return prove_change(p);
	return prove_entity(p, a->verb, a);
}

static bool
acts_forward(struct prover *p, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++) {
		if (!act_forward(p, i) || p->failed)
			return false;
		if ((i + 1 == to || p->a->act[i + 1].verb != VERB_MIGRATE) &&
		    !prove_settled(p, actions_cause(p->a, i)))
			return false;
	}
	return true;
}

static bool
procedure_forward(struct prover *p, size_t k)
{
	const struct run_proc *r = &p->a->proc[k];
	bool last = k + 1 == p->a->nproc ||
	    r[1].p->level != r->p->level;

	if (k == 0 || r[-1].p->level != r->p->level) {
		p->level++;
		if (!prove_pace(p, k) || !wave_begin(p, k))
			return false;
	}
	return prove_phase(p, k) && (r->n == 0 || (prove_step_types(p, r) &&
	    acts_forward(p, r->first, r->first + r->n) &&
	    prove_all_back(p) && prove_kind(p))) &&
	    (!last || wave_end(p));
}

static bool
all_run(struct prover *p)
{
	const struct sys_ee *e;
	uint32_t i;

	for (i = 0; i < p->y->nee; i++) {
		e = &p->y->ee[i];
		if (!e->exists || (e->up && !e->locked))
			continue;
		prove_fail(p, DIAG_NOTHING_BELOW, e->dn,
		    "\"%s\" is created, but never comes up",
		    name_str(e->dn));
		prove_note_ee(p, i);
		return false;
	}
	return true;
}

static bool
forward(struct prover *p)
{
	size_t k;

	if (!prove_order(p) || !acts_forward(p, 0, p->a->init_end) ||
	    !prove_catches(p))
		return false;
	for (k = 0; k < p->a->nproc; k++)
		if (!procedure_forward(p, k))
			return false;
	p->level++;
	wave_none(p);
	p->caught = false;
	return acts_forward(p, p->a->complete, p->a->wrapup) && all_run(p) &&
	    prove_ordered_back(p) && prove_software_left(p);
}

/* The commit, and what it leaves. */
static bool
finish(struct prover *p)
{
	uint32_t dn;
	const char *why;

	if (!acts_forward(p, p->a->wrapup, p->a->rollback))
		return false;
	p->hash[p->a->n] = p->y->hash ^ p->world_hash;
	p->proof->nstates++;
	if (world_equals(p->w, p->target, &dn, &why))
		return true;
	p->now = p->a->n;
	return prove_fail(p, DIAG_NOT_THE_TARGET, dn,
	    "the campaign does not lead to the target: \"%s\": %s",
	    name_str(dn), why);
}

/* --- back --- */

/* Is it a place where a rollback may end: before a procedure, or outside? */
static bool
at_boundary(const struct prover *p, size_t i)
{
	const struct act *a = &p->a->act[i];

	return a->proc == NONE || p->a->proc[a->proc].first == i;
}

static bool
restored(struct prover *p, size_t i)
{
	const struct act *a = &p->a->act[i];

	if ((p->y->hash ^ p->world_hash) == p->hash[i] ||
	    (!p->faults && !at_boundary(p, i)))
		return true;
	if (p->faults && a->proc != NONE)
		return prove_fail(p, DIAG_UNDO, a->entity, "undoing %s%s%s%s "
		    "does not restore what was there before",
		    verb_name((enum verb)a->verb), a->entity == NAME_NONE ?
		    "" : " of \"", a->entity == NAME_NONE ? "" :
		    name_str(a->entity), a->entity == NAME_NONE ? "" : "\"");
	return prove_fail(p, DIAG_ROLLBACK, a->entity, "rolling back to this "
	    "point does not restore what was there");
}

static bool
act_back(struct prover *p, size_t i)
{
	const struct act *a = &p->a->act[i];
	enum verb back = act_reverse(a);
	bool ok = true;

	p->now = i;
	p->y->act = (uint32_t)i + 1;
	p->proof->nstates++;
	if (a->verb == VERB_MODIFY_IM)
		ok = prove_change_back(p);
	else if (back != VERB_COUNT)
		ok = prove_entity(p, back, a);
	return ok && !p->failed;
}

static bool acts_back(struct prover *, size_t from, size_t to);

/* The change of the model goes back before the restarts after it. An undo
 * restarts first, in states that were all there on the way forward. */
static bool
restarts_back(struct prover *p, size_t change, size_t restart, size_t end)
{
	if (!acts_back(p, change, restart))
		return false;
	for (; end > restart; end--)
		if (!act_back(p, end - 1) || !restored(p, change))
			return false;
	return true;
}

/* Last first; but before migrations what made them necessary. */
static bool
acts_back(struct prover *p, size_t from, size_t to)
{
	size_t cause, i, restart;

	for (; to > from; to = cause) {
		if (actions_restarts(p->a, to - 1, &restart, &cause)) {
			if (!restarts_back(p, cause, restart, to))
				return false;
			continue;
		}
		cause = actions_cause(p->a, to - 1);
		for (i = cause; i < to; i++)
			if (!act_back(p, i))
				return false;
		p->now = cause;
		if (!prove_settled(p, cause) || !restored(p, cause))
			return false;
	}
	return true;
}

/* Back to before the commit: that is never undone, but its changes of the
 * model lie in the way. */
static void
before_commit(struct prover *p)
{
	size_t i;

	p->way = WAY_BACK;
	for (i = p->a->rollback; i-- > p->a->wrapup;) {
		p->now = i;
		prove_change_back(p);
	}
}

static bool
procedure_back(struct prover *p, size_t k)
{
	const struct run_proc *r = &p->a->proc[k];

	if (k + 1 == p->a->nproc || r[1].p->level != r->p->level) {
		p->level++;
		if (!wave_begin(p, k))
			return false;
	}
	p->down.n = 0;
	return acts_back(p, r->first, r->first + r->n);
}

static bool
back(struct prover *p)
{
	size_t k;
	uint32_t dn;
	const char *why;

	before_commit(p);
	p->level++;
	if (!acts_back(p, p->a->complete, p->a->wrapup))
		return false;
	for (k = p->a->nproc; k-- > 0;)
		if (!procedure_back(p, k))
			return false;
	p->level++;
	wave_none(p);
	if (!acts_back(p, 0, p->a->init_end))
		return false;
	if (world_equals(p->w, p->source, &dn, &why))
		return true;
	return prove_fail(p, DIAG_ROLLBACK, dn,
	    "rolling back does not lead to the source: \"%s\": %s",
	    name_str(dn), why);
}

/* --- the whole --- */

/* Without a target: the campaign is judged by where it leads. */
static struct model *
result_of(const struct campaign *c, const struct model *source)
{
	struct world *w = world_new(source);
	struct diag quiet = { 0 };
	struct model *m;

	apply_campaign(w, c, &quiet);
	m = world_export(w);
	world_free(w);
	diag_free(&quiet);
	return m;
}

static void
prover_free(struct prover *p)
{
	world_free(p->w);
	world_free((struct world *)p->base);
	system_free(p->y);
	names_free(p->names);
	software_free(p->software);
	wave_free(p->wave);
	pace_free(p->pace);
	dn_list_free(&p->touched);
	dn_list_free(&p->down);
	dn_list_free(&p->away);
	dn_list_free(&p->fallen);
	idmap_free(&p->labels);
	idmap_free(&p->seen);
	idmap_free(&p->coming);
	idmap_free(&p->amf_on);
	free(p->object_hash);
	free(p->span);
	free(p->hash);
	free(p->base_change);
	free(p->like);
}

/* Every action that can be undone fails once and is retried, fails until it
 * is given up and the step is undone, or its undo fails as well. */
static void
count(struct prover *p)
{
	p->proof->nactions = p->a->n;
	p->proof->nfailures = p->faults ? 3 * p->a->wrapup : 0;
}

bool
prove_run(const struct campaign *c, const struct actions *a,
    const struct model *source, const struct model *target,
    const struct policy *policy, bool faults,
    struct proof *proof, struct buf *trace, struct diag *d)
{
	struct model *result = target == NULL ? result_of(c, source) : NULL;
	struct prover p = { .c = c, .a = a, .source = source,
		.target = target == NULL ? result : target, .policy = policy,
		.diag = d,
		.trace = trace, .proof = proof, .faults = faults,
		.level = 1 };
	bool ok;

	*proof = (struct proof){ 0 };
	p.w = world_new(source);
	p.base = world_new(source);
	p.names = names_new(c, source);
	p.wave = wave_new();
	p.y = system_new(source, p.target, p.w, policy);
	p.y->service = prove_service;
	p.y->moved = prove_moved;
	p.y->arg = &p;
	prove_nodes_first(&p);
	prove_stand_first(&p);
	prove_software_first(&p);
	p.span = mem_alloc(a->n + 1, sizeof(*p.span));
	p.hash = mem_alloc(a->n + 1, sizeof(*p.hash));
	ok = forward(&p) && finish(&p) && back(&p);
	if (ok)
		prove_outages(&p);
	count(&p);
	prover_free(&p);
	model_free(result);
	return ok;
}
