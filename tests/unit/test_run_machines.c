/* D5: the three machines together, under an executor that does nothing but
 * say how it went: no signal is ever refused, all comes to rest, and what the
 * campaign says of itself is true of its procedures and steps. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "campaign_fsm.h"
#include "dice.h"
#include "embed.h"
#include "procedure_fsm.h"
#include "step_fsm.h"

enum { MAX_PROC = 3, MAX_STEP = 2, MAX_NESTED = 3, MAX_WORK = 5000 };

struct proc {
	int state;
	int action; /* of the last row: which own actions are under way */
	int nstep;
	struct embed step[MAX_STEP];
	struct embed_step nested[MAX_STEP][MAX_NESTED];
};

static struct run {
	int state, action;
	int nproc;
	struct proc proc[MAX_PROC];

	/* What happened since the last order. */
	bool asked; /* to suspend */
	bool aborted; /* what fails next does so on the operator's order */
	bool failed, failed_inside; /* and was undone; in a procedure */
	bool lost, lost_inside; /* and could not be undone */
	bool completed; /* the campaign's own last actions were done */
} run;

static unsigned failures; /* of 100 */
static bool
is_back(void)
{
	return run.state == CMPG_ROLLING_BACK ||
	    run.state == CMPG_SUSPENDING_ROLLBACK ||
	    run.state == CMPG_ROLLBACK_SUSPENDED;
}

/* The step whose turn it is: the first that is not completed, or the last that
 * is and is to be rolled back. NULL: no step is left. */
static struct embed *
next_step(struct proc *p)
{
	int i;

	for (i = 0; i < p->nstep; i++) {
		int k = is_back() ? p->nstep - 1 - i : i;
		int state = p->step[k].step[0].state;

		if ((state == STEP_COMPLETED || state == STEP_ROLLING_BACK) ==
		    is_back() && state != STEP_ROLLED_BACK)
			return &p->step[k];
	}
	return NULL;
}

static struct proc *
next_proc(void)
{
	int i;

	for (i = 0; i < run.nproc; i++) {
		struct proc *p =
		    &run.proc[is_back() ? run.nproc - 1 - i : i];

		if (is_back() ? p->state != PROC_INITIAL &&
		    p->state != PROC_ROLLED_BACK : p->state != PROC_COMPLETED)
			return p;
	}
	return NULL;
}

static void to_campaign(enum fsm_event);

static void
to_proc(struct proc *p, enum fsm_event event)
{
	bool asked = run.state == CMPG_SUSPENDING_EXECUTION ||
	    run.state == CMPG_SUSPENDING_ROLLBACK;
	const struct fsm_row *row = fsm_find(&procedure_fsm, p->state, event,
	    (next_step(p) != NULL ? PROC_IF_MORE : PROC_IF_LAST) |
	    (asked ? PROC_IF_ASKED : PROC_IF_GOING));

	if (row == NULL)
		fail_msg("procedure %d refuses %s", p->state + 1,
		    fsm_event_name(event));
	p->state = row->to;
	p->action = row->action;
	if (row->target == FSM_OUTER)
		to_campaign(row->signal);
	else if (row->target == FSM_INNER)
		assert_true(embed_event(next_step(p), 0, row->signal));
}

static void
to_campaign(enum fsm_event event)
{
	const struct fsm_row *row = fsm_find(&campaign_fsm, run.state, event,
	    (next_proc() != NULL ? CMPG_IF_MORE : CMPG_IF_LAST) |
	    (run.aborted ? CMPG_IF_ABORT : CMPG_IF_ERROR));

	if (row == NULL)
		fail_msg("campaign %d refuses %s", run.state + 1,
		    fsm_event_name(event));
	run.state = row->to;
	if (row->action != CMPG_DO_SUSPEND)
		run.action = row->action;
	if (row->target == FSM_INNER)
		to_proc(next_proc(), row->signal);
}

static void
note_failure(bool lost, bool inside)
{
	run.failed |= !lost;
	run.failed_inside |= !lost && inside;
	run.lost |= lost;
	run.lost_inside |= lost && inside;
}

