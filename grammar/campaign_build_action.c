/*
 * What do the actions of a campaign say? Configuration changes with their
 * objects and values, administrative operations, commands, callbacks; also the
 * creates of a step, which look the same.
 */
#include <string.h>

#include "base64.h"
#include "buf.h"
#include "campaign_read.h"
#include "diag.h"
#include "dn.h"

/* The text of a value, interned; NAME_EMPTY and a finding if it is marked as
 * base64 and stands for no text. */
static uint32_t
value_text(struct reader *r, uint32_t pos, const char *text, size_t len)
{
	struct place p = campaign_place(r->campaign, pos);
	struct buf b = { 0 };
	uint32_t id = NAME_EMPTY;

	if (!r->now.base64)
		return len == 0 ? (uint32_t)NAME_EMPTY : intern(text, len);
	if (!base64_decode(text, len, &b))
		diag_report(r->diag, DIAG_CAMPAIGN_VALUE, p, NAME_NONE,
		    "the value is no base64");
	else if (b.len > 0 && memchr(b.data, '\0', b.len) != NULL)
		diag_report(r->diag, DIAG_ZERO_BYTE, p, NAME_NONE,
		    "the value holds a zero byte");
	else if (b.len > 0)
		id = intern(b.data, b.len);
	buf_free(&b);
	return id;
}

/* Has the object had that attribute already? */
static bool
is_double(struct building *b, uint32_t name)
{
	uint32_t *seen;

	if (name == NAME_NONE)
		return false;
	if (b->attrs.n == 0)
		b->serial++;
	seen = idmap_at(&b->seen, name);
	if (*seen == b->serial)
		return true;
	*seen = b->serial;
	return false;
}

static void
end_attribute(struct reader *r, uint32_t pos)
{
	struct cattr *a = &r->now.attr;
	size_t n;

	a->value = list_take(r->campaign, &r->now.values, sizeof(*a->value),
	    &n);
	a->nvalue = (uint32_t)n;
	if (is_double(&r->now, a->name)) {
		diag_report(r->diag, DIAG_CAMPAIGN_ATTRIBUTE_TWICE,
		    campaign_place(r->campaign, pos), NAME_NONE,
		    "attribute \"%s\" is given twice", name_str(a->name));
		return;
	}
	list_push(&r->now.attrs, a, sizeof(*a));
}

/* Is this the attribute that names the object, "attr=value"? */
static bool
is_rdn(const struct cattr *a, uint32_t known)
{
	size_t n = name_len(a->name);
	const char *v;

	if (known != NAME_NONE && a->name != known)
		return false;
	if (a->nvalue != 1)
		return false;
	v = name_str(a->value[0]);
	return name_len(a->value[0]) > n + 1 && v[n] == '=' &&
	    memcmp(v, name_str(a->name), n) == 0;
}

/* The DN of a create: the RDN attribute leaves the list. */
static void
name_object(struct reader *r, struct ccb_op *op, uint32_t parent)
{
	const struct class_def *c = class_builtin(op->class);
	uint32_t known = c == NULL ? (uint32_t)NAME_NONE : c->rdn.name, i;
	const char *fault;

	for (i = 0; i < op->nattr && !is_rdn(&op->attr[i], known);)
		i++;
	if (i == op->nattr) {
		diag_report(r->diag, DIAG_NO_RDN,
		    campaign_place(r->campaign, op->pos), NAME_NONE,
		    "a \"%s\" is created but no attribute names it \"%s=...\"",
		    name_str(op->class),
		    known == NAME_NONE ? "attribute" : name_str(known));
		return;
	}
	op->rdn_type = op->attr[i].type;
	op->dn = dn_join(op->attr[i].value[0], parent);
	op->nattr--;
	memmove(&op->attr[i], &op->attr[i + 1],
	    (op->nattr - i) * sizeof(*op->attr));
	if (op->nattr == 0)
		op->attr = NULL;
	fault = dn_fault(name_str(op->dn), name_len(op->dn));
	if (fault != NULL)
		diag_report(r->diag, DIAG_CAMPAIGN_DN,
		    campaign_place(r->campaign, op->pos), NAME_NONE,
		    "\"%.100s\" is no name of an object: it %s",
		    name_str(op->dn), fault);
}

static void
begin_op(struct reader *r, enum ccb_kind kind)
{
	struct ccb_op *op = &r->now.op;

	*op = (struct ccb_op){ .kind = kind, .reason = r->reason,
		.pos = r->pos };
	if (kind == CCB_CREATE) {
		op->class = read_text(r, "objectClassName");
		op->dn = read_text(r, "parentObjectDN");
		return;
	}
	op->dn = read_text(r, "objectDN");
	if (kind == CCB_MODIFY)
		op->op = (enum modify_op)read_number(r, "operation",
		    MODIFY_REPLACE);
}

static void
end_op(struct reader *r, struct list *to)
{
	struct ccb_op *op = &r->now.op;
	uint32_t parent = op->dn;
	size_t n;

	op->attr = list_take(r->campaign, &r->now.attrs, sizeof(*op->attr),
	    &n);
	op->nattr = (uint32_t)n;
	if (op->kind == CCB_CREATE) {
		if (parent != NAME_NONE && strcmp(name_str(parent), "=") == 0)
			parent = NAME_NONE;
		name_object(r, op, parent);
	}
	list_push(to, op, sizeof(*op));
}

static void
begin_callback(struct reader *r)
{
	struct callback *c = &r->now.callback;

	c->label = read_text(r, "callbackLabel");
	c->string = read_text(r, "stringToPass");
	c->time = read_number(r, "time", -1);
	c->pos = r->pos;
}

