/*
 * What does a campaign do? The answer as a tree of nodes with named facts:
 * phases and procedures in the order of execution, their steps, their actions
 * under the same numbers as in the text, and every change of the model with
 * its values. It is built in one pass over the campaign.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "census.h"
#include "dn.h"
#include "duration.h"
#include "level.h"
#include "report.h"
#include "secret.h"
#include "sequence.h"
#include "show.h"

struct builder {
	struct report *r;
	const struct campaign *campaign;
	struct sequence *sequence;
	struct census census;
	struct risk_counter counter;
	uint64_t seq; /* number of the next action */
	size_t move; /* the next migration of the census */
	uint64_t step; /* nested step of the action at hand, from 1; or 0 */
};

static const struct {
	const char *name, *member;
	bool many;
} kinds[] = {
#define REPORT_KIND(id, name, member, many) { name, member, many },
#include "report.def"
#undef REPORT_KIND
};

const char *
report_kind_name(enum report_kind k)
{
	return kinds[k].name;
}

const char *
report_kind_member(enum report_kind k)
{
	return kinds[k].member;
}

bool
report_kind_is_list(enum report_kind k)
{
	return kinds[k].many;
}

static const struct report_fact *
find(const struct report_node *n, const char *name)
{
	const struct report_fact *f = n->fact;

	while (f != NULL && strcmp(f->name, name) != 0)
		f = f->next;
	return f;
}

const char *
report_text(const struct report_node *n, const char *name)
{
	const struct report_fact *f = find(n, name);

	return f == NULL ? NULL : f->text;
}

uint64_t
report_number(const struct report_node *n, const char *name)
{
	const struct report_fact *f = find(n, name);

	return f == NULL ? 0 : f->number;
}

/* An EE that a step is about. */
static const char *
some_ee(const struct report_node *n)
{
	const char *found = NULL, *s;

	for (; n != NULL && found == NULL; n = n->next) {
		if (n->kind == REPORT_PROCEDURE || n->kind == REPORT_STEP)
			found = some_ee(n->child);
		s = n->kind == REPORT_ENTITY ? report_text(n, "name") : NULL;
		if (s != NULL && strncmp(s, "safEE=", 6) == 0)
			found = s;
	}
	return found;
}

const char *
report_tail(const struct report *r)
{
	const char *s = some_ee(r->root->child), *tail = NULL;
	size_t n = s == NULL ? 0 : strlen(s), up;

	while (n > 0 && (up = dn_parent_offset(s, n)) < n) {
		s += up;
		n -= up;
		tail = s;
	}
	return tail;
}

/* What the plan says of a level: only campaigns in waves have that. */
static const struct report_node *
told_of(const struct report_node *plan, uint64_t level)
{
	const struct report_node *n = plan->child;

	while (n != NULL && (n->kind != REPORT_WAVE ||
	    report_number(n, "level") != level))
		n = n->next;
	return n;
}

struct report_wave
report_wave_at(const struct report_node *plan, const struct report_node *n)
{
	struct report_wave w = { .first = n };
	uint64_t level = report_number(n, "level");

	w.facts = told_of(plan, level);
	if (w.facts == NULL && (n->next == NULL || n->next->kind !=
	    REPORT_PROCEDURE || report_number(n->next, "level") != level))
		w.facts = n;
	w.at_most = w.facts == NULL ? NULL : report_text(w.facts, "at-most");
	for (; n != NULL && n->kind == REPORT_PROCEDURE &&
	    report_number(n, "level") == level; n = n->next) {
		w.procedures++;
		w.actions += report_number(n, "action-count");
		w.hosts += report_number(n, "hosts-restarted");
	}
	w.end = n;
	return w;
}

/* --- making nodes --- */

static struct report_node *
add(struct builder *b, struct report_node *parent, enum report_kind kind)
{
	struct report_node *n = arena_alloc(&b->r->arena, sizeof(*n));

	n->kind = kind;
	if (parent == NULL)
		b->r->root = n;
	else if (parent->child == NULL)
		parent->child = n;
	else
		parent->last->next = n;
	if (parent != NULL)
		parent->last = n;
	return n;
}

