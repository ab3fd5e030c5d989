/* T14: campaigns are written, validate, and are read back as they were. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "diag.h"

/* Everything the standard has, in its shortest form. */
static char standard[16384];
static size_t standard_len;

static int
read_standard(void **state)
{
	FILE *f = fopen("tests/fuzz/corpus/campaign/standard.xml", "rb");

	(void)state;
	if (f == NULL)
		return -1;
	standard_len = fread(standard, 1, sizeof(standard), f);
	fclose(f);
	return standard_len > 0 && standard_len < sizeof(standard) ? 0 : -1;
}

static struct campaign *
load(const char *text, size_t len, struct diag *d)
{
	return campaign_load_src(src_from_memory("c.xml", text, len), d);
}

static struct buf
written(const struct campaign *c)
{
	struct buf b = { 0 };

	campaign_write(c, &b);
	return b;
}

static void
assert_valid(const struct buf *b)
{
	xmlSchemaParserCtxt *p =
	    xmlSchemaNewParserCtxt("grammar/schema/campaign.xsd");
	xmlSchema *schema = xmlSchemaParse(p);
	xmlSchemaValidCtxt *v = xmlSchemaNewValidCtxt(schema);
	xmlDoc *doc = xmlReadMemory(b->data, (int)b->len, "c.xml", NULL, 0);

	assert_non_null(doc);
	assert_int_equal(xmlSchemaValidateDoc(v, doc), 0);
	xmlFreeDoc(doc);
	xmlSchemaFreeValidCtxt(v);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(p);
}

/* Written, read and written again: the same bytes, and valid ones. */
static void
assert_stable(const struct campaign *c)
{
	struct diag d = { 0 };
	struct buf a = written(c), b;
	struct campaign *again = load(a.data, a.len, &d);

	assert_valid(&a);
	assert_int_equal(d.nitem, 0);
	b = written(again);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	campaign_free(again);
	buf_free(&a);
	buf_free(&b);
}

static void
reads_all_of_the_standard(void **state)
{
	struct diag d = { 0 };
	struct campaign *c = load(standard, standard_len, &d);
	size_t *order;

	(void)state;
	assert_int_equal(d.nitem, 0);
	assert_string_equal(name_str(c->name), "safSmfCampaign=all");
	assert_int_equal(c->expected_time, 16);
	assert_int_equal(c->nbundle, 1);
	assert_string_equal(name_str(c->bundle[0].install_offline_scope), "2");
	assert_int_equal(c->nat_rollback, 2);
	assert_int_equal(c->nat_commit, 1);
	assert_int_equal(c->init.n, 4);
	assert_int_equal(c->init.v[0].kind, ACTION_ADMIN);
	assert_int_equal(c->init.v[0].forward.nparam, 1);
	assert_int_equal(c->init.v[1].nenv, 2);
	assert_int_equal(c->init.v[3].ccb_flags, 3);
	assert_int_equal(c->complete.n, 1);
	assert_int_equal(c->wrapup.n, 1);
	assert_int_equal(c->remove_bundle[0].nenv, 1);
	assert_int_equal(c->nprocedure, 3);
	assert_int_equal(c->procedure[0].step[0].max_retry, 1);
	assert_int_equal(c->procedure[0].step[0].nunit_template, 2);
	assert_int_equal(c->procedure[0].naccepted, 2);
	assert_int_equal(c->procedure[1].step[0].max_retry, 0);
	assert_int_equal(c->procedure[1].step[0].ncallback, 1);
	order = campaign_order(c);
	assert_int_equal(order[1], 2);
	free(order);
	assert_stable(c);
	campaign_free(c);
	diag_free(&d);
}

