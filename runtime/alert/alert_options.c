/*
 * What can be asked of who tells operators? One table, for help,
 * parsing and completion.
 */
#include "cli.h"
#include "alert_options.h"

#define PROGRAM "camprun"

static const struct cli_row rows[] = {
	[OPT_STATE] = { "state", "DIR", 0, CMD_ALERT,
	    "tell what is left to tell of this run" },
	[OPT_TEST] = { "test", NULL, 0, CMD_ALERT,
	    "send a test over every channel of the policy" },
	[OPT_GUARD] = { "guard", "DIR", 0, CMD_ALERT,
	    "tell what is left to tell of guarded commands" },
	[OPT_POLICY] = { "policy", "FILE", 'p', CMD_ALERT,
	    "the policy, for --test and --guard" },
	[OPT_FOLLOW] = { "follow", "PID", 0, CMD_ALERT, NULL },
	[OPT_SINCE] = { "since", "TIME", 0, CMD_ALERT, NULL },
	[OPT_MOMENT] = { "moment", NULL, 0, CMD_ALERT, NULL },
	[OPT_DIAG] = CLI_ROW_DIAG(CMD_ALERT),
	[OPT_MAX_ERRORS] = CLI_ROW_MAX_ERRORS(CMD_ALERT),
	[OPT_HELP] = CLI_ROW_HELP,
	[OPT_VERSION] = CLI_ROW_VERSION,
};

static const struct cli cli = {
	.program = PROGRAM,
	.head =
	    "usage: camprun alert --test -p POLICY\n"
	    "       camprun alert --state DIR\n"
	    "       camprun alert --guard DIR -p POLICY\n"
	    "Tells operators what happens, as the policy says.\n",
	.tail = "Exit: 0 all are told, 1 some are not, 2 usage, 3 system.\n",
	.width = 18,
	.rows = rows,
	.nrow = sizeof(rows) / sizeof(rows[0]),
};

const struct cli *
alert_table(void)
{
	return &cli;
}
