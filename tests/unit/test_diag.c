/* X4: findings are counted, kept, sorted, and printed with their place. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "explain.h"
#include "intern.h"

static const enum diag_code ANY_ERROR = DIAG_POLICY_KEY,
    OTHER_ERROR = DIAG_POLICY_TWICE, ANY_WARNING = DIAG_POLICY_IDLE;

static const struct place nowhere;

/* What is printed; freed by the caller. */
static char *
printed(struct diag *d, enum diag_format format)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	diag_print(d, format, "campgen", f);
	fclose(f);
	return text;
}

static void
assert_text(struct diag *d, const char *want)
{
	char *text = printed(d, DIAG_TEXT);

	assert_string_equal(text, want);
	free(text);
}

static struct src *
text_src(const char *path, const char *text)
{
	struct src *s = src_from_memory(path, text, strlen(text));

	s->unit = SRC_CHARS; /* places are tokens of YAML */
	return s;
}

static struct place
at(const struct src *s, uint32_t off)
{
	return (struct place){ s, off, SRC_TOKEN };
}

static void
place_line_caret_and_hint(void **state)
{
	struct diag d = { 0 };
	struct src *s = text_src("p.yaml", "a: 1\nstpes: []\n");

	(void)state;
	assert_false(diag_report(&d, ANY_ERROR, at(s, 5), NAME_NONE,
	    "a policy has no key \"%s\"", "stpes"));
	diag_note(&d, nowhere, "did you mean \"steps\"?");
	diag_note(&d, at(s, 0), "it begins here");
	assert_text(&d,
	    "p.yaml:2:1: error[S502]: a policy has no key \"stpes\"\n"
	    "    2 | stpes: []\n"
	    "      | ^~~~~\n"
	    "      = note: did you mean \"steps\"?\n"
	    "      = hint: see policy(5) for the keys there are\n"
	    "p.yaml:1:1: note: it begins here\n");
	assert_int_equal(d.nerror, 1);
	diag_free(&d);
	src_close(s);
}

static void
tabs_and_wide_characters_stay_aligned(void **state)
{
	struct diag d = { 0 };
	struct src *s = text_src("p", "[\"a\t\xe6\xbc\xa2\", bad]\n");

	(void)state;
	diag_report(&d, ANY_WARNING, at(s, 8), NAME_NONE, "m");
	assert_text(&d,
	    "p:1:9: warning[S510]: m\n"
	    "    1 | [\"a\t\xe6\xbc\xa2\", bad]\n"
	    "      |    \t     ^~~\n"
	    "      = hint: add a fact to the rule, or take the rule away\n");
	diag_free(&d);
	src_close(s);
}

static void
long_lines_are_clipped_around_the_place(void **state)
{
	struct diag d = { 0 };
	char line[5001], *text;
	struct src *s;

	(void)state;
	memset(line, 'x', 5000);
	line[0] = '[';
	memcpy(line + 2999, ", here,", 7);
	line[4999] = ']';
	line[5000] = '\0';
	s = text_src("p", line);
	diag_report(&d, ANY_WARNING, at(s, 3001), NAME_NONE, "m");
	text = printed(&d, DIAG_TEXT);
	assert_non_null(strstr(text, "p:1:3002: "));
	assert_non_null(strstr(text, "| ...xxx"));
	assert_non_null(strstr(text, " ^~~~\n"));
	assert_true(strlen(text) < 500);
	free(text);
	diag_free(&d);
	src_close(s);
}

static void
nothing_can_disturb_the_terminal(void **state)
{
	struct diag d = { 0 };
	struct src *s = text_src("p", "a\x1b[2J\xff\xe2\x80\xae z\n");
	char *text;

	(void)state;
	diag_report(&d, ANY_ERROR, at(s, 0), NAME_NONE, "\x1b[31m\n\x07%s",
	    "\xc3(\xe2\x80\xae");
	text = printed(&d, DIAG_TEXT);
	assert_null(strchr(text, '\x1b'));
	assert_null(strchr(text, '\x07'));
	assert_null(strchr(text, '\xff'));
	assert_null(strstr(text, "\xe2\x80\xae"));
	assert_non_null(strstr(text, "\xe2\x90\x9b[31m\xe2\x90\x8a"));
	free(text);
	diag_free(&d);
	src_close(s);
}

