/* Programs that stand beside this one and do what only some hosts need; so it
 * stays small itself. */
#ifndef CG_COMPANION_H
#define CG_COMPANION_H

#include <stdbool.h>

/* Do these arguments (without the program's name) ask for what the companion
 * that shows runs does: monitor, report, status with a form of its own? */
bool companion_shows(int argc, char **argv);

/* Becomes the companion ("monitor"), with the same arguments. Returns only if
 * that cannot be: EXIT_SYSTEM, said. */
int companion_become(const char *name, char **argv);

#endif