static struct report_fact *
put(struct builder *b, struct report_node *n, const char *name)
{
	struct report_fact *f = arena_alloc(&b->r->arena, sizeof(*f));

	f->name = name;
	if (n->fact == NULL)
		n->fact = f;
	else
		n->last_fact->next = f;
	n->last_fact = f;
	return f;
}

static void
text(struct builder *b, struct report_node *n, const char *name,
    const char *value)
{
	put(b, n, name)->text = value;
}

/* What is not known is no fact. */
static void
duration(struct builder *b, struct report_node *n, const char *name,
    int64_t ns)
{
	struct buf t = { 0 };

	if (ns <= 0)
		return;
	duration_write(&t, ns);
	text(b, n, name, arena_strdup(&b->r->arena, t.data, t.len));
	buf_free(&t);
}

/* A name of the campaign; what it does not say is no fact. */
static void
named(struct builder *b, struct report_node *n, const char *name,
    uint32_t value)
{
	if (value != NAME_NONE)
		text(b, n, name, name_str(value));
}

/* Arguments without the secrets in them. */
static void
arguments(struct builder *b, struct report_node *n, const char *name,
    uint32_t value)
{
	struct buf t = { 0 };

	if (value != NAME_NONE && secret_arguments(name_str(value), &t))
		text(b, n, name, arena_strdup(&b->r->arena, t.data, t.len));
	else
		named(b, n, name, value);
	buf_free(&t);
}

static void
number(struct builder *b, struct report_node *n, const char *name,
    uint64_t value)
{
	put(b, n, name)->number = value;
}

/* --- changes of the model --- */

static void
add_values(struct builder *b, struct report_node *n, const struct cattr *a)
{
	uint32_t i;

	for (i = 0; i < a->nvalue; i++) {
		struct report_node *v = add(b, n, REPORT_VALUE);

		if (secret_name(name_str(a->name)))
			text(b, v, "text", SECRET);
		else
			named(b, v, "text", a->value[i]);
	}
}

/* Nanoseconds are counted by nobody. */
static void
add_time(struct builder *b, struct report_node *n, const struct cattr *a)
{
	struct buf t = { 0 };

	if (a->type == TYPE_TIME && a->nvalue == 1 &&
	    show_time(&t, a->value[0]))
		text(b, n, "time", arena_strdup(&b->r->arena, t.data, t.len));
	buf_free(&t);
}

static struct report_node *
add_attribute(struct builder *b, struct report_node *change,
    const struct cattr *a, const char *operator)
{
	struct report_node *n = add(b, change, REPORT_ATTRIBUTE);

	named(b, n, "name", a->name);
	text(b, n, "operator", operator);
	add_time(b, n, a);
	add_values(b, n, a);
	return n;
}

static const char *
operator_of(enum modify_op op)
{
	static const char *const names[] = { [MODIFY_ADD] = "+=",
		[MODIFY_DELETE] = "-=", [MODIFY_REPLACE] = ":=" };

	return names[op];
}

static struct report_node *
add_change(struct builder *b, struct report_node *action, const char *kind,
    uint32_t object)
{
	struct report_node *n = add(b, action, REPORT_CHANGE);

	text(b, n, "kind", kind);
	named(b, n, "object", object);
	return n;
}

static void
add_ops(struct builder *b, struct report_node *action, const struct ccb_op *op,
    size_t n)
{
	static const char *const names[] = { [CCB_CREATE] = "create",
		[CCB_DELETE] = "delete", [CCB_MODIFY] = "modify" };
	size_t i;
	uint32_t k;

	for (i = 0; i < n; i++) {
		struct report_node *c = add_change(b, action,
		    names[op[i].kind], op[i].dn);

		if (op[i].kind == CCB_CREATE)
			named(b, c, "class", op[i].class);
		named(b, c, "vm", census_sponsored(&op[i]));
		named(b, c, "why", op[i].reason);
		for (k = 0; k < op[i].nattr; k++)
			add_attribute(b, c, &op[i].attr[k],
			    operator_of(op[i].kind == CCB_MODIFY ? op[i].op :
			    MODIFY_REPLACE));
	}
}

