/* T10, T11: which actions a campaign means, in which order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "buf.h"
#include "diag.h"

#define STORY "examples/03-media-cluster/"
#define UNITS "examples/04-amf-cluster/"
#define PAIR "tests/golden/bad-R008/source.yaml"
#define CAMPAIGN "tests/golden/bad-R011/wrong.xml"

struct fixture {
	struct diag diag;
	struct model *m;
	struct campaign *c;
	struct actions *a;
};

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->m = model_load(STORY "source.xml", &f->diag);
	f->c = campaign_load(STORY "campaign.xml", &f->diag);
	assert_non_null(f->m);
	assert_non_null(f->c);
	f->a = actions_expand(f->c, f->m);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	actions_free(f->a);
	campaign_free(f->c);
	model_free(f->m);
	diag_free(&f->diag);
	free(f);
	return 0;
}

/* The verbs of a procedure, runs of one verb as one word. */
static char *
verbs(const struct fixture *f, size_t proc)
{
	const struct run_proc *p = &f->a->proc[proc];
	struct buf b = { 0 };
	size_t i;
	int last = -1;

	for (i = p->first; i < p->first + p->n; i++) {
		const struct act *a = &f->a->act[i];
		int now = a->verb * 100 + a->nested;

		if (now != last)
			buf_printf(&b, "%u:%s ", a->nested,
			    verb_name((enum verb)a->verb));
		last = now;
	}
	buf_char(&b, '\0');
	return b.data;
}

/* Figure 4.1: tear-down outermost to innermost, build-up the other way. */
static void
nests(void **state)
{
	char *v = verbs(*state, 0);

	assert_string_equal(v,
	    "0:lock 0:terminate 0:offline-uninstall 0:online-uninstall "
	    "1:lock 1:terminate 1:offline-uninstall 1:online-uninstall "
	    "2:lock 2:terminate 2:offline-uninstall 2:online-uninstall "
	    "2:modify-im "
	    "2:online-install 2:offline-install 2:instantiate 2:unlock "
	    "1:online-install 1:offline-install 1:instantiate 1:unlock "
	    "0:online-install 0:offline-install 0:instantiate 0:unlock ");
	free(v);
}

static void
numbers_entities(void **state)
{
	const struct fixture *f = *state;
	const struct act *a = &f->a->act[f->a->proc[0].first];

	assert_int_equal(a[0].verb, VERB_LOCK);
	assert_string_equal(name_str(a[0].entity),
	    "safEE=VMx1-M,safDomain=domain_1");
	assert_string_equal(name_str(a[1].entity),
	    "safEE=VMx2-M,safDomain=domain_1");
	assert_string_equal(name_str(a[0].on),
	    "safEE=VMM1,safEE=hostOS-1,safDomain=domain_1");
	assert_string_equal(name_str(a[6].bundle), "safSmfBundle=VirtualBoxVM");
	assert_string_equal(name_str(a[6].on),
	    "safEE=VMM1,safEE=hostOS-1,safDomain=domain_1");
	assert_int_equal(f->a->nproc, 4);
	assert_true(f->a->init_end == f->a->proc[0].first);
	assert_true(f->a->complete < f->a->wrapup);
	assert_true(f->a->wrapup < f->a->n);
}

/* All VMs stand on the first of their sponsors, where they are caught, so
 * none migrates; when the catch is elsewhere, all of one host do. */
static void
migrates_to_the_catch(void **state)
{
	struct fixture *f = *state;
	struct ccb_op *op = f->c->init.v[1].op;
	size_t i, n = 0;
	uint32_t vmm2 = intern_str("safEE=VMM2,safEE=hostOS-2,"
	    "safDomain=domain_1");

	for (i = 0; i < f->a->n; i++)
		n += f->a->act[i].verb == VERB_MIGRATE;
	assert_int_equal(n, 0);
	actions_free(f->a);
	for (i = 0; i < 3; i++)
		op[i].attr[0].value = &vmm2;
	f->a = actions_expand(f->c, f->m);
	for (i = 0; i < f->a->n; i++)
		if (f->a->act[i].verb == VERB_MIGRATE) {
			assert_int_equal(f->a->act[i].part, PART_INIT);
			assert_int_equal(f->a->act[i].to, vmm2);
			n++;
		}
	assert_int_equal(n, 3);
}

/* --- small models, written here --- */

static char *
read_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *s = mem_alloc(1 << 18, 1);

	assert_non_null(f);
	assert_true(fread(s, 1, (1 << 18) - 1, f) > 0);
	fclose(f);
	return s;
}

