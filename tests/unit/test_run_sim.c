/* T13, X6: a simulated cluster outlives whoever runs it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "buf.h"
#include "cluster.h"
#include "driver_sim.h"
#include "fault.h"
#include "orders.h"
#include "os.h"

#define STORY "examples/02-five-vms/"
#define LOG "/sim/cluster"

struct fixture {
	struct story s;
	char dir[64], log[96], why[CLUSTER_WHY];
	struct faults faults;
	struct driver_options opt;
	struct driver *d;
};

static void
start(struct fixture *f, bool fresh)
{
	f->opt.fresh = fresh;
	f->d = driver_sim(&f->opt, f->why);
	if (f->d == NULL)
		fail_msg("%s", f->why);
}

static void
stop(struct fixture *f)
{
	if (f->d != NULL)
		f->d->free(f->d->self);
	f->d = NULL;
}

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	story_load(&f->s, STORY "source.xml", STORY "target.xml",
	    STORY "campaign.xml");
	strcpy(f->dir, "/tmp/test_run_sim.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->log, sizeof(f->log), "%s" LOG, f->dir);
	f->opt = (struct driver_options){ .state_dir = f->dir,
		.source = f->s.m, .faults = &f->faults };
	start(f, true);
	f->opt.fresh = false;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	stop(f);
	faults_free(&f->faults);
	os_remove_tree(f->dir);
	story_free(&f->s);
	free(f);
	intern_clear();
	return 0;
}

/* Of the record that begins it; in the order in which these tests give them. */
static uint64_t
number_of(size_t i, enum direction d, uint32_t attempt)
{
	return 1 + i * 64 + (uint64_t)d * 16 + attempt;
}

static enum outcome
begin(struct fixture *f, size_t i, enum direction d, uint32_t attempt)
{
	struct order o = story_order(&f->s, i, d, attempt);

	o.number = number_of(i, d, attempt);
	return f->d->begin(f->d->self, &o, f->why);
}

/* The journal says that actions first .. end - 1 were done. */
static void
tell_again(struct fixture *f, size_t first, size_t end)
{
	struct order o;
	size_t i;

	for (i = first; i < end; i++) {
		o = story_order(&f->s, i, DO_FORWARD, 1);
		o.number = number_of(i, DO_FORWARD, 1);
		if (f->d->settled(f->d->self, &o, f->why) != OUTCOME_OK)
			fail_msg("action %zu: %s", i + 1, f->why);
	}
}

static void
sync_now(struct fixture *f)
{
	assert_int_equal(f->d->sync(f->d->self, f->why), OUTCOME_OK);
}

/* Actions first .. end - 1. */
static void
run(struct fixture *f, size_t first, size_t end)
{
	size_t i;

	for (i = first; i < end; i++)
		if (begin(f, i, DO_FORWARD, 1) != OUTCOME_OK)
			fail_msg("action %zu: %s", i + 1, f->why);
}

static size_t
differences(struct fixture *f, const struct model *m)
{
	struct world *w = world_new(m);
	FILE *t = tmpfile();
	size_t n = f->d->compare(f->d->self, w, t, 99);

	fclose(t);
	world_free(w);
	return n;
}

/* How the driver answers for action i (from 0). */
static enum probed
probe(struct fixture *f, size_t i, enum direction d, uint32_t attempt)
{
	struct order o = { .number = number_of(i, d, attempt),
		.seq = (uint32_t)i + 1, .direction = d, .attempt = attempt };

	return f->d->probe(f->d->self, &o);
}

static void
write_log(struct fixture *f, const char *data, size_t n)
{
	FILE *t = fopen(f->log, "w");

	assert_non_null(t);
	assert_int_equal(fwrite(data, 1, n, t), n);
	assert_int_equal(fclose(t), 0);
}

static void
read_log(struct fixture *f, char **data, size_t *n)
{
	assert_int_equal(os_read_all(f->log, data, n), 0);
}

static void
carries_out_a_campaign(void **state)
{
	struct fixture *f = *state;
	size_t half = f->s.a->n / 2;

	assert_int_equal(differences(f, f->s.m), 0);
	assert_int_not_equal(differences(f, f->s.target), 0);
	run(f, 0, half);
	stop(f);
	start(f, false);
	run(f, half, f->s.a->n);
	assert_int_equal(differences(f, f->s.target), 0);
	stop(f);
	start(f, false);
	assert_int_equal(differences(f, f->s.target), 0);
}

