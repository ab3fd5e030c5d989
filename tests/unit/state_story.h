/* A campaign that is carried out on the simulated cluster, with what goes wrong
 * on order, and the rows that its machines take. After every process the
 * records alone are played: they must give the same rows. */
#ifndef CG_TEST_STATE_STORY_H
#define CG_TEST_STATE_STORY_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "between.h"
#include "campaign_fsm.h"
#include "diag.h"
#include "driver_sim.h"
#include "exec_private.h"
#include "fault.h"
#include "os_fault.h"
#include "procedure_fsm.h"
#include "step_fsm.h"

/* Its first procedure has one step in which two more are nested. */
#define STORY "examples/03-media-cluster/"

enum { MAX_ROWS = 2000, NESTED = 3 };

struct taken { /* a row, and whose it was */
	const struct fsm *m;
	size_t proc, nested;
	const struct fsm_row *row;
};

struct log {
	struct taken v[MAX_ROWS];
	size_t n;
};

struct trouble { /* of an action, so many times */
	uint32_t seq;
	enum direction direction;
	int times;
	bool done; /* all the same, but nobody knows */
};

static struct story {
	struct diag diag;
	struct model *source;
	struct campaign *c;
	struct actions *a;
	struct between between;
	struct trouble trouble[3];
	uint32_t press_seq; /* the operator presses when this one begins ... */
	enum direction press_direction;
	int presses; /* ... so often */
	uint32_t die_seq;
	uint64_t unknown; /* the order of which nobody knows whether it is done */
	volatile sig_atomic_t stop;
	struct log now, again;
	char why[512];
	struct buf stand; /* where it stood at the end of the last process */
} story;

/* --- the driver between the executor and the cluster --- */

static inline enum outcome
begin(void *self, const struct order *o, char *why)
{
	struct trouble *m;

	if (o->seq == story.press_seq &&
	    o->direction == story.press_direction) {
		story.stop = story.presses;
		story.press_seq = 0;
	}
	if (o->seq == story.die_seq)
		return OUTCOME_SYSTEM;
	for (m = story.trouble; m < story.trouble + 3; m++)
		if (m->times > 0 && m->seq == o->seq &&
		    m->direction == o->direction) {
			m->times--;
			if (m->done && pass_begin(self, o, why) == OUTCOME_OK)
				story.unknown = o->number;
			strcpy(why, "failed on order");
			return OUTCOME_FAILED;
		}
	return pass_begin(self, o, why);
}

static inline enum probed
probe(void *self, const struct order *o)
{
	return o->number == story.unknown ? PROBE_UNKNOWN :
	    pass_probe(self, o);
}

/* --- the rows --- */

/* Where the campaign begins, the log does. */
static inline void
take(void *arg, const struct fsm *m, size_t proc, size_t nested,
    const struct fsm_row *row)
{
	struct log *l = arg;

	assert_in_range(row - m->row, 0, m->nrow - 1);
	if (m == &campaign_fsm && row->from == CMPG_INITIAL)
		l->n = 0;
	assert_true(l->n < MAX_ROWS);
	l->v[l->n++] = (struct taken){ m, proc, nested, row };
}

/* The states that the machine has gone to, by their names. */
static inline const char *
path(const struct fsm *m, size_t proc, size_t nested)
{
	static char text[2000];
	size_t i, n = 0;
	int at = 0;

	text[0] = '\0';
	for (i = 0; i < story.now.n; i++) {
		const struct taken *t = &story.now.v[i];

		if (t->m != m || t->proc != proc || t->nested != nested)
			continue;
		if (t->row->from != at) /* what failed is forgotten */
			assert_true(t->row->from == 0);
		at = t->row->to;
		if (at != t->row->from)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
			    "%s%s", n > 0 ? " " : "", m->state[at].name);
	}
	return text;
}

static inline void
campaign_goes(const char *states)
{
	assert_string_equal(path(&campaign_fsm, 0, 0), states);
}

static inline void
procedure_goes(const char *states)
{
	assert_string_equal(path(&procedure_fsm, 0, 0), states);
}

static inline void
steps_go(const char *outer, const char *middle, const char *inner)
{
	assert_string_equal(path(&step_fsm, 0, 0), outer);
	assert_string_equal(path(&step_fsm, 0, 1), middle);
	assert_string_equal(path(&step_fsm, 0, 2), inner);
}

/* --- processes --- */

static inline int
load(void **state)
{
	(void)state;
	story.source = model_load(STORY "source.xml", &story.diag);
	story.c = campaign_load(STORY "campaign.xml", &story.diag);
	story.a = actions_expand(story.c, story.source);
	assert_int_equal(story.a->proc[0].p->nstep, NESTED);
	assert_true(story.a->nproc > 2);
	between_begin(&story.between);
	story.between.driver.begin = begin;
	story.between.driver.probe = probe;
	return 0;
}

