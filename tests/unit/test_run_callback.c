/* T12: callbacks of a campaign, and its administrative operations: when they
 * are called, how often, and what a failing one does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os_fault.h"
#include "sim_story.h"

#define STORY "tests/golden/run-callbacks/"

enum { MOST = 200 };

/* What the driver was told, in order. */
static struct heard {
	uint32_t seq;
	enum direction direction;
	enum verb verb;
} heard[MOST];
static size_t nheard, stop_after;
static volatile sig_atomic_t stop;

static enum outcome
begin(void *self, const struct order *o, char *why)
{
	assert_true(nheard < MOST);
	assert_true((o->verb == VERB_NOTIFY) == (o->callback != NULL));
	heard[nheard++] = (struct heard){ o->seq, o->direction, o->verb };
	if (nheard == stop_after)
		stop = 1;
	return pass_begin(self, o, why);
}

static int
setup(void **state)
{
	struct fixture *f = fixture_new(STORY "source.yaml",
	    STORY "campaign.xml");

	f->between.driver.begin = begin;
	stop_after = 0;
	stop = 0;
	*state = f;
	return 0;
}

/* One process; what it told the driver is in heard. */
static int
process(struct fixture *f, enum command command)
{
	struct exec_options o = { .stop = &stop };
	struct exec *x = process_begin(f, command, &o);
	struct driver *sim = f->between.sim;
	int status;

	nheard = 0;
	status = exec_command(x, command, &o, f->why);
	assert_int_equal(sim->sync(sim->self, f->why), OUTCOME_OK);
	process_end(f, x, &o);
	stop = 0;
	return status;
}

/* How often the callback was called, since the last process began. */
static size_t
calls(const struct fixture *f, const char *label, enum direction d)
{
	size_t i, n = 0;

	for (i = 0; i < nheard; i++) {
		const struct act *a = &f->a->act[heard[i].seq - 1];

		n += a->verb == VERB_NOTIFY && heard[i].direction == d &&
		    strcmp(name_str(a->callback->label), label) == 0;
	}
	return n;
}

/* Everything once and in order; those of the rollback not at all. */
static void
calls_each_once(void **state)
{
	struct fixture *f = *state;
	size_t i;

	assert_int_equal(process(f, COMMAND_RUN), 0);
	assert_int_equal(nheard, f->a->wrapup);
	for (i = 0; i < nheard; i++)
		assert_int_equal(heard[i].seq, i + 1);
	assert_int_equal(process(f, COMMAND_COMMIT), 0);
	assert_int_equal(calls(f, "commits", DO_FORWARD), 1);
	assert_int_equal(calls(f, "wraps up", DO_FORWARD), 1);
	assert_int_equal(nheard, 2);
}

/* A rollback begins once, however often it is suspended. */
static void
tells_of_a_rollback_once(void **state)
{
	struct fixture *f = *state;
	size_t first, total;
	int times = 0;

	assert_int_equal(process(f, COMMAND_RUN), 0);
	stop_after = 1;
	assert_int_equal(process(f, COMMAND_ROLLBACK), 5);
	assert_int_equal(calls(f, "goes back", DO_ROLLBACK), 1);
	assert_int_equal(heard[0].seq, f->a->rollback + 1);
	first = nheard;
	assert_true(first < f->a->wrapup);
	stop_after = 0;
	for (total = first; process(f, COMMAND_RESUME) != 0; times++)
		assert_true(times < 3);
	total += nheard;
	assert_int_equal(calls(f, "goes back", DO_ROLLBACK), 0);
	assert_int_equal(total, f->a->wrapup + 1);
	assert_int_equal(process(f, COMMAND_COMMIT), 0);
	assert_int_equal(calls(f, "commits", DO_ROLLBACK), 1);
	assert_int_equal(nheard, 1);
}

static void
a_failing_one_stops_the_rollback(void **state)
{
	struct fixture *f = *state;

	take_policy(f, "callbacks:\n"
	    "- {label: goes back, phase: rollback, answer: fail}\n"
	    "- {label: commits, answer: fail}\n");
	assert_int_equal(process(f, COMMAND_RUN), 0);
	assert_int_equal(process(f, COMMAND_ROLLBACK), 5);
	assert_non_null(strstr(f->why, "\"goes back\" fails"));
	assert_int_equal(nheard, 0);
	/* Only the backup is left; the decision to commit stands. */
	assert_int_equal(process(f, COMMAND_ROLLBACK), 0);
	assert_int_equal(process(f, COMMAND_COMMIT), 0);
}

static void
a_failing_one_undoes_its_step(void **state)
{
	struct fixture *f = *state;
	size_t i, n = 0;

	take_policy(f, "callbacks:\n"
	    "- {label: after instantiation, answer: fail}\n");
	assert_int_equal(process(f, COMMAND_RUN), 4);
	for (i = 0; i < nheard; i++)
		n += heard[i].verb == VERB_TERMINATE &&
		    heard[i].direction == DO_UNDO;
	assert_int_equal(n, 2); /* it was tried twice */
	assert_int_equal(calls(f, "after instantiation", DO_FORWARD), 0);
	assert_int_equal(calls(f, "after change", DO_FORWARD), 2);
	assert_int_equal(calls(f, "after change", DO_UNDO), 2);
	policy_free(f->policy);
	f->policy = NULL;
	assert_int_equal(process(f, COMMAND_RESUME), 0);
	assert_int_equal(calls(f, "after instantiation", DO_FORWARD), 1);
}

/* An operation is undone by what the campaign says, or not at all. */
static void
undoes_operations_as_it_says(void **state)
{
	struct fixture *f = *state;
	struct action op = { .kind = ACTION_ADMIN };
	struct act a = { .verb = VERB_LOCK, .ccb = &op };

	(void)f;
	assert_int_equal(act_reverse(&a), VERB_COUNT);
	op.undo.operation = intern_str("SA_AMF_ADMIN_RESTART");
	assert_int_equal(act_reverse(&a), VERB_RESTART);
	a.ccb = NULL;
	assert_int_equal(act_reverse(&a), VERB_UNLOCK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_free)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(calls_each_once),
		TEST(tells_of_a_rollback_once),
		TEST(a_failing_one_stops_the_rollback),
		TEST(a_failing_one_undoes_its_step),
		TEST(undoes_operations_as_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
