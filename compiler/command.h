/* The commands of campgen. */
#ifndef CG_COMMAND_H
#define CG_COMMAND_H

#include <stdint.h>

struct run;

struct command {
	const char *name; /* NULL: compiling, which needs no word */
	uint32_t bit; /* of options.h; 0: not in this version */
	int min, max; /* operands */
	const char *operands;
	void (*run)(struct run *);
};

/* The command a first argument names; compiling for all other words and NULL.
 * Static. */
const struct command *command_find(const char *word);

/* campgen SOURCE TARGET. */
void command_compile(struct run *);

#endif