static void
end_callback(struct reader *r, struct list *to)
{
	struct callback *c = &r->now.callback;

	if (r->now.in_action) {
		r->now.action.kind = ACTION_CALLBACK;
		r->now.action.callback = *c;
	} else {
		list_push(to, c, sizeof(*c));
	}
	*c = (struct callback){ .time = -1 };
}

static void
begin_action(struct reader *r)
{
	r->now.in_action = true;
	r->now.action = (struct action){ .reason = r->reason,
		.moves = r->moves, .on = r->on, .pos = r->pos };
}

static void
end_action(struct reader *r)
{
	struct action *a = &r->now.action;

	if (a->kind == ACTION_CLI)
		a->env = list_take(r->campaign, &r->now.envs,
		    sizeof(*a->env), &a->nenv);
	list_push(&r->now.actions, a, sizeof(*a));
	r->now.in_action = false;
}

static void
begin_admin(struct reader *r, struct admin_op *op)
{
	r->now.action.kind = ACTION_ADMIN;
	op->dn = read_text(r, "objectDN");
	op->operation = read_text(r, "operationID");
	r->now.admin = op;
}

static void
begin_cli(struct reader *r, uint32_t *command, uint32_t *args)
{
	r->now.action.kind = ACTION_CLI;
	*command = read_text(r, "command");
	*args = read_text(r, "args");
}

static void
add_env(struct reader *r)
{
	struct plm_env e = { read_text(r, "plmExecEnviron"),
		read_text(r, "clmNode"), read_text(r, "amfNode") };

	list_push(&r->now.envs, &e, sizeof(e));
}

void
build_action_begin(struct reader *r)
{
	struct action *a = &r->now.action;

	switch (r->element) {
	case EL_INIT_ACTION:
	case EL_PROC_INIT_ACTION:
	case EL_PROC_WRAPUP_ACTION:
	case EL_COMPLETE_ACTION:
	case EL_WRAPUP_ACTION:
		begin_action(r);
		break;
	case EL_DO_ADMIN:
		begin_admin(r, &a->forward);
		break;
	case EL_UNDO_ADMIN:
		begin_admin(r, &a->undo);
		break;
	case EL_PARAM:
		r->now.param = (struct param){ .name = read_text(r, "name"),
			.type = (enum value_type)read_number(r, "type",
			    TYPE_STRING) };
		break;
	case EL_DO_CLI:
		begin_cli(r, &a->command, &a->args);
		break;
	case EL_UNDO_CLI:
		begin_cli(r, &a->undo_command, &a->undo_args);
		break;
	case EL_EXEC_ENV:
		add_env(r);
		break;
	case EL_CCB:
		a->kind = ACTION_CCB;
		a->ccb_flags = (uint64_t)read_number(r, "ccbFlags", 0);
		break;
	case EL_CREATE:
	case EL_ADDED:
		begin_op(r, CCB_CREATE);
		break;
	case EL_DELETE:
		begin_op(r, CCB_DELETE);
		break;
	case EL_MODIFY:
		begin_op(r, CCB_MODIFY);
		break;
	case EL_ATTRIBUTE:
		r->now.attr = (struct cattr){ .name = read_text(r, "name"),
			.type = (enum value_type)read_number(r, "type",
			    TYPE_STRING) };
		break;
	case EL_AT_INIT:
	case EL_AT_BACKUP:
	case EL_AT_ROLLBACK:
	case EL_AT_COMMIT:
	case EL_CALLBACK:
		begin_callback(r);
		break;
	default:
		break;
	}
}

static void
end_ccb(struct reader *r)
{
	struct action *a = &r->now.action;

	a->op = list_take(r->campaign, &r->now.ops, sizeof(*a->op), &a->nop);
}

static void
end_admin(struct reader *r)
{
	struct admin_op *op = r->now.admin;

	op->param = list_take(r->campaign, &r->now.params,
	    sizeof(*op->param), &op->nparam);
}

void
build_action_end(struct reader *r, enum element e, uint32_t pos,
    const char *text, size_t len)
{
	uint32_t id;

	switch (e) {
	case EL_INIT_ACTION:
	case EL_PROC_INIT_ACTION:
	case EL_PROC_WRAPUP_ACTION:
	case EL_COMPLETE_ACTION:
	case EL_WRAPUP_ACTION:
		end_action(r);
		break;
	case EL_DO_ADMIN:
	case EL_UNDO_ADMIN:
		end_admin(r);
		break;
	case EL_PARAM:
		list_push(&r->now.params, &r->now.param, sizeof(r->now.param));
		break;
	case EL_PARAM_VALUE:
		r->now.param.value = value_text(r, pos, text, len);
		break;
	case EL_CCB:
		end_ccb(r);
		break;
	case EL_CREATE:
	case EL_DELETE:
	case EL_MODIFY:
		end_op(r, &r->now.ops);
		break;
	case EL_ADDED:
		end_op(r, &r->now.added);
		break;
	case EL_ATTRIBUTE:
		end_attribute(r, pos);
		break;
	case EL_VALUE:
		id = value_text(r, pos, text, len);
		list_push(&r->now.values, &id, sizeof(id));
		break;
	case EL_AT_INIT:
		end_callback(r, &r->now.at_init);
		break;
	case EL_AT_BACKUP:
		end_callback(r, &r->now.at_backup);
		break;
	case EL_AT_ROLLBACK:
		end_callback(r, &r->now.at_rollback);
		break;
	case EL_AT_COMMIT:
		end_callback(r, &r->now.at_commit);
		break;
	case EL_CALLBACK:
		end_callback(r, &r->now.callbacks);
		break;
	default:
		break;
	}
}
