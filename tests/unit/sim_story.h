/* A campaign that processes carry out one after the other on the simulated
 * cluster, on the disk in memory; a test may stand between the executor and
 * the cluster, and order faults. */
#ifndef CG_TEST_SIM_STORY_H
#define CG_TEST_SIM_STORY_H

#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "between.h"
#include "diag.h"
#include "driver_sim.h"
#include "exec.h"
#include "fault.h"
#include "os_fault.h"
#include "policy.h"

struct fixture {
	struct between between; /* the first: self of the test's functions */
	struct diag diag;
	struct model *source;
	struct campaign *c;
	struct actions *a;
	struct policy *policy;
	struct faults faults;
	char why[512];
};

static inline struct fixture *
fixture_new(const char *source, const char *campaign)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->source = model_load(source, &f->diag);
	f->c = campaign_load(campaign, &f->diag);
	assert_non_null(f->source);
	assert_non_null(f->c);
	f->a = actions_make(f->c, f->source, "test", &f->diag);
	assert_non_null(f->a);
	between_begin(&f->between);
	assert_int_equal(fault_fresh_disk(NULL), 0);
	return f;
}

/* A cmocka teardown. */
static inline int
fixture_free(void **state)
{
	struct fixture *f = *state;

	fault_reset();
	faults_free(&f->faults);
	policy_free(f->policy);
	actions_free(f->a);
	campaign_free(f->c);
	model_free(f->source);
	diag_free(&f->diag);
	free(f);
	return 0;
}

/* From here on this goes wrong, and nothing else. */
static inline void
order_faults(struct fixture *f, const char *text)
{
	struct src *src = src_from_memory("faults", text, strlen(text));

	faults_free(&f->faults);
	assert_true(fault_read(&f->faults, src, &f->diag));
	assert_int_equal(f->diag.nerror, 0);
	src_close(src);
}

static inline void
take_policy(struct fixture *f, const char *text)
{
	policy_free(f->policy);
	f->policy = policy_load_src(src_from_memory("policy", text,
	    strlen(text)), &f->diag);
	assert_int_equal(f->diag.nerror, 0);
}

/* A process that is about to carry the command out: with its records played,
 * and the rest of its options set. */
static inline struct exec *
process_begin(struct fixture *f, enum command c, struct exec_options *o)
{
	struct exec *x = exec_new(f->c, f->source, f->a);
	struct driver_options d = { .state_dir = FAULT_FOLDER,
		.source = f->source, .faults = &f->faults,
		.fresh = c == COMMAND_RUN };

	assert_int_equal(c == COMMAND_RUN ? journal_create(FAULT_FOLDER,
	    "test", &o->journal) : journal_open(FAULT_FOLDER, &f->diag,
	    exec_record, x, &o->journal), 0);
	if (!exec_replay(x, f->why))
		fail_msg("%s", f->why);
	f->between.sim = driver_sim(&d, f->why);
	assert_non_null(f->between.sim);
	o->driver = &f->between.driver;
	o->policy = f->policy;
	return x;
}

static inline void
process_end(struct fixture *f, struct exec *x, struct exec_options *o)
{
	f->between.sim->free(f->between.sim->self);
	journal_close(o->journal);
	exec_free(x);
}

#endif
