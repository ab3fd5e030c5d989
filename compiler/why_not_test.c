/*
 * What happens if the procedure is moved? The plan is made as it was, and the
 * procedure put onto the other level of a copy. The checks that every plan has
 * to pass say what breaks; then the planner is asked to lay the same procedures
 * down in that order, and says what it refuses. What neither objects to is not
 * forbidden: then the compiler only preferred something else.
 */
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "buf.h"
#include "campaign.h"
#include "diag.h"
#include "duration.h"
#include "pace.h"
#include "policy.h"
#include "reply.h"
#include "ride.h"
#include "roots.h"
#include "verify.h"
#include "why_not.h"

enum { REASONS_MAX = 8 };

struct seat {
	uint32_t level, late, old;
};

struct trial {
	struct why_not *w;
	const struct plan *p; /* as it is */
	struct plan q; /* the procedure moved */
	uint32_t x; /* in p */
	uint32_t *to; /* by procedure of p: its place in q */
	uint32_t *gone; /* of the forest's dependencies, as it was */
};

static const char *
shown(const struct trial *t, uint32_t name)
{
	return reply_shown(t->w->reply, name);
}

static const char *
proc_name(const struct trial *t, uint32_t k)
{
	return shown(t, t->p->proc[k].name);
}

static uint32_t
new_level(const struct trial *t, uint32_t k)
{
	return t->q.proc[t->to[k]].level;
}

/* --- moving --- */

static int
by_seat(const void *x, const void *y)
{
	const struct seat *a = x, *b = y;

	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	if (a->late != b->late)
		return a->late < b->late ? -1 : 1;
	return a->old < b->old ? -1 : a->old > b->old;
}

/* Where a procedure comes: in waves the one that moves joins the others of the
 * level; one after the other they close up behind it. */
static struct seat
seat_of(const struct trial *t, uint32_t k)
{
	uint32_t level = t->p->proc[k].level, from = t->p->proc[t->x].level;
	uint32_t to = t->w->level;

	if (k == t->x)
		return (struct seat){ to, 1, k };
	if (t->p->waves)
		return (struct seat){ level, 0, k };
	if (level > from && level <= to)
		level--;
	else if (level >= to && level < from)
		level++;
	return (struct seat){ level, 0, k };
}

static void
renumber(uint32_t *v, size_t n, const uint32_t *to)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] != NONE)
			v[i] = to[v[i]];
}

static uint32_t *
copy_of(const uint32_t *v, size_t n)
{
	uint32_t *c = mem_alloc(n, sizeof(*c));

	if (n > 0)
		memcpy(c, v, n * sizeof(*c));
	return c;
}

static void
move(struct trial *t)
{
	const struct plan *p = t->p;
	struct seat *s = mem_alloc(p->n, sizeof(*s));
	struct forest *f = p->f;
	uint32_t i;

	for (i = 0; i < p->n; i++)
		s[i] = seat_of(t, i);
	qsort(s, p->n, sizeof(*s), by_seat);
	t->q = *p;
	t->q.proc = mem_alloc(p->n, sizeof(*t->q.proc));
	t->q.proc_of = copy_of(p->proc_of, f->n);
	t->q.proc_of_su = copy_of(p->proc_of_su, p->sv->nsu);
	t->to = mem_alloc(p->n, sizeof(*t->to));
	t->gone = mem_alloc(f->ndep, sizeof(*t->gone));
	for (i = 0; i < p->n; i++) {
		t->q.proc[i] = p->proc[s[i].old];
		t->q.proc[i].level = s[i].level;
		t->to[s[i].old] = i;
	}
	renumber(t->q.proc_of, f->n, t->to);
	renumber(t->q.proc_of_su, p->sv->nsu, t->to);
	renumber(&t->q.last_add, 1, t->to);
	for (i = 0; i < f->ndep; i++) {
		t->gone[i] = f->dep[i].gone;
		renumber(&f->dep[i].gone, 1, t->to);
	}
	free(s);
}

static void
move_back(struct trial *t)
{
	uint32_t i;

	for (i = 0; i < t->p->f->ndep; i++)
		t->p->f->dep[i].gone = t->gone[i];
	free(t->gone);
	free(t->to);
	free(t->q.proc);
	free(t->q.proc_of);
	free(t->q.proc_of_su);
}

/* --- the order --- */

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

