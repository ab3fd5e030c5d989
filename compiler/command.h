/* The commands of campgen. */
#ifndef CG_COMMAND_H
#define CG_COMMAND_H

#include <stddef.h>
#include <stdint.h>

struct run;

struct command {
	const char *name; /* NULL: compiling, which needs no word */
	uint32_t bit; /* of options.h; 0: not in this version */
	int min, max; /* operands */
	const char *operands;
	const char *help; /* what it does, in a few words */
	void (*run)(struct run *);
};

/* The command a first argument names; compiling for all other words and NULL.
 * Static. */
const struct command *command_find(const char *word);

/* The i-th command that has a name and is in this version; NULL past the last.
 * Static. */
const struct command *command_at(size_t i);

/* Prints the help of a command to standard output; returns the status to end
 * with. */
int command_help(const struct command *);

/* Prints the completion script of a shell, bash or zsh; the same. */
int command_completion(const char *shell);

/* campgen options MODEL --vm=GLOB. */
void command_options(struct run *);

/* campgen why CAMPAIGN DN. */
void command_why(struct run *);

/* campgen why-not CAMPAIGN DN --wave=N. */
void command_why_not(struct run *);

/* campgen advise MODEL. */
void command_advise(struct run *);

/* campgen SOURCE TARGET. */
void command_compile(struct run *);

#endif
