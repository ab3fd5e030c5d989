/* X1, P1-P9: what the proof says of a right campaign, and of wrong ones. */
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
#include "system.h"

#define CASE "tests/golden/bad-R011/"

struct fixture {
	struct diag diag;
	struct model *source, *target;
	char *text; /* of a right campaign */
	struct buf trace;
	struct proof proof;
};

static char *
read_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *s = mem_alloc(1 << 20, 1);

	assert_non_null(f);
	assert_true(fread(s, 1, (1 << 20) - 1, f) > 0);
	fclose(f);
	return s;
}

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->source = model_load("tests/golden/bad-R008/source.yaml", &f->diag);
	f->target = model_load("tests/golden/bad-R008/target.yaml", &f->diag);
	f->text = read_text(CASE "wrong.xml");
	assert_non_null(f->source);
	assert_non_null(f->target);
	assert_int_equal(f->diag.nerror, 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	model_free(f->source);
	model_free(f->target);
	diag_free(&f->diag);
	buf_free(&f->trace);
	free(f->text);
	free(f);
	return 0;
}

/* Replaces the first old in the campaign's text. */
static void
change(struct fixture *f, const char *old, const char *by)
{
	char *at = strstr(f->text, old);

	assert_non_null(at);
	memmove(at + strlen(by), at + strlen(old), strlen(at + strlen(old)) +
	    1);
	memcpy(at, by, strlen(by));
}

static bool
prove(struct fixture *f, const struct model *target, bool faults)
{
	struct campaign *c = campaign_load_src(src_from_memory("campaign.xml",
	    f->text, strlen(f->text)), &f->diag);
	struct actions *a;
	bool ok;

	assert_non_null(c);
	assert_int_equal(f->diag.nerror, 0);
	a = actions_expand(c, f->source);
	ok = prove_run(c, a, f->source, target, NULL, faults, &f->proof,
	    &f->trace, &f->diag);
	buf_char(&f->trace, '\0');
	actions_free(a);
	campaign_free(c);
	return ok;
}

static void
refused(struct fixture *f, enum diag_code code, const char *trace)
{
	assert_false(prove(f, f->target, true));
	assert_int_equal(f->diag.nerror, 1);
	assert_string_equal(diag_info[f->diag.item[0].code].code,
	    diag_info[code].code);
	if (strstr(f->trace.data, trace) == NULL)
		fail_msg("not in the trace: %s\n%s", trace, f->trace.data);
}

static void
right_campaign_is_proven_and_counted(void **state)
{
	struct fixture *f = *state;

	assert_true(prove(f, f->target, true));
	assert_int_equal(f->diag.nerror, 0);
	assert_true(f->proof.nactions > 20);
	assert_int_equal(f->proof.nfailures, 3 * f->proof.nactions);
	assert_int_equal(f->proof.nstates, 2 * f->proof.nactions + 1);
	assert_int_equal(f->proof.noutages, 0);
}

static void
proven_without_target_and_failures(void **state)
{
	struct fixture *f = *state;

	assert_true(prove(f, NULL, false));
	assert_int_equal(f->proof.nfailures, 0);
	assert_true(prove(f, NULL, true));
}

static void
another_target_is_told(void **state)
{
	struct fixture *f = *state;

	assert_false(prove(f, f->source, true));
	assert_string_equal(diag_info[f->diag.item[0].code].code, "R008");
}

static void
result_is_compared_with_the_target(void **state)
{
	struct fixture *f = *state;

	/* the sponsors come back, but one of them is missing */
	change(f, "            <value>safEE=host2,safDomain=D</value>\n", "");
	refused(f, DIAG_NOT_THE_TARGET, "\"safDependency=on,safEE=vm,"
	    "safDomain=D\": saPlmDepNames");
}

static void
one_level_is_refused(void **state)
{
	struct fixture *f = *state;

	change(f, "saSmfExecLevel=\"1\"", "saSmfExecLevel=\"0\"");
	refused(f, DIAG_ORDER, "are on one level");
}

