/*
 * How does a service fare? Its units are followed through the campaign, level
 * by level: all that a level takes down counts as down until it ends. What is
 * left then tells how bad one more failure would be.
 */
#include <stdlib.h>
#include <string.h>

#include "reply.h"
#include "admin.h"
#include "campaign.h"
#include "report.h"
#include "service.h"
#include "why.h"

enum { LISTED = 10 };

struct follower {
	struct reply *a;
	const struct why_input *in;
	const struct services *sv;
	const struct forest *f;
	const struct sg *g;
	struct followed {
		uint32_t u; /* unit */
		uint32_t at; /* the EE it is in service on, or NONE */
		const struct procedure *by; /* takes it down on this level */
		uint32_t cause; /* the entity that it acts on for that */
	} *v;
	size_t n;
	uint64_t first, last; /* actions of this level's procedures */
	uint32_t only; /* the level that is told, or NONE: all */
	size_t ndegraded, ndown;
};

static uint32_t
node_dn(const struct model *m, uint32_t node)
{
	return node == NONE ? (uint32_t)NAME_NONE : m->object[node].dn;
}

/* Is it the unit's own name, its AMF node's or its CLM node's? */
static bool
is_its_node(const struct follower *w, const struct su *su, uint32_t name)
{
	const struct model *s = w->in->s, *t = w->in->t;

	return name == node_dn(s, su->node_s) ||
	    name == node_dn(t, su->node_t) ||
	    (su->node_s != NONE &&
	    name == model_value(s, su->node_s, N_saAmfNodeClmNode)) ||
	    (su->node_t != NONE &&
	    name == model_value(t, su->node_t, N_saAmfNodeClmNode));
}

/* --- what a procedure does to the units --- */

static void
take_down(struct follower *w, const struct procedure *p, const uint32_t *name,
    size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < w->n; k++) {
			const struct su *su = &w->sv->su[w->v[k].u];

			if (w->v[k].at == NONE || w->v[k].by != NULL)
				continue;
			if (name[i] != su->dn &&
			    name[i] != w->f->v[w->v[k].at].dn &&
			    !is_its_node(w, su, name[i]))
				continue;
			w->v[k].by = p;
			w->v[k].cause = name[i];
		}
}

/* Is the machine saved and restored by that? */
static bool
pauses(const struct action *a)
{
	const struct admin_op *op = &a->forward;
	uint32_t how;

	if (!admin_morphs(a))
		return false;
	how = admin_param(op, "migration", 0);
	return how != NAME_NONE &&
	    strcmp(name_str(how), "save-and-restore") == 0;
}

static void
take_units_down(struct follower *w, const struct procedure *p)
{
	size_t i;

	for (i = 0; i < p->init.n; i++)
		if (pauses(&p->init.v[i]))
			take_down(w, p, &p->init.v[i].forward.dn, 1);
	for (i = 0; i < p->nstep; i++) {
		const struct step *s = &p->step[i];

		take_down(w, p, s->deactivation.acted_on.name,
		    s->deactivation.acted_on.nname);
		take_down(w, p, s->deactivation.removed.name,
		    s->deactivation.removed.nname);
		if (s->scope == SCOPE_MODIFY)
			take_down(w, p, s->activation.acted_on.name,
			    s->activation.acted_on.nname);
	}
}

static void
come(struct follower *w, uint32_t dn)
{
	size_t k;

	for (k = 0; k < w->n; k++)
		if (w->sv->su[w->v[k].u].dn == dn)
			w->v[k].at = w->sv->su[w->v[k].u].ee_t;
}

static void
go(struct follower *w, uint32_t dn)
{
	size_t k;

	for (k = 0; k < w->n; k++)
		if (w->sv->su[w->v[k].u].dn == dn)
			w->v[k].at = NONE;
}

static void
pass_ops(struct follower *w, const struct ccb_op *op, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (op[i].kind == CCB_CREATE)
			come(w, op[i].dn);
		else if (op[i].kind == CCB_DELETE)
			go(w, op[i].dn);
}

static void
pass_list(struct follower *w, const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		pass_ops(w, l->v[i].op, l->v[i].nop);
}

/* The procedure is over: units have come, gone, or moved with their node. */
static void
pass(struct follower *w, const struct procedure *p)
{
	size_t i, k;

	pass_list(w, &p->init);
	for (k = 0; k < w->n; k++) {
		const struct su *su = &w->sv->su[w->v[k].u];

		if (w->v[k].by == p && su->ee_t != NONE &&
		    (w->v[k].cause == su->dn ||
		    is_its_node(w, su, w->v[k].cause)))
			w->v[k].at = su->ee_t;
	}
	for (i = 0; i < p->nstep; i++) {
		const struct entity_list *gone =
		    &p->step[i].deactivation.removed;

		for (k = 0; k < gone->nname; k++)
			go(w, gone->name[k]);
		pass_ops(w, p->step[i].activation.added,
		    p->step[i].activation.nadded);
	}
	pass_list(w, &p->wrapup);
}

/* --- what is said of a level --- */

