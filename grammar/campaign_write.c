/*
 * How is a campaign written? One pass over the records in the order of the
 * schema, two blanks a level, nothing but the campaign in the bytes. Texts are
 * looked at once: most need no escape and are copied as they are; a value that
 * XML cannot hold is written in base64. No document is built, so the buffer
 * may drain while a campaign of any size passes through.
 */
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "campaign_types.h"
#include "dn.h"
#include "xml_out.h"

static void
write_reason(struct xml_out *o, uint32_t reason)
{
	xml_name(o, "cg:reason", reason);
}

static void
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

static void
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

static void
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

static void
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

static const char *
operation_name(enum modify_op op)
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
		xml_attr(o, "operation", operation_name(op->op));
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

static void
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

static void
write_callbacks(struct xml_out *o, const char *element,
    const struct callback *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		write_callback(o, element, &v[i]);
}

static void
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

static void
write_actions(struct xml_out *o, const char *element,
    const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		write_action(o, element, &l->v[i]);
}

static void
write_template(struct xml_out *o, uint32_t parent, uint32_t type)
{
	if (parent != NAME_NONE)
		write_ref(o, "parent", "objectDN", parent);
	if (type != NAME_NONE)
		write_ref(o, "type", "objectDN", type);
}

static void
write_entities(struct xml_out *o, const char *element,
    const struct entity_list *l)
{
	size_t i;

	if (l->nname == 0 && l->ntemplate == 0)
		return;
	xml_begin(o, element);
	xml_content(o);
	for (i = 0; i < l->nname; i++)
		write_ref(o, "byName", "objectDN", l->name[i]);
	for (i = 0; i < l->ntemplate; i++) {
		xml_begin(o, "byTemplate");
		xml_content(o);
		write_template(o, l->template[i].parent, l->template[i].type);
		xml_end(o, "byTemplate");
	}
	xml_end(o, element);
}

static void
write_modification(struct xml_out *o, const struct modification *m)
{
	xml_begin(o, "modifyOperation");
	xml_name(o, "objectRDN", m->rdn);
	xml_attr(o, "operation", operation_name(m->op));
	xml_content(o);
	write_attributes(o, m->attr, m->nattr);
	xml_end(o, "modifyOperation");
}

static void
write_targets(struct xml_out *o, const struct step *s)
{
	size_t i, k;

	for (i = 0; i < s->ntemplate; i++) {
		const struct target_template *t = &s->template[i];

		xml_begin(o, "targetEntityTemplate");
		xml_content(o);
		write_template(o, t->parent, t->type);
		for (k = 0; k < t->nmod; k++)
			write_modification(o, &t->mod[k]);
		xml_end(o, "targetEntityTemplate");
	}
}

static void
write_add_remove(struct xml_out *o, const struct step *s)
{
	size_t i;

	xml_open(o, "forAddRemove");
	xml_open(o, "deactivationUnit");
	write_entities(o, "actedOn", &s->deactivation.acted_on);
	write_entities(o, "removed", &s->deactivation.removed);
	write_bundle_refs(o, "swRemove", s->deactivation.sw_remove,
	    s->deactivation.nremove);
	xml_end(o, "deactivationUnit");
	xml_open(o, "activationUnit");
	write_entities(o, "actedOn", &s->activation.acted_on);
	for (i = 0; i < s->activation.nadded; i++)
		write_create(o, "added", &s->activation.added[i]);
	write_bundle_refs(o, "swAdd", s->activation.sw_add,
	    s->activation.nadd);
	xml_end(o, "activationUnit");
	xml_end(o, "forAddRemove");
}

static void
write_modify(struct xml_out *o, const struct step *s)
{
	const struct unit *u = &s->activation;

	xml_open(o, "forModify");
	xml_open(o, "activationUnit");
	write_entities(o, "actedOn", &u->acted_on);
	write_bundle_refs(o, "swRemove", u->sw_remove, u->nremove);
	write_bundle_refs(o, "swAdd", u->sw_add, u->nadd);
	xml_end(o, "activationUnit");
	write_targets(o, s);
	xml_end(o, "forModify");
}

static void
write_by_template(struct xml_out *o, const struct step *s)
{
	const struct unit *u = &s->activation;
	size_t i;

	xml_open(o, "byTemplate");
	xml_begin(o, "targetNodeTemplate");
	xml_name(o, "objectDN", s->node_template);
	xml_content(o);
	if (s->nunit_template > 0) {
		xml_open(o, "activationUnitTemplate");
		for (i = 0; i < s->nunit_template; i++)
			write_template(o, s->unit_template[i].parent,
			    s->unit_template[i].type);
		xml_end(o, "activationUnitTemplate");
	}
	write_bundle_refs(o, "swRemove", u->sw_remove, u->nremove);
	write_bundle_refs(o, "swAdd", u->sw_add, u->nadd);
	xml_end(o, "targetNodeTemplate");
	write_targets(o, s);
	xml_end(o, "byTemplate");
}

