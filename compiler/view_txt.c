/*
 * What will this campaign do to my system? Told to the people who approve it:
 * one sentence of counts, then everything in the order of execution. Beyond
 * FOLD actions like procedures are folded (view_txt_wave.c); none is ever
 * hidden but in the summary (view_txt_sum.c).
 */
#include <stdlib.h>
#include <string.h>

#include "show.h"
#include "view_txt.h"

enum { FOLD = 200 };

/* --- the head --- */

static void
order_line(struct page *p)
{
	const struct report_node *n = txt_next_proc(p->plan->child);
	const struct report_node *last = n, *x;
	const char *bound = report_text(p->plan, "bound");
	size_t waves = report_number(p->plan, "wave-count");

	if (n == NULL)
		return;
	for (x = n; x != NULL; x = txt_next_proc(x->next))
		last = x;
	buf_printf(p->out, "order: level%s %llu", waves > 1 ? "s" : "",
	    (unsigned long long)report_number(n, "level"));
	if (waves > 1)
		buf_printf(p->out, " to %llu",
		    (unsigned long long)report_number(last, "level"));
	buf_str(p->out, report_text(p->plan, "schedule") == NULL ?
	    ", one procedure a level\n" :
	    ", procedures of one level side by side\n");
	if (bound != NULL)
		buf_printf(p->out, "waves: %zu (bound %s%s)\n", waves, bound,
		    strtoull(bound, NULL, 10) == waves ? ", optimal" : "");
}

static void
name_line(struct page *p, const char *fact)
{
	const char *s = report_text(p->plan, fact);

	if (s == NULL)
		return;
	buf_printf(p->out, "%s: ", fact);
	txt_text(p, s);
	buf_char(p->out, '\n');
}

static void
sentence(struct page *p)
{
	txt_colour(p, TXT_BOLD);
	buf_str(p->out, report_text(p->plan, "summary"));
	txt_colour(p, TXT_PLAIN);
	buf_char(p->out, '\n');
}

/* What may be known of all: how long it takes at most. */
static void
time_line(struct page *p)
{
	const char *most = report_text(p->plan, "at-most");
	const char *turn = report_text(p->plan, "at-most-in-turn");

	if (most == NULL)
		return;
	buf_printf(p->out, "time: at most %s", most);
	if (turn != NULL)
		buf_printf(p->out, "; one procedure after the other: %s",
		    turn);
	buf_char(p->out, '\n');
}

void
txt_head(struct page *p)
{
	sentence(p);
	name_line(p, "campaign");
	name_line(p, "source");
	name_line(p, "target");
	order_line(p);
	time_line(p);
	if (p->tail != NULL) {
		buf_str(p->out, "names: \",..\" stands for \",");
		show_text(p->out, p->tail, p->tail_len);
		buf_str(p->out, "\"\n");
	}
}

/* --- before and after the procedures --- */

static void
command_line(struct page *p, const struct report_node *n, const char *what,
    const char *fact, const char *more)
{
	if (report_text(n, fact) == NULL)
		return;
	buf_printf(p->out, "%15s%s: ", "", what);
	txt_text(p, report_text(n, fact));
	if (more != NULL && report_text(n, more) != NULL) {
		buf_char(p->out, ' ');
		txt_text(p, report_text(n, more));
	}
	buf_char(p->out, '\n');
}

/* In full: the commands that new software brings. */
static void
bundle_lines(struct page *p)
{
	const struct report_node *n = p->plan->child;

	for (; (n = txt_next(n, REPORT_BUNDLE)) != NULL; n = n->next) {
		buf_printf(p->out, "%11s", "");
		txt_name(p, report_text(n, "name"));
		buf_char(p->out, '\n');
		command_line(p, n, "online install", "install-online",
		    "install-online-arguments");
		command_line(p, n, "offline install", "install-offline",
		    "install-offline-arguments");
		command_line(p, n, "online uninstall", "remove-online",
		    "remove-online-arguments");
		command_line(p, n, "offline uninstall", "remove-offline",
		    "remove-offline-arguments");
		command_line(p, n, "timeout", "timeout", NULL);
	}
}

static void
around(struct page *p, enum report_kind kind, const char *title)
{
	const struct report_node *n = txt_next(p->plan->child, kind);

	if (n == NULL || n->child == NULL)
		return;
	buf_printf(p->out, "\n%s\n", title);
	txt_callbacks(p, n);
	txt_actions(p, n);
}

static void
software(struct page *p)
{
	if (p->zoom != PLAN_FULL ||
	    txt_next(p->plan->child, REPORT_BUNDLE) == NULL)
		return;
	buf_str(p->out, "\nnew software and its commands\n");
	bundle_lines(p);
}

/* Each in full, the waves told of before them. */
static void
procedures(struct page *p)
{
	const struct report_node *n = txt_next_proc(p->plan->child);
	struct report_wave w = { 0 };
	bool told = txt_next(p->plan->child, REPORT_WAVE) != NULL;
	size_t i = 0;

	for (; n != NULL; n = txt_next_proc(n->next)) {
		if (i == 0 || n == w.end) {
			w = report_wave_at(p->plan, n);
			i++;
			if (told) {
				buf_char(p->out, '\n');
				txt_wave(p, i, &w);
			}
		}
		txt_procedure(p, n);
	}
}

static void
details(struct page *p)
{
	txt_head(p);
	buf_str(p->out, "marks: + comes  - goes  ~ changes  v goes down  "
	    "^ comes up  @ restarts  > moves  ! other\n");
	software(p);
	around(p, REPORT_BEFORE, "before the first procedure");
	if (p->zoom != PLAN_FULL &&
	    report_number(p->plan, "action-count") > FOLD)
		txt_folded(p);
	else
		procedures(p);
	around(p, REPORT_AFTER, "after the last procedure");
	around(p, REPORT_COMMIT,
	    "after commit; there is no rollback any more");
	buf_char(p->out, '\n');
}

static bool
rolls(const struct report_node *plan)
{
	const struct report_node *n = plan->child;

	for (; (n = txt_next_proc(n)) != NULL; n = n->next)
		if (strcmp(report_text(n, "method"), "rolling") == 0)
			return true;
	return false;
}

void
view_txt(const struct report *r, enum plan_zoom zoom, bool colour,
    struct buf *out)
{
	struct page p = { .plan = r->root, .zoom = zoom, .colour = colour,
		.out = out };

	p.fold = zoom != PLAN_FULL && (rolls(p.plan) ||
	    report_number(p.plan, "action-count") > FOLD);
	/* The root is said once, not in every line; in full every name is
	 * whole. */
	p.tail = zoom == PLAN_DEFAULT ? report_tail(r) : NULL;
	p.tail_len = p.tail == NULL ? 0 : strlen(p.tail);
	if (zoom == PLAN_SUMMARY)
		txt_summary(&p);
	else
		details(&p);
	sentence(&p);
}

