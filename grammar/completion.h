/* Scripts that complete a command line in a shell, from the table that also
 * reads it. */
#ifndef CG_COMPLETION_H
#define CG_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct cli;

struct completion_command {
	const char *name;
	uint32_t bit; /* among cli_row.commands */
	const char *words; /* its operands, blanks between; NULL: files */
	/* Another table that it has options from: those of the first have
	 * bit, these have also_bit. NULL: none. */
	const struct cli *also;
	uint32_t also_bit;
	bool first; /* only the word behind the command is one of words */
};

/* Writes the script of a program for bash or zsh. other: the bit of the
 * command that needs no word, or 0. */
void completion_write(const struct cli *, const struct completion_command *,
    size_t n, uint32_t other, bool zsh, struct buf *);

#endif
