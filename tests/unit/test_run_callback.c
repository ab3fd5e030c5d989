/* T12: callbacks of a campaign, and its administrative operations: when they
 * are called, how often, and what a failing one does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "driver_sim.h"
#include "exec.h"
#include "os.h"
#include "os_fault.h"
#include "policy.h"

#define STORY "tests/golden/run-callbacks/"

enum { MOST = 200 };

struct fixture {
	struct diag diag;
	struct model *s;
	struct campaign *c;
	struct actions *a;
	struct policy *policy;
	struct driver *sim, between;
	volatile sig_atomic_t stop;
	/* What the driver was told, in order. */
	struct heard {
		uint32_t seq;
		enum direction direction;
		enum verb verb;
	} heard[MOST];
	size_t nheard, stop_after;
	char why[512];
};

static enum outcome
begin(void *self, const struct order *o, char *why)
{
	struct fixture *f = self;

	assert_true(f->nheard < MOST);
	assert_true((o->verb == VERB_NOTIFY) == (o->callback != NULL));
	f->heard[f->nheard++] = (struct heard){ o->seq, o->direction,
		o->verb };
	if (f->nheard == f->stop_after)
		f->stop = 1;
	return f->sim->begin(f->sim->self, o, why);
}

static enum probed
probe(void *self, const struct order *o)
{
	struct fixture *f = self;

	return f->sim->probe(f->sim->self, o);
}

static enum outcome
restore(void *self, char *why)
{
	struct fixture *f = self;

	return f->sim->restore(f->sim->self, why);
}

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->s = model_load(STORY "source.yaml", &f->diag);
	f->c = campaign_load(STORY "campaign.xml", &f->diag);
	assert_non_null(f->s);
	assert_non_null(f->c);
	f->a = actions_make(f->c, f->s, "test", &f->diag);
	assert_non_null(f->a);
	f->between = (struct driver){ .name = "between", .begin = begin,
		.probe = probe, .restore = restore, .self = f };
	fault_reset();
	assert_int_equal(os_mkdir("state"), 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	fault_reset();
	policy_free(f->policy);
	actions_free(f->a);
	campaign_free(f->c);
	model_free(f->s);
	diag_free(&f->diag);
	free(f);
	return 0;
}

static void
take_policy(struct fixture *f, const char *text)
{
	policy_free(f->policy);
	f->policy = policy_load_src(src_from_memory("policy", text,
	    strlen(text)), &f->diag);
	assert_int_equal(f->diag.nerror, 0);
}

/* One process; what it told the driver is in heard. */
static int
process(struct fixture *f, enum command command)
{
	struct exec *x = exec_new(f->c, f->s, f->a);
	struct driver_options d = { .state_dir = "state", .source = f->s,
		.fresh = command == COMMAND_RUN };
	struct exec_options o = { .driver = &f->between, .stop = &f->stop,
		.policy = f->policy };
	struct journal *j = NULL;
	int status;

	f->nheard = 0;
	if (command == COMMAND_RUN)
		assert_int_equal(journal_create("state", "test", &j), 0);
	else
		assert_int_equal(journal_open("state", &f->diag, exec_record,
		    x, &j), 0);
	o.journal = j;
	if (!exec_replay(x, f->why))
		fail_msg("%s", f->why);
	f->sim = driver_sim(&d, f->why);
	assert_non_null(f->sim);
	status = exec_command(x, command, &o, f->why);
	assert_int_equal(f->sim->sync(f->sim->self, f->why), OUTCOME_OK);
	f->sim->free(f->sim->self);
	journal_close(j);
	exec_free(x);
	f->stop = 0;
	return status;
}

/* How often the callback was called, since the last process began. */
static size_t
calls(const struct fixture *f, const char *label, enum direction d)
{
	size_t i, n = 0;

	for (i = 0; i < f->nheard; i++) {
		const struct act *a = &f->a->act[f->heard[i].seq - 1];

		n += a->verb == VERB_NOTIFY && f->heard[i].direction == d &&
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
	assert_int_equal(f->nheard, f->a->wrapup);
	for (i = 0; i < f->nheard; i++)
		assert_int_equal(f->heard[i].seq, i + 1);
	assert_int_equal(process(f, COMMAND_COMMIT), 0);
	assert_int_equal(calls(f, "commits", DO_FORWARD), 1);
	assert_int_equal(calls(f, "wraps up", DO_FORWARD), 1);
	assert_int_equal(f->nheard, 2);
}

/* A rollback begins once, however often it is suspended. */
static void
tells_of_a_rollback_once(void **state)
{
	struct fixture *f = *state;
	size_t first, total;
	int times = 0;

	assert_int_equal(process(f, COMMAND_RUN), 0);
	f->stop_after = 1;
	assert_int_equal(process(f, COMMAND_ROLLBACK), 5);
	assert_int_equal(calls(f, "goes back", DO_ROLLBACK), 1);
	assert_int_equal(f->heard[0].seq, f->a->rollback + 1);
	first = f->nheard;
	assert_true(first < f->a->wrapup);
	f->stop_after = 0;
	for (total = first; process(f, COMMAND_RESUME) != 0; times++)
		assert_true(times < 3);
	total += f->nheard;
	assert_int_equal(calls(f, "goes back", DO_ROLLBACK), 0);
	assert_int_equal(total, f->a->wrapup + 1);
	assert_int_equal(process(f, COMMAND_COMMIT), 0);
	assert_int_equal(calls(f, "commits", DO_ROLLBACK), 1);
	assert_int_equal(f->nheard, 1);
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
	assert_int_equal(f->nheard, 0);
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
	for (i = 0; i < f->nheard; i++)
		n += f->heard[i].verb == VERB_TERMINATE &&
		    f->heard[i].direction == DO_UNDO;
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
