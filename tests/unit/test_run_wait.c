/* T13: actions that take long, hang, are given up or left half done. The clock
 * is one of the disk in memory: only sleeping moves it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"
#include "os_fault.h"
#include "sim_story.h"
#include "timeout.h"

#define STORY "examples/02-five-vms/"
#define SECOND INT64_C(1000000000)

static struct model *target;

static struct {
	volatile sig_atomic_t stop;
	int waits; /* how many waits until the operator presses again; 0: never */
	int presses; /* how often he does */
	bool die; /* the process, when an action has failed */
} ordered;

static enum outcome
begin(void *self, const struct order *o, char *why)
{
	enum outcome out = pass_begin(self, o, why);

	return out == OUTCOME_FAILED && ordered.die ? OUTCOME_SYSTEM : out;
}

static enum outcome
wait_for(void *self, int64_t ns, char *why)
{
	if (ordered.presses > 0 && --ordered.waits == 0) {
		ordered.presses--;
		ordered.waits = 3;
		ordered.stop++;
		return OUTCOME_RUNNING;
	}
	return pass_wait(self, ns, why);
}

static void
begin_anew(void)
{
	assert_int_equal(fault_fresh_disk(NULL), 0);
	ordered.stop = 0;
	ordered.waits = ordered.presses = 0;
	ordered.die = false;
}

static int
setup(void **state)
{
	struct fixture *f = fixture_new(STORY "source.xml",
	    STORY "campaign.xml");

	target = model_load(STORY "target.xml", &f->diag);
	assert_non_null(target);
	f->between.driver.begin = begin;
	f->between.driver.wait = wait_for;
	begin_anew();
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	model_free(target);
	return fixture_free(state);
}

/* The system is as the model says. */
static void
agree(struct fixture *f, const struct world *w, size_t action)
{
	struct driver *sim = f->between.sim;
	size_t n = sim->compare(sim->self, w, stderr, 5);

	if (n > 0)
		fail_msg("action %zu: %zu differences", action, n);
}

/* One process; is: the model at its end, or NULL. */
static int
process(struct fixture *f, enum command command, const struct model *is,
    size_t action)
{
	struct exec_options o = { .stop = &ordered.stop };
	struct exec *x = process_begin(f, command, &o);
	const char *how;
	uint32_t dn;
	int status = exec_command(x, command, &o, f->why);

	if (status == 0 || status == 4)
		agree(f, exec_world(x), action);
	if (is != NULL && !world_equals(exec_world(x), is, &dn, &how))
		fail_msg("action %zu: %s differs: %s", action, name_str(dn),
		    how);
	process_end(f, x, &o);
	return status;
}

/* A line of a fault file that hits the action. */
static const char *
line_for(const struct fixture *f, const char *kind, size_t i, int times)
{
	static char text[512];
	const struct act *a = &f->a->act[i];

	snprintf(text, sizeof(text), "%s %s:%s:%d", kind,
	    verb_name((enum verb)a->verb), a->entity == NAME_NONE ? "*" :
	    name_str(a->entity), times);
	return text;
}

/* Each action is left half done once: it is reversed, tried again, and the end
 * is that of an undisturbed run. */
static void
reverses_what_is_half_done(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < f->a->wrapup; i++) {
		begin_anew();
		order_faults(f, line_for(f, "half", i, 1));
		assert_int_equal(process(f, COMMAND_RUN, NULL, i), 0);
		assert_int_equal(f->faults.v[0].times, 0);
		assert_int_equal(process(f, COMMAND_COMMIT, target, i), 0);
	}
}

/* Half done until it is given up: the step is undone; then back, or on. */
static void
undoes_what_stays_half_done(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < f->a->wrapup; i++) {
		begin_anew();
		order_faults(f, line_for(f, "half", i, 99));
		assert_int_equal(process(f, COMMAND_RUN, NULL, i), 4);
		assert_non_null(strstr(f->why, "half done as ordered"));
		order_faults(f, "");
		if (i % 2 == 0)
			assert_int_equal(process(f, COMMAND_RESUME, NULL, i),
			    0);
		assert_int_equal(process(f, COMMAND_ROLLBACK, f->source, i), 0);
	}
}

