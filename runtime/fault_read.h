/* Between fault.c and fault_file.c. */
#ifndef CG_FAULT_READ_H
#define CG_FAULT_READ_H

#include "fault.h"

/* Reads phase, action (any: "*" is one), pattern and times into a fault whose
 * times are what holds without; false with a sentence in why (512 bytes). */
bool fault_parse(const char *text, bool any, struct fault *, char *why);

/* Adds a copy; the result is valid until the next one is added. */
struct fault *fault_push(struct faults *, const struct fault *);

#endif
