/* What does a machine do next, and is its table sound? The machine is data;
 * this file walks over its rows and knows nothing of what they are about.
 *
 * F1 For a state, an event and a combination of facts there is at most one
 *    row: the answer does not depend on the order of the table.
 * F2 A row whose event cannot come when its guard holds is an error, not a
 *    comment. */

#include "fsm.h"

static const char *const event_names[EV_COUNT] = {
	"",
#define FSM_EVENT(id, name, meaning) name,
#include "events.def"
#undef FSM_EVENT
};

const char *
fsm_event_name(enum fsm_event event)
{
	return event_names[event];
}

static const struct fsm_hears *
hears(const struct fsm *m, enum fsm_event event)
{
	size_t i;

	for (i = 0; i < m->nhears; i++)
		if (m->hears[i].event == event)
			return &m->hears[i];
	return NULL;
}

/* How many rows are there for it; *found is the first. */
static size_t
rows_for(const struct fsm *m, int state, enum fsm_event event, unsigned facts,
    const struct fsm_row **found)
{
	const struct fsm_row *r;
	size_t n = 0;

	for (r = m->row; r < m->row + m->nrow; r++)
		if (r->from == state && r->event == event &&
		    (r->guard & ~facts) == 0 && n++ == 0)
			*found = r;
	return n;
}

const struct fsm_row *
fsm_find(const struct fsm *m, int state, enum fsm_event event, unsigned facts)
{
	const struct fsm_hears *h = hears(m, event);
	const struct fsm_row *row = NULL;

	if (h == NULL || (h->given & ~facts) != 0)
		return NULL;
	rows_for(m, state, event, facts, &row);
	return row;
}

bool
fsm_accepts(const struct fsm *m, int state, enum fsm_event event)
{
	const struct fsm_row *row;

	return rows_for(m, state, event, ~0u, &row) > 0;
}

/* What fsm_check has found so far. */
struct check {
	const struct fsm *m;
	FILE *f;
	bool good;
};

static void
wrong(struct check *c, int state, const char *what)
{
	fprintf(c->f, "%s: state \"%s\" %s\n", c->m->name,
	    c->m->state[state].name, what);
	c->good = false;
}

static void
wrong_row(struct check *c, const struct fsm_row *r, const char *what)
{
	fprintf(c->f, "%s: row %zu (\"%s\", \"%s\") %s\n", c->m->name,
	    (size_t)(r - c->m->row) + 1, c->m->state[r->from].name,
	    event_names[r->event], what);
	c->good = false;
}

/* The states that can be reached from those in set, which is a bit set. */
static unsigned long
reach(const struct fsm *m, unsigned long set)
{
	unsigned long before;
	size_t i;

	do {
		before = set;
		for (i = 0; i < m->nrow; i++)
			if (set >> m->row[i].from & 1)
				set |= 1ul << m->row[i].to;
	} while (set != before);
	return set;
}

static unsigned long
of_kind(const struct fsm *m, enum fsm_kind kind)
{
	unsigned long set = 0;
	size_t i;

	for (i = 0; i < m->nstate; i++)
		if (m->state[i].kind == kind)
			set |= 1ul << i;
	return set;
}

static void
check_reach(struct check *c)
{
	const struct fsm *m = c->m;
	unsigned long start = of_kind(m, FSM_START), reached;
	unsigned long stops = of_kind(m, FSM_END) | of_kind(m, FSM_REST);
	int i;

	if (start == 0 || (start & (start - 1)) != 0) {
		fprintf(c->f, "%s: not one start\n", m->name);
		c->good = false;
	}
	reached = reach(m, start);
	for (i = 0; i < (int)m->nstate; i++) {
		if ((reached >> i & 1) == 0)
			wrong(c, i, "cannot be reached");
		if ((reach(m, 1ul << i) & stops) == 0)
			wrong(c, i, "leads to no end");
	}
}

/* Does a row's own condition contradict itself or what its event implies? */
static bool
can_hold(const struct fsm *m, unsigned guard)
{
	size_t k;

	for (k = 0; k < m->nfact / 2; k++)
		if ((guard >> 2 * k & 3) == 3)
			return false;
	return true;
}

static void
check_row(struct check *c, const struct fsm_row *r)
{
	const struct fsm_hears *h = hears(c->m, r->event);
	enum fsm_kind kind = c->m->state[r->from].kind;

	if (h == NULL) {
		wrong_row(c, r, "is about an event it does not hear");
		return;
	}
	if (!can_hold(c->m, r->guard | h->given))
		wrong_row(c, r, "is never taken"); /* F2 */
	if (kind == FSM_END)
		wrong_row(c, r, "leads out of an end");
	if (h->from == FSM_OWN && kind != FSM_BUSY)
		wrong_row(c, r, "waits for actions where there are none");
	if ((r->target == FSM_NOBODY) != (r->signal == EV_NONE))
		wrong_row(c, r, "has half a signal");
}

/* Facts number k of all combinations: bit j of k chooses in pair j. */
static unsigned
combination(const struct fsm *m, unsigned k)
{
	unsigned facts = 0;
	size_t j;

	for (j = 0; j < m->nfact / 2; j++)
		facts |= 1u << (2 * j + (k >> j & 1));
	return facts;
}

/* With any row for it, there is exactly one for each combination of facts in
 * which the event can come at all. F1 */
static void
check_event(struct check *c, int state, const struct fsm_hears *h)
{
	const struct fsm_row *row;
	unsigned k, facts;
	size_t n;

	if (!fsm_accepts(c->m, state, h->event))
		return;
	for (k = 0; k < 1u << c->m->nfact / 2; k++) {
		facts = combination(c->m, k);
		if ((h->given & ~facts) != 0)
			continue;
		n = rows_for(c->m, state, h->event, facts, &row);
		if (n == 1)
			continue;
		fprintf(c->f, "%s: state \"%s\", event \"%s\", facts %#x: "
		    "%zu rows\n", c->m->name, c->m->state[state].name,
		    event_names[h->event], facts, n);
		c->good = false;
	}
}

static void
check_state(struct check *c, int state)
{
	const struct fsm *m = c->m;
	bool own = false;
	size_t i;

	for (i = 0; i < m->nhears; i++) {
		check_event(c, state, &m->hears[i]);
		own |= m->hears[i].from == FSM_OWN &&
		    fsm_accepts(m, state, m->hears[i].event);
	}
	if (m->state[state].kind == FSM_BUSY && !own)
		wrong(c, state, "is busy and never told how it went");
}

/* An event nobody listens to, or listed twice. */
static void
check_hears(struct check *c, const struct fsm_hears *h)
{
	size_t i, n = 0;

	for (i = 0; i < c->m->nrow; i++)
		n += c->m->row[i].event == h->event;
	if (n > 0 && hears(c->m, h->event) == h)
		return;
	fprintf(c->f, "%s: event \"%s\" is in no row, or listed twice\n",
	    c->m->name, event_names[h->event]);
	c->good = false;
}

bool
fsm_check(const struct fsm *m, FILE *f)
{
	struct check c = { m, f, true };
	size_t i;

	for (i = 0; i < m->nhears; i++)
		check_hears(&c, &m->hears[i]);
	for (i = 0; i < m->nrow; i++)
		check_row(&c, &m->row[i]);
	for (i = 0; i < m->nstate; i++)
		check_state(&c, (int)i);
	check_reach(&c);
	return c.good;
}
