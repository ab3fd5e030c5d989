/*
 * In which states are the campaign, its procedures and their nested steps?
 * Whatever happens is an event of one of the machines; a row of its table says
 * what follows, and sends at most one signal, which is an event of the next
 * one. No state is set in any other way.
 *
 * One procedure is at work at a time, so one index says whose turn it is. No
 * state is kept: the same events come out of the same records, and so the same
 * states. Rows are in the journal for those who read it, and are compared.
 */
#include <stdlib.h>

#include "campaign_fsm.h"
#include "exec_private.h"
#include "procedure_fsm.h"
#include "step_fsm.h"

/* --- the beginning --- */

static uint32_t
number_of(const struct fsm *m)
{
	return m == &campaign_fsm ? 0 : m == &procedure_fsm ? 1 : 2;
}

/* Before anything follows from it: E7. */
static enum result
note_row(struct exec *x, const struct fsm *m, size_t nested,
    const struct fsm_row *row)
{
	size_t proc = m == &campaign_fsm ? 0 : x->turn;
	struct record r = { .kind = RECORD_ROW, .a = number_of(m),
		.b = (uint32_t)proc, .c = (uint32_t)nested,
		.d = (uint32_t)row->from, .e = (uint32_t)row->event,
		.f = (uint32_t)row->to };
	char text[160];
	int n = snprintf(text, sizeof(text), "%s, %s: %s",
	    m->state[row->from].name, fsm_event_name(row->event),
	    m->state[row->to].name);

	r.text = text;
	r.len = (size_t)n;
	if (x->on_row != NULL)
		x->on_row(x->on_row_arg, m, proc, nested, row);
	return exec_keep_row(x, &r);
}

/* Attempts of what a nested step does: they begin anew when a neighbour lets
 * it do something, and go on where it tries the same again. */
static bool
step_row(void *arg, size_t i, const struct fsm_row *row)
{
	struct exec *x = arg;

	x->row_result = note_row(x, &step_fsm, i, row);
	if (row->action == STEP_DO_RETRY)
		x->attempt++;
	else if (!exec_is_busy(&step_fsm, row->from))
		x->attempt = 1;
	return x->row_result == RESULT_OK;
}

static void
start_step(struct exec *x, struct embed *e, const struct procedure *p,
    struct embed_step *nested)
{
	size_t i;

	if (p->nstep == 0) {
		e->n = 0;
		return;
	}
	embed_start(e, nested, p->nstep);
	e->row = step_row;
	e->arg = x;
	for (i = 0; i < p->nstep; i++)
		nested[i].max_retries = p->step[i].max_retry;
}

void
exec_forget_procedures(struct exec *x, bool back)
{
	struct embed_step *nested = x->nested;
	size_t k;

	for (k = 0; k < x->a->nproc; k++) {
		const struct procedure *p = x->a->proc[k].p;

		if (!back || x->proc[k].state == PROC_ROLLED_BACK) {
			x->proc[k].state = PROC_INITIAL;
			x->proc[k].action = PROC_DO_PAUSE;
			start_step(x, &x->proc[k].step, p, nested);
		}
		nested += p->nstep;
	}
	x->turn = x->a->nproc;
}

void
exec_machines_reset(struct exec *x)
{
	x->state = CMPG_INITIAL;
	x->action = CMPG_DO_PAUSE;
	exec_forget_procedures(x, false);
}

void
exec_machines_new(struct exec *x)
{
	size_t k, n = 0;

	for (k = 0; k < x->a->nproc; k++)
		n += x->a->proc[k].p->nstep;
	x->proc = mem_alloc(x->a->nproc, sizeof(*x->proc));
	x->nested = mem_alloc(n, sizeof(*x->nested));
	exec_machines_reset(x);
}

void
exec_machines_free(struct exec *x)
{
	free(x->proc);
	free(x->nested);
}

/* --- what holds --- */

bool
exec_is_busy(const struct fsm *m, int state)
{
	return m->state[state].kind == FSM_BUSY;
}

bool
exec_is_back(const struct exec *x)
{
	return fsm_accepts(&campaign_fsm, x->state, EV_ROLLED_BACK);
}

bool
exec_may_abort(const struct exec *x)
{
	return x->state == CMPG_EXECUTING;
}

static bool
is_suspending(const struct exec *x)
{
	return fsm_accepts(&campaign_fsm, x->state, EV_SUSPENDED);
}

/* The first procedure from the one at work on, or from there back, that is not
 * where the campaign goes to; nproc or more: none is left. */
static size_t
next_turn(const struct exec *x)
{
	size_t k = x->turn;

	if (exec_is_back(x)) {
		while (k < x->a->nproc && (x->proc[k].state == PROC_INITIAL ||
		    x->proc[k].state == PROC_ROLLED_BACK))
			k--; /* and from the first one to beyond the last */
		return k;
	}
	while (k < x->a->nproc && x->proc[k].state == PROC_COMPLETED)
		k++;
	return k;
}

