/* X6: whatever call the machine stops at, and whatever becomes of what was not
 * synced, a resumed campaign comes to the same end, and nothing is done twice.
 * The cluster is the simulated one, on the same disk; a second one beside it,
 * which nothing can stop, counts what it was told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "campaign_fsm.h"
#include "diag.h"
#include "driver_sim.h"
#include "exec.h"
#include "fault.h"
#include "keep.h"
#include "os.h"
#include "os_fault.h"
#include "policy.h"
#include "statedir.h"

#define STORY "examples/02-five-vms/"
#define DIR "run"

enum { DONE = 0, SYSTEM = 3, UNDONE = 4, DECIDE = 5 };

static struct story {
	struct diag diag;
	struct model *source, *target;
	struct campaign *c, *plain_c, *phased_c; /* c: one of the others */
	struct actions *a, *plain_a, *phased_a;
	int *ended; /* by seq: how often its forward order ended well, less
	             * how often it was reversed */
	int *settled; /* the same, of what this process was told again */
	const char *fail[2]; /* --fail, or NULL */
	struct policy *policy, *snapshots; /* that is in force; one with some */
	bool power_failed; /* what was not synced may be gone */
	size_t told; /* beginnings and ends that were told to the operator */
} story;

/* One process of camprun: what it holds. */
struct process {
	struct diag diag;
	struct statedir *dir;
	struct journal *journal;
	struct driver *sim, between;
	struct exec *x;
	struct faults faults;
	char why[512];
};

/* --- between the executor and the cluster --- */

/* A begun order is on disk as a record by now, whatever comes. */
static enum outcome
begin(void *self, const struct order *o, char *why)
{
	struct process *p = self;
	enum outcome out = p->sim->begin(p->sim->self, o, why);

	if (o->snapshot != NULL)
		return out; /* it is no action */
	if (o->verb == VERB_MODIFY_IM) /* none of them is empty here */
		assert_true(o->ntouched > 0);
	if (out == OUTCOME_OK) {
		story.ended[o->seq] += o->direction == DO_FORWARD ? 1 : -1;
		assert_in_range(story.ended[o->seq], 0, 1);
	}
	return out;
}

/* The machine stopped before it could say that the order was done. If it was
 * not the power that failed, the cluster knows. */
static enum probed
probe(void *self, const struct order *o)
{
	struct process *p = self;
	enum probed answer = p->sim->probe(p->sim->self, o);
	bool was_done = o->snapshot == NULL && story.ended[o->seq] == (o->direction == DO_FORWARD);

	if (o->snapshot != NULL)
		return answer;
	if (was_done && !story.power_failed)
		assert_int_equal(answer, PROBE_DONE);
	story.ended[o->seq] = (o->direction == DO_FORWARD) ==
	    (answer == PROBE_DONE);
	return answer;
}

/* Everything that the journal has was done once, whatever the cluster kept. */
static enum outcome
settled(void *self, const struct order *o, char *why)
{
	struct process *p = self;

	story.settled[o->seq] += o->direction == DO_FORWARD ? 1 : -1;
	assert_in_range(story.settled[o->seq], 0, 1);
	return p->sim->settled(p->sim->self, o, why);
}

static enum outcome
keep(void *self, char *why)
{
	struct process *p = self;

	return p->sim->sync(p->sim->self, why);
}

static enum outcome
restore(void *self, char *why)
{
	struct process *p = self;

	memset(story.ended, 0, (story.a->n + 1) * sizeof(int));
	return p->sim->restore(p->sim->self, why);
}

static bool
open_driver(struct process *p, bool fresh)
{
	struct driver_options d = { .state_dir = statedir_path(p->dir),
		.source = story.source, .fresh = fresh,
		.faults = &p->faults };

	faults_free(&p->faults);
	for (; p->faults.n < 2 && story.fail[p->faults.n] != NULL;)
		assert_true(fault_add(&p->faults, story.fail[p->faults.n],
		    p->why));
	p->sim = driver_sim(&d, p->why);
	p->between = (struct driver){ .name = "between", .begin = begin,
		.probe = probe, .settled = settled, .sync = keep,
		.restore = restore, .self = p };
	memset(story.settled, 0, (story.a->n + 1) * sizeof(int));
	return p->sim != NULL;
}

/* --- a process --- */

static void
restart(enum fault_fate fate, uint64_t seed)
{
	fault_restart(fate, seed);
	story.power_failed |= fate != FATE_KEPT;
}

/* What is in it has moved with the directory. */
static bool
open_driver_there(struct process *p)
{
	p->sim->free(p->sim->self);
	p->sim = NULL;
	return open_driver(p, false);
}