/* How own actions went that end with this event. */
static enum fsm_event
own(enum fsm_event well, bool inside)
{
	bool undone;

	if (well == EV_SETTLED || dice(300) >= failures)
		return well;
	undone = is_back() || dice(3) > 0;
	note_failure(is_back() || !undone, inside);
	return undone ? EV_FAILURE : EV_UNDO_FAILURE;
}

static bool
is_busy(const struct fsm *m, int state)
{
	return m->state[state].kind == FSM_BUSY;
}

static void
work_in_step(struct proc *p, struct embed *e, size_t i)
{
	e->told = EV_NONE;
	assert_true(embed_event(e, i, dice(100) < failures ?
	    embed_failed(e, i) : embed_done(e, i)));
	if (e->told == EV_NONE)
		return;
	if (e->told == EV_UNDONE)
		note_failure(false, true);
	else if (e->told != EV_COMPLETED && e->told != EV_ROLLED_BACK)
		note_failure(true, true);
	to_proc(p, e->told);
}

static void
work_of_proc(struct proc *p)
{
	assert_true(p->action == PROC_DO_BEGIN ||
	    p->action == PROC_DO_WRAP_UP);
	to_proc(p, own(p->action == PROC_DO_BEGIN ? EV_READY : EV_DONE, true));
}

/* None of them was ever begun. */
static void
forget_procs(void)
{
	int i, k;
	size_t j;

	for (i = 0; i < run.nproc; i++) {
		struct proc *p = &run.proc[i];

		p->state = PROC_INITIAL;
		for (k = 0; k < p->nstep; k++) {
			embed_start(&p->step[k], p->nested[k], p->step[k].n);
			for (j = 0; j < p->step[k].n; j++)
				p->nested[k][j].max_retries = dice(2);
		}
	}
}

static void
work_of_campaign(void)
{
	enum fsm_event event = run.action == CMPG_DO_BEGIN ? EV_READY :
	    run.action == CMPG_DO_SETTLE ? EV_SETTLED : EV_DONE;

	assert_true(run.action != CMPG_DO_PROCEDURE);
	if (run.action == CMPG_DO_RESTORE)
		forget_procs();
	else
		event = own(event, false);
	run.completed |= event == EV_DONE;
	to_campaign(event);
}

/* Exactly one piece of work is to be done: that of the innermost machine that
 * is busy. */
static void
work(void)
{
	int i, k;

	for (i = 0; i < run.nproc; i++) {
		struct proc *p = &run.proc[i];

		if (!is_busy(&procedure_fsm, p->state))
			continue;
		for (k = 0; k < p->nstep; k++) {
			size_t busy = embed_busy(&p->step[k]);

			if (busy < p->step[k].n) {
				work_in_step(p, &p->step[k], busy);
				return;
			}
		}
		work_of_proc(p);
		return;
	}
	work_of_campaign();
}

static void
procs_are(int one, int other)
{
	int i;

	for (i = 0; i < run.nproc; i++)
		assert_true(run.proc[i].state == one ||
		    run.proc[i].state == other);
}

static int
count_procs(int state)
{
	int i, n = 0;

	for (i = 0; i < run.nproc; i++)
		n += run.proc[i].state == state;
	return n;
}

/* All steps of a completed procedure are, none of one that is rolled back. */
static void
judge_proc(const struct proc *p)
{
	int k, done = 0;

	assert_false(is_busy(&procedure_fsm, p->state));
	for (k = 0; k < p->nstep; k++) {
		assert_int_equal(embed_busy(&p->step[k]), p->step[k].n);
		done += p->step[k].step[0].state == STEP_COMPLETED;
	}
	if (p->state == PROC_COMPLETED)
		assert_int_equal(done, p->nstep);
	else if (p->state == PROC_ROLLED_BACK || p->state == PROC_INITIAL)
		assert_int_equal(done, 0);
	else if (p->state == PROC_SUSPENDED)
		assert_true(done < p->nstep);
	else if (p->state == PROC_ROLLBACK_SUSPENDED)
		assert_true(done > 0);
}

