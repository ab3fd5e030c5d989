/*
 * How is a campaign written? One pass over the records in the order of the
 * schema, two blanks a level, nothing but the campaign in the bytes. Texts are
 * looked at once: most need no escape and are copied as they are; a value that
 * XML cannot hold is written in base64. No document is built, so the buffer
 * may drain while a campaign of any size passes through.
 */
#include "base64.h"
#include "buf.h"
#include "campaign_types.h"
#include "campaign_write.h"

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
	xml_name(o, "cg:phase", p->phase);
	write_reason(o, p->reason);
	xml_name(o, "cg:risk", p->risk);
	xml_name(o, "cg:moves", p->moves);
	xml_name(o, "cg:actions", p->actions);
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
	xml_attr(o, "xmlns:xsi", XSI_NAMESPACE);
	xml_attr(o, "xmlns:cg", "urn:campgen:1");
	xml_name(o, "safSmfCampaign", c->name);
	xml_name(o, "cg:schedule", c->schedule);
	xml_name(o, "cg:bound", c->bound);
	xml_content(o);
	write_info(o, c);
	write_initialization(o, c);
	for (i = 0; i < c->nprocedure; i++)
		write_procedure(o, &c->procedure[i]);
	write_wrapup(o, c);
	xml_end(o, "upgradeCampaign");
}
