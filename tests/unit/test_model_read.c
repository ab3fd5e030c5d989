/* T1: what a file holds is what the model holds, in both notations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "model.h"

#define ROOT "<imm:IMM-contents xmlns:imm=\"http://www.saforum.org/" \
	"IMMSchema\" xmlns:xsi=\"http://www.w3.org/2001/" \
	"XMLSchema-instance\">"
#define END "</imm:IMM-contents>"
#define ATTR(name, value) "<attr><name>" name "</name><value>" value \
	"</value></attr>"

static struct model *
load(const char *text, struct diag *d)
{
	struct model *m;

	memset(d, 0, sizeof(*d));
	m = model_load_src(src_from_memory("test", text, strlen(text)), d);
	assert_non_null(m);
	return m;
}

static struct model *
load_well(const char *text)
{
	struct diag d;
	struct model *m = load(text, &d);

	if (d.nitem > 0)
		diag_print(&d, DIAG_TEXT, "test", stderr);
	assert_int_equal(d.nitem, 0);
	diag_free(&d);
	return m;
}

/* The codes of the findings in a text, in order of report: "S001 S007". */
static const char *
codes(const char *text)
{
	static char list[200];
	struct diag d;
	struct model *m = load(text, &d);
	size_t i;

	list[0] = '\0';
	for (i = 0; i < d.nitem; i++) {
		strcat(list, i > 0 ? " " : "");
		strcat(list, diag_info[d.item[i].code].code);
	}
	model_free(m);
	diag_free(&d);
	return list;
}

static const char *
value_of(const struct model *m, const char *dn, const char *attr, size_t k)
{
	uint32_t o = model_find(m, intern_str(dn)), a;
	const uint32_t *v;
	size_t n;

	assert_int_not_equal(o, NONE);
	a = model_attr(m, o, intern_str(attr));
	if (a == NONE)
		return NULL;
	v = attr_values(m, a, &n);
	return k < n ? name_str(v[k]) : NULL;
}

static void
xml_texts_are_kept_as_they_are(void **state)
{
	struct model *m = load_well(ROOT "<!-- c --><?pi x?>"
	    "<object class=\"C\"><dn>a=1</dn><attr><name>x</name>"
	    "<value> a &amp;&#60;b </value><value/><value></value>"
	    "<value><![CDATA[<&>]]>]] &gt;</value>"
	    "<value xsi:type=\"xs:base64Binary\">AWI=\n</value>"
	    "<value xsi:type=\"xs:string\">AWI=</value></attr></object>" END);

	(void)state;
	assert_int_equal(m->nobject, 1);
	assert_string_equal(value_of(m, "a=1", "x", 0), " a &<b ");
	assert_string_equal(value_of(m, "a=1", "x", 1), "");
	assert_string_equal(value_of(m, "a=1", "x", 2), "");
	assert_string_equal(value_of(m, "a=1", "x", 3), "<&>]] >");
	assert_string_equal(value_of(m, "a=1", "x", 4), "\001b");
	assert_string_equal(value_of(m, "a=1", "x", 5), "AWI=");
	assert_null(value_of(m, "a=1", "x", 6));
	model_free(m);
}

static void
yaml_texts_are_what_is_written(void **state)
{
	struct model *m = load_well("objects:\n- {class: C, dn: a=1}\n"
	    "- class: C\n  dn: 'b=1'\n  x: [no, 010, 1e3, \"\", 'null', "
	    "!!str ~, !!binary AWI=]\n  !attr dn: y\n");

	(void)state;
	assert_int_equal(m->nobject, 2);
	assert_string_equal(value_of(m, "b=1", "x", 0), "no");
	assert_string_equal(value_of(m, "b=1", "x", 1), "010");
	assert_string_equal(value_of(m, "b=1", "x", 2), "1e3");
	assert_string_equal(value_of(m, "b=1", "x", 3), "");
	assert_string_equal(value_of(m, "b=1", "x", 4), "null");
	assert_string_equal(value_of(m, "b=1", "x", 5), "~");
	assert_string_equal(value_of(m, "b=1", "x", 6), "\001b");
	assert_string_equal(value_of(m, "b=1", "dn", 0), "y");
	model_free(m);
}