static inline int
unload(void **state)
{
	(void)state;
	fault_reset();
	buf_free(&story.stand);
	actions_free(story.a);
	campaign_free(story.c);
	model_free(story.source);
	diag_free(&story.diag);
	return 0;
}

static inline int
setup(void **state)
{
	memset(story.trouble, 0, sizeof(story.trouble));
	story.press_seq = story.die_seq = 0;
	story.unknown = 0;
	story.presses = 0;
	return fault_fresh_disk(state);
}

/* What the records alone lead to is what they were written on the way to. */
static inline void
play_again(int state, size_t done)
{
	struct exec *x = exec_new(story.c, story.source, story.a);
	struct journal *j;
	size_t i;

	assert_int_equal(journal_open(FAULT_FOLDER, &story.diag, exec_record,
	    x, &j), 0);
	journal_close(j);
	story.again.n = 0;
	exec_on_row(x, take, &story.again);
	if (!exec_replay(x, story.why))
		fail_msg("%s", story.why);
	assert_int_equal(exec_state(x), state);
	assert_int_equal(exec_done(x), done);
	assert_int_equal(story.again.n, story.now.n);
	for (i = 0; i < story.now.n; i++) {
		assert_ptr_equal(story.again.v[i].row, story.now.v[i].row);
		assert_int_equal(story.again.v[i].proc, story.now.v[i].proc);
		assert_int_equal(story.again.v[i].nested,
		    story.now.v[i].nested);
	}
	story.stand.len = 0;
	exec_stand(x, &story.stand);
	buf_add(&story.stand, "", 1);
	exec_free(x);
}

/* Where it rests, the cluster is what the model says. */
static inline void
agree(const struct exec *x)
{
	struct driver *sim = story.between.sim;
	const char *how;
	uint32_t dn;

	if (exec_state(x) == CMPG_EXECUTION_FAILED ||
	    exec_state(x) == CMPG_ROLLBACK_FAILED)
		return;
	assert_int_equal(sim->compare(sim->self, exec_world(x), stderr, 5), 0);
	if (exec_state(x) != CMPG_ROLLBACK_COMPLETED)
		return;
	assert_int_equal(exec_done(x), 0);
	if (!world_equals(exec_world(x), story.source, &dn, &how))
		fail_msg("%s differs: %s", name_str(dn), how);
}

static inline int
process(enum command c)
{
	struct exec *x = exec_new(story.c, story.source, story.a);
	struct faults none = { 0 };
	struct driver_options d = { .state_dir = FAULT_FOLDER,
		.source = story.source, .faults = &none,
		.fresh = c == COMMAND_RUN };
	struct exec_options o = { .driver = &story.between.driver,
		.stop = &story.stop };
	struct journal *j = NULL;
	int status, state;
	size_t done;

	assert_int_equal(c == COMMAND_RUN ? journal_create(FAULT_FOLDER,
	    "test", &j) : journal_open(FAULT_FOLDER, &story.diag, exec_record,
	    x, &j), 0);
	story.between.sim = driver_sim(&d, story.why);
	assert_non_null(story.between.sim);
	o.journal = j;
	story.stop = 0;
	exec_on_row(x, take, &story.now);
	if (!exec_replay(x, story.why))
		fail_msg("%s", story.why);
	status = exec_command(x, c, &o, story.why);
	if (status != 3)
		agree(x);
	state = exec_state(x);
	done = exec_done(x);
	story.between.sim->free(story.between.sim->self);
	exec_free(x);
	journal_close(j);
	play_again(state, done);
	return status;
}

/* --- which action --- */

/* The number of the kth action, counted from 0, of this part of the first
 * procedure. */
static inline uint32_t
seq_of(enum part part, uint16_t nested, size_t k)
{
	const struct run_proc *p = &story.a->proc[0];
	size_t i;

	for (i = p->first; i < p->first + p->n; i++)
		if (story.a->act[i].part == part &&
		    story.a->act[i].nested == nested && k-- == 0)
			return (uint32_t)i + 1;
	fail_msg("no such action");
	return 0;
}

static inline void
trouble(size_t k, uint32_t seq, enum direction d, int times)
{
	story.trouble[k] = (struct trouble){ seq, d, times, false };
}

static inline void
press(uint32_t seq, enum direction d, int presses)
{
	story.press_seq = seq;
	story.press_direction = d;
	story.presses = presses;
}

#define WELL "EXECUTING WAITING EXECUTING COMPLETED"
#define BACK " ROLLING_BACK ROLLBACK_WAITING ROLLING_BACK ROLLED_BACK"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, \
	fault_free_disk)

#endif
