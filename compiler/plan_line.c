/*
 * How does one action look? A number, a mark, the verb, the nested step, and
 * on what. Runs of like actions become one line when there are many.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "plan_line.h"
#include "show.h"

enum { LISTED = 10, RUN = 3, INDENT = 11 };

bool
plan_is_marked(const struct plan *p, uint32_t name, unsigned mark)
{
	return name < p->nmark && (p->mark[name] & mark) != 0;
}

void
plan_name(struct plan *p, uint32_t name)
{
	const char *s = name_str(name);
	size_t n = name_len(name);

	if (p->tail == NULL || n <= p->tail_len + 1 ||
	    s[n - p->tail_len - 1] != ',' ||
	    memcmp(s + n - p->tail_len, p->tail, p->tail_len) != 0) {
		show_name(p->out, name);
		return;
	}
	show_text(p->out, s, n - p->tail_len - 1);
	buf_str(p->out, ",..");
}

void
plan_why(struct plan *p, unsigned indent, uint32_t reason)
{
	if (reason == NAME_NONE)
		return;
	buf_printf(p->out, "%*swhy: ", (int)indent, "");
	show_name(p->out, reason);
	buf_char(p->out, '\n');
}

static const char *
noun(const struct plan *p, uint32_t like)
{
	const char *s = name_str(like);

	if (plan_is_marked(p, like, MARK_CAUGHT))
		return "VM";
	if (strncmp(s, "safEE=", 6) == 0)
		return "EE";
	if (strncmp(s, "safSu=", 6) == 0)
		return "SU";
	return "entity";
}

void
plan_count(struct plan *p, size_t n, uint32_t like)
{
	show_count(p->out, n, noun(p, like));
}

uint32_t
plan_sponsored(const struct ccb_op *op)
{
	uint32_t i;

	if (op->kind != CCB_MODIFY)
		return NAME_NONE;
	for (i = 0; i < op->nattr; i++)
		if (op->attr[i].name == N_saPlmDepNames)
			return dn_parent(op->dn);
	return NAME_NONE;
}

void
plan_attr(struct plan *p, enum modify_op op, const struct cattr *a)
{
	static const char *const signs[] = {
		[MODIFY_ADD] = "+=", [MODIFY_DELETE] = "-=",
		[MODIFY_REPLACE] = ":=",
	};
	uint32_t i;

	show_name(p->out, a->name);
	buf_printf(p->out, " %s ", signs[op]);
	for (i = 0; i < a->nvalue; i++) {
		if (i > 0)
			buf_str(p->out, " | ");
		plan_name(p, a->value[i]);
	}
	if (a->nvalue == 0)
		buf_str(p->out, "(none)");
}

static void
attr_lines(struct plan *p, const struct ccb_op *op)
{
	uint32_t i;

	for (i = 0; i < op->nattr; i++) {
		buf_printf(p->out, "%*s", INDENT + 4, "");
		plan_attr(p, op->kind == CCB_MODIFY ? op->op : MODIFY_REPLACE,
		    &op->attr[i]);
		buf_char(p->out, '\n');
	}
}

/* Catching and mobilising, told by the VM: the dependency's own name says
 * nothing more. */
static bool
sponsor_line(struct plan *p, const struct ccb_op *op)
{
	uint32_t vm = plan_sponsored(op), i;

	if (vm == NAME_NONE || op->nattr != 1 || op->op != MODIFY_REPLACE ||
	    p->zoom == PLAN_FULL)
		return false;
	buf_printf(p->out, "%*s~ ", INDENT, "");
	plan_name(p, vm);
	buf_str(p->out, " is sponsored by ");
	for (i = 0; i < op->attr[0].nvalue; i++) {
		if (i > 0)
			buf_str(p->out, " | ");
		plan_name(p, op->attr[0].value[i]);
	}
	buf_char(p->out, '\n');
	plan_why(p, INDENT + 4, op->reason);
	return true;
}

