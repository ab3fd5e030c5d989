/* Who delivers: a process for each channel, so that one that hangs keeps
 * nobody else waiting (U9). */
#ifndef CG_WORKER_H
#define CG_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy.h"

struct message;

enum { WORKER_MOST = 64 };

struct worker { /* zero: none runs */
	pid_t pid;
	int fd; /* what it says */
	int64_t timeout, until; /* of the one at hand: os_clock */
	size_t n, at; /* how many it has, and which one it is at */
	char said[512];
	size_t nsaid;
};

/* Begins to deliver so many, at most WORKER_MOST, in their order, up to the
 * first that cannot be. 0 or -errno. */
int worker_start(struct worker *, const struct policy_channel *,
    const struct message *const *, size_t n);

enum word { WORD_NONE, WORD_TOLD, WORD_FAILED, WORD_OVER };

/* What it has said of the one at hand (worker.at, then the next), without
 * waiting: TOLD; FAILED, with why (DELIVER_WHY bytes), also when its time is
 * up; OVER: it has ended, and may be started anew; NONE: nothing yet. */
enum word worker_hear(struct worker *, char *why);

/* Ends it. */
void worker_stop(struct worker *);

#endif