static void
write_scope(struct xml_out *o, const struct step *s)
{
	xml_open(o, "upgradeScope");
	switch (s->scope) {
	case SCOPE_ADD_REMOVE:
		write_add_remove(o, s);
		break;
	case SCOPE_MODIFY:
		write_modify(o, s);
		break;
	case SCOPE_TEMPLATE:
		write_by_template(o, s);
	}
	xml_end(o, "upgradeScope");
}

/* An element that holds one empty element, named by an id. */
static void
write_choice(struct xml_out *o, const char *element, uint32_t choice)
{
	xml_open(o, element);
	xml_begin(o, name_str(choice));
	xml_empty(o);
	xml_end(o, element);
}

static void
write_step_callback(struct xml_out *o, const struct callback *c)
{
	if (c->on == NAME_NONE) {
		write_choice(o, "atAction", c->at);
	} else {
		xml_open(o, "customizationTime");
		write_choice(o, "onStep", c->on);
		write_choice(o, "atAction", c->at);
		xml_end(o, "customizationTime");
	}
	write_callback(o, "callback", c);
}

static void
write_step(struct xml_out *o, const struct step *s)
{
	size_t i;

	write_scope(o, s);
	xml_begin(o, "upgradeStep");
	xml_uint(o, "saSmfStepRestartOption", s->restart);
	xml_uint(o, "saSmfStepInPhaseStep", s->in_phase);
	xml_uint(o, "saSmfStepLockedReducedStep", s->locked_reduced);
	xml_uint(o, "saSmfStepMaxRetry", s->max_retry);
	write_reason(o, s->reason);
	if (s->ncallback == 0) {
		xml_empty(o);
		return;
	}
	xml_content(o);
	for (i = 0; i < s->ncallback; i++)
		write_step_callback(o, &s->callback[i]);
	xml_end(o, "upgradeStep");
}

static void
write_outage(struct xml_out *o, const struct procedure *p)
{
	size_t i;

	xml_open(o, "acceptableServiceOutage");
	if (p->outage != OUTAGE_SOME) {
		xml_begin(o, p->outage == OUTAGE_ALL ? "all" : "none");
		xml_empty(o);
	} else if (p->outage_max != -1) {
		xml_begin(o, "max");
		xml_int(o, "value", p->outage_max);
		xml_empty(o);
	}
	for (i = 0; i < p->naccepted; i++)
		write_ref(o, "mayGoUnassignedSI", "saSmfProcAcceptSIOutage",
		    p->accepted[i]);
	for (i = 0; i < p->nkept; i++)
		write_ref(o, "mustKeepAssignedSI", "saSmfProcMustKeepSIs",
		    p->kept[i]);
	xml_end(o, "acceptableServiceOutage");
}

static void
write_method(struct xml_out *o, const struct procedure *p)
{
	bool rolling = p->method == METHOD_ROLLING;
	const char *element = rolling ? "rollingUpgrade" : "singleStepUpgrade";
	size_t i;

	xml_open(o, "upgradeMethod");
	xml_begin(o, element);
	if (rolling)
		xml_uint(o, "saSmfProcDisableSimultanExec", p->simultaneous);
	xml_content(o);
	for (i = 0; i < p->nstep; i++)
		write_step(o, &p->step[i]);
	xml_end(o, element);
	xml_end(o, "upgradeMethod");
}

static void
write_procedure(struct xml_out *o, const struct procedure *p)
{
	xml_begin(o, "upgradeProcedure");
	xml_name(o, "safSmfProcedure", p->name);
	xml_uint(o, "saSmfExecLevel", p->level);
	write_reason(o, p->reason);
	xml_content(o);
	xml_open(o, "outageInfo");
	write_outage(o, p);
	xml_begin(o, "procedurePeriod");
	xml_int(o, "saSmfProcPeriod", p->period);
	xml_empty(o);
	xml_end(o, "outageInfo");
	write_actions(o, "procInitAction", &p->init);
	write_method(o, p);
	write_actions(o, "procWrapupAction", &p->wrapup);
	xml_end(o, "upgradeProcedure");
}

static void
write_commands(struct xml_out *o, const char *element, const uint32_t *offline,
    const char *scope, const uint32_t *online)
{
	if (offline[0] == NAME_NONE && online[0] == NAME_NONE) {
		xml_begin(o, element);
		xml_empty(o);
		return;
	}
	xml_open(o, element);
	if (offline[0] != NAME_NONE) {
		xml_begin(o, "offline");
		xml_name(o, "command", offline[0]);
		xml_name(o, "args", offline[1]);
		xml_name(o, scope, offline[2]);
		xml_empty(o);
	}
	if (online[0] != NAME_NONE)
		write_cli(o, "online", online[0], online[1]);
	xml_end(o, element);
}

