/* Programs that run when a machine was found to have moved, and what they are
 * told (D4). */
#ifndef CG_REACT_H
#define CG_REACT_H

#include <stddef.h>
#include <stdint.h>

struct react {
	const char *vm, *before, *after; /* a name; JSON, or "null" */
	int64_t time; /* ns since 1970 */
	const char *line; /* their input, one of JSON */
	size_t len;
};

/* Runs those that are registered for the machine below the guard's folder, in
 * the order of their names. What fails is said, and changes nothing. */
void react_registered(const struct react *, const char *folder);

/* The same of one program. */
void react_program(const struct react *, const char *path);

#endif
