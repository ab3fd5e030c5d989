/* X6: what was journalled survives crashes and refusals of the disk. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal_script.h"
#include "os_fault.h"

/* --- crashes --- */

/* After a restart: at least what was promised is there, in order; the run
 * goes on, and that is there too. A crash before the head was promised may
 * leave a journal without head: STATE would not have its name yet. */
static void
recover(uint64_t promised, uint64_t written)
{
	struct record more = { .kind = RECORD_NOTE, .text = "on", .len = 2 };
	struct seen seen = { 0, false };
	struct diag d = { 0 };
	enum diag_code code;
	struct journal *j;
	uint64_t n;
	int err = journal_open(DIR, &d, see, &seen, &j);

	diag_free(&d);
	if (err != 0) {
		assert_int_equal(promised, 0);
		assert_null(j);
		return;
	}
	assert_in_range(seen.n, promised, written);
	assert_false(seen.wrong);
	/* What could have been torn is settled now, whatever comes. */
	n = seen.n < NRECORD ? seen.n : NRECORD;
	journal_close(j);
	fault_restart(FATE_LOST, 0);
	assert_int_equal(open_it(&seen, &code), 0);
	assert_int_equal(seen.n, n);
	assert_int_equal(code, DIAG_COUNT);
	assert_int_equal(journal_open(DIR, &d, see, &seen, &j), 0);
	while (journal_count(j) < NRECORD)
		assert_int_equal(journal_add(j, &script[journal_count(j)].r,
		    false), 0);
	assert_int_equal(journal_add(j, &more, true), 0);
	journal_close(j);
	fault_restart(FATE_LOST, 0);
	assert_int_equal(open_it(&seen, &code), 0);
	assert_int_equal(seen.n, NRECORD + 1);
	diag_free(&d);
}

/* All three fates at the k-th call; torn in several ways. True: there was no
 * k-th call. */
static bool
crash_at(uint64_t k, uint64_t seeds)
{
	uint64_t promised;
	bool past = false;
	int err;

	for (int fate = FATE_LOST; fate <= FATE_TORN; fate++)
		for (uint64_t seed = 0; seed < (fate == FATE_TORN ? seeds :
		    1); seed++) {
			assert_int_equal(fault_fresh_disk(NULL), 0);
			fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
			promised = write_script(NRECORD, &err);
			past = !fault_happened();
			assert_int_equal(err, past ? 0 : -EIO);
			fault_restart(fate, seed * 1000 + k);
			recover(promised, NRECORD);
		}
	return past;
}

static void
crash_anywhere(void **state)
{
	uint64_t k = 1;

	(void)state;
	while (!crash_at(k, 200))
		k++;
	assert_true(k > NRECORD);
}

/* A torn journal, then a crash at every call of its recovery. */
static bool
crash_in_recovery(uint64_t seed, uint64_t k)
{
	struct seen seen = { 0, false };
	struct diag d = { 0 };
	struct journal *j;
	uint64_t promised;
	bool past;
	int err;

	assert_int_equal(fault_fresh_disk(NULL), 0);
	fault_plan(FAULT_STOP, FAULT_SYNCS, 8, 0);
	promised = write_script(NRECORD, &err);
	fault_restart(FATE_TORN, seed);
	fault_plan(FAULT_STOP, FAULT_ALL, k, 0);
	err = journal_open(DIR, &d, see, &seen, &j);
	journal_close(j);
	past = !fault_happened();
	assert_int_equal(err, past ? 0 : -EIO);
	fault_restart(seed % 2 == 0 ? FATE_TORN : FATE_LOST, seed);
	recover(promised, NRECORD);
	diag_free(&d);
	return past;
}

static void
crash_twice(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++)
		for (uint64_t k = 1; !crash_in_recovery(seed, k); k++)
			;
}

/* --- refused calls --- */

/* J5: after a failure nothing is tried again. */
static bool
fail_at(enum fault_what what, int errnum, uint64_t k)
{
	struct journal *j;
	uint64_t promised = 0, i, before;
	int err;

	assert_int_equal(fault_fresh_disk(NULL), 0);
	fault_plan(what, FAULT_ALL, k, errnum);
	err = journal_create(DIR, script[0].r.text, &j);
	if (err != 0) {
		assert_int_equal(err, -errnum);
		assert_null(j);
		return false;
	}
	promised = 1;
	for (i = 1; i < NRECORD && err == 0; i++) {
		err = journal_add(j, &script[i].r, script[i].sync);
		if (err == 0 && script[i].sync)
			promised = i + 1;
	}
	if (err != 0) {
		assert_int_equal(err, -errnum);
		before = fault_count(FAULT_ALL);
		assert_int_equal(journal_add(j, &script[2].r, true), err);
		assert_int_equal(journal_sync(j), err);
		assert_int_equal(fault_count(FAULT_ALL), before);
	}
	journal_close(j);
	fault_restart(k % 2 == 0 ? FATE_KEPT : FATE_LOST, 0);
	recover(promised, NRECORD);
	return err == 0;
}

static void
every_call_fails(void **state)
{
	static const int errors[] = { ENOSPC, EIO };
	uint64_t k;

	(void)state;
	for (int what = FAULT_FAIL; what <= FAULT_STAY; what++)
		for (int i = 0; i < 2; i++) {
			for (k = 1; !fail_at(what, errors[i], k); k++)
				;
			assert_true(k > NRECORD);
		}
}

/* A failure while the end is cut: nothing is opened, and the next try does. */
static void
recovery_fails(void **state)
{
	struct seen seen;
	enum diag_code code;
	size_t n, end[MOST];
	char *data = written_journal(&n);
	int err = -EIO;

	(void)state;
	find_ends(data, n, end);
	for (uint64_t k = 1; err != 0; k++) {
		put_journal(data, end[4] + 5);
		fault_plan(FAULT_FAIL, FAULT_ALL, k, EIO);
		err = open_it(&seen, &code);
		assert_int_equal(err, fault_happened() ? -EIO : 0);
		fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
		assert_int_equal(open_it(&seen, &code), 0);
		assert_int_equal(seen.n, 4);
		same_file(data, end[4]);
	}
	free(data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(crash_anywhere),
		TEST(crash_twice),
		TEST(every_call_fails),
		TEST(recovery_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
