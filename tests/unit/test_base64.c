/* T1, T14: values that XML cannot hold go there and back as base64, and what
 * is none is refused, never guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base64.h"
#include "buf.h"

static void
writes_the_known_texts(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct buf b = { 0 };

		base64_encode(&b, pairs[i][0], strlen(pairs[i][0]));
		buf_char(&b, '\0');
		assert_string_equal(b.data, pairs[i][1]);
		buf_free(&b);
	}
}

static void
there_and_back(void **state)
{
	char bytes[256 + 3];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (n = 0; n <= sizeof(bytes); n++) {
		struct buf text = { 0 }, back = { 0 };

		base64_encode(&text, bytes, n);
		assert_int_equal(text.len, (n + 2) / 3 * 4);
		assert_true(base64_decode(text.data, text.len, &back));
		assert_int_equal(back.len, n);
		if (n > 0)
			assert_memory_equal(back.data, bytes, n);
		buf_free(&text);
		buf_free(&back);
	}
}

static void
blanks_do_not_count(void **state)
{
	static const char text[] = " Zm9v\r\n\tYm E = \n";
	struct buf b = { 0 };

	(void)state;
	buf_str(&b, "kept ");
	assert_true(base64_decode(text, sizeof(text) - 1, &b));
	assert_int_equal(b.len, 10);
	assert_memory_equal(b.data, "kept fooba", 10);
	buf_free(&b);
}

static void
refuses_what_is_none(void **state)
{
	static const char *const bad[] = {
		"Zg", "Zm8", "Zg=", "Z", "Z===", /* padding is missing */
		"Zm9v=", "Zm9v==", "Zm9v====", "=", "====", /* too much */
		"Zg==Zg==", "Z=g=", "=Zg=", /* not at the end */
		"Zm9*", "Zm9-", "Zm9_", "Zm\xc3\xa9", /* not in the alphabet */
		"Zh==", "Zm9=", "ZmF=", /* bits would be lost */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf b = { 0 };

		if (base64_decode(bad[i], strlen(bad[i]), &b))
			fail_msg("\"%s\" was taken for base64", bad[i]);
		buf_free(&b);
	}
}

static void
a_zero_byte_is_no_digit(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_false(base64_decode("Zm9\0", 4, &b));
	assert_false(base64_decode("\0Zm9v", 5, &b));
	buf_free(&b);
}

static bool
is_type(const char *s)
{
	return base64_is_type(s, strlen(s));
}

static void
knows_the_type_under_any_prefix(void **state)
{
	(void)state;
	assert_true(is_type("base64Binary"));
	assert_true(is_type("xs:base64Binary"));
	assert_true(is_type("xsd:base64Binary"));
	assert_false(is_type("xs:string"));
	assert_false(is_type("xs:base64Binary2"));
	assert_false(is_type("xs:base64"));
	assert_false(is_type(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_known_texts),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(blanks_do_not_count),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(a_zero_byte_is_no_digit),
		cmocka_unit_test(knows_the_type_under_any_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
