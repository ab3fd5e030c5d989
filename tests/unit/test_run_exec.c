/* T12, T13, X6: forward, undo, retry, rollback, and every crash between. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "campaign_fsm.h"
#include "diag.h"
#include "exec.h"
#include "os.h"
#include "os_fault.h"

#define STORY "examples/02-five-vms/"

enum { CALM = 1 << 30 };

/* A driver that does nothing but remember, fail and die on order. */
struct fake {
	struct driver driver;
	int *count; /* by seq: done (+1) and reversed (-1) */
	size_t calls;
	size_t die_at; /* the process dies in this call ... */
	bool die_after; /* ... after having done it */
	uint32_t fail_seq, fail_times, undo_fail_times;
	bool restored;
};

static enum outcome
fake_begin(void *self, const struct order *o, char *why)
{
	struct fake *f = self;
	bool die = ++f->calls == f->die_at;

	if (die && !f->die_after)
		return OUTCOME_SYSTEM;
	if (o->direction == DO_FORWARD && o->seq == f->fail_seq &&
	    f->fail_times > 0) {
		f->fail_times--;
		strcpy(why, "failed on order");
		return OUTCOME_FAILED;
	}
	if (o->direction == DO_UNDO && f->undo_fail_times > 0) {
		f->undo_fail_times--;
		strcpy(why, "undo failed on order");
		return OUTCOME_FAILED;
	}
	f->count[o->seq] += o->direction == DO_FORWARD ? 1 : -1;
	/* Nothing is done twice, nothing reversed that was not done. */
	assert_in_range(f->count[o->seq], 0, 1);
	return die ? OUTCOME_SYSTEM : OUTCOME_OK;
}

static int
fake_probe(struct fake *f, const struct order *o)
{
	return f->count[o->seq] == (o->direction == DO_FORWARD);
}

static enum outcome
fake_restore(void *self, char *why)
{
	struct fake *f = self;

	(void)why;
	f->restored = true;
	return OUTCOME_OK;
}

struct fixture {
	struct diag diag;
	struct model *s, *t;
	struct campaign *c;
	struct actions *a;
	struct fake fake;
};

static struct driver probe_of;

static enum probed
probe(void *self, const struct order *o)
{
	return fake_probe(self, o) ? PROBE_DONE : PROBE_NOT_DONE;
}

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->s = model_load(STORY "source.xml", &f->diag);
	f->t = model_load(STORY "target.xml", &f->diag);
	f->c = campaign_load(STORY "campaign.xml", &f->diag);
	f->a = actions_expand(f->c, f->s);
	f->fake.count = mem_alloc(f->a->n + 1, sizeof(int));
	f->fake.driver = probe_of;
	f->fake.driver.begin = fake_begin;
	f->fake.driver.probe = probe;
	f->fake.driver.restore = fake_restore;
	f->fake.driver.self = &f->fake;
	/* A disk in memory: its syncs cost nothing. */
	assert_int_equal(fault_fresh_disk(NULL), 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	fault_reset();
	free(f->fake.count);
	actions_free(f->a);
	campaign_free(f->c);
	model_free(f->s);
	model_free(f->t);
	diag_free(&f->diag);
	free(f);
	return 0;
}

/* A new run: what was before is forgotten. */
static void
begin_anew(struct fixture *f)
{
	os_unlink(FAULT_FOLDER "/journal");
	memset(f->fake.count, 0, (f->a->n + 1) * sizeof(int));
	f->fake.calls = 0;
	f->fake.die_at = f->fake.fail_seq = f->fake.fail_times = 0;
	f->fake.undo_fail_times = 0;
	f->fake.die_after = f->fake.restored = false;
}

/* One process: opens what there is, carries the command out, ends. The world
 * is compared with a model if one is given. */
static int
process(struct fixture *f, enum command command, const struct model *is,
    int *end)
{
	struct exec *x = exec_new(f->c, f->s, f->a);
	struct journal *j = NULL;
	struct exec_options o = { .driver = &f->fake.driver };
	char why[512] = "";
	const char *how;
	uint32_t dn;
	int status;

	if (command == COMMAND_RUN)
		assert_int_equal(journal_create(FAULT_FOLDER, "test", &j), 0);
	else
		assert_int_equal(journal_open(FAULT_FOLDER, &f->diag, exec_record,
		    x, &j), 0);
	if (!exec_replay(x, why))
		fail_msg("%s", why);
	o.journal = j;
	status = exec_command(x, command, &o, why);
	if (is != NULL && !world_equals(exec_world(x), is, &dn, &how))
		fail_msg("%s differs: %s", name_str(dn), how);
	if (end != NULL)
		*end = exec_state(x);
	journal_close(j);
	exec_free(x);
	return status;
}

/* The first n actions are done so many times more than reversed. */
static void
counted(const struct fixture *f, size_t n, int times)
{
	size_t i;

	for (i = 1; i <= n; i++)
		assert_int_equal(f->fake.count[i], times);
}

/* The command leads to the campaign's completion, each action done once. */
static void
completed_by(struct fixture *f, enum command command)
{
	int end;

	assert_int_equal(process(f, command, NULL, &end), 0);
	assert_int_equal(end, CMPG_EXECUTION_COMPLETED);
	counted(f, f->a->wrapup, 1);
}

