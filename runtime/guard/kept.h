/* `camprun guard register, deregister and list`: which programs run when a
 * machine was found to have moved (D4). */
#ifndef CG_KEPT_H
#define CG_KEPT_H

#include <stdbool.h>

struct kept { /* one such command */
	const char *word; /* it */
	const char *state; /* the directory, or NULL */
	const char *match; /* a pattern of machines, or NULL: all */
	char **argv; /* what is behind "--", or NULL */
	char **operand;
	int noperand;
	bool json; /* how it is listed */
};

/* Each returns the status to end with; what is wrong is said. */
int kept_add(const struct kept *);
int kept_remove(const struct kept *);
int kept_list(const struct kept *);

/* 0, or EXIT_USAGE, said: a program that runs without a search path. */
int kept_is_program(const char *path, const char *whose);

/* STATE/guard, made if it is not there; NULL: it cannot be, which is said. */
char *kept_folder(const char *state);

#endif