static void
look_at_kinds(struct trial *t)
{
	const struct proc *x = &t->p->proc[t->x];
	uint32_t k, mine = new_level(t, t->x);

	for (k = 0; k < t->p->n; k++) {
		enum proc_kind other = t->p->proc[k].kind;

		if (!is_out_of_order(x->kind, mine, other, new_level(t, k)))
			continue;
		why_not_because(t->w, "kinds", "procedures that add come "
		    "first, then those that modify, then those that remove: "
		    "it %s, and %s %s", kind_word(x->kind), proc_name(t, k),
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
static void
look_at_phases(struct trial *t)
{
	const struct proc *x = &t->p->proc[t->x], *y;
	uint32_t k, mine = new_level(t, t->x), level;

	for (k = 0; k < t->p->n && x->phase > 0; k++) {
		y = &t->p->proc[k];
		level = new_level(t, k);
		if (y->kind != x->kind || y->phase == x->phase ||
		    (level != mine &&
		    (y->phase < x->phase) == (level < mine)))
			continue;
		why_not_because(t->w, "policy", "the policy puts it into phase "
		    "\"%s\" and %s into phase \"%s\": phases follow each "
		    "other", phase_word(t, x->phase), proc_name(t, k),
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
	const char *first = shown(t, r->f->v[r->v[a].ee].dn);
	const char *then = shown(t, r->f->v[r->v[b].ee].dn);
	uint32_t who, on;

	if (depends(r, a, b, true, &who, &on))
		why_not_because(t->w, "sponsor", "%s must come before %s: %s "
		    "depends on %s", first, then, shown(t, who), shown(t, on));
	else if (depends(r, b, a, false, &who, &on))
		why_not_because(t->w, "sponsor", "%s must come before %s: %s "
		    "depends on %s as long as it is there", first, then,
		    shown(t, who), shown(t, on));
	else
		why_not_because(t->w, "service", "%s must come before %s, or a "
		    "service has too few units left", first, then);
}

static void
look_at_edges(struct trial *t)
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

			if ((a != mine && b != mine) || new_level(t,
			    t->p->proc_of[r.v[a].ee]) < new_level(t,
			    t->p->proc_of[r.v[b].ee]))
				continue;
			if (t->w->nreason < REASONS_MAX)
				tell_edge(t, &r, a, b);
		}
	roots_free(&r);
	free(of);
}

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
	ee = shown(t, f->v[s.ee].dn);
	by = shown(t, t->q.proc[s.proc].name);
	switch (s.what) {
	case STAND_CHILD:
		why_not_because(t->w, "stands on", "%s stands on %s, which %s "
		    "takes down at the same time", ee,
		    shown(t, f->v[s.below].dn), by);
		break;
	case STAND_LIST:
		why_not_because(t->w, "stands on", "%s would have too few "
		    "sponsors left: %s goes down with %s and not all of the "
		    "others stay", ee, shown(t, f->v[s.below].dn), by);
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
	    "wishes for %s", shown(t, b->name), (int)text.len, text.data,
	    shown(t, a->name));
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

/* --- the planner --- */

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
	const char *ee = shown(t, f->v[root].dn);

	switch (r->why) {
	case REFUSED_PACE:
		tell_pace(t, root);
		return;
	case REFUSED_ROOM:
		why_not_because(t->w, "room", "%s would have nowhere to go: of "
		    "what it may stand on nothing stays up with room for it",
		    r->vm == NONE ? "a VM" : shown(t, f->v[r->vm].dn));
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
		if (mine != new_level(t, t->x))
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

static void
ask_planner(struct trial *t)
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
			hint[p->proc[k].root] = new_level(t, k);
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
	move(&t);
	look_at_kinds(&t);
	look_at_phases(&t);
	look_at_edges(&t);
	place_run(&moved, &t.q);
	look_at_services(&t, &moved);
	look_at_stands(&t);
	if (w->nreason == 0)
		look_at_objects(&t, &moved);
	place_free(&moved);
	move_back(&t);
	move(&t);
	if (t.p->waves && plan_has_ee(t.p->proc[t.x].kind) &&
	    t.p->proc[t.x].kind != PROC_ADD)
		look_at_windows(&t);
	if (plan_has_ee(t.p->proc[t.x].kind) && w->nreason < REASONS_MAX)
		ask_planner(&t);
	move_back(&t);
	if (w->nreason == 0)
		tell_preference(&t);
}
