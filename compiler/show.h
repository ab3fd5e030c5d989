/* Names and values as one line of text for people. */
#ifndef CG_SHOW_H
#define CG_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* The string of an id: as it is, or as a JSON string if it is empty, begins
 * or ends with a blank, or holds characters that would spoil the line. */
void show_name(struct buf *, uint32_t name);
void show_text(struct buf *, const char *, size_t len);

/* How long something may take, in nanoseconds, as people read it: "10 min";
 * "none" where 0 sets no limit; what is no number as it is. */
void show_timeout(struct buf *, uint32_t ns);

/* A time of a model, in nanoseconds, as people read it: "3 min"; false, and
 * nothing is written, for what is none, or so long that it is a date. */
bool show_time(struct buf *, uint32_t ns);

/* The same behind a value that stands there already: " (3 min)". */
void show_time_of(struct buf *, const uint32_t *value, size_t n);

/* n values with " | " between them: names hold commas themselves. */
void show_values(struct buf *, const uint32_t *value, size_t n);

/* "1 host", "2 hosts", "3 entries": y at the end becomes ies. */
void show_count(struct buf *, size_t n, const char *noun);

#endif
