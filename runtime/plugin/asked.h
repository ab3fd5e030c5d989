/* One program, or a function in a process of its own, that is asked something
 * and answers within a short time. Unlike what runner.h runs, nothing of it
 * outlives who asks. */
#ifndef CG_ASKED_H
#define CG_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner.h"

struct said {
	enum ended how; /* GIVEN_UP: it took too long */
	int code;
	char *out, *err; /* what it said, NUL-terminated; said_free */
	size_t nout, nerr;
	bool cut; /* it said more than was kept */
};

/* Runs it with an input (NULL: none) for at most limit ns and keeps at most so
 * many bytes of what it says; more is taken and thrown away. What it started
 * and left in its session ends with it. False: no process could be made
 * (errno). */
bool asked_run(const struct stage *, const char *input, size_t n,
    int64_t limit, size_t most, struct said *);
void said_free(struct said *);

/* "ended with status 3: its last words": for a sentence about it. */
void said_tell(const struct said *, char *text, size_t n);

#endif