static void
op_line(struct plan *p, const struct ccb_op *op)
{
	static const char signs[] = { [CCB_CREATE] = '+', [CCB_DELETE] = '-',
		[CCB_MODIFY] = '~' };

	if (sponsor_line(p, op))
		return;
	buf_printf(p->out, "%*s%c ", INDENT, "", signs[op->kind]);
	plan_name(p, op->dn);
	if (op->kind == CCB_CREATE) {
		buf_str(p->out, " (");
		show_name(p->out, op->class);
		buf_char(p->out, ')');
	}
	buf_char(p->out, '\n');
	if (op->kind == CCB_MODIFY || p->zoom == PLAN_FULL)
		attr_lines(p, op);
	plan_why(p, INDENT + 4, op->reason);
}

static bool
is_like(const struct ccb_op *a, const struct ccb_op *b)
{
	if (a->kind != b->kind || a->class != b->class)
		return false;
	return a->kind != CCB_MODIFY || a->nattr == 0 || b->nattr == 0 ||
	    a->attr[0].name == b->attr[0].name;
}

static void
more_line(struct plan *p, size_t n)
{
	buf_printf(p->out, "%*s... and %zu more like these\n", INDENT, "", n);
}

void
plan_ops(struct plan *p, const struct ccb_op *op, size_t n)
{
	size_t i, end, from;

	for (from = 0; from < n; from = end) {
		for (end = from + 1; end < n && is_like(&op[from], &op[end]);)
			end++;
		for (i = from; i < end; i++) {
			if (p->fold && i - from == LISTED && end - i > 1) {
				more_line(p, end - i);
				break;
			}
			op_line(p, &op[i]);
		}
	}
}

void
plan_names(struct plan *p, char sign, const uint32_t *name, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p->fold && i == LISTED && n - i > 1) {
			more_line(p, n - i);
			return;
		}
		buf_printf(p->out, "%*s%c ", INDENT, "", sign);
		plan_name(p, name[i]);
		buf_char(p->out, '\n');
	}
}

/* Number (or range of numbers), mark and verb of an action. */
static void
begin_line(struct plan *p, size_t n, char mark, const char *verb)
{
	struct buf number = { 0 };

	buf_uint(&number, p->seq);
	if (n > 1) {
		buf_char(&number, '-');
		buf_uint(&number, p->seq + n - 1);
	}
	buf_printf(p->out, "%8.*s %c %-17s", (int)number.len, number.data,
	    mark, verb);
	buf_free(&number);
	p->seq += n;
}

static void
ccb_action(struct plan *p, const struct action *a)
{
	size_t i, caught = 0;

	begin_line(p, 1, '~', "modify-im");
	for (i = 0; i < a->nop; i++)
		caught += plan_sponsored(&a->op[i]) != NAME_NONE;
	buf_char(p->out, ' ');
	show_count(p->out, a->nop, "change");
	if (caught > 0) {
		buf_str(p->out, ", sponsors of ");
		show_count(p->out, caught, "VM");
	}
	buf_char(p->out, '\n');
	plan_ops(p, a->op, a->nop);
}

static void
callback_line(struct plan *p, const struct callback *c)
{
	begin_line(p, 1, '!', "callback");
	buf_char(p->out, ' ');
	show_name(p->out, c->label);
	if (c->string != NAME_NONE) {
		buf_str(p->out, ": ");
		show_name(p->out, c->string);
	}
	buf_char(p->out, '\n');
}

/* In full: how it is taken back, if the campaign says. */
static void
undo_line(struct plan *p, uint32_t deed, uint32_t args)
{
	if (deed == NAME_NONE || p->zoom != PLAN_FULL)
		return;
	buf_printf(p->out, "%*sundo: ", INDENT, "");
	show_name(p->out, deed);
	if (args != NAME_NONE) {
		buf_char(p->out, ' ');
		show_name(p->out, args);
	}
	buf_char(p->out, '\n');
}

