/*
 * What did the operator ask for? One table names the options, their values
 * and the commands they go with; help, parsing and refusals come from it.
 */
#include <string.h>

#include "duration.h"
#include "near.h"
#include "run_options.h"

enum { CMD_GO_ON = CMD_RESUME | CMD_ROLLBACK | CMD_COMMIT,
	CMD_CARRY_OUT = CMD_RUN | CMD_GO_ON,
	CMD_BEGIN = CMD_RUN | CMD_CHECK,
	CMD_STATE = CMD_CARRY_OUT | CMD_CHECK | CMD_SUSPEND | CMD_STATUS |
	    CMD_MODEL | CMD_SNAPSHOTS,
	CMD_ALL = CMD_STATE | CMD_PROVE };

enum option_id { OPT_SOURCE, OPT_TARGET, OPT_FAULTS, OPT_STATE, OPT_DRIVER,
	OPT_EXPECT, OPT_POLICY, OPT_EVENTS, OPT_FAIL, OPT_FAULT_FILE,
	OPT_SEED, OPT_WITHIN, OPT_YES, OPT_COMMIT, OPT_REHEARSE, OPT_REMOVE,
	OPT_FORMAT, OPT_WATCH,
	OPT_DIAG, OPT_MAX_ERRORS, OPT_DUMP,
	OPT_HELP, OPT_VERSION };

static const struct cli_row rows[] = {
	[OPT_SOURCE] = { "source", "MODEL", 0, CMD_PROVE | CMD_BEGIN,
	    "the system as it is" },
	[OPT_TARGET] = { "target", "MODEL", 0, CMD_PROVE | CMD_CHECK,
	    "the system as it shall be" },
	[OPT_FAULTS] = { "faults", "single|none", 0, CMD_PROVE,
	    "single (default): every failure; none: quick" },
	[OPT_STATE] = { "state", "DIR", 0, CMD_STATE,
	    "what the run keeps, and resume needs" },
	[OPT_DRIVER] = { "driver", "NAME", 0, CMD_BEGIN,
	    "what carries it out: sim, exec" },
	[OPT_EXPECT] = { "expect", "SHA256", 0, CMD_BEGIN,
	    "run only this very campaign file" },
	[OPT_EVENTS] = { "events", "FILE", 0, CMD_CARRY_OUT,
	    "JSON lines, two for each action" },
	[OPT_FAIL] = { "fail", "WHAT", 0, CMD_CARRY_OUT | CLI_OFTEN,
	    "[undo/|rollback/]ACTION:DN-GLOB[:TIMES]" },
	[OPT_POLICY] = { "policy", "FILE", 'p', CMD_PROVE | CMD_BEGIN |
	    CMD_RESUME, "fault domains, timeouts, answers to callbacks" },
	[OPT_FAULT_FILE] = { "fault-file", "FILE", 0, CMD_CARRY_OUT | CLI_DETAIL,
	    "what fails, takes long or hangs, line by line" },
	[OPT_SEED] = { "seed", "N", 0, CMD_CARRY_OUT | CLI_DETAIL,
	    "for what fails by chance (1)" },
	[OPT_WITHIN] = { "within", "TIME", 0, CMD_BEGIN,
	    "only if all of it takes no longer, as 4h" },
	[OPT_YES] = { "yes", NULL, 0, CMD_CARRY_OUT | CMD_SUSPEND | CMD_STATUS,
	    "do not ask" },
	[OPT_COMMIT] = { "commit", NULL, 0, CMD_RUN | CMD_RESUME,
	    "commit once it has completed" },
	[OPT_REHEARSE] = { "rehearse", NULL, 0, CMD_RUN,
	    "roll it back once it has completed" },
	[OPT_REMOVE] = { "remove", "NAME", 0, CMD_SNAPSHOTS,
	    "remove it, or all that failed: failed" },
	/* A companion does what these ask for. */
	[OPT_FORMAT] = { "format", "text|json", 0, CMD_STATUS | CLI_DETAIL,
	    "with all phases and machines" },
	[OPT_WATCH] = { "watch", NULL, 0, CMD_STATUS | CLI_DETAIL,
	    "say it again as it changes, until it is over" },
	[OPT_DIAG] = CLI_ROW_DIAG(CMD_ALL | CLI_DETAIL),
	[OPT_MAX_ERRORS] = CLI_ROW_MAX_ERRORS(CMD_ALL | CLI_DETAIL),
	[OPT_DUMP] = { "dump-fsm", "NAME", 0, 0,
	    "a state machine as Graphviz: step, procedure, campaign" },
	[OPT_HELP] = CLI_ROW_HELP,
	[OPT_VERSION] = CLI_ROW_VERSION,
};

