/*
 * What do the machines ask for, and how did it go? The innermost machine that
 * is busy has actions to be carried out: a nested step those of one phase, a
 * procedure and the campaign their own changes of the model before and after.
 * How they went is that machine's next event. What is tried again or undone,
 * and in which order, is in the tables.
 */
#include <stdlib.h>

#include "campaign_fsm.h"
#include "exec_private.h"
#include "procedure_fsm.h"
#include "step_fsm.h"

/* How often a change of the model outside steps is tried. */
enum { TRIES = 2 };

struct range { /* actions first .. end - 1 */
	size_t first, end;
};

/* --- there and back --- */

/* The operator wants it undone: it is as if suspended before it. */
static enum result
give_up(struct exec *x)
{
	enum result e = exec_to_campaign(x, EV_SUSPEND);

	x->aborted = true;
	return e == RESULT_OK ? RESULT_ABORT : e;
}

/* Does what is not done, until something fails. */
static enum result
do_range(struct exec *x, struct range r, uint32_t attempt)
{
	enum result e = RESULT_OK;
	size_t i;
	bool again;

	for (i = r.first; i < r.end && e == RESULT_OK; i++) {
		if (x->done[i])
			continue;
		e = exec_act(x, i, DO_FORWARD, attempt, &again);
		if ((e == RESULT_FAILED || e == RESULT_ABORT) && again)
			exec_count_as_done(x, i);
		if (e == RESULT_FAILED && !exec_is_back(x))
			x->failed = i;
	}
	return e == RESULT_ABORT ? give_up(x) : e;
}

static enum result
reverse_one(struct exec *x, size_t i, enum direction d, uint32_t attempt)
{
	enum result e;
	bool again;

	if (!x->done[i])
		return RESULT_OK;
	e = exec_act(x, i, d, attempt, &again);
	if (e == RESULT_FAILED && again)
		exec_count_as_reversed(x, i);
	return e;
}

/* Last first, until something fails. A migration is taken back once what made
 * it necessary is. */
static enum result
reverse_run(struct exec *x, struct range r, enum direction d,
    uint32_t attempt)
{
	size_t i, k, held = r.end;
	enum result e = RESULT_OK;

	for (i = r.end; i-- > r.first && e == RESULT_OK;) {
		if (!x->done[i] || (x->a->act[i].verb == VERB_MIGRATE &&
		    i > r.first))
			continue; /* the latter with the one before it */
		e = reverse_one(x, i, d, attempt);
		for (k = i + 1; k < held && e == RESULT_OK &&
		    x->a->act[k].verb == VERB_MIGRATE; k++)
			e = reverse_one(x, k, d, attempt);
		held = i;
	}
	return e;
}

/* Reverses what is done, last first; but a rollback restarts what has its old
 * description again. */
static enum result
reverse_range(struct exec *x, struct range r, enum direction d,
    uint32_t attempt)
{
	size_t end = r.end, restart, change;
	enum result e;

	while (end > r.first && !actions_restarts(x->a, end - 1, &restart,
	    &change))
		end--;
	if (d != DO_ROLLBACK || end == r.first)
		return reverse_run(x, r, d, attempt);
	e = reverse_run(x, (struct range){ end, r.end }, d, attempt);
	if (e == RESULT_OK)
		e = reverse_run(x, (struct range){ change, restart }, d,
		    attempt);
	return e != RESULT_OK ? e : reverse_run(x, (struct range){ restart,
	    end }, d, attempt);
}

/* --- changes of the model outside steps --- */

/* There, or back; what was done of it when something fails is taken back, or
 * done again, and it is tried once more. */
static enum result
own_actions(struct exec *x, struct range r)
{
	bool back = exec_is_back(x);
	enum result e = RESULT_FAILED, u;
	uint32_t attempt;

	for (attempt = 1; attempt <= TRIES && e == RESULT_FAILED; attempt++) {
		e = back ? reverse_range(x, r, DO_ROLLBACK, attempt) :
		    do_range(x, r, attempt);
		if (e != RESULT_FAILED && e != RESULT_ABORT)
			return e;
		u = back ? do_range(x, r, attempt) :
		    reverse_range(x, r, DO_UNDO, attempt);
		if (u != RESULT_OK)
			return u == RESULT_FAILED ? RESULT_BROKEN : u;
	}
	return e;
}

/* Which event a result is; EV_NONE: none, the command ends here. */
static enum fsm_event
event_of(const struct exec *x, enum result e, enum fsm_event well)
{
	switch (e) {
	case RESULT_OK:
		return well;
	case RESULT_FAILED:
	case RESULT_ABORT:
		return EV_FAILURE;
	case RESULT_BROKEN:
		return exec_is_back(x) ? EV_FAILURE : EV_UNDO_FAILURE;
	default:
		return EV_NONE;
	}
}

/* --- a step --- */

/* Phases in their order: the tear-downs inwards, the build-ups outwards. */
static size_t
phase_of(const struct act *a, size_t nstep)
{
	switch (a->part) {
	case PART_PROC_INIT:
		return 0;
	case PART_TEAR_DOWN:
		return 1 + a->nested;
	case PART_PROC_WRAPUP:
		return 2 * nstep + 1;
	default: /* the innermost changes the model, then builds up */
		return 2 * nstep - a->nested;
	}
}

