/* The command line as both programs read it: one table gives help, parsing
 * and refusals, and a mistake ends in status 2 (X1). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli.h"

enum { RED = 1, BLUE = 2 };
enum { ROW_FILE, ROW_MANY, ROW_FLAG, ROW_BLUE, ROW_HIDDEN, NROW };

static const struct cli_row rows[NROW] = {
	[ROW_FILE] = { "file", "FILE", 'f', RED | BLUE, "a file" },
	[ROW_MANY] = { "many", "this|that", 0, RED | CLI_OFTEN | CLI_DETAIL,
	    "as often as you like" },
	[ROW_FLAG] = { "flag", NULL, 0, 0, "goes with all" },
	[ROW_BLUE] = { "blue", NULL, 'b', BLUE, "only with blue" },
	[ROW_HIDDEN] = { "hidden", "WORD", 0, 0, NULL },
};

static const struct cli cli = { .program = "prog", .head = "head\n",
	.tail = "tail\n", .width = 12, .rows = rows, .nrow = NROW };

static char seen[256]; /* what the table's owner was handed */
static char said[1024]; /* what was printed */

static int
set(void *data, int row, const char *value)
{
	size_t n = strlen(seen);

	assert_ptr_equal(data, seen);
	snprintf(seen + n, sizeof(seen) - n, "%s=%s ", rows[row].name,
	    value == NULL ? "none" : value);
	return row == ROW_HIDDEN ? 7 : 0;
}

/* Runs what with one stream kept in said. */
static int
captured(FILE *stream, int (*what)(void *), void *data)
{
	FILE *f = tmpfile();
	int fd = fileno(stream), old = dup(fd), status;
	size_t n;

	assert_non_null(f);
	assert_true(old >= 0);
	fflush(stream);
	assert_true(dup2(fileno(f), fd) >= 0);
	status = what(data);
	fflush(stream);
	assert_true(dup2(old, fd) >= 0);
	close(old);
	rewind(f);
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	fclose(f);
	return status;
}

struct call {
	const char *argv[12];
	uint32_t command;
	struct cli_rest rest;
};

static int
parse(void *data)
{
	struct call *c = data;
	int argc = 0;

	while (c->argv[argc] != NULL)
		argc++;
	optind = 0;
	seen[0] = '\0';
	return cli_parse(&cli, argc, (char **)c->argv, c->command, set, seen, &c->rest);
}

#define CALL(bit, ...) \
	(struct call){ .command = (bit), .argv = { "prog", __VA_ARGS__, NULL } }

static void
hands_over_all_in_order(void **state)
{
	struct call c = CALL(RED, "one", "-f", "a", "--many=x", "two", "--flag",
	    "--many=y");

	(void)state;
	assert_int_equal(captured(stderr, parse, &c), 0);
	assert_string_equal(seen, "file=a many=x flag=none many=y ");
	assert_string_equal(said, "");
	assert_int_equal(c.rest.noperand, 2);
	assert_string_equal(c.rest.operand[0], "one");
	assert_string_equal(c.rest.operand[1], "two");
	assert_int_equal(c.rest.given, 1 << ROW_FILE | 1 << ROW_MANY |
	    1 << ROW_FLAG);
}

static void
refused(struct call c, const char *why)
{
	assert_int_equal(captured(stderr, parse, &c), EXIT_USAGE);
	assert_string_equal(said, why);
}

static void
refuses_with_a_word(void **state)
{
	(void)state;
	refused(CALL(RED, "--file"),
	    "prog: --file needs a value; see prog --help\n");
	refused(CALL(RED, "-f"), "prog: -f needs a value; see prog --help\n");
	refused(CALL(RED, "-f", "a", "--file=b"),
	    "prog: -f is given twice; see prog --help\n");
	refused(CALL(RED, "--flag", "--flag"),
	    "prog: --flag is given twice; see prog --help\n");
	refused(CALL(RED, "--blue"),
	    "prog: -b does not go with this command; see prog --help\n");
	refused(CALL(0, "--many=x"),
	    "prog: --many does not go with this command; see prog --help\n");
	refused(CALL(RED, "--flga"),
	    "prog: there is no option --flga; did you mean --flag?\n");
	refused(CALL(RED, "--wholly-else=1"),
	    "prog: there is no option --wholly-else=1; see prog --help\n");
}

static void
knows_what_it_does_not_offer(void **state)
{
	struct call c = CALL(RED, "--hidden=x", "--flag");

	(void)state;
	assert_int_equal(captured(stderr, parse, &c), 7);
	assert_string_equal(seen, "hidden=x ");
}

