/* X1, P4, P6: what procedures of one level may not do to each other. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "prove.h"

#define DN(x) "safEE=" x ",safDomain=D"

/* Beside the two hosts: a third that nobody touches, a VM that stays, and an
 * EE that depends on the second host. */
static const char more[] =
    "  - {class: SaPlmEE, dn: \"" DN("host3") "\",\n"
    "     saPlmEEType: \"safVersion=1,safEEType=vmm\"}\n"
    "  - {class: SaPlmEE, dn: \"" DN("idle") "\",\n"
    "     saPlmEEType: \"safVersion=1,safEEType=other\"}\n"
    "  - {class: OpenSafPlmVirtualMachineConfig, dn: safVm=idle,\n"
    "     saPlmEE: \"" DN("idle") "\"}\n"
    "  - class: SaPlmDependency\n"
    "    dn: \"safDependency=on," DN("idle") "\"\n"
    "    saPlmDepNames: [%s]\n"
    "    saPlmDepMinNumber: 1\n"
    "  - {class: SaPlmHEBaseType, dn: safHEType=t}\n"
    "  - {class: SaPlmHE, dn: \"safHE=h,safDomain=D\",\n"
    "     saPlmHEBaseHEType: safHEType=t}\n"
    "  - {class: SaPlmEE, dn: \"safEE=box,safHE=h,safDomain=D\",\n"
    "     saPlmEEType: \"safVersion=1,safEEType=other\"}\n"
    "%s";
#define BOX "safEE=box,safHE=h,safDomain=D"
#define BOX_ON(hosts) \
    "  - class: SaPlmDependency\n" \
    "    dn: \"safDependency=on," BOX "\"\n" \
    "    saPlmDepNames: [" hosts "]\n" \
    "    saPlmDepMinNumber: 1\n"
#define BOX_LIST(values) CCB(MODIFY("safDependency=on," BOX, \
	"saPlmDepNames", "SANAMET", values))
static const char box[] = BOX_ON("\"" DN("host2") "\"");

/* A pair that takes an EE down and brings it back. */
#define AROUND(dn) "<singleStepUpgrade><upgradeScope><forAddRemove>" \
	"<deactivationUnit><actedOn><byName objectDN=\"" dn "\"/></actedOn>" \
	"</deactivationUnit><activationUnit><actedOn><byName objectDN=\"" dn \
	"\"/></actedOn></activationUnit></forAddRemove></upgradeScope>" \
	"<upgradeStep saSmfStepRestartOption=\"0\" " \
	"saSmfStepInPhaseStep=\"1\" saSmfStepLockedReducedStep=\"0\" " \
	"saSmfStepMaxRetry=\"1\"/>"
#define FIRST "<singleStepUpgrade>"
#define SECOND "\"safSmfProc=ModifyUpgradeProcedureAthost2\""
#define CCB(ops) "</outageInfo><procInitAction><immCCB ccbFlags=\"0\">" ops \
	"</immCCB></procInitAction>"
#define ADMIN(dn) "</outageInfo><procInitAction>" \
	"<doAdminOperation objectDN=\"" dn "\" operationID=\"" \
	"SA_AMF_ADMIN_LOCK\"/><undoAdminOperation objectDN=\"" dn "\" " \
	"operationID=\"SA_AMF_ADMIN_UNLOCK\"/></procInitAction>" \
	"<procInitAction><doAdminOperation objectDN=\"" dn "\" " \
	"operationID=\"SA_AMF_ADMIN_UNLOCK\"/><undoAdminOperation " \
	"objectDN=\"" dn "\" operationID=\"SA_AMF_ADMIN_LOCK\"/>" \
	"</procInitAction>"
#define MODIFY(dn, name, type, values) "<modify objectDN=\"" dn "\" " \
	"operation=\"SA_IMM_ATTR_VALUES_REPLACE\"><attribute name=\"" name \
	"\" type=\"SA_IMM_ATTR_" type "\">" values "</attribute></modify>"
#define LIST(values) MODIFY("safDependency=on," DN("idle"), "saPlmDepNames", \
	"SANAMET", values)
#define NAME(x) "<value>" DN(x) "</value>"
#define SU2 "safSu=2,safSg=web,safApp=web"
#define NODE2 "safAmfNode=n2,safAmfCluster=A"

struct wave_case {
	const char *name;
	const char *list; /* of idle: hosts */
	const char *extra; /* end of the model */
	const char *at, *old, *by; /* after at, old becomes by */
	bool also; /* the second procedure changes the box, too */
	void (*spoil)(struct actions *);
	enum diag_code code; /* DIAG_COUNT: it is proven */
	const char *trace;
};

#define L(a, b) "\"" DN(a) "\", \"" DN(b) "\""

