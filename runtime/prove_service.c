/*
 * P4: is a service that is redundant in the source and wanted in the target
 * ever down? Asked whenever a unit leaves service: its group is counted by the
 * system, which also knows how many units it needs. What depends on a service
 * that is down is down, too. Procedures of one level run at the same time: to
 * the units in service when the level begins each adds, or from them takes
 * away, as much as it has done so far; at worst, the most it ever takes.
 */
#include "proving.h"

static bool
listed(const uint32_t *v, size_t n, uint32_t dn)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] == dn)
			return true;
	return false;
}

/* The procedure that took the unit out of service on this level, if that is
 * another one than the one at work; or NULL. */
static const struct procedure *
left_by(const struct prover *p, const struct sys_su *u)
{
	uint32_t k = p->y->away == NULL || u->level != p->level ||
	    u->left == 0 ? NONE : p->a->act[u->left - 1].proc;

	return k == NONE || k == prove_act(p)->proc ? NULL :
	    p->a->proc[k].p;
}

/* Must the SI not go unassigned in this procedure, whatever else is said? Or
 * in another one of the level, which has a part in it: units of the group. */
static bool
must_keep(const struct prover *p, uint32_t dn, uint32_t sg)
{
	const struct procedure *q = prove_procedure(p);
	uint32_t l = sg == NONE ? 0 : p->y->sg[sg].su;

	if (q != NULL && listed(q->kept, q->nkept, dn))
		return true;
	for (; l != 0; l = p->y->link[l - 1].next) {
		q = left_by(p, &p->y->su[p->y->link[l - 1].to]);
		if (q != NULL && listed(q->kept, q->nkept, dn))
			return true;
	}
	return false;
}

/* Does the procedure let the SI go by its name, and however many others? */
static bool
names(const struct procedure *q, uint32_t dn)
{
	return (q->outage_max < 0 || (uint64_t)q->outage_max >=
	    q->naccepted) && listed(q->accepted, q->naccepted, dn);
}

/* All others of the level that have a part in it must allow it by name, or
 * anything. */
static bool
others_accept(const struct prover *p, uint32_t dn, uint32_t sg)
{
	uint32_t l = sg == NONE ? 0 : p->y->sg[sg].su;
	const struct procedure *q;

	for (; l != 0; l = p->y->link[l - 1].next) {
		q = left_by(p, &p->y->su[p->y->link[l - 1].to]);
		if (q != NULL && q->outage != OUTAGE_ALL && !names(q, dn))
			return false;
	}
	return true;
}

/* May the SI go unassigned: as one that is named, or one of any? */
static bool
accepted(const struct prover *p, uint32_t dn, uint32_t sg)
{
	const struct procedure *q = prove_procedure(p);

	if (!others_accept(p, dn, sg))
		return false;
	if (q == NULL || q->outage == OUTAGE_NONE)
		return false;
	if (q->outage == OUTAGE_ALL || q->naccepted > 0)
		return q->outage == OUTAGE_ALL ||
		    listed(q->accepted, q->naccepted, dn);
	return q->outage_max > 0 && !listed(q->kept, q->nkept, dn);
}

/* It goes down by leave of the procedure: are there too many of those? */
static bool
take_leave(struct prover *p, struct sys_si *s)
{
	const struct procedure *q = prove_procedure(p);
	uint32_t k = prove_act(p)->proc, mark;

	/* All nodes of a rolling procedure are one procedure. */
	mark = (k == NONE ? 0 : k + 2 - p->a->proc[k].step) * 2 + p->way;
	if (p->leave != mark) {
		p->leave = mark;
		p->nleave = 0;
	}
	if (s->leave == mark)
		return true;
	s->leave = mark;
	p->nleave++;
	return q->outage != OUTAGE_SOME || q->outage_max < 0 ||
	    p->nleave <= (uint64_t)q->outage_max;
}

