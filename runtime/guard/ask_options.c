/*
 * How are machines asked what they can do? One table, for help,
 * parsing and completion.
 */
#include "cli.h"
#include "ask_options.h"

#define PROGRAM "camprun"

static const struct cli_row rows[] = {
	[OPT_VM] = { "vm", "DN-GLOB", 0, 1, "the machines; * stands for all" },
	[OPT_STATE] = { "state", "DIR", 0, 1,
	    "of a run; where is kept what is put in for now" },
	[OPT_DRIVER] = { "driver", "NAME", 0, 1,
	    "who can look inside: exec, libvirt" },
	[OPT_SOURCE] = { "source", "MODEL", 0, 1,
	    "the system, where there is no run" },
	[OPT_POLICY] = { "policy", "FILE", 'p', 1,
	    "who may be looked into, and by what" },
	[OPT_OUTPUT] = { "output", "FILE", 'o', 1,
	    "where it is written; -: standard output (default)" },
	[OPT_AUGMENT] = { "augment", NULL, 0, 1,
	    "put in packages that are authorised" },
	[OPT_TIMEOUT] = { "timeout", "TIME", 0, 1,
	    "that a program inside has (30s)" },
	[OPT_DIAG] = CLI_ROW_DIAG(1 | CLI_DETAIL),
	[OPT_MAX_ERRORS] = CLI_ROW_MAX_ERRORS(1 | CLI_DETAIL),
	[OPT_HELP] = CLI_ROW_HELP,
	[OPT_VERSION] = CLI_ROW_VERSION,
};

static const struct cli cli = {
	.program = PROGRAM,
	.head =
	    "usage: camprun capabilities --vm=DN-GLOB --driver=NAME "
	    "--source MODEL\n"
	    "       -p POLICY [--augment --state DIR] [-o FILE]\n"
	    "Says what virtual machines can do while they run; looks inside "
	    "only where the\npolicy authorises it.\n",
	.tail = "Exit: 0 written, 1 errors, or something could not be taken "
	    "out, 2 usage,\n3 system.\n",
	.width = 18,
	.rows = rows,
	.nrow = sizeof(rows) / sizeof(rows[0]),
};

const struct cli *
ask_table(void)
{
	return &cli;
}
