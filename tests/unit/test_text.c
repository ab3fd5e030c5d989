/* T1, X6: names of files are put together and taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "text.h"

static void
is(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void
knows_endings(void **state)
{
	(void)state;
	assert_true(text_ends("plan.txt", ".txt"));
	assert_false(text_ends("plan.txt", ".xml"));
	assert_false(text_ends(".txt", ".txt"));
	assert_false(text_ends("", ".txt"));
}

static void
joins(void **state)
{
	(void)state;
	is(text_join("a", "b"), "ab");
	is(text_join("", ""), "");
	is(text_below("dir", "name"), "dir/name");
	is(text_below(".", "name"), "./name");
}

static void
finds_the_folder(void **state)
{
	(void)state;
	is(text_folder("a/b/c"), "a/b");
	is(text_folder("a/b/"), "a/b");
	is(text_folder("name"), ".");
	is(text_folder(""), ".");
	is(text_folder("/name"), "/");
	is(text_folder("/a/b"), "/a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_endings),
		cmocka_unit_test(joins),
		cmocka_unit_test(finds_the_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
