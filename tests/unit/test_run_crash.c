/* X6: whatever call the machine stops at, and whatever becomes of what was not
 * synced, a resumed campaign comes to the same end, and nothing is done
 * twice. */
#include <errno.h>

#include "crash_story.h"
#include "os_fault.h"

static void
runs_undisturbed(void **state)
{
	int end;

	(void)state;
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, &end), DONE);
	all_done(end);
	assert_int_equal(process(COMMAND_ROLLBACK, &end), DONE);
	none_done(end);
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, &end), DONE);
	assert_int_equal(process(COMMAND_COMMIT, &end), DONE);
	assert_int_equal(end, CMPG_CAMPAIGN_COMMITTED);
}

/* A change of the model that fails once on the way back is a whole change when
 * it is tried again. */
static void
rolls_back_at_the_second_try(void **state)
{
	int end;

	(void)state;
	story.fail[0] = "rollback/modify-im:*";
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, NULL), DONE);
	assert_int_equal(process(COMMAND_ROLLBACK, &end), DONE);
	none_done(end);
	story.fail[0] = NULL;
}

/* The machine stops while the campaign is committed. */
static void
crash_anywhere_in_commit(void **state)
{
	int end;
	uint64_t n;

	(void)state;
	fault_reset();
	calls_of(COMMAND_RUN, DONE);
	n = calls_of(COMMAND_COMMIT, DONE);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		assert_int_equal(process(COMMAND_RUN, NULL), DONE);
		crash_at(k, COMMAND_COMMIT, k % 3, DONE, &end);
		assert_int_equal(end, CMPG_CAMPAIGN_COMMITTED);
	}
}

static void
crash_in_run(uint64_t k, enum fault_fate fate)
{
	int end = CMPG_INITIAL;

	fault_reset();
	crash_at(k, COMMAND_RUN, fate, DONE, &end);
	all_done(end);
}

static void
crash_anywhere_in_run(void **state)
{
	uint64_t n;

	(void)state;
	fault_reset();
	n = calls_of(COMMAND_RUN, DONE);
	assert_true(n > 2 * story.a->wrapup);
	for (uint64_t k = 1; k <= n; k++)
		for (int fate = FATE_LOST; fate <= FATE_TORN; fate++)
			crash_in_run(k, (enum fault_fate)fate);
}

static void
crash_anywhere_in_rollback(void **state)
{
	int end;
	uint64_t n;

	(void)state;
	fault_reset();
	calls_of(COMMAND_RUN, DONE);
	n = calls_of(COMMAND_ROLLBACK, DONE);
	assert_true(n > story.a->wrapup);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		assert_int_equal(process(COMMAND_RUN, NULL), DONE);
		crash_at(k, COMMAND_ROLLBACK, k % 3, DONE, &end);
		none_done(end);
	}
}

/* An action fails on the way back: what was taken back of its phase is done
 * again; the machine stops on that way, too. */
static void
crash_while_a_rollback_is_undone(void **state)
{
	static const char fail[] = "rollback/online-install:*";
	int end;
	uint64_t n;

	(void)state;
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, NULL), DONE);
	n = calls_of(COMMAND_ROLLBACK, DONE);
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, NULL), DONE);
	story.fail[0] = fail;
	assert_true(calls_of(COMMAND_ROLLBACK, DONE) > n);
	n = fault_count(FAULT_CHANGES);
	for (uint64_t k = 1; k <= n; k++) {
		story.fail[0] = NULL;
		fault_reset();
		assert_int_equal(process(COMMAND_RUN, NULL), DONE);
		story.fail[0] = fail;
		fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
		assert_int_equal(process(COMMAND_ROLLBACK, NULL), SYSTEM);
		story.fail[0] = NULL;
		restart((enum fault_fate)(k % 3), k);
		assert_int_equal(again(COMMAND_ROLLBACK, &end), DONE);
		none_done(end);
	}
}

static bool
count_told(void *arg, const struct record *r)
{
	*(size_t *)arg += r->kind == RECORD_BEGIN || r->kind == RECORD_END;
	return true;
}

/* Nothing is told to the operator that a crash can take back. */
static void
what_is_told_is_on_disk(void **state)
{
	struct diag d = { 0 };
	size_t known;
	int status = SYSTEM;

	(void)state;
	for (uint64_t k = 1; status != DONE; k++) {
		fault_reset();
		fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
		story.told = known = 0;
		status = process(COMMAND_RUN, NULL);
		restart(FATE_LOST, 0);
		if (os_exists(DIR))
			assert_int_equal(journal_read(DIR, &d, count_told,
			    &known), 0);
		assert_true(story.told <= known);
	}
	assert_int_equal(known, 2 * story.a->wrapup);
	diag_free(&d);
}

