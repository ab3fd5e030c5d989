/*
 * Which actions are there, and in which order? Each has the number that it has
 * in a run; migrations follow what makes them necessary.
 */
#include "buf.h"
#include "campaign.h"
#include "report_part.h"

static struct report_node *
begin_action(struct builder *b, struct report_node *parent, const char *phase,
    const char *verb)
{
	struct report_node *n = node_add(b, parent, REPORT_ACTION);

	node_number(b, n, "number", b->seq);
	if (phase != NULL)
		node_text(b, n, "phase", phase);
	node_text(b, n, "verb", verb);
	if (b->step > 0)
		node_number(b, n, "step", b->step);
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
		node_name(b, n, "entity", m->v[b->move].vm);
		node_name(b, n, "from", m->v[b->move].from);
		node_name(b, n, "to", m->v[b->move].to);
	}
}

/* One line, which stands for so many actions. */
struct report_node *
report_actions(struct builder *b, struct report_node *parent, const char *phase,
    const char *verb, uint32_t count)
{
	struct report_node *n = begin_action(b, parent, phase, verb);

	if (count > 1)
		node_number(b, n, "count", count);
	b->seq += count;
	add_moves(b, parent, phase);
	return n;
}

struct report_node *
report_action(struct builder *b, struct report_node *parent, const char *phase,
    const char *verb)
{
	return report_actions(b, parent, phase, verb, 1);
}

static void
add_command(struct builder *b, struct report_node *n, const struct action *a)
{
	node_name(b, n, "command", a->command);
	node_words(b, n, "arguments", a->args);
	node_name(b, n, "undo", a->undo_command);
	node_words(b, n, "undo-arguments", a->undo_args);
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
		node_words(b, n, name, intern_buf(&t));
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

		n = report_action(b, parent, phase, "command");
		add_command(b, n, a);
		node_name(b, n, "on", e->ee != NAME_NONE ? e->ee :
		    e->amf_node != NAME_NONE ? e->amf_node : e->clm_node);
		node_name(b, n, "why", a->reason);
	}
}

void
report_call(struct builder *b, struct report_node *n, const struct callback *c)
{
	node_name(b, n, "label", c->label);
	node_words(b, n, "string", c->string);
}

static void
add_listed(struct builder *b, struct report_node *parent, const char *phase,
    const struct action *a)
{
	static const char *const verbs[] = { [ACTION_CCB] = "modify-im",
		[ACTION_ADMIN] = "admin", [ACTION_CALLBACK] = "callback" };
	struct report_node *n = report_action(b, parent, phase, verbs[a->kind]);

	if (a->kind == ACTION_ADMIN) {
		node_name(b, n, "operation", a->forward.operation);
		node_name(b, n, "entity", a->forward.dn);
		add_parameters(b, n, "parameters", &a->forward);
		node_name(b, n, "undo", a->undo.operation);
		add_parameters(b, n, "undo-parameters", &a->undo);
	} else if (a->kind == ACTION_CALLBACK) {
		report_call(b, n, &a->callback);
	}
	node_name(b, n, "why", a->reason);
	if (a->kind == ACTION_CCB)
		report_ops(b, n, a->op, a->nop);
}

void
report_list(struct builder *b, struct report_node *parent, const char *phase,
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
void
report_calls(struct builder *b, struct report_node *parent,
    const struct callback *c, size_t n)
{
	size_t i;

	b->step = 0;
	for (i = 0; i < n; i++)
		report_call(b, report_action(b, parent, NULL, "callback"),
		    &c[i]);
}

/* Those whose turn is not known. */
void
report_callbacks(struct builder *b, struct report_node *parent,
    const char *when, const struct callback *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct report_node *x = node_add(b, parent, REPORT_CALLBACK);

		node_text(b, x, "when", when);
		report_call(b, x, &c[i]);
	}
}

