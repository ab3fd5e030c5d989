/*
 * What does the command line say? One table names the options, their values
 * and the commands they go with; help, parsing and refusals come from it.
 */
#include <stdlib.h>
#include <string.h>

#include "allow.h"
#include "options.h"
#include "text.h"

enum option_id { OPT_OUTPUT, OPT_POLICY, OPT_SCHEDULE, OPT_CATCH, OPT_SELECT,
	OPT_PLAN, OPT_FORMAT, OPT_MAX_BYTES, OPT_SUMMARY, OPT_FULL, OPT_DIAG,
	OPT_MAX_ERRORS,
	OPT_SEVERITY, OPT_FAIL_ON, OPT_HELP, OPT_VERSION, OPT_ROLLING,
	OPT_SOURCE, OPT_TARGET, OPT_ANSWER, OPT_STAT, OPT_EXIT_CODE,
	OPT_WAVE, OPT_LEVEL,
	OPT_COMPLETION, OPT_TODAY, OPT_COLOUR, OPT_METRICS, OPT_CLASSES,
	OPT_REPORT, OPT_VM, OPT_CAPABILITIES };

static const struct cli_row rows[] = {
	[OPT_OUTPUT] = { "output", "FILE", 'o', CMD_COMPILE | CMD_PLAN |
	    CMD_CONVERT | CMD_ADVISE | CMD_OPTIONS,
	    "write there (default: standard output)" },
	[OPT_POLICY] = { "policy", "FILE", 'p', CMD_COMPILE | CMD_LINT | CMD_ASK |
	    CMD_ADVISE | CMD_OPTIONS, "facts and wishes the models cannot hold" },
	[OPT_CATCH] = { "catch", "listed|balanced", 0, CMD_COMPILE,
	    "listed (default) or balanced" },
	[OPT_SCHEDULE] = { "schedule", "sequential|waves", 0, CMD_COMPILE,
	    "sequential (default) or waves" },
	[OPT_SELECT] = { "select", "GLOB", 0, CMD_COMPILE | CLI_OFTEN,
	    "upgrade only these, with all they need" },
	[OPT_PLAN] = { "plan", "FILE", 0, CMD_COMPILE |
	    CLI_OFTEN, "also write the plan (.txt .md .html .json ...)" },
	[OPT_FORMAT] = { "format", "txt|md|html|json|dot|mmd", 0, CMD_PLAN |
	    CLI_DETAIL, "txt (default), md, html, json, dot or mmd" },
	[OPT_MAX_BYTES] = { "max-bytes", "N", 0, CMD_PLAN | CLI_DETAIL,
	    "how large a plan in md may be (65000)" },
	[OPT_SUMMARY] = { "summary", NULL, 0, CMD_PLAN | CLI_DETAIL,
	    "at most 40 lines" },
	[OPT_FULL] = { "full", NULL, 0, CMD_PLAN | CMD_DIFF | CLI_DETAIL,
	    "all of it: nothing is folded" },
	[OPT_COLOUR] = { "color", "auto|always|never", 0, CMD_PLAN |
	    CLI_DETAIL, "of text: auto (default), always or never" },
	[OPT_DIAG] = CLI_ROW_DIAG(CMD_FINDINGS | CMD_ASK | CMD_EXPLAIN |
	    CLI_DETAIL),
	[OPT_MAX_ERRORS] = CLI_ROW_MAX_ERRORS(CMD_FINDINGS | CMD_ASK |
	    CLI_DETAIL),
	[OPT_SEVERITY] = { "severity", "error|warning|note", 0, CMD_FINDINGS |
	    CLI_DETAIL, "show error, warning or note and above" },
	[OPT_FAIL_ON] = { "fail-on", "error|warning|note", 0, CMD_FINDINGS |
	    CLI_DETAIL, "error (default), warning or note" },
	[OPT_TODAY] = { "today", "DAY", 0, CMD_COMPILE | CMD_LINT | CLI_DETAIL,
	    "for findings allowed until a day (YYYY-MM-DD)" },
	[OPT_HELP] = CLI_ROW_HELP,
	[OPT_VERSION] = CLI_ROW_VERSION,
	[OPT_ROLLING] = { "rolling", NULL, 0, CMD_COMPILE,
	    "write hosts that are alike as one rolling procedure" },
	[OPT_SOURCE] = { "source", "MODEL", 0, CMD_ASK | CLI_DETAIL,
	    "the model that the campaign starts from" },
	[OPT_TARGET] = { "target", "MODEL", 0, CMD_ASK | CLI_DETAIL,
	    "the model that it leads to" },
	[OPT_STAT] = { "stat", NULL, 0, CMD_DIFF | CLI_DETAIL,
	    "only how many of each class and type" },
	[OPT_EXIT_CODE] = { "exit-code", NULL, 0, CMD_DIFF | CLI_DETAIL,
	    "exit with 1 if they differ (it always does)" },
	[OPT_WAVE] = { "wave", "N", 0, CMD_WHY_NOT | CLI_DETAIL,
	    "the execution level in question, from 0" },
	[OPT_LEVEL] = { "level", "N", 0, CMD_WHY_NOT | CLI_DETAIL, "the same" },
	[OPT_ANSWER] = { "format", "text|json", 0, CMD_ASK | CMD_DIFF |
	    CMD_OPTIONS | CLI_DETAIL,
	    "text (default) or json" },
	[OPT_METRICS] = { "metrics", "FILE", 0, CMD_ADVISE | CLI_OFTEN |
	    CLI_DETAIL, "what machines use: CSV, JSON lines, domstats ..." },
	[OPT_CLASSES] = { "classes", "FILE", 0, CMD_ADVISE | CLI_DETAIL,
	    "a policy with the section classes (default: -p)" },
	[OPT_REPORT] = { "report", "FILE", 0, CMD_ADVISE | CLI_DETAIL,
	    "the advice, .txt or .json (default: standard output)" },
	[OPT_VM] = { "vm", "GLOB", 0, CMD_OPTIONS | CLI_OFTEN | CLI_DETAIL,
	    "the virtual machines in question" },
	[OPT_CAPABILITIES] = { "capabilities", "FILE", 0, CMD_OPTIONS |
	    CLI_DETAIL, "what they can do, as camprun found it" },
	[OPT_COMPLETION] = { "completion", "bash|zsh", 0, CMD_COMPILE,
	    "a script for the shell, bash or zsh" },
};

