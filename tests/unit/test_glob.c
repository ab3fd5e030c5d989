/* T8, X4: patterns over names, and the nearest known word. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "near.h"
#include "policy.h"

static void
plain_text_fits_itself_only(void **state)
{
	(void)state;
	assert_true(glob_match("safEE=a,safDomain=d", "safEE=a,safDomain=d"));
	assert_false(glob_match("safEE=a", "safEE=a,safDomain=d"));
	assert_false(glob_match("safEE=a,safDomain=d", "safEE=a"));
	assert_true(glob_match("", ""));
	assert_false(glob_match("", "x"));
	assert_true(glob_match("a[b]\\,c", "a[b]\\,c"));
}

static void
star_takes_any_run_commas_too(void **state)
{
	(void)state;
	assert_true(glob_match("*", ""));
	assert_true(glob_match("*", "a,b"));
	assert_true(glob_match("safEE=*,safDomain=d", "safEE=a,safEE=b,safDomain=d"));
	assert_false(glob_match("safEE=*,safDomain=d", "safEE=a,safDomain=e"));
	assert_true(glob_match("*vm*1*", "safEE=vm-01x"));
	assert_false(glob_match("*vm*1*", "safEE=vm-02x"));
	assert_true(glob_match("a**b", "ab"));
	assert_true(glob_match("*ab", "aab"));
	assert_true(glob_match("*aab*b", "aaaabab"));
}

static void
question_mark_takes_one_character(void **state)
{
	(void)state;
	assert_true(glob_match("vm-?", "vm-1"));
	assert_false(glob_match("vm-?", "vm-"));
	assert_false(glob_match("vm-?", "vm-12"));
	assert_true(glob_match("vm-?x", "vm-\xc3\xa4x"));
	assert_true(glob_match("*?", "a"));
	assert_false(glob_match("*?", ""));
}

/* Naive backtracking would take longer than the age of the universe. */
static void
many_stars_end_soon(void **state)
{
	char pattern[201], text[2001];
	size_t i;

	(void)state;
	for (i = 0; i < 200; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[200] = '\0';
	memset(text, 'a', 2000);
	text[1999] = 'b';
	text[2000] = '\0';
	assert_false(glob_match(pattern, text));
	text[1999] = 'a';
	assert_true(glob_match(pattern, text));
}

static const char *const words[] = { "restartable", "restart-time",
	"switchover-time", "online", "match", "from", "to" };

static const char *
near(const char *word)
{
	return near_match(word, words, sizeof(words) / sizeof(words[0]));
}

static void
mistypings_are_understood(void **state)
{
	(void)state;
	assert_string_equal(near("restartble"), "restartable");
	assert_string_equal(near("restart_time"), "restart-time");
	assert_string_equal(near("onlien"), "online");
	assert_string_equal(near("mtach"), "match");
	assert_string_equal(near("MATCH"), "match");
	assert_string_equal(near("form"), "from");
	assert_string_equal(near("swithover-tiem"), "switchover-time");
}

static void
other_words_are_not_guessed(void **state)
{
	(void)state;
	assert_null(near("xyz"));
	assert_null(near(""));
	assert_null(near("t"));
	assert_null(near("nothing like it at all"));
}

static void
long_names_are_compared_too(void **state)
{
	char a[2048], b[2048];
	const char *one = a;

	(void)state;
	memset(a, 'x', sizeof(a) - 1);
	memset(b, 'x', sizeof(b) - 1);
	a[2047] = b[2047] = '\0';
	b[1000] = 'y';
	assert_ptr_equal(near_match(b, &one, 1), a);
	memset(b + 1000, 'y', 10);
	assert_null(near_match(b, &one, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_fits_itself_only),
		cmocka_unit_test(star_takes_any_run_commas_too),
		cmocka_unit_test(question_mark_takes_one_character),
		cmocka_unit_test(many_stars_end_soon),
		cmocka_unit_test(mistypings_are_understood),
		cmocka_unit_test(other_words_are_not_guessed),
		cmocka_unit_test(long_names_are_compared_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