static bool
begin_run(struct process *p)
{
	story.power_failed = false;
	p->x = exec_new(story.c, story.source, story.a);
	memset(story.ended, 0, (story.a->n + 1) * sizeof(int));
	return statedir_prepare(DIR, &p->diag, &p->dir) == 0 &&
	    statedir_set(p->dir, "driver", "sim") == 0 &&
	    statedir_add(p->dir, "campaign.xml", "<c/>", 4) == 0 &&
	    journal_create(statedir_path(p->dir), "head", &p->journal) == 0 &&
	    open_driver(p, true) && statedir_commit(p->dir) == 0 &&
	    open_driver_there(p) && exec_know_run(p->x, DIR) == 0;
}

static bool
go_on(struct process *p)
{
	p->x = exec_new(story.c, story.source, story.a);
	return statedir_open(DIR, &p->diag, &p->dir) == 0 &&
	    journal_open(DIR, &p->diag, exec_record, p->x, &p->journal) == 0 &&
	    open_driver(p, false) && exec_know_run(p->x, DIR) == 0;
}

static void
told(void *arg, const struct actions *a, size_t at, enum direction d,
    uint32_t attempt, bool ended)
{
	(void)arg;
	(void)a;
	(void)at;
	(void)d;
	(void)attempt;
	(void)ended;
	story.told++;
}

static int
is_known(void *arg, const char *name)
{
	struct process *p = arg;
	const struct keep *k = exec_kept(p->x);
	char own[KEEP_NAME];
	size_t i;

	for (i = 0; i < k->n; i++) {
		keep_name(k, &k->v[i], own);
		if (keep_is_there(&k->v[i]) && strcmp(own, name) == 0)
			return 0;
	}
	fail_msg("nobody knows of the snapshot %s", name);
	return 1;
}

/* No snapshot is there that is not in the journal, and the reverse. */
static void
the_journal_knows_all(struct process *p)
{
	const struct keep *k = exec_kept(p->x);
	char path[80], name[KEEP_NAME];
	size_t i;

	if (os_exists(DIR "/sim/snapshots"))
		assert_int_equal(os_list(DIR "/sim/snapshots", is_known, p),
		    0);
	for (i = 0; i < k->n; i++) {
		keep_name(k, &k->v[i], name);
		snprintf(path, sizeof(path), DIR "/sim/snapshots/%s", name);
		assert_int_equal(os_exists(path), k->v[i].deed ==
		    KEEP_TAKEN || k->v[i].deed == KEEP_REVERTED ||
		    k->v[i].deed == KEEP_UNREVERTED);
	}
}

/* Where a command ends, the cluster is what the model says. */
static int
work(struct process *p, enum command c)
{
	struct exec_options o = { .driver = &p->between,
		.journal = p->journal, .progress = told,
		.policy = story.policy, .state = DIR };
	int status;

	if (!exec_replay(p->x, p->why))
		fail_msg("%s", p->why);
	status = exec_command(p->x, c, &o, p->why);
	if (status != SYSTEM)
		the_journal_knows_all(p);
	if (status == DONE)
		assert_int_equal(p->sim->compare(p->sim->self,
		    exec_world(p->x), stderr, 10), 0);
	return status;
}

/* Runs one command to its end, or to where the machine stops. */
static int
process(enum command c, int *end)
{
	struct process p = { .why = "" };
	int status = SYSTEM;

	if (c == COMMAND_RUN ? begin_run(&p) : go_on(&p))
		status = work(&p, c);
	assert_int_equal(p.diag.nerror, 0);
	if (end != NULL && p.x != NULL)
		*end = exec_state(p.x);
	if (p.sim != NULL)
		p.sim->free(p.sim->self);
	faults_free(&p.faults);
	exec_free(p.x);
	journal_close(p.journal);
	statedir_close(p.dir);
	diag_free(&p.diag);
	return status;
}

/* After a crash: from the beginning if the run had not begun, else the command
 * again if its record did not survive, else on. */
static int
again(enum command c, int *end)
{
	struct exec *x = exec_new(story.c, story.source, story.a);
	struct diag d = { 0 };
	enum command flying;
	char why[512];

	if (!os_exists(DIR)) {
		exec_free(x);
		assert_int_equal(c, COMMAND_RUN);
		return process(COMMAND_RUN, end);
	}
	assert_int_equal(journal_read(DIR, &d, exec_record, x), 0);
	if (!exec_replay(x, why))
		fail_msg("%s", why);
	if (exec_in_flight(x, &flying)) {
		assert_true(exec_accepts(x, COMMAND_RESUME, why));
		assert_false(exec_accepts(x, c == COMMAND_RESUME ?
		    COMMAND_RUN : c, why));
		c = COMMAND_RESUME;
	} else if (c == COMMAND_RUN || !exec_accepts(x, c, why)) {
		c = COMMAND_RESUME;
	}
	if (exec_state(x) == CMPG_CAMPAIGN_COMMITTED &&
	    !exec_in_flight(x, &flying)) {
		assert_false(exec_accepts(x, c, why)); /* it is over */
		*end = exec_state(x);
		exec_free(x);
		return DONE;
	}
	exec_free(x);
	diag_free(&d);
	return process(c, end);
}

