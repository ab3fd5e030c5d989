/*
 * Is the order still right when a procedure is moved? Kinds follow each other,
 * so do phases, and nothing may go before what it depends on.
 */
#include <stdlib.h>

#include "policy.h"
#include "reply.h"
#include "roots.h"
#include "trial.h"

static const char *
kind_word(enum proc_kind k)
{
	static const char *const words[] = { [PROC_ADD] = "adds",
		[PROC_AMF_ADD] = "adds a service unit",
		[PROC_MOVE] = "gives a node another environment",
		[PROC_AMF_MODIFY] = "modifies a service unit",
		[PROC_MODIFY] = "modifies",
		[PROC_AMF_REMOVE] = "removes a service unit",
		[PROC_REMOVE] = "removes" };

	return words[k];
}

/* First come those that add, last those that remove. */
static int
phase_of(enum proc_kind k)
{
	return k <= PROC_AMF_ADD ? 0 : k >= PROC_AMF_REMOVE ? 2 : 1;
}

/* Does a procedure of another kind stand on the wrong side? Within a phase the
 * order of kinds is only the compiler's habit, but kinds share no level. */
static bool
is_out_of_order(enum proc_kind mine, uint32_t level, enum proc_kind other,
    uint32_t its_level)
{
	if (mine == other)
		return false;
	if (level == its_level)
		return true;
	return phase_of(mine) != phase_of(other) &&
	    (other < mine) != (its_level < level);
}

void
trial_kinds(struct trial *t)
{
	const struct proc *x = &t->p->proc[t->x];
	uint32_t k, mine = trial_level(t, t->x);

	for (k = 0; k < t->p->n; k++) {
		enum proc_kind other = t->p->proc[k].kind;

		if (!is_out_of_order(x->kind, mine, other, trial_level(t, k)))
			continue;
		why_not_because(t->w, "kinds", "procedures that add come "
		    "first, then those that modify, then those that remove: "
		    "it %s, and %s %s", kind_word(x->kind), trial_name(t, k),
		    kind_word(other));
		reply_name(t->w->reply, "procedure", t->p->proc[k].name);
		return;
	}
}

static const char *
phase_word(const struct trial *t, uint32_t phase)
{
	return phase > policy_nphase(t->w->policy) ? "(none)" :
	    policy_phase(t->w->policy, phase);
}

/* Phases follow each other within a kind. */
void
trial_phases(struct trial *t)
{
	const struct proc *x = &t->p->proc[t->x], *y;
	uint32_t k, mine = trial_level(t, t->x), level;

	for (k = 0; k < t->p->n && x->phase > 0; k++) {
		y = &t->p->proc[k];
		level = trial_level(t, k);
		if (y->kind != x->kind || y->phase == x->phase ||
		    (level != mine &&
		    (y->phase < x->phase) == (level < mine)))
			continue;
		why_not_because(t->w, "policy", "the policy puts it into phase "
		    "\"%s\" and %s into phase \"%s\": phases follow each "
		    "other", phase_word(t, x->phase), trial_name(t, k),
		    phase_word(t, y->phase));
		reply_name(t->w->reply, "procedure", y->name);
		return;
	}
}

/* Does something that changes with root b depend on what changes with root a?
 * Then which on which. */
static bool
depends(const struct roots *r, uint32_t a, uint32_t b, bool target,
    uint32_t *who, uint32_t *on)
{
	size_t n, i;
	const uint32_t *v = roots_members(r, b, &n);
	uint32_t d, k;

	for (i = 0; i < n; i++)
		for (d = r->f->v[v[i]].dep; d != NONE; d = r->f->dep[d].next) {
			const struct dep *x = &r->f->dep[d];
			const uint32_t *s = target ? x->names_t : x->names_s;

			for (k = 0; k < (target ? x->nt : x->ns); k++)
				if (r->of[s[k]] == a) {
					*who = r->f->v[v[i]].dn;
					*on = r->f->v[s[k]].dn;
					return true;
				}
		}
	return false;
}

static void
tell_edge(struct trial *t, const struct roots *r, uint32_t a, uint32_t b)
{
	const char *first = trial_shown(t, r->f->v[r->v[a].ee].dn);
	const char *then = trial_shown(t, r->f->v[r->v[b].ee].dn);
	uint32_t who, on;

	if (depends(r, a, b, true, &who, &on))
		why_not_because(t->w, "sponsor", "%s must come before %s: %s "
		    "depends on %s", first, then, trial_shown(t, who),
		    trial_shown(t, on));
	else if (depends(r, b, a, false, &who, &on))
		why_not_because(t->w, "sponsor", "%s must come before %s: %s "
		    "depends on %s as long as it is there", first, then,
		    trial_shown(t, who), trial_shown(t, on));
	else
		why_not_because(t->w, "service", "%s must come before %s, or a "
		    "service has too few units left", first, then);
}

void
trial_edges(struct trial *t)
{
	uint32_t *of = mem_alloc(t->p->f->n, sizeof(*of)), a, e, mine;
	struct roots r;

	if (!plan_has_ee(t->p->proc[t->x].kind)) {
		free(of);
		return;
	}
	roots_find(&r, t->p->f, t->p->sv, of);
	r.needs = t->p->needs;
	roots_precede(&r);
	mine = of[t->p->proc[t->x].root];
	for (a = 0; a < r.n; a++)
		for (e = r.edge_at[a]; e != NONE; e = r.edge[e].next) {
			uint32_t b = r.edge[e].after;

			if ((a != mine && b != mine) || trial_level(t,
			    t->p->proc_of[r.v[a].ee]) < trial_level(t,
			    t->p->proc_of[r.v[b].ee]))
				continue;
			if (t->w->nreason < REASONS_MAX)
				tell_edge(t, &r, a, b);
		}
	roots_free(&r);
	free(of);
}

