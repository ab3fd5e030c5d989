/* Programs that stand beside this one and do what only some hosts need; so it
 * stays small itself. */
#ifndef CG_COMPANION_H
#define CG_COMPANION_H

#include <stdbool.h>

/* Which companion does what this command asks for: "monitor" (monitor, report;
 * status, too, when it is to have a form of its own), "guard", "alert"; or
 * NULL. */
const char *companion_for(const char *word);

/* Becomes the companion, with the same arguments. Returns only if
 * that cannot be: EXIT_SYSTEM, said. */
int companion_become(const char *name, char **argv);

/* Is it there? If not, it is said. */
bool companion_is_there(const char *name);

/* Starts it beside this process, in a session of its own, with these
 * arguments; what it says goes to the end of the file log. It begins with all
 * signals blocked, so that none comes before it is ready. Its process, or
 * -errno. */
long companion_start(const char *name, char **argv, const char *log);

#endif
