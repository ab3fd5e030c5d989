/*
 * What does a command line say? A program's table names its options, their
 * values and the commands they go with; help, parsing and refusals are the
 * same for all programs.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "duration.h"
#include "near.h"

enum { LONG_OPTION = 256, MOST_FINDINGS = 1000000 };

int
cli_usage(const char *program, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see %s --help\n", program);
	return EXIT_USAGE;
}

int
cli_failure(const char *program, const char *what, const char *path, int err)
{
	bool output = strcmp(what, "write") == 0;

	fprintf(stderr, "%s: cannot %s ", program, what);
	if (strcmp(path, "-") == 0)
		fputs(output ? "standard output" : "standard input", stderr);
	else
		fprintf(stderr, "\"%s\"", path);
	fprintf(stderr, ": %s\n", strerror(err));
	return EXIT_SYSTEM;
}

int
cli_printed(const char *program, int status)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return cli_failure(program, "write", "-", errno);
	return status;
}

/* --- help --- */

bool
cli_goes(const struct cli_row *row, uint32_t command)
{
	uint32_t commands = row->commands & ~(CLI_OFTEN | CLI_DETAIL);

	return commands == 0 || (commands & command) != 0;
}

/* Of words, the sentence beside it tells. */
static void
help_line(const struct cli *c, const struct cli_row *row)
{
	const char *arg = row->arg == NULL ? "" :
	    strchr(row->arg, '|') != NULL ? "WORD" : row->arg;
	const char *gap = row->arg == NULL ? "" :
	    row->letter != 0 ? " " : "=";
	char text[64];

	if (row->letter != 0)
		snprintf(text, sizeof(text), "-%c%s%s", row->letter, gap, arg);
	else
		snprintf(text, sizeof(text), "--%s%s%s", row->name, gap, arg);
	printf("  %-*s %s\n", c->width, text, row->help);
}

int
cli_help(const struct cli *c, uint32_t command)
{
	const struct cli_row *row;

	fputs(c->head, stdout);
	for (row = c->rows; row < c->rows + c->nrow; row++)
		if (row->help != NULL && (command == 0 ?
		    (row->commands & CLI_DETAIL) == 0 :
		    cli_goes(row, command)))
			help_line(c, row);
	fputs(c->tail, stdout);
	return cli_printed(c->program, EXIT_DONE);
}

int
cli_version(const char *program)
{
	printf("%s %s\n", program, CAMPGEN_VERSION);
	return cli_printed(program, EXIT_DONE);
}

/* --- parsing --- */

/* Names the option as the manual does. */
static int
refuse(const struct cli *c, const struct cli_row *row, const char *why)
{
	if (row->letter != 0)
		return cli_usage(c->program, "-%c %s", row->letter, why);
	return cli_usage(c->program, "--%s %s", row->name, why);
}

static int
unknown_option(const struct cli *c, const char *word)
{
	const char *names[CLI_MAX_ROWS], *near;
	char plain[64];
	size_t i, n = strcspn(word, "=");

	for (i = 0; i < c->nrow; i++)
		names[i] = c->rows[i].name;
	snprintf(plain, sizeof(plain), "%.*s", (int)(n > 60 ? 60 : n), word);
	near = near_match(plain, names, c->nrow);
	if (near == NULL)
		return cli_usage(c->program, "there is no option %s", word);
	fprintf(stderr, "%s: there is no option %s; did you mean --%s?\n",
	    c->program, word, near);
	return EXIT_USAGE;
}

/* The table as getopt wants it: long names, and letters (each may need a
 * colon) after the colon that makes it tell what is missing from unknown. */
static void
getopt_table(const struct cli *c, struct option *longs, char *shorts)
{
	size_t i;

	*shorts++ = ':';
	for (i = 0; i < c->nrow; i++) {
		const struct cli_row *row = &c->rows[i];

		longs[i] = (struct option){ .name = row->name,
			.has_arg = row->arg == NULL ? no_argument :
			required_argument, .val = LONG_OPTION };
		if (row->letter == 0)
			continue;
		*shorts++ = row->letter;
		if (row->arg != NULL)
			*shorts++ = ':';
	}
	longs[i] = (struct option){ 0 };
	*shorts = '\0';
}

