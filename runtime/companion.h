/* Programs that stand beside this one and do what only some hosts need; so it
 * stays small itself. */
#ifndef CG_COMPANION_H
#define CG_COMPANION_H

#include <stdbool.h>
#include <stddef.h>

/* Which companion does what these arguments (without the program's name) ask
 * for: "monitor" (monitor, report, status with a form of its own), "guard",
 * "alert"; or NULL. */
const char *companion_for(int argc, char **argv);

/* The i-th word that is a companion's; NULL past the last. */
const char *companion_word(size_t i);

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
