/* What do n nested steps do together? Each is in a state of the step machine;
 * a row of one may send a signal to its neighbour, whose row may send another.
 * As each row sends at most one, a single place holds the queue. */
#include <assert.h>

#include "embed.h"
#include "step_fsm.h"

void
embed_start(struct embed *e, struct embed_step *step, size_t n)
{
	size_t i;

	assert(n > 0);
	*e = (struct embed){ .step = step, .n = n };
	for (i = 0; i < n; i++) {
		step[i].state = STEP_INITIAL;
		step[i].phase = FSM_TEAR_DOWN;
		step[i].retries = 0;
	}
}

static unsigned
facts(const struct embed *e, size_t i)
{
	const struct embed_step *s = &e->step[i];

	return (i + 1 == e->n ? STEP_IF_INNERMOST : STEP_IF_EMBEDS) |
	    (s->phase == FSM_TEAR_DOWN ? STEP_IF_TEAR_DOWN :
	    STEP_IF_BUILD_UP) |
	    (s->retries < s->max_retries ? STEP_IF_RETRY : STEP_IF_NO_RETRY);
}

const struct fsm_row *
embed_find(const struct embed *e, size_t i, enum fsm_event event)
{
	return fsm_find(&step_fsm, e->step[i].state, event, facts(e, i));
}

/* The phase and the count belong to the row's action. */
static void
change(struct embed_step *s, const struct fsm_row *row)
{
	enum fsm_phase phase = step_fsm.action[row->action].phase;

	s->state = row->to;
	if (phase != FSM_KEEP)
		s->phase = phase;
	if (row->action == STEP_DO_BEGIN)
		s->retries = 0;
	else if (row->action == STEP_DO_RETRY)
		s->retries++;
}

static void
send(struct embed *e, size_t i, const struct fsm_row *row)
{
	if (row->target == FSM_OUTER && i == 0) {
		e->told = row->signal;
	} else if (row->target != FSM_NOBODY) {
		e->pending = row->signal;
		e->to = row->target == FSM_OUTER ? i - 1 : i + 1;
	}
}

bool
embed_take(struct embed *e, size_t i, enum fsm_event event)
{
	const struct fsm_row *row;

	assert(i < e->n);
	if (e->pending != EV_NONE && (e->pending != event || e->to != i))
		return false;
	row = embed_find(e, i, event);
	if (row == NULL || (e->row != NULL && !e->row(e->arg, i, row)))
		return false;
	e->pending = EV_NONE;
	change(&e->step[i], row);
	send(e, i, row);
	return true;
}

bool
embed_settle(struct embed *e)
{
	while (e->pending != EV_NONE)
		if (!embed_take(e, e->to, e->pending))
			return false;
	return true;
}

bool
embed_event(struct embed *e, size_t i, enum fsm_event event)
{
	return embed_take(e, i, event) && embed_settle(e);
}

void
embed_give_up(struct embed *e, size_t i)
{
	e->step[i].retries = e->step[i].max_retries;
}

size_t
embed_busy(const struct embed *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (step_fsm.state[e->step[i].state].kind == FSM_BUSY)
			break;
	return i;
}

bool
embed_is_undoing(const struct embed *e, size_t i)
{
	return fsm_accepts(&step_fsm, e->step[i].state, EV_UNDO_COMPLETE);
}

enum fsm_event
embed_done(const struct embed *e, size_t i)
{
	bool first = e->step[i].phase == FSM_TEAR_DOWN;

	if (embed_is_undoing(e, i))
		return first ? EV_UNDO_COMPLETE : EV_UNDO_PHASE_COMPLETE;
	return first ? EV_PHASE_COMPLETE : EV_DONE;
}

enum fsm_event
embed_failed(const struct embed *e, size_t i)
{
	return embed_is_undoing(e, i) ? EV_UNDO_FAILURE : EV_FAILURE;
}