static void
sorted_by_file_line_and_code(void **state)
{
	struct diag d = { 0 };
	struct src *a = text_src("a", "x\ny\n"), *b = text_src("b", "z\n");
	struct place whole = { b, SRC_WHOLE, SRC_TOKEN };
	char *text, *p;
	static const char *const want[] = { "a:1:1: error[S502]",
		"a:1:1: error[S503]", "a:2:1: error[S502]",
		"b: error[S502]", "b:1:1: error[S502]",
		"campgen: error[S502]" };
	size_t i;

	(void)state;
	diag_report(&d, ANY_ERROR, nowhere, NAME_NONE, "m");
	diag_report(&d, ANY_ERROR, at(b, 0), NAME_NONE, "m");
	diag_report(&d, ANY_ERROR, at(a, 2), NAME_NONE, "m");
	diag_report(&d, OTHER_ERROR, at(a, 0), NAME_NONE, "m");
	diag_report(&d, ANY_ERROR, whole, NAME_NONE, "m");
	diag_report(&d, ANY_ERROR, at(a, 0), NAME_NONE, "m");
	text = p = printed(&d, DIAG_TEXT);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		p = strstr(p, want[i]);
		if (p == NULL)
			fail_msg("%s is not in its place:\n%s", want[i], text);
		p++;
	}
	free(text);
	diag_free(&d);
	src_close(a);
	src_close(b);
}

static void
the_rest_is_counted(void **state)
{
	struct diag d = { .max = 1 };
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_true(diag_report(&d, ANY_WARNING, nowhere, NAME_NONE,
		    "w"));
	for (i = 0; i < 1201; i++)
		diag_report(&d, ANY_ERROR, nowhere, NAME_NONE, "e");
	text = printed(&d, DIAG_TEXT);
	assert_non_null(strstr(text, "error[S502]: e\n"));
	assert_null(strstr(text, "warning["));
	assert_non_null(strstr(text, "... and 1,203 more findings "
	    "(1,200 errors, 3 warnings); --max-errors=N shows more\n"));
	free(text);
	diag_free(&d);
}

static void
memory_is_bounded_and_errors_win(void **state)
{
	struct diag d = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 30000; i++) {
		diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
		diag_note(&d, nowhere, "n");
	}
	for (i = 0; i < 50; i++)
		diag_report(&d, ANY_ERROR, nowhere, NAME_NONE, "e");
	assert_int_equal(d.nwarning, 30000);
	assert_int_equal(d.nerror, 50);
	assert_true(d.nitem <= 10000);
	assert_int_equal(d.nitem + d.nleft_out, 30050);
	for (i = 0; i < d.nitem; i++)
		d.nerror -= d.item[i].level == DIAG_ERROR;
	assert_int_equal(d.nerror, 0);
	diag_free(&d);
}

static void
lower_levels_can_be_hidden(void **state)
{
	struct diag d = { .least = DIAG_ERROR };

	(void)state;
	diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
	assert_text(&d, "");
	assert_int_equal(d.nwarning, 1);
	diag_free(&d);
}

