/*
 * What may come next after camprun? Prints the completion script of a shell
 * (completion bash|zsh) from all tables of options, its own and those of its
 * companions. A program of its own, run when camprun is built: a host that only
 * carries campaigns out need not carry this. A companion's word without a table
 * is a mistake, and breaks the build.
 */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "companion.h"
#include "completion.h"
#include "run_options.h"
#include "tables.h"

enum { MOST = 32 };

/* What the words of companions can be given. */
static const struct own {
	const char *word;
	const struct cli *(*table)(void);
	uint32_t bit;
	const char *words; /* behind it */
} own[] = {
	{ "status", monitor_table, TABLE_STATUS, NULL },
	{ "monitor", monitor_table, TABLE_MONITOR, NULL },
	{ "report", monitor_table, TABLE_REPORT, NULL },
	{ "guard", guard_table, TABLE_OWN, "register deregister list" },
	{ "capabilities", ask_table, TABLE_OWN, NULL },
	{ "alert", alert_table, TABLE_OWN, NULL },
};

/* False: no table is known for it. */
static bool
add_own(struct completion_command *c, const char *word)
{
	size_t i, n = sizeof(own) / sizeof(own[0]);

	for (i = 0; i < n && strcmp(own[i].word, word) != 0; i++)
		;
	c->name = word;
	if (i == n)
		return false;
	c->also = own[i].table();
	c->also_bit = own[i].bit;
	c->words = own[i].words;
	c->first = own[i].words != NULL;
	return true;
}

int
main(int argc, char **argv)
{
	struct completion_command v[MOST] = { { 0 } };
	struct buf b = { .out = stdout };
	size_t i, n;

	for (n = 0; n < MOST && run_options_word(n) != NULL; n++) {
		add_own(&v[n], run_options_word(n));
		v[n].bit = UINT32_C(1) << n;
	}
	for (i = 0; n < MOST && companion_word(i) != NULL; i++, n++)
		if (!add_own(&v[n], companion_word(i))) {
			fprintf(stderr, "%s: no table of options for \"%s\"\n",
			    argv[0], companion_word(i));
			return EXIT_SYSTEM;
		}
	completion_write(run_options_table(), v, n, 0,
	    argc > 1 && strcmp(argv[1], "zsh") == 0, &b);
	if (!buf_flush(&b))
		return EXIT_SYSTEM;
	buf_free(&b);
	return cli_printed(PROGRAM, EXIT_DONE);
}
