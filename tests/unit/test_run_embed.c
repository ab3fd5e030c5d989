/* D5, T10: n nested steps together never leave the order of the method, and
 * what was written down of them can be replayed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "dice.h"
#include "embed.h"
#include "step_fsm.h"

enum { MAX_N = 5, MAX_ROWS = 400 };

/* A run of an embedded step against an oracle that knows no machine: the tape.
 * The 2n phases of n nested steps lie on it in their order, tear-downs from
 * outside to inside, then build-ups from inside to outside; at is how many
 * stand done. Work is only ever done at its end. */
struct run {
	struct embed e;
	struct embed_step step[MAX_N];
	size_t at;
	bool begun; /* the phase at the end is begun and failed */
	size_t retries[MAX_N];
	struct { size_t i; struct fsm_row row; } log[MAX_ROWS];
	size_t nlog;
};

static bool
log_row(void *arg, size_t i, const struct fsm_row *row)
{
	struct run *r = arg;

	assert_true(r->nlog < MAX_ROWS);
	r->log[r->nlog].i = i;
	r->log[r->nlog++].row = *row;
	if (row->action == STEP_DO_RETRY)
		r->retries[i]++;
	return true;
}

static void
start(struct run *r, size_t n, uint32_t max_retries)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < n; i++)
		r->step[i].max_retries = max_retries;
	embed_start(&r->e, r->step, n);
	r->e.row = log_row;
	r->e.arg = r;
}

static size_t
place_on_tape(const struct run *r, size_t i)
{
	return r->step[i].phase == FSM_TEAR_DOWN ? i : 2 * r->e.n - 1 - i;
}

static enum fsm_kind
kind(const struct run *r, size_t i)
{
	return step_fsm.state[r->step[i].state].kind;
}

/* Exactly one is at work, or all are at rest and the procedure knows. */
static void
at_most_one_works(const struct run *r)
{
	size_t i, busy = 0, waiting = 0;

	for (i = 0; i < r->e.n; i++) {
		busy += kind(r, i) == FSM_BUSY;
		waiting += kind(r, i) == FSM_WAIT;
	}
	assert_int_equal(busy, r->e.told == EV_NONE ? 1 : 0);
	if (busy == 0)
		assert_int_equal(waiting, 0);
}

/* An undone phase is the last that was done, or the one just begun. */
static void
undo_one(struct run *r, size_t place)
{
	if (r->begun) {
		assert_int_equal(place, r->at);
		r->begun = false;
	} else {
		assert_int_equal(place + 1, r->at);
		r->at--;
	}
}

/* The work of step i ends well, or badly. */
static void
work(struct run *r, size_t i, bool well)
{
	size_t place = place_on_tape(r, i);
	enum fsm_event event = well ? embed_done(&r->e, i) :
	    embed_failed(&r->e, i);

	if (embed_is_undoing(&r->e, i)) {
		if (well)
			undo_one(r, place);
	} else {
		assert_int_equal(place, r->at);
		assert_false(r->begun);
		if (well)
			r->at++;
		else
			r->begun = true;
	}
	assert_true(embed_event(&r->e, i, event));
}

static void
all_are(const struct run *r, int state)
{
	size_t i;

	for (i = 0; i < r->e.n; i++)
		assert_int_equal(r->step[i].state, state);
}

/* The procedure was told how it ended: is it true? */
static void
judge(const struct run *r, bool undo_failed)
{
	size_t i;
	int out = r->step[0].state;

	switch (r->e.told) {
	case EV_COMPLETED:
		all_are(r, STEP_COMPLETED);
		assert_int_equal(r->at, 2 * r->e.n);
		break;
	case EV_ROLLED_BACK:
		all_are(r, STEP_ROLLED_BACK);
		assert_int_equal(r->at, 2 * r->e.n);
		break;
	case EV_UNDONE:
		assert_int_equal(out, STEP_UNDONE);
		for (i = 0; i < r->e.n; i++)
			assert_true(r->step[i].state == STEP_UNDONE ||
			    r->step[i].state == STEP_INITIAL);
		assert_int_equal(r->at, 0);
		break;
	case EV_ROLLBACK_UNDONE:
		assert_true(out == STEP_ROLLBACK_UNDONE ||
		    out == STEP_ROLLBACK_PARTIAL_UNDONE);
		break;
	case EV_FAILED:
		assert_int_equal(out, STEP_FAILED);
		break;
	case EV_ROLLBACK_FAILED:
		assert_int_equal(out, STEP_ROLLBACK_FAILED);
		break;
	default:
		fail_msg("the procedure was told %s",
		    fsm_event_name(r->e.told));
	}
	assert_int_equal(undo_failed, r->e.told == EV_FAILED ||
	    r->e.told == EV_ROLLBACK_FAILED);
}