/* --- the story --- */

/* All procedures are one phase, which is validated where the last one ends. */
static void
validate(struct campaign *c)
{
	struct step *last = &c->procedure[c->nprocedure - 1].step[0];
	size_t k;

	for (k = 0; k < c->nprocedure; k++)
		c->procedure[k].phase = intern_str("all");
	last->callback = arena_alloc(&c->arena, sizeof(*last->callback));
	*last->callback = (struct callback){ .label =
	    intern_str("validate:all"), .string = NAME_NONE, .time = -1,
	    .at = intern_str("afterUnlock"), .on = NAME_NONE };
	last->ncallback = 1;
}

static int
load(void **state)
{
	(void)state;
	story.source = model_load(STORY "source.xml", &story.diag);
	story.target = model_load(STORY "target.xml", &story.diag);
	story.c = story.plain_c = campaign_load(STORY "campaign.xml",
	    &story.diag);
	story.a = story.plain_a = actions_expand(story.c, story.source);
	story.phased_c = campaign_load(STORY "campaign.xml", &story.diag);
	validate(story.phased_c);
	story.phased_a = actions_expand(story.phased_c, story.source);
	story.snapshots = policy_load("tests/unit/snapshots.yaml",
	    &story.diag);
	assert_non_null(story.snapshots);
	assert_int_equal(story.diag.nitem, 0);
	assert_int_equal(story.phased_a->n, story.plain_a->n + 1);
	story.ended = mem_alloc(story.phased_a->n + 1, sizeof(int));
	story.settled = mem_alloc(story.phased_a->n + 1, sizeof(int));
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	fault_reset();
	free(story.ended);
	free(story.settled);
	policy_free(story.snapshots);
	actions_free(story.plain_a);
	campaign_free(story.plain_c);
	actions_free(story.phased_a);
	campaign_free(story.phased_c);
	model_free(story.source);
	model_free(story.target);
	diag_free(&story.diag);
	return 0;
}

static void
all_done(int end)
{
	assert_int_equal(end, CMPG_EXECUTION_COMPLETED);
	for (size_t i = 1; i <= story.a->wrapup; i++)
		assert_int_equal(story.ended[i], 1);
}

static void
none_done(int end)
{
	assert_int_equal(end, CMPG_ROLLBACK_COMPLETED);
	for (size_t i = 1; i <= story.a->n; i++)
		assert_int_equal(story.ended[i], 0);
}

/* How many calls of this kind the undisturbed command makes. */
static uint64_t
calls_of(enum command c, enum fault_calls kind)
{
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
	assert_int_equal(process(c, NULL), DONE);
	return fault_count(kind);
}

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
	calls_of(COMMAND_RUN, FAULT_CHANGES);
	n = calls_of(COMMAND_COMMIT, FAULT_CHANGES);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		assert_int_equal(process(COMMAND_RUN, NULL), DONE);
		fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
		assert_int_equal(process(COMMAND_COMMIT, NULL), SYSTEM);
		restart((enum fault_fate)(k % 3), k);
		assert_int_equal(again(COMMAND_COMMIT, &end), DONE);
		assert_int_equal(end, CMPG_CAMPAIGN_COMMITTED);
	}
}

static void
crash_in_run(uint64_t k, enum fault_fate fate)
{
	int end = CMPG_INITIAL;

	fault_reset();
	fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
	assert_int_equal(process(COMMAND_RUN, NULL), SYSTEM);
	assert_true(fault_happened());
	restart(fate, k);
	assert_int_equal(again(COMMAND_RUN, &end), DONE);
	all_done(end);
}