static void
other_action(struct plan *p, const struct action *a)
{
	if (a->kind == ACTION_CALLBACK) {
		callback_line(p, &a->callback);
		return;
	}
	if (a->kind == ACTION_ADMIN) {
		begin_line(p, 1, '!', "admin");
		buf_char(p->out, ' ');
		show_name(p->out, a->forward.operation);
		buf_char(p->out, ' ');
		plan_name(p, a->forward.dn);
	} else {
		begin_line(p, 1, '!', "command");
		buf_char(p->out, ' ');
		show_name(p->out, a->command);
		if (a->args != NAME_NONE) {
			buf_char(p->out, ' ');
			show_name(p->out, a->args);
		}
	}
	buf_char(p->out, '\n');
	if (a->kind == ACTION_ADMIN)
		undo_line(p, a->undo.operation, NAME_NONE);
	else
		undo_line(p, a->undo_command, a->undo_args);
}

void
plan_actions(struct plan *p, const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].kind == ACTION_CCB)
			ccb_action(p, &l->v[i]);
		else
			other_action(p, &l->v[i]);
		plan_why(p, INDENT, l->v[i].reason);
	}
}

void
plan_callbacks(struct plan *p, const char *when, const struct callback *c,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		buf_printf(p->out, "%*s! %s: callback ", INDENT - 2, "", when);
		show_name(p->out, c[i].label);
		if (c[i].string != NAME_NONE && p->zoom == PLAN_FULL) {
			buf_str(p->out, ": ");
			show_name(p->out, c[i].string);
		}
		buf_char(p->out, '\n');
	}
}

static char
verb_mark(enum verb v)
{
	switch (v) {
	case VERB_ONLINE_INSTALL:
	case VERB_OFFLINE_INSTALL:
		return '+';
	case VERB_ONLINE_UNINSTALL:
	case VERB_OFFLINE_UNINSTALL:
		return '-';
	case VERB_LOCK:
	case VERB_TERMINATE:
		return 'v';
	case VERB_INSTANTIATE:
	case VERB_UNLOCK:
		return '^';
	case VERB_RESTART:
		return '@';
	default:
		return '~';
	}
}

static void
print_template(struct plan *p, const struct entity_template *t)
{
	buf_str(p->out, "all");
	if (t->type != NAME_NONE) {
		buf_str(p->out, " of type ");
		plan_name(p, t->type);
	}
	if (t->parent != NAME_NONE) {
		buf_str(p->out, " below ");
		plan_name(p, t->parent);
	}
}

static void
print_entity(struct plan *p, const struct act *a)
{
	if (a->entity != NAME_NONE) {
		buf_str(p->out, a->each ? "each of " : "");
		plan_name(p, a->entity);
	} else if (a->template != NULL) {
		struct entity_template t = *a->template;

		if (a->each && t.type != NAME_NONE)
			t.parent = NAME_NONE;
		print_template(p, &t);
		buf_str(p->out, a->each ? " on the node" : "");
	}
}

/* The actions of a procedure's nested steps, kept so that runs are seen. */
struct acts {
	struct act *v;
	size_t n, cap;
};

static void
keep_act(void *arg, const struct act *a)
{
	struct acts *l = arg;

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = *a;
}

static bool
same_run(const struct plan *p, const struct act *a, const struct act *b)
{
	return a->verb == b->verb && a->step == b->step &&
	    a->phase == b->phase && a->bundle == b->bundle &&
	    a->entity != NAME_NONE && b->entity != NAME_NONE &&
	    !a->each && !b->each &&
	    noun(p, a->entity) == noun(p, b->entity);
}

static void
act_line(struct plan *p, const struct act *a, size_t n, bool nested)
{
	begin_line(p, n, verb_mark(a->verb), sequence_verb_name(a->verb));
	if (nested)
		buf_printf(p->out, " [%zu]", a->step + 1);
	if (a->bundle != NAME_NONE) {
		buf_char(p->out, ' ');
		plan_name(p, a->bundle);
		if (a->entity != NAME_NONE || a->template != NULL)
			buf_str(p->out, " for");
	}
	buf_char(p->out, ' ');
	if (n > 1) {
		plan_count(p, n, a->entity);
		buf_str(p->out, " like ");
	}
	print_entity(p, a);
	if (a->on != NAME_NONE && a->on != a->entity && n == 1) {
		buf_str(p->out, " on ");
		plan_name(p, a->on);
	}
	buf_char(p->out, '\n');
}