/* Where a campaign that went forward must rest now. */
static int
forward_end(void)
{
	return run.lost ? CMPG_EXECUTION_FAILED :
	    run.failed && !run.aborted ? CMPG_SUSPENDED_BY_ERROR_DETECTED :
	    run.completed ? CMPG_EXECUTION_COMPLETED :
	    run.asked ? CMPG_EXECUTION_SUSPENDED : -1;
}

static int
backward_end(void)
{
	return run.lost ? CMPG_ROLLBACK_FAILED :
	    run.completed ? CMPG_ROLLBACK_COMPLETED :
	    run.asked ? CMPG_ROLLBACK_SUSPENDED : -1;
}

/* At rest: is it true what the campaign and its procedures say? */
static void
judge(enum fsm_event order)
{
	int i, stopped = count_procs(PROC_STEP_UNDONE);

	for (i = 0; i < run.nproc; i++)
		judge_proc(&run.proc[i]);
	if (order == EV_COMMIT)
		assert_true(run.state == CMPG_CAMPAIGN_COMMITTED ||
		    run.state == CMPG_ROLLBACK_COMMITTED);
	else
		assert_int_equal(run.state, order == EV_EXECUTE ?
		    forward_end() : backward_end());
	if (run.state == CMPG_EXECUTION_COMPLETED)
		procs_are(PROC_COMPLETED, PROC_COMPLETED);
	if (run.state == CMPG_ROLLBACK_COMPLETED)
		procs_are(PROC_ROLLED_BACK, PROC_INITIAL);
	if (order == EV_EXECUTE) {
		/* It may be one of an earlier run, not come to again. */
		assert_in_range(stopped, run.failed_inside, 1);
		assert_int_equal(count_procs(PROC_FAILED), run.lost_inside);
	} else {
		assert_int_equal(count_procs(PROC_ROLLBACK_FAILED),
		    run.lost_inside);
	}
}

static void
start(void)
{
	int i, k;

	run.state = CMPG_INITIAL;
	run.nproc = (int)dice(MAX_PROC + 1);
	for (i = 0; i < run.nproc; i++) {
		run.proc[i].nstep = (int)dice(MAX_STEP + 1);
		for (k = 0; k < run.proc[i].nstep; k++)
			run.proc[i].step[k].n = 1 + dice(MAX_NESTED);
	}
	forget_procs();
}

/* One of the orders that are accepted where the campaign rests. */
static enum fsm_event
some_order(void)
{
	static const enum fsm_event orders[] = { EV_EXECUTE, EV_ROLLBACK,
		EV_COMMIT, EV_RESTORE };
	enum fsm_event order;

	do {
		order = orders[dice(4)];
	} while (!fsm_accepts(&campaign_fsm, run.state, order));
	return order;
}

/* From an order of the operator to the next place where one is needed. */
static void
run_to_rest(enum fsm_event order)
{
	int left = MAX_WORK;

	run.asked = run.aborted = run.failed = run.failed_inside = false;
	run.lost = run.lost_inside = run.completed = false;
	to_campaign(order);
	while (is_busy(&campaign_fsm, run.state)) {
		assert_true(left-- > 0);
		if (dice(40) == 0 &&
		    fsm_accepts(&campaign_fsm, run.state, EV_SUSPEND)) {
			run.asked = true;
			to_campaign(EV_SUSPEND);
			run.aborted = dice(2) == 0;
		} else {
			work();
		}
	}
	judge(order);
}

static void
any_order_of_events_comes_to_a_true_end(void **state)
{
	unsigned i, n = dice_cases(3000);
	unsigned seen[CMPG_ROLLBACK_FAILED + 1] = { 0 };
	int left, s;

	(void)state;
	dice_begin();
	for (i = 0; i < n; i++) {
		failures = dice(5) * 6;
		start();
		for (left = 200; left > 0 &&
		    campaign_fsm.state[run.state].kind != FSM_END; left--) {
			run_to_rest(some_order());
			seen[run.state]++;
		}
		assert_true(left > 0);
	}
	for (s = 0; n >= 1000 && s <= CMPG_ROLLBACK_FAILED; s++)
		if (s != CMPG_INITIAL && !is_busy(&campaign_fsm, s))
			assert_true(seen[s] > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_of_events_comes_to_a_true_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