/* The text of a file with by put where at is found. */
static char *
with(const char *path, const char *at, const char *by)
{
	char *s = read_text(path), *out = mem_alloc(1 << 19, 1);
	char *here = strstr(s, at);

	assert_non_null(here);
	snprintf(out, 1 << 19, "%.*s%s%s", (int)(here - s), s, by, here);
	free(s);
	return out;
}

/* All procedures but the first a level later. */
static char *
later(char *campaign)
{
	static const char level[] = "saSmfExecLevel=\"";
	char *at = strstr(campaign, level);

	assert_non_null(at);
	while ((at = strstr(at + 1, level)) != NULL)
		at[strlen(level)]++;
	return campaign;
}

static void
load(struct fixture *f, char *model, char *campaign)
{
	f->m = model_load_src(src_from_memory("model.yaml", model,
	    strlen(model)), &f->diag);
	f->c = campaign_load_src(src_from_memory("campaign.xml", campaign,
	    strlen(campaign)), &f->diag);
	assert_non_null(f->m);
	assert_non_null(f->c);
	if (f->diag.nerror > 0)
		fail_msg("%s", f->diag.item[f->diag.nitem - 1].text);
	f->a = actions_expand(f->c, f->m);
	free(model);
	free(campaign);
}

static void
unload(struct fixture *f)
{
	actions_free(f->a);
	campaign_free(f->c);
	model_free(f->m);
	diag_free(&f->diag);
}

/* The first migration of an EE: index, or n if it makes none. */
static size_t
migration(const struct fixture *f, const char *ee, const char *to)
{
	size_t i = 0;

	while (i < f->a->n && (f->a->act[i].verb != VERB_MIGRATE ||
	    f->a->act[i].entity != intern_str(ee)))
		i++;
	if (i < f->a->n)
		assert_string_equal(name_str(f->a->act[i].to), to);
	return i;
}

#define ADDED_VM(config) \
	"  <upgradeProcedure safSmfProcedure=\"safSmfProc=Add\" " \
	"saSmfExecLevel=\"0\"><outageInfo><acceptableServiceOutage><none/>" \
	"</acceptableServiceOutage><procedurePeriod saSmfProcPeriod=\"0\"/>" \
	"</outageInfo><upgradeMethod><singleStepUpgrade><upgradeScope>" \
	"<forAddRemove><deactivationUnit/><activationUnit>" config \
	"<added objectClassName=\"SaPlmEE\" " \
	"parentObjectDN=\"safDomain=D\"><attribute name=\"safEE\" " \
	"type=\"SA_IMM_ATTR_SASTRINGT\"><value>safEE=new</value>" \
	"</attribute></added><added objectClassName=\"SaPlmDependency\" " \
	"parentObjectDN=\"safEE=new,safDomain=D\">" \
	"<attribute name=\"safDependency\" type=\"SA_IMM_ATTR_SASTRINGT\">" \
	"<value>safDependency=on</value></attribute>" \
	"<attribute name=\"saPlmDepNames\" type=\"SA_IMM_ATTR_SANAMET\">" \
	"<value>safEE=host1,safDomain=D</value>" \
	"<value>safEE=host2,safDomain=D</value></attribute></added>" \
	"</activationUnit></forAddRemove></upgradeScope><upgradeStep " \
	"saSmfStepRestartOption=\"0\" saSmfStepInPhaseStep=\"1\" " \
	"saSmfStepLockedReducedStep=\"0\" saSmfStepMaxRetry=\"1\"/>" \
	"</singleStepUpgrade></upgradeMethod></upgradeProcedure>\n"
#define CONFIG \
	"<added objectClassName=\"OpenSafPlmVirtualMachineConfig\" " \
	"parentObjectDN=\"=\"><attribute name=\"plmVmConfig\" " \
	"type=\"SA_IMM_ATTR_SASTRINGT\"><value>plmVmConfig=new</value>" \
	"</attribute><attribute name=\"saPlmEE\" " \
	"type=\"SA_IMM_ATTR_SANAMET\"><value>safEE=new,safDomain=D</value>" \
	"</attribute></added>"

/* The source says by configuration objects which EEs are VMs; one that the
 * campaign adds moves too when its monitor is locked, if it comes with such an
 * object. */
