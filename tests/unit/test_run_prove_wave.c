/* W1, W5: what the proof says of procedures of one level. */
#include "proof_of.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_level_is_refused),
		TEST(waves_count_units_of_a_level_together),
		TEST(procedures_of_a_wave_do_not_meet),
		TEST(accepted_outage_is_no_violation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
