/* A run as those see it who only look: what was read once, and what its
 * journal says now. Nothing is locked or written (U10). */
#ifndef CG_LOOK_H
#define CG_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"

struct campaign;
struct diag;
struct exec;
struct model;
struct statedir;

struct look {
	struct statedir *dir;
	struct campaign *c;
	struct model *source;
	struct actions *a;
	/* Of now: */
	struct exec *x;
	struct board *board;
	long pid; /* of the runtime at work; 0: none is */
	uint64_t size; /* of the journal when it was read */
};

/* Opens a state directory: EXIT_DONE; EXIT_ERRORS, reported; EXIT_SYSTEM,
 * said. look_close in any case. */
int look_open(struct look *, const char *state, struct diag *);

/* Reads the journal if it has grown since, or none was read yet. The same
 * statuses. */
int look_again(struct look *, struct diag *);

/* Is a command under way that nobody carries out any more? */
bool look_is_interrupted(const struct look *);
/* Is the campaign where no command leads on from? */
bool look_is_over(const struct look *);

/* What an operator can do now, in a few words. Static. */
const char *look_advice(const struct look *);

void look_close(struct look *);

#endif