static bool
is_up(const struct followed *x)
{
	return x->at != NONE && x->by == NULL;
}

/* The fault domain of an EE; a VM that is caught shares its monitor's. */
static uint32_t
domain_of(const struct follower *w, uint32_t ee)
{
	uint32_t on = why_caught_on(w->in->c, w->f->v[ee].dn);
	uint32_t vmm = on == NAME_NONE ? NONE : tree_find(w->f, on);

	return w->f->v[vmm == NONE ? ee : vmm].fault;
}

/* How many units are up if that fault domain fails, too. */
static uint32_t
up_without(const struct follower *w, uint32_t domain)
{
	uint32_t n = 0;
	size_t k;

	for (k = 0; k < w->n; k++)
		n += is_up(&w->v[k]) &&
		    (domain == NAME_NONE || domain_of(w, w->v[k].at) != domain);
	return n;
}

/* The fault domains of which each would be one too many. */
static void
tell_failures(struct follower *w)
{
	size_t k, i;

	for (k = 0; k < w->n; k++) {
		uint32_t domain;

		if (!is_up(&w->v[k]))
			continue;
		domain = domain_of(w, w->v[k].at);
		for (i = 0; i < k; i++)
			if (is_up(&w->v[i]) &&
			    domain_of(w, w->v[i].at) == domain)
				break;
		if (i < k || domain == NAME_NONE ||
		    up_without(w, domain) >= w->g->wanted)
			continue;
		reply_say(w->a, 2, "risk", "if %s failed then, it would be "
		    "down", reply_shown(w->a, domain));
		reply_name(w->a, "domain", domain);
	}
}

static void
tell_level(struct follower *w, uint32_t level)
{
	uint32_t left = up_without(w, NAME_NONE);
	bool down = left < w->g->wanted, degraded = left < w->g->prefer;
	const char *state = down ? "down" : degraded ? "degraded" : "up";
	size_t k;

	for (k = 0; k < w->n && w->v[k].by == NULL; k++)
		;
	if (k == w->n || (w->only != NONE && w->only != level))
		return;
	w->ndown += down;
	w->ndegraded += degraded && !down;
	reply_say(w->a, 1, "level", "level %u: %s, %u of %zu units left, for "
	    "%llu actions (%llu to %llu)", level, state, left, w->n,
	    (unsigned long long)(w->last - w->first + 1),
	    (unsigned long long)w->first, (unsigned long long)w->last);
	reply_number(w->a, "level", level);
	reply_text(w->a, "state", state);
	reply_number(w->a, "left", left);
	reply_number(w->a, "first", w->first);
	reply_number(w->a, "last", w->last);
	for (k = 0; k < w->n; k++) {
		if (w->v[k].by == NULL)
			continue;
		reply_say(w->a, 2, "unit-down", "%s is down: %s acts on %s",
		    reply_shown(w->a, w->sv->su[w->v[k].u].dn),
		    reply_shown(w->a, w->v[k].by->name),
		    reply_shown(w->a, w->v[k].cause));
		reply_name(w->a, "unit", w->sv->su[w->v[k].u].dn);
		reply_name(w->a, "procedure", w->v[k].by->name);
		reply_name(w->a, "entity", w->v[k].cause);
	}
	if (!down)
		tell_failures(w);
}

/* --- the whole --- */

static bool
takes_down(const struct follower *w, const struct procedure *p)
{
	size_t k;

	for (k = 0; k < w->n; k++)
		if (w->v[k].by == p)
			return true;
	return false;
}

static void
number_actions(struct follower *w, const struct report_node *procedure)
{
	const struct report_node *n;
	uint64_t x;

	for (n = procedure->child; n != NULL; n = n->next) {
		if (n->kind != REPORT_ACTION)
			continue;
		x = report_number(n, "number");
		if (w->first == 0 || x < w->first)
			w->first = x;
		if (x > w->last)
			w->last = x;
	}
}

static const struct report_node *
next_procedure(const struct report_node *n)
{
	while (n != NULL && n->kind != REPORT_PROCEDURE)
		n = n->next;
	return n;
}

static void
follow(struct follower *w)
{
	const struct campaign *c = w->in->c;
	const struct report_node *node =
	    next_procedure(w->in->report->root->child);
	size_t *order = campaign_order(c), i, k, from = 0;

	pass_list(w, &c->init);
	for (i = 0; i < c->nprocedure; i++) {
		const struct procedure *p = &c->procedure[order[i]];
		uint32_t level = p->level;

		take_units_down(w, p);
		if (takes_down(w, p))
			number_actions(w, node);
		node = next_procedure(node->next);
		if (i + 1 < c->nprocedure &&
		    c->procedure[order[i + 1]].level == level)
			continue;
		tell_level(w, level);
		for (; from <= i; from++)
			pass(w, &c->procedure[order[from]]);
		for (k = 0; k < w->n; k++)
			w->v[k].by = NULL;
		w->first = w->last = 0;
	}
	free(order);
}