/* Both procedures on one level. */
static void
make_wave(struct fixture *f)
{
	change(f, "saSmfExecLevel=\"1\"", "saSmfExecLevel=\"0\"");
	change(f, "<upgradeCampaign ", "<upgradeCampaign cg:schedule=\"waves\" ");
}

/* Both procedures on one level, where the service may be down. */
static void
make_free_wave(struct fixture *f)
{
	make_wave(f);
	change(f, "<none/>", "<all/>");
	change(f, "<none/>", "<all/>");
}

/* The host's procedure begins with a change of the model. */
static void
begin_with(struct fixture *f, int host, const char *ops)
{
	static const char end[] = "</outageInfo>";
	char name[80], by[3000];
	char *at;

	if (ops[0] == '\0')
		return;
	snprintf(name, sizeof(name), "ModifyUpgradeProcedureAthost%d", host);
	at = strstr(f->text, name);
	assert_non_null(at);
	at = strstr(at, end) + strlen(end);
	snprintf(by, sizeof(by), "<procInitAction><immCCB ccbFlags=\"0\">%s"
	    "</immCCB></procInitAction>", ops);
	memmove(at + strlen(by), at, strlen(at) + 1);
	memcpy(at, by, strlen(by));
}

#define ATTR(name, type, value) "<attribute name=\"" name "\" type=\"" \
	"SA_IMM_ATTR_" type "\"><value>" value "</value></attribute>"
#define CREATE(class, parent, attrs) "<create objectClassName=\"" class \
	"\" parentObjectDN=\"" parent "\">" attrs "</create>"
#define MODIFY(dn, attrs) "<modify objectDN=\"" dn "\" operation=\"" \
	"SA_IMM_ATTR_VALUES_REPLACE\">" attrs "</modify>"
#define RANK MODIFY("safSi=web,safApp=web", ATTR("saAmfSIRank", "SAUINT32T", \
	"7"))
#define GROUP CREATE("SaAmfNodeGroup", "=", ATTR("safAmfNodeGroup", \
	"SASTRINGT", "safAmfNodeGroup=g"))

/* What the two procedures begin with, and what is said of it; other: when each
 * begins with what the other one did. */
static const struct meeting {
	const char *first, *second;
	enum diag_code code, other;
	const char *trace;
} meetings[] = {
	{ RANK, "", DIAG_COUNT, DIAG_COUNT, "" },
	{ RANK, RANK, DIAG_ORDER, DIAG_ORDER, "changes it too" },
	{ GROUP, CREATE("SaAmfSI", "safAmfNodeGroup=g", ATTR("safSi",
	    "SASTRINGT", "safSi=late")), DIAG_ORDER, DIAG_CANNOT_CREATE,
	    "which it is below, by" },
	{ GROUP, CREATE("SaAmfSI", "=", ATTR("safSi", "SASTRINGT",
	    "safSi=late") ATTR("saAmfSIProtectedbySG", "SANAMET",
	    "safAmfNodeGroup=g")), DIAG_NAMES_MISSING, DIAG_NAMES_MISSING,
	    "of the same level creates" },
	{ "", MODIFY("safEE=host1,safDomain=D", ATTR(
	    "saPlmEEInstantiateTimeout", "SATIMET", "9")), DIAG_ORDER,
	    DIAG_COUNT, "changes it too" },
	{ "", MODIFY("safNode=n1,safCluster=C", ATTR("saClmNodeDisableReboot",
	    "SAUINT32T", "1")), DIAG_COUNT, DIAG_COUNT, "" },
	{ "", MODIFY("safNode=n1,safCluster=C", ATTR("saClmNodeEE", "SANAMET",
	    "safEE=vm,safDomain=D")), DIAG_ORDER, DIAG_NOTHING_BELOW,
	    "acts on what it stands on before or after" },
	{ "", MODIFY("safDependency=on,safEE=vm,safDomain=D", ATTR(
	    "saPlmDepMinNumber", "SAUINT32T", "1")), DIAG_ORDER, DIAG_COUNT,
	    "acts on that" },
};