static void
add_names(struct builder *b, struct report_node *action, const char *kind,
    const uint32_t *name, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		add_change(b, action, kind, name[i]);
}

/* What selects by type knows which type is replaced. */
static void
add_modification(struct builder *b, struct report_node *action,
    const struct target_template *t, const struct modification *m)
{
	struct report_node *c, *n;
	uint32_t k;

	for (k = 0; k < m->nattr; k++) {
		uint32_t name = m->attr[k].name;

		c = add_change(b, action, "modify", NAME_NONE);
		named(b, c, "type", t->type);
		named(b, c, "below", t->parent);
		if (m->rdn != NAME_EMPTY)
			named(b, c, "rdn", m->rdn);
		n = add_attribute(b, c, &m->attr[k], operator_of(m->op));
		if ((name == N_saPlmEEType || name == N_saAmfSUType ||
		    name == N_saAmfCompType) && m->op == MODIFY_REPLACE &&
		    (m->rdn == NAME_NONE || m->rdn == NAME_EMPTY))
			named(b, n, "old", t->type);
	}
}

/* --- actions --- */

static struct report_node *
begin_action(struct builder *b, struct report_node *parent, const char *phase,
    const char *verb)
{
	struct report_node *n = add(b, parent, REPORT_ACTION);

	number(b, n, "number", b->seq);
	if (phase != NULL)
		text(b, n, "phase", phase);
	text(b, n, "verb", verb);
	if (b->step > 0)
		number(b, n, "step", b->step);
	return n;
}

/* What migrates because of the actions so far. */
static void
add_moves(struct builder *b, struct report_node *parent, const char *phase)
{
	const struct moves *m = &b->census.moves;
	struct report_node *n;

	for (; b->move < m->n && m->v[b->move].number <= b->seq; b->move++) {
		if (m->v[b->move].number < b->seq)
			continue; /* of another campaign than this has become */
		n = begin_action(b, parent, phase, "migrate");
		b->seq++;
		named(b, n, "entity", m->v[b->move].vm);
		named(b, n, "from", m->v[b->move].from);
		named(b, n, "to", m->v[b->move].to);
	}
}

/* One line, which stands for so many actions. */
static struct report_node *
add_actions(struct builder *b, struct report_node *parent, const char *phase,
    const char *verb, uint32_t count)
{
	struct report_node *n = begin_action(b, parent, phase, verb);

	if (count > 1)
		number(b, n, "count", count);
	b->seq += count;
	add_moves(b, parent, phase);
	return n;
}

static struct report_node *
add_action(struct builder *b, struct report_node *parent, const char *phase,
    const char *verb)
{
	return add_actions(b, parent, phase, verb, 1);
}

static void
add_command(struct builder *b, struct report_node *n, const struct action *a)
{
	named(b, n, "command", a->command);
	arguments(b, n, "arguments", a->args);
	named(b, n, "undo", a->undo_command);
	arguments(b, n, "undo-arguments", a->undo_args);
}

/* "resource=memory from=64 to=128" */
static void
add_parameters(struct builder *b, struct report_node *n, const char *name,
    const struct admin_op *op)
{
	struct buf t = { 0 };
	size_t i;

	for (i = 0; i < op->nparam; i++)
		buf_printf(&t, "%s%s=%s", i == 0 ? "" : " ",
		    name_str(op->param[i].name),
		    op->param[i].value == NAME_NONE ? "" :
		    name_str(op->param[i].value));
	if (op->nparam > 0)
		arguments(b, n, name, intern(t.data, t.len));
	buf_free(&t);
}

/* A command is an action in each place it is for. */
static void
add_cli(struct builder *b, struct report_node *parent, const char *phase,
    const struct action *a)
{
	struct report_node *n;
	size_t i;

	for (i = 0; i < a->nenv; i++) {
		const struct plm_env *e = &a->env[i];

		n = add_action(b, parent, phase, "command");
		add_command(b, n, a);
		named(b, n, "on", e->ee != NAME_NONE ? e->ee :
		    e->amf_node != NAME_NONE ? e->amf_node : e->clm_node);
		named(b, n, "why", a->reason);
	}
}