/* The service that is asked about, or the first one of a unit's group. */
static uint32_t
find_si(const struct why_input *in, const struct services *sv)
{
	uint32_t i;

	for (i = 0; i < sv->nsi; i++)
		if (in->s->object[sv->si[i].s].dn == in->object)
			return i;
	i = service_find_su(sv, in->object);
	if (i == NONE || sv->su[i].sg == NONE)
		return NONE;
	return sv->sg[sv->su[i].sg].first_si;
}

static void
gather_units(struct follower *w)
{
	const struct services *sv = w->sv;
	size_t cap = 0;
	uint32_t u;

	for (u = w->g->first; u != NONE; u = sv->su[u].next) {
		w->v = mem_grow(w->v, w->n, &cap, sizeof(*w->v));
		w->v[w->n++] = (struct followed){ .u = u, .at =
		    sv->su[u].s == NONE ? NONE : sv->su[u].ee_s };
	}
}

static void
tell_links(struct follower *w, uint32_t si)
{
	uint32_t k;

	for (k = w->sv->si[si].on; k != NONE; k = w->sv->link[k].next) {
		uint32_t dn = w->in->s->object[
		    w->sv->si[w->sv->link[k].si].s].dn;

		reply_say(w->a, 1, "depends", "it depends on %s, and goes "
		    "down with it", reply_shown(w->a, dn));
		reply_name(w->a, "on", dn);
	}
}

void
why_service(struct reply *a, const struct why_input *in,
    const struct services *sv)
{
	struct follower w = { .a = a, .in = in, .sv = sv, .f = sv->f,
		.only = NONE };
	uint32_t si = find_si(in, sv);
	size_t at;

	if (si == NONE)
		return;
	w.g = &sv->sg[sv->si[si].sg];
	gather_units(&w);
	reply_say(a, 0, "service", "the service: its group has %u units that "
	    "count; with fewer than %u it is down, with fewer than %u degraded",
	    w.g->nunit, w.g->wanted, w.g->prefer);
	reply_number(a, "units", w.g->nunit);
	reply_number(a, "wanted", w.g->wanted);
	reply_number(a, "preferred", w.g->prefer);
	tell_links(&w, si);
	at = a->n;
	follow(&w);
	if (a->n == at)
		reply_say(a, 1, "levels", "no level takes one of its units "
		    "down");
	else
		reply_say(a, 1, "levels", "degraded on %zu levels, down on "
		    "%zu", w.ndegraded, w.ndown);
	reply_number(a, "degraded", w.ndegraded);
	reply_number(a, "down", w.ndown);
	free(w.v);
}

/* --- the services of one procedure --- */

struct groups { /* that have a unit where the procedure acts */
	const struct services *sv;
	bool *known; /* by group */
	uint32_t *v;
	size_t n;
};

static void
note_group(struct groups *g, uint32_t u)
{
	uint32_t sg = u == NONE ? NONE : g->sv->su[u].sg;

	if (sg == NONE || g->known[sg] || g->sv->sg[sg].first_si == NONE)
		return;
	g->known[sg] = true;
	g->v[g->n++] = sg;
}

static void
note_units(struct groups *g, const struct entity_list *l)
{
	uint32_t e, u;
	size_t i;

	for (i = 0; i < l->nname; i++) {
		note_group(g, service_find_su(g->sv, l->name[i]));
		e = tree_find(g->sv->f, l->name[i]);
		for (u = e == NONE ? NONE : service_first_on(g->sv, e);
		    u != NONE; u = service_next_on(g->sv, e, u))
			note_group(g, u);
	}
}

static void
tell_group(struct reply *a, const struct why_input *in,
    const struct services *sv, uint32_t sg, uint32_t level)
{
	struct follower w = { .a = a, .in = in, .sv = sv, .f = sv->f,
		.g = &sv->sg[sg], .only = level };
	uint32_t si = w.g->first_si;
	uint32_t dn = in->s->object[sv->si[si].s].dn;

	reply_say(a, 0, "service", "%s%s", reply_shown(a, dn),
	    sv->si[si].next == NONE ? "" : ", and others of its group");
	reply_name(a, "service", dn);
	gather_units(&w);
	follow(&w);
	free(w.v);
}

void
why_risk(struct reply *a, const struct why_input *in,
    const struct services *sv, const struct procedure *p)
{
	struct groups g = { .sv = sv,
		.known = mem_alloc(sv->nsg, sizeof(*g.known)),
		.v = mem_alloc(sv->nsg, sizeof(*g.v)) };
	size_t i;

	for (i = 0; i < p->nstep; i++) {
		note_units(&g, &p->step[i].deactivation.acted_on);
		note_units(&g, &p->step[i].activation.acted_on);
	}
	reply_say(a, 0, "services", g.n == 0 ? "no service loses a unit by it" :
	    "the services that lose units on its level");
	for (i = 0; i < g.n && i < LISTED; i++)
		tell_group(a, in, sv, g.v[i], p->level);
	if (g.n > LISTED) {
		reply_say(a, 0, "more", "and %s more", reply_count(a,
		    g.n - LISTED, "service"));
		reply_number(a, "count", g.n - LISTED);
	}
	free(g.known);
	free(g.v);
}