/* The machine stops, and again m calls into what recovers, over and over. */
static void
crash_again_and_again(void **state)
{
	int end = CMPG_INITIAL;
	int status, crashes;

	(void)state;
	for (uint64_t m = 1; m <= 40; m++) {
		fault_reset();
		fault_plan(FAULT_STOP, FAULT_CHANGES, 3 * m, 0);
		status = process(COMMAND_RUN, NULL);
		for (crashes = 0; status != DONE && crashes < 3000;
		    crashes++) {
			assert_int_equal(status, SYSTEM);
			restart((enum fault_fate)((m + crashes) % 3),
			    m * 977 + (uint64_t)crashes);
			/* a little further each time, or it would never end */
			fault_plan(FAULT_STOP, FAULT_CHANGES, m +
			    (uint64_t)crashes % 7 + (os_exists(DIR) ? 1 : 30),
			    0);
			status = again(COMMAND_RUN, &end);
		}
		assert_int_equal(status, DONE);
		all_done(end);
	}
}

/* A step fails for good and is undone; the machine stops on the way. */
static void
crash_while_undoing(void **state)
{
	int end;
	uint64_t n;

	(void)state;
	story.fail[0] = "offline-install:*:99";
	fault_reset();
	n = calls_of(COMMAND_RUN, UNDONE);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		crash_at(k, COMMAND_RUN, k % 3, UNDONE, &end);
		assert_int_equal(end, CMPG_SUSPENDED_BY_ERROR_DETECTED);
		assert_int_equal(again(COMMAND_ROLLBACK, &end), DONE);
		none_done(end);
	}
	story.fail[0] = NULL;
}

/* The power fails as the run ends: the journal has all of it, the cluster as
 * much as happened to be on disk. Then it is rolled back. */
static void
power_fails_at_the_end(void **state)
{
	const size_t format = strlen("camprun-sim 2\n");
	int end;
	struct os_file *log;
	size_t n = 0;
	char *data;

	(void)state;
	for (size_t keep = format; keep == format || keep <= n; keep += 61) {
		fault_reset();
		assert_int_equal(process(COMMAND_RUN, NULL), DONE);
		assert_int_equal(os_read_all(DIR "/sim/cluster", &data, &n),
		    0);
		free(data);
		assert_int_equal(os_open(DIR "/sim/cluster", false, &log), 0);
		assert_int_equal(os_truncate(log, keep), 0);
		os_close(log);
		restart(FATE_KEPT, 0);
		assert_int_equal(process(COMMAND_ROLLBACK, &end), DONE);
		none_done(end);
	}
	assert_true(n > 50 * format);
}

/* Undo fails too; the machine stops while the backup is restored. */
static void
crash_while_restoring(void **state)
{
	int end;
	uint64_t n;

	(void)state;
	story.fail[0] = "offline-install:*:99";
	story.fail[1] = "undo/online-uninstall:*:99";
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, &end), DECIDE);
	assert_int_equal(end, CMPG_EXECUTION_FAILED);
	n = calls_of(COMMAND_ROLLBACK, DONE);
	for (uint64_t k = 1; k <= n; k++)
		for (int fate = FATE_LOST; fate <= FATE_TORN; fate++) {
			fault_reset();
			assert_int_equal(process(COMMAND_RUN, NULL), DECIDE);
			crash_at(k, COMMAND_ROLLBACK, fate, DONE, &end);
			none_done(end);
		}
	story.fail[0] = story.fail[1] = NULL;
}

/* A full disk, a broken one: status 3, and on when there is room again. */
static void
every_call_fails(void **state)
{
	static const int errors[] = { ENOSPC, EIO };
	int end;
	uint64_t n;

	(void)state;
	fault_reset();
	n = calls_of(COMMAND_RUN, DONE);
	for (uint64_t k = 1; k <= n; k++)
		for (int what = FAULT_FAIL; what <= FAULT_STAY; what++) {
			fault_reset();
			fault_plan((enum fault_what)what, FAULT_CHANGES, k,
			    errors[k % 2]);
			assert_int_equal(process(COMMAND_RUN, NULL), SYSTEM);
			fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
			if (k % 2 == 0)
				restart(FATE_LOST, k);
			assert_int_equal(again(COMMAND_RUN, &end), DONE);
			all_done(end);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_undisturbed),
		cmocka_unit_test(rolls_back_at_the_second_try),
		cmocka_unit_test(crash_anywhere_in_commit),
		cmocka_unit_test(crash_anywhere_in_run),
		cmocka_unit_test(crash_anywhere_in_rollback),
		cmocka_unit_test(crash_while_a_rollback_is_undone),
		cmocka_unit_test(what_is_told_is_on_disk),
		cmocka_unit_test(crash_again_and_again),
		cmocka_unit_test(crash_while_undoing),
		cmocka_unit_test(power_fails_at_the_end),
		cmocka_unit_test(crash_while_restoring),
		cmocka_unit_test(every_call_fails),
		with_snapshots(crash_anywhere_in_commit),
		with_snapshots(crash_anywhere_in_run),
		with_snapshots(crash_anywhere_in_rollback),
		with_snapshots(crash_while_undoing),
		with_snapshots(crash_while_restoring),
		with_snapshots(crash_again_and_again),
		with_phase(crash_anywhere_in_run),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