static void
json_is_one_object_a_line(void **state)
{
	static const char *const keys[] = { "file", "line", "col", "end_line",
		"end_col", "dn", "severity", "code", "message", "hint",
		"notes" };
	struct diag d = { 0 };
	struct src *s = text_src("p\"q", "a: 1\n");
	char *text, *line, *rest;
	json_t *o;
	size_t i, n = 0;

	(void)state;
	diag_report(&d, ANY_ERROR, at(s, 3), intern_str("safEE=a"),
	    "\x1b\"\n\xff");
	diag_note(&d, at(s, 0), "n");
	diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
	text = printed(&d, DIAG_JSON);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest), n++) {
		o = json_loads(line, 0, NULL);
		assert_non_null(o);
		assert_int_equal(json_object_size(o), 11);
		for (i = 0; i < 11; i++)
			assert_non_null(json_object_get(o, keys[i]));
		if (n == 0) {
			assert_int_equal(json_integer_value(
			    json_object_get(o, "col")), 4);
			assert_string_equal(json_string_value(
			    json_object_get(o, "dn")), "safEE=a");
			assert_int_equal(json_array_size(
			    json_object_get(o, "notes")), 1);
		}
		json_decref(o);
	}
	assert_int_equal(n, 2);
	free(text);
	diag_free(&d);
	src_close(s);
}

static void
sarif_knows_every_rule(void **state)
{
	struct diag d = { 0 };
	struct src *s = text_src("/tmp/a b.yaml", "a: 1\n");
	json_t *root, *run, *result, *rules, *where;
	char *text;

	(void)state;
	diag_report(&d, ANY_ERROR, at(s, 3), intern_str("safEE=a"), "m");
	diag_note(&d, at(s, 0), "n");
	d.rule = explain_rules(&d.arena);
	text = printed(&d, DIAG_SARIF);
	root = json_loads(text, 0, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(
	    json_object_get(root, "version")), "2.1.0");
	run = json_array_get(json_object_get(root, "runs"), 0);
	rules = json_object_get(json_object_get(json_object_get(run, "tool"),
	    "driver"), "rules");
	assert_int_equal(json_array_size(rules), DIAG_COUNT);
	result = json_array_get(json_object_get(run, "results"), 0);
	assert_string_equal(json_string_value(json_object_get(json_array_get(
	    rules, (size_t)json_integer_value(
	    json_object_get(result, "ruleIndex"))), "id")), "S502");
	assert_string_equal(json_string_value(json_object_get(json_object_get(
	    json_array_get(rules, ANY_ERROR), "fullDescription"), "text")),
	    d.rule[ANY_ERROR].explain);
	assert_string_equal(json_string_value(json_object_get(
	    json_array_get(rules, ANY_ERROR), "name")), "PolicyKey");
	where = json_object_get(json_array_get(
	    json_object_get(result, "locations"), 0), "physicalLocation");
	assert_string_equal(json_string_value(json_object_get(
	    json_object_get(where, "artifactLocation"), "uri")),
	    "file:///tmp/a%20b.yaml");
	assert_int_equal(json_integer_value(json_object_get(
	    json_object_get(where, "region"), "startColumn")), 4);
	assert_int_equal(json_array_size(
	    json_object_get(result, "relatedLocations")), 1);
	json_decref(root);
	free(text);
	diag_free(&d);
	src_close(s);
}

