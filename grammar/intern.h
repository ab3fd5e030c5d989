/* One copy of each string in the process; equal strings have equal ids. */
#ifndef CG_INTERN_H
#define CG_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct buf;

enum {
	NAME_NONE, /* no string */
	NAME_EMPTY, /* "" */
#define NAME(x) N_##x,
#include "names.def"
#undef NAME
	NAME_FIRST_FREE
};

/* The id of the len bytes at s, entered if new. Bytes may hold NUL. */
uint32_t intern(const char *s, size_t len);

/* The same for a NUL-terminated string. */
uint32_t intern_str(const char *s);

/* The same for what is in a buffer, which is freed. */
uint32_t intern_buf(struct buf *);

/* The id, or NAME_NONE if the string was never interned. */
uint32_t intern_find(const char *s, size_t len);

/* The string of an id, NUL-terminated, valid until intern_clear. */
const char *name_str(uint32_t id);
size_t name_len(uint32_t id);

/* Ids are below this. */
uint32_t intern_count(void);

/* Forgets everything (end of process, leak checkers, fuzzers). */
void intern_clear(void);

/* How often names began anew, from 1: ids kept elsewhere are worthless once
 * this has changed. */
uint32_t intern_generation(void);

#endif
