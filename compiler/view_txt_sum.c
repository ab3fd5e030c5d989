/*
 * What does it come to? A page that fits a screen whatever the size: procedures
 * while there are few, else waves, else several waves in a line.
 */
#include <stdlib.h>

#include "show.h"
#include "view_txt.h"

enum { SUMMARY_LINES = 24, WIDTH = 98 };

/* One line, cut at the width of the page. */
static void
end_line(struct page *p, struct buf *line, struct buf *out)
{
	p->out = out;
	if (line->len > WIDTH) {
		line->len = WIDTH - 3;
		while ((line->data[line->len] & 0xc0) == 0x80)
			line->len--; /* no character is cut in two */
		buf_str(line, "...");
	}
	buf_add(out, line->data, line->len);
	buf_char(out, '\n');
	line->len = 0;
}

static void
summary_procedure(struct page *p, const struct report_node *n)
{
	struct buf line = { 0 }, *out = p->out;
	bool colour = p->colour;
	size_t steps = 0;
	const struct report_node *s = n->child;

	p->out = &line;
	p->colour = false; /* a cut line must not cut an escape */
	buf_str(&line, "  ");
	txt_procedure_name(p, n);
	buf_str(&line, ", ");
	show_count(&line, report_number(n, "action-count"), "action");
	for (; (s = txt_next(s, REPORT_STEP)) != NULL; s = s->next)
		steps++;
	if (steps > 1)
		buf_printf(&line, " in %zu nested steps", steps);
	if (report_text(n, "why") != NULL) {
		buf_str(&line, ": ");
		txt_text(p, report_text(n, "why"));
	}
	p->colour = colour;
	end_line(p, &line, out);
	buf_free(&line);
}

/* So many waves after each other in a line. */
static const struct report_node *
summary_waves(struct page *p, const struct report_node *n, size_t from,
    size_t most)
{
	struct report_wave sum = { 0 }, w;
	size_t i;

	for (i = 0; i < most && n != NULL && n->kind == REPORT_PROCEDURE;
	    i++) {
		w = report_wave_at(p->plan, n);
		report_wave_add(&sum, &w);
		n = w.end;
	}
	if (i == 1) {
		buf_str(p->out, "  ");
		txt_wave(p, from + 1, &w);
		return n;
	}
	buf_printf(p->out, "  waves %zu to %zu: ", from + 1, from + i);
	txt_counts(p, &sum);
	buf_char(p->out, '\n');
	return n;
}

static void
summary_each(struct page *p, bool waves)
{
	const struct report_node *n = txt_next_proc(p->plan->child);
	struct report_wave w = { 0 };
	size_t i = 0;

	for (; n != NULL; n = txt_next_proc(n->next)) {
		if (waves && (i == 0 || n == w.end)) {
			w = report_wave_at(p->plan, n);
			txt_wave(p, ++i, &w);
		}
		summary_procedure(p, n);
	}
}

void
txt_summary(struct page *p)
{
	const struct report_node *n = txt_next_proc(p->plan->child);
	size_t waves = report_number(p->plan, "wave-count"), at;
	size_t each = (waves + SUMMARY_LINES - 1) / SUMMARY_LINES;
	bool told = txt_next(p->plan->child, REPORT_WAVE) != NULL;

	txt_head(p);
	if (report_number(p->plan, "procedure-count") + (told ? waves : 0) <=
	    SUMMARY_LINES) {
		summary_each(p, told);
		return;
	}
	for (at = 0; at < waves; at += each)
		n = summary_waves(p, n, at, each);
}

