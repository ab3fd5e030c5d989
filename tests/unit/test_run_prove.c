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
	ok = prove_run(c, a, f->source, target, faults, &f->proof, &f->trace,
	    &f->diag);
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
	struct system *y = system_new(f->source, f->target, w);
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
		TEST(system_follows_what_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
