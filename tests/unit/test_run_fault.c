/* T13: what goes wrong on order: --fail, fault files, chance. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "fault.h"

static void
parses_what_fails(void **state)
{
	static const struct {
		const char *text, *glob;
		enum direction direction;
		enum verb verb;
		uint32_t times;
	} good[] = {
		{ "lock:*", "*", DO_FORWARD, VERB_LOCK, 1 },
		{ "undo/instantiate:safEE=a*:3", "safEE=a*", DO_UNDO,
		    VERB_INSTANTIATE, 3 },
		{ "rollback/modify-im:a:b:12", "a:b", DO_ROLLBACK,
		    VERB_MODIFY_IM, 12 },
		{ "lock:a:b", "a:b", DO_FORWARD, VERB_LOCK, 1 },
		{ "lock:a:", "a:", DO_FORWARD, VERB_LOCK, 1 },
		{ "lock:a:7x", "a:7x", DO_FORWARD, VERB_LOCK, 1 },
		{ "lock:*:99999999999", "*", DO_FORWARD, VERB_LOCK,
		    UINT32_MAX },
	};
	static const char *const bad[] = { "", "lock", "lick:*", "undo/:*",
		"undo/lock", "lock:", "lock::3", "lock:*:0", ":*", "*:*",
		"a-very-long-word-that-is-no-action-of-ours:*" };
	struct faults l = { 0 };
	char why[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(fault_add(&l, good[i].text, why));
		assert_int_equal(l.n, i + 1);
		assert_int_equal(l.v[i].mishap, MISHAP_FAIL);
		assert_string_equal(l.v[i].glob, good[i].glob);
		assert_int_equal(l.v[i].direction, good[i].direction);
		assert_int_equal(l.v[i].verb, good[i].verb);
		assert_int_equal(l.v[i].times, good[i].times);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (fault_add(&l, bad[i], why))
			fail_msg("taken: %s", bad[i]);
	faults_free(&l);
}

/* The faults of a text, without findings but for one of line and column. */
static struct faults
read_text(const char *text, struct diag *d)
{
	struct src *src = src_from_memory("faults", text, strlen(text));
	struct faults l = { 0 };

	assert_non_null(src);
	assert_true(fault_read(&l, src, d));
	src_close(src);
	return l;
}

static void
reads_a_file(void **state)
{
	struct diag d = { 0 };
	struct faults l = read_text("# the story\n\n"
	    "fail instantiate:*VMM2*:2\r\n"
	    "  half  undo/lock:a=b c\n"
	    "delay 1500ms terminate:*\n"
	    "0.25% hang *:*\n"
	    "100% fail rollback/unlock:*:7", &d);

	(void)state;
	assert_int_equal(d.nitem, 0);
	assert_int_equal(l.n, 5);
	assert_int_equal(l.v[0].mishap, MISHAP_FAIL);
	assert_string_equal(l.v[0].glob, "*VMM2*");
	assert_int_equal(l.v[0].times, 2);
	assert_int_equal(l.v[0].chance, FAULT_ALWAYS);
	assert_int_equal(l.v[1].mishap, MISHAP_HALF);
	assert_string_equal(l.v[1].glob, "a=b c");
	assert_int_equal(l.v[1].direction, DO_UNDO);
	assert_int_equal(l.v[1].times, 1);
	assert_int_equal(l.v[2].mishap, MISHAP_DELAY);
	assert_int_equal(l.v[2].delay, 1500000000);
	assert_int_equal(l.v[3].mishap, MISHAP_HANG);
	assert_int_equal(l.v[3].verb, VERB_COUNT);
	assert_int_equal(l.v[3].chance, 2500);
	assert_int_equal(l.v[3].times, UINT32_MAX);
	assert_int_equal(l.v[4].chance, FAULT_ALWAYS);
	assert_int_equal(l.v[4].direction, DO_ROLLBACK);
	assert_int_equal(l.v[4].times, 7);
	faults_free(&l);
}