static void
note_outage(struct prover *p, struct sys_si *s)
{
	if (s->was_down || model_find(p->source, s->dn) == NONE ||
	    model_find(p->target, s->dn) == NONE)
		return;
	s->was_down = true;
	p->proof->noutages++;
}

/* The unit now, or that another procedure takes it down at the same time. */
static void
note_unit(struct prover *p, uint32_t su)
{
	const struct sys_su *u = &p->y->su[su];
	const struct procedure *q = left_by(p, u);

	prove_note_su(p, su);
	if (q != NULL)
		prove_note(p, "\"%s\" of the same level takes it out of "
		    "service at action %u, and may do so at this moment",
		    name_str(q->name), u->left);
}

static void
note_units(struct prover *p, uint32_t sg)
{
	uint32_t l = sg == NONE ? 0 : p->y->sg[sg].su;

	for (; l != 0; l = p->y->link[l - 1].next)
		note_unit(p, p->y->link[l - 1].to);
}

/* How many units serve now, if all other procedures of the level are where
 * they leave the fewest. */
static uint32_t
left_of(const struct prover *p, const struct sys_sg *g)
{
	int64_t n;

	if (p->y->away == NULL || g->level != p->level)
		return g->up;
	if (g->proc == prove_act(p)->proc + 1)
		n = g->rest + g->up - g->begun;
	else
		n = g->rest + g->fewest - g->begun;
	return n < 0 ? 0 : n > g->up ? g->up : (uint32_t)n;
}

/* Why it is down: its group has too few units, or its sponsor is down. */
static bool
fail_down(struct prover *p, uint32_t si, uint32_t sponsor, bool many)
{
	const struct sys_si *s = &p->y->si[si], *on;
	const struct sys_sg *g;
	const char *name = name_str(s->dn);

	if (many)
		prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service \"%s\" is "
		    "one more down than the procedure allows", name);
	else if (sponsor != NONE)
		prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service \"%s\" "
		    "goes down with \"%s\", on which it depends", name,
		    name_str(p->y->si[sponsor].dn));
	else if (s->sg == NONE || p->y->sg[s->sg].least < 2)
		prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service \"%s\" "
		    "has no unit in service", name);
	else
		prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service \"%s\" has "
		    "too few units in service: its group needs %u", name,
		    p->y->sg[s->sg].least);
	on = sponsor == NONE ? s : &p->y->si[sponsor];
	g = on->sg == NONE ? NULL : &p->y->sg[on->sg];
	if (g != NULL && left_of(p, g) < g->up)
		prove_note(p, "procedures of one level together leave %u of "
		    "its units", left_of(p, g));
	note_units(p, on->sg);
	return false;
}

/* The SI is down; hard: that could have been avoided. sg: whose units are
 * missing, or NONE. */
static bool
si_down(struct prover *p, uint32_t si, uint32_t sponsor, uint32_t sg,
    bool hard)
{
	struct sys_si *s = &p->y->si[si];

	if (must_keep(p, s->dn, sg))
		return fail_down(p, si, sponsor, false);
	if (hard && !accepted(p, s->dn, sg))
		return fail_down(p, si, sponsor, false);
	if (hard && !take_leave(p, s))
		return fail_down(p, si, sponsor, true);
	note_outage(p, s);
	return true;
}

static void
push(struct prover *p, uint32_t si)
{
	if (p->y->si[si].seen == p->fall)
		return;
	p->y->si[si].seen = p->fall;
	dn_list_add(&p->fallen, si);
}

/* All that depends on what is in the list goes down, too. */
static bool
dependents_fall(struct prover *p, uint32_t sg)
{
	struct system *y = p->y;
	uint32_t si, l, d;
	size_t at;

	for (at = 0; at < p->fallen.n; at++) {
		si = p->fallen.v[at];
		if (y->si[si].blind)
			continue;
		for (l = y->si[si].by; l != 0; l = y->link[l - 1].next) {
			d = y->need[y->link[l - 1].to].si;
			if (!y->si[d].exists || y->si[d].seen == p->fall ||
			    system_sponsor(y, y->link[l - 1].to) == NONE)
				continue;
			push(p, d);
			if (!si_down(p, d, si, sg, y->si[d].safe))
				return false;
		}
	}
	return true;
}