static const struct cli cli = {
	.program = PROGRAM,
	.tail = "A file named - is standard input or output.\n"
	    "Exit: 0 written, 1 errors, 2 usage, 3 system.\n",
	.width = 20,
	.rows = rows,
	.nrow = sizeof(rows) / sizeof(rows[0]),
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) <= CLI_MAX_ROWS,
    "what was given has that many bits");

int
options_help(const char *head, uint32_t command)
{
	struct cli c = cli;

	c.head = head;
	return cli_help(&c, command == CMD_COMPILE ? 0 : command);
}

const struct cli *
options_table(void)
{
	return &cli;
}

static int
set_catch(struct options *o, const char *value)
{
	static const char *const words[] = { "listed", "balanced", NULL };
	int which, err = cli_word(PROGRAM, "catch", value, words, &which);

	if (err == 0)
		o->balanced = which == 1;
	return err;
}

/* What is shown is one thing, what makes a run fail is another. */
static int
set_severity(const char *name, const char *value, enum diag_level *level)
{
	static const char *const words[] = { "error", "warning", "note",
		NULL };
	static const enum diag_level levels[] = { DIAG_ERROR, DIAG_WARNING,
		DIAG_NOTE };
	int which, err = cli_word(PROGRAM, name, value, words, &which);

	if (err == 0)
		*level = levels[which];
	return err;
}

static int
set_schedule(struct options *o, const char *value)
{
	static const char *const words[] = { "sequential", "waves", NULL };
	int which, err = cli_word(PROGRAM, "schedule", value, words, &which);

	if (err == 0)
		o->waves = which == 1;
	return err;
}

static int
set_colour(struct options *o, const char *value)
{
	static const char *const words[] = { "auto", "always", "never",
		NULL };
	int which, err = cli_word(PROGRAM, "color", value, words, &which);

	if (err == 0)
		o->colour = (enum colour)which;
	return err;
}

static int
set_completion(struct options *o, const char *value)
{
	static const char *const words[] = { "bash", "zsh", NULL };
	int which, err = cli_word(PROGRAM, "completion", value, words, &which);

	if (err == 0)
		o->completion = words[which];
	return err;
}

static int
set_answer(struct options *o, const char *value)
{
	static const char *const words[] = { "text", "json", NULL };
	int which, err = cli_word(PROGRAM, "format", value, words, &which);

	if (err == 0)
		o->json = which == 1;
	return err;
}

static int
set_level(struct options *o, const char *name, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0' || n > INT32_MAX)
		return cli_usage(PROGRAM, "--%s=%s is no level: they are "
		    "numbers from 0", name, value);
	if (o->has_level)
		return cli_usage(PROGRAM, "--wave and --level are the same: "
		    "one is enough");
	o->has_level = true;
	o->level = (uint32_t)n;
	return 0;
}

