/* When what happened, as a picture: a bar for each phase (U10). */
#ifndef CG_TIMELINE_H
#define CG_TIMELINE_H

#include <stdint.h>

struct buf;
struct look;

/* Nothing if nothing was begun. */
void timeline_put(const struct look *, struct buf *);

/* A length of time for people: "250 ms", "3.2 s", "12 min 5 s". */
void timeline_span(struct buf *, int64_t ns);

#endif