static void
add_call(struct builder *b, struct report_node *n, const struct callback *c)
{
	named(b, n, "label", c->label);
	arguments(b, n, "string", c->string);
}

static void
add_listed(struct builder *b, struct report_node *parent, const char *phase,
    const struct action *a)
{
	static const char *const verbs[] = { [ACTION_CCB] = "modify-im",
		[ACTION_ADMIN] = "admin", [ACTION_CALLBACK] = "callback" };
	struct report_node *n = add_action(b, parent, phase, verbs[a->kind]);

	if (a->kind == ACTION_ADMIN) {
		named(b, n, "operation", a->forward.operation);
		named(b, n, "entity", a->forward.dn);
		add_parameters(b, n, "parameters", &a->forward);
		named(b, n, "undo", a->undo.operation);
		add_parameters(b, n, "undo-parameters", &a->undo);
	} else if (a->kind == ACTION_CALLBACK) {
		add_call(b, n, &a->callback);
	}
	named(b, n, "why", a->reason);
	if (a->kind == ACTION_CCB)
		add_ops(b, n, a->op, a->nop);
}

static void
add_list(struct builder *b, struct report_node *parent, const char *phase,
    const struct action_list *l)
{
	size_t i;

	b->step = 0;
	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == ACTION_CLI)
			add_cli(b, parent, phase, &l->v[i]);
		else
			add_listed(b, parent, phase, &l->v[i]);
}

/* Callbacks that are called in turn, and are numbered. */
static void
add_calls(struct builder *b, struct report_node *parent,
    const struct callback *c, size_t n)
{
	size_t i;

	b->step = 0;
	for (i = 0; i < n; i++)
		add_call(b, add_action(b, parent, NULL, "callback"), &c[i]);
}

/* Those whose turn is not known. */
static void
add_callbacks(struct builder *b, struct report_node *parent, const char *when,
    const struct callback *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct report_node *x = add(b, parent, REPORT_CALLBACK);

		text(b, x, "when", when);
		named(b, x, "label", c[i].label);
		arguments(b, x, "string", c[i].string);
	}
}

/* --- procedures --- */

struct emitted {
	struct builder *b;
	struct report_node *procedure;
	const struct procedure *p;
	const struct rolled *rolled;
};

static void
add_unit_changes(struct builder *b, struct report_node *n,
    const struct procedure *p)
{
	size_t i, k, m;

	for (i = 0; i < p->nstep; i++)
		add_names(b, n, "delete",
		    p->step[i].deactivation.removed.name,
		    p->step[i].deactivation.removed.nname);
	for (i = 0; i < p->nstep; i++)
		for (k = 0; k < p->step[i].ntemplate; k++)
			for (m = 0; m < p->step[i].template[k].nmod; m++)
				add_modification(b, n,
				    &p->step[i].template[k],
				    &p->step[i].template[k].mod[m]);
	for (i = p->nstep; i-- > 0;)
		add_ops(b, n, p->step[i].activation.added,
		    p->step[i].activation.nadded);
}

static void
add_act(void *arg, const struct act *a)
{
	static const char *const phases[] = { "tear down", "change",
		"build up" };
	struct emitted *e = arg;
	struct builder *b = e->b;
	struct report_node *n;

	b->step = a->step + 1;
	n = add_actions(b, e->procedure, phases[a->phase],
	    sequence_verb_name(a->verb), a->each && a->step <
	    e->rolled->neach && e->rolled->each[a->step] > 0 ?
	    e->rolled->each[a->step] : 1);
	if (a->callback != NULL)
		add_call(b, n, a->callback);
	named(b, n, "bundle", a->bundle);
	if (a->idle)
		text(b, n, "note", "no command");
	named(b, n, "entity", a->entity);
	if (a->entity == NAME_NONE && a->template != NULL) {
		named(b, n, "type", a->template->type);
		if (!a->each || a->template->type == NAME_NONE)
			named(b, n, "below", a->template->parent);
	}
	if (a->each)
		text(b, n, "each", "yes");
	if (a->on != a->entity)
		named(b, n, "on", a->on);
	if (a->verb == VERB_MODIFY_IM)
		add_unit_changes(b, n, e->p);
}

