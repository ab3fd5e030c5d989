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
	[OPT_DIAG] = { "diag", "text|json|sarif|junit|github|gcc", 0,
	    1 | CLI_DETAIL, "text, json, sarif, junit, github or gcc" },
	[OPT_MAX_ERRORS] = { "max-errors", "N", 0, 1 | CLI_DETAIL,
	    "how many findings are shown (20)" },
	[OPT_HELP] = { "help", NULL, 0, 0, "this text" },
	[OPT_VERSION] = { "version", NULL, 0, 0, "the version" },
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
