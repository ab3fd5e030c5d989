/*
 * In which order do actions follow each other, and what happens when one
 * fails? A span is what is undone and retried together: the tear-down or the
 * build-up of a nested step, all of the innermost one, the CCBs before and
 * after. When retries are used up, all spans of the step are undone.
 */
#include <stdlib.h>
#include <string.h>

#include "exec_private.h"

enum span_kind { SPAN_MODEL, SPAN_STEP };

struct span {
	size_t first, end;
	enum span_kind kind;
	uint32_t retries;
};

struct spans {
	struct span *v;
	size_t n, cap;
};

/* --- spans of a procedure --- */

/* Do two neighbouring actions belong to one span? */
static bool
together(const struct act *a, const struct act *b, uint16_t innermost)
{
	bool sa = a->part >= PART_TEAR_DOWN && a->part <= PART_BUILD_UP;
	bool sb = b->part >= PART_TEAR_DOWN && b->part <= PART_BUILD_UP;

	if (!sa || !sb)
		return a->part == b->part;
	return a->nested == b->nested &&
	    (a->nested == innermost || a->part == b->part);
}

static void
add_span(struct spans *s, size_t first, size_t end, enum span_kind kind,
    uint32_t retries)
{
	s->v = mem_grow(s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n++] = (struct span){ first, end, kind, retries };
}

static void
spans_of(const struct actions *a, const struct run_proc *p, struct spans *s)
{
	uint16_t innermost = (uint16_t)(p->p->nstep > 0 ? p->p->nstep - 1 : 0);
	size_t i = p->first, k, end = p->first + p->n;

	for (; i < end; i = k) {
		bool step = a->act[i].part >= PART_TEAR_DOWN &&
		    a->act[i].part <= PART_BUILD_UP;

		for (k = i + 1; k < end && together(&a->act[k - 1],
		    &a->act[k], innermost);)
			k++;
		add_span(s, i, k, step ? SPAN_STEP : SPAN_MODEL, step ?
		    p->p->step[a->act[i].nested].max_retry : 1);
	}
}

/* --- the way back --- */

/* Reverses what was done in [first, end), last first. A migration is taken
 * back once what made it necessary is. */
static enum result
reverse_range(struct exec *x, size_t first, size_t end, enum direction d,
    uint32_t attempt, uint32_t tries)
{
	size_t i, k, held = end;

	for (i = end; i-- > first;) {
		enum result e = RESULT_OK;
		uint32_t t;
		bool again;

		if (!x->done[i])
			continue;
		if (x->a->act[i].verb == VERB_MIGRATE && i > first)
			continue; /* comes with the one before it */
		for (t = 0; t < tries; t++) {
			e = exec_act(x, i, d, attempt + t, &again);
			if (e != RESULT_FAILED)
				break;
		}
		if (e != RESULT_OK)
			return e == RESULT_FAILED ? RESULT_BROKEN : e;
		for (k = i + 1; k < held && x->a->act[k].verb ==
		    VERB_MIGRATE; k++) {
			if (!x->done[k])
				continue;
			e = exec_act(x, k, d, attempt, &again);
			if (e != RESULT_OK && e != RESULT_FAILED)
				return e;
			if (e == RESULT_FAILED)
				return RESULT_BROKEN;
		}
		held = i;
	}
	return RESULT_OK;
}

/* --- forward --- */

static bool
is_done(const struct exec *x, const struct span *s)
{
	size_t i;

	for (i = s->first; i < s->end; i++)
		if (!x->done[i])
			return false;
	return true;
}

/* One attempt; on failure what was done of the span is undone. */
static enum result
try_span(struct exec *x, const struct span *s, uint32_t attempt)
{
	size_t i;
	bool again;

	for (i = s->first; i < s->end; i++) {
		enum result e = exec_act(x, i, DO_FORWARD, attempt, &again), u;

		if (e == RESULT_OK)
			continue;
		if (e != RESULT_FAILED && e != RESULT_ABORT)
			return e;
		if (again)
			exec_count_as_done(x, i);
		u = reverse_range(x, s->first, i + 1, DO_UNDO, attempt, 1);
		return u == RESULT_OK ? e : u;
	}
	return RESULT_OK;
}

static enum result
run_span(struct exec *x, const struct span *s)
{
	uint32_t attempt;
	enum result e = RESULT_OK;

	if (is_done(x, s))
		return RESULT_OK;
	for (attempt = 1; attempt <= s->retries + 1; attempt++) {
		e = try_span(x, s, attempt);
		if (e != RESULT_FAILED)
			return e;
	}
	return RESULT_UNDONE;
}

/* A safe point: has the operator asked to stop here? */
static enum result
safe_point(struct exec *x)
{
	enum result e;

	if (exec_take_note(x, "suspend"))
		return RESULT_STOP;
	if (!exec_is_live(x) || x->opt == NULL || x->opt->stop == NULL ||
	    *x->opt->stop == 0)
		return RESULT_OK;
	e = exec_note(x, "suspend");
	return e == RESULT_OK ? RESULT_STOP : e;
}

/* Undoes the spans of the step that were through when a later one failed. */
static enum result
undo_step(struct exec *x, const struct spans *s, size_t failed)
{
	enum result e = RESULT_OK;
	size_t i;

	for (i = failed; i-- > 0 && e == RESULT_OK;)
		if (s->v[i].kind == SPAN_STEP)
			e = reverse_range(x, s->v[i].first, s->v[i].end,
			    DO_UNDO, 1, 1);
	return e;
}

