/* How long something takes, as people write it: 30s, 500ms. */
#ifndef CG_DURATION_H
#define CG_DURATION_H

#include <stdint.h>

struct buf;

/* Reads a whole number and its unit (ns, us, ms, s, m, h) as nanoseconds. NULL,
 * or what the text should be, as the end of a sentence. */
const char *duration_parse(const char *text, int64_t *ns);

/* Writes it for people, exactly: "10 min", "1 h 20 min", "500 ms". */
void duration_write(struct buf *, int64_t ns);

#endif
