/* T12, T13: through which states the three machines go forward, when something
 * fails, when the operator intervenes; and that nothing else moves them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "os_fault.h"
#include "state_story.h"

static void
all_goes_well(void **state)
{
	(void)state;
	assert_int_equal(process(COMMAND_RUN), 0);
	campaign_goes("EXECUTING EXECUTION_COMPLETED");
	procedure_goes("EXECUTING COMPLETED");
	steps_go(WELL, WELL, "EXECUTING COMPLETED");
	assert_int_equal(process(COMMAND_COMMIT), 0);
	campaign_goes("EXECUTING EXECUTION_COMPLETED CAMPAIGN_COMMITTED");
}

static void
a_tear_down_is_tried_again(void **state)
{
	(void)state;
	trouble(0, seq_of(PART_TEAR_DOWN, 1, 2), DO_FORWARD, 1);
	assert_int_equal(process(COMMAND_RUN), 0);
	steps_go(WELL, "EXECUTING UNDOING " WELL, "EXECUTING COMPLETED");
}

static void
a_tear_down_fails_for_good(void **state)
{
	(void)state;
	trouble(0, seq_of(PART_TEAR_DOWN, 1, 2), DO_FORWARD, 2);
	assert_int_equal(process(COMMAND_RUN), 4);
	campaign_goes("EXECUTING ERROR_DETECTED SUSPENDED_BY_ERROR_DETECTED");
	procedure_goes("EXECUTING STEP_UNDONE");
	steps_go("EXECUTING WAITING PARTIAL_UNDOING UNDONE",
	    "EXECUTING UNDOING EXECUTING UNDOING UNDONE", "");
	assert_non_null(strstr(story.stand.data, "is STEP_UNDONE"));
	assert_non_null(strstr(story.stand.data, "nested step 2 of 3 is "
	    "UNDONE"));
	assert_non_null(strstr(story.stand.data, "failed on order"));
	assert_non_null(strstr(story.stand.data, "accepted now: resume, "
	    "rollback\n"));
	assert_int_equal(process(COMMAND_RESUME), 0);
	campaign_goes("EXECUTING ERROR_DETECTED SUSPENDED_BY_ERROR_DETECTED "
	    "EXECUTING EXECUTION_COMPLETED");
	procedure_goes("EXECUTING STEP_UNDONE EXECUTING COMPLETED");
	steps_go("EXECUTING WAITING PARTIAL_UNDOING UNDONE " WELL,
	    "EXECUTING UNDOING EXECUTING UNDOING UNDONE " WELL,
	    "EXECUTING COMPLETED");
}

static void
a_build_up_fails_for_good(void **state)
{
	(void)state;
	trouble(0, seq_of(PART_BUILD_UP, 1, 2), DO_FORWARD, 2);
	assert_int_equal(process(COMMAND_RUN), 4);
	procedure_goes("EXECUTING STEP_UNDONE");
	steps_go("EXECUTING WAITING PARTIAL_UNDOING UNDONE",
	    "EXECUTING WAITING EXECUTING UNDOING EXECUTING UNDOING "
	    "PARTIAL_UNDONE PARTIAL_UNDOING UNDONE",
	    "EXECUTING COMPLETED PARTIAL_UNDOING UNDONE");
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
	procedure_goes("EXECUTING STEP_UNDONE ROLLING_BACK ROLLED_BACK");
	campaign_goes("EXECUTING ERROR_DETECTED SUSPENDED_BY_ERROR_DETECTED "
	    "ROLLING_BACK ROLLBACK_COMPLETED");
}

/* All of the innermost step is undone and tried again. */
static void
the_innermost_is_tried_as_a_whole(void **state)
{
	size_t i, n = 0;

	(void)state;
	trouble(0, seq_of(PART_BUILD_UP, 2, 1), DO_FORWARD, 1);
	assert_int_equal(process(COMMAND_RUN), 0);
	steps_go(WELL, WELL, "EXECUTING UNDOING EXECUTING COMPLETED");
	for (i = 0; i < story.now.n; i++)
		n += story.now.v[i].m == &step_fsm &&
		    story.now.v[i].nested == 2 && story.now.v[i].proc == 0 &&
		    story.now.v[i].row->event == EV_UNDO_COMPLETE;
	assert_int_equal(n, 1);
}

/* One failure in each phase is one too many for one permitted retry. */
static void
both_phases_share_the_retries(void **state)
{
	(void)state;
	trouble(0, seq_of(PART_TEAR_DOWN, 1, 2), DO_FORWARD, 1);
	trouble(1, seq_of(PART_BUILD_UP, 1, 2), DO_FORWARD, 1);
	assert_int_equal(process(COMMAND_RUN), 4);
	assert_string_equal(path(&step_fsm, 0, 1), "EXECUTING UNDOING "
	    "EXECUTING WAITING EXECUTING UNDOING PARTIAL_UNDONE "
	    "PARTIAL_UNDOING UNDONE");
	assert_int_equal(process(COMMAND_RESUME), 0);
}

