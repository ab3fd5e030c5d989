/* What is kept of snapshots, and for how long (U11). */
#ifndef CG_RETAIN_H
#define CG_RETAIN_H

#include <stdbool.h>

#include "exec_private.h"

/* The folder that a program may put the data of a snapshot in: STATE/kept/NAME,
 * malloc'ed. */
char *retain_folder(const char *state, const char *name);
/* Removes it; false with why. state NULL: there is none. */
bool retain_forget(const char *state, const char *name, char *why);

/* Removes what the policy keeps no longer: of those that failed the oldest
 * past its limits, and when nothing can be rolled back any more those of
 * before. Live only. A snapshot that cannot be removed stays in the list, and
 * is tried again next time. */
enum result retain_apply(struct exec *);

/* Does a rollback need it, as things stand? */
bool retain_is_needed(const struct exec *, const struct kept *);

#endif
