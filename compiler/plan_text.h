/* campgen plan: what a campaign will do, for the people who approve it. */
#ifndef CG_PLAN_TEXT_H
#define CG_PLAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct campaign;

enum plan_zoom {
	PLAN_SUMMARY, /* at most 40 lines, however large the campaign */
	PLAN_DEFAULT, /* a line an action; like ones folded beyond 200 */
	PLAN_FULL, /* every action, every name and value */
};

/* Writes the plan. Nothing but the campaign decides the text; its first and
 * its last line are the same sentence of counts. */
void plan_text(const struct campaign *, enum plan_zoom, struct buf *out);

/* What the sentence counts. */
struct plan_counts {
	size_t actions, hosts, vms, services;
	bool all_services;
};

/* The sentence alone, without its newline, and its counts. */
void plan_sentence(const struct campaign *, struct plan_counts *,
    struct buf *out);

/* "waves: 3 (bound 2)" in a line, where the campaign says a bound: how many
 * levels there are, and how many there must be. */
void plan_waves(const struct campaign *, struct buf *out);

#endif
