/*
 * How are actions written: CCBs with their operations, administrative
 * operations, callbacks, commands, and what they refer to?
 */
#include "campaign_write.h"
#include "dn.h"

void
write_reason(struct xml_out *o, uint32_t reason)
{
	xml_name(o, "cg:reason", reason);
}

void
write_ref(struct xml_out *o, const char *element, const char *attr,
    uint32_t dn)
{
	xml_begin(o, element);
	xml_name(o, attr, dn);
	xml_empty(o);
}

static void
write_env(struct xml_out *o, const struct plm_env *e, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		xml_begin(o, "plmExecEnv");
		xml_name(o, "plmExecEnviron", e[i].ee);
		xml_name(o, "clmNode", e[i].clm_node);
		xml_name(o, "amfNode", e[i].amf_node);
		xml_empty(o);
	}
}

void
write_bundle_refs(struct xml_out *o, const char *element,
    const struct bundle_ref *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		xml_begin(o, element);
		xml_name(o, "bundleDN", v[i].bundle);
		xml_name(o, "pathnamePrefix", v[i].path);
		if (v[i].nenv == 0) {
			xml_empty(o);
			continue;
		}
		xml_content(o);
		write_env(o, v[i].env, v[i].nenv);
		xml_end(o, element);
	}
}

static void
write_attribute(struct xml_out *o, uint32_t name, enum value_type type,
    const uint32_t *value, size_t n)
{
	size_t i;

	xml_begin(o, "attribute");
	xml_name(o, "name", name);
	xml_attr(o, "type", type_imm_name(type));
	xml_content(o);
	for (i = 0; i < n; i++)
		xml_value(o, "value", value[i]);
	xml_end(o, "attribute");
}

void
write_attributes(struct xml_out *o, const struct cattr *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		write_attribute(o, v[i].name, v[i].type, v[i].value,
		    v[i].nvalue);
}

static enum value_type
rdn_type(const struct ccb_op *op)
{
	const struct class_def *c;

	if (op->rdn_type == TYPE_NAME || op->rdn_type == TYPE_STRING)
		return op->rdn_type;
	c = class_builtin(op->class);
	return c != NULL && c->rdn.type == TYPE_NAME ? TYPE_NAME : TYPE_STRING;
}

void
write_create(struct xml_out *o, const char *element, const struct ccb_op *op)
{
	const char *dn = name_str(op->dn);
	size_t len = name_len(op->dn), rdn = dn_rdn_len(dn, len);

	xml_begin(o, element);
	xml_name(o, "objectClassName", op->class);
	if (rdn == len)
		xml_attr(o, "parentObjectDN", "=");
	else
		xml_text_attr(o, "parentObjectDN", dn + rdn + 1, len - rdn - 1);
	write_reason(o, op->reason);
	xml_content(o);
	xml_begin(o, "attribute");
	xml_text_attr(o, "name", dn, dn_attr_len(dn, len));
	xml_attr(o, "type", type_imm_name(rdn_type(op)));
	xml_content(o);
	xml_text_value(o, "value", dn, rdn);
	xml_end(o, "attribute");
	write_attributes(o, op->attr, op->nattr);
	xml_end(o, element);
}

const char *
write_operation_name(enum modify_op op)
{
	switch (op) {
	case MODIFY_ADD:
		return "SA_IMM_ATTR_VALUES_ADD";
	case MODIFY_DELETE:
		return "SA_IMM_ATTR_VALUES_DELETE";
	case MODIFY_REPLACE:
		break;
	}
	return "SA_IMM_ATTR_VALUES_REPLACE";
}

static void
write_ccb_op(struct xml_out *o, const struct ccb_op *op)
{
	switch (op->kind) {
	case CCB_CREATE:
		write_create(o, "create", op);
		return;
	case CCB_DELETE:
		xml_begin(o, "delete");
		xml_name(o, "objectDN", op->dn);
		write_reason(o, op->reason);
		xml_empty(o);
		return;
	case CCB_MODIFY:
		xml_begin(o, "modify");
		xml_name(o, "objectDN", op->dn);
		xml_attr(o, "operation", write_operation_name(op->op));
		write_reason(o, op->reason);
		xml_content(o);
		write_attributes(o, op->attr, op->nattr);
		xml_end(o, "modify");
	}
}

static void
write_admin_op(struct xml_out *o, const char *element,
    const struct admin_op *op)
{
	size_t i;

	xml_begin(o, element);
	xml_name(o, "objectDN", op->dn);
	xml_name(o, "operationID", op->operation);
	if (op->nparam == 0) {
		xml_empty(o);
		return;
	}
	xml_content(o);
	for (i = 0; i < op->nparam; i++) {
		xml_begin(o, "param");
		xml_name(o, "name", op->param[i].name);
		xml_attr(o, "type", type_imm_name(op->param[i].type));
		xml_content(o);
		xml_value(o, "value", op->param[i].value);
		xml_end(o, "param");
	}
	xml_end(o, element);
}

void
write_callback(struct xml_out *o, const char *element,
    const struct callback *c)
{
	xml_begin(o, element);
	xml_name(o, "callbackLabel",
	    c->label == NAME_NONE ? NAME_EMPTY : c->label);
	if (c->time != -1)
		xml_int(o, "time", c->time);
	xml_name(o, "stringToPass", c->string);
	xml_empty(o);
}

void
write_callbacks(struct xml_out *o, const char *element,
    const struct callback *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		write_callback(o, element, &v[i]);
}

void
write_cli(struct xml_out *o, const char *element, uint32_t command,
    uint32_t args)
{
	xml_begin(o, element);
	xml_name(o, "command", command == NAME_NONE ? NAME_EMPTY : command);
	xml_name(o, "args", args);
	xml_empty(o);
}

static void
write_ccb(struct xml_out *o, const struct action *a)
{
	size_t i;

	xml_begin(o, "immCCB");
	xml_uint(o, "ccbFlags", a->ccb_flags);
	xml_content(o);
	for (i = 0; i < a->nop; i++)
		write_ccb_op(o, &a->op[i]);
	xml_end(o, "immCCB");
}

static void
write_action(struct xml_out *o, const char *element, const struct action *a)
{
	xml_begin(o, element);
	write_reason(o, a->reason);
	xml_name(o, "cg:moves", a->moves);
	xml_name(o, "cg:on", a->on);
	xml_content(o);
	switch (a->kind) {
	case ACTION_CCB:
		write_ccb(o, a);
		break;
	case ACTION_ADMIN:
		write_admin_op(o, "doAdminOperation", &a->forward);
		write_admin_op(o, "undoAdminOperation", &a->undo);
		break;
	case ACTION_CLI:
		write_cli(o, "doCliCommand", a->command, a->args);
		write_cli(o, "undoCliCommand", a->undo_command, a->undo_args);
		write_env(o, a->env, a->nenv);
		break;
	case ACTION_CALLBACK:
		write_callback(o, "callback", &a->callback);
	}
	xml_end(o, element);
}

void
write_actions(struct xml_out *o, const char *element,
    const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		write_action(o, element, &l->v[i]);
}
