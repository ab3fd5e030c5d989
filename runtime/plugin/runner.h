/* Runs programs for a driver, one order at a time, so that a runtime that is
 * killed finds out how they ended.
 *
 * A keeper, a process of its own, starts the programs of an order one after
 * the other, keeps what they say within bounds, and writes how far they are
 * into DIR/NAME; it lives on when the runtime is killed. While it lives it
 * holds the lock of DIR/lock, so that there is never a second one. Programs
 * get no open files but /dev/null and their output, a session of their own,
 * and signals as they are by default. */
#ifndef CG_RUNNER_H
#define CG_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver.h"

struct stage { /* one program, or a function in a process of its own */
	char **argv, **envp; /* end with NULL */
	int (*run)(void *arg); /* NULL: the program argv[0]; else its status */
	void *arg;
	uint8_t success[32]; /* bits: the statuses that are good */
};

struct job { /* what an order means */
	uint64_t number; /* of the order */
	const char *name; /* of the file that says how far it is */
	size_t n; /* programs, one after the other */
	struct stage *stage;
	int64_t limit; /* ns that the keeper waits for all; 0: for ever */
	int64_t grace; /* ns from SIGTERM to SIGKILL */
};

enum ended {
	ENDED_NOT, /* it runs, or its keeper was killed */
	ENDED_EXIT, /* code: the status */
	ENDED_SIGNAL, /* code: which */
	ENDED_GIVEN_UP, /* it was told to stop, or took too long */
	ENDED_NO_START, /* code: errno */
};

struct ending { /* as DIR/NAME says */
	uint64_t number;
	size_t stage; /* from 0 */
	size_t n;
	enum ended how;
	int code;
	bool good; /* all of it is done */
};

struct runner;

/* DIR is made if it is not there. NULL with why (at least 512 bytes). */
struct runner *runner_new(const char *dir, char *why);
void runner_free(struct runner *);

/* Starts the job; RUNNING, or SYSTEM with why. Nothing may be running. */
enum outcome runner_begin(struct runner *, const struct job *, char *why);

/* Waits at most so many ns, or until a signal comes: RUNNING, OK, FAILED with
 * why, or SYSTEM with why. */
enum outcome runner_wait(struct runner *, int64_t ns, char *why);

/* Both: runs the job to its end, which its limit brings. */
enum outcome runner_do(struct runner *, const struct job *, char *why);

/* Ends what runs, and all it has started: SIGTERM, and after the grace
 * SIGKILL. */
void runner_cancel(struct runner *);

/* Waits until a keeper of an earlier process has ended, for at most so many ns
 * (0: for ever) or until a signal comes; then it is cancelled. */
void runner_settle(struct runner *, int64_t ns);

/* How far the job of that name is; false: none was ever begun. */
bool runner_ending(const struct runner *, const char *name, struct ending *);

/* The last words of that order's programs, in one line. */
void runner_last_words(const struct runner *, const struct job *, char *text,
    size_t n);

#endif