static void
write_bundle(struct xml_out *o, const struct bundle *b)
{
	const uint32_t remove_offline[] = { b->remove_offline,
		b->remove_offline_args, b->remove_offline_scope };
	const uint32_t remove_online[] = { b->remove_online,
		b->remove_online_args };
	const uint32_t install_offline[] = { b->install_offline,
		b->install_offline_args, b->install_offline_scope };
	const uint32_t install_online[] = { b->install_online,
		b->install_online_args };

	xml_begin(o, "softwareBundle");
	xml_name(o, "name", b->name);
	xml_content(o);
	write_commands(o, "removal", remove_offline,
	    "saSmfBundleRemoveOfflineScope", remove_online);
	write_commands(o, "installation", install_offline,
	    "saSmfBundleInstallOfflineScope", install_online);
	write_ref(o, "defaultCliTimeout", "saSmfBundleDefaultCmdTimeout",
	    b->timeout);
	xml_end(o, "softwareBundle");
}

static void
write_add_to_imm(struct xml_out *o, const struct campaign *c)
{
	size_t i;

	if (c->nbundle == 0 && c->ntype == 0) {
		xml_begin(o, "addToImm");
		xml_empty(o);
		return;
	}
	xml_open(o, "addToImm");
	for (i = 0; i < c->nbundle; i++)
		write_bundle(o, &c->bundle[i]);
	types_write(o, c->type, c->ntype);
	xml_end(o, "addToImm");
}

static void
write_info(struct xml_out *o, const struct campaign *c)
{
	xml_open(o, "campaignInfo");
	xml_begin(o, "campaignPeriod");
	if (c->expected_time != -1)
		xml_int(o, "saSmfCmpgExpectedTime", c->expected_time);
	xml_empty(o);
	if (c->config_base != -1 || c->source_digest != NAME_NONE ||
	    c->target_digest != NAME_NONE) {
		xml_begin(o, "configurationBase");
		xml_int(o, "saSmfCmpgConfigBase",
		    c->config_base == -1 ? 0 : c->config_base);
		xml_name(o, "cg:source", c->source_digest);
		xml_name(o, "cg:target", c->target_digest);
		xml_empty(o);
	}
	xml_end(o, "campaignInfo");
}

static void
write_initialization(struct xml_out *o, const struct campaign *c)
{
	xml_open(o, "campaignInitialization");
	write_add_to_imm(o, c);
	write_callbacks(o, "callbackAtInit", c->at_init, c->nat_init);
	write_callbacks(o, "callbackAtBackup", c->at_backup, c->nat_backup);
	write_callbacks(o, "callbackAtRollback", c->at_rollback,
	    c->nat_rollback);
	write_actions(o, "campInitAction", &c->init);
	xml_end(o, "campaignInitialization");
}

static void
write_wait(struct xml_out *o, const char *element, int64_t time)
{
	xml_begin(o, element);
	xml_int(o, "time", time);
	xml_empty(o);
}

static void
write_remove_from_imm(struct xml_out *o, const struct campaign *c)
{
	size_t i;

	if (c->nremove_type == 0 && c->nremove_bundle == 0) {
		xml_begin(o, "removeFromImm");
		xml_empty(o);
		return;
	}
	xml_open(o, "removeFromImm");
	for (i = 0; i < c->nremove_type; i++)
		write_ref(o, "amfEntityTypeDN", "objectDN", c->remove_type[i]);
	write_bundle_refs(o, "softwareBundleDN", c->remove_bundle,
	    c->nremove_bundle);
	xml_end(o, "removeFromImm");
}

static void
write_wrapup(struct xml_out *o, const struct campaign *c)
{
	xml_open(o, "campaignWrapup");
	write_actions(o, "campCompleteAction", &c->complete);
	write_wait(o, "waitToCommit", c->wait_to_commit);
	write_callbacks(o, "callbackAtCommit", c->at_commit, c->nat_commit);
	write_actions(o, "campWrapupAction", &c->wrapup);
	write_wait(o, "waitToAllowNewCampaign", c->wait_to_allow);
	write_remove_from_imm(o, c);
	xml_end(o, "campaignWrapup");
}

void
campaign_write(const struct campaign *c, struct buf *b)
{
	struct xml_out out = { .buf = b }, *o = &out;
	size_t i;

	buf_str(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	xml_begin(o, "upgradeCampaign");
	xml_attr(o, "xmlns:xs", "http://www.w3.org/2001/XMLSchema");
	xml_attr(o, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
	xml_attr(o, "xmlns:cg", "urn:campgen:1");
	xml_name(o, "safSmfCampaign", c->name);
	xml_name(o, "cg:schedule", c->schedule);
	xml_content(o);
	write_info(o, c);
	write_initialization(o, c);
	for (i = 0; i < c->nprocedure; i++)
		write_procedure(o, &c->procedure[i]);
	write_wrapup(o, c);
	xml_end(o, "upgradeCampaign");
}
