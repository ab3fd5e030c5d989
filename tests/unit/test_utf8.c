/* X1: what is no UTF-8 is told from what is, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "utf8.h"

/* The bytes of a code point, by the rule itself; how many. */
static size_t
bytes_of(uint32_t c, char *s)
{
	if (c < 0x80) {
		s[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		s[0] = (char)(0xc0 | c >> 6);
		s[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		s[0] = (char)(0xe0 | c >> 12);
		s[1] = (char)(0x80 | (c >> 6 & 0x3f));
		s[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	s[0] = (char)(0xf0 | c >> 18);
	s[1] = (char)(0x80 | (c >> 12 & 0x3f));
	s[2] = (char)(0x80 | (c >> 6 & 0x3f));
	s[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void
reads_every_character(void **state)
{
	char s[4];
	uint32_t c, got;
	size_t n, cut;

	(void)state;
	for (c = 0; c < 0x110000; c++) {
		n = bytes_of(c, s);
		got = 0;
		if (c >= 0xd800 && c < 0xe000) {
			assert_int_equal(utf8_decode(s, n, &got), 0);
			continue;
		}
		assert_int_equal(utf8_decode(s, n, &got), n);
		assert_int_equal(got, c);
		for (cut = 1; cut < n; cut++)
			assert_int_equal(utf8_decode(s, cut, &got), 0);
	}
}

static void
refuses_what_is_none(void **state)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xff\xff", "\xc3(", "\xe2\x82(", "\xf0\x9f\x98(" };
	uint32_t c = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (utf8_decode(bad[i], strlen(bad[i]), &c) != 0)
			fail_msg("bad[%zu] was taken", i);
		assert_int_equal(utf8_xml(bad[i], strlen(bad[i])), 0);
	}
	assert_int_equal(c, 7);
}

static void
knows_what_xml_can_hold(void **state)
{
	char s[4];
	uint32_t c;
	size_t n;

	(void)state;
	for (c = 0; c < 0x110000; c++) {
		bool fits = c == 9 || c == 10 || c == 13 ||
		    (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) ||
		    c >= 0x10000;

		n = bytes_of(c, s);
		assert_int_equal(utf8_xml(s, n), fits ? n : 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_character),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(knows_what_xml_can_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