static int
set_zoom(struct options *o, enum plan_zoom zoom)
{
	if (o->zoom != PLAN_DEFAULT)
		return cli_usage(PROGRAM, "--summary and --full exclude each "
		    "other");
	o->zoom = zoom;
	return 0;
}

/* One more of an option that may be given often. */
static int
add_value(const char **v, size_t *n, size_t max, const char *name,
    const char *value)
{
	if (*n == max)
		return cli_usage(PROGRAM, "more than %zu --%s=%s", max, name,
		    value);
	v[(*n)++] = value;
	return 0;
}

static int
add_plan(struct options *o, const char *value)
{
	enum view view;

	if (!view_of_path(value, &view))
		return cli_usage(PROGRAM, "--plan=%s ends in none of .txt, "
		    ".md, .html, .json, .dot and .mmd", value);
	return add_value(o->plan, &o->nplan, OPTIONS_MAX_PLAN, "plan", value);
}

static int
set_format(struct options *o, const char *value)
{
	int which, err = cli_word(PROGRAM, "format", value, view_words,
	    &which);

	if (err == 0) {
		o->view = view_of_word(which);
		o->has_view = true;
	}
	return err;
}

static int
set_max_bytes(struct options *o, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || n < 1000 ||
	    n > 1000000000)
		return cli_usage(PROGRAM, "--max-bytes=%s is no number from "
		    "1000 to 1000000000", value);
	o->max_bytes = n;
	return 0;
}

static int
set_option(void *data, int row, const char *value)
{
	struct options *o = data;

	switch ((enum option_id)row) {
	case OPT_OUTPUT:
		o->output = value;
		return 0;
	case OPT_POLICY:
		o->policy = value;
		return 0;
	case OPT_SCHEDULE:
		return set_schedule(o, value);
	case OPT_CATCH:
		return set_catch(o, value);
	case OPT_SELECT:
		return add_value(o->select, &o->nselect, OPTIONS_MAX_SELECT,
		    "select", value);
	case OPT_PLAN:
		return add_plan(o, value);
	case OPT_FORMAT:
		return set_format(o, value);
	case OPT_MAX_BYTES:
		return set_max_bytes(o, value);
	case OPT_COLOUR:
		return set_colour(o, value);
	case OPT_SUMMARY:
		return set_zoom(o, PLAN_SUMMARY);
	case OPT_FULL:
		return set_zoom(o, PLAN_FULL);
	case OPT_DIAG:
		return cli_diag(PROGRAM, value, &o->format);
	case OPT_MAX_ERRORS:
		return cli_max_errors(PROGRAM, value, &o->max_errors);
	case OPT_SEVERITY:
		return set_severity("severity", value, &o->least);
	case OPT_FAIL_ON:
		return set_severity("fail-on", value, &o->fail_on);
	case OPT_TODAY:
		o->today = allow_day(value);
		return o->today != 0 ? 0 : cli_usage(PROGRAM, "--today=%s is "
		    "no day such as 2027-01-31", value);
	case OPT_HELP:
		o->help = true;
		return 0;
	case OPT_VERSION:
		o->version = true;
		return 0;
	case OPT_ROLLING:
		o->rolling = true;
		return 0;
	case OPT_COMPLETION:
		return set_completion(o, value);
	case OPT_SOURCE:
		o->source = value;
		return 0;
	case OPT_TARGET:
		o->target = value;
		return 0;
	case OPT_STAT:
		o->stat = true;
		return 0;
	case OPT_EXIT_CODE:
		return 0;
	case OPT_WAVE:
	case OPT_LEVEL:
		return set_level(o, rows[row].name, value);
	case OPT_ANSWER:
		return set_answer(o, value);
	case OPT_METRICS:
		return add_value(o->metrics, &o->nmetrics, OPTIONS_MAX_METRICS,
		    "metrics", value);
	case OPT_CLASSES:
		o->classes = value;
		return 0;
	case OPT_REPORT:
		o->report = value;
		return 0;
	case OPT_VM:
		return add_value(o->vm, &o->nvm, OPTIONS_MAX_SELECT, "vm",
		    value);
	case OPT_CAPABILITIES:
		o->capabilities = value;
		return 0;
	}
	return 0;
}

int
options_parse(struct options *o, int argc, char **argv, uint32_t command)
{
	struct cli_rest rest;
	int err = cli_parse(&cli, argc, argv, command, set_option, o, &rest);

	o->operand = rest.operand;
	o->noperand = rest.noperand;
	if (err == 0 && o->rolling && o->waves)
		err = cli_usage(PROGRAM, "--rolling takes one host after the "
		    "other, so it does not go with --schedule=%s", "waves");
	return err;
}

const char *
options_output(const struct options *o)
{
	return o->output == NULL ? "-" : o->output;
}
