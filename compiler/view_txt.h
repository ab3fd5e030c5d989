/* The plan as text: private to view_txt*.c. */
#ifndef CG_VIEW_TXT_H
#define CG_VIEW_TXT_H

#include "buf.h"
#include "report.h"
#include "view.h"

struct page {
	const struct report_node *plan;
	enum plan_zoom zoom;
	struct buf *out;
	bool colour;
	bool fold; /* like ones on one line */
	const char *tail; /* what ",.." stands for; NULL: nothing */
	size_t tail_len;
};

/* Turns a colour on (TXT_...) and off again, if there are any. */
enum txt_colour { TXT_PLAIN, TXT_GOOD, TXT_BAD, TXT_CHANGE, TXT_BOLD,
	TXT_SOFT };
void txt_colour(struct page *, enum txt_colour);

/* A name, its common end written ",.."; any text in one line. */
void txt_name(struct page *, const char *name);
void txt_text(struct page *, const char *text);

/* Indented "why: ..." in a line of its own, if there is a reason. */
void txt_why(struct page *, unsigned indent, const struct report_node *);

/* Does another change or action follow for the same reason? Then the reason is
 * told once, after the last of them. */
bool txt_same_why(const struct report_node *, const struct report_node *);

/* All actions below a node, in order, with their phases between. */
void txt_actions(struct page *, const struct report_node *parent);
void txt_callbacks(struct page *, const struct report_node *parent);

/* The next child of a kind, from this one on; NULL: none. */
const struct report_node *txt_next(const struct report_node *,
    enum report_kind);

#endif