static void
begin_fall(struct prover *p)
{
	p->fall++;
	p->fallen.n = 0;
}

/* Only so many units of the group are left. */
static void
group_falls(struct prover *p, uint32_t sg, uint32_t left)
{
	struct system *y = p->y;
	const struct sys_sg *g = &y->sg[sg];
	uint32_t l, i, least = g->least > 0 ? g->least : 1;

	begin_fall(p);
	for (l = g->si; l != 0; l = y->link[l - 1].next) {
		i = y->link[l - 1].to;
		if (!y->si[i].exists || y->si[i].sg != sg ||
		    y->si[i].seen == p->fall)
			continue;
		push(p, i);
		if (!si_down(p, i, NONE, sg,
		    y->si[i].watched && left < least))
			return;
	}
	dependents_fall(p, sg);
}

/* A unit came or went; g->up is counted already. */
static void
count(const struct prover *p, struct sys_sg *g, bool up)
{
	const struct act *a = prove_act(p);
	uint32_t before = up ? g->up - 1 : g->up + 1;
	uint32_t self = a == NULL ? 0 : a->proc + 1;

	if (g->level != p->level)
		g->rest = before;
	else if (g->proc != self)
		g->rest += (int64_t)g->fewest - g->begun;
	if (g->level != p->level || g->proc != self)
		g->begun = g->fewest = before;
	g->level = p->level;
	g->proc = self;
	if (g->up < g->fewest)
		g->fewest = g->up;
}

void
prove_service(void *arg, uint32_t su, bool up)
{
	struct prover *p = arg;
	struct sys_su *u = &p->y->su[su];
	struct sys_sg *g = &p->y->sg[u->sg];
	uint32_t left;

	count(p, g, up);
	if (up)
		return;
	u->level = p->level;
	u->left = p->y->act;
	left = left_of(p, g);
	if (left < g->wanted)
		group_falls(p, u->sg, left);
}

bool
prove_si(struct prover *p, uint32_t si)
{
	const struct sys_si *s = &p->y->si[si];
	uint32_t least = 1;

	if (!s->watched)
		return true;
	if (!s->exists)
		return prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service "
		    "\"%s\" is removed, but wanted in the target",
		    name_str(s->dn));
	if (s->sg != NONE && p->y->sg[s->sg].least > 1)
		least = p->y->sg[s->sg].least;
	return (s->sg != NONE && p->y->sg[s->sg].up >= least) ||
	    si_down(p, si, NONE, s->sg, true);
}

/* Can the group of the SI never have all units it wants? */
static bool
lacks(const struct system *y, uint32_t si)
{
	const struct sys_si *s = &y->si[si];

	return !s->blind && s->sg != NONE && y->sg[s->sg].lacks;
}

/* Which is down, the SI or one that it depends on? NONE if none is, or if one
 * of them is down where nothing is changed: so is what depends on it. */
static uint32_t
find_down(struct prover *p, uint32_t si)
{
	struct system *y = p->y;
	uint32_t l, n, down = NONE;
	size_t at;

	begin_fall(p);
	push(p, si);
	for (at = 0; at < p->fallen.n; at++) {
		si = p->fallen.v[at];
		if (lacks(y, si))
			return NONE;
		if (down == NONE && !system_si_up(y, si))
			down = si;
		l = y->si[si].blind ? 0 : y->si[si].on;
		for (; l != 0; l = y->link[l - 1].next) {
			n = system_sponsor(y, y->link[l - 1].to);
			if (n != NONE)
				push(p, n);
		}
	}
	return down;
}