static void
add_services(struct builder *b, struct report_node *n,
    const struct procedure *p)
{
	struct report_node *x;
	size_t i;

	for (i = 0; p->outage == OUTAGE_SOME && i < p->naccepted; i++) {
		x = add(b, n, REPORT_SERVICE);
		named(b, x, "name", p->accepted[i]);
		text(b, x, "state", "at risk");
	}
	for (i = 0; i < p->nkept; i++) {
		x = add(b, n, REPORT_SERVICE);
		named(b, x, "name", p->kept[i]);
		text(b, x, "state", "kept up");
	}
}

/* --- risk --- */

static void
add_named(struct builder *b, struct report_node *n, enum report_kind kind,
    const uint32_t *name, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		named(b, add(b, n, kind), "name", name[i]);
}

static void
add_risk(struct builder *b, struct report_node *procedure,
    const struct risk *r)
{
	struct report_node *n = add(b, procedure, REPORT_RISK);

	text(b, n, "state", risk_words[r->state]);
	number(b, n, "units-left", r->left);
	number(b, n, "units", r->units);
	named(b, n, "group", r->group);
	if (r->count > 0)
		number(b, n, "service-count", r->count);
	if (r->any)
		text(b, n, "any-failure", "yes");
	add_named(b, n, REPORT_MEMBER, r->si, r->nsi);
	add_named(b, n, REPORT_DEPENDENT, r->si + r->nsi, r->ndependent);
	add_named(b, n, REPORT_FAILURE, r->fail, r->nfail);
}

static void
add_risks(struct builder *b, struct report_node *procedure, size_t at)
{
	const struct risks *r = &b->census.risks;
	size_t i;

	for (i = r->first[at]; i < r->end[at]; i++)
		add_risk(b, procedure, &r->v[i]);
}

/* How many services fare how in procedures that run together. */
static struct risk_sum
add_risk_sum(struct builder *b, struct report_node *n, const size_t *order,
    size_t count)
{
	struct risk_sum s = risk_count(&b->counter, &b->census.risks, order,
	    count);

	number(b, n, "services-reduced", s.reduced);
	number(b, n, "services-at-risk", s.at_risk);
	number(b, n, "services-down", s.down);
	return s;
}

static void
add_failures(struct builder *b, struct report_node *n,
    const struct risk_sum *s)
{
	struct report_node *x;
	size_t i;

	for (i = 0; i < s->nfail; i++) {
		x = add(b, n, REPORT_FAILURE);
		named(b, x, "name", s->fail[i].name);
		number(b, x, "services-down", s->fail[i].services);
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
		x = add(b, n, REPORT_NODE);
		named(b, x, "in", s->node_template);
		if (s->nunit_template > 0)
			named(b, x, "type", s->unit_template[0].type);
		return;
	}
	for (i = 0; i < s->nunit_template; i++)
		named(b, add(b, n, REPORT_NODE), "name",
		    s->unit_template[i].parent);
}

static void
add_entities(struct builder *b, struct report_node *n, const char *role,
    const uint32_t *name, size_t count)
{
	struct report_node *x;
	size_t i;

	for (i = 0; i < count; i++) {
		x = add(b, n, REPORT_ENTITY);
		text(b, x, "role", role);
		text(b, x, "what", census_noun(&b->census, name[i]));
		named(b, x, "name", name[i]);
	}
}

static const char *
deed_of(const struct step *s)
{
	if (s->scope != SCOPE_ADD_REMOVE)
		return s->ntemplate > 0 ? "modifies" : "acts on";
	if (s->activation.nadded > 0)
		return s->deactivation.removed.nname > 0 ? "replaces" : "adds";
	return s->deactivation.removed.nname > 0 ? "removes" : "acts on";
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
	struct report_node *n = add(b, parent, REPORT_STEP);
	const struct unit *u = &s->activation;
	const char *type = step_type_name(s);

	number(b, n, "number", i + 1);
	text(b, n, "type", type == NULL ? "unknown" : type);
	number(b, n, "retries", s->max_retry);
	text(b, n, "deed", deed_of(s));
	named(b, n, "why", s->reason);
	add_entities(b, n, "goes down", s->deactivation.acted_on.name,
	    s->deactivation.acted_on.nname);
	add_entities(b, n, s->scope == SCOPE_MODIFY ? "changes" : "comes up",
	    u->acted_on.name, u->acted_on.nname);
	add_new(b, n, u);
	add_entities(b, n, "is removed", s->deactivation.removed.name,
	    s->deactivation.removed.nname);
	add_callbacks(b, n, "in the step", s->callback, s->ncallback);
}

