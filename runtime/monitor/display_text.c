/*
 * What a run looks like on a terminal: where it stands, how far it is, and a
 * line for each phase as far as there is room, those that something happens
 * in first.
 */
#include "alerts.h"
#include "buf.h"
#include "driver.h"
#include "exec.h"
#include "ledger.h"
#include "look.h"
#include "display.h"
#include "timeline.h"
#include "statedir.h"

enum { BAR = 40 };

static void
put_bar(struct buf *b, size_t done, size_t all)
{
	size_t i, n = all == 0 ? BAR : done * BAR / all;

	buf_char(b, '[');
	for (i = 0; i < BAR; i++)
		buf_char(b, i < n ? '#' : '.');
	buf_char(b, ']');
}

static void
put_now(struct buf *b, const struct look *l)
{
	size_t now = l->board->running;
	const struct act *a;

	if (look_is_interrupted(l)) {
		buf_str(b, "nobody is at work: it was interrupted; resume goes "
		    "on\n");
		return;
	}
	if (l->pid == 0 || now == NO_ACT) {
		buf_printf(b, "%s\n", look_advice(l));
		return;
	}
	a = &l->a->act[now];
	buf_printf(b, "now action %zu, %s %s\n", now + 1,
	    verb_name(l->board->act[now].direction == DO_FORWARD ?
	    (enum verb)a->verb : act_reverse(a)),
	    a->entity == NAME_NONE ? "" : name_str(a->entity));
}

static void
put_alerts(struct buf *b, const struct look *l)
{
	char why[200];
	size_t n = alerts_left(statedir_path(l->dir), why, sizeof(why));

	if (n > 0)
		buf_printf(b, "%zu alert%s not told yet%s%s\n", n, n == 1 ?
		    " is" : "s are", why[0] == '\0' ? "" : ": ", why);
}

static void
put_phase(struct buf *b, const struct phase *p)
{
	const struct tally *t = &p->acts;

	buf_printf(b, "%-11s %6zu/%-6zu %s\n", stand_name(tally_stand(t)),
	    t->n[STAND_DONE], tally_all(t), p->name);
}

/* The first phase to be shown, if only so many can be: what is at work is to
 * be among them, and a little of what was before. */
static size_t
first_shown(const struct board *o, size_t rows)
{
	size_t i = 0;

	while (i < o->nphase &&
	    tally_stand(&o->phase[i].acts) != STAND_RUNNING &&
	    tally_stand(&o->phase[i].acts) != STAND_FAILED)
		i++;
	if (i == o->nphase || i <= rows / 3)
		return 0;
	i -= rows / 3;
	return i + rows > o->nphase ? o->nphase - rows : i;
}

void
display_text(const struct look *l, unsigned rows, struct buf *b)
{
	const struct board *o = l->board;
	size_t n = o->nphase, from = 0, i, head = 8;

	buf_printf(b, "%s: %s\n", name_str(l->c->name), exec_state_name(l->x));
	put_bar(b, o->acts.n[STAND_DONE], tally_all(&o->acts));
	buf_printf(b, " %zu of %zu actions stand, ", o->acts.n[STAND_DONE],
	    tally_all(&o->acts));
	timeline_span(b, o->last - o->begun);
	buf_str(b, "\n");
	for (i = 0; i < STAND_COUNT; i++)
		buf_printf(b, "%s%zu %s", i == 0 ? "" : ", ", o->acts.n[i],
		    stand_name((enum stand)i));
	buf_str(b, "\n");
	put_now(b, l);
	put_alerts(b, l);
	head += ledger_text(l, b);
	if (rows > head && n > rows - head) {
		n = rows - head;
		from = first_shown(o, n);
	}
	if (from > 0)
		buf_printf(b, "... %zu before\n", from);
	for (i = from; i < from + n; i++)
		put_phase(b, &o->phase[i]);
	if (from + n < o->nphase)
		buf_printf(b, "... %zu more\n", o->nphase - from - n);
}
