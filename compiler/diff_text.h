/* campgen diff SOURCE TARGET: what differs between two models. */
#ifndef CG_DIFF_TEXT_H
#define CG_DIFF_TEXT_H

struct buf;
struct diff_groups;

enum diff_zoom {
	DIFF_DEFAULT, /* one entity of each kind, and how many more there are */
	DIFF_FULL, /* each of them */
	DIFF_STAT, /* how many of each class and type */
};

/* "+" added, "-" removed, "~" modified entities with what is below them,
 * attribute by attribute; lists by the values that come, go and stay; last a
 * line that counts objects. */
void diff_text(const struct diff_groups *, enum diff_zoom, struct buf *);

/* All of it as one JSON object: kinds, and under each its objects with the
 * values before and after. */
void diff_json(const struct diff_groups *, struct buf *);

#endif
