/* X4, U6: who watches a run sees that it lives, what runs and how much is left;
 * who interrupts it, where it will stop. The clock is one of the disk in
 * memory: only sleeping moves it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os.h"
#include "os_fault.h"
#include "remain.h"
#include "sim_story.h"
#include "watch.h"

#define STORY "examples/02-five-vms/"
#define SECOND INT64_C(1000000000)

static int waits; /* interrupted at this one; 0: never */
static char said[1 << 16];

static enum outcome
wait_for(void *self, int64_t ns, char *why)
{
	if (waits > 0 && --waits == 0)
		raise(SIGINT);
	return pass_wait(self, ns, why);
}

static int
setup(void **state)
{
	struct fixture *f = fixture_new(STORY "source.xml",
	    STORY "campaign.xml");

	f->between.driver.wait = wait_for;
	waits = 0;
	*state = f;
	return 0;
}

/* The whole campaign takes so long. */
static void
take_period(struct fixture *f, int64_t ns)
{
	size_t i;

	for (i = 0; i < f->c->nprocedure; i++)
		f->c->procedure[i].period = ns;
}

/* What is written to standard error until then comes to be in said. */
static int
listen(FILE **to)
{
	int old = dup(STDERR_FILENO);

	*to = tmpfile();
	assert_non_null(*to);
	fflush(stderr);
	dup2(fileno(*to), STDERR_FILENO);
	return old;
}

static void
heard(FILE *to, int old)
{
	size_t n;

	fflush(stderr);
	dup2(old, STDERR_FILENO);
	close(old);
	rewind(to);
	n = fread(said, 1, sizeof(said) - 1, to);
	said[n] = '\0';
	fclose(to);
}

/* Runs it, or goes on; what a person saw is in said. */
static int
watch(struct fixture *f, enum command command)
{
	struct exec_options o = { 0 };
	struct exec *x = process_begin(f, command, &o);
	FILE *to;
	int status, old = listen(&to);

	watch_begin(&o);
	status = exec_command(x, command, &o, f->why);
	watch_end();
	heard(to, old);
	process_end(f, x, &o);
	return status;
}

static void
says(const char *text)
{
	if (strstr(said, text) == NULL)
		fail_msg("\"%s\" is not in:\n%s", text, said);
}