static void
assert_junit(struct diag *d, const char *tests, const char *failures)
{
	char *text = printed(d, DIAG_JUNIT);
	xmlDocPtr doc = xmlReadMemory(text, (int)strlen(text), "junit", NULL,
	    XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlNodePtr suite;
	xmlChar *value;

	assert_non_null(doc);
	suite = xmlFirstElementChild(xmlDocGetRootElement(doc));
	assert_string_equal((const char *)suite->name, "testsuite");
	value = xmlGetProp(suite, (const xmlChar *)"tests");
	assert_string_equal((const char *)value, tests);
	xmlFree(value);
	value = xmlGetProp(suite, (const xmlChar *)"failures");
	assert_string_equal((const char *)value, failures);
	xmlFree(value);
	xmlFreeDoc(doc);
	free(text);
}

static void
junit_is_xml_whatever_was_found(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_junit(&d, "1", "0");
	diag_report(&d, ANY_ERROR, nowhere, NAME_NONE, "<&\x01\xff\">");
	diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
	assert_junit(&d, "2", "1");
	diag_free(&d);
}

/* A log line of a compiler: place, level, text, code; one line whatever the
 * text holds. */
static void
gcc_is_one_line_each(void **state)
{
	struct src *s = text_src("m.yaml", "a: 1\nb: 2\n");
	struct diag d = { 0 };
	char *text;

	(void)state;
	diag_report(&d, ANY_ERROR, at(s, 8), NAME_NONE, "two\nlines");
	diag_note(&d, at(s, 3), "first");
	diag_note(&d, nowhere, "why");
	diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
	text = printed(&d, DIAG_GCC);
	assert_string_equal(text,
	    "m.yaml:2:4: error: two\342\220\212lines [S502]\n"
	    "m.yaml:1:4: note: first\n"
	    "m.yaml:2:4: note: why\n"
	    "campgen: warning: w [S510]\n");
	free(text);
	diag_free(&d);
	src_close(s);
}

/* What separates the parts of a workflow command is never taken for one, and
 * of more findings than are shown the number is said. */
static void
github_commands_are_escaped_and_counted(void **state)
{
	struct src *s = text_src("a,b:c%.yaml", "a: 1\n");
	struct diag d = { 0 };
	char *text, *p;
	int i, n = 0;

	(void)state;
	diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "100%%, so: what");
	diag_report(&d, ANY_ERROR, at(s, 3), NAME_NONE, "e");
	diag_note(&d, at(s, 0), "n");
	text = printed(&d, DIAG_GITHUB);
	assert_int_equal(strncmp(text, "::error file=a%2Cb%3Ac%25.yaml,line=1,"
	    "endLine=1,col=4,endColumn=5,title=S502 a policy has no such key::"
	    "e%0Aa,b:c%25.yaml:1: n%0Ahint: ", 117), 0);
	assert_non_null(strstr(text, "\n::warning title=S510 a rule says for "
	    "whom but not what::100%25, so: what%0Ahint: "));
	free(text);
	for (i = 0; i < 19; i++)
		diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
	text = printed(&d, DIAG_GITHUB);
	for (p = text; (p = strstr(p, "::warning ")) != NULL; p++)
		n++;
	assert_int_equal(n, 10);
	assert_non_null(strstr(text, "::warning title=campgen::11 more of "
	    "this kind; --diag=text shows them\n"));
	free(text);
	diag_free(&d);
	src_close(s);
}

static const struct diag_excuse *
excuse_all(void *data, enum diag_code code, struct place where, uint32_t dn)
{
	(void)code;
	(void)where;
	(void)dn;
	return data;
}

/* What may be troubles nobody, but SARIF tells of it, and why; an error may
 * not be. */
static void
excused_findings_are_told_apart(void **state)
{
	struct diag_excuse why = { "we know", true };
	struct diag d = { .excuse = excuse_all, .excuse_data = &why };
	json_t *root, *results, *s;
	char *text;
	int i;

	(void)state;
	diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
	assert_true(diag_excuse(&d, ANY_ERROR, nowhere, NAME_NONE) == NULL);
	diag_report(&d, ANY_ERROR, nowhere, NAME_NONE, "e");
	assert_int_equal(diag_count(&d, DIAG_WARNING), 0);
	assert_int_equal(diag_count(&d, DIAG_ERROR), 1);
	assert_int_equal(diag_count(&d, DIAG_NOTE), 0);
	text = printed(&d, DIAG_GCC);
	assert_string_equal(text, "campgen: error: e [S502]\n");
	free(text);
	text = printed(&d, DIAG_TEXT);
	assert_non_null(strstr(text, "campgen: 1 finding is allowed"));
	free(text);
	text = printed(&d, DIAG_SARIF);
	root = json_loads(text, 0, NULL);
	results = json_object_get(json_array_get(json_object_get(root, "runs"),
	    0), "results");
	assert_int_equal(json_array_size(results), 2);
	s = json_object_get(json_array_get(results, 1), "suppressions");
	assert_string_equal(json_string_value(json_object_get(
	    json_array_get(s, 0), "justification")), "we know");
	assert_null(json_object_get(json_array_get(results, 0),
	    "suppressions"));
	json_decref(root);
	free(text);
	for (i = 0; i < 20000; i++)
		diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "w");
	d.excuse = NULL;
	diag_report(&d, ANY_WARNING, nowhere, NAME_NONE, "not excused");
	text = printed(&d, DIAG_GCC);
	assert_non_null(strstr(text, "warning: not excused [S510]\n"));
	assert_null(strstr(text, "more finding"));
	free(text);
	diag_free(&d);
}

