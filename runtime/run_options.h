/* The command line of camprun: its commands, its options and what they say. */
#ifndef CG_RUN_OPTIONS_H
#define CG_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli.h"
#include "operate.h"

#define PROGRAM "camprun" /* as it names itself */

enum { RUN_OPTIONS_MAX_FAIL = 1000 };

enum { CMD_PROVE = 1, CMD_RUN = 2, CMD_RESUME = 4, CMD_ROLLBACK = 8,
	CMD_COMMIT = 16, CMD_SUSPEND = 32, CMD_STATUS = 64, CMD_MODEL = 128,
	CMD_CHECK = 256, CMD_SNAPSHOTS = 512 };

struct run_options {
	const char *target;
	bool no_faults;
	size_t max_errors; /* findings shown; 0: as many as is usual */
	struct operate_options operate; /* the source among them */
	const char *fail[RUN_OPTIONS_MAX_FAIL], *dump;
	char **operand;
	int noperand;
	bool help, version;
	bool shown; /* status, in a form of its own */
};

/* A command's bit; 0 if the word is none. */
uint32_t run_options_command(const char *word);

/* Says that there is no such command, and which was meant; returns the status
 * to end with. */
int run_options_refuse(const char *word);

/* Parses argv[1..] for one command (its bit, or 0): 0, or the status to end
 * with, after a word about it. argv must live as long as the options. */
int run_options_parse(struct run_options *, int argc, char **argv,
    uint32_t command);

/* Prints the help, of one command or (0) of all; returns the status to end
 * with. */
int run_options_help(uint32_t command);

/* The table of options, and the commands by bit; static. */
const struct cli *run_options_table(void);
const char *run_options_word(size_t bit); /* NULL past the last */

#endif