/* W1, W5. A proof without target: the changes lead elsewhere. */
static void
procedures_of_a_wave_do_not_meet(void **state)
{
	struct fixture *f = *state;
	char *text = mem_alloc(1 << 20, 1);
	size_t i;

	make_free_wave(f);
	strcpy(text, f->text);
	for (i = 0; i < 2 * sizeof(meetings) / sizeof(meetings[0]); i++) {
		const struct meeting *m = &meetings[i / 2];
		enum diag_code code = i % 2 == 0 ? m->code : m->other;
		bool ok;

		strcpy(f->text, text);
		f->trace.len = 0;
		diag_free(&f->diag);
		f->diag = (struct diag){ 0 };
		begin_with(f, 1, i % 2 == 0 ? m->first : m->second);
		begin_with(f, 2, i % 2 == 0 ? m->second : m->first);
		ok = prove(f, NULL, true);
		if (ok != (code == DIAG_COUNT))
			fail_msg("meeting %zu: %s", i, f->trace.data);
		if (ok)
			continue;
		assert_string_equal(diag_info[f->diag.item[f->diag.nitem - 1]
		    .code].code, diag_info[code].code);
		if (i % 2 == 0 && strstr(f->trace.data, m->trace) == NULL)
			fail_msg("not in the trace of %zu: %s", i,
			    f->trace.data);
	}
	free(text);
}

static void
waves_count_units_of_a_level_together(void **state)
{
	struct fixture *f = *state;

	make_wave(f);
	refused(f, DIAG_SERVICE_LOST, "unit \"safSu=2,safSg=web,safApp=web\" "
	    "on \"safEE=host2,safDomain=D\" is out of service, since action");
	assert_non_null(strstr(f->trace.data, "\"safSmfProc=ModifyUpgrade"
	    "ProcedureAthost1\" of the same level takes it out of service"));
	assert_non_null(strstr(f->trace.data, "of \"safSmfProc=ModifyUpgrade"
	    "ProcedureAthost2\""));
}

static void
accepted_outage_is_no_violation(void **state)
{
	struct fixture *f = *state;

	make_wave(f);
	change(f, "<none/>", "<all/>");
	refused(f, DIAG_SERVICE_LOST, "has no unit in service");
	diag_free(&f->diag);
	f->diag = (struct diag){ 0 };
	change(f, "<none/>", "<all/>");
	assert_true(prove(f, f->target, true));
	assert_int_equal(f->proof.noutages, 1);
	assert_int_equal(f->diag.item[0].code, DIAG_SERVICE_OUTAGE);
}

static void
catch_on_two_is_refused(void **state)
{
	struct fixture *f = *state;

	change(f, "            <value>safEE=host1,safDomain=D</value>\n",
	    "            <value>safEE=host1,safDomain=D</value>\n"
	    "            <value>safEE=host2,safDomain=D</value>\n");
	refused(f, DIAG_NOT_CAUGHT, "has more than one sponsor");
}

static void
restart_of_what_embeds_is_refused(void **state)
{
	struct fixture *f = *state;

	change(f, "saSmfStepRestartOption=\"0\" saSmfStepInPhaseStep=\"1\"",
	    "saSmfStepRestartOption=\"1\" saSmfStepInPhaseStep=\"0\"");
	refused(f, DIAG_EMBEDDING, "a step that restarts embeds another");
}

static void
left_standing_is_refused(void **state)
{
	struct fixture *f = *state;
	char *from = strstr(f->text, "        <upgradeScope>"), *to;

	assert_non_null(from); /* the outer pair goes: the VM is not acted on */
	to = strstr(from + 8, "        <upgradeScope>");
	assert_non_null(to);
	memmove(from, to, strlen(to) + 1);
	refused(f, DIAG_NOTHING_BELOW, "\"safEE=vm,safDomain=D\" is left "
	    "standing");
}

