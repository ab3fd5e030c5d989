/* What is said of the machine an EE runs on, and whether two are one (D1). */
#ifndef CG_IDENTITY_H
#define CG_IDENTITY_H

#include <stdbool.h>

#include "driver.h"

struct buf;

enum { IDENTITY_WORDS = 400 }; /* room for a machine in words */

/* The same machine, reached by the same visit, as far as both are known. */
bool identity_same(const struct identity *, const struct identity *);

/* "serial S, type T, model M, on \"EE\"": for a person, in one line. */
void identity_text(const struct identity *, char *text, size_t n);

/* From where to where it went, of two that are not the same: "from A to B", or
 * that it was away from A meanwhile. */
void identity_moved(const struct identity *from, const struct identity *to,
    char *text, size_t n);

/* {"serial":...,"type":...,"model":...,"visit":...,"on":...}; what is not known
 * is left out. */
void identity_json(const struct identity *, struct buf *);

/* Takes what a program says: lines serial=, type=, model= and visit=; others
 * mean nothing, but one without any of these is the serial number. False: it
 * does not say which machine. */
bool identity_parse(const char *text, struct identity *);

#endif