bool
prove_need(struct prover *p, uint32_t need)
{
	uint32_t si = p->y->need[need].si;
	uint32_t sponsor = system_sponsor(p->y, need);

	if (sponsor != NONE && p->y->si[si].exists)
		sponsor = find_down(p, sponsor);
	if (sponsor == NONE || !p->y->si[si].exists)
		return true;
	begin_fall(p);
	push(p, si);
	return si_down(p, si, sponsor, NONE, p->y->si[si].safe) &&
	    dependents_fall(p, NONE);
}

/* --- levels of several procedures --- */

/* Was there a moment in the level when the group had too few units? */
static bool
fell(const struct prover *p, uint32_t sg)
{
	const struct sys_sg *g = &p->y->sg[sg];
	uint32_t least = g->least > 0 ? g->least : 1;

	return g->level == p->level && g->rest + g->fewest - g->begun < least;
}

static bool
fail_level(struct prover *p, uint32_t si, uint32_t sg, const char *what)
{
	if (accepted(p, p->y->si[si].dn, sg))
		return true;
	prove_fail(p, DIAG_SERVICE_LOST, p->y->si[si].dn, "service \"%s\" "
	    "%s on a level that takes units of \"%s\" out of service",
	    name_str(p->y->si[si].dn), what, name_str(p->y->sg[sg].dn));
	note_units(p, sg);
	return false;
}

bool
prove_si_level(struct prover *p, uint32_t si, uint32_t sg)
{
	uint32_t g = sg == NAME_NONE ? NONE : system_find(p->y, SYS_SG, sg);

	return g == NONE || !p->y->si[si].watched || !fell(p, g) ||
	    fail_level(p, si, g, "changes its group");
}

bool
prove_need_level(struct prover *p, uint32_t need)
{
	struct system *y = p->y;
	uint32_t si = y->need[need].si, s, l, n;
	size_t at;

	if (!y->si[si].safe)
		return true;
	begin_fall(p);
	push(p, y->need[need].sponsor);
	for (at = 0; at < p->fallen.n; at++) {
		s = p->fallen.v[at];
		if (y->si[s].sg != NONE && fell(p, y->si[s].sg))
			return fail_level(p, si, y->si[s].sg, "changes what it "
			    "depends on");
		for (l = y->si[s].on; l != 0; l = y->link[l - 1].next) {
			n = system_sponsor(y, y->link[l - 1].to);
			if (n != NONE)
				push(p, n);
		}
	}
	return true;
}

/* A unit in service is pulled away from under itself. */
void
prove_moved(void *arg, uint32_t su, uint32_t ee)
{
	struct prover *p = arg;
	const struct sys_su *u = &p->y->su[su];

	if (!u->exists)
		prove_fail(p, DIAG_NOTHING_BELOW, u->dn,
		    "unit \"%s\" is removed while it is in service",
		    name_str(u->dn));
	else
		prove_fail(p, DIAG_NOTHING_BELOW, u->dn,
		    "unit \"%s\" is moved%s%s while it is in service",
		    name_str(u->dn), ee == NONE ? "" : " to ",
		    ee == NONE ? "" : name_str(p->y->ee[ee].dn));
	prove_note_su(p, su);
}

/* Outages that nothing can avoid, or that the campaign accepts: one finding,
 * the first of them by name. */
void
prove_outages(struct prover *p)
{
	size_t i, shown = 0;

	for (i = 0; i < p->y->nsi && shown < 10; i++) {
		const struct sys_si *s = &p->y->si[i];

		if (!s->was_down)
			continue;
		if (shown++ == 0)
			diag_report(p->diag, DIAG_SERVICE_OUTAGE,
			    (struct place){ .off = SRC_WHOLE }, s->dn,
			    "%zu service%s down for a time",
			    p->proof->noutages,
			    p->proof->noutages == 1 ? " is" : "s are");
		diag_note(p->diag, (struct place){ .off = SRC_WHOLE },
		    "\"%s\": %s", name_str(s->dn), s->safe ?
		    "the campaign accepts it" : s->watched ? "not all units "
		    "or services it needs are redundant" :
		    "it is not redundant");
	}
}