/* --- catches --- */

#define DEP "safDependency=on,safEE=vm,safDomain=D"
#define CCB(tag, ops) "<" tag "><immCCB ccbFlags=\"0\">" ops "</immCCB></" \
	tag ">"
#define NAMES(value) "<attribute name=\"saPlmDepNames\" " \
	"type=\"SA_IMM_ATTR_SANAMET\"><value>" value "</value></attribute>"
#define NEW_LIST(rdn, value) "<create objectClassName=\"SaPlmDependency\" " \
	"parentObjectDN=\"safEE=vm,safDomain=D\"><attribute " \
	"name=\"safDependency\" type=\"SA_IMM_ATTR_SASTRINGT\"><value>" rdn \
	"</value></attribute>" NAMES(value) "</create>"

static void
two_lists_are_no_catch(void **state)
{
	struct fixture *f = *state;

	change(f, "  </campaignInitialization>", CCB("campInitAction",
	    NEW_LIST("safDependency=too", "safEE=host2,safDomain=D"))
	    "</campaignInitialization>");
	refused(f, DIAG_NOT_CAUGHT, "has two dependencies on EEs");
}

static void
no_list_is_no_catch(void **state)
{
	struct fixture *f = *state;

	change(f, "  </campaignInitialization>", CCB("campInitAction",
	    "<delete objectDN=\"" DEP "\"/>") "</campaignInitialization>");
	refused(f, DIAG_NOT_CAUGHT, "has no dependency on an EE");
}

static void
who_is_caught_stays(void **state)
{
	struct fixture *f = *state;

	change(f, "ModifyUpgradeProcedureAthost2\" saSmfExecLevel=\"1\" "
	    "cg:reason=\"modifies 1; changed in place, one host at a time\">\n"
	    "    <outageInfo>\n      <acceptableServiceOutage>\n"
	    "        <none/>\n      </acceptableServiceOutage>\n"
	    "      <procedurePeriod saSmfProcPeriod=\"0\"/>\n"
	    "    </outageInfo>\n", "two\" saSmfExecLevel=\"1\"><outageInfo>"
	    "<acceptableServiceOutage><none/></acceptableServiceOutage>"
	    "<procedurePeriod saSmfProcPeriod=\"0\"/></outageInfo>"
	    CCB("procInitAction", "<modify objectDN=\"" DEP "\" operation="
	    "\"SA_IMM_ATTR_VALUES_REPLACE\">" NAMES("safEE=host2,safDomain=D")
	    "</modify>"));
	refused(f, DIAG_NOT_CAUGHT, "leaves the sponsor it is caught on");
}

/* --- what no step does --- */

static void
changed_outside_a_step(void **state)
{
	struct fixture *f = *state;

	change(f, "  </campaignInitialization>", CCB("campInitAction",
	    "<modify objectDN=\"safEE=host1,safDomain=D\" operation="
	    "\"SA_IMM_ATTR_VALUES_REPLACE\"><attribute name=\"saPlmEEType\" "
	    "type=\"SA_IMM_ATTR_SANAMET\"><value>safVersion=2,safEEType=vmm"
	    "</value></attribute></modify>") "</campaignInitialization>");
	refused(f, DIAG_ORDER, "is changed outside any step");
}

static void
wanted_service_is_not_removed(void **state)
{
	struct fixture *f = *state;

	change(f, "  </campaignInitialization>", CCB("campInitAction",
	    "<delete objectDN=\"safSi=web,safApp=web\"/>")
	    "</campaignInitialization>");
	refused(f, DIAG_SERVICE_LOST, "is removed, but wanted in the target");
}

/* --- nodes --- */

