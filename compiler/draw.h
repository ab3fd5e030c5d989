/* Pictures as elements that the stylesheet turns into SVG: boxes and words
 * with their places; colours as attributes, so that they stay when styles are
 * not allowed. */
#ifndef CG_DRAW_H
#define CG_DRAW_H

#include <stddef.h>

struct buf;

enum { DRAW_WIDTH = 960, DRAW_ROW = 20 };

enum tint { TINT_NONE, TINT_ACTS, TINT_MODIFIES, TINT_REMOVES, TINT_ADDS,
	TINT_FRAME, TINT_MORPHS, TINT_COUNT };

/* A picture: its anchor, its name, what it shows in words, its height. */
void draw_open(struct buf *, const char *id, const char *name,
    const char *words, size_t height);
void draw_close(struct buf *);

/* A box; words (NULL: none) tell what it is when pointed at. */
void draw_box(struct buf *, enum tint, size_t x, size_t y, size_t w,
    size_t h, const char *words);

/* Words whose base line starts (middle: is centred) at x, y; cut with three
 * dots to so many pixels. */
void draw_text(struct buf *, size_t x, size_t y, size_t room,
    const char *words);
void draw_middle(struct buf *, size_t x, size_t y, size_t room,
    const char *words);

/* name="value", escaped. */
void draw_attribute(struct buf *, const char *name, const char *value);

#endif
