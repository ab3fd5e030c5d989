/* T1: what an XML declaration says about the encoding is read before the
 * parser converts anything. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "xml_in.h"

/* The encoding found in text, which is copied so that not a byte behind it is
 * looked at unseen; the caller's static buffer, or NULL. */
static const char *
found(const char *text, size_t n)
{
	static char name[64];
	char *copy = malloc(n + 1);
	const char *s;
	size_t len;

	assert_non_null(copy);
	memcpy(copy + 1, text, n);
	s = xml_in_encoding(copy + 1, n, &len);
	if (s != NULL) {
		assert_true(s >= copy + 1 && s + len <= copy + 1 + n);
		assert_true(len < sizeof(name));
		memcpy(name, s, len);
		name[len] = '\0';
		s = name;
	}
	free(copy);
	return s;
}

static void
finds_what_is_declared(void **state)
{
	static const struct {
		const char *text, *encoding; /* NULL: nothing to refuse */
	} cases[] = {
		{ "", NULL },
		{ "<a/>", NULL },
		{ "<?xml version=\"1.0\"?><a encoding=\"x\"/>", NULL },
		{ "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>", NULL },
		{ "<?xml version='1.0' encoding='utf-8'?><a/>", NULL },
		{ "<?xml version=\"1.0\" encoding = \"utf8\"?><a/>", NULL },
		{ "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		    NULL },
		{ "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>",
		    "ISO-8859-1" },
		{ "\xef\xbb\xbf<?xml version='1.0' encoding='latin1'?>",
		    "latin1" },
		{ "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "UTF-16" },
		{ "<?xml version=\"1.0\" encoding=\"UTF-88\"?>", "UTF-88" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = found(cases[i].text, strlen(cases[i].text));

		if (cases[i].encoding == NULL)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].encoding);
	}
}

/* A file may end anywhere. */
static void
survives_every_cut(void **state)
{
	static const char text[] =
	    "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>";
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(text) - 1; n++)
		(void)found(text, n);
	assert_string_equal(found(text, n), "ISO-8859-1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_is_declared),
		cmocka_unit_test(survives_every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
