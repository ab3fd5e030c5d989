/*
 * What is a procedure? Where it rolls, its services, its steps with what they
 * act on, and its actions.
 */
#include <stdlib.h>

#include "campaign.h"
#include "report_part.h"
#include "sequence.h"

struct emitted {
	struct builder *b;
	struct report_node *procedure;
	const struct procedure *p;
	const struct rolled *rolled;
};

static void
add_act(void *arg, const struct act *a)
{
	static const char *const phases[] = { "tear down", "change",
		"build up" };
	struct emitted *e = arg;
	struct builder *b = e->b;
	struct report_node *n;

	b->step = a->step + 1;
	n = report_actions(b, e->procedure, phases[a->phase],
	    sequence_verb_name(a->verb), a->each && a->step <
	    e->rolled->neach && e->rolled->each[a->step] > 0 ?
	    e->rolled->each[a->step] : 1);
	if (a->callback != NULL)
		report_call(b, n, a->callback);
	node_name(b, n, "bundle", a->bundle);
	if (a->idle)
		node_text(b, n, "note", "no command");
	node_name(b, n, "entity", a->entity);
	if (a->entity == NAME_NONE && a->template != NULL) {
		node_name(b, n, "type", a->template->type);
		if (!a->each || a->template->type == NAME_NONE)
			node_name(b, n, "below", a->template->parent);
	}
	if (a->each)
		node_text(b, n, "each", "yes");
	if (a->on != a->entity)
		node_name(b, n, "on", a->on);
	if (a->verb == VERB_MODIFY_IM)
		report_unit_changes(b, n, e->p);
}

static void
add_services(struct builder *b, struct report_node *n,
    const struct procedure *p)
{
	struct report_node *x;
	size_t i;

	for (i = 0; p->outage == OUTAGE_SOME && i < p->naccepted; i++) {
		x = node_add(b, n, REPORT_SERVICE);
		node_name(b, x, "name", p->accepted[i]);
		node_text(b, x, "state", "at risk");
	}
	for (i = 0; i < p->nkept; i++) {
		x = node_add(b, n, REPORT_SERVICE);
		node_name(b, x, "name", p->kept[i]);
		node_text(b, x, "state", "kept up");
	}
}

/* The nodes that it rolls over; those that it has to find are told by type
 * and the place where it looks. */
static void
add_nodes(struct builder *b, struct report_node *n, const struct procedure *p)
{
	const struct step *s;
	struct report_node *x;
	size_t i;

	if (p->method != METHOD_ROLLING || p->nstep == 0)
		return;
	s = &p->step[p->nstep - 1];
	if (s->nunit_template == 0 || s->unit_template[0].parent == NAME_NONE) {
		x = node_add(b, n, REPORT_NODE);
		node_name(b, x, "in", s->node_template);
		if (s->nunit_template > 0)
			node_name(b, x, "type", s->unit_template[0].type);
		return;
	}
	for (i = 0; i < s->nunit_template; i++)
		node_name(b, node_add(b, n, REPORT_NODE), "name",
		    s->unit_template[i].parent);
}

static void
add_entities(struct builder *b, struct report_node *n, const char *role,
    const uint32_t *name, size_t count)
{
	struct report_node *x;
	size_t i;

	for (i = 0; i < count; i++) {
		x = node_add(b, n, REPORT_ENTITY);
		node_text(b, x, "role", role);
		node_text(b, x, "what", census_noun(&b->census, name[i]));
		node_name(b, x, "name", name[i]);
	}
}

static bool
names_any(const struct entity_list *l)
{
	return l->nname + l->ntemplate > 0;
}

static const char *
deed_of(const struct step *s)
{
	if (s->scope != SCOPE_ADD_REMOVE)
		return s->ntemplate > 0 ? "modifies" : "acts on";
	if (s->activation.nadded > 0)
		return s->deactivation.removed.nname > 0 ? "replaces" : "adds";
	if (s->deactivation.removed.nname > 0)
		return "removes";
	return names_any(&s->deactivation.acted_on) ||
	    names_any(&s->activation.acted_on) ? "acts on" :
	    "acts on nothing";
}

/* What the step is about, of what it brings: EEs, without any the units of
 * services, without those whatever it is. What rides on them is no more than
 * a change of the model. */
static void
add_new(struct builder *b, struct report_node *n, const struct unit *u)
{
	static const uint32_t classes[] = { N_SaPlmEE, N_SaAmfSU };
	uint32_t *name = mem_alloc(u->nadded, sizeof(*name));
	size_t i, k, found = 0;

	for (k = 0; found == 0 && k < 3; k++)
		for (i = 0; i < u->nadded; i++)
			if (k == 2 || u->added[i].class == classes[k])
				name[found++] = u->added[i].dn;
	add_entities(b, n, "is new", name, found);
	free(name);
}

static void
add_step(struct builder *b, struct report_node *parent, const struct step *s,
    size_t i)
{
	struct report_node *n = node_add(b, parent, REPORT_STEP);
	const struct unit *u = &s->activation;
	const char *type = step_type_name(s);

	node_number(b, n, "number", i + 1);
	node_text(b, n, "type", type == NULL ? "unknown" : type);
	node_number(b, n, "retries", s->max_retry);
	node_text(b, n, "deed", deed_of(s));
	node_name(b, n, "why", s->reason);
	add_entities(b, n, "goes down", s->deactivation.acted_on.name,
	    s->deactivation.acted_on.nname);
	add_entities(b, n, s->scope == SCOPE_MODIFY ? "changes" : "comes up",
	    u->acted_on.name, u->acted_on.nname);
	add_new(b, n, u);
	add_entities(b, n, "is removed", s->deactivation.removed.name,
	    s->deactivation.removed.nname);
	report_callbacks(b, n, "in the step", s->callback, s->ncallback);
}

void
report_procedure(struct builder *b, size_t at)
{
	const struct procedure *p = &b->campaign->procedure[at];
	struct report_node *n = node_add(b, b->r->root, REPORT_PROCEDURE);
	struct emitted e = { b, n, p, &b->census.moves.rolled[at] };
	uint64_t first = b->seq;
	size_t i;

	node_number(b, n, "level", p->level);
	node_name(b, n, "name", p->name);
	node_text(b, n, "method", p->method == METHOD_ROLLING ? "rolling" :
	    "single-step");
	node_text(b, n, "outage", p->outage == OUTAGE_ALL ? "any service" :
	    p->outage == OUTAGE_SOME ? "services" : "none");
	node_number(b, n, "action-count", b->census.procedure[at].actions);
	node_number(b, n, "hosts-restarted", b->census.procedure[at].hosts);
	report_risk_sum(b, n, &at, 1);
	node_time(b, n, "at-most", p->period);
	node_name(b, n, "why", p->reason);
	add_services(b, n, p);
	report_risks(b, n, at);
	add_nodes(b, n, p);
	for (i = 0; i < p->nstep; i++)
		add_step(b, n, &p->step[i], i);
	report_list(b, n, "prepare", &p->init);
	sequence_run(b->sequence, p, add_act, &e);
	report_list(b, n, "finish", &p->wrapup);
	if (p->method == METHOD_ROLLING && e.rolled->actions > 0)
		b->seq = first + e.rolled->actions > b->seq ? first +
		    e.rolled->actions : b->seq; /* on all nodes */
}