static void
node_moves_only_locked(void **state)
{
	struct fixture *f = *state;
	struct model *empty;
	char *text = read_text("tests/golden/bad-R008/source.yaml"), *su;

	/* no unit stands on any node */
	su = strstr(text, "  - {class: SaAmfSU");
	assert_non_null(su);
	*su = '\0';
	empty = model_load_src(src_from_memory("source.yaml", text,
	    strlen(text)), &f->diag);
	assert_non_null(empty);
	model_free(f->source);
	f->source = empty;
	change(f, "  </campaignInitialization>", CCB("campInitAction",
	    "<modify objectDN=\"safNode=n1,safCluster=C\" operation="
	    "\"SA_IMM_ATTR_VALUES_REPLACE\"><attribute name=\"saClmNodeEE\" "
	    "type=\"SA_IMM_ATTR_SANAMET\"><value>safEE=host2,safDomain=D"
	    "</value></attribute></modify>") "</campaignInitialization>");
	refused(f, DIAG_NOTHING_BELOW, "\"safNode=n1,safCluster=C\" leaves "
	    "\"safEE=host1,safDomain=D\" while \"safAmfNode=n1,"
	    "safAmfCluster=A\" on it is not locked");
	free(text);
}

/* --- where virtual machines go --- */

#define MOVES "tests/fuzz/corpus/prove/restarts.xml"
#define HOST1 "safEE=host1,safDomain=D"
#define HOST2 "safEE=host2,safDomain=D"

/* A campaign in which the machine leaves host1, which is locked, and then
 * host2; its actions are spoilt, as only a fault in making them could. */
static bool
prove_moves(struct fixture *f, void (*spoil)(struct actions *, size_t first))
{
	struct model *target = model_load(
	    "tests/golden/restart-below-vms/target.yaml", &f->diag);
	struct campaign *c = campaign_load(MOVES, &f->diag);
	struct actions *a;
	size_t i = 0;
	bool ok;

	assert_non_null(target);
	assert_non_null(c);
	a = actions_expand(c, f->source);
	while (i < a->n && a->act[i].verb != VERB_MIGRATE)
		i++;
	assert_true(i < a->n);
	assert_string_equal(name_str(a->act[i].to), HOST2);
	if (spoil != NULL)
		spoil(a, i);
	ok = prove_run(c, a, f->source, target, NULL, true, &f->proof,
	    &f->trace, &f->diag);
	buf_char(&f->trace, '\0');
	actions_free(a);
	campaign_free(c);
	model_free(target);
	return ok;
}

static void
forget(struct actions *a, size_t i)
{
	a->act[i].verb = VERB_NOTIFY;
}

static void
nowhere(struct actions *a, size_t i)
{
	a->act[i].to = intern_str("safEE=vm,safDomain=D");
}

static void
no_ee(struct actions *a, size_t i)
{
	a->act[i].to = intern_str("safDomain=D");
}

static void
stays(struct actions *a, size_t i)
{
	a->act[i].to = a->act[i].on;
}

static void
from_elsewhere(struct actions *a, size_t i)
{
	a->act[i].on = intern_str("safEE=vm,safDomain=D");
}

static void
another(struct actions *a, size_t i)
{
	a->act[i].entity = intern_str("safEE=none,safDomain=D");
}

static void
migrations_are_judged(void **state)
{
	static const struct {
		void (*spoil)(struct actions *, size_t);
		const char *says;
	} wrong[] = {
		{ forget, "\"safEE=vm,safDomain=D\" is left standing on "
		    "\"" HOST1 "\", which is not in service" },
		{ nowhere, "migrates to \"safEE=vm,safDomain=D\", which is "
		    "not among its sponsors" },
		{ no_ee, "migrates to \"safDomain=D\", which is no EE" },
		{ stays, "migrates to \"" HOST1 "\", which is not in "
		    "service" },
		{ from_elsewhere, "migrates back to \"safEE=vm,safDomain=D\","
		    " which is not among its sponsors" },
		{ another, "\"safEE=none,safDomain=D\" migrates, but does not "
		    "run" },
	};
	struct fixture *f = *state;
	size_t i;

	assert_true(prove_moves(f, NULL));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		f->trace.len = 0;
		assert_false(prove_moves(f, wrong[i].spoil));
		if (strstr(f->trace.data, wrong[i].says) == NULL)
			fail_msg("not in the trace: %s\n%s", wrong[i].says,
			    f->trace.data);
	}
}