static void
refuses_wrong_lines_at_their_place(void **state)
{
	static const struct {
		const char *text, *says;
		uint32_t off;
	} bad[] = {
		{ "fial lock:*", "none of fail", 0 },
		{ "# a\n fail", "what it hits", 5 },
		{ "fail lock", "begin with an action", 5 },
		{ "fail lick:*", "begin with an action", 5 },
		{ "delay", "must be a time", 0 },
		{ "delay 5 lock:*", "in ns, us", 6 },
		{ "delay 9999999999999999h lock:*", "292 years", 6 },
		{ "0% fail lock:*", "more than 0%", 0 },
		{ "100.1% fail lock:*", "at most 100%", 0 },
		{ "1.00001% fail lock:*", "four digits", 0 },
		{ "% fail lock:*", "more than 0%", 0 },
		{ "5%% fail lock:*", "more than 0%", 0 },
		{ "99999999999% fail lock:*", "at most 100%", 0 },
		{ "5%", "none of fail", 0 },
		{ "hang lock:*:0", "never hit", 5 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct diag d = { 0 };
		struct faults l = read_text(bad[i].text, &d);

		if (d.nitem != 1 || l.n != 0 ||
		    d.item[0].code != DIAG_FAULT_LINE ||
		    d.item[0].at.off != bad[i].off ||
		    strstr(d.item[0].text, bad[i].says) == NULL)
			fail_msg("\"%s\": %zu findings, %s at %u",
			    bad[i].text, d.nitem, d.nitem == 0 ? "" :
			    d.item[0].text, d.nitem == 0 ? 0 :
			    d.item[0].at.off);
		faults_free(&l);
		diag_free(&d);
	}
}

static void
names_the_near_word(void **state)
{
	struct diag d = { 0 };
	struct faults l = read_text("fial lock:*\nfail undo/terminat:*\n", &d);

	(void)state;
	assert_int_equal(d.nitem, 2);
	assert_string_equal(d.item[0].notes->text, "did you mean \"fail\"?");
	assert_string_equal(d.item[1].notes->text,
	    "did you mean \"terminate\"?");
	assert_int_equal(l.n, 0);
	diag_free(&d);
}

static struct order
order(enum verb verb, const char *entity, uint32_t seq, uint32_t attempt)
{
	return (struct order){ .seq = seq, .verb = verb, .attempt = attempt,
		.direction = DO_FORWARD, .entity = intern_str(entity) };
}

static void
the_first_that_hits_is_used_up(void **state)
{
	struct diag d = { 0 };
	struct faults l = read_text("hang lock:b*\nfail lock:a*:2\n"
	    "half lock:*\ndelay 3s *:a*\n", &d);
	struct order a = order(VERB_LOCK, "a=1", 1, 1);
	struct order u = order(VERB_UNLOCK, "a=1", 2, 1);
	int64_t delay;

	(void)state;
	a.direction = DO_UNDO;
	assert_int_equal(fault_befalls(&l, &a, &delay), MISHAP_NONE);
	a.direction = DO_FORWARD;
	assert_int_equal(fault_befalls(&l, &a, &delay), MISHAP_FAIL);
	assert_int_equal(delay, 3000000000);
	assert_int_equal(fault_befalls(&l, &a, &delay), MISHAP_FAIL);
	assert_int_equal(delay, 0);
	assert_int_equal(fault_befalls(&l, &a, &delay), MISHAP_HALF);
	assert_int_equal(fault_befalls(&l, &a, &delay), MISHAP_NONE);
	assert_int_equal(fault_befalls(&l, &u, &delay), MISHAP_NONE);
	assert_int_equal(fault_befalls(NULL, &u, &delay), MISHAP_NONE);
	faults_free(&l);
}

enum { DRAWS = 2000 };

/* Which of many orders fail, as bits. */
static size_t
draw(uint64_t seed, bool *out)
{
	struct diag d = { 0 };
	struct faults l = read_text("10% fail *:*\n", &d);
	size_t i, n = 0;
	int64_t delay;

	l.seed = seed;
	for (i = 0; i < DRAWS; i++) {
		struct order o = order(VERB_LOCK, "a=1",
		    (uint32_t)i / 2 + 1, (uint32_t)i % 2 + 1);

		out[i] = fault_befalls(&l, &o, &delay) == MISHAP_FAIL;
		n += out[i];
	}
	faults_free(&l);
	return n;
}

/* The same seed gives the same faults, wherever one begins; about as many as
 * ordered; another seed gives others. */
static void
chance_is_a_matter_of_the_seed(void **state)
{
	static bool one[DRAWS], same[DRAWS], other[DRAWS];
	struct diag d = { 0 };
	struct faults l = read_text("10% fail *:*\n", &d);
	struct order o;
	size_t i;
	int64_t delay;

	(void)state;
	assert_in_range(draw(1, one), DRAWS / 14, DRAWS / 7);
	draw(1, same);
	assert_memory_equal(one, same, sizeof(one));
	assert_in_range(draw(2, other), DRAWS / 14, DRAWS / 7);
	assert_memory_not_equal(one, other, sizeof(one));
	l.seed = 1;
	for (i = DRAWS; i-- > 0;) { /* in any order */
		o = order(VERB_LOCK, "a=1", (uint32_t)i / 2 + 1,
		    (uint32_t)i % 2 + 1);
		assert_int_equal(fault_befalls(&l, &o, &delay) == MISHAP_FAIL,
		    one[i]);
	}
	faults_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_what_fails),
		cmocka_unit_test(reads_a_file),
		cmocka_unit_test(refuses_wrong_lines_at_their_place),
		cmocka_unit_test(names_the_near_word),
		cmocka_unit_test(the_first_that_hits_is_used_up),
		cmocka_unit_test(chance_is_a_matter_of_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