static void
completes(void **state)
{
	struct fixture *f = *state;
	int end;

	completed_by(f, COMMAND_RUN);
	assert_int_equal(process(f, COMMAND_COMMIT, f->t, &end), 0);
	assert_int_equal(end, CMPG_CAMPAIGN_COMMITTED);
	counted(f, f->a->n, 1);
}

static void
rolls_back(void **state)
{
	struct fixture *f = *state;
	int end;

	assert_int_equal(process(f, COMMAND_RUN, NULL, NULL), 0);
	assert_int_equal(process(f, COMMAND_ROLLBACK, f->s, &end), 0);
	assert_int_equal(end, CMPG_ROLLBACK_COMPLETED);
	counted(f, f->a->n, 0);
	assert_int_equal(process(f, COMMAND_ROLLBACK, f->s, &end), 0);
}

static void
retries_each_once(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 1; i <= f->a->wrapup; i++) {
		begin_anew(f);
		f->fake.fail_seq = (uint32_t)i;
		f->fake.fail_times = 1;
		completed_by(f, COMMAND_RUN);
	}
}

static void
undoes_what_fails_for_good(void **state)
{
	struct fixture *f = *state;
	int end;
	size_t i;

	for (i = 1; i <= f->a->wrapup; i++) {
		begin_anew(f);
		f->fake.fail_seq = (uint32_t)i;
		f->fake.fail_times = CALM;
		assert_int_equal(process(f, COMMAND_RUN, NULL, &end), 4);
		assert_int_equal(end, CMPG_SUSPENDED_BY_ERROR_DETECTED);
		if (i % 2 == 0) { /* mended: it goes on */
			f->fake.fail_times = 0;
			completed_by(f, COMMAND_RESUME);
		}
		assert_int_equal(process(f, COMMAND_ROLLBACK, f->s, &end), 0);
	}
}

static void
falls_back_when_undo_fails(void **state)
{
	struct fixture *f = *state;
	int end;
	uint32_t seq = (uint32_t)f->a->proc[1].first + 6;

	begin_anew(f);
	f->fake.fail_seq = seq;
	f->fake.fail_times = 1;
	f->fake.undo_fail_times = 1;
	assert_int_equal(process(f, COMMAND_RUN, NULL, &end), 5);
	assert_int_equal(end, CMPG_EXECUTION_FAILED);
	assert_int_equal(process(f, COMMAND_ROLLBACK, f->s, &end), 0);
	assert_true(f->fake.restored);
	assert_int_equal(end, CMPG_ROLLBACK_COMPLETED);
}

/* Dies in each call of the driver, before or after it was done; another
 * process goes on and reaches the same end. */
static void
survives(void **state)
{
	struct fixture *f = *state;
	size_t k;

	for (k = 1; k <= 2 * f->a->wrapup; k++) {
		begin_anew(f);
		f->fake.die_at = (k + 1) / 2;
		f->fake.die_after = k % 2 == 0;
		assert_int_equal(process(f, COMMAND_RUN, NULL, NULL), 3);
		completed_by(f, COMMAND_RESUME);
	}
}

static void
survives_rolling_back(void **state)
{
	struct fixture *f = *state;
	int end;
	size_t k;

	for (k = 1; k <= 2 * f->a->wrapup; k += 3) {
		begin_anew(f);
		f->fake.fail_seq = (uint32_t)f->a->wrapup;
		f->fake.fail_times = CALM;
		assert_int_equal(process(f, COMMAND_RUN, NULL, NULL), 4);
		f->fake.die_at = f->fake.calls + (k + 1) / 2;
		f->fake.die_after = k % 2 == 0;
		if (process(f, COMMAND_ROLLBACK, NULL, NULL) == 0)
			break; /* fewer actions than that to reverse */
		assert_int_equal(process(f, COMMAND_RESUME, f->s, &end), 0);
		assert_int_equal(end, CMPG_ROLLBACK_COMPLETED);
	}
	assert_true(k > f->a->n / 2);
}

static void
suspends(void **state)
{
	struct fixture *f = *state;
	static volatile sig_atomic_t stop = 1;
	struct exec *x = exec_new(f->c, f->s, f->a);
	struct journal *j;
	struct exec_options o = { .driver = &f->fake.driver, .stop = &stop };
	char why[512];

	assert_int_equal(journal_create(FAULT_FOLDER, "test", &j), 0);
	o.journal = j;
	assert_int_equal(exec_command(x, COMMAND_RUN, &o, why), 5);
	assert_int_equal(exec_state(x), CMPG_EXECUTION_SUSPENDED);
	assert_int_equal(exec_done(x), f->a->init_end);
	assert_false(exec_accepts(x, COMMAND_COMMIT, why));
	assert_non_null(strstr(why, "resume"));
	journal_close(j);
	exec_free(x);
	completed_by(f, COMMAND_RESUME);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(completes),
		TEST(rolls_back),
		TEST(retries_each_once),
		TEST(undoes_what_fails_for_good),
		TEST(falls_back_when_undo_fails),
		TEST(survives),
		TEST(survives_rolling_back),
		TEST(suspends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
