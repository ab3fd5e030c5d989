/* Programs that stand beside this one and do what only some hosts need; so it
 * stays small itself. */
#ifndef CG_COMPANION_H
#define CG_COMPANION_H

/* Which companion does what these arguments (without the program's name) ask
 * for: "monitor" (monitor, report, status with a form of its own), "guard"; or
 * NULL. */
const char *companion_for(int argc, char **argv);

/* Becomes the companion, with the same arguments. Returns only if
 * that cannot be: EXIT_SYSTEM, said. */
int companion_become(const char *name, char **argv);

#endif
