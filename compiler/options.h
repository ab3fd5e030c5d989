/* The command line of campgen: its options and what they say. */
#ifndef CG_OPTIONS_H
#define CG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli.h"
#include "view.h"

#define PROGRAM "campgen" /* as it names itself */

enum { OPTIONS_MAX_SELECT = 1000, OPTIONS_MAX_PLAN = 16,
	OPTIONS_MAX_METRICS = 1000 };

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct options {
	const char *output; /* -o, or NULL */
	const char *policy;
	const char *source, *target; /* of a question, or NULL */
	bool json; /* an answer, or differences, as JSON */
	bool stat; /* of differences: only how many */
	uint32_t level; /* of why-not, if has_level */
	bool has_level;
	const char *plan[OPTIONS_MAX_PLAN];
	size_t nplan;
	enum view view; /* --format, if has_view */
	bool has_view;
	size_t max_bytes; /* of a plan in Markdown */
	bool balanced, waves, rolling;
	enum plan_zoom zoom;
	enum colour colour;
	enum diag_format format;
	enum diag_level least; /* findings below are not shown */
	enum diag_level fail_on; /* findings from there on fail the run */
	uint32_t today; /* --today as 20270131, or 0 */
	size_t max_errors; /* findings shown; 0: as many as is usual */
	const char *select[OPTIONS_MAX_SELECT];
	size_t nselect;
	const char *metrics[OPTIONS_MAX_METRICS];
	size_t nmetrics;
	const char *classes, *report; /* of advice, or NULL */
	const char *vm[OPTIONS_MAX_SELECT]; /* asked what they can become */
	size_t nvm;
	const char *capabilities; /* what is known of them, or NULL */
	char **operand;
	int noperand;
	bool help, version;
	const char *completion; /* the shell, or NULL */
};

enum { CMD_COMPILE = 1, CMD_LINT = 2, CMD_DIFF = 4, CMD_PLAN = 8,
	CMD_EXPLAIN = 16, CMD_CONVERT = 32, CMD_WHY = 64, CMD_WHY_NOT = 128,
	CMD_ADVISE = 256, CMD_OPTIONS = 512,
	CMD_ASK = CMD_WHY | CMD_WHY_NOT,
	CMD_FINDINGS = CMD_COMPILE | CMD_LINT | CMD_DIFF | CMD_PLAN |
	    CMD_CONVERT | CMD_ADVISE | CMD_OPTIONS };

/* Parses argv[1..] for one command (its bit): 0, or the status to end with,
 * after a word about it. argv must live as long as the options. */
int options_parse(struct options *, int argc, char **argv, uint32_t command);

/* Prints the help that begins with head, of one command, or of all
 * (CMD_COMPILE); returns the status to end with. */
int options_help(const char *head, uint32_t command);

/* The table of options. Static. */
const struct cli *options_table(void);

/* The output's path; "-" where none was given. */
const char *options_output(const struct options *);

#endif