/* Messages and hints keep to the rules of the house. */
static void
every_row_is_complete(void **state)
{
	struct arena a = { 0 };
	const struct diag_rule *rule = explain_rules(&a);
	int i, k;

	(void)state;
	for (i = 0; i < DIAG_COUNT; i++) {
		const struct diag_info *r = &diag_info[i];

		assert_int_equal(strlen(r->code), 4);
		assert_non_null(strchr("ASMDPCRJ", r->code[0]));
		assert_int_equal(diag_find(r->code), i);
		assert_true(strlen(r->title) > 0);
		assert_true(strlen(rule[i].explain) > 20);
		if (r->title[strlen(r->title) - 1] == '.')
			fail_msg("the title of %s ends in a stop", r->code);
		for (k = 0; k < i; k++)
			assert_string_not_equal(r->code, diag_info[k].code);
	}
	arena_free(&a);
	assert_int_equal(diag_find("Z999"), DIAG_COUNT);
}

static void
explain_tells_all_or_the_nearest(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_true(explain("s502", &b));
	buf_char(&b, '\0');
	assert_non_null(strstr(b.data, "error[S502]: a policy has no such "
	    "key\n\n"));
	assert_non_null(strstr(b.data, "What to do:\n    see policy(5)"));
	b.len = 0;
	assert_false(explain("S52", &b));
	buf_char(&b, '\0');
	assert_non_null(strstr(b.data, "did you mean \"S"));
	b.len = 0;
	assert_false(explain("S5022222222222222222222", &b));
	buf_free(&b);
}

/* What says less than a later finding at the same place is taken back; others
 * of its code, and others there, stay. */
static void
takes_back(void **state)
{
	struct src *src = text_src("f", "a b c\n");
	struct diag d = { 0 };

	(void)state;
	diag_report(&d, ANY_WARNING, at(src, 0), NAME_NONE, "elsewhere");
	diag_report(&d, ANY_WARNING, at(src, 2), NAME_NONE, "a doubt");
	diag_report(&d, OTHER_ERROR, at(src, 2), NAME_NONE, "another");
	diag_withdraw(&d, ANY_WARNING, at(src, 2));
	diag_note(&d, nowhere, "of nothing any more");
	assert_int_equal(d.nitem, 2);
	assert_int_equal(d.nwarning, 1);
	assert_int_equal(d.nerror, 1);
	assert_string_equal(d.item[0].text, "elsewhere");
	assert_string_equal(d.item[1].text, "another");
	assert_int_equal(d.item[1].nnote, 0);
	diag_withdraw(&d, OTHER_ERROR, at(src, 2));
	assert_int_equal(d.nerror, 0);
	diag_free(&d);
	src_close(src);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(place_line_caret_and_hint),
		cmocka_unit_test(tabs_and_wide_characters_stay_aligned),
		cmocka_unit_test(long_lines_are_clipped_around_the_place),
		cmocka_unit_test(nothing_can_disturb_the_terminal),
		cmocka_unit_test(sorted_by_file_line_and_code),
		cmocka_unit_test(the_rest_is_counted),
		cmocka_unit_test(memory_is_bounded_and_errors_win),
		cmocka_unit_test(lower_levels_can_be_hidden),
		cmocka_unit_test(json_is_one_object_a_line),
		cmocka_unit_test(sarif_knows_every_rule),
		cmocka_unit_test(junit_is_xml_whatever_was_found),
		cmocka_unit_test(gcc_is_one_line_each),
		cmocka_unit_test(github_commands_are_escaped_and_counted),
		cmocka_unit_test(excused_findings_are_told_apart),
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(explain_tells_all_or_the_nearest),
		cmocka_unit_test(takes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
