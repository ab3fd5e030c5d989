/*
 * What happens if the procedure is moved? The plan is made as it was, and the
 * procedure put onto the other level of a copy. The checks that every plan has
 * to pass say what breaks; then the planner is asked to lay the same procedures
 * down in that order, and says what it refuses. What neither objects to is not
 * forbidden: then the compiler only preferred something else.
 */
#include "apart.h"
#include "buf.h"
#include "campaign.h"
#include "diag.h"
#include "duration.h"
#include "pace.h"
#include "policy.h"
#include "reply.h"
#include "trial.h"
#include "verify.h"
#include "why_not.h"

/* --- the checks --- */

static void
look_at_services(struct trial *t, const struct places *places)
{
	struct outages outages = { 0 };
	struct diag d = { 0 };
	const struct diag_note *n;
	size_t i;

	verify_services(places, t->w->policy, &outages, &d);
	for (i = 0; i < d.nitem && t->w->nreason < REASONS_MAX; i++) {
		if (d.item[i].level != DIAG_ERROR)
			continue;
		why_not_because(t->w, "service", "%s", d.item[i].text);
		reply_name(t->w->reply, "service", d.item[i].dn);
		for (n = d.item[i].notes; n != NULL; n = n->next)
			reply_say(t->w->reply, 2, "unit", "%s", n->text);
	}
	verify_free(&outages);
	diag_free(&d);
}

static void
look_at_stands(struct trial *t)
{
	const struct forest *f = t->p->f;
	struct stand_fault s;
	const char *ee, *by;

	if (verify_stands(&t->q, &s))
		return;
	ee = trial_shown(t, f->v[s.ee].dn);
	by = trial_shown(t, t->q.proc[s.proc].name);
	switch (s.what) {
	case STAND_CHILD:
		why_not_because(t->w, "stands on", "%s stands on %s, which %s "
		    "takes down at the same time", ee,
		    trial_shown(t, f->v[s.below].dn), by);
		break;
	case STAND_LIST:
		why_not_because(t->w, "stands on", "%s would have too few "
		    "sponsors left: %s goes down with %s and not all of the "
		    "others stay", ee, trial_shown(t, f->v[s.below].dn), by);
		break;
	case STAND_TWICE:
		why_not_because(t->w, "stands on", "%s stands on both what it "
		    "and what %s takes down", ee, by);
	}
	reply_name(t->w->reply, "entity", f->v[s.ee].dn);
	reply_name(t->w->reply, "procedure", t->q.proc[s.proc].name);
}

/* Procedures of one level may come in any order; do they write the same? */
static void
look_at_objects(struct trial *t, const struct places *places)
{
	uint32_t name = t->p->proc[t->x].name, level = t->w->level;
	size_t i;

	if (!apart_run(places, &t->q))
		return;
	for (i = 0; i < t->q.n && t->q.proc[i].name != name; i++)
		;
	if (i < t->q.n && t->q.proc[i].level != level)
		why_not_because(t->w, "objects", "it changes or names objects "
		    "that a procedure of that level changes, so the two cannot "
		    "come in any order");
}

/* --- windows --- */

static int64_t
period_of(const struct trial *t, uint32_t name)
{
	const struct campaign *c = t->w->c;
	size_t i;

	for (i = 0; i < c->nprocedure; i++)
		if (c->procedure[i].name == name)
			return c->procedure[i].period;
	return 0;
}

/* How long a wave with this procedure may take, INT64_MAX: as it likes. */
static int64_t
window_of(const struct trial *t, const struct proc *p)
{
	int64_t least = INT64_MAX;
	size_t i;

	for (i = 0; i < policy_nwave(t->w->policy); i++) {
		struct policy_wave r = pace_rule(t->p->f, t->w->policy, i,
		    p->root);

		if (r.fits && r.window >= 0 && r.window < least)
			least = r.window;
	}
	return least;
}

/* Would a keep its window but for b, which may take longer? */
static bool
is_too_long(struct trial *t, const struct proc *a, const struct proc *b)
{
	int64_t window = window_of(t, a), time = period_of(t, b->name);
	struct buf text = { 0 };

	if (time <= window || period_of(t, a->name) > window)
		return false;
	duration_write(&text, time);
	buf_str(&text, ", longer than the window of ");
	duration_write(&text, window);
	why_not_because(t->w, "window", "%s may take %.*s that the policy "
	    "wishes for %s", trial_shown(t, b->name), (int)text.len, text.data,
	    trial_shown(t, a->name));
	buf_free(&text);
	return true;
}

static void
look_at_windows(struct trial *t)
{
	const struct proc *x = &t->p->proc[t->x];
	uint32_t k;

	for (k = 0; k < t->p->n; k++) {
		const struct proc *y = &t->p->proc[k];

		if (y->level != t->w->level || !plan_has_ee(y->kind) ||
		    y->kind == PROC_ADD)
			continue;
		if (is_too_long(t, x, y) || is_too_long(t, y, x))
			return;
	}
}

/* --- nothing forbids it --- */

/* Is it alone on its level, so that moved there would be one less? */
static bool
is_alone(const struct trial *t)
{
	size_t k, n = 0;

	for (k = 0; k < t->p->n; k++)
		n += t->p->proc[k].level == t->p->proc[t->x].level;
	return n == 1;
}

static void
tell_preference(struct trial *t)
{
	const char *why = !t->p->waves ? "the compiler lays one kind after the "
	    "other, and in each what may come next in the natural order of "
	    "names, host2 before host10" : is_alone(t) ?
	    "the campaign would have one level less: the compiler did not find "
	    "that" : "the compiler spreads replicas over the waves and fills "
	    "each in the natural order of names, and the campaign would have "
	    "as many levels";

	reply_say(t->w->reply, 1, "preferred", "nothing forbids it; %s", why);
}

/* The plan's procedure that became the campaign's; NONE if the plan is
 * another. */
static uint32_t
find_procedure(const struct plan *p, const struct procedure *x)
{
	uint32_t i;

	for (i = 0; i < p->n; i++)
		if (p->proc[i].name == x->name && p->proc[i].level == x->level)
			return i;
	return NONE;
}

void
why_not_test(struct why_not *w, struct places *places)
{
	struct trial t = { .w = w, .p = places->p };
	struct places moved;

	t.x = find_procedure(t.p, w->p);
	if (t.x == NONE)
		return;
	reply_say(w->reply, 0, "part", "moved to level %u", w->level);
	w->tested = true;
	trial_move(&t);
	trial_kinds(&t);
	trial_phases(&t);
	trial_edges(&t);
	place_run(&moved, &t.q);
	look_at_services(&t, &moved);
	look_at_stands(&t);
	if (w->nreason == 0)
		look_at_objects(&t, &moved);
	place_free(&moved);
	trial_move_back(&t);
	trial_move(&t);
	if (t.p->waves && plan_has_ee(t.p->proc[t.x].kind) &&
	    t.p->proc[t.x].kind != PROC_ADD)
		look_at_windows(&t);
	if (plan_has_ee(t.p->proc[t.x].kind) && w->nreason < REASONS_MAX)
		trial_ask_planner(&t);
	trial_move_back(&t);
	if (w->nreason == 0)
		tell_preference(&t);
}