/* The runtime dies when the action was left half done: whoever goes on finds
 * out, and the end is the same. */
static void
asks_how_far_it_was(void **state)
{
	struct fixture *f = *state;
	size_t i, unknown = 0;

	for (i = 0; i < f->a->wrapup; i++) {
		begin_anew();
		order_faults(f, line_for(f, "half", i, 1));
		ordered.die = true;
		assert_int_equal(process(f, COMMAND_RUN, NULL, i), 3);
		ordered.die = false;
		assert_int_equal(process(f, COMMAND_RESUME, NULL, i), 0);
		unknown += strstr(f->why, "nobody knows how far") != NULL;
		assert_int_equal(process(f, COMMAND_COMMIT, target, i), 0);
	}
	assert_true(unknown > 0);
}

static void
waits_for_what_takes_long(void **state)
{
	struct fixture *f = *state;
	int64_t began = os_clock();

	order_faults(f, "delay 90s *:*:100000\n");
	assert_int_equal(process(f, COMMAND_RUN, NULL, 0), 0);
	assert_true(os_clock() - began >= (int64_t)f->a->wrapup * 90 * SECOND);
	assert_true(os_clock() - began < (int64_t)f->a->n * 91 * SECOND);
	order_faults(f, "");
	assert_int_equal(process(f, COMMAND_ROLLBACK, f->source, 0), 0);
}

/* A delayed failure is a failure, later. */
static void
fails_late(void **state)
{
	struct fixture *f = *state;
	int64_t began = os_clock();

	order_faults(f, "delay 7s terminate:*:100\nfail terminate:*:100\n");
	assert_int_equal(process(f, COMMAND_RUN, NULL, 0), 4);
	assert_true(os_clock() - began >= 14 * SECOND);
	assert_non_null(strstr(f->why, "failed as ordered"));
}

/* Each action hangs once and is given up when its time is over. */
static void
gives_up_what_hangs(void **state)
{
	struct fixture *f = *state;
	int64_t began;
	size_t i;

	take_policy(f, "timeouts: [{max: 2500ms}]");
	for (i = 0; i < f->a->wrapup; i++) {
		begin_anew();
		order_faults(f, line_for(f, "hang", i, 1));
		began = os_clock();
		assert_int_equal(process(f, COMMAND_RUN, NULL, i), 0);
		assert_in_range(os_clock() - began, 5 * SECOND / 2,
		    3 * SECOND);
		assert_int_equal(process(f, COMMAND_COMMIT, target, i), 0);
	}
	begin_anew();
	order_faults(f, "hang instantiate:*:99");
	assert_int_equal(process(f, COMMAND_RUN, NULL, 0), 4);
	assert_non_null(strstr(f->why, "took longer than 2.500 s"));
}

/* What would end after its time is not done, and not left running. */
static void
late_is_failed(void **state)
{
	struct fixture *f = *state;

	take_policy(f, "timeouts: [{action: terminate, max: 2s}]");
	order_faults(f, "delay 2001ms terminate:*:99\ndelay 9s lock:*:99\n");
	assert_int_equal(process(f, COMMAND_RUN, NULL, 0), 4);
	assert_non_null(strstr(f->why, "terminate of"));
	order_faults(f, "delay 1999ms terminate:*:99\n");
	assert_int_equal(process(f, COMMAND_RESUME, NULL, 0), 0);
}

/* The operator gives up what hangs: it is undone, and resume goes on. */
static void
operator_gives_up(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = f->a->proc[0].first; i < f->a->wrapup; i += 3) {
		begin_anew();
		order_faults(f, line_for(f, "hang", i, 1));
		ordered.stop = 0;
		ordered.waits = 2;
		ordered.presses = 2;
		assert_int_equal(process(f, COMMAND_RUN, NULL, i), 5);
		assert_non_null(strstr(f->why, "given up by the operator"));
		assert_int_equal(ordered.stop, 2);
		ordered.stop = 0;
		assert_int_equal(process(f, COMMAND_RESUME, NULL, i), 0);
		assert_int_equal(process(f, COMMAND_COMMIT, target, i), 0);
	}
}