static void
crash_anywhere_in_run(void **state)
{
	uint64_t n;

	(void)state;
	fault_reset();
	n = calls_of(COMMAND_RUN, FAULT_CHANGES);
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
	calls_of(COMMAND_RUN, FAULT_CHANGES);
	n = calls_of(COMMAND_ROLLBACK, FAULT_CHANGES);
	assert_true(n > story.a->wrapup);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		assert_int_equal(process(COMMAND_RUN, NULL), DONE);
		fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
		assert_int_equal(process(COMMAND_ROLLBACK, NULL), SYSTEM);
		restart((enum fault_fate)(k % 3), k);
		assert_int_equal(again(COMMAND_ROLLBACK, &end), DONE);
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
	n = calls_of(COMMAND_ROLLBACK, FAULT_CHANGES);
	fault_reset();
	assert_int_equal(process(COMMAND_RUN, NULL), DONE);
	story.fail[0] = fail;
	assert_true(calls_of(COMMAND_ROLLBACK, FAULT_CHANGES) > n);
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
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
	assert_int_equal(process(COMMAND_RUN, &end), UNDONE);
	n = fault_count(FAULT_CHANGES);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
		assert_int_equal(process(COMMAND_RUN, NULL), SYSTEM);
		restart((enum fault_fate)(k % 3), k);
		assert_int_equal(again(COMMAND_RUN, &end), UNDONE);
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
	n = calls_of(COMMAND_ROLLBACK, FAULT_CHANGES);
	for (uint64_t k = 1; k <= n; k++)
		for (int fate = FATE_LOST; fate <= FATE_TORN; fate++) {
			fault_reset();
			assert_int_equal(process(COMMAND_RUN, NULL), DECIDE);
			fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
			assert_int_equal(process(COMMAND_ROLLBACK, NULL),
			    SYSTEM);
			restart((enum fault_fate)fate, k);
			assert_int_equal(again(COMMAND_ROLLBACK, &end), DONE);
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
	n = calls_of(COMMAND_RUN, FAULT_CHANGES);
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

/* --- with snapshots --- */

static size_t
kept(enum keep_kind kind)
{
	struct exec *x = exec_new(story.c, story.source, story.a);
	struct diag d = { 0 };
	const struct keep *k = exec_kept(x);
	size_t i, n = 0;

	assert_int_equal(journal_read(DIR, &d, exec_record, x), 0);
	for (i = 0; i < k->n; i++)
		n += keep_is_there(&k->v[i]) && k->v[i].kind == kind;
	exec_free(x);
	diag_free(&d);
	return n;
}

static int
want_snapshots(void **state)
{
	(void)state;
	story.policy = story.snapshots;
	return 0;
}

static int
want_none(void **state)
{
	(void)state;
	story.policy = NULL;
	return 0;
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

static int
want_phase(void **state)
{
	story.c = story.phased_c;
	story.a = story.phased_a;
	return want_snapshots(state);
}

static int
want_no_phase(void **state)
{
	story.c = story.plain_c;
	story.a = story.plain_a;
	story.fail[0] = NULL;
	return want_none(state);
}

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
	struct exec *x = exec_new(story.c, story.source, story.a);
	struct diag d = { 0 };
	const struct keep *k = exec_kept(x);
	size_t i, n = 0;

	assert_int_equal(journal_read(DIR, &d, exec_record, x), 0);
	for (i = 0; i < k->n; i++)
		n += k->v[i].kind == KEEP_BEFORE && k->v[i].deed == deed;
	exec_free(x);
	diag_free(&d);
	return n;
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
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
	assert_int_equal(process(COMMAND_RUN, &end), UNDONE);
	n = fault_count(FAULT_CHANGES);
	for (uint64_t k = 1; k <= n; k++) {
		fault_reset();
		fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
		assert_int_equal(process(COMMAND_RUN, NULL), SYSTEM);
		restart((enum fault_fate)(k % 3), k);
		assert_int_equal(again(COMMAND_RUN, &end), UNDONE);
		phase_is_back(end);
		assert_int_equal(are(KEEP_REVERTED), kept(KEEP_BEFORE));
		assert_int_equal(again(COMMAND_ROLLBACK, &end), DONE);
		none_done(end);
	}
}

#define with_phase(test) \
	cmocka_unit_test_setup_teardown(test, want_phase, want_no_phase)
#define with_snapshots(test) \
	cmocka_unit_test_setup_teardown(test, want_snapshots, want_none)

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
		with_snapshots(snapshots_come_and_go),
		with_snapshots(no_snapshot_no_procedure),
		with_snapshots(what_cannot_be_reverted),
		with_snapshots(crash_anywhere_in_commit),
		with_snapshots(crash_anywhere_in_run),
		with_snapshots(crash_anywhere_in_rollback),
		with_snapshots(crash_while_undoing),
		with_snapshots(crash_while_restoring),
		with_snapshots(crash_again_and_again),
		cmocka_unit_test(no_such_records_of_snapshots),
		with_phase(a_phase_goes_back),
		with_phase(what_was_not_reverted_stays),
		with_phase(crash_while_a_phase_goes_back),
		with_phase(crash_anywhere_in_run),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
