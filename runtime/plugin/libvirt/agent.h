/* The words of the QEMU guest agent: what is said to it, and what it says. */
#ifndef CG_AGENT_H
#define CG_AGENT_H

#include <stdbool.h>

struct buf;

/* guest-exec of a program, which ends with NULL; NUL-terminated. */
void agent_exec(struct buf *, char *const *argv);
/* guest-exec-status of what was started. */
void agent_status(struct buf *, long long pid);

/* The process that guest-exec has started; -1: the answer does not say. */
long long agent_pid(const char *answer);

/* What became of it. */
struct agent_end {
	bool exited;
	int status; /* or 128 and the signal that ended it */
};

/* False: it is no such answer, or what the program said is no base64. */
bool agent_end(const char *answer, struct agent_end *, struct buf *out,
    struct buf *err);

#endif