static const struct cli cli = {
	.program = PROGRAM,
	.head =
	    "usage: camprun prove CAMPAIGN --source MODEL [--target MODEL]\n"
	    "       camprun check|run CAMPAIGN --source MODEL --state DIR "
	    "--driver=sim\n"
	    "       camprun resume|rollback|commit|suspend|status|model|"
	    "snapshots --state DIR\n"
	    "       camprun monitor|report|guard|capabilities|alert; camprun WORD --help\n"
	    "Proves an upgrade campaign right and safe, and carries it out.\n",
	.tail = "Exit: 0 done, 1 errors, 2 usage, 3 system, 4 failed and "
	    "undone, 5 decide.\n",
	.width = 18,
	.rows = rows,
	.nrow = sizeof(rows) / sizeof(rows[0]),
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) <= CLI_MAX_ROWS,
    "what was given has that many bits");

int
run_options_help(uint32_t command)
{
	return cli_help(&cli, command);
}

const struct cli *
run_options_table(void)
{
	return &cli;
}

static const char *const words[] = { "prove", "run", "resume", "rollback",
	"commit", "suspend", "status", "model", "check",
	"snapshots" };

const char *
run_options_word(size_t bit)
{
	return bit < sizeof(words) / sizeof(words[0]) ? words[bit] : NULL;
}

uint32_t
run_options_command(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return UINT32_C(1) << i;
	return 0;
}

int
run_options_refuse(const char *word)
{
	const char *near = near_match(word, words,
	    sizeof(words) / sizeof(words[0]));

	if (near == NULL)
		return cli_usage(PROGRAM, "there is no command %s", word);
	return cli_usage(PROGRAM, "there is no command %s; did you mean %s?",
	    word, near);
}

static int
set_faults(struct run_options *o, const char *value)
{
	static const char *const how[] = { "single", "none", NULL };
	int which, err = cli_word(PROGRAM, "faults", value, how, &which);

	if (err == 0)
		o->no_faults = which == 1;
	return err;
}

static int
add_fail(struct run_options *o, const char *value)
{
	if (o->operate.nfail == RUN_OPTIONS_MAX_FAIL)
		return cli_usage(PROGRAM, "more than 1000 --fail=%s", value);
	o->fail[o->operate.nfail++] = value;
	return 0;
}

static int
set_within(struct run_options *o, const char *value)
{
	const char *wrong = duration_parse(value, &o->operate.within);

	return wrong == NULL ? 0 : cli_usage(PROGRAM, "--within=%s must be %s",
	    value, wrong);
}

static int
set_option(void *data, int row, const char *value)
{
	struct run_options *o = data;

	switch ((enum option_id)row) {
	case OPT_SOURCE:
		o->operate.source = value;
		return 0;
	case OPT_TARGET:
		o->target = value;
		return 0;
	case OPT_FAULTS:
		return set_faults(o, value);
	case OPT_STATE:
		o->operate.state = value;
		return 0;
	case OPT_DRIVER:
		o->operate.driver = value;
		return 0;
	case OPT_EXPECT:
		o->operate.expect = value;
		return 0;
	case OPT_EVENTS:
		o->operate.events = value;
		return 0;
	case OPT_FAIL:
		return add_fail(o, value);
	case OPT_FAULT_FILE:
		o->operate.fault_file = value;
		return 0;
	case OPT_SEED:
		return cli_number(PROGRAM, "seed", value, UINT32_MAX,
		    &o->operate.seed);
	case OPT_WITHIN:
		return set_within(o, value);
	case OPT_YES:
		o->operate.yes = true;
		return 0;
	case OPT_COMMIT:
		o->operate.commit = true;
		return 0;
	case OPT_REHEARSE:
		o->operate.rehearse = true;
		return 0;
	case OPT_REMOVE:
		o->operate.remove = value;
		return 0;
	case OPT_DIAG:
		return cli_diag(PROGRAM, value, &o->operate.format);
	case OPT_MAX_ERRORS:
		return cli_max_errors(PROGRAM, value, &o->max_errors);
	case OPT_DUMP:
		o->dump = value;
		return 0;
	case OPT_HELP:
		o->help = true;
		return 0;
	case OPT_VERSION:
		o->version = true;
		return 0;
	case OPT_POLICY:
		o->operate.policy = value;
		return 0;
	case OPT_FORMAT:
	case OPT_WATCH:
		o->shown = true;
		return 0;
	}
	return 0;
}

int
run_options_parse(struct run_options *o, int argc, char **argv,
    uint32_t command)
{
	struct cli_rest rest;
	int err;

	o->operate.seed = 1;
	err = cli_parse(&cli, argc, argv, command, set_option, o, &rest);

	o->operate.fail = o->fail;
	o->operand = rest.operand;
	o->noperand = rest.noperand;
	return err;
}
