/* What a run looks like: as JSON, as text, as a page (U10). */
#ifndef CG_DISPLAY_H
#define CG_DISPLAY_H

#include <stdbool.h>

struct buf;
struct look;

/* One JSON object, documented in camprun(8); a line feed at its end. */
void display_json(const struct look *, struct buf *);

/* A few lines for a terminal, at most rows of them (0: no limit). */
void display_text(const struct look *, unsigned rows, struct buf *);

/* A page of HTML. live: it asks for itself again while it is shown, by script
 * or, without one, by being loaded anew; otherwise it is a report: no script,
 * and the timeline. */
void display_page(const struct look *, bool live, struct buf *);

#endif
