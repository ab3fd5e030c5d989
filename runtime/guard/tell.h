/* Who is told that a machine has moved under a command (D4). */
#ifndef CG_TELL_H
#define CG_TELL_H

#include "guard.h"

struct sight { /* of the machine */
	enum identified is;
	struct identity id; /* if IDENTIFIED */
	char why[512]; /* if UNKNOWN */
};

struct run { /* one run of the command */
	size_t number; /* from 1 */
	int64_t time; /* when it was found out, ns since 1970 */
	struct sight before, after;
	bool same;
	int status; /* of the command, as a shell has it */
};

/* A line of JSON for whoever wants to know of every run. 0 or errno. */
int tell_event(const struct guard *, const struct run *);

/* That it moved: a line on standard error and one in FOLDER/moves; SIGHUP to
 * who called; the programs that are registered, then the one to notify. What
 * of that fails is said, and changes nothing. */
void tell_moved(const struct guard *, const struct run *, bool again);

#endif
