/*
 * P4: is a service that is redundant in the source and wanted in the target
 * ever down? Asked whenever a unit leaves service: its group is counted by the
 * system. Procedures of one level run at the same time: to the units that are
 * in service when the level begins each adds, or from them takes away, as much
 * as it has done so far; at worst each has taken away the most it ever does.
 */
#include "proving.h"

static bool
accepts(const struct procedure *q, uint32_t si)
{
	size_t i;

	if (q == NULL || q->outage == OUTAGE_NONE)
		return false;
	if (q->outage == OUTAGE_ALL)
		return true;
	for (i = 0; i < q->naccepted; i++)
		if (q->accepted[i] == si)
			return true;
	return false;
}

/* The procedure that took the unit out of service on this level, or NULL. */
static const struct procedure *
left_by(const struct prover *p, const struct sys_su *u)
{
	uint32_t k = u->level != p->level || u->left == 0 ? NONE :
	    p->a->act[u->left - 1].proc;

	return k == NONE ? NULL : p->a->proc[k].p;
}

/* All that take part in an outage must accept it. */
static bool
accepted(const struct prover *p, const struct sys_si *s)
{
	uint32_t l;
	const struct procedure *q;

	if (!accepts(prove_procedure(p), s->dn))
		return false;
	for (l = s->sg == NONE ? 0 : p->y->sg[s->sg].su; l != 0;
	    l = p->y->link[l - 1].next) {
		q = left_by(p, &p->y->su[p->y->link[l - 1].to]);
		if (q != NULL && !accepts(q, s->dn))
			return false;
	}
	return true;
}

/* The unit now, or that another procedure takes it down at the same time. */
static void
note_unit(struct prover *p, uint32_t su)
{
	const struct sys_su *u = &p->y->su[su];
	const struct procedure *q = left_by(p, u);

	prove_note_su(p, su);
	if (q != NULL && q != prove_procedure(p))
		prove_note(p, "\"%s\" of the same level takes it out of "
		    "service at action %u, and may do so at this moment",
		    name_str(q->name), u->left);
}

static bool
si_down(struct prover *p, uint32_t si)
{
	struct sys_si *s = &p->y->si[si];
	uint32_t l;

	if (s->watched && !accepted(p, s)) {
		prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service \"%s\" "
		    "%s no unit in service", name_str(s->dn), s->sg != NONE &&
		    p->y->sg[s->sg].up > 0 ? "may have" : "has");
		for (l = s->sg == NONE ? 0 : p->y->sg[s->sg].su; l != 0;
		    l = p->y->link[l - 1].next)
			note_unit(p, p->y->link[l - 1].to);
		return false;
	}
	if (!s->was_down && model_find(p->source, s->dn) != NONE &&
	    model_find(p->target, s->dn) != NONE) {
		s->was_down = true;
		p->proof->noutages++;
	}
	return true;
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

/* Is one in service even at the worst moment so far? */
static bool
serves_always(const struct prover *p, const struct sys_sg *g)
{
	return g->up > 0 && (g->level != p->level ||
	    g->rest + g->fewest - g->begun > 0);
}

void
prove_service(void *arg, uint32_t su, bool up)
{
	struct prover *p = arg;
	struct sys_su *u = &p->y->su[su];
	struct sys_sg *g = &p->y->sg[u->sg];
	uint32_t l;

	count(p, g, up);
	if (up)
		return;
	u->level = p->level;
	u->left = p->y->act;
	if (serves_always(p, g))
		return;
	for (l = g->si; l != 0; l = p->y->link[l - 1].next) {
		const struct sys_si *s = &p->y->si[p->y->link[l - 1].to];

		if (s->exists && s->sg == u->sg &&
		    !si_down(p, p->y->link[l - 1].to))
			return;
	}
}

bool
prove_group_serves(struct prover *p, uint32_t si, uint32_t sg)
{
	uint32_t g = system_find(p->y, SYS_SG, sg), l;

	if (g == NONE || serves_always(p, &p->y->sg[g]))
		return true;
	prove_fail(p, DIAG_SERVICE_LOST, p->y->si[si].dn, "service \"%s\" "
	    "goes from one group to another on a level that may leave \"%s\" "
	    "without a unit in service", name_str(p->y->si[si].dn),
	    name_str(sg));
	for (l = p->y->sg[g].su; l != 0; l = p->y->link[l - 1].next)
		note_unit(p, p->y->link[l - 1].to);
	return false;
}

bool
prove_si(struct prover *p, uint32_t si)
{
	const struct sys_si *s = &p->y->si[si];

	if (!s->watched)
		return true;
	if (!s->exists)
		return prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service "
		    "\"%s\" is removed, but wanted in the target",
		    name_str(s->dn));
	return (s->sg != NONE && p->y->sg[s->sg].up > 0) || si_down(p, si);
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
		    "\"%s\": %s", name_str(s->dn), s->watched ?
		    "the campaign accepts it" : "it is not redundant");
	}
}
