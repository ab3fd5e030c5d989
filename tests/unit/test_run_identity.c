/* D1: the machine an EE runs on, as drivers and programs say it; programs that
 * are asked and may not answer. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "asked.h"
#include "buf.h"
#include "identity.h"
#include "intern.h"
#include "os.h"

#define SECOND INT64_C(1000000000)

static struct identity
machine(const char *serial, const char *on)
{
	struct identity id = { .on = on == NULL ? (uint32_t)NAME_NONE :
	    intern_str(on) };

	snprintf(id.serial, sizeof(id.serial), "%s", serial);
	return id;
}

static void
same_only_if_all_that_is_known_is(void **state)
{
	struct identity a = machine("1", "safEE=a"), b = machine("1", NULL);
	char text[2 * IDENTITY_WORDS + 100];

	(void)state;
	assert_true(identity_same(&a, &b));
	b = machine("1", "safEE=b");
	assert_false(identity_same(&a, &b));
	b = machine("2", "safEE=a");
	assert_false(identity_same(&a, &b));
	b = a;
	strcpy(b.model, "other");
	assert_false(identity_same(&a, &b));
	b = a;
	strcpy(a.visit, "4");
	assert_true(identity_same(&a, &b));
	strcpy(b.visit, "5"); /* it was away and came back */
	assert_false(identity_same(&a, &b));
	identity_moved(&a, &b, text, sizeof(text));
	assert_string_equal(text, "from serial 1, on safEE=a and back, or it "
	    "was started anew there (visit 4, now 5)");
	strcpy(b.serial, "2");
	identity_moved(&a, &b, text, sizeof(text));
	assert_string_equal(text, "from serial 1, on safEE=a to serial 2, on "
	    "safEE=a");
}

static void
what_a_program_says(void **state)
{
	struct identity id;
	char text[200];

	(void)state;
	assert_true(identity_parse("serial=77 \"x\"\nwhatever\nmodel=B\tC\n"
	    "type=blade", &id));
	assert_string_equal(id.serial, "77 \"x\"");
	assert_string_equal(id.model, "B C");
	assert_string_equal(id.type, "blade");
	identity_text(&id, text, sizeof(text));
	assert_string_equal(text, "serial 77 \"x\", type blade, model B C");
	assert_true(identity_parse("host7\nnoise\n", &id));
	assert_string_equal(id.serial, "host7");
	assert_false(identity_parse("", &id));
	assert_false(identity_parse("\nserial=\n", &id));
	assert_true(identity_parse("type=x\nvisit=7 b\n", &id));
	assert_string_equal(id.visit, "7 b");
	assert_true(identity_parse("host7\nvisit=8\n", &id));
	assert_string_equal(id.serial, "host7");
	assert_string_equal(id.visit, "8");
	assert_false(identity_parse("visit=8\n", &id)); /* of what? */
}

static void
as_json(void **state)
{
	struct identity id = machine("a\"b", "safEE=x");
	struct buf b = { 0 };

	(void)state;
	strcpy(id.visit, "9");
	buf_str(&b, "[");
	identity_json(&id, &b);
	buf_str(&b, "]");
	buf_char(&b, '\0');
	assert_string_equal(b.data, "[{\"serial\":\"a\\\"b\","
	    "\"visit\":\"9\",\"on\":\"safEE=x\"}]");
	buf_free(&b);
}

/* --- programs that are asked --- */

static struct said
shell(const char *script, const char *input, int64_t limit, size_t most)
{
	static char sh[] = "/bin/sh", c[] = "-c", path[] = "PATH=/usr/bin:/bin";
	char text[200], *argv[] = { sh, c, text, NULL },
	    *envp[] = { path, NULL };
	struct stage s = { .argv = argv, .envp = envp };
	struct said a;

	snprintf(text, sizeof(text), "%s", script);
	assert_true(asked_run(&s, input, input == NULL ? 0 : strlen(input),
	    limit, most, &a));
	return a;
}

static void
it_answers(void **state)
{
	struct said a = shell("cat; echo no >&2; exit 3", "hello", 9 * SECOND,
	    100);
	char text[100];

	(void)state;
	assert_int_equal(a.how, ENDED_EXIT);
	assert_int_equal(a.code, 3);
	assert_string_equal(a.out, "hello");
	assert_string_equal(a.err, "no\n");
	said_tell(&a, text, sizeof(text));
	assert_string_equal(text, "ended with status 3: no");
	said_free(&a);
}

static void
it_never_ends(void **state)
{
	int64_t began = os_clock();
	struct said a = shell("echo x; exec sleep 1000", NULL, SECOND / 5,
	    100);

	(void)state;
	assert_int_equal(a.how, ENDED_GIVEN_UP);
	assert_string_equal(a.out, "x\n");
	assert_true(os_clock() - began < 30 * SECOND);
	said_free(&a);
}

static void
it_never_stops_talking(void **state)
{
	struct said a = shell("yes | head -c 3000000", NULL, 60 * SECOND,
	    1000);

	(void)state;
	assert_int_equal(a.how, ENDED_EXIT);
	assert_int_equal(a.nout, 1000);
	assert_true(a.cut);
	said_free(&a);
}

static void
it_does_not_read_and_leaves_a_child(void **state)
{
	static char big[300000];
	int64_t began = os_clock();
	struct said a;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	a = shell("sleep 1000 & exit 0", big, 60 * SECOND, 1000);
	assert_int_equal(a.how, ENDED_EXIT);
	assert_int_equal(a.code, 0);
	assert_true(os_clock() - began < 30 * SECOND);
	said_free(&a);
}

static void
it_is_not_there(void **state)
{
	static char none[] = "/nowhere/program";
	char *argv[] = { none, NULL }, *envp[] = { NULL };
	struct stage s = { .argv = argv, .envp = envp };
	struct said a;
	char text[100];

	(void)state;
	assert_true(asked_run(&s, NULL, 0, 9 * SECOND, 100, &a));
	assert_int_equal(a.code, 127);
	said_tell(&a, text, sizeof(text));
	assert_string_equal(text, "ended with status 127: cannot be started: "
	    "No such file or directory");
	said_free(&a);
}

static int
killed(void *arg)
{
	(void)arg;
	return raise(SIGKILL);
}

static void
a_function_is_asked_too(void **state)
{
	struct stage s = { .run = killed };
	struct said a;

	(void)state;
	assert_true(asked_run(&s, NULL, 0, 9 * SECOND, 100, &a));
	assert_int_equal(a.how, ENDED_SIGNAL);
	assert_int_equal(a.code, SIGKILL);
	said_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_only_if_all_that_is_known_is),
		cmocka_unit_test(what_a_program_says),
		cmocka_unit_test(as_json),
		cmocka_unit_test(it_answers),
		cmocka_unit_test(it_never_ends),
		cmocka_unit_test(it_never_stops_talking),
		cmocka_unit_test(it_does_not_read_and_leaves_a_child),
		cmocka_unit_test(it_is_not_there),
		cmocka_unit_test(a_function_is_asked_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