static int
row_of_letter(const struct cli *c, int letter)
{
	size_t i;

	for (i = 0; i < c->nrow; i++)
		if (c->rows[i].letter == letter)
			return (int)i;
	return -1;
}

/* Options of one name may mean something else with other commands. */
static int
row_for(const struct cli *c, int index, uint32_t command)
{
	size_t i;

	for (i = (size_t)index; i < c->nrow; i++)
		if (strcmp(c->rows[i].name, c->rows[index].name) == 0 &&
		    cli_goes(&c->rows[i], command))
			return (int)i;
	return index;
}

static int
take(const struct cli *c, int index, uint32_t command, struct cli_rest *rest)
{
	const struct cli_row *row = &c->rows[index];
	uint64_t bit = UINT64_C(1) << index;

	if (!cli_goes(row, command))
		return refuse(c, row, "does not go with this command");
	if ((rest->given & bit) != 0 && (row->commands & CLI_OFTEN) == 0)
		return refuse(c, row, "is given twice");
	rest->given |= bit;
	return 0;
}

int
cli_parse(const struct cli *c, int argc, char **argv, uint32_t command,
    cli_set *set, void *data, struct cli_rest *rest)
{
	struct option longs[CLI_MAX_ROWS + 1];
	char shorts[2 * CLI_MAX_ROWS + 2];
	int word, index, err;

	getopt_table(c, longs, shorts);
	*rest = (struct cli_rest){ 0 };
	opterr = 0;
	while ((word = getopt_long(argc, argv, shorts, longs, &index)) != -1) {
		if (word == ':')
			return cli_usage(c->program, "%s needs a value",
			    argv[optind - 1]);
		if (word == '?')
			return unknown_option(c, argv[optind - 1]);
		if (word != LONG_OPTION)
			index = row_of_letter(c, word);
		index = row_for(c, index, command);
		err = take(c, index, command, rest);
		if (err == 0)
			err = set(data, index, optarg);
		if (err != 0)
			return err;
	}
	rest->operand = argv + optind;
	rest->noperand = argc - optind;
	return 0;
}

/* --- values --- */

static int
none_of(const char *program, const char *option, const char *value,
    const char *const *words)
{
	char list[256] = "";
	size_t i, n = 0;

	if (words[2] == NULL)
		return cli_usage(program, "--%s=%s is neither %s nor %s",
		    option, value, words[0], words[1]);
	for (i = 0; words[i] != NULL && n < sizeof(list); i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
		    i == 0 ? "" : ", ", words[i]);
	return cli_usage(program, "--%s=%s is none of %s", option, value, list);
}

int
cli_word(const char *program, const char *option, const char *value,
    const char *const *words, int *which)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(value, words[i]) == 0) {
			*which = i;
			return 0;
		}
	return none_of(program, option, value, words);
}

int
cli_number(const char *program, const char *option, const char *value,
    size_t most, size_t *number)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0' || n == 0 || n > most)
		return cli_usage(program, "--%s=%s is no number from 1 to %zu",
		    option, value, most);
	*number = n;
	return 0;
}

int
cli_time(const char *program, const char *option, const char *value,
    int64_t *ns)
{
	const char *should = duration_parse(value, ns);

	if (should == NULL && *ns > 0)
		return 0;
	return cli_usage(program, "--%s=%s: it must be %s", option, value,
	    should != NULL ? should : "more than nothing");
}

int
cli_diag(const char *program, const char *value, enum diag_format *format)
{
	static const char *const words[] = { [DIAG_TEXT] = "text",
		[DIAG_JSON] = "json", [DIAG_SARIF] = "sarif",
		[DIAG_JUNIT] = "junit", [DIAG_GITHUB] = "github",
		[DIAG_GCC] = "gcc", NULL };
	int which, err = cli_word(program, "diag", value, words, &which);

	if (err == 0)
		*format = (enum diag_format)which;
	return err;
}

int
cli_max_errors(const char *program, const char *value, size_t *max)
{
	return cli_number(program, "max-errors", value, MOST_FINDINGS, max);
}
