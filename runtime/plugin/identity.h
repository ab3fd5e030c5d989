/* What is said of the machine an EE runs on, and whether two are one (D1). */
#ifndef CG_IDENTITY_H
#define CG_IDENTITY_H

#include <stdbool.h>

#include "driver.h"

struct buf;

/* The same machine, reached by the same visit, as far as both are known. */
bool identity_same(const struct identity *, const struct identity *);

/* "serial S, type T, model M, on \"EE\"": for a person, in one line. */
void identity_text(const struct identity *, char *text, size_t n);

/* {"serial":...,"type":...,"model":...,"on":...}; what is not known is left
 * out. */
void identity_json(const struct identity *, struct buf *);

/* Takes what a program says: lines serial=, type= and model=; others mean
 * nothing, but one without any of these is the serial number. False: it says
 * nothing. */
bool identity_parse(const char *text, struct identity *);

#endif