/* The first action of the phase or of a later one. */
static size_t
boundary(const struct actions *a, const struct run_proc *p, size_t phase)
{
	size_t low = p->first, high = p->first + p->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (phase_of(&a->act[mid], p->p->nstep) < phase)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct range
phase_range(const struct actions *a, const struct run_proc *p, size_t phase)
{
	return (struct range){ boundary(a, p, phase),
		boundary(a, p, phase + 1) };
}

/* What a nested step does in each of its busy states. */
static const struct way {
	bool reverse; /* its actions, or does them */
	bool back; /* a rollback tears down what was built up */
	enum direction direction;
} ways[] = {
	[STEP_EXECUTING] = { false, false, DO_FORWARD },
	[STEP_UNDOING] = { true, false, DO_UNDO },
	[STEP_PARTIAL_UNDOING] = { true, false, DO_UNDO },
	[STEP_ROLLING_BACK] = { true, true, DO_ROLLBACK },
	[STEP_UNDOING_ROLLBACK] = { false, true, DO_FORWARD },
};

static enum result
work_of_step(struct exec *x, struct embed *e, size_t i)
{
	const struct way *w = &ways[e->step[i].state];
	bool first = (e->step[i].phase == FSM_TEAR_DOWN) != w->back;
	struct range r = phase_range(x->a, &x->a->proc[x->turn], first ?
	    1 + i : 2 * e->n - i);
	enum result res = w->reverse ? reverse_range(x, r, w->direction,
	    x->attempt) : do_range(x, r, x->attempt), keep = RESULT_OK;

	if (res == RESULT_FAILED && !w->back && !w->reverse)
		keep = exec_keep_failed(x, x->turn, x->turn + 1);
	if (keep != RESULT_OK)
		return keep;
	if (res == RESULT_ABORT)
		embed_give_up(e, i);
	else if (res != RESULT_OK && res != RESULT_FAILED)
		return res;
	return exec_to_step(x, i, res == RESULT_OK ? embed_done(e, i) :
	    embed_failed(e, i));
}

/* --- a procedure --- */

static enum result
work_of_procedure(struct exec *x, const struct exec_proc *p)
{
	const struct run_proc *r = &x->a->proc[x->turn];
	bool begin = p->action == PROC_DO_BEGIN;
	enum result e = own_actions(x, phase_range(x->a, r,
	    begin != exec_is_back(x) ? 0 : 2 * r->p->nstep + 1));
	enum fsm_event event;

	if (e == RESULT_OK && begin && !exec_is_back(x))
		e = exec_keep_before(x); /* the gate may have said no */
	event = event_of(x, e, begin ? EV_READY : EV_DONE);
	return event == EV_NONE ? e : exec_to_procedure(x, event);
}

/* --- the campaign --- */

/* Everything as it was before the start, from a backup. */
static enum result
restore(struct exec *x)
{
	size_t i;
	enum result e;

	if (!exec_take_note(x, "restored")) {
		if (!exec_is_live(x) || x->opt == NULL)
			return RESULT_HALT;
		if (x->opt->driver->restore(x->opt->driver->self, x->why) !=
		    OUTCOME_OK)
			return RESULT_SYSTEM;
		e = exec_note(x, "restored");
		if (e != RESULT_OK)
			return e;
	}
	world_revert(x->w, x->base);
	for (i = 0; i < x->a->n; i++)
		x->done[i] = false;
	x->ndone = 0;
	exec_forget_procedures(x, false);
	return RESULT_OK;
}

static enum result
work_of_campaign(struct exec *x)
{
	struct range init = { 0, x->a->init_end };
	struct range complete = { x->a->complete, x->a->wrapup };
	bool back = exec_is_back(x);
	enum result e = RESULT_OK;
	enum fsm_event well = EV_DONE, event;

	switch (x->action) {
	case CMPG_DO_BEGIN:
		e = back ? exec_call_rolling_back(x) : RESULT_OK;
		if (e == RESULT_OK)
			e = own_actions(x, back ? complete : init);
		well = EV_READY;
		break;
	case CMPG_DO_COMPLETE:
		e = own_actions(x, back ? init : complete);
		break;
	case CMPG_DO_RESTORE:
		e = restore(x);
		break;
	default: /* one thing at a time: nothing else runs any more */
		e = exec_phase_settle(x, &well);
	}
	event = event_of(x, e, well);
	return event == EV_NONE ? e : exec_to_campaign(x, event);
}

/* The innermost that is busy is the one that works. */
static enum result
work(struct exec *x)
{
	struct exec_proc *p = x->turn < x->a->nproc ? &x->proc[x->turn] : NULL;
	size_t i, k = x->turn;
	enum result e;

	if (p == NULL || !exec_is_busy(&procedure_fsm, p->state))
		return work_of_campaign(x);
	i = embed_busy(&p->step);
	e = i < p->step.n ? work_of_step(x, &p->step, i) :
	    work_of_procedure(x, p);
	return e == RESULT_OK ? exec_keep_revert(x, k) : e;
}

/* What is removed at commit cannot be rolled back; a failure does not undo the
 * decision. */
static enum result
wrap_up(struct exec *x)
{
	enum result e = RESULT_OK;
	size_t i;
	bool again;

	for (i = x->a->wrapup; i < x->a->rollback && (e == RESULT_OK ||
	    e == RESULT_FAILED); i++)
		e = exec_act(x, i, DO_FORWARD, 1, &again);
	return e == RESULT_FAILED ? RESULT_OK : e;
}

enum result
exec_order(struct exec *x, enum fsm_event order)
{
	enum result e;

	x->aborted = false;
	x->failed = NONE;
	x->phase = NONE;
	if (order == EV_EXECUTE)
		exec_forget_procedures(x, true);
	e = exec_to_campaign(x, order);
	x->turn = exec_is_back(x) ? x->a->nproc - 1 : 0;
	while (e == RESULT_OK && exec_is_busy(&campaign_fsm, x->state))
		e = work(x);
	if (e == RESULT_OK && x->state == CMPG_CAMPAIGN_COMMITTED)
		e = wrap_up(x);
	if (e == RESULT_OK && x->state == CMPG_ROLLBACK_COMMITTED)
		e = exec_call_committed_back(x);
	return e;
}