/* The list changes, and the machine has to follow it. */
static void
list_is_followed(void **state)
{
	struct fixture *f = *state;
	struct campaign *c;
	struct actions *a;
	size_t i = 0;

	change(f, "            <value>" HOST1 "</value>\n",
	    "            <value>" HOST2 "</value>\n");
	c = campaign_load_src(src_from_memory("campaign.xml", f->text,
	    strlen(f->text)), &f->diag);
	assert_non_null(c);
	a = actions_expand(c, f->source);
	while (i < a->init_end && a->act[i].verb != VERB_MIGRATE)
		i++;
	assert_true(i < a->init_end);
	forget(a, i);
	assert_false(prove_run(c, a, f->source, f->target, NULL, true,
	    &f->proof, &f->trace, &f->diag));
	buf_char(&f->trace, '\0');
	assert_non_null(strstr(f->trace.data, "\"safEE=vm,safDomain=D\" is left "
	    "standing on \"" HOST1 "\", which is not among its sponsors"));
	actions_free(a);
	campaign_free(c);
}

/* --- the examples, spoilt as data --- */

static void
example_refused(struct fixture *f, const char *name,
    void (*spoil)(struct campaign *), void (*spoil_acts)(struct actions *),
    const char *says)
{
	static const char *const file[] = { "source", "target", "campaign" };
	char path[3][64];
	struct model *m[2];
	struct campaign *c;
	struct actions *a;
	size_t i;

	for (i = 0; i < 3; i++)
		snprintf(path[i], sizeof(path[i]), "examples/%s/%s.xml", name,
		    file[i]);
	m[0] = model_load(path[0], &f->diag);
	m[1] = model_load(path[1], &f->diag);
	c = campaign_load(path[2], &f->diag);
	assert_non_null(m[0]);
	assert_non_null(m[1]);
	assert_non_null(c);
	if (spoil != NULL)
		spoil(c);
	a = actions_expand(c, m[0]);
	if (spoil_acts != NULL)
		spoil_acts(a);
	f->trace.len = 0;
	assert_false(prove_run(c, a, m[0], m[1], NULL, true, &f->proof,
	    &f->trace, &f->diag));
	buf_char(&f->trace, '\0');
	if (strstr(f->trace.data, says) == NULL)
		fail_msg("not in the trace: %s\n%s", says, f->trace.data);
	actions_free(a);
	campaign_free(c);
	model_free(m[0]);
	model_free(m[1]);
}

static void
no_termination(struct actions *a)
{
	size_t i = 0;

	while (i < a->n && a->act[i].verb != VERB_TERMINATE)
		i++;
	assert_true(i < a->n);
	forget(a, i);
}

static void
innermost_restarts(struct campaign *c)
{
	struct procedure *p = &c->procedure[0];

	p->step[p->nstep - 1].restart = true;
	p->step[p->nstep - 1].in_phase = false;
}

static void
outer_not_in_phase(struct campaign *c)
{
	size_t i, k;

	for (i = 0; i < c->nprocedure; i++)
		for (k = 0; k + 1 < c->procedure[i].nstep; k++) {
			struct step *s = &c->procedure[i].step[k];

			if (s->deactivation.removed.nname == 0 &&
			    s->activation.nadded == 0)
				continue;
			s->in_phase = false;
			return;
		}
	fail_msg("no outer step adds or removes");
}

static void
no_unlock(struct actions *a)
{
	size_t i = 0;

	while (i < a->n && a->act[i].verb != VERB_UNLOCK)
		i++;
	assert_true(i < a->n);
	forget(a, i);
}