static void
refuses_and_stays(void **state)
{
	struct fixture *f = *state;
	struct order o = { .number = number_of(0, DO_FORWARD, 1), .seq = 1,
		.verb = VERB_TERMINATE, .attempt = 1,
		.before = f->s.w,
		.entity = intern_str("safEE=VMM-M3,safDomain=domain_1") };
	char *before, *after;
	size_t n, k;

	read_log(f, &before, &n);
	assert_int_equal(f->d->begin(f->d->self, &o, f->why),
	    OUTCOME_FAILED);
	assert_non_null(strstr(f->why, "is not locked"));
	assert_int_equal(probe(f, 0, DO_FORWARD, 1), PROBE_NOT_DONE);
	read_log(f, &after, &k);
	assert_int_equal(n, k);
	free(before);
	free(after);
	run(f, 0, 1);
	assert_int_equal(probe(f, 0, DO_FORWARD, 1), PROBE_DONE);
	assert_int_equal(probe(f, 0, DO_FORWARD, 2), PROBE_NOT_DONE);
	assert_int_equal(probe(f, 0, DO_UNDO, 1), PROBE_NOT_DONE);
	assert_int_equal(probe(f, 1, DO_FORWARD, 1), PROBE_NOT_DONE);
}

/* Cut anywhere: what the log says was done is done, the rest is not, and it
 * goes on from there to the same end. */
static void
survives_a_cut_at_every_byte(void **state)
{
	struct fixture *f = *state;
	const size_t first = f->s.a->proc[0].first, last = first + 4;
	char *data, *end;
	size_t n, size[2], at, k;

	run(f, 0, last);
	sync_now(f);
	read_log(f, &data, &size[0]);
	free(data);
	run(f, last, last + 1);
	stop(f);
	read_log(f, &data, &size[1]);
	assert_true(size[1] > size[0]);
	for (at = size[0]; at <= size[1]; at++) {
		bool done = at == size[1];

		write_log(f, data, at);
		start(f, false);
		assert_int_equal(probe(f, last, DO_FORWARD, 1),
		    done ? PROBE_DONE : PROBE_NOT_DONE);
		assert_int_equal(probe(f, last - 1, DO_FORWARD, 1),
		    done ? PROBE_NOT_DONE : PROBE_DONE);
		if (!done)
			run(f, last, last + 1);
		stop(f);
		read_log(f, &end, &k);
		assert_int_equal(k, size[1]);
		assert_memory_equal(end, data, k);
		free(end);
	}
	for (n = 0; n < size[0]; n += 11) { /* no cut makes it fall over */
		write_log(f, data, n);
		f->d = driver_sim(&f->opt, f->why);
		assert_int_equal(f->d != NULL, n >= strlen("camprun-sim 2\n"));
		stop(f);
	}
	free(data);
}

/* Is the log taken with a wrong byte at i? */
static bool
is_taken(struct fixture *f, char *data, size_t n, size_t i)
{
	bool ok;

	data[i] ^= 0x55;
	write_log(f, data, n);
	data[i] ^= 0x55;
	f->d = driver_sim(&f->opt, f->why);
	ok = f->d != NULL;
	stop(f);
	return ok;
}

/* A wrong byte in a record of which no later one says that it was on disk is a
 * torn write; anywhere else, damage. */
static void
tells_torn_from_damaged(void **state)
{
	struct fixture *f = *state;
	const size_t first = f->s.a->proc[0].first;
	char *data;
	size_t n, i, synced;
	bool ok;

	run(f, 0, first + 3);
	sync_now(f);
	read_log(f, &data, &synced);
	free(data);
	run(f, first + 3, first + 5);
	stop(f);
	read_log(f, &data, &n);
	assert_true(n > synced);
	for (i = 0; i < n; i += 3) {
		ok = is_taken(f, data, n, i);
		if (ok != (i >= synced))
			fail_msg("byte %zu of %zu: %s", i, n,
			    ok ? "taken" : f->why);
	}
	free(data);
}

/* Whatever the power failure took of the log, what the journal tells brings
 * all of it back, once. */
static void
makes_good_what_was_lost(void **state)
{
	struct fixture *f = *state;
	const size_t last = f->s.a->n;
	char *data, *again;
	size_t n, k, at;

	run(f, 0, last);
	stop(f);
	read_log(f, &data, &n);
	for (at = strlen("camprun-sim 2\n"); at <= n; at += 97) {
		write_log(f, data, at);
		start(f, false);
		world_revert(f->s.w, f->s.mark[0]);
		tell_again(f, 0, last);
		assert_int_equal(differences(f, f->s.target), 0);
		assert_int_equal(probe(f, last - 1, DO_FORWARD, 1),
		    PROBE_DONE);
		stop(f);
		read_log(f, &again, &k);
		assert_int_equal(k, n);
		free(again);
		start(f, false);
		assert_int_equal(differences(f, f->s.target), 0);
		stop(f);
	}
	free(data);
}

/* The journal speaks of another cluster. */
static void
refuses_what_cannot_have_been(void **state)
{
	struct fixture *f = *state;
	struct order o = { .number = 7, .seq = 1, .verb = VERB_TERMINATE,
		.attempt = 1, .before = f->s.w,
		.entity = intern_str("safEE=VMM-M3,safDomain=domain_1") };

	assert_int_equal(f->d->settled(f->d->self, &o, f->why),
	    OUTCOME_SYSTEM);
	assert_non_null(strstr(f->why, "record 7"));
	assert_non_null(strstr(f->why, "is not locked"));
	assert_int_equal(differences(f, f->s.m), 0);
}

