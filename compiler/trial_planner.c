/*
 * What does the planner say to a procedure on another level? It is asked to lay
 * the same procedures down in that order.
 */
#include <stdlib.h>

#include "pace.h"
#include "policy.h"
#include "reply.h"
#include "ride.h"
#include "trial.h"

/* The rule of the policy's waves against a root beside what else is on the
 * level, as the waves go by. */
static size_t
rule_against(struct trial *t, uint32_t root)
{
	struct pace pace;
	size_t rule;
	uint32_t level = 0, k;

	pace_open(&pace, t->p->f, t->w->policy);
	pace_begin(&pace);
	for (k = 0; k < t->q.n && t->q.proc[k].level <= t->w->level; k++) {
		if (t->q.proc[k].level != level)
			pace_begin(&pace);
		level = t->q.proc[k].level;
		if (plan_has_ee(t->q.proc[k].kind) &&
		    t->q.proc[k].kind != PROC_ADD &&
		    t->q.proc[k].root != root)
			pace_take(&pace, t->q.proc[k].root);
	}
	rule = pace_against(&pace, root);
	pace_close(&pace);
	return rule;
}

static void
tell_pace(struct trial *t, uint32_t root)
{
	size_t i = rule_against(t, root);
	struct policy_wave r;

	if (i == SIZE_MAX) {
		why_not_because(t->w, "policy", "the policy lets no more into "
		    "that wave");
		return;
	}
	r = pace_rule(t->p->f, t->w->policy, i, root);
	if (r.apart)
		why_not_because(t->w, "policy", "rule %zu of the policy's "
		    "waves keeps it apart from what else is there", i + 1);
	else if (r.canary && r.max < 0)
		why_not_because(t->w, "policy", "rule %zu of the policy's "
		    "waves lets the first that it is about go alone", i + 1);
	else if (r.max < 0)
		why_not_because(t->w, "policy", "rule %zu of the policy's "
		    "waves is against it", i + 1);
	else
		why_not_because(t->w, "policy", "rule %zu of the policy's "
		    "waves lets at most %lld of those that it is about go "
		    "down at once%s%s", i + 1, (long long)r.max,
		    r.per_domain ? " in a fault domain" : "",
		    r.canary ? ", and the first alone" : "");
	reply_number(t->w->reply, "rule", i + 1);
}

static void
tell_refusal(struct trial *t, uint32_t root, const struct refusal *r)
{
	const struct forest *f = t->p->f;
	const char *ee = trial_shown(t, f->v[root].dn);

	switch (r->why) {
	case REFUSED_PACE:
		tell_pace(t, root);
		return;
	case REFUSED_ROOM:
		why_not_because(t->w, "room", "%s would have nowhere to go: of "
		    "what it may stand on nothing stays up with room for it",
		    r->vm == NONE ? "a VM" : trial_shown(t, f->v[r->vm].dn));
		if (r->vm != NONE)
			reply_name(t->w->reply, "vm", f->v[r->vm].dn);
		return;
	case REFUSED_WAIT:
		why_not_because(t->w, "sponsor", "a VM that stays would lose "
		    "its last sponsor with %s, and another procedure gives it "
		    "one first", ee);
		return;
	case REFUSED_WAVE:
		if (t->w->nreason == 0)
			why_not_because(t->w, "objects", "a sponsor list would "
			    "be written by one procedure of the level and "
			    "relied upon by another");
		return;
	case REFUSED_NOT:
		return;
	}
}

static uint32_t
level_of(const struct plan *p, uint32_t root, enum proc_kind kind)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->proc[i].kind == kind && p->proc[i].root == root)
			return p->proc[i].level;
	return NONE;
}

/* The planner's levels, if every procedure keeps its place but one. */
static void
compare_levels(struct trial *t, const struct plan *made,
    const struct refusal *refusal)
{
	const struct proc *x = &t->p->proc[t->x];
	uint32_t mine = level_of(made, x->root, x->kind), k;
	size_t before = t->w->nreason;

	if (!t->p->waves) {
		if (mine != trial_level(t, t->x))
			tell_refusal(t, x->root, &refusal[x->root]);
		return;
	}
	for (k = 0; k < t->p->n && t->w->nreason == before; k++) {
		const struct proc *y = &t->p->proc[k];
		uint32_t level;

		if (k == t->x || y->level != t->w->level ||
		    y->kind != x->kind)
			continue;
		level = level_of(made, y->root, y->kind);
		if (level == mine)
			continue;
		if (level < mine)
			tell_refusal(t, x->root, &refusal[x->root]);
		else
			tell_refusal(t, y->root, &refusal[y->root]);
	}
}

void
trial_ask_planner(struct trial *t)
{
	const struct plan *p = t->p;
	struct refusal *refusal = mem_alloc(p->f->n, sizeof(*refusal));
	uint32_t *hint = mem_alloc(p->f->n, sizeof(*hint)), k;
	struct plan made = { .f = p->f, .sv = p->sv, .d = p->d, .why = p->why,
		.waves = p->waves, .hint = hint, .policy = p->policy,
		.refusal = refusal };
	struct plan_input in;

	for (k = 0; k < p->n; k++)
		if (plan_has_ee(p->proc[k].kind))
			hint[p->proc[k].root] = trial_level(t, k);
	ride_input(&made, &in);
	if (!plan_run(&made, &in, NULL))
		tell_refusal(t, p->proc[t->x].root,
		    &refusal[p->proc[t->x].root]);
	else
		compare_levels(t, &made, refusal);
	free(in.move);
	free(in.unit);
	plan_free(&made);
	free(hint);
	free(refusal);
}

