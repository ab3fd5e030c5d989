/* The command line of a program: one table of options for help, parsing and
 * refusals, and the sentences with which a program gives up. All is said on
 * standard error; nothing here ends the process. */
#ifndef CG_CLI_H
#define CG_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"

/* The exit statuses that mean the same in every program. */
enum { EXIT_DONE, EXIT_ERRORS, EXIT_USAGE, EXIT_SYSTEM };

enum { CLI_MAX_ROWS = 64 }; /* what was given is as many bits */

struct cli_row {
	/* arg NULL: takes no value; "one|other": one of these words */
	const char *name, *arg;
	char letter; /* the short name, or 0 */
	/* It goes with these; 0: with all and with none. Another row may have
	 * the same name, but not the same commands. */
	uint32_t commands;
	const char *help; /* NULL: known, but not offered */
};

/* Among the commands: the option may be given more than once. */
#define CLI_OFTEN (UINT32_C(1) << 31)

/* Among the commands: only the help of a command tells of it. */
#define CLI_DETAIL (UINT32_C(1) << 30)

/* Rows that all programs have: how findings are told to these commands, and
 * what every program answers. */
#define CLI_ROW_DIAG(commands) { "diag", \
	"text|json|sarif|junit|github|gcc", 0, commands, \
	"text, json, sarif, junit, github or gcc" }
#define CLI_ROW_MAX_ERRORS(commands) { "max-errors", "N", 0, commands, \
	"how many findings are shown (20)" }
#define CLI_ROW_HELP { "help", NULL, 0, 0, "this text" }
#define CLI_ROW_VERSION { "version", NULL, 0, 0, "the version" }

/* Does the option go with a command (0: none was named)? */
bool cli_goes(const struct cli_row *, uint32_t command);

struct cli {
	const char *program;
	const char *head, *tail; /* of the help, whole lines */
	int width; /* of the help's first column */
	const struct cli_row *rows;
	size_t nrow; /* at most CLI_MAX_ROWS */
};

struct cli_rest { /* what is left when the options are read */
	uint64_t given; /* bit by row */
	char **operand; /* into argv */
	int noperand;
};

/* Takes one option: the row's index and the value (NULL without one). Returns
 * 0, or the status to end with, after a word about it. */
typedef int cli_set(void *data, int row, const char *value);

/* Reads argv[1..] for a command (its bit; 0: none was named) and hands each
 * option to set, in order; moves the operands to the end. Refuses what is not
 * in the table, lacks its value, does not go with the command or is repeated.
 * Returns 0, or the status to end with. */
int cli_parse(const struct cli *, int argc, char **argv, uint32_t command,
    cli_set *set, void *data, struct cli_rest *);

/* Prints the help, of one command or (0) of all, to standard output; returns
 * the status to end with. */
int cli_help(const struct cli *, uint32_t command);

/* Prints the program's name and version; returns the status to end with. */
int cli_version(const char *program);

/* Says what is wrong with the command line; returns EXIT_USAGE. */
int cli_usage(const char *program, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Says that the system would not do something ("read", "write") with a path,
 * "-" for the standard streams; err is an errno. Returns EXIT_SYSTEM. */
int cli_failure(const char *program, const char *what, const char *path,
    int err);

/* What was printed to standard output has arrived: status; else says so:
 * EXIT_SYSTEM. */
int cli_printed(const char *program, int status);

/* Values. Each returns 0 and sets what the last argument points to, or refuses
 * the option by its name and returns EXIT_USAGE. */

/* One of the words, which end with NULL; which one, from 0. */
int cli_word(const char *program, const char *option, const char *value,
    const char *const *words, int *which);

/* A number from 1 to most. */
int cli_number(const char *program, const char *option, const char *value,
    size_t most, size_t *);

/* A time with its unit (30s) that is not none, in ns. */
int cli_time(const char *program, const char *option, const char *value,
    int64_t *ns);

/* The values of --diag and --max-errors. */
int cli_diag(const char *program, const char *value, enum diag_format *);
int cli_max_errors(const char *program, const char *value, size_t *);

#endif