static void
add_procedure(struct builder *b, size_t at)
{
	const struct procedure *p = &b->campaign->procedure[at];
	struct report_node *n = add(b, b->r->root, REPORT_PROCEDURE);
	struct emitted e = { b, n, p, &b->census.moves.rolled[at] };
	uint64_t first = b->seq;
	size_t i;

	number(b, n, "level", p->level);
	named(b, n, "name", p->name);
	text(b, n, "method", p->method == METHOD_ROLLING ? "rolling" :
	    "single-step");
	text(b, n, "outage", p->outage == OUTAGE_ALL ? "any service" :
	    p->outage == OUTAGE_SOME ? "services" : "none");
	number(b, n, "action-count", b->census.procedure[at].actions);
	number(b, n, "hosts-restarted", b->census.procedure[at].hosts);
	add_risk_sum(b, n, &at, 1);
	duration(b, n, "at-most", p->period);
	named(b, n, "why", p->reason);
	add_services(b, n, p);
	add_risks(b, n, at);
	add_nodes(b, n, p);
	for (i = 0; i < p->nstep; i++)
		add_step(b, n, &p->step[i], i);
	add_list(b, n, "prepare", &p->init);
	sequence_run(b->sequence, p, add_act, &e);
	add_list(b, n, "finish", &p->wrapup);
	if (p->method == METHOD_ROLLING && e.rolled->actions > 0)
		b->seq = first + e.rolled->actions > b->seq ? first +
		    e.rolled->actions : b->seq; /* on all nodes */
}

/* --- around the procedures --- */

static void
timeout(struct builder *b, struct report_node *n, uint32_t ns)
{
	struct buf t = { 0 };

	if (ns == NAME_NONE)
		return;
	show_timeout(&t, ns);
	text(b, n, "timeout", arena_strdup(&b->r->arena, t.data, t.len));
	buf_free(&t);
}

static void
add_bundles(struct builder *b)
{
	const struct campaign *c = b->campaign;
	size_t i;

	for (i = 0; i < c->nbundle; i++) {
		const struct bundle *x = &c->bundle[i];
		struct report_node *n = add(b, b->r->root, REPORT_BUNDLE);

		named(b, n, "name", x->name);
		named(b, n, "install-online", x->install_online);
		arguments(b, n, "install-online-arguments",
		    x->install_online_args);
		named(b, n, "install-offline", x->install_offline);
		arguments(b, n, "install-offline-arguments",
		    x->install_offline_args);
		named(b, n, "remove-online", x->remove_online);
		arguments(b, n, "remove-online-arguments", x->remove_online_args);
		named(b, n, "remove-offline", x->remove_offline);
		arguments(b, n, "remove-offline-arguments",
		    x->remove_offline_args);
		timeout(b, n, x->timeout);
	}
}

/* Side by side is said only of campaigns in waves. */
static void
add_waves(struct builder *b, const struct levels *l, const size_t *order)
{
	const struct campaign *c = b->campaign;
	struct report_node *n;
	struct risk_sum risk;
	size_t i, k;

	if (c->schedule == NAME_NONE ||
	    strcmp(name_str(c->schedule), "waves") != 0)
		return;
	for (i = 0; i < l->n; i++) {
		size_t actions = 0, hosts = 0;

		n = add(b, b->r->root, REPORT_WAVE);
		number(b, n, "number", i + 1);
		number(b, n, "level", l->v[i].level);
		number(b, n, "procedure-count", l->v[i].n);
		for (k = 0; k < l->v[i].n; k++, order++) {
			actions += b->census.procedure[*order].actions;
			hosts += b->census.procedure[*order].hosts;
		}
		number(b, n, "action-count", actions);
		number(b, n, "hosts-restarted", hosts);
		risk = add_risk_sum(b, n, order - l->v[i].n, l->v[i].n);
		duration(b, n, "at-most", l->v[i].longest);
		named(b, n, "phase", l->v[i].phase);
		named(b, n, "gate", l->v[i].gate);
		add_failures(b, n, &risk);
	}
}

