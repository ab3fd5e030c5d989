/*
 * When did what happen? Phases from top to bottom, time from left to right;
 * many phases share a row, so that the picture stays one.
 */
#include <string.h>

#include "buf.h"
#include "look.h"
#include "page.h"
#include "timeline.h"

enum { LEFT = 250, WIDTH = 1000, ROW = 18, TOP = 22, MOST_ROWS = 60,
	TICKS = 4, LABEL = 38 };

void
timeline_span(struct buf *b, int64_t ns)
{
	int64_t s = ns / 1000000000;

	if (s < 1)
		buf_printf(b, "%lld ms", (long long)(ns / 1000000));
	else if (s < 60)
		buf_printf(b, "%lld.%lld s", (long long)s,
		    (long long)(ns / 100000000 % 10));
	else if (s < 3600)
		buf_printf(b, "%lld min %lld s", (long long)(s / 60),
		    (long long)(s % 60));
	else
		buf_printf(b, "%lld h %lld min", (long long)(s / 3600),
		    (long long)(s / 60 % 60));
}

struct axis {
	int64_t from, span;
	size_t rows, nphase;
};

static unsigned
x_of(const struct axis *a, int64_t t)
{
	return LEFT + (unsigned)((double)(t - a->from) / (double)a->span *
	    (WIDTH - LEFT));
}

static size_t
row_of(const struct axis *a, size_t phase)
{
	return phase * a->rows / a->nphase;
}

static void
put_ticks(struct buf *b, const struct axis *a)
{
	unsigned i, bottom = TOP + (unsigned)a->rows * ROW;

	for (i = 0; i <= TICKS; i++) {
		unsigned x = LEFT + i * (WIDTH - LEFT) / TICKS;

		buf_printf(b, "<line x1=\"%u\" x2=\"%u\" y1=\"%d\" y2=\"%u\"/>"
		    "<text x=\"%u\" y=\"12\" text-anchor=\"%s\">+", x, x,
		    TOP - 4, bottom, x, i == TICKS ? "end" : i == 0 ? "start" :
		    "middle");
		timeline_span(b, a->span * (int64_t)i / TICKS);
		buf_str(b, "</text>\n");
	}
}

/* Cut between characters, not inside one. */
static size_t
label_length(const char *s)
{
	size_t n = strlen(s);

	if (n <= LABEL)
		return n;
	n = LABEL - 1;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_label(struct buf *b, const char *name, size_t row)
{
	const char *tail = strchr(name, '='); /* safSmfProc= says nothing */
	const char *s = tail == NULL ? name : tail + 1;
	size_t n = label_length(s);

	buf_printf(b, "<text x=\"0\" y=\"%zu\">", TOP + row * ROW + 12);
	buf_xml(b, s, n);
	buf_printf(b, "%s</text>\n", s[n] == '\0' ? "" : "…");
}

static void
put_bar(struct buf *b, const struct axis *a, const struct board *o, size_t k)
{
	const struct phase *p = &o->phase[k];
	enum stand s = tally_stand(&p->acts);
	int64_t end = p->ended > p->begun && s != STAND_RUNNING ? p->ended :
	    s == STAND_RUNNING ? o->last : p->begun;
	unsigned x = x_of(a, p->begun), w = x_of(a, end) - x;

	buf_printf(b, "<g class=\"%s\"><rect x=\"%u\" y=\"%zu\" width=\"%u\" "
	    "height=\"14\"><title>", page_class(s),
	    x, TOP + row_of(a, k) * ROW, w < 2 ? 2 : w);
	buf_xml(b, p->name, strlen(p->name));
	buf_printf(b, ": %s, ", stand_name(s));
	timeline_span(b, end - p->begun);
	buf_str(b, "</title></rect></g>\n");
}

void
timeline_put(const struct look *l, struct buf *b)
{
	const struct board *o = l->board;
	struct axis a = { .from = o->begun, .span = o->last - o->begun,
		.nphase = o->nphase };
	size_t k, row = SIZE_MAX;

	if (o->begun == 0 || o->nphase == 0)
		return;
	if (a.span <= 0)
		a.span = 1;
	a.rows = o->nphase < MOST_ROWS ? o->nphase : MOST_ROWS;
	buf_printf(b, "<section id=\"timeline\"><h2>When</h2>%s"
	    "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
	    "aria-label=\"Picture, scrolls\"><svg role=\"img\" "
	    "viewBox=\"0 0 %d %zu\" aria-label=\"Phases over time; the list "
	    "below says the same in words\">\n",
	    a.rows < a.nphase ? "<p>Neighbouring phases share a row.</p>\n" :
	    "", WIDTH, TOP + a.rows * ROW + 4);
	put_ticks(b, &a);
	for (k = 0; k < o->nphase; k++) {
		if (row_of(&a, k) != row) {
			row = row_of(&a, k);
			put_label(b, o->phase[k].name, row);
		}
		if (o->phase[k].begun != 0)
			put_bar(b, &a, o, k);
	}
	buf_str(b, "</svg></div></section>\n");
}
