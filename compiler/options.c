/*
 * What does the command line say? One table names the options, their values
 * and the commands they go with; help, parsing and refusals come from it.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "options.h"
#include "run.h"
#include "text.h"

enum option_id { OPT_OUTPUT, OPT_POLICY, OPT_SCHEDULE, OPT_CATCH, OPT_SELECT,
	OPT_PLAN, OPT_SUMMARY, OPT_FULL, OPT_DIAG, OPT_MAX_ERRORS,
	OPT_SEVERITY, OPT_FAIL_ON, OPT_HELP, OPT_VERSION, OPT_ROLLING,
	OPT_SOURCE, OPT_TARGET };

struct option_row {
	const char *name, *arg; /* arg NULL: none */
	char letter;
	uint32_t commands;
	const char *help; /* NULL: not offered */
};

static const struct option_row rows[] = {
	[OPT_OUTPUT] = { "output", "FILE", 'o', CMD_COMPILE | CMD_PLAN |
	    CMD_CONVERT, "write there (default: standard output)" },
	[OPT_POLICY] = { "policy", "FILE", 'p', CMD_COMPILE,
	    "facts and wishes the models cannot hold" },
	[OPT_CATCH] = { "catch", "HOW", 0, CMD_COMPILE,
	    "listed (default) or balanced" },
	[OPT_SCHEDULE] = { "schedule", "HOW", 0, CMD_COMPILE,
	    "sequential" },
	[OPT_SELECT] = { "select", "GLOB", 0, CMD_COMPILE,
	    "upgrade only these, with all they need" },
	[OPT_PLAN] = { "plan", "FILE", 0, CMD_COMPILE,
	    "also write the plan (FILE.txt)" },
	[OPT_SUMMARY] = { "summary", NULL, 0, CMD_PLAN,
	    "at most 40 lines" },
	[OPT_FULL] = { "full", NULL, 0, CMD_PLAN,
	    "every action and value" },
	[OPT_DIAG] = { "diag", "FORMAT", 0, CMD_FINDINGS,
	    "text, json, sarif or junit" },
	[OPT_MAX_ERRORS] = { "max-errors", "N", 0, CMD_FINDINGS,
	    "how many findings are shown (20)" },
	[OPT_SEVERITY] = { "severity", "LEVEL", 0, CMD_FINDINGS,
	    "show error, warning or note and above" },
	[OPT_FAIL_ON] = { "fail-on", "LEVEL", 0, CMD_FINDINGS,
	    "error (default) or warning" },
	[OPT_HELP] = { "help", NULL, 0, ~0u, "this text" },
	[OPT_VERSION] = { "version", NULL, 0, ~0u, "the version" },
	[OPT_ROLLING] = { "rolling", NULL, 0, 0, NULL },
	[OPT_SOURCE] = { "source", "FILE", 0, 0, NULL },
	[OPT_TARGET] = { "target", "FILE", 0, 0, NULL },
};
enum { NROW = sizeof(rows) / sizeof(rows[0]) };
_Static_assert((int)NROW <= 32, "what was given is 32 bits");

int
options_help(void)
{
	size_t i;

	fputs("usage: campgen SOURCE TARGET [-o FILE] [option ...]\n"
	    "       campgen lint MODEL ...        campgen diff SOURCE TARGET\n"
	    "       campgen plan CAMPAIGN         campgen explain CODE\n"
	    "       campgen convert MODEL -o FILE.xml|FILE.yaml\n"
	    "Compiles two system models into the campaign that leads from one "
	    "to the other.\n", stdout);
	for (i = 0; i < NROW; i++) {
		const struct option_row *o = &rows[i];
		char text[64];

		if (o->help == NULL)
			continue;
		if (o->letter != 0)
			snprintf(text, sizeof(text), "-%c %s", o->letter,
			    o->arg);
		else
			snprintf(text, sizeof(text), "--%s%s%s", o->name,
			    o->arg == NULL ? "" : "=",
			    o->arg == NULL ? "" : o->arg);
		printf("  %-20s %s\n", text, o->help);
	}
	fputs("A file named - is standard input or output. "
	    "Exit: 0 written, 1 errors, 2 usage, 3 system.\n", stdout);
	return run_printed(EXIT_WRITTEN);
}

/* Names the option as the manual does. */
static int
refuse(enum option_id id, const char *why)
{
	if (rows[id].letter != 0)
		return run_usage("-%c %s", rows[id].letter, why);
	return run_usage("--%s %s", rows[id].name, why);
}

static bool
one_of(const char *value, const char *const *words, size_t n, int *which)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(value, words[i]) == 0) {
			*which = (int)i;
			return true;
		}
	return false;
}

#define WORDS(...) (const char *const[]){ __VA_ARGS__ }, \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)