static void
goes_without_a_command(void **state)
{
	struct call c = CALL(0, "--flag");

	(void)state;
	assert_int_equal(captured(stderr, parse, &c), 0);
	assert_string_equal(seen, "flag=none ");
}

static int
print_help(void *data)
{
	return cli_help(&cli, *(const uint32_t *)data);
}

static void
helps_from_the_table(void **state)
{
	uint32_t all = 0, red = RED;

	(void)state;
	assert_int_equal(captured(stdout, print_help, &all), EXIT_DONE);
	assert_string_equal(said, "head\n"
	    "  -f FILE      a file\n"
	    "  --flag       goes with all\n"
	    "  -b           only with blue\n"
	    "tail\n");
	assert_int_equal(captured(stdout, print_help, &red), EXIT_DONE);
	assert_string_equal(said, "head\n"
	    "  -f FILE      a file\n"
	    "  --many=WORD  as often as you like\n"
	    "  --flag       goes with all\n"
	    "tail\n");
}

struct value {
	const char *text;
	int which;
	size_t number;
	enum diag_format format;
	int64_t ns;
};

static int
word_of_two(void *data)
{
	static const char *const words[] = { "red", "blue", NULL };
	struct value *v = data;

	return cli_word("prog", "colour", v->text, words, &v->which);
}

static int
number(void *data)
{
	struct value *v = data;

	return cli_number("prog", "count", v->text, 500, &v->number);
}

static int
time_value(void *data)
{
	struct value *v = data;

	return cli_time("prog", "wait", v->text, &v->ns);
}

static int
diag_value(void *data)
{
	struct value *v = data;

	return cli_diag("prog", v->text, &v->format);
}

static void
reads_values(void **state)
{
	struct value v = { .text = "blue" };

	(void)state;
	assert_int_equal(captured(stderr, word_of_two, &v), 0);
	assert_int_equal(v.which, 1);
	v.text = "500";
	assert_int_equal(captured(stderr, number, &v), 0);
	assert_int_equal(v.number, 500);
	v.text = "500ms";
	assert_int_equal(captured(stderr, time_value, &v), 0);
	assert_int_equal(v.ns, 500000000);
	v.text = "junit";
	assert_int_equal(captured(stderr, diag_value, &v), 0);
	assert_int_equal(v.format, DIAG_JUNIT);
}

static void
refuses_values(void **state)
{
	static const char *const bad[] = { "", "0", "-1", "+1", " 1", "1x",
		"501", "99999999999999999999999" };
	struct value v = { .text = "green" };
	size_t i;

	(void)state;
	assert_int_equal(captured(stderr, word_of_two, &v), EXIT_USAGE);
	assert_string_equal(said, "prog: --colour=green is neither red nor "
	    "blue; see prog --help\n");
	assert_int_equal(captured(stderr, diag_value, &v), EXIT_USAGE);
	assert_string_equal(said, "prog: --diag=green is none of text, json, "
	    "sarif, junit, github, gcc; see prog --help\n");
	assert_int_equal(captured(stderr, time_value, &v), EXIT_USAGE);
	assert_ptr_equal(strstr(said, "prog: --wait=green: it must be "), said);
	v.text = "0s";
	assert_int_equal(captured(stderr, time_value, &v), EXIT_USAGE);
	assert_string_equal(said, "prog: --wait=0s: it must be more than "
	    "nothing; see prog --help\n");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v.text = bad[i];
		assert_int_equal(captured(stderr, number, &v), EXIT_USAGE);
		assert_non_null(strstr(said, " is no number from 1 to 500;"));
	}
	assert_int_equal(v.number, 0);
}

static int
failure(void *data)
{
	return cli_failure("prog", "write", data, ENOSPC);
}

static void
names_what_failed(void **state)
{
	(void)state;
	assert_int_equal(captured(stderr, failure, (void *)"a b"), EXIT_SYSTEM);
	assert_string_equal(said,
	    "prog: cannot write \"a b\": No space left on device\n");
	assert_int_equal(captured(stderr, failure, (void *)"-"), EXIT_SYSTEM);
	assert_string_equal(said,
	    "prog: cannot write standard output: No space left on device\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_over_all_in_order),
		cmocka_unit_test(refuses_with_a_word),
		cmocka_unit_test(knows_what_it_does_not_offer),
		cmocka_unit_test(goes_without_a_command),
		cmocka_unit_test(helps_from_the_table),
		cmocka_unit_test(reads_values),
		cmocka_unit_test(refuses_values),
		cmocka_unit_test(names_what_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