static unsigned
campaign_facts(const struct exec *x)
{
	return (next_turn(x) < x->a->nproc ? CMPG_IF_MORE : CMPG_IF_LAST) |
	    (x->aborted ? CMPG_IF_ABORT : CMPG_IF_ERROR);
}

/* A procedure has one step: is it still to be done, or rolled back? */
static unsigned
procedure_facts(const struct exec *x, const struct exec_proc *p)
{
	bool completed = p->step.n > 0 &&
	    p->step.step[0].state == STEP_COMPLETED;
	bool more = p->step.n > 0 && completed == exec_is_back(x);

	return (more ? PROC_IF_MORE : PROC_IF_LAST) |
	    (is_suspending(x) ? PROC_IF_ASKED : PROC_IF_GOING);
}

/* --- events --- */

static enum result
refused(struct exec *x, const struct fsm *m, int state, enum fsm_event event)
{
	snprintf(x->why, sizeof(x->why), "internal error: the %s, which is %s, "
	    "does not take \"%s\"", m->name, m->state[state].name,
	    fsm_event_name(event));
	return RESULT_REFUSED;
}

/* The row that the event takes, which is taken. */
static enum result
take(struct exec *x, const struct fsm *m, int *state, enum fsm_event event,
    unsigned facts, const struct fsm_row **row)
{
	enum result e;

	*row = fsm_find(m, *state, event, facts);
	if (*row == NULL)
		return refused(x, m, *state, event);
	e = note_row(x, m, 0, *row);
	if (e == RESULT_OK)
		*state = (*row)->to;
	return e;
}

/* For an operator who has it suspended. */
static void
say_where(struct exec *x)
{
	size_t k = next_turn(x);

	if (k < x->a->nproc)
		snprintf(x->why, sizeof(x->why), "next is procedure \"%.400s\"",
		    name_str(x->a->proc[k].p->name));
	else
		snprintf(x->why, sizeof(x->why), "next are the last actions "
		    "of the campaign");
}

/* Has the operator asked to stop here? */
static enum result
safe_point(struct exec *x)
{
	enum result e;

	if (!exec_take_note(x, "suspend")) {
		if (!exec_is_live(x) || x->opt == NULL ||
		    x->opt->stop == NULL || *x->opt->stop == 0)
			return RESULT_OK;
		e = exec_note(x, "suspend");
		if (e != RESULT_OK)
			return e;
	}
	say_where(x);
	return exec_to_campaign(x, EV_SUSPEND);
}

/* Nothing is half-done between the procedures; a phase goes back as a whole. */
static bool
is_safe_point(const struct exec *x, enum fsm_event event)
{
	return event == EV_READY || event == EV_COMPLETED ||
	    (event == EV_ROLLED_BACK && x->phase == NONE);
}

enum result
exec_to_campaign(struct exec *x, enum fsm_event event)
{
	const struct fsm_row *row;
	enum result e = is_safe_point(x, event) ? safe_point(x) : RESULT_OK;

	event = exec_phase_event(x, event, next_turn(x));
	if (e == RESULT_OK)
		e = take(x, &campaign_fsm, &x->state, event, campaign_facts(x),
		    &row);
	if (e != RESULT_OK)
		return e;
	if (row->action != CMPG_DO_SUSPEND) /* what was asked for goes on */
		x->action = row->action;
	if (row->target != FSM_INNER)
		return RESULT_OK;
	x->turn = next_turn(x);
	return exec_to_procedure(x, row->signal);
}

enum result
exec_to_procedure(struct exec *x, enum fsm_event event)
{
	struct exec_proc *p = &x->proc[x->turn];
	const struct fsm_row *row;
	enum result e = take(x, &procedure_fsm, &p->state, event,
	    procedure_facts(x, p), &row);

	if (e != RESULT_OK)
		return e;
	p->action = row->action;
	if (row->target == FSM_INNER)
		return exec_to_step(x, 0, row->signal);
	return row->target == FSM_OUTER ? exec_to_campaign(x, row->signal) :
	    RESULT_OK;
}

static enum result
not_taken(struct exec *x, const struct embed *e, size_t i,
    enum fsm_event event)
{
	return x->row_result != RESULT_OK ? x->row_result :
	    refused(x, &step_fsm, e->step[i].state, event);
}

enum result
exec_to_step(struct exec *x, size_t i, enum fsm_event event)
{
	struct embed *e = &x->proc[x->turn].step;

	e->told = EV_NONE;
	x->row_result = RESULT_OK;
	if (!embed_take(e, i, event))
		return not_taken(x, e, i, event);
	if (!embed_settle(e))
		return not_taken(x, e, e->to, e->pending);
	return e->told == EV_NONE ? RESULT_OK : exec_to_procedure(x, e->told);
}
