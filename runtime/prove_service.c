/*
 * P4: is a service that is redundant in the source and wanted in the target
 * ever down? Asked whenever a unit leaves service: its group is counted by the
 * system, which also knows how many units it needs. What depends on a service
 * that is down is down, too. Procedures of one level run together, so there
 * all units count as down that any of them takes down.
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

/* Must the SI not go unassigned in this procedure, whatever else is said? */
static bool
must_keep(const struct prover *p, uint32_t dn)
{
	const struct procedure *q = prove_procedure(p);

	return q != NULL && listed(q->kept, q->nkept, dn);
}

/* May the SI go unassigned: as one that is named, or one of any? */
static bool
accepted(const struct prover *p, uint32_t dn)
{
	const struct procedure *q = prove_procedure(p);

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
	uint32_t mark = (prove_act(p)->proc + 1) * 2 + p->way;

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

static void
note_units(struct prover *p, uint32_t sg)
{
	uint32_t l = sg == NONE ? 0 : p->y->sg[sg].su;

	for (; l != 0; l = p->y->link[l - 1].next)
		prove_note_su(p, p->y->link[l - 1].to);
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
	if (g != NULL && p->nlevel > 1 && g->up >= g->wanted)
		prove_note(p, "procedures of one level together leave %u of "
		    "its units", g->low);
	note_units(p, on->sg);
	return false;
}

/* The SI is down; hard: that could have been avoided. */
static bool
si_down(struct prover *p, uint32_t si, uint32_t sponsor, bool hard)
{
	struct sys_si *s = &p->y->si[si];

	if (must_keep(p, s->dn))
		return fail_down(p, si, sponsor, false);
	if (hard && !accepted(p, s->dn))
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
dependents_fall(struct prover *p)
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
			if (!si_down(p, d, si, y->si[d].safe))
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
		if (!si_down(p, i, NONE, y->si[i].watched && left < least))
			return;
	}
	dependents_fall(p);
}

void
prove_service(void *arg, uint32_t su, bool up)
{
	struct prover *p = arg;
	struct sys_su *u = &p->y->su[su];
	struct sys_sg *g = &p->y->sg[u->sg];
	uint32_t left;

	if (g->level != p->level) {
		g->level = p->level;
		g->low = up ? g->up - 1 : g->up + 1;
	}
	if (!up && u->level != p->level) {
		u->level = p->level;
		if (g->low > 0)
			g->low--;
	}
	left = p->nlevel > 1 && g->low < g->up ? g->low : g->up;
	if (!up && left < g->wanted)
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
	    si_down(p, si, NONE, true);
}

/* Is the SI down, or any that it depends on? */
static bool
is_down(struct prover *p, uint32_t si)
{
	struct system *y = p->y;
	uint32_t l, n;
	size_t at;

	begin_fall(p);
	push(p, si);
	for (at = 0; at < p->fallen.n; at++) {
		si = p->fallen.v[at];
		if (!system_si_up(y, si))
			return true;
		for (l = y->si[si].on; l != 0; l = y->link[l - 1].next) {
			n = system_sponsor(y, y->link[l - 1].to);
			if (n != NONE)
				push(p, n);
		}
	}
	return false;
}

bool
prove_need(struct prover *p, uint32_t need)
{
	uint32_t si = p->y->need[need].si;
	uint32_t sponsor = system_sponsor(p->y, need);

	if (sponsor == NONE || !p->y->si[si].exists || !is_down(p, sponsor))
		return true;
	begin_fall(p);
	push(p, si);
	return si_down(p, si, sponsor, p->y->si[si].safe) &&
	    dependents_fall(p);
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