/* A double failure of step i is with all outer ones and the procedure. */
static void
is_escalated(const struct run *r, size_t i)
{
	int lost = r->e.told == EV_FAILED ? STEP_FAILED : STEP_ROLLBACK_FAILED;
	size_t k;

	assert_true(r->e.told != EV_NONE);
	for (k = 0; k <= i; k++)
		assert_int_equal(r->step[k].state, lost);
}

/* From an order of the procedure until it hears how it went. */
static void
run_until_told(struct run *r, enum fsm_event order, unsigned failures)
{
	bool undo_failed = false, undoing, well;
	size_t i;

	r->e.told = EV_NONE;
	r->begun = false;
	assert_true(embed_event(&r->e, 0, order));
	while (at_most_one_works(r), r->e.told == EV_NONE) {
		i = embed_busy(&r->e);
		undoing = embed_is_undoing(&r->e, i);
		well = dice(100) >= failures;
		work(r, i, well);
		undo_failed = undoing && !well;
		if (undo_failed)
			is_escalated(r, i);
		assert_true(r->step[i].retries <= r->step[i].max_retries);
	}
	judge(r, undo_failed);
}

/* An event that the machine refuses changes nothing. */
static void
refuse_some(struct run *r)
{
	static struct run before;
	unsigned k, event;
	size_t i;

	before = *r;
	for (k = 0; k < 8; k++) {
		i = dice((unsigned)r->e.n);
		event = 1 + dice(EV_COUNT - 1);
		if (embed_find(&r->e, i, event) != NULL)
			continue;
		assert_false(embed_event(&r->e, i, event));
		assert_memory_equal(&before, r, sizeof(before));
	}
}

static void
run_one(struct run *r)
{
	unsigned failures = dice(4) * 12;
	unsigned attempts;

	start(r, 1 + dice(MAX_N), dice(3));
	refuse_some(r);
	run_until_told(r, EV_EXECUTE, failures);
	for (attempts = 0; r->e.told == EV_UNDONE && attempts < 2; attempts++)
		run_until_told(r, EV_EXECUTE, failures);
	refuse_some(r);
	if (r->e.told != EV_COMPLETED || dice(3) == 0)
		return;
	r->at = 0;
	run_until_told(r, EV_ROLLBACK, failures);
	refuse_some(r);
}

/* Any order of failures keeps the order of the tape, ends where all know it,
 * and each way of ending is seen. */
static void
random_failures_never_leave_the_order(void **state)
{
	static struct run r;
	unsigned k, n = dice_cases(3000), seen[EV_COUNT] = { 0 };

	(void)state;
	dice_begin();
	for (k = 0; k < n; k++) {
		run_one(&r);
		seen[r.e.told]++;
	}
	if (n < 1000)
		return;
	assert_true(seen[EV_COMPLETED] > 0 && seen[EV_UNDONE] > 0);
	assert_true(seen[EV_FAILED] > 0 && seen[EV_ROLLED_BACK] > 0);
	assert_true(seen[EV_ROLLBACK_UNDONE] > 0);
	assert_true(seen[EV_ROLLBACK_FAILED] > 0);
}

/* Rows that were written down before a crash, and the signal that follows from
 * the last of them, give the state in which the run would have gone on. */
