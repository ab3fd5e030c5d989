/* Telling that machines moved under guarded commands (D4): what the guard keeps
 * in STATE/guard/moves, by the rules and channels of a policy. */
#ifndef CG_MOVED_H
#define CG_MOVED_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct policy;

struct moved_options {
	const char *state; /* STATE */
	bool moment; /* it is only for now: nobody is told of it */
	const struct policy *policy;
	int64_t since; /* ns since 1970: what is older is not news */
	const volatile sig_atomic_t *stop;
};

/* Puts what is news into the outbox of the folder, and delivers for some
 * seconds; *left are not told then and stay there. EXIT_DONE, or EXIT_SYSTEM,
 * said. */
int moved_tell(const struct moved_options *, size_t *left);

#endif