static struct act *
find_act(struct actions *a, enum verb v, const char *entity)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->act[i].verb == v && a->act[i].entity ==
		    intern_str(entity))
			return &a->act[i];
	fail_msg("no %s of %s", verb_name(v), entity);
	return NULL;
}

static void
software_elsewhere(struct actions *a)
{
	find_act(a, VERB_ONLINE_UNINSTALL, DN("host1"))->on =
	    intern_str(DN("host2"));
}

static void
moves_to_host2(struct actions *a)
{
	find_act(a, VERB_MIGRATE, DN("idle"))->to = intern_str(DN("host2"));
}

static void
comes_up_on_host2(struct actions *a)
{
	find_act(a, VERB_INSTANTIATE, DN("idle"))->on =
	    intern_str(DN("host2"));
}

static const struct wave_case cases[] = {
	{ "right", L("host1", "host3"), "", NULL, NULL, NULL, false, NULL,
	    DIAG_COUNT, "" },
	{ "two act on one", L("host3", "host1"), "", FIRST, FIRST,
	    AROUND(DN("host2")), false, NULL, DIAG_ORDER, "both act on" },
	{ "what another acts on", L("host3", "host1"), "", SECOND,
	    "</outageInfo>", CCB(MODIFY(DN("host1"), "saPlmEEVendor",
	    "SASTRINGT", "<value>x</value>")), false, NULL, DIAG_ORDER,
	    "on one level" },
	{ "a unit on the other's host changes", L("host3", "host1"), "", SECOND,
	    "</outageInfo>", CCB(MODIFY("safSu=1,safSg=web,safApp=web",
	    "saAmfSURank", "SAUINT32T", "<value>1</value>")), false, NULL,
	    DIAG_COUNT, "" },
	{ "a unit of the other host", L("host3", "host1"), "", "Athost1\"",
	    "</outageInfo>", ADMIN(SU2), false, NULL, DIAG_NOTHING_BELOW,
	    "needs \"" DN("host2") "\", which another procedure" },
	{ "a node of the other host", L("host3", "host1"), "", "Athost1\"",
	    "</outageInfo>", ADMIN(NODE2), false, NULL, DIAG_NOTHING_BELOW,
	    "needs \"" DN("host2") "\", which another procedure" },
	{ "software elsewhere", L("host3", "host1"), "", NULL, NULL, NULL,
	    false, software_elsewhere, DIAG_NOTHING_BELOW,
	    "\"" DN("host1") "\" needs \"" DN("host2") "\"" },
	{ "a move to another's host", "\"" DN("host1") "\", \"" DN("host3")
	    "\", \"" DN("host2") "\"", "", NULL, NULL, NULL, false,
	    moves_to_host2, DIAG_NOTHING_BELOW,
	    "\"" DN("idle") "\" needs \"" DN("host2") "\"" },
	{ "a move by another's list", L("host1", "host3"), "", SECOND,
	    "</outageInfo>", CCB(LIST(NAME("host3") NAME("host1"))), false,
	    NULL, DIAG_ORDER, "takes a place by a list" },
	{ "another's list, nobody moves", L("host3", "host1"), "", SECOND,
	    "</outageInfo>", CCB(LIST(NAME("host3"))), false, NULL,
	    DIAG_COUNT, "" },
	{ "another's list, nobody is left", L("host3", "host2"), "", SECOND,
	    "</outageInfo>", CCB(MODIFY("safDependency=on," DN("idle"),
	    "saPlmDepMinNumber", "SAUINT32T", "<value>2</value>")), false, NULL,
	    DIAG_NOTHING_BELOW, "" },
	{ "who moves is acted on", L("host1", "host3"), "", SECOND, FIRST,
	    AROUND(DN("idle")), false, NULL, DIAG_NOTHING_BELOW,
	    "\"" DN("idle") "\" needs \"" DN("idle") "\"" },
	{ "a place on another's host", L("host2", "host3"), "", FIRST, FIRST,
	    AROUND(DN("idle")), false, NULL, DIAG_NOTHING_BELOW,
	    "\"" DN("idle") "\" needs \"" DN("host2") "\"" },
	{ "comes up on another's host", L("host3", "host2"), "", FIRST,
	    FIRST, AROUND(DN("idle")), false, comes_up_on_host2,
	    DIAG_NOTHING_BELOW,
	    "\"" DN("idle") "\" needs \"" DN("host2") "\"" },
	{ "stands on another's host", L("host3", "host1"), box, FIRST, FIRST,
	    AROUND("safEE=box,safHE=h,safDomain=D"), false, NULL,
	    DIAG_NOTHING_BELOW, "is locked after what it stands on" },
	{ .name = "what another acts on changes", .list = L("host3",
	    "host1"), .extra = "", .at = FIRST, .old = FIRST, .by =
	    AROUND(BOX), .also = true, .code = DIAG_ORDER, .trace =
	    "acts on that" },
	{ .name = "another puts its host out of the list first", .list =
	    L("host3", "host1"), .extra = BOX_ON(L("host1", "host2")),
	    .at = SECOND, .old = "</outageInfo>", .by = BOX_LIST(NAME("host1")
	    NAME("host3")), .code = DIAG_COUNT, .trace = "" },
	{ .name = "another's list comes too late", .list = L("host3",
	    "host1"), .extra = BOX_ON("\"" DN("host1") "\""), .at = SECOND,
	    .old = "</outageInfo>", .by = BOX_LIST(NAME("host3")), .code =
	    DIAG_NOTHING_BELOW, .trace = "has too few sponsors" },
	{ "its own procedure takes both", L("host3", "host1"), box, SECOND,
	    FIRST, AROUND(BOX), false, NULL, DIAG_COUNT, "" },
};

