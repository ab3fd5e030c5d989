/* A command whose output counts only if the machine below stayed the same
 * (D2-D4). */
#ifndef CG_GUARD_H
#define CG_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "site.h"

/* How a guarded command ends if not as itself. */
enum { GUARD_INCONSISTENT = 123, GUARD_LATE = 124, GUARD_FAILED = 125,
	GUARD_CANNOT = 126, GUARD_MISSING = 127 };

struct guard {
	const struct site *site;
	uint32_t vm;
	char **argv;
	size_t repeat; /* so many times more, at most */
	int64_t limit; /* of each run, ns; 0: none */
	uint64_t most; /* bytes of output */
	const char *folder; /* where programs are registered and moves kept;
	                     * or NULL */
	const char *state; /* what that folder is below */
	bool forgets; /* it is only for now */
	const char *policy; /* whose channels hear of moves; NULL: nobody */
	const char *notify; /* a program, or NULL */
	long signal; /* to whom SIGHUP goes; 0: to nobody */
	FILE *events; /* or NULL */
};

/* Runs it, and again if need be; its output was released, or not at all. The
 * status to end with. */
int guard_run(const struct guard *);

#endif