/* What selects by type knows which type is replaced. */
static void
change_line(struct plan *p, const struct target_template *t,
    const struct modification *m, const struct cattr *a)
{
	bool is_type = a->name == N_saPlmEEType || a->name == N_saAmfSUType ||
	    a->name == N_saAmfCompType;

	if (!is_type || t->type == NAME_NONE || m->op != MODIFY_REPLACE ||
	    (m->rdn != NAME_NONE && m->rdn != NAME_EMPTY) || a->nvalue != 1) {
		plan_attr(p, m->op, a);
		return;
	}
	show_name(p->out, a->name);
	buf_str(p->out, ": ");
	plan_name(p, t->type);
	buf_str(p->out, " -> ");
	plan_name(p, a->value[0]);
}

static void
template_lines(struct plan *p, const struct target_template *t)
{
	struct entity_template which = { t->parent, t->type };
	size_t i;
	uint32_t k;

	for (i = 0; i < t->nmod; i++) {
		const struct modification *m = &t->mod[i];

		for (k = 0; k < m->nattr; k++) {
			buf_printf(p->out, "%*s~ ", INDENT, "");
			if (t->type == NAME_NONE && t->parent != NAME_NONE)
				plan_name(p, t->parent);
			else
				print_template(p, &which);
			if (m->rdn != NAME_NONE && m->rdn != NAME_EMPTY) {
				buf_str(p->out, ", its ");
				show_name(p->out, m->rdn);
			}
			buf_printf(p->out, "\n%*s", INDENT + 4, "");
			change_line(p, t, m, &m->attr[k]);
			buf_char(p->out, '\n');
		}
	}
}

static void
change_lines(struct plan *p, const struct procedure *proc)
{
	size_t i, k;

	for (i = 0; i < proc->nstep; i++)
		plan_names(p, '-', proc->step[i].deactivation.removed.name,
		    proc->step[i].deactivation.removed.nname);
	for (i = 0; i < proc->nstep; i++)
		for (k = 0; k < proc->step[i].ntemplate; k++)
			template_lines(p, &proc->step[i].template[k]);
	for (i = proc->nstep; i-- > 0;)
		plan_ops(p, proc->step[i].activation.added,
		    proc->step[i].activation.nadded);
}

static size_t
count_changes(const struct procedure *proc)
{
	size_t n = 0, i, k;

	for (i = 0; i < proc->nstep; i++) {
		const struct step *s = &proc->step[i];

		n += s->deactivation.removed.nname + s->activation.nadded;
		for (k = 0; k < s->ntemplate; k++)
			n += s->template[k].nmod;
	}
	return n;
}

static void
modify_line(struct plan *p, const struct procedure *proc)
{
	size_t n = count_changes(proc);

	begin_line(p, 1, '~', "modify-im");
	buf_char(p->out, ' ');
	if (n == 0)
		buf_str(p->out, "nothing but the maintenance status");
	else
		show_count(p->out, n, "change");
	buf_char(p->out, '\n');
	change_lines(p, proc);
}

static void
phase_line(struct plan *p, enum phase phase)
{
	static const char *const names[] = { "tear down", "change",
		"build up" };

	buf_printf(p->out, "    %s\n", names[phase]);
}

void
plan_steps(struct plan *p, const struct procedure *proc)
{
	struct acts l = { 0 };
	size_t from, end, i;

	sequence_run(p->sequence, proc, keep_act, &l);
	for (from = 0; from < l.n; from = end) {
		if (from == 0 || l.v[from].phase != l.v[from - 1].phase)
			phase_line(p, l.v[from].phase);
		end = from + 1;
		if (l.v[from].verb == VERB_MODIFY_IM) {
			modify_line(p, proc);
			continue;
		}
		while (p->fold && end < l.n &&
		    same_run(p, &l.v[from], &l.v[end]))
			end++;
		if (end - from >= RUN) {
			act_line(p, &l.v[from], end - from, proc->nstep > 1);
			continue;
		}
		for (i = from; i < end; i++)
			act_line(p, &l.v[i], 1, proc->nstep > 1);
	}
	free(l.v);
}
