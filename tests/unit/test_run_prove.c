/* X1, P1-P9: what the proof says of a right campaign, and of wrong ones. */
#include "proof_of.h"
#include "system.h"

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
	const struct CMUnitTest tests[] = {
		TEST(right_campaign_is_proven_and_counted),
		TEST(proven_without_target_and_failures),
		TEST(another_target_is_told),
		TEST(result_is_compared_with_the_target),
		TEST(catch_on_two_is_refused),
		TEST(restart_of_what_embeds_is_refused),
		TEST(left_standing_is_refused),
		TEST(two_lists_are_no_catch),
		TEST(no_list_is_no_catch),
		TEST(who_is_caught_stays),
		TEST(changed_outside_a_step),
		TEST(wanted_service_is_not_removed),
		TEST(node_moves_only_locked),
		TEST(system_follows_what_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
