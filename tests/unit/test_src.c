/* T1: where in its file a thing stands, however long the file is. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "intern.h"
#include "src.h"

static struct spot
look(const char *text, enum src_unit unit, uint32_t off, uint32_t what)
{
	static struct arena a;
	struct src *s = src_from_memory("t", text, strlen(text));
	struct place p = { s, off, what };
	struct spot spot;

	s->unit = unit;
	src_locate(s, &p, &spot, 1, &a);
	src_close(s);
	return spot;
}

static void
is_at(struct spot s, unsigned line, unsigned col, unsigned end_line,
    unsigned end_col)
{
	assert_int_equal(s.line, line);
	assert_int_equal(s.col, col);
	assert_int_equal(s.end_line, end_line);
	assert_int_equal(s.end_col, end_col);
}

#define OBJECT "<object class=\"SaPlmEE\"><dn>safEE=\xc3\xa4,safDomain=d</dn>" \
	"<attr><!-- <name> --><name>x</name><value>1</value>" \
	"<value><![CDATA[<value>]]>2\n3</value><value/></attr></object>"

static void
parts_of_an_xml_element(void **state)
{
	uint32_t attr = (uint32_t)(strstr(OBJECT, "<attr>") - OBJECT);
	uint32_t class = intern_str("class");

	(void)state;
	is_at(look(OBJECT, SRC_BYTES, 0, SRC_TOKEN), 1, 1, 1, 25);
	is_at(look(OBJECT, SRC_BYTES, 0, SRC_CLASS), 1, 16, 1, 23);
	is_at(look(OBJECT, SRC_BYTES, 0, SRC_XMLATTR + class), 1, 16, 1, 23);
	/* a letter of two bytes is one column */
	is_at(look(OBJECT, SRC_BYTES, 0, SRC_DN), 1, 29, 1, 48);
	is_at(look(OBJECT, SRC_BYTES, attr, SRC_TOKEN), 1, 53, 1, 59);
	is_at(look(OBJECT, SRC_BYTES, attr, SRC_NAME), 1, 80, 1, 81);
	is_at(look(OBJECT, SRC_BYTES, attr, SRC_VALUE), 1, 95, 1, 96);
	is_at(look(OBJECT, SRC_BYTES, attr, SRC_VALUE + 1), 1, 111, 2, 2);
	is_at(look(OBJECT, SRC_BYTES, attr, SRC_VALUE + 2), 2, 10, 2, 18);
	/* what is not there is the element itself */
	is_at(look(OBJECT, SRC_BYTES, attr, SRC_VALUE + 3), 1, 53, 1, 59);
	is_at(look(OBJECT, SRC_BYTES, attr, SRC_DN), 1, 53, 1, 59);
}

static void
places_outside_and_broken_ends(void **state)
{
	(void)state;
	is_at(look("", SRC_BYTES, 0, SRC_TOKEN), 1, 1, 1, 1);
	is_at(look("ab\ncd", SRC_BYTES, 900, SRC_TOKEN), 2, 3, 2, 3);
	is_at(look("<a b=\"", SRC_BYTES, 0, SRC_CLASS), 1, 1, 1, 3);
	is_at(look("<a><dn>x", SRC_BYTES, 0, SRC_DN), 1, 8, 1, 9);
	is_at(look("x word y", SRC_BYTES, 2, SRC_DN), 1, 3, 1, 7);
	is_at(look("ab", SRC_BYTES, SRC_WHOLE, SRC_TOKEN), 0, 0, 0, 0);
}

static void
line_ends_and_byte_order_mark(void **state)
{
	struct spot s = look("\xef\xbb\xbf<a>\r\n <b/>\r\n", SRC_BYTES, 9,
	    SRC_TOKEN);

	(void)state;
	is_at(s, 2, 2, 2, 6);
	assert_string_equal(s.text, " <b/>");
	is_at(look("\xef\xbb\xbf<a>", SRC_BYTES, 3, SRC_TOKEN), 1, 1, 1, 4);
	is_at(look("\xef\xbb\xbf" "a: b", SRC_CHARS, 0, SRC_TOKEN), 1, 1, 1, 2);
}

#define YAML "objects:\n- class: \xc3\xa4\n  dn: a=b\n  x: [1, 'two']\n" \
	"  y:\n    - \"\xe2\x82\xac\"\n    - 4 # four\n- {dn: c, class: d}\n"

