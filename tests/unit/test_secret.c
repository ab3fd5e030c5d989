/* U4: what is secret by its name is in no plan. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "buf.h"
#include "secret.h"

static void
names_that_sound_like_secrets_are(void **state)
{
	(void)state;
	assert_true(secret_name("osafDbPassword"));
	assert_true(secret_name("API_KEY"));
	assert_true(secret_name("authToken"));
	assert_false(secret_name("saPlmEEType"));
	assert_false(secret_name(""));
}

static void
assert_hidden(const char *arguments, const char *want)
{
	struct buf b = { 0 };
	bool found = secret_arguments(arguments, &b);

	assert_int_equal(found, want != NULL);
	buf_char(&b, '\0');
	assert_string_equal(b.data, want == NULL ? "" : want);
	buf_free(&b);
}

static void
values_in_arguments_are_left_out(void **state)
{
	(void)state;
	assert_hidden("--release 4.3 --db-password=hunter2 -v",
	    "--release 4.3 --db-password=(secret) -v");
	assert_hidden("--token abc  --next x", "--token (secret)  --next x");
	assert_hidden("secret:abc", "secret:(secret)");
	assert_hidden("--release 4.3", NULL);
	assert_hidden("mention a password here", NULL);
	assert_hidden("--password", NULL);
	assert_hidden("", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_sound_like_secrets_are),
		cmocka_unit_test(values_in_arguments_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