/* What hangs on the way back is given up when he presses once more; then only
 * the backup helps. */
static void
operator_gives_up_an_undo(void **state)
{
	struct fixture *f = *state;

	order_faults(f, "fail terminate:*\nhang undo/unlock:*:9\n");
	ordered.waits = 5;
	ordered.presses = 2;
	assert_int_equal(process(f, COMMAND_RUN, NULL, 0), 5);
	assert_non_null(strstr(f->why, "unlock of"));
	assert_non_null(strstr(f->why, "given up by the operator"));
	ordered.stop = 0;
	order_faults(f, "");
	assert_int_equal(process(f, COMMAND_ROLLBACK, f->source, 0), 0);
}

/* --- how long an action may take --- */

static int64_t
limit(const struct fixture *f, const struct world *w, enum verb verb,
    const char *entity, const char *bundle)
{
	struct order o = { .verb = verb, .entity = intern_str(entity),
		.bundle = bundle == NULL ? (uint32_t)NAME_NONE :
		intern_str(bundle), .before = w };

	return timeout_of(f->policy, &o);
}

static void
the_model_says_how_long(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "objects:\n"
	    "- {class: SaPlmDomain, dn: safDomain=d}\n"
	    "- {class: SaPlmEEBaseType, dn: safEEType=T}\n"
	    "- {class: SaPlmEEType, dn: 'safVersion=1,safEEType=T',\n"
	    "   saPlmEetDefInstantiateTimeout: 7000000000,\n"
	    "   saPlmEetDefTerminateTimeout: 8000000000}\n"
	    "- {class: SaPlmEE, dn: 'safEE=a,safDomain=d',\n"
	    "   saPlmEEType: 'safVersion=1,safEEType=T',\n"
	    "   saPlmEETerminateTimeout: 9000000000}\n"
	    "- {class: SaSmfSwBundle, dn: safSmfBundle=b,\n"
	    "   saSmfBundleDefaultCmdTimeout: 5000000000}\n";
	const char *const a = "safEE=a,safDomain=d";
	struct model *m = model_load_src(src_from_memory("m.yaml", text,
	    sizeof(text) - 1), &f->diag);
	struct world *w = world_new(m);

	assert_int_equal(f->diag.nerror, 0);
	assert_int_equal(limit(f, w, VERB_INSTANTIATE, a, NULL), 7 * SECOND);
	assert_int_equal(limit(f, w, VERB_TERMINATE, a, NULL), 9 * SECOND);
	assert_int_equal(limit(f, w, VERB_LOCK, a, NULL), 0);
	assert_int_equal(limit(f, w, VERB_OFFLINE_INSTALL, a,
	    "safSmfBundle=b"), 5 * SECOND);
	assert_int_equal(limit(f, w, VERB_TERMINATE, "safEE=x", NULL), 0);
	take_policy(f, "timeouts:\n"
	    "- {type: 'safVersion=1,*', action: terminate, max: 1s}\n"
	    "- {match: 'safEE=a,*', action: instantiate, max: 0s}\n");
	assert_int_equal(limit(f, w, VERB_TERMINATE, a, NULL), SECOND);
	assert_int_equal(limit(f, w, VERB_INSTANTIATE, a, NULL), 0);
	assert_int_equal(limit(f, w, VERB_OFFLINE_INSTALL, a,
	    "safSmfBundle=b"), 5 * SECOND);
	world_free(w);
	model_free(m);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reverses_what_is_half_done),
		TEST(undoes_what_stays_half_done),
		TEST(asks_how_far_it_was),
		TEST(waits_for_what_takes_long),
		TEST(fails_late),
		TEST(gives_up_what_hangs),
		TEST(late_is_failed),
		TEST(operator_gives_up),
		TEST(operator_gives_up_an_undo),
		TEST(the_model_says_how_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
