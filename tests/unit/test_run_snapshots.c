/* U7, U8, U11: which snapshots are there, and what is gone back to, also where
 * the machine stops on that way. */
#include "crash_story.h"
#include "os_fault.h"

enum { THERE = -1 };

/* How many snapshots are as the deed left them, or there. */
static size_t
count(enum keep_kind kind, int deed)
{
	struct exec *x = exec_new(story.c, story.source, story.a);
	struct diag d = { 0 };
	const struct keep *k = exec_kept(x);
	size_t i, n = 0;

	assert_int_equal(journal_read(DIR, &d, exec_record, x), 0);
	for (i = 0; i < k->n; i++)
		n += k->v[i].kind == kind && (deed == THERE ?
		    keep_is_there(&k->v[i]) : (int)k->v[i].deed == deed);
	exec_free(x);
	diag_free(&d);
	return n;
}

static size_t
kept(enum keep_kind kind)
{
	return count(kind, THERE);
}

/* U7, U8, U11: what is acted on has one; of what failed two are kept; none of
 * before is left when nothing can be rolled back any more. */
static void
snapshots_come_and_go(void **state)
{
	int end;

	(void)state;
	story.fail[0] = "terminate:*:2";
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, &end), UNDONE);
	assert_true(kept(KEEP_BEFORE) > 0);
	assert_int_equal(kept(KEEP_FAILED), 2);
	story.fail[0] = NULL;
	assert_int_equal(process(COMMAND_RESUME, &end), DONE);
	all_done(end);
	assert_int_equal(kept(KEEP_FAILED), 2);
	assert_int_equal(process(COMMAND_COMMIT, &end), DONE);
	assert_int_equal(kept(KEEP_BEFORE), 0);
	assert_int_equal(kept(KEEP_FAILED), 2);
}

static void
no_snapshot_no_procedure(void **state)
{
	int end;

	(void)state;
	story.fail[0] = "snapshot:*";
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, &end), UNDONE);
	assert_int_equal(end, CMPG_SUSPENDED_BY_ERROR_DETECTED);
	story.fail[0] = NULL;
	assert_int_equal(process(COMMAND_RESUME, &end), DONE);
	all_done(end);
}

/* One that cannot be reverted to is said to be so, and stays. */
static void
what_cannot_be_reverted(void **state)
{
	int end;

	(void)state;
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, NULL), DONE);
	story.fail[0] = "rollback/revert:*";
	assert_int_equal(process(COMMAND_ROLLBACK, &end), DONE);
	none_done(end);
	story.fail[0] = NULL;
	assert_int_equal(kept(KEEP_BEFORE), 1);
}

/* A record that somebody made up is no index into anything. */
static void
no_such_records_of_snapshots(void **state)
{
	static const uint32_t odd[][3] = { { KEEP_AMPLE + 1, 0, 0 },
		{ UINT32_MAX, 0, 0 }, { KEEP_TAKING, 2, 0 },
		{ KEEP_TAKEN, 0, 7 } };
	struct keep k = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct record r = { .kind = RECORD_KEEP, .a = odd[i][0],
			.b = odd[i][1], .d = odd[i][2], .text = "x", .len = 1,
			.number = 9 };

		assert_false(keep_record(&k, &r));
	}
	assert_int_equal(k.n + k.nplace, 0);
	keep_free(&k);
}

/* --- with a phase that is not valid --- */

/* Where the phase has gone back to: only what came before it stands. */
static void
phase_is_back(int end)
{
	assert_int_equal(end, CMPG_SUSPENDED_BY_ERROR_DETECTED);
	for (size_t i = 1; i <= story.a->n; i++)
		assert_int_equal(story.ended[i], i <= story.a->init_end);
}

/* How many of the snapshots of before are as the deed left them. */
static size_t
are(enum keep_deed deed)
{
	return count(KEEP_BEFORE, (int)deed);
}

/* U8: what its last procedure does not pass takes all of the phase back, and
 * each machine to its snapshot; then it may be tried again, or rolled back. */
static void
a_phase_goes_back(void **state)
{
	int end;
	size_t before;

	(void)state;
	story.fail[0] = "notify:validate:all:99";
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, &end), UNDONE);
	phase_is_back(end);
	before = kept(KEEP_BEFORE);
	assert_true(before > 4);
	assert_int_equal(are(KEEP_REVERTED), before);
	assert_int_equal(process(COMMAND_RESUME, &end), UNDONE);
	phase_is_back(end);
	assert_int_equal(kept(KEEP_BEFORE), before);
	story.fail[0] = NULL;
	assert_int_equal(process(COMMAND_RESUME, &end), DONE);
	all_done(end);
	assert_int_equal(kept(KEEP_BEFORE), before);
	assert_int_equal(process(COMMAND_ROLLBACK, &end), DONE);
	none_done(end);
}

/* What could not be gone back to may be the last that is good: it stays when
 * the phase is tried again, until a person has seen to it. */
static void
what_was_not_reverted_stays(void **state)
{
	int end;
	size_t before;

	(void)state;
	story.fail[0] = "notify:validate:all:99";
	story.fail[1] = "rollback/revert:*";
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, &end), UNDONE);
	phase_is_back(end);
	before = kept(KEEP_BEFORE);
	assert_int_equal(are(KEEP_UNREVERTED), 1);
	story.fail[0] = story.fail[1] = NULL;
	assert_int_equal(process(COMMAND_RESUME, &end), DONE);
	assert_int_equal(are(KEEP_UNREVERTED), 1);
	assert_int_equal(kept(KEEP_BEFORE), before + 1);
}

/* X6: the machine stops anywhere on the way there and back. Whoever resumes it
 * goes on with that, and does not begin the phase again. */
static void
crash_while_a_phase_goes_back(void **state)
{
	int end;
	uint64_t n;

	(void)state;
	story.fail[0] = "notify:validate:all:99";
	fault_reset();
	n = calls_of(COMMAND_RUN, UNDONE);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		crash_at(k, COMMAND_RUN, k % 3, UNDONE, &end);
		phase_is_back(end);
		assert_int_equal(are(KEEP_REVERTED), kept(KEEP_BEFORE));
		assert_int_equal(again(COMMAND_ROLLBACK, &end), DONE);
		none_done(end);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		with_snapshots(snapshots_come_and_go),
		with_snapshots(no_snapshot_no_procedure),
		with_snapshots(what_cannot_be_reverted),
		cmocka_unit_test(no_such_records_of_snapshots),
		with_phase(a_phase_goes_back),
		with_phase(what_was_not_reverted_stays),
		with_phase(crash_while_a_phase_goes_back),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