/* A class of the file's own goes before the built-in one. */
#define OWN_CLASS "<class name=\"Own\"><category>SA_CONFIG</category><rdn>" \
	"<name>own</name><type>SA_STRING_T</type><category>SA_CONFIG" \
	"</category><flag>SA_INITIALIZED</flag></rdn><attr><name>kept</name>" \
	"<type>SA_UINT32_T</type><category>SA_CONFIG</category>" \
	"<flag>SA_WRITABLE</flag><flag>SA_MULTI_VALUE</flag><ntfid>7</ntfid>" \
	"<default-value>3</default-value></attr><attr><name>lost</name>" \
	"<type>SA_UINT32_T</type><category>SA_RUNTIME</category></attr>" \
	"</class><class name=\"Gone\"><category>SA_RUNTIME</category><rdn>" \
	"<name>gone</name><type>SA_STRING_T</type><category>SA_RUNTIME" \
	"</category></rdn></class>"
#define OWN_OBJECTS "<object class=\"Gone\"><dn>gone=1</dn></object>" \
	"<object class=\"Own\"><dn>own=1</dn>" ATTR("lost", "1") \
	ATTR("kept", "2") ATTR("lost", "3") "</object>" \
	"<object class=\"Gone\"><dn>gone=2</dn>" ATTR("kept", "9") "</object>" \
	"<object class=\"SaAmfSU\"><dn>safSu=1</dn>" \
	ATTR("saAmfSUHostedByNode", "safAmfNode=n") \
	ATTR("saAmfSUAdminState", "1") ATTR("SaImmAttrClassName", "SaAmfSU") \
	ATTR("SaImmAttrAdminOwnerName", "x") \
	ATTR("SaImmAttrImplementerName", "y") ATTR("saAmfSURank", "4") \
	"</object>"

static void
check_only_configuration(struct model *m)
{
	const struct class_def *c = model_class(m, intern_str("Own"));

	assert_int_equal(m->nclass, 2);
	assert_int_equal(m->nobject, 2);
	assert_int_equal(m->nattr, 3);
	assert_int_equal(m->nvalue, 3);
	assert_string_equal(value_of(m, "own=1", "kept", 0), "2");
	assert_null(value_of(m, "own=1", "lost", 0));
	assert_string_equal(value_of(m, "safSu=1", "saAmfSUHostedByNode", 0),
	    "safAmfNode=n");
	assert_string_equal(value_of(m, "safSu=1", "saAmfSURank", 0), "4");
	assert_int_equal(c->nattr, 2);
	assert_string_equal(name_str(c->rdn.name), "own");
	assert_int_equal(c->rdn.flags, ATTR_INITIALIZED);
	assert_int_equal(c->attr[0].flags, ATTR_WRITABLE | ATTR_MULTI);
	assert_int_equal(c->attr[0].type, TYPE_UINT32);
	assert_int_equal(c->attr[0].ntfid, 7);
	assert_string_equal(name_str(c->attr[0].fallback), "3");
	assert_int_equal(c->attr[1].flags, ATTR_RUNTIME);
	assert_int_equal(c->attr[1].fallback, NAME_NONE);
	model_free(m);
}

static void
only_configuration_is_kept(void **state)
{
	(void)state;
	check_only_configuration(load_well(ROOT OWN_CLASS OWN_OBJECTS END));
}

static void
classes_may_stand_behind_their_objects(void **state)
{
	(void)state;
	check_only_configuration(load_well(ROOT OWN_OBJECTS OWN_CLASS END));
}