static void
parts_of_a_yaml_mapping(void **state)
{
	(void)state;
	is_at(look(YAML, SRC_CHARS, 0, SRC_TOKEN), 1, 1, 1, 8);
	is_at(look(YAML, SRC_CHARS, 11, SRC_TOKEN), 2, 3, 2, 8);
	is_at(look(YAML, SRC_CHARS, 11, SRC_CLASS), 2, 10, 2, 11);
	is_at(look(YAML, SRC_CHARS, 11, SRC_DN), 3, 7, 3, 10);
	is_at(look(YAML, SRC_CHARS, 32, SRC_NAME), 4, 3, 4, 4);
	is_at(look(YAML, SRC_CHARS, 32, SRC_VALUE), 4, 7, 4, 8);
	is_at(look(YAML, SRC_CHARS, 32, SRC_VALUE + 1), 4, 10, 4, 15);
	is_at(look(YAML, SRC_CHARS, 48, SRC_VALUE), 6, 7, 6, 10);
	is_at(look(YAML, SRC_CHARS, 48, SRC_VALUE + 1), 7, 7, 7, 8);
	is_at(look(YAML, SRC_CHARS, 78, SRC_DN), 8, 8, 8, 9);
	is_at(look(YAML, SRC_CHARS, 78, SRC_CLASS), 8, 18, 8, 19);
}

static void
lines_past_65535(void **state)
{
	struct buf b = { 0 };
	struct place at[3];
	struct spot spot[3];
	struct arena a = { 0 };
	struct src *s;
	size_t i;

	(void)state;
	for (i = 0; i < 70000; i++)
		buf_str(&b, i % 2 ? "  <a/>\n" : "\xc3\xa4 <a/>\r\n");
	s = src_from_memory("t", b.data, b.len);
	/* line 70000, line 1, line 66000, in no order */
	at[0] = (struct place){ s, (uint32_t)b.len - 5, SRC_TOKEN };
	at[1] = (struct place){ s, 3, SRC_TOKEN };
	at[2] = (struct place){ s, 65999 / 2 * 16 + 9 + 2, SRC_TOKEN };
	src_locate(s, at, spot, 3, &a);
	is_at(spot[0], 70000, 3, 70000, 7);
	is_at(spot[1], 1, 3, 1, 7);
	is_at(spot[2], 66000, 3, 66000, 7);
	assert_string_equal(spot[0].text, "  <a/>");
	assert_string_equal(spot[1].text, "\xc3\xa4 <a/>");
	src_close(s);
	arena_free(&a);
	buf_free(&b);
}

static void
a_line_too_long_to_show_has_a_column(void **state)
{
	size_t n = 3 * 1024 * 1024;
	char *text = mem_alloc(n + 1, 1);
	struct spot spot;

	(void)state;
	memset(text, 'x', n);
	memcpy(text + n - 4, "<a/>", 4);
	spot = look(text, SRC_BYTES, (uint32_t)n - 4, SRC_TOKEN);
	is_at(spot, 1, (unsigned)n - 3, 1, (unsigned)n + 1);
	assert_null(spot.text);
	free(text);
}

static void
opening_says_why_not(void **state)
{
	struct src *s;

	(void)state;
	errno = 0;
	assert_null(src_open("no/such/file"));
	assert_int_equal(errno, ENOENT);
	assert_null(src_open("."));
	assert_int_equal(errno, EISDIR);
	s = src_open("/dev/null");
	assert_non_null(s);
	assert_string_equal(s->path, "/dev/null");
	src_close(s);
	src_close(NULL);
}

static void
standard_input_is_read_twice(void **state)
{
	int fd[2], saved = dup(0), i;
	struct src *s;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "text", 4), 4);
	close(fd[1]);
	dup2(fd[0], 0);
	close(fd[0]);
	s = src_open("-");
	dup2(saved, 0);
	close(saved);
	assert_non_null(s);
	assert_string_equal(s->path, "<stdin>");
	for (i = 0; i < 2; i++) {
		char text[8] = "";

		rewind(s->file);
		assert_int_equal(fread(text, 1, sizeof(text), s->file), 4);
		assert_string_equal(text, "text");
	}
	src_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_an_xml_element),
		cmocka_unit_test(places_outside_and_broken_ends),
		cmocka_unit_test(line_ends_and_byte_order_mark),
		cmocka_unit_test(parts_of_a_yaml_mapping),
		cmocka_unit_test(lines_past_65535),
		cmocka_unit_test(a_line_too_long_to_show_has_a_column),
		cmocka_unit_test(opening_says_why_not),
		cmocka_unit_test(standard_input_is_read_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