static size_t
lines(void)
{
	const char *p = said;
	size_t n = 0;

	for (; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	return n;
}

/* What takes no time says where it is, and nothing that depends on a clock. */
static void
a_quick_run_is_short(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(watch(f, COMMAND_RUN), 0);
	says("action 1 of ");
	assert_null(strstr(said, "left"));
	assert_null(strstr(said, " for "));
	assert_int_equal(lines(), f->a->nproc + 2);
}

/* The first that starts takes three minutes: a line a minute, no more. */
static void
what_takes_long_is_named(void **state)
{
	struct fixture *f = *state;
	size_t quick = f->a->nproc + 2;

	order_faults(f, "delay 175s instantiate:*:1\n");
	assert_int_equal(watch(f, COMMAND_RUN), 0);
	says(": instantiate for 1 min of at most 3 min, safEE=");
	says(": instantiate for 2 min of at most 3 min, safEE=");
	assert_int_equal(lines(), quick + 2);
}

/* Without periods, by how fast it was; with them, what they allow, too. */
static void
what_is_left_is_told(void **state)
{
	struct fixture *f = *state;

	order_faults(f, "delay 40s *:*:1000\n");
	assert_int_equal(watch(f, COMMAND_RUN), 0);
	says(" min left\n");
	assert_null(strstr(said, "left, at most"));
	assert_int_equal(watch(f, COMMAND_ROLLBACK), 0);
	says("rolling back ");
}

static void
periods_bound_it(void **state)
{
	struct fixture *f = *state;

	take_period(f, 7200 * SECOND);
	order_faults(f, "delay 70s *:*:1000\n");
	assert_int_equal(watch(f, COMMAND_RUN), 0);
	says(" left, at most ");
	says(" h");
}

static void
remaining(const struct fixture *f, size_t at, enum direction d, int64_t spent,
    const char *is)
{
	struct buf b = { 0 };

	remain_write(&b, f->a, d == DO_FORWARD ? 0 : f->a->complete, at, d,
	    spent);
	buf_char(&b, '\0');
	assert_string_equal(b.data, is);
	buf_free(&b);
}

static void
what_is_left_is_counted(void **state)
{
	struct fixture *f = *state;
	const struct run_proc *r = &f->a->proc[1];

	remaining(f, 0, DO_FORWARD, SECOND, "");
	take_period(f, 600 * SECOND);
	assert_true(f->a->nproc >= 2);
	assert_ptr_equal(f->a->proc[0].p, &f->c->procedure[0]);
	f->c->procedure[0].period = 1200 * SECOND;
	f->a->nproc = 2; /* enough to count */
	remaining(f, 0, DO_FORWARD, SECOND, ", at most 30 min left");
	remaining(f, r->first, DO_FORWARD, 60 * SECOND,
	    ", about 30 s left, at most 10 min");
	remaining(f, r->first, DO_ROLLBACK, 60 * SECOND,
	    ", about 2 min left");
	remaining(f, r->first, DO_FORWARD, 12000 * SECOND,
	    ", about 10 min left, at most 10 min");
}

/* An hour until somebody says yes, half of the rest in two minutes. */
static void
people_are_no_pace(void **state)
{
	struct fixture *f = *state;
	struct exec_options o = { 0 };
	FILE *to;
	int old;

	f->a->act[0].verb = VERB_NOTIFY;
	old = listen(&to);
	watch_begin(&o);
	o.progress(o.arg, f->a, 0, DO_FORWARD, 1, false);
	os_sleep(3600 * SECOND);
	o.progress(o.arg, f->a, 0, DO_FORWARD, 1, true);
	os_sleep(120 * SECOND);
	o.progress(o.arg, f->a, f->a->wrapup / 2, DO_FORWARD, 1, false);
	watch_end();
	heard(to, old);
	says(", about 2 min left\n");
}

/* Names are of whoever wrote the model. */
static void
names_do_nothing_to_terminals(void **state)
{
	struct fixture *f = *state;
	struct order o = { .verb = VERB_TERMINATE,
		.entity = intern_str("safEE=a\033[2J\nb\177") };
	struct exec_options e = { 0 };
	FILE *to;
	int old = listen(&to);

	watch_begin(&e);
	e.progress(e.arg, f->a, 0, DO_FORWARD, 1, false);
	os_sleep(61 * SECOND);
	e.waiting(e.arg, &o, 61 * SECOND);
	watch_end();
	heard(to, old);
	says("terminate for 1 min 1 s, safEE=a?[2J?b?\n");
}

/* He is told at once that it stops, and at which action. */
static void
who_interrupts_is_told_where(void **state)
{
	struct fixture *f = *state;
	const struct run_proc *r = &f->a->proc[0];
	char text[600];

	order_faults(f, "delay 9s *:*:1000\n");
	waits = (int)(r->first * 90 + 30);
	assert_int_equal(watch(f, COMMAND_RUN), 5);
	snprintf(text, sizeof(text), "the next safe point is after action %zu "
	    "of %zu, the end of %s, in about ", r->first + r->n, f->a->n,
	    name_str(r->p->name));
	says("stopping at the next safe point; once more");
	says(text);
}

/* What he was told is where it stops: the next that would begin. */
static void
it_stops_where_it_said(void **state)
{
	struct fixture *f = *state;
	const struct run_proc *r = &f->a->proc[1];
	struct exec *x;
	struct journal *j = NULL;

	order_faults(f, "delay 9s *:*:1000\n");
	waits = (int)(f->a->proc[0].first * 90 + 30);
	assert_int_equal(watch(f, COMMAND_RUN), 5);
	x = exec_new(f->c, f->source, f->a);
	assert_int_equal(journal_open(FAULT_FOLDER, &f->diag, exec_record,
	    x, &j), 0);
	assert_true(exec_replay(x, f->why));
	assert_int_equal(exec_done(x), r->first);
	journal_close(j);
	exec_free(x);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_free)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_quick_run_is_short),
		TEST(what_takes_long_is_named),
		TEST(what_is_left_is_told),
		TEST(periods_bound_it),
		TEST(what_is_left_is_counted),
		TEST(names_do_nothing_to_terminals),
		TEST(people_are_no_pace),
		TEST(who_interrupts_is_told_where),
		TEST(it_stops_where_it_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