static void
reads_ccbs(void **state)
{
	struct diag d = { 0 };
	struct campaign *c = load(standard, standard_len, &d);
	const struct ccb_op *op = c->init.v[3].op;

	(void)state;
	assert_int_equal(c->init.v[3].nop, 4);
	assert_string_equal(name_str(op[0].dn), "x=1");
	assert_int_equal(op[0].nattr, 0);
	assert_string_equal(name_str(op[1].dn), "x=y=2\\,z=3,x=1");
	assert_int_equal(op[1].rdn_type, TYPE_NAME);
	assert_int_equal(op[1].nattr, 1);
	assert_int_equal(op[1].attr[0].nvalue, 2);
	assert_int_equal(op[2].kind, CCB_DELETE);
	assert_int_equal(op[3].op, MODIFY_ADD);
	assert_int_equal(op[3].attr[0].nvalue, 3);
	assert_int_equal(name_len(op[3].attr[0].value[0]), 3);
	assert_memory_equal(name_str(op[3].attr[0].value[0]), "\2\1\377", 3);
	assert_string_equal(name_str(op[3].attr[0].value[1]), "a<b");
	assert_int_equal(op[3].attr[0].value[2], NAME_EMPTY);
	campaign_free(c);
}

static const struct ccb_op *
find_type(const struct campaign *c, const char *dn)
{
	size_t i;

	for (i = 0; i < c->ntype; i++)
		if (strcmp(name_str(c->type[i].dn), dn) == 0)
			return &c->type[i];
	fail_msg("no %s", dn);
	return NULL;
}

static void
turns_amf_types_into_objects(void **state)
{
	struct diag d = { 0 };
	struct campaign *c = load(standard, standard_len, &d);
	const struct ccb_op *op = find_type(c, "safVersion=1,safCompType=C");

	(void)state;
	assert_string_equal(name_str(op->class), "SaAmfCompType");
	assert_int_equal(op->nattr, 7);
	assert_string_equal(name_str(op->attr[2].name), "saAmfCtDefCmdEnv");
	assert_int_equal(op->attr[2].nvalue, 2);
	assert_int_equal(op->attr[4].nvalue, 2);
	assert_int_equal(op->attr[4].value[1], NAME_EMPTY);
	op = find_type(c, "safSupportedCsType=safVersion=1\\,safCSType=S,"
	    "safVersion=1,safCompType=C");
	assert_string_equal(name_str(op->class), "SaAmfCtCsType");
	assert_string_equal(name_str(op->attr[1].name),
	    "saAmfCtDefNumMaxActiveCSIs");
	op = find_type(c,
	    "safHealthcheckKey=hk,safVersion=1,safCompType=C");
	assert_string_equal(name_str(op->attr[1].name), "saAmfHctDefMaxDuration");
	op = find_type(c, "safVersion=1,safSuType=U");
	assert_int_equal(op->attr[2].nvalue, 2);
	find_type(c, "safVersion=2,safCSType=S");
	find_type(c, "safSvcType=V");
	assert_int_equal(c->ntype, 17);
	campaign_free(c);
}

static const uint32_t *
one(struct campaign *c, const char *text, size_t len)
{
	uint32_t *v = arena_array(&c->arena, 1, sizeof(*v));

	*v = intern(text, len);
	return v;
}

