/* T12, T13: through which states the machines go on the way back, and when
 * something fails there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "os_fault.h"
#include "state_story.h"

static void
rolled_back(void **state)
{
	(void)state;
	assert_int_equal(process(COMMAND_RUN), 0);
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
	campaign_goes("EXECUTING EXECUTION_COMPLETED ROLLING_BACK "
	    "ROLLBACK_COMPLETED");
	procedure_goes("EXECUTING COMPLETED ROLLING_BACK ROLLED_BACK");
	steps_go(WELL BACK, WELL BACK,
	    "EXECUTING COMPLETED ROLLING_BACK ROLLED_BACK");
	assert_int_equal(process(COMMAND_COMMIT), 0);
	campaign_goes("EXECUTING EXECUTION_COMPLETED ROLLING_BACK "
	    "ROLLBACK_COMPLETED ROLLBACK_COMMITTED");
}

static void
rollback_suspended_and_resumed(void **state)
{
	size_t last = story.a->nproc - 1;

	(void)state;
	assert_int_equal(process(COMMAND_RUN), 0);
	press((uint32_t)story.a->proc[last].first + 1, DO_ROLLBACK, 1);
	assert_int_equal(process(COMMAND_ROLLBACK), 5);
	campaign_goes("EXECUTING EXECUTION_COMPLETED ROLLING_BACK "
	    "SUSPENDING_ROLLBACK ROLLBACK_SUSPENDED");
	assert_string_equal(path(&procedure_fsm, last, 0),
	    "EXECUTING COMPLETED ROLLING_BACK ROLLED_BACK");
	assert_non_null(strstr(story.why, name_str(
	    story.a->proc[last - 1].p->name)));
	procedure_goes("EXECUTING COMPLETED");
	assert_int_equal(process(COMMAND_RESUME), 0);
	campaign_goes("EXECUTING EXECUTION_COMPLETED ROLLING_BACK "
	    "SUSPENDING_ROLLBACK ROLLBACK_SUSPENDED ROLLING_BACK "
	    "ROLLBACK_COMPLETED");
}

/* Any action of the first procedure fails once on the way back, or seems to:
 * what was taken back of its phase is done again, and taken back once more. */
static void
each_fails_on_the_way_back(void **state, bool done)
{
	const struct run_proc *p = &story.a->proc[0];
	size_t i;

	for (i = p->first; i < p->first + p->n; i++) {
		assert_int_equal(setup(state), 0);
		trouble(0, (uint32_t)i + 1, DO_ROLLBACK, 1);
		story.trouble[0].done = done;
		assert_int_equal(process(COMMAND_RUN), 0);
		assert_int_equal(process(COMMAND_ROLLBACK), 0);
		assert_int_equal(story.unknown != 0, done);
		procedure_goes("EXECUTING COMPLETED ROLLING_BACK ROLLED_BACK");
		if (story.a->act[i].nested == 1 && story.a->act[i].part ==
		    PART_BUILD_UP)
			steps_go(WELL BACK, WELL " ROLLING_BACK "
			    "UNDOING_ROLLBACK" BACK,
			    "EXECUTING COMPLETED ROLLING_BACK ROLLED_BACK");
		fault_free_disk(state);
	}
	assert_int_equal(setup(state), 0);
}

static void
a_rollback_is_tried_again(void **state)
{
	each_fails_on_the_way_back(state, false);
}

static void
what_may_be_rolled_back_is_done_again(void **state)
{
	each_fails_on_the_way_back(state, true);
}

static void
a_rollback_fails_for_good(void **state)
{
	(void)state;
	assert_int_equal(process(COMMAND_RUN), 0);
	trouble(0, seq_of(PART_BUILD_UP, 1, 0), DO_ROLLBACK, 2);
	assert_int_equal(process(COMMAND_ROLLBACK), 5);
	campaign_goes("EXECUTING EXECUTION_COMPLETED ROLLING_BACK "
	    "ROLLBACK_FAILED");
	procedure_goes("EXECUTING COMPLETED ROLLING_BACK ROLLBACK_FAILED");
	steps_go(WELL " ROLLING_BACK ROLLBACK_WAITING "
	    "ROLLBACK_PARTIAL_UNDONE",
	    WELL " ROLLING_BACK UNDOING_ROLLBACK ROLLING_BACK "
	    "UNDOING_ROLLBACK ROLLBACK_UNDONE", "EXECUTING COMPLETED");
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
	campaign_goes("EXECUTING EXECUTION_COMPLETED ROLLING_BACK "
	    "ROLLBACK_FAILED ROLLING_BACK ROLLBACK_COMPLETED");
}

static void
a_rollback_cannot_be_undone(void **state)
{
	(void)state;
	assert_int_equal(process(COMMAND_RUN), 0);
	trouble(0, seq_of(PART_TEAR_DOWN, 1, 0), DO_ROLLBACK, 1);
	trouble(1, seq_of(PART_TEAR_DOWN, 1, 1), DO_FORWARD, 1);
	assert_int_equal(process(COMMAND_ROLLBACK), 5);
	procedure_goes("EXECUTING COMPLETED ROLLING_BACK ROLLBACK_FAILED");
	steps_go(WELL " ROLLING_BACK ROLLBACK_WAITING ROLLBACK_FAILED",
	    WELL " ROLLING_BACK ROLLBACK_WAITING ROLLING_BACK "
	    "UNDOING_ROLLBACK ROLLBACK_FAILED",
	    "EXECUTING COMPLETED ROLLING_BACK ROLLED_BACK");
	assert_int_equal(process(COMMAND_ROLLBACK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rolled_back),
		TEST(rollback_suspended_and_resumed),
		TEST(a_rollback_is_tried_again),
		TEST(what_may_be_rolled_back_is_done_again),
		TEST(a_rollback_fails_for_good),
		TEST(a_rollback_cannot_be_undone),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