static void
written_and_read_it_is_the_same(void **state)
{
	struct buf a = { 0 }, b = { 0 };
	struct model *m = load_well(ROOT OWN_CLASS OWN_OBJECTS
	    "<object class=\"C\"><dn>z=1,own=1</dn><attr><name>class</name>"
	    "<value>null</value><value>no: # &amp; \"'\\</value><value/>"
	    "<value>\xc2\x85\xe2\x80\xa8\xef\xbb\xbf&#9;&#10;&#13; </value>"
	    "<value>- a</value><value>?</value><value>a: b</value>"
	    "<value>a #b</value><value>\xf0\x9f\x90\xa7\x7f</value>"
	    "<value xsi:type=\"xs:base64Binary\">AWI=</value>"
	    "<value xsi:type=\"xs:base64Binary\">/+8=</value></attr>"
	    ATTR("*", "x") ATTR("~", "~") "</object>"
	    "<object class=\"a&amp;b&#38;&lt;&quot;&#38;\"><dn>e=1</dn>"
	    "</object>" END);

	(void)state;
	model_write_xml(m, &a);
	model_write_yaml(m, &b);
	model_free(m);
	buf_char(&b, '\0');
	m = load_well(b.data);
	b.len = 0;
	model_write_xml(m, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_string_equal(value_of(m, "z=1,own=1", "class", 0), "null");
	assert_string_equal(value_of(m, "z=1,own=1", "~", 0), "~");
	assert_string_equal(name_str(m->object[model_find(m,
	    intern_str("e=1"))].class), "a&b&<\"&");
	model_free(m);
	buf_free(&a);
	buf_free(&b);
}

static void
objects_are_written_below_their_parents(void **state)
{
	struct buf b = { 0 };
	struct model *m = load_well("objects:\n"
	    "- {class: C, dn: \"a=1,z=1\"}\n- {class: C, dn: b=1, w: 1, v: 2}\n"
	    "- {class: C, dn: \"c=1,b=1\"}\n- {class: C, dn: z=1}\n"
	    "- {class: C, dn: \"o=1,p=1\"}\n");

	(void)state;
	model_write_yaml(m, &b);
	buf_char(&b, '\0');
	assert_string_equal(b.data, "objects:\n"
	    "  - class: C\n    dn: b=1\n    v: 2\n    w: 1\n"
	    "  - class: C\n    dn: c=1,b=1\n"
	    "  - class: C\n    dn: o=1,p=1\n"
	    "  - class: C\n    dn: z=1\n"
	    "  - class: C\n    dn: a=1,z=1\n");
	model_free(m);
	buf_free(&b);
}

static void
places_of_objects_and_values(void **state)
{
	struct model *m = load_well(ROOT "\n<object class=\"C\">\n"
	    "<dn>a=1</dn>\n <attr><name>x</name>\n  <value>1</value>\n"
	    "  <value>2</value></attr></object>" END);
	struct place at[4] = { model_place(m, 0), model_dn_place(m, 0),
		model_attr_place(m, 0), model_value_place(m, 0, 1) };
	struct spot spot[4];
	struct arena a = { 0 };

	(void)state;
	src_locate(m->src, at, spot, 4, &a);
	assert_int_equal(spot[0].line, 2);
	assert_int_equal(spot[0].col, 1);
	assert_int_equal(spot[1].line, 3);
	assert_int_equal(spot[1].col, 5);
	assert_int_equal(spot[2].line, 4);
	assert_int_equal(spot[2].col, 14);
	assert_int_equal(spot[3].line, 6);
	assert_int_equal(spot[3].col, 10);
	assert_int_equal(spot[3].end_col, 11);
	arena_free(&a);
	model_free(m);
}

/* Elements meet the ends of the pieces the parser gets everywhere. */
static void
check_far_places(const char *head)
{
	struct buf b = { 0 };
	struct model *m;
	size_t i;

	buf_str(&b, head);
	buf_str(&b, ROOT);
	for (i = 0; i < 20000; i++)
		buf_printf(&b, "<object class=\"C\"><dn>a=%zu</dn>%s</object>\n",
		    i, ATTR("x>", "<!-- > -->\xc3\xa4"));
	buf_str(&b, END);
	buf_char(&b, '\0');
	m = load_well(b.data);
	assert_int_equal(m->nobject, 20000);
	for (i = 0; i < m->nobject; i++) {
		char dn[32];

		snprintf(dn, sizeof(dn), "a=%zu", i);
		assert_string_equal(name_str(m->object[i].dn), dn);
		assert_memory_equal(b.data + m->object[i].pos, "<object", 7);
		assert_memory_equal(b.data + model_attr_pos(m, (uint32_t)i), "<attr>", 6);
	}
	model_free(m);
	buf_free(&b);
}

static void
places_far_into_a_file(void **state)
{
	(void)state;
	check_far_places("");
	check_far_places("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
	check_far_places("\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>");
}

static void
all_mistakes_are_found_in_one_run(void **state)
{
	(void)state;
	assert_string_equal(codes(ROOT "x<a><b/></a><object class=\" C\" id=\"\">"
	    "<dn>a=1</dn><dn>b=1</dn><attr><value>1</value></attr>"
	    "<attr><name>x</name></attr></object>" END),
	    "S008 S007 S017 S016 S009 S010 S011");
	assert_string_equal(codes("objects:\n- {class: C, dn: a=1, x: ~, "
	    "y: [], x: 1}\n- z\nversion: *x\n"),
	    "S107 S011 S104 S102 S105 S103");
}

static void
what_is_not_a_model(void **state)
{
	(void)state;
	assert_string_equal(codes(""), "S005");
	assert_string_equal(codes(" \n"), "S005");
	assert_string_equal(codes("<!-- -->"), "S005");
	assert_string_equal(codes("# nothing\n"), "S005");
	assert_string_equal(codes("<upgradeCampaign/>"), "S006");
	assert_string_equal(codes("<!DOCTYPE a [<!ENTITY b SYSTEM \"/etc/"
	    "passwd\">]>" ROOT "&b;" END), "S003");
	assert_string_equal(codes("<?xml version='1.0' encoding='latin1'?>"
	    ROOT END), "S002");
	assert_string_equal(codes(ROOT "\xff" END), "S002");
	assert_string_equal(codes("a: \xff"), "S002");
	assert_string_equal(codes("\xff\xfe<"), "S002");
	assert_string_equal(codes("--- {objects: []}\n--- {}\n"), "S106");
	assert_string_equal(codes("objects: [}"), "S101");
	assert_string_equal(codes(ROOT), "S001");
	assert_string_equal(codes("<?xml version='1.0' encoding='utf8'?>"
	    ROOT END), "");
}

/* Nothing is expanded, nothing is nested without end. */
static void
what_is_made_to_do_harm(void **state)
{
	struct buf b = { 0 };
	int i;

	(void)state;
	assert_string_equal(codes("objects: &a [&b [*a, *a], *b]\n"),
	    "S105 S105 S102 S105 S105 S105");
	buf_str(&b, "<a>");
	for (i = 0; i < 100000; i++)
		buf_str(&b, "<a>");
	buf_char(&b, '\0');
	assert_string_equal(codes(b.data), "S006");
	b.len = 0;
	buf_str(&b, ROOT);
	for (i = 0; i < 100000; i++)
		buf_str(&b, "<a>");
	buf_char(&b, '\0');
	assert_string_equal(codes(b.data), "S007 S015");
	b.len = 0;
	for (i = 0; i < 5000; i++)
		buf_char(&b, '[');
	buf_char(&b, '\0');
	assert_string_equal(codes(b.data), "S102 S015");
	buf_free(&b);
}

static void
files_that_cannot_be_read(void **state)
{
	struct diag d = { 0 };

	(void)state;
	errno = 0;
	assert_null(model_load("no/such/file", &d));
	assert_int_equal(errno, ENOENT);
	assert_null(model_load(".", &d));
	assert_int_equal(errno, EISDIR);
	assert_int_equal(d.nitem, 0);
}

static void
words_of_types(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < TYPE_COUNT; i++) {
		enum value_type t = (enum value_type)i;

		assert_int_equal(type_from_name(type_name(t)), i);
		assert_int_equal(type_from_imm_name(type_imm_name(t)), i);
	}
	assert_int_equal(type_from_name("SA_TIME"), TYPE_COUNT);
	assert_int_equal(type_from_imm_name("SA_TIME_T"), TYPE_COUNT);
	assert_string_equal(type_imm_name(TYPE_UINT32),
	    "SA_IMM_ATTR_SAUINT32T");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xml_texts_are_kept_as_they_are),
		cmocka_unit_test(yaml_texts_are_what_is_written),
		cmocka_unit_test(only_configuration_is_kept),
		cmocka_unit_test(classes_may_stand_behind_their_objects),
		cmocka_unit_test(written_and_read_it_is_the_same),
		cmocka_unit_test(objects_are_written_below_their_parents),
		cmocka_unit_test(places_of_objects_and_values),
		cmocka_unit_test(places_far_into_a_file),
		cmocka_unit_test(all_mistakes_are_found_in_one_run),
		cmocka_unit_test(what_is_not_a_model),
		cmocka_unit_test(what_is_made_to_do_harm),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(words_of_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
