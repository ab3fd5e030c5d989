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

/* The next procedure of the plan, from this node on. */
const struct report_node *txt_next_proc(const struct report_node *);

/* What stands above everything but the marks. */
void txt_head(struct page *);

/* --- procedures (view_txt_proc.c) --- */

/* All of a procedure; its name with the level. */
void txt_procedure(struct page *, const struct report_node *);
void txt_procedure_name(struct page *, const struct report_node *);
/* What becomes of services: in a line; in a few words behind a name. */
void txt_services(struct page *, const struct report_node *procedure);
void txt_risk_of(struct page *, const struct report_node *);
/* The nodes that it rolls over. */
void txt_rolling(struct page *, const struct report_node *procedure);
/* The machines that become others while they run. */
void txt_morphs(struct page *, const struct report_node *procedure);
/* In which role are those that a step is about? The next of them from this
 * node on; how many there are. */
const char *txt_subject_role(const struct report_node *step);
const struct report_node *txt_next_subject(const struct report_node *,
    const char *role);
size_t txt_count_subjects(const struct report_node *step, const char *role);

/* --- waves (view_txt_wave.c) --- */

/* How much is in them, without a line's end; a line about one. */
void txt_counts(struct page *, const struct report_wave *);
void txt_wave(struct page *, size_t number, const struct report_wave *);
/* All procedures, a line each, what like ones do above them. */
void txt_folded(struct page *);

/* At most 40 lines (view_txt_sum.c). */
void txt_summary(struct page *);

#endif