static void
an_undo_fails(void **state)
{
	(void)state;
	trouble(0, seq_of(PART_TEAR_DOWN, 1, 2), DO_FORWARD, 1);
	trouble(1, seq_of(PART_TEAR_DOWN, 1, 0), DO_UNDO, 1);
	assert_int_equal(process(COMMAND_RUN), 5);
	campaign_goes("EXECUTING EXECUTION_FAILED");
	procedure_goes("EXECUTING FAILED");
	steps_go("EXECUTING WAITING FAILED", "EXECUTING UNDOING FAILED", "");
	assert_non_null(strstr(story.stand.data, "accepted now: rollback\n"));
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
	campaign_goes("EXECUTING EXECUTION_FAILED ROLLING_BACK "
	    "ROLLBACK_COMPLETED");
	assert_null(strstr(story.stand.data, "FAILED"));
	assert_int_equal(process(COMMAND_COMMIT), 0);
}

/* An inner step that is undone as others are fails in that. */
static void
an_inner_undo_fails(void **state)
{
	(void)state;
	trouble(0, seq_of(PART_BUILD_UP, 0, 0), DO_FORWARD, 2);
	trouble(1, seq_of(PART_BUILD_UP, 2, 0), DO_UNDO, 1);
	assert_int_equal(process(COMMAND_RUN), 5);
	steps_go("EXECUTING WAITING EXECUTING UNDOING EXECUTING UNDOING "
	    "PARTIAL_UNDONE FAILED",
	    WELL " PARTIAL_UNDOING PARTIAL_UNDONE FAILED",
	    "EXECUTING COMPLETED PARTIAL_UNDOING FAILED");
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
}

/* Changes of the model outside steps: the campaign's own first actions. */
static void
an_own_action_fails(void **state)
{
	(void)state;
	trouble(0, 1, DO_FORWARD, 2);
	assert_int_equal(process(COMMAND_RUN), 4);
	campaign_goes("EXECUTING ERROR_DETECTED SUSPENDED_BY_ERROR_DETECTED");
	procedure_goes("");
	assert_int_equal(process(COMMAND_RESUME), 0);
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
	procedure_goes("EXECUTING COMPLETED ROLLING_BACK ROLLED_BACK");
}

/* --- the operator --- */

static void
suspended_and_resumed(void **state)
{
	(void)state;
	press(seq_of(PART_TEAR_DOWN, 1, 0), DO_FORWARD, 1);
	assert_int_equal(process(COMMAND_RUN), 5);
	campaign_goes("EXECUTING SUSPENDING_EXECUTION EXECUTION_SUSPENDED");
	procedure_goes("EXECUTING COMPLETED");
	assert_string_equal(path(&procedure_fsm, 1, 0), "");
	assert_non_null(strstr(story.why, name_str(story.a->proc[1].p->name)));
	assert_non_null(strstr(story.stand.data, "completed: 1 of 4\n"));
	assert_int_equal(process(COMMAND_RESUME), 0);
	campaign_goes("EXECUTING SUSPENDING_EXECUTION EXECUTION_SUSPENDED "
	    "EXECUTING EXECUTION_COMPLETED");
}

/* The second interrupt: no retry, all of the step is undone. */
static void
aborted_and_resumed(void **state)
{
	(void)state;
	press(seq_of(PART_BUILD_UP, 1, 0), DO_FORWARD, 2);
	assert_int_equal(process(COMMAND_RUN), 5);
	campaign_goes("EXECUTING SUSPENDING_EXECUTION EXECUTION_SUSPENDED");
	procedure_goes("EXECUTING STEP_UNDONE");
	steps_go("EXECUTING WAITING PARTIAL_UNDOING UNDONE",
	    "EXECUTING WAITING EXECUTING UNDOING PARTIAL_UNDONE "
	    "PARTIAL_UNDOING UNDONE",
	    "EXECUTING COMPLETED PARTIAL_UNDOING UNDONE");
	assert_int_equal(process(COMMAND_RESUME), 0);
	procedure_goes("EXECUTING STEP_UNDONE EXECUTING COMPLETED");
}

static void
aborted_in_its_first_actions(void **state)
{
	(void)state;
	press(1, DO_FORWARD, 2);
	assert_int_equal(process(COMMAND_RUN), 5);
	campaign_goes("EXECUTING SUSPENDING_EXECUTION EXECUTION_SUSPENDED");
	procedure_goes("");
	assert_non_null(strstr(story.stand.data, "completed: 0 of 4\n"));
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
}

static void
a_commit_goes_on(void **state)
{
	(void)state;
	assert_int_equal(process(COMMAND_RUN), 0);
	assert_true(story.a->n - story.a->wrapup > 0);
	press((uint32_t)story.a->wrapup + 1, DO_FORWARD, 2);
	trouble(0, (uint32_t)story.a->n, DO_FORWARD, 1);
	assert_int_equal(process(COMMAND_COMMIT), 0);
	campaign_goes("EXECUTING EXECUTION_COMPLETED CAMPAIGN_COMMITTED");
}