static void
add_before(struct builder *b)
{
	const struct campaign *c = b->campaign;
	struct report_node *n = add(b, b->r->root, REPORT_BEFORE), *a;
	size_t i;

	add_calls(b, n, c->at_init, c->nat_init);
	add_calls(b, n, c->at_backup, c->nat_backup);
	add_callbacks(b, n, "at rollback", c->at_rollback, c->nat_rollback);
	if (c->nbundle + c->ntype > 0) {
		a = add_action(b, n, NULL, "modify-im");
		for (i = 0; i < c->nbundle; i++)
			add_change(b, a, "create", c->bundle[i].name);
		add_ops(b, a, c->type, c->ntype);
	}
	add_list(b, n, NULL, &c->init);
}

static void
add_after(struct builder *b)
{
	const struct campaign *c = b->campaign;
	struct report_node *n = add(b, b->r->root, REPORT_AFTER), *a;
	size_t i;

	add_list(b, n, NULL, &c->complete);
	n = add(b, b->r->root, REPORT_COMMIT);
	add_calls(b, n, c->at_commit, c->nat_commit);
	add_list(b, n, NULL, &c->wrapup);
	if (c->nremove_bundle + c->nremove_type == 0)
		return;
	a = add_action(b, n, NULL, "modify-im");
	add_names(b, a, "delete", c->remove_type, c->nremove_type);
	for (i = 0; i < c->nremove_bundle; i++)
		add_change(b, a, "delete", c->remove_bundle[i].bundle);
}

static void
add_head(struct builder *b, const struct levels *l)
{
	const struct campaign *c = b->campaign;
	struct report_node *n = add(b, NULL, REPORT_PLAN);
	const struct census *s = &b->census;
	struct buf sentence = { 0 };

	census_sentence(s, &sentence);
	if (l->together > 0) {
		buf_str(&sentence, "; at most ");
		duration_write(&sentence, l->together);
	}
	number(b, n, "format", 1);
	text(b, n, "summary", arena_strdup(&b->r->arena, sentence.data,
	    sentence.len));
	buf_free(&sentence);
	named(b, n, "campaign", c->name);
	named(b, n, "source", c->source_digest);
	named(b, n, "target", c->target_digest);
	named(b, n, "schedule", c->schedule);
	named(b, n, "bound", c->bound);
	number(b, n, "wave-count", s->levels);
	duration(b, n, "at-most", l->together);
	if (l->in_turn != l->together)
		duration(b, n, "at-most-in-turn", l->in_turn);
	number(b, n, "procedure-count", c->nprocedure);
	number(b, n, "action-count", s->actions);
	number(b, n, "hosts-restarted", s->hosts);
	number(b, n, "vms-caught", s->vms);
	if (s->all_services)
		text(b, n, "services-at-risk", "all");
	else
		number(b, n, "services-at-risk", s->services);
	number(b, n, "services-reduced", s->reduced);
	number(b, n, "services-down", s->down);
}

void
report_build(struct report *r, const struct campaign *c)
{
	struct builder b = { .r = r, .campaign = c, .seq = 1 };
	size_t *order = campaign_order(c), i;
	struct levels levels;

	*r = (struct report){ 0 };
	b.sequence = sequence_new(c);
	census_take(&b.census, c, b.sequence);
	levels_find(&levels, c, order);
	add_head(&b, &levels);
	add_waves(&b, &levels, order);
	levels_free(&levels);
	add_bundles(&b);
	add_before(&b);
	for (i = 0; i < c->nprocedure; i++)
		add_procedure(&b, order[i]);
	add_after(&b);
	census_free(&b.census);
	risk_counter_free(&b.counter);
	sequence_free(b.sequence);
	free(order);
}

void
report_free(struct report *r)
{
	arena_free(&r->arena);
	r->root = NULL;
}