static enum result
run_procedure(struct exec *x, const struct run_proc *p)
{
	struct spans s = { 0 };
	enum result e = RESULT_OK, u;
	size_t i;

	spans_of(x->a, p, &s);
	for (i = 0; i < s.n; i++) {
		e = run_span(x, &s.v[i]);
		if (e == RESULT_OK)
			continue;
		if ((e == RESULT_UNDONE || e == RESULT_ABORT) &&
		    s.v[i].kind == SPAN_STEP) {
			u = undo_step(x, &s, i);
			e = u == RESULT_OK ? e : u;
		}
		break;
	}
	free(s.v);
	return e;
}

enum result
exec_run_forward(struct exec *x)
{
	struct span init = { 0, x->a->init_end, SPAN_MODEL, 1 };
	struct span complete = { x->a->complete, x->a->wrapup, SPAN_MODEL, 1 };
	enum result e;
	size_t k;

	x->state = CAMPAIGN_EXECUTING;
	e = run_span(x, &init);
	for (k = 0; k < x->a->nproc && e == RESULT_OK; k++) {
		struct run_proc *p = &x->a->proc[k];
		struct span whole = { p->first, p->first + p->n, SPAN_STEP,
			0 };

		if (is_done(x, &whole))
			continue;
		e = safe_point(x);
		if (e == RESULT_OK)
			e = run_procedure(x, p);
	}
	if (e == RESULT_OK)
		e = safe_point(x);
	if (e == RESULT_OK)
		e = run_span(x, &complete);
	if (e == RESULT_OK)
		x->state = CAMPAIGN_COMPLETED;
	else if (e == RESULT_STOP || e == RESULT_ABORT)
		x->state = CAMPAIGN_SUSPENDED;
	else if (e == RESULT_UNDONE)
		x->state = CAMPAIGN_SUSPENDED_BY_ERROR;
	else if (e == RESULT_BROKEN)
		x->state = CAMPAIGN_FAILED;
	return e;
}

/* --- back to the source --- */

static enum result
restore(struct exec *x)
{
	size_t i;

	if (!exec_take_note(x, "restored")) {
		enum outcome out;
		enum result e;

		if (!exec_is_live(x) || x->opt == NULL)
			return RESULT_HALT;
		out = x->opt->driver->restore(x->opt->driver->self, x->why);
		if (out != OUTCOME_OK)
			return RESULT_SYSTEM;
		e = exec_note(x, "restored");
		if (e != RESULT_OK)
			return e;
	}
	world_revert(x->w, x->base);
	for (i = 0; i < x->a->n; i++)
		x->done[i] = false;
	x->ndone = 0;
	x->state = CAMPAIGN_ROLLBACK_COMPLETED;
	return RESULT_OK;
}

enum result
exec_roll_back(struct exec *x)
{
	enum { TRIES = 2 };
	enum result e = RESULT_OK;
	size_t k;

	if (x->state == CAMPAIGN_FAILED || x->state == CAMPAIGN_ROLLBACK_FAILED)
		return restore(x);
	if (x->state != CAMPAIGN_ROLLBACK_SUSPENDED)
		e = exec_call_rolling_back(x);
	x->state = CAMPAIGN_ROLLING_BACK;
	if (e == RESULT_OK)
		e = reverse_range(x, x->a->complete, x->a->wrapup, DO_ROLLBACK, 1,
	    TRIES);
	for (k = x->a->nproc; k-- > 0 && e == RESULT_OK;) {
		struct run_proc *p = &x->a->proc[k];

		e = safe_point(x);
		if (e == RESULT_OK)
			e = reverse_range(x, p->first, p->first + p->n,
			    DO_ROLLBACK, 1, TRIES);
	}
	if (e == RESULT_OK)
		e = reverse_range(x, 0, x->a->init_end, DO_ROLLBACK, 1, TRIES);
	if (e == RESULT_OK)
		x->state = CAMPAIGN_ROLLBACK_COMPLETED;
	else if (e == RESULT_STOP)
		x->state = CAMPAIGN_ROLLBACK_SUSPENDED;
	else if (e == RESULT_BROKEN)
		x->state = CAMPAIGN_ROLLBACK_FAILED;
	return e;
}

/* --- commit --- */

/* What is removed at commit cannot be rolled back; a failure does not undo the
 * decision. */
enum result
exec_commit(struct exec *x)
{
	enum result e = RESULT_OK;
	size_t i;
	bool again;

	if (x->state == CAMPAIGN_ROLLBACK_COMPLETED) {
		e = exec_call_committed_back(x);
		if (e == RESULT_OK)
			x->state = CAMPAIGN_ROLLBACK_COMMITTED;
		return e;
	}
	for (i = x->a->wrapup; i < x->a->rollback && (e == RESULT_OK ||
	    e == RESULT_FAILED); i++)
		e = exec_act(x, i, DO_FORWARD, 1, &again);
	if (e == RESULT_FAILED)
		e = RESULT_OK;
	if (e == RESULT_OK)
		x->state = CAMPAIGN_COMMITTED;
	return e;
}