static void
added_vm_is_followed(void **state)
{
	struct fixture f = { 0 };
	size_t i;

	(void)state;
	load(&f, read_text(PAIR), later(with(CAMPAIGN, "  <upgradeProcedure ",
	    ADDED_VM(CONFIG))));
	i = migration(&f, "safEE=new,safDomain=D", "safEE=host2,safDomain=D");
	assert_true(i < f.a->n);
	assert_int_equal(f.a->act[i - 1].verb, VERB_LOCK);
	assert_string_equal(name_str(f.a->act[i - 1].entity),
	    "safEE=host1,safDomain=D");
	assert_string_equal(name_str(f.a->act[i].on),
	    "safEE=host1,safDomain=D");
	unload(&f);
	f = (struct fixture){ 0 };
	load(&f, read_text(PAIR), later(with(CAMPAIGN, "  <upgradeProcedure ",
	    ADDED_VM(""))));
	assert_int_equal(migration(&f, "safEE=new,safDomain=D", ""), f.a->n);
	unload(&f);
}

/* On a level with the procedure of host1 it comes up, and stays, on host2. */
static void
level_is_left_alone(void **state)
{
	struct fixture f = { 0 };
	size_t i, k = 0;

	(void)state;
	load(&f, read_text(PAIR), with(CAMPAIGN, "  <upgradeProcedure ",
	    ADDED_VM(CONFIG)));
	for (i = 0; i < f.a->n; i++)
		if (f.a->act[i].verb == VERB_INSTANTIATE &&
		    f.a->act[i].entity == intern_str("safEE=new,safDomain=D"))
			k = i;
	assert_string_equal(name_str(f.a->act[k].on),
	    "safEE=host2,safDomain=D");
	i = migration(&f, "safEE=new,safDomain=D", "safEE=host1,safDomain=D");
	assert_true(i < f.a->n);
	assert_string_equal(name_str(f.a->act[i - 1].entity),
	    "safEE=host2,safDomain=D");
	unload(&f);
}

#define COMPLETE(ops) "    <campCompleteAction><immCCB ccbFlags=\"0\">" \
	ops "</immCCB></campCompleteAction>\n"
#define NEW_LIST(name, host) "<create objectClassName=\"SaPlmDependency\" " \
	"parentObjectDN=\"safEE=vm,safDomain=D\"><attribute " \
	"name=\"safDependency\" type=\"SA_IMM_ATTR_SASTRINGT\"><value>" \
	name "</value></attribute><attribute name=\"saPlmDepNames\" " \
	"type=\"SA_IMM_ATTR_SANAMET\"><value>" host \
	"</value></attribute></create>"

/* Its list goes and comes back under another name: the VM moves where that
 * one says. */
static void
renamed_list_is_followed(void **state)
{
	struct fixture f = { 0 };
	size_t i;

	(void)state;
	load(&f, read_text(PAIR), with(CAMPAIGN, "    <waitToCommit ",
	    COMPLETE("<delete objectDN=\"safDependency=on,safEE=vm,safDomain=D\"/>"
	    NEW_LIST("safDependency=other", "safEE=host2,safDomain=D"))));
	i = migration(&f, "safEE=vm,safDomain=D", "safEE=host2,safDomain=D");
	assert_true(i > f.a->complete && i < f.a->wrapup);
	assert_int_equal(f.a->act[i - 1].verb, VERB_MODIFY_IM);
	unload(&f);
}

/* What is executed for a unit is executed where its node stands. */
static void
units_are_changed_where_they_stand(void **state)
{
	struct fixture f = { 0 };
	size_t i, n = 0;

	(void)state;
	load(&f, read_text(UNITS "source.xml"), read_text(UNITS
	    "campaign.xml"));
	for (i = 0; i < f.a->n; i++) {
		const struct act *a = &f.a->act[i];

		if (a->bundle == NAME_NONE || a->entity != intern_str(
		    "safSu=SU-1,safSg=mediators,safApp=billing"))
			continue;
		assert_string_equal(name_str(a->on), "safEE=linux,safHE=blade_2,"
		    "safHE=shelf_1,safDomain=domain_1");
		n++;
	}
	assert_true(n > 0);
	unload(&f);
}

static void
reverses(void **state)
{
	int v;

	(void)state;
	for (v = 0; v < VERB_COUNT; v++) {
		assert_int_equal(verb_reverse(verb_reverse((enum verb)v)), v);
		assert_int_equal(verb_find(verb_name((enum verb)v)), v);
	}
	assert_int_equal(verb_find("shake"), VERB_COUNT);
	assert_int_equal(verb_reverse(VERB_LOCK), VERB_UNLOCK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nests, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_entities, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(migrates_to_the_catch, setup,
		    teardown),
		cmocka_unit_test(added_vm_is_followed),
		cmocka_unit_test(level_is_left_alone),
		cmocka_unit_test(renamed_list_is_followed),
		cmocka_unit_test(units_are_changed_where_they_stand),
		cmocka_unit_test(reverses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
