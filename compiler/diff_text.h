/* campgen diff SOURCE TARGET: what differs between two models, as text. */
#ifndef CG_DIFF_TEXT_H
#define CG_DIFF_TEXT_H

#include <stdbool.h>

struct buf;
struct model;

/* Writes the differences in the order of the DNs: "+" added, "-" removed, "~"
 * modified objects, attribute by attribute, and a line that counts them.
 * Returns whether the models differ. */
bool diff_text(const struct model *source, const struct model *target,
    struct buf *out);

#endif