static int
set_word(struct options *o, enum option_id id, const char *value)
{
	int which;

	switch (id) {
	case OPT_CATCH:
		if (!one_of(value, WORDS("listed", "balanced"), &which))
			return run_usage("--catch=%s is neither listed nor "
			    "balanced", value);
		o->balanced = which == 1;
		return 0;
	case OPT_SCHEDULE:
		if (!one_of(value, WORDS("sequential"), &which))
			return run_usage("--schedule=%s is not available in this "
			    "version: it knows sequential", value);
		return 0;
	case OPT_DIAG:
		if (!one_of(value, WORDS("text", "json", "sarif", "junit"),
		    &which))
			return run_usage("--diag=%s is none of text, json, sarif, "
			    "junit", value);
		o->format = (enum diag_format)which;
		return 0;
	case OPT_SEVERITY:
		if (!one_of(value, WORDS("note", "warning", "error"), &which))
			return run_usage("--severity=%s is none of error, warning, "
			    "note", value);
		o->least = (enum diag_level)which;
		return 0;
	default:
		if (!one_of(value, WORDS("error", "warning"), &which))
			return run_usage("--fail-on=%s is neither error nor "
			    "warning", value);
		o->fail_on_warning = which == 1;
		return 0;
	}
}

static int
set_number(struct options *o, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0' || n == 0 ||
	    n > 1000000)
		return run_usage("--max-errors=%s is no number from 1 to 1000000",
		    value);
	o->max_errors = n;
	return 0;
}

static int
set_option(struct options *o, enum option_id id, const char *value)
{
	if ((o->given & (1u << id)) != 0 && id != OPT_SELECT)
		return refuse(id, "is given twice");
	o->given |= 1u << id;
	switch (id) {
	case OPT_OUTPUT:
		o->output = value;
		return 0;
	case OPT_POLICY:
		o->policy = value;
		return 0;
	case OPT_SELECT:
		if (o->nselect == OPTIONS_MAX_SELECT)
			return run_usage("more than 1000 --select=%s", value);
		o->select[o->nselect++] = value;
		return 0;
	case OPT_PLAN:
		if (!text_ends(value, ".txt"))
			return run_usage("--plan=%s: this version writes .txt "
			    "only", value);
		o->plan = value;
		return 0;
	case OPT_SUMMARY:
	case OPT_FULL:
		if (o->zoom != PLAN_DEFAULT)
			return run_usage("--summary and --full exclude each "
			    "other");
		o->zoom = id == OPT_FULL ? PLAN_FULL : PLAN_SUMMARY;
		return 0;
	case OPT_MAX_ERRORS:
		return set_number(o, value);
	case OPT_ROLLING:
	case OPT_SOURCE:
	case OPT_TARGET:
		return run_usage("--%s is not available in this version",
		    rows[id].name);
	case OPT_HELP:
		o->help = true;
		return 0;
	case OPT_VERSION:
		o->version = true;
		return 0;
	default:
		return set_word(o, id, value);
	}
}

static int
unknown_option(const char *word)
{
	const char *names[NROW], *near;
	char plain[64];
	size_t i, n;

	for (i = 0; i < NROW; i++)
		names[i] = rows[i].name;
	n = strcspn(word, "=");
	snprintf(plain, sizeof(plain), "%.*s", (int)(n > 60 ? 60 : n), word);
	near = near_match(plain, names, NROW);
	if (near == NULL)
		return run_usage("there is no option %s", word);
	fprintf(stderr, "campgen: there is no option %s; did you mean --%s?\n",
	    word, near);
	return EXIT_USAGE;
}

static int
option_id(const char *name)
{
	size_t i;

	for (i = 0; i < NROW; i++)
		if (strcmp(rows[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* Parses argv[1..]; operands are moved to the end by getopt. 0, or the status
 * to end with. */
int
options_parse(struct options *o, int argc, char **argv, uint32_t command)
{
	struct option table[NROW + 1];
	size_t i;
	int c, index, err;

	memset(table, 0, sizeof(table));
	for (i = 0; i < NROW; i++) {
		table[i].name = rows[i].name;
		table[i].has_arg = rows[i].arg == NULL ? no_argument :
		    required_argument;
		table[i].val = 256;
	}
	opterr = 0;
	for (;;) {
		index = -1;
		c = getopt_long(argc, argv, ":o:p:", table, &index);
		if (c == -1)
			break;
		if (c == ':')
			return run_usage("%s needs a value", argv[optind - 1]);
		if (c == '?')
			return unknown_option(argv[optind - 1]);
		if (c != 256)
			index = option_id(c == 'o' ? "output" : "policy");
		if ((rows[index].commands & command) == 0 &&
		    rows[index].help != NULL)
			return refuse((enum option_id)index,
			    "does not go with this command");
		err = set_option(o, (enum option_id)index, optarg);
		if (err != 0)
			return err;
	}
	o->operand = argv + optind;
	o->noperand = argc - optind;
	return 0;
}

const char *
options_output(const struct options *o)
{
	return o->output == NULL ? "-" : o->output;
}
