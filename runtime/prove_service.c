/*
 * P4: is a service that is redundant in the source and wanted in the target
 * ever down? Asked whenever a unit leaves service: its group is counted by the
 * system. Procedures of one level run together, so there all units count as
 * down that any of them takes down.
 */
#include "proving.h"

static bool
accepted(const struct prover *p, uint32_t si)
{
	const struct procedure *q = prove_procedure(p);
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

static bool
si_down(struct prover *p, uint32_t si)
{
	struct sys_si *s = &p->y->si[si];
	uint32_t l;

	if (s->watched && !accepted(p, s->dn)) {
		prove_fail(p, DIAG_SERVICE_LOST, s->dn, "service \"%s\" "
		    "has no unit in service", name_str(s->dn));
		for (l = s->sg == NONE ? 0 : p->y->sg[s->sg].su; l != 0;
		    l = p->y->link[l - 1].next)
			prove_note_su(p, p->y->link[l - 1].to);
		return false;
	}
	if (!s->was_down && model_find(p->source, s->dn) != NONE &&
	    model_find(p->target, s->dn) != NONE) {
		s->was_down = true;
		p->proof->noutages++;
	}
	return true;
}

void
prove_service(void *arg, uint32_t su, bool up)
{
	struct prover *p = arg;
	struct sys_su *u = &p->y->su[su];
	struct sys_sg *g = &p->y->sg[u->sg];
	uint32_t l;

	if (g->level != p->level) {
		g->level = p->level;
		g->low = up ? g->up - 1 : g->up + 1;
	}
	if (!up && u->level != p->level) {
		u->level = p->level;
		if (g->low > 0)
			g->low--;
	}
	if (up || (g->up > 0 && (p->nlevel < 2 || g->low > 0)))
		return;
	for (l = g->si; l != 0; l = p->y->link[l - 1].next) {
		const struct sys_si *s = &p->y->si[p->y->link[l - 1].to];

		if (s->exists && s->sg == u->sg &&
		    !si_down(p, p->y->link[l - 1].to))
			return;
	}
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
