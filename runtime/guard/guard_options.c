/*
 * What can be asked of the guard? One table, for help,
 * parsing and completion.
 */
#include "cli.h"
#include "guard_options.h"

#define PROGRAM "camprun"

static const struct cli_row rows[] = {
	[OPT_VM] = { "vm", "DN", 0, CMD_GUARD | CMD_REGISTER,
	    "the machine; of a registration, a pattern (*)" },
	[OPT_STATE] = { "state", "DIR", 0, CMD_ALL,
	    "of a run; where the guard keeps things" },
	[OPT_DRIVER] = { "driver", "NAME", 0, CMD_GUARD,
	    "who knows where it runs: sim, exec, libvirt" },
	[OPT_SOURCE] = { "source", "MODEL", 0, CMD_GUARD,
	    "the system, where there is no run" },
	[OPT_POLICY] = { "policy", "FILE", 'p', CMD_GUARD,
	    "its sections identify, libvirt, alerts" },
	[OPT_REPEAT] = { "repeat", "N", 0, CMD_GUARD,
	    "run it again, so often at most (0)" },
	[OPT_NOTIFY] = { "notify", "PROGRAM", 0, CMD_GUARD,
	    "tell it when the machine has moved" },
	[OPT_SIGNAL] = { "signal", "PID", 0, CMD_GUARD,
	    "send it SIGHUP then; parent: who called us" },
	[OPT_TIMEOUT] = { "timeout", "TIME", 0, CMD_GUARD,
	    "end a run that takes longer, such as 30s" },
	[OPT_LIMIT] = { "limit", "MIB", 0, CMD_GUARD,
	    "hold so much output at most (64)" },
	[OPT_EVENTS] = { "events", "FILE", 0, CMD_GUARD,
	    "JSON lines, one for each run" },
	[OPT_FORMAT] = { "format", "text|json", 0, CMD_LIST,
	    "text (default) or json" },
	[OPT_DIAG] = CLI_ROW_DIAG(CMD_GUARD | CLI_DETAIL),
	[OPT_MAX_ERRORS] = CLI_ROW_MAX_ERRORS(CMD_GUARD | CLI_DETAIL),
	[OPT_HELP] = CLI_ROW_HELP,
	[OPT_VERSION] = CLI_ROW_VERSION,
};

static const struct cli cli = {
	.program = PROGRAM,
	.head =
	    "usage: camprun guard --vm=DN --state DIR [OPTION...] -- COMMAND\n"
	    "       camprun guard register NAME --state DIR [--vm=PATTERN] "
	    "-- PROGRAM\n"
	    "       camprun guard deregister NAME | list --state DIR\n"
	    "Shows a command's output only if its machine did not move "
	    "meanwhile.\n",
	.tail = "Exit: as COMMAND; 123 its machine moved, 124 too late, 125 "
	    "not guarded,\n126, 127 not run, 2 usage.\n",
	.width = 18,
	.rows = rows,
	.nrow = sizeof(rows) / sizeof(rows[0]),
};

const struct cli *
guard_table(void)
{
	return &cli;
}
