/* A campaign on the simulated cluster, which is on the disk in memory: the
 * machine may stop at any call to that. A second cluster beside it, which
 * nothing can stop, counts what it was told. */
#ifndef CG_TEST_CRASH_STORY_H
#define CG_TEST_CRASH_STORY_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "between.h"
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
	struct between between; /* the first: self of what is below */
	struct diag diag;
	struct statedir *dir;
	struct journal *journal;
	struct exec *x;
	struct faults faults;
	char why[512];
};

/* --- between the executor and the cluster --- */

/* A begun order is on disk as a record by now, whatever comes. */
static inline enum outcome
begin(void *self, const struct order *o, char *why)
{
	enum outcome out = pass_begin(self, o, why);

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
static inline enum probed
probe(void *self, const struct order *o)
{
	enum probed answer = pass_probe(self, o);

	if (o->snapshot != NULL)
		return answer;
	if (story.ended[o->seq] == (o->direction == DO_FORWARD) &&
	    !story.power_failed)
		assert_int_equal(answer, PROBE_DONE);
	story.ended[o->seq] = (o->direction == DO_FORWARD) ==
	    (answer == PROBE_DONE);
	return answer;
}

/* Everything that the journal has was done once, whatever the cluster kept. */
static inline enum outcome
settled(void *self, const struct order *o, char *why)
{
	story.settled[o->seq] += o->direction == DO_FORWARD ? 1 : -1;
	assert_in_range(story.settled[o->seq], 0, 1);
	return pass_settled(self, o, why);
}

static inline enum outcome
restore(void *self, char *why)
{
	memset(story.ended, 0, (story.a->n + 1) * sizeof(int));
	return pass_restore(self, why);
}

static inline bool
open_driver(struct process *p, bool fresh)
{
	struct driver_options d = { .state_dir = statedir_path(p->dir),
		.source = story.source, .fresh = fresh,
		.faults = &p->faults };

	faults_free(&p->faults);
	for (; p->faults.n < 2 && story.fail[p->faults.n] != NULL;)
		assert_true(fault_add(&p->faults, story.fail[p->faults.n],
		    p->why));
	between_begin(&p->between);
	p->between.driver.begin = begin;
	p->between.driver.probe = probe;
	p->between.driver.settled = settled;
	p->between.driver.restore = restore;
	p->between.sim = driver_sim(&d, p->why);
	memset(story.settled, 0, (story.a->n + 1) * sizeof(int));
	return p->between.sim != NULL;
}

/* --- a process --- */

static inline void
restart(enum fault_fate fate, uint64_t seed)
{
	fault_restart(fate, seed);
	story.power_failed |= fate != FATE_KEPT;
}

/* What is in it has moved with the directory. */
static inline bool
open_driver_there(struct process *p)
{
	p->between.sim->free(p->between.sim->self);
	p->between.sim = NULL;
	return open_driver(p, false);
}

static inline bool
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

static inline bool
go_on(struct process *p)
{
	p->x = exec_new(story.c, story.source, story.a);
	return statedir_open(DIR, &p->diag, &p->dir) == 0 &&
	    journal_open(DIR, &p->diag, exec_record, p->x, &p->journal) == 0 &&
	    open_driver(p, false) && exec_know_run(p->x, DIR) == 0;
}

static inline void
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

static inline int
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
static inline void
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
static inline int
work(struct process *p, enum command c)
{
	struct exec_options o = { .driver = &p->between.driver,
		.journal = p->journal, .progress = told,
		.policy = story.policy, .state = DIR };
	struct driver *sim = p->between.sim;
	int status;

	if (!exec_replay(p->x, p->why))
		fail_msg("%s", p->why);
	status = exec_command(p->x, c, &o, p->why);
	if (status != SYSTEM)
		the_journal_knows_all(p);
	if (status == DONE)
		assert_int_equal(sim->compare(sim->self, exec_world(p->x),
		    stderr, 10), 0);
	return status;
}

/* Runs one command to its end, or to where the machine stops. */
static inline int
process(enum command c, int *end)
{
	struct process p = { .why = "" };
	int status = SYSTEM;

	if (c == COMMAND_RUN ? begin_run(&p) : go_on(&p))
		status = work(&p, c);
	assert_int_equal(p.diag.nerror, 0);
	if (end != NULL && p.x != NULL)
		*end = exec_state(p.x);
	if (p.between.sim != NULL)
		p.between.sim->free(p.between.sim->self);
	faults_free(&p.faults);
	exec_free(p.x);
	journal_close(p.journal);
	statedir_close(p.dir);
	diag_free(&p.diag);
	return status;
}

/* After a crash: from the beginning if the run had not begun, else the command
 * again if its record did not survive, else on. */
static inline int
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
static inline void
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

static inline int
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

static inline int
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

static inline void
all_done(int end)
{
	assert_int_equal(end, CMPG_EXECUTION_COMPLETED);
	for (size_t i = 1; i <= story.a->wrapup; i++)
		assert_int_equal(story.ended[i], 1);
}

static inline void
none_done(int end)
{
	assert_int_equal(end, CMPG_ROLLBACK_COMPLETED);
	for (size_t i = 1; i <= story.a->n; i++)
		assert_int_equal(story.ended[i], 0);
}

/* The machine stops at the command's kth call, and this becomes of what was
 * not synced; whoever goes on comes to that status. */
static inline void
crash_at(uint64_t k, enum command c, enum fault_fate fate, int status,
    int *end)
{
	fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
	assert_int_equal(process(c, NULL), SYSTEM);
	assert_true(fault_happened());
	restart(fate, k);
	assert_int_equal(again(c, end), status);
}

/* How many calls that change anything the undisturbed command makes, which ends
 * with this status. */
static inline uint64_t
calls_of(enum command c, int status)
{
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
	assert_int_equal(process(c, NULL), status);
	return fault_count(FAULT_CHANGES);
}

/* --- with snapshots, and with a phase that is not valid --- */

static inline int
want_snapshots(void **state)
{
	(void)state;
	story.policy = story.snapshots;
	return 0;
}

static inline int
want_none(void **state)
{
	(void)state;
	story.policy = NULL;
	return 0;
}

static inline int
want_phase(void **state)
{
	story.c = story.phased_c;
	story.a = story.phased_a;
	return want_snapshots(state);
}

static inline int
want_no_phase(void **state)
{
	story.c = story.plain_c;
	story.a = story.plain_a;
	story.fail[0] = NULL;
	return want_none(state);
}

#define with_phase(test) \
	cmocka_unit_test_setup_teardown(test, want_phase, want_no_phase)
#define with_snapshots(test) \
	cmocka_unit_test_setup_teardown(test, want_snapshots, want_none)

#endif