static void
fails_on_order(void **state)
{
	struct fixture *f = *state;
	size_t i = f->s.a->proc[0].first;
	char text[256];

	while (f->s.a->act[i].verb != VERB_OFFLINE_INSTALL)
		i++;
	snprintf(text, sizeof(text), "offline-install:%.20s*:2",
	    name_str(f->s.a->act[i].entity));
	assert_true(fault_add(&f->faults, text, f->why));
	assert_true(fault_add(&f->faults, "undo/unlock:*", f->why));
	run(f, 0, i);
	assert_int_equal(begin(f, i, DO_FORWARD, 1), OUTCOME_FAILED);
	assert_non_null(strstr(f->why, "as ordered"));
	assert_int_equal(probe(f, i, DO_FORWARD, 1), PROBE_NOT_DONE);
	assert_int_equal(begin(f, i, DO_FORWARD, 2), OUTCOME_FAILED);
	assert_int_equal(begin(f, i, DO_FORWARD, 3), OUTCOME_OK);
	assert_int_equal(probe(f, i, DO_FORWARD, 3), PROBE_DONE);
	assert_int_equal(begin(f, i, DO_UNDO, 1), OUTCOME_OK);
}

static void
restores(void **state)
{
	struct fixture *f = *state;
	size_t n, at;
	char *data;

	run(f, 0, f->s.a->n / 2);
	assert_int_not_equal(differences(f, f->s.m), 0);
	assert_int_equal(f->d->restore(f->d->self, f->why), OUTCOME_OK);
	assert_int_equal(differences(f, f->s.m), 0);
	assert_int_equal(probe(f, f->s.a->n / 2 - 1, DO_FORWARD, 1),
	    PROBE_NOT_DONE);
	stop(f);
	start(f, false);
	assert_int_equal(differences(f, f->s.m), 0);
	assert_int_equal(probe(f, f->s.a->n / 2 - 1, DO_FORWARD, 1),
	    PROBE_NOT_DONE);
	/* what was done before is not carried out again */
	world_revert(f->s.w, f->s.mark[0]);
	tell_again(f, 0, f->s.a->n / 2);
	assert_int_equal(differences(f, f->s.m), 0);
	/* nor is it with the restore's own record damaged */
	stop(f);
	read_log(f, &data, &n);
	at = (size_t)(strstr(data, "restored\n") - data);
	assert_true(at < n);
	assert_false(is_taken(f, data, n, at));
	assert_non_null(strstr(f->why, "is damaged"));
	free(data);
}

/* Thousands of orders do not make a log of thousands. */
static void
keeps_the_log_short(void **state)
{
	struct fixture *f = *state;
	struct order o = { .verb = VERB_LOCK, .attempt = 1,
		.before = f->s.w,
		.entity = intern_str("safEE=VM-M1,safDomain=domain_1") };
	char *data;
	size_t n;

	for (o.seq = 1; o.seq <= 1500; o.seq++) {
		o.number = number_of(o.seq - 1, DO_FORWARD, 1);
		o.verb = o.seq % 2 == 1 ? VERB_LOCK : VERB_UNLOCK;
		assert_int_equal(f->d->begin(f->d->self, &o, f->why),
		    OUTCOME_OK);
	}
	read_log(f, &data, &n);
	free(data);
	assert_true(n < 70000);
	stop(f);
	start(f, false);
	assert_int_equal(probe(f, 1499, DO_FORWARD, 1), PROBE_DONE);
	assert_int_equal(differences(f, f->s.m), 0);
	o.verb = VERB_LOCK;
	o.number++;
	assert_int_equal(f->d->begin(f->d->self, &o, f->why), OUTCOME_OK);
	stop(f);
	start(f, false);
	assert_int_equal(differences(f, f->s.m), 1);
}

static void
refuses_foreign_states(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "", "camprun-sim 1\n", "text\n" };
	size_t i;

	stop(f);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_log(f, bad[i], strlen(bad[i]));
		f->d = driver_sim(&f->opt, f->why);
		assert_null(f->d);
		assert_non_null(strstr(f->why, "of this version"));
	}
	assert_int_equal(os_unlink(f->log), 0);
	f->d = driver_sim(&f->opt, f->why);
	assert_null(f->d);
	assert_non_null(strstr(f->why, "cannot open"));
	start(f, true);
	assert_int_equal(differences(f, f->s.m), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(carries_out_a_campaign),
		TEST(refuses_and_stays),
		TEST(survives_a_cut_at_every_byte),
		TEST(tells_torn_from_damaged),
		TEST(makes_good_what_was_lost),
		TEST(refuses_what_cannot_have_been),
		TEST(fails_on_order),
		TEST(restores),
		TEST(keeps_the_log_short),
		TEST(refuses_foreign_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