/* A process that ended in the middle: what stands there is told. */
static void
stands_in_the_middle(void **state)
{
	(void)state;
	story.die_seq = seq_of(PART_TEAR_DOWN, 1, 1);
	assert_int_equal(process(COMMAND_RUN), 3);
	assert_non_null(strstr(story.stand.data, name_str(
	    story.a->proc[0].p->name)));
	assert_non_null(strstr(story.stand.data,
	    "nested step 1 of 3 is WAITING"));
	assert_non_null(strstr(story.stand.data,
	    "nested step 2 of 3 is EXECUTING"));
	assert_non_null(strstr(story.stand.data,
	    "nested step 3 of 3 is INITIAL"));
	assert_non_null(strstr(story.stand.data, "accepted now: resume\n"));
	story.die_seq = 0;
	assert_int_equal(process(COMMAND_RESUME), 0);
	steps_go(WELL, WELL, "EXECUTING COMPLETED");
}

/* --- what is not in the tables --- */

static void
what_a_machine_refuses_is_said(void **state)
{
	struct exec *x = exec_new(story.c, story.source, story.a);

	(void)state;
	assert_int_equal(exec_to_campaign(x, EV_COMPLETED), RESULT_REFUSED);
	assert_string_equal(x->why, "internal error: the campaign, which is "
	    "INITIAL, does not take \"Completed\"");
	x->turn = 0;
	assert_int_equal(exec_to_step(x, 1, EV_DONE), RESULT_REFUSED);
	assert_string_equal(x->why, "internal error: the step, which is "
	    "INITIAL, does not take \"Done\"");
	assert_int_equal(exec_state(x), CMPG_INITIAL);
	exec_free(x);
}

/* The journal says that a machine did what it does not do. */
static void
a_row_that_does_not_fit_is_refused(void **state)
{
	static const struct record all[] = {
		{ .kind = RECORD_NOTE, .text = "run", .len = 3 },
		{ .kind = RECORD_ROW, .e = EV_EXECUTE,
		  .f = CMPG_EXECUTION_COMPLETED },
	};
	struct exec *x = exec_new(story.c, story.source, story.a);
	struct journal *j;
	size_t i;

	(void)state;
	assert_int_equal(journal_create(FAULT_FOLDER, "test", &j), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(journal_add(j, &all[i], true), 0);
	journal_close(j);
	assert_int_equal(journal_open(FAULT_FOLDER, &story.diag, exec_record,
	    x, &j), 0);
	journal_close(j);
	assert_false(exec_replay(x, story.why));
	assert_string_equal(story.why, "record 3 of the journal is not what "
	    "the machine does there: INITIAL, Execute: EXECUTING");
	exec_free(x);
}

/* What is accepted is what the table has rows for. */
static void
commands_follow_the_table(void **state)
{
	static const struct {
		int state;
		const char *accepted; /* by the letters of the commands */
	} all[] = {
		{ CMPG_INITIAL, "rR" }, { CMPG_EXECUTION_SUSPENDED, "RB" },
		{ CMPG_EXECUTION_COMPLETED, "BC" },
		{ CMPG_CAMPAIGN_COMMITTED, "" },
		{ CMPG_SUSPENDED_BY_ERROR_DETECTED, "RB" },
		{ CMPG_EXECUTION_FAILED, "B" },
		{ CMPG_ROLLBACK_SUSPENDED, "RB" },
		{ CMPG_ROLLBACK_COMPLETED, "BC" },
		{ CMPG_ROLLBACK_COMMITTED, "B" },
		{ CMPG_ROLLBACK_FAILED, "B" },
	};
	struct exec *x = exec_new(story.c, story.source, story.a);
	char why[512];
	size_t i;
	int c;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (c = COMMAND_RUN; c <= COMMAND_COMMIT; c++) {
			x->state = all[i].state;
			assert_int_equal(exec_accepts(x, (enum command)c, why),
			    strchr(all[i].accepted, "rRBC"[c]) != NULL);
			if (strchr(all[i].accepted, "rRBC"[c]) == NULL)
				assert_non_null(strstr(why,
				    exec_state_name(x)));
		}
	exec_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_goes_well),
		TEST(a_tear_down_is_tried_again),
		TEST(a_tear_down_fails_for_good),
		TEST(a_build_up_fails_for_good),
		TEST(the_innermost_is_tried_as_a_whole),
		TEST(both_phases_share_the_retries),
		TEST(an_undo_fails),
		TEST(an_inner_undo_fails),
		TEST(an_own_action_fails),
		TEST(suspended_and_resumed),
		TEST(aborted_and_resumed),
		TEST(aborted_in_its_first_actions),
		TEST(a_commit_goes_on),
		TEST(stands_in_the_middle),
		TEST(what_a_machine_refuses_is_said),
		TEST(a_row_that_does_not_fit_is_refused),
		TEST(commands_follow_the_table),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