static char *
read_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *s = mem_alloc(1 << 17, 1);

	assert_non_null(f);
	assert_true(fread(s, 1, (1 << 16), f) > 0);
	fclose(f);
	return s;
}

/* Replaces old by by, the first after at. */
static void
change_after(char *text, const char *at, const char *old, const char *by)
{
	char *here = strstr(text, at);

	assert_non_null(here);
	here = strstr(here, old);
	assert_non_null(here);
	memmove(here + strlen(by), here + strlen(old),
	    strlen(here + strlen(old)) + 1);
	memcpy(here, by, strlen(by));
}

static struct model *
source_of(const struct wave_case *t, struct diag *d)
{
	char *text = read_text("tests/golden/bad-R008/source.yaml");
	size_t n = strlen(text);
	struct model *m;

	snprintf(text + n, (1 << 17) - n, more, t->list, t->extra);
	m = model_load_src(src_from_memory("source.yaml", text,
	    strlen(text)), d);
	free(text);
	assert_non_null(m);
	return m;
}

static struct campaign *
campaign_of(const struct wave_case *t, struct diag *d)
{
	char *text = read_text("tests/golden/bad-R011/wrong.xml");
	struct campaign *c;

	change_after(text, text, "saSmfExecLevel=\"1\"",
	    "saSmfExecLevel=\"0\"");
	change_after(text, text, "<upgradeCampaign ",
	    "<upgradeCampaign cg:schedule=\"waves\" ");
	change_after(text, text, "<none/>", "<all/>");
	change_after(text, text, "<none/>", "<all/>");
	if (t->at != NULL)
		change_after(text, t->at, t->old, t->by);
	if (t->also)
		change_after(text, SECOND, "</outageInfo>", CCB(MODIFY(BOX,
		    "saPlmEEInstantiateTimeout", "SATIMET",
		    "<value>9</value>")));
	c = campaign_load_src(src_from_memory("campaign.xml", text,
	    strlen(text)), d);
	free(text);
	assert_non_null(c);
	if (d->nerror > 0)
		fail_msg("%s: %s", t->name, d->item[d->nitem - 1].text);
	return c;
}

static void
try_case(const struct wave_case *t)
{
	struct diag d = { 0 };
	struct model *m = source_of(t, &d);
	struct campaign *c = campaign_of(t, &d);
	struct actions *a = actions_expand(c, m);
	struct buf trace = { 0 };
	struct proof proof;
	bool ok;

	if (t->spoil != NULL)
		t->spoil(a);
	ok = prove_run(c, a, m, NULL, NULL, true, &proof, &trace, &d);
	buf_char(&trace, '\0');
	if (ok != (t->code == DIAG_COUNT) ||
	    strstr(trace.data, t->trace) == NULL ||
	    (!ok && d.item[d.nitem - 1].code != t->code))
		fail_msg("%s: %s", t->name, ok ? "proven" : trace.data);
	buf_free(&trace);
	actions_free(a);
	campaign_free(c);
	model_free(m);
	diag_free(&d);
}

static void
procedures_leave_each_other_alone(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		try_case(&cases[i]);
}

/* An outage must be accepted by every procedure that has a part in it. */
static void
all_accept_an_outage(void **state)
{
	struct wave_case t = cases[0];

	(void)state;
	t.name = "only the other accepts";
	t.at = "Athost1\"";
	t.old = "<all/>";
	t.by = "<none/>";
	t.code = DIAG_SERVICE_LOST;
	t.trace = "of the same level takes it out of service";
	try_case(&t);
	t.at = SECOND;
	try_case(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(procedures_leave_each_other_alone),
		cmocka_unit_test(all_accept_an_outage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