/* What the compiler makes: no source text, extensions, odd characters. */
static void
writes_extensions(void **state)
{
	struct campaign *c = campaign_new();
	struct cattr value = { intern_str("a"), TYPE_STRING, 1,
		one(c, "bell\7", 5) };
	struct ccb_op op = { .kind = CCB_CREATE, .class = N_SaAmfNodeSwBundle,
		.dn = intern_str("safInstalledSwBundle=safSmfBundle=B\\,"
		    "safApp=<&\">,safAmfNode=\xc3\xa9 1"),
		.nattr = 1, .attr = &value, .reason = intern_str("it is new") };
	uint32_t ee = intern_str("safEE=a b,safDomain=d");
	struct modification m = { .op = MODIFY_REPLACE, .nattr = 1,
		.attr = &value };
	struct target_template t = { NAME_NONE, ee, 1, &m };
	struct step s[] = {
		{ .scope = SCOPE_ADD_REMOVE, .in_phase = true,
		    .max_retry = 1, .activation = { .nadded = 1, .added = &op },
		    .reason = intern_str("because\nof this\tand \x22that\x22") },
		{ .scope = SCOPE_MODIFY, .restart = true, .max_retry = 2,
		    .locked_reduced = true, .ntemplate = 1, .template = &t,
		    .activation.acted_on = { 1, &ee, NULL, 0, NULL } },
	};
	struct procedure p = { .name = intern_str("safSmfProc=A"), .nstep = 2,
		.step = s, .reason = intern_str("why"), .outage_max = -1 };
	struct action a = { .kind = ACTION_CCB, .nop = 1, .op = &op };
	struct campaign *again;
	struct diag d = { 0 };
	struct buf b;

	(void)state;
	c->name = intern_str("safSmfCampaign=x");
	c->config_base = 0;
	c->source_digest = intern_str("00");
	c->schedule = intern_str("waves");
	c->nprocedure = 1;
	c->procedure = &p;
	c->init = (struct action_list){ 1, &a };
	assert_stable(c);
	b = written(c);
	again = load(b.data, b.len, &d);
	assert_int_equal(again->source_digest, c->source_digest);
	assert_int_equal(again->schedule, c->schedule);
	assert_int_equal(again->init.v[0].op[0].dn, op.dn);
	assert_int_equal(again->init.v[0].op[0].rdn_type, TYPE_NAME);
	assert_int_equal(again->init.v[0].op[0].attr[0].value[0],
	    value.value[0]);
	assert_int_equal(again->procedure[0].nstep, 2);
	assert_int_equal(again->procedure[0].step[0].reason, s[0].reason);
	assert_string_equal(step_type_name(&again->procedure[0].step[1]),
	    "locked reduced");
	assert_true(campaign_check(again, &d));
	assert_int_equal(d.nerror, 0);
	assert_int_equal(d.nwarning, 1); /* a stock SMF and these names */
	buf_free(&b);
	campaign_free(again);
	campaign_free(c);
	diag_free(&d);
}

/* Every beginning of a campaign is refused, and nothing leaks or crashes. */
static void
refuses_what_is_cut_off(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n + 2 < standard_len; n += 7) {
		struct diag d = { 0 };
		struct campaign *c = load(standard, n, &d);

		assert_non_null(c);
		assert_true(d.nerror > 0);
		campaign_free(c);
		diag_free(&d);
	}
}

/* Places are offsets of elements, also past long tags and entities. */
static void
keeps_places(void **state)
{
	struct diag d = { 0 };
	struct campaign *c = load(standard, standard_len, &d);
	const struct procedure *p = &c->procedure[1];

	(void)state;
	assert_memory_equal(standard + p->pos, "<upgradeProcedure", 17);
	assert_memory_equal(standard + p->step[0].pos, "<upgradeStep sa", 15);
	assert_memory_equal(standard + c->init.v[3].op[3].pos, "<modify ", 8);
	assert_memory_equal(standard + c->remove_type_pos[0],
	    "<amfEntityTypeDN", 16);
	campaign_free(c);
}

static void
counts_mistakes(void **state)
{
	static const struct {
		const char *text;
		size_t errors;
		enum diag_code code;
	} bad[] = {
		{ "", 1, DIAG_CAMPAIGN_XML },
		{ "\xff\xfe<", 1, DIAG_CAMPAIGN_ENCODING },
		{ "<a", 1, DIAG_CAMPAIGN_XML },
		{ "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 1,
		    DIAG_CAMPAIGN_DOCTYPE },
		{ "<upgradeCampaign/>", 2, DIAG_CAMPAIGN_NO_ATTRIBUTE },
		{ "<upgradeCampaign safSmfCampaign='safSmfCampaign=1'>&a;"
		    "</upgradeCampaign>", 1, DIAG_CAMPAIGN_XML },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct diag d = { 0 };
		struct campaign *c = load(bad[i].text, strlen(bad[i].text),
		    &d);

		assert_non_null(c);
		assert_int_equal(d.nerror, bad[i].errors);
		assert_int_equal(d.item[0].code, bad[i].code);
		campaign_free(c);
		diag_free(&d);
	}
}

static int
forget(void **state)
{
	(void)state;
	intern_clear();
	return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_all_of_the_standard),
		TEST(reads_ccbs),
		TEST(turns_amf_types_into_objects),
		TEST(writes_extensions),
		TEST(refuses_what_is_cut_off),
		TEST(keeps_places),
		TEST(counts_mistakes),
	};

	return cmocka_run_group_tests(tests, read_standard, NULL);
}