static void
no_bundle(struct actions *a)
{
	size_t i = 0;

	while (i < a->n && a->act[i].bundle == NAME_NONE)
		i++;
	assert_true(i < a->n);
	a->act[i].bundle = intern_str("safDomain=domain_1");
}

static void
examples_spoilt_are_refused(void **state)
{
	struct fixture *f = *state;

	example_refused(f, "03-media-cluster", NULL, no_termination,
	    "is changed offline while that runs");
	example_refused(f, "03-media-cluster", NULL, no_unlock,
	    "is instantiated before what it stands on");
	example_refused(f, "03-media-cluster", NULL, no_bundle,
	    "\"safDomain=domain_1\" of ");
	example_refused(f, "03-media-cluster", innermost_restarts, NULL,
	    "a step that only restarts has software with an offline command");
	example_refused(f, "02-five-vms", outer_not_in_phase, NULL,
	    "an outer step adds or removes, but is not in-phase");
}

/* --- the system itself --- */

static uint32_t
named(const char *dn)
{
	return intern_str(dn);
}

static void
system_follows_what_is_done(void **state)
{
	struct fixture *f = *state;
	struct world *w = world_new(f->source);
	struct system *y = system_new(f->source, f->target, w,
	    NULL);
	uint32_t host1 = system_find(y, SYS_EE, named("safEE=host1,safDomain=D"));
	uint32_t host2 = system_find(y, SYS_EE, named("safEE=host2,safDomain=D"));
	uint32_t vm = system_find(y, SYS_EE, named("safEE=vm,safDomain=D"));
	uint32_t si = system_find(y, SYS_SI, named("safSi=web,safApp=web"));
	uint32_t sg = system_find(y, SYS_SG, named("safSg=web,safApp=web"));
	uint64_t before = y->hash;
	uint32_t name;

	assert_true(y->ee[vm].vm_s && y->ee[vm].vm_t && !y->ee[host1].vm_s);
	assert_int_equal(y->ee[vm].op, EE_MODIFY);
	assert_true(y->si[si].watched);
	assert_int_equal(y->sg[sg].up, 2);
	assert_null(system_lacks(y, vm, NONE, &name));
	assert_null(system_lacks(y, vm, host1, &name));
	system_ee(y, host1, true, true);
	assert_int_equal(y->sg[sg].up, 1);
	assert_null(system_lacks(y, vm, NONE, &name));
	assert_non_null(system_lacks(y, vm, host2, &name));
	system_ee(y, host2, false, false);
	assert_int_equal(y->sg[sg].up, 0);
	assert_non_null(system_lacks(y, vm, NONE, &name));
	assert_true(y->hash != before);
	system_ee(y, host2, true, false);
	system_ee(y, host1, true, false);
	assert_true(y->hash == before);
	assert_int_equal(y->sg[sg].up, 2);
	system_node(y, system_find(y, SYS_NODE, named("safNode=n1,"
	    "safCluster=C")), false, true);
	assert_int_equal(y->sg[sg].up, 1);
	system_free(y);
	world_free(w);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(right_campaign_is_proven_and_counted),
		TEST(proven_without_target_and_failures),
		TEST(another_target_is_told),
		TEST(result_is_compared_with_the_target),
		TEST(one_level_is_refused),
		TEST(waves_count_units_of_a_level_together),
		TEST(procedures_of_a_wave_do_not_meet),
		TEST(accepted_outage_is_no_violation),
		TEST(catch_on_two_is_refused),
		TEST(restart_of_what_embeds_is_refused),
		TEST(left_standing_is_refused),
		TEST(two_lists_are_no_catch),
		TEST(no_list_is_no_catch),
		TEST(who_is_caught_stays),
		TEST(changed_outside_a_step),
		TEST(wanted_service_is_not_removed),
		TEST(node_moves_only_locked),
		TEST(migrations_are_judged),
		TEST(list_is_followed),
		TEST(examples_spoilt_are_refused),
		TEST(system_follows_what_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
