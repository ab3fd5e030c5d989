/*
 * What can those who watch a run ask for? One table, for help,
 * parsing and completion.
 */
#include "cli.h"
#include "monitor_options.h"

#define PROGRAM "camprun"

static const struct cli_row rows[] = {
	[OPT_STATE] = { "state", "DIR", 0, CMD_ALL, "the run" },
	[OPT_FORMAT] = { "format", "text|json", 0, CMD_STATUS,
	    "text (default) or json" },
	[OPT_WATCH] = { "watch", NULL, 0, CMD_STATUS,
	    "say it again as it changes, until it is over" },
	[OPT_PORT] = { "port", "N", 0, CMD_MONITOR,
	    "of 127.0.0.1 (8480); 0: one that is free" },
	[OPT_OUTPUT] = { "output", "FILE", 'o', CMD_REPORT,
	    "where it is written; -: standard output (default)" },
	[OPT_YES] = { "yes", NULL, 0, CMD_STATUS | CLI_DETAIL,
	    "do not ask; status never does" },
	[OPT_DIAG] = CLI_ROW_DIAG(CMD_ALL | CLI_DETAIL),
	[OPT_MAX_ERRORS] = CLI_ROW_MAX_ERRORS(CMD_ALL | CLI_DETAIL),
	[OPT_HELP] = CLI_ROW_HELP,
	[OPT_VERSION] = CLI_ROW_VERSION,
};

static const struct cli cli = {
	.program = PROGRAM,
	.head =
	    "usage: camprun status --state DIR [--format=json] [--watch]\n"
	    "       camprun monitor --state DIR [--port=N]\n"
	    "       camprun report --state DIR [-o FILE.html]\n"
	    "Shows how far a run is, per phase and machine; changes nothing.\n",
	.tail = "Exit: 0 done, 1 errors, 2 usage, 3 system.\n",
	.width = 18,
	.rows = rows,
	.nrow = sizeof(rows) / sizeof(rows[0]),
};

const struct cli *
monitor_table(void)
{
	return &cli;
}