static void
any_prefix_of_rows_can_be_replayed(void **state)
{
	static struct run whole, part;
	unsigned k, n = dice_cases(3000) / 20 + 1;
	size_t cut, i;

	(void)state;
	dice_begin();
	for (k = 0; k < n; k++) {
		run_one(&whole);
		for (cut = 0; cut <= whole.nlog; cut++) {
			start(&part, whole.e.n, whole.step[0].max_retries);
			part.e.row = NULL;
			for (i = 0; i < cut; i++) {
				assert_true(embed_take(&part.e,
				    whole.log[i].i, whole.log[i].row.event));
				assert_int_equal(
				    part.step[whole.log[i].i].state,
				    whole.log[i].row.to);
			}
			assert_true(embed_settle(&part.e));
			assert_int_equal(part.e.pending, EV_NONE);
		}
		assert_memory_equal(part.step, whole.step,
		    sizeof(part.step));
	}
}

/* Without failures: figure 4.1, and its mirror for the rollback. */
static void
all_goes_well(void **state)
{
	static struct run r;
	size_t n;

	(void)state;
	for (n = 1; n <= MAX_N; n++) {
		start(&r, n, 1);
		run_until_told(&r, EV_EXECUTE, 0);
		assert_int_equal(r.e.told, EV_COMPLETED);
		r.at = 0;
		run_until_told(&r, EV_ROLLBACK, 0);
		assert_int_equal(r.e.told, EV_ROLLED_BACK);
	}
}

/* The phase at this place fails as often as it is tried. */
static void
fail_at(struct run *r, enum fsm_event order, size_t place)
{
	size_t i, work_left = 100;

	r->e.told = EV_NONE;
	r->at = 0;
	memset(r->retries, 0, sizeof(r->retries));
	assert_true(embed_event(&r->e, 0, order));
	while (r->e.told == EV_NONE) {
		assert_true(work_left-- > 0);
		i = embed_busy(&r->e);
		work(r, i, embed_is_undoing(&r->e, i) ||
		    place_on_tape(r, i) != place);
	}
	judge(r, false);
	i = place < r->e.n ? place : 2 * r->e.n - 1 - place;
	assert_int_equal(r->retries[i], r->step[i].max_retries);
}

/* Each of the 2n phases fails until retries are exhausted: all is undone; in a
 * rollback nothing else is touched, and the procedure knows. */
static void
a_lasting_failure_undoes_all(void **state)
{
	static struct run r;
	size_t n, place, k;

	(void)state;
	for (n = 1; n <= MAX_N; n++)
		for (place = 0; place < 2 * n; place++)
			for (k = 0; k < 3; k++) {
				start(&r, n, (uint32_t)k);
				fail_at(&r, EV_EXECUTE, place);
				assert_int_equal(r.e.told, EV_UNDONE);
				r.at = 0;
				run_until_told(&r, EV_EXECUTE, 0);
				assert_int_equal(r.e.told, EV_COMPLETED);
				fail_at(&r, EV_ROLLBACK, place);
				assert_int_equal(r.e.told, EV_ROLLBACK_UNDONE);
			}
}

/* A row that cannot be written down is not taken. */
static bool
refuse_row(void *arg, size_t i, const struct fsm_row *row)
{
	(void)arg, (void)i, (void)row;
	return false;
}

static void
a_row_that_is_not_written_is_not_taken(void **state)
{
	static struct run r;

	(void)state;
	start(&r, 2, 0);
	r.e.row = refuse_row;
	assert_false(embed_event(&r.e, 0, EV_EXECUTE));
	assert_int_equal(r.step[0].state, STEP_INITIAL);
	r.e.row = NULL;
	assert_true(embed_event(&r.e, 0, EV_EXECUTE));
	/* The first of two rows is taken, its signal stays pending. */
	assert_true(embed_take(&r.e, 0, EV_PHASE_COMPLETE));
	r.e.row = refuse_row;
	assert_false(embed_settle(&r.e));
	assert_int_equal(r.step[1].state, STEP_INITIAL);
	assert_int_equal(r.e.pending, EV_EXECUTE);
	/* Nothing else may come in between. */
	r.e.row = NULL;
	assert_false(embed_take(&r.e, 0, EV_COMPLETED));
	assert_true(embed_settle(&r.e));
	assert_int_equal(r.step[1].state, STEP_EXECUTING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_goes_well),
		cmocka_unit_test(a_lasting_failure_undoes_all),
		cmocka_unit_test(random_failures_never_leave_the_order),
		cmocka_unit_test(any_prefix_of_rows_can_be_replayed),
		cmocka_unit_test(a_row_that_is_not_written_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
