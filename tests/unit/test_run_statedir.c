/* X6: a state directory is there completely, or not at all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "diag.h"
#include "journal.h"
#include "os.h"
#include "os_fault.h"
#include "statedir.h"

#define DIR FAULT_FOLDER "/run"
static const char source[] = "<imm:IMM-contents/>\n";

/* The driver's own folder, synced by it. */
static int
add_folder(const struct statedir *s)
{
	char *folder = statedir_file(s, "sim"), path[256];
	int err = os_mkdir(folder);

	snprintf(path, sizeof(path), "%s/cluster", folder);
	if (err == 0)
		err = os_replace(path, "up", 2);
	free(folder);
	return err;
}

static int
fill(struct statedir *s, struct journal **j)
{
	int err = statedir_add(s, "campaign.xml", "<c/>", 4);

	if (err == 0)
		err = statedir_add(s, "source.xml", source, strlen(source));
	if (err == 0)
		err = add_folder(s);
	if (err == 0)
		err = journal_create(statedir_path(s), "head", j);
	if (err == 0)
		err = statedir_set(s, "driver", "sim");
	if (err == 0)
		err = statedir_set(s, "note", "a=b c");
	return err == 0 ? statedir_commit(s) : err;
}

/* A whole start of a run, ended right after it; 0 or the first error. */
static int
start(struct diag *d)
{
	struct statedir *s;
	struct journal *j = NULL;
	int err = statedir_prepare(DIR, d, &s);

	if (err != 0) {
		assert_null(s);
		return err;
	}
	err = fill(s, &j);
	journal_close(j);
	statedir_close(s);
	return err;
}

static bool
count(void *arg, const struct record *r)
{
	(void)r;
	++*(int *)arg;
	return true;
}

/* All that was put in is there. */
static void
is_complete(void)
{
	struct diag d = { 0 };
	struct statedir *s;
	struct journal *j;
	char *data;
	size_t n;
	int records = 0;

	assert_int_equal(statedir_open(DIR, &d, &s), 0);
	assert_string_equal(statedir_path(s), DIR);
	assert_string_equal(statedir_get(s, "driver"), "sim");
	assert_string_equal(statedir_get(s, "note"), "a=b c");
	assert_null(statedir_get(s, "other"));
	assert_int_equal(os_read_all(DIR "/source.xml", &data, &n), 0);
	assert_string_equal(data, source);
	free(data);
	assert_int_equal(os_read_all(DIR "/sim/cluster", &data, &n), 0);
	assert_string_equal(data, "up");
	free(data);
	assert_int_equal(journal_open(DIR, &d, count, &records, &j), 0);
	assert_int_equal(records, 1);
	assert_int_equal(d.nitem, 0);
	journal_close(j);
	statedir_close(s);
	diag_free(&d);
}

/* What start leaves undone can be begun again; what it did not, resumed. */
static void
is_whole_or_none(bool must_be)
{
	struct diag d = { 0 };

	if (must_be || os_exists(DIR)) {
		is_complete();
		assert_int_equal(start(&d), -EEXIST);
		assert_int_equal(d.item[0].code, DIAG_STATE_EXISTS);
	} else {
		assert_int_equal(start(&d), 0);
		assert_int_equal(d.nitem, 0);
	}
	assert_false(os_exists(DIR ".prepare"));
	is_complete();
	diag_free(&d);
}

static void
start_and_open(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(start(&d), 0);
	fault_restart(FATE_LOST, 0);
	is_whole_or_none(true);
	diag_free(&d);
}

static void
stream_is_copied(void **state)
{
	enum { SIZE = 150000 };
	FILE *f = tmpfile();
	struct diag d = { 0 };
	struct statedir *s;
	struct journal *j;
	char *data;
	size_t n;

	(void)state;
	for (int i = 0; i < SIZE; i++)
		putc('a' + i % 26, f);
	assert_int_equal(statedir_prepare(DIR "//", &d, &s), 0);
	assert_string_equal(statedir_path(s), DIR ".prepare");
	assert_int_equal(statedir_add_stream(s, "m.xml", f), 0);
	assert_int_equal(statedir_add_stream(s, "m.xml", f), -EEXIST);
	assert_int_equal(statedir_set(s, "", "x"), -EINVAL);
	assert_int_equal(statedir_set(s, "a=b", "x"), -EINVAL);
	assert_int_equal(statedir_set(s, "a", "x\ny"), -EINVAL);
	assert_int_equal(statedir_commit(s), -ENOENT); /* no journal */
	assert_int_equal(journal_create(statedir_path(s), "h", &j), 0);
	assert_int_equal(statedir_commit(s), 0);
	journal_close(j);
	statedir_close(s);
	fault_restart(FATE_LOST, 0);
	assert_int_equal(statedir_look(DIR, &d, &s), 0);
	assert_int_equal(os_read_all(DIR "/m.xml", &data, &n), 0);
	assert_int_equal(n, SIZE);
	assert_int_equal(data[SIZE - 1], 'a' + (SIZE - 1) % 26);
	free(data);
	statedir_close(s);
	fclose(f);
	diag_free(&d);
}

static void
given_up_leaves_nothing(void **state)
{
	struct diag d = { 0 };
	struct statedir *s;

	(void)state;
	assert_int_equal(statedir_prepare(DIR, &d, &s), 0);
	assert_int_equal(statedir_add(s, "campaign.xml", "<c/>", 4), 0);
	assert_int_equal(add_folder(s), 0);
	statedir_close(s);
	assert_false(os_exists(DIR));
	assert_false(os_exists(DIR ".prepare"));
	assert_int_equal(statedir_prepare("none/run", &d, &s), -ENOENT);
	assert_int_equal(d.nitem, 0);
	diag_free(&d);
}

static void
empty_folder_is_taken(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(os_mkdir(DIR), 0);
	assert_int_equal(start(&d), 0);
	is_complete();
	diag_free(&d);
}

/* --- who may --- */

static void
refused(int got, int want, struct diag *d, enum diag_code code)
{
	assert_int_equal(got, want);
	assert_int_equal(d->nitem, 1);
	assert_int_equal(d->item[0].code, code);
	diag_free(d);
	memset(d, 0, sizeof(*d));
}

static void
second_is_refused(void **state)
{
	struct diag d = { 0 };
	struct statedir *a, *b;
	struct journal *j;

	(void)state;
	assert_int_equal(statedir_prepare(DIR, &d, &a), 0);
	refused(statedir_prepare(DIR, &d, &b), -EAGAIN, &d, DIAG_STATE_BUSY);
	refused(statedir_open(DIR, &d, &b), -ENOENT, &d, DIAG_STATE_MISSING);
	assert_int_equal(fill(a, &j), 0);
	refused(statedir_prepare(DIR, &d, &b), -EEXIST, &d,
	    DIAG_STATE_EXISTS);
	refused(statedir_open(DIR, &d, &b), -EAGAIN, &d, DIAG_STATE_BUSY);
	assert_null(b);
	assert_int_equal(statedir_look(DIR, &d, &b), 0);
	statedir_close(b);
	refused(statedir_open(DIR, &d, &b), -EAGAIN, &d, DIAG_STATE_BUSY);
	journal_close(j);
	statedir_close(a);
	is_complete();
	diag_free(&d);
}

static void
replace(const char *path, const char *text)
{
	assert_int_equal(os_replace(path, text, strlen(text)), 0);
}

static void
foreign_is_refused(void **state)
{
	struct diag d = { 0 };
	struct statedir *s;

	(void)state;
	assert_int_equal(os_mkdir(DIR), 0);
	refused(statedir_open(DIR, &d, &s), -EBADMSG, &d, DIAG_STATE_FOREIGN);
	replace(DIR "/lock", "");
	refused(statedir_prepare(DIR, &d, &s), -EBADMSG, &d,
	    DIAG_STATE_FOREIGN);
	replace(DIR "/options", "colour=green\n");
	refused(statedir_open(DIR, &d, &s), -EBADMSG, &d, DIAG_STATE_FOREIGN);
	replace(DIR "/options", "camprun-state 2\ncolour=green\n");
	refused(statedir_open(DIR, &d, &s), -EBADMSG, &d, DIAG_STATE_NEWER);
	replace(DIR "/options", "camprun-state 1\n");
	refused(statedir_open(DIR, &d, &s), -EBADMSG, &d, DIAG_STATE_DAMAGED);
}

/* No bit of the options or of a copied file can change unseen. */
static void
every_bit(const char *path)
{
	struct diag d = { 0 };
	struct statedir *s;
	char *data;
	size_t n;

	assert_int_equal(os_read_all(path, &data, &n), 0);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		data[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(os_replace(path, data, n), 0);
		assert_int_equal(statedir_look(DIR, &d, &s), -EBADMSG);
		data[bit / 8] ^= (char)(1 << bit % 8);
	}
	assert_int_equal(os_replace(path, data, n - 1), 0);
	assert_int_equal(statedir_look(DIR, &d, &s), -EBADMSG);
	assert_int_equal(d.nerror, 8 * n + 1);
	assert_int_equal(os_replace(path, data, n), 0);
	free(data);
	diag_free(&d);
}

static void
damage_is_seen(void **state)
{
	struct diag d = { 0 };
	struct statedir *s;
	struct journal *j;

	(void)state;
	assert_int_equal(start(&d), 0);
	every_bit(DIR "/options");
	every_bit(DIR "/source.xml");
	is_complete();
	assert_int_equal(os_unlink(DIR "/campaign.xml"), 0);
	refused(statedir_open(DIR, &d, &s), -EBADMSG, &d, DIAG_STATE_DAMAGED);
	replace(DIR "/campaign.xml", "<c/>");
	assert_int_equal(os_unlink(DIR "/journal"), 0);
	assert_int_equal(journal_create(DIR, "head", &j), 0);
	journal_close(j);
	refused(statedir_open(DIR, &d, &s), -EBADMSG, &d, DIAG_JOURNAL_OTHER);
	replace(DIR "/journal", "");
	assert_int_equal(statedir_open(DIR, &d, &s), 0);
	assert_int_equal(d.nitem, 0);
	assert_int_equal(journal_open(DIR, &d, count, NULL, &j), -EBADMSG);
	assert_int_equal(d.item[0].code, DIAG_JOURNAL_EMPTY);
	diag_free(&d);
	memset(&d, 0, sizeof(d));
	statedir_close(s);
	assert_int_equal(os_unlink(DIR "/journal"), 0);
	refused(statedir_open(DIR, &d, &s), -EBADMSG, &d, DIAG_STATE_DAMAGED);
}

/* --- crashes and failures --- */

static bool
crash_at(uint64_t k, enum fault_fate fate, uint64_t seed)
{
	struct diag d = { 0 };
	bool past;
	int err;

	assert_int_equal(fault_fresh_disk(NULL), 0);
	fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
	err = start(&d);
	past = !fault_happened();
	assert_int_equal(err, past ? 0 : -EIO);
	fault_restart(fate, seed * 1000 + k);
	is_whole_or_none(past);
	diag_free(&d);
	return past;
}

static void
crash_anywhere(void **state)
{
	uint64_t k = 0;
	bool past = false;

	(void)state;
	while (!past) {
		k++;
		past = crash_at(k, FATE_LOST, 0);
		assert_int_equal(crash_at(k, FATE_KEPT, 0), past);
		for (uint64_t seed = 0; seed < 50; seed++)
			crash_at(k, FATE_TORN, seed);
	}
	assert_true(k > 20);
}

/* A crash, then another while the half-prepared one is replaced. */
static void
crash_twice(void **state)
{
	struct diag d = { 0 };

	(void)state;
	for (uint64_t k = 1; k < 25; k++)
		for (uint64_t m = 1; m < 50; m++) {
			assert_int_equal(fault_fresh_disk(NULL), 0);
			fault_plan(FAULT_STOP, FAULT_CHANGES, k, 0);
			start(&d);
			fault_restart(m % 2 == 0 ? FATE_KEPT : FATE_TORN, m);
			fault_plan(FAULT_STOP, FAULT_CHANGES, m, 0);
			start(&d);
			fault_restart(m % 3 == 0 ? FATE_LOST : FATE_TORN, k);
			is_whole_or_none(false);
		}
	diag_free(&d);
}

static void
every_call_fails(void **state)
{
	static const int errors[] = { ENOSPC, EIO };
	struct diag d = { 0 };
	uint64_t k;
	int err;

	(void)state;
	for (int what = FAULT_FAIL; what <= FAULT_STAY; what++)
		for (int i = 0; i < 2; i++) {
			err = -1;
			for (k = 1; err != 0; k++) {
				assert_int_equal(fault_fresh_disk(NULL), 0);
				fault_plan(what, FAULT_CHANGES, k, errors[i]);
				err = start(&d);
				assert_int_equal(err, fault_happened() ?
				    -errors[i] : 0);
				fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
				is_whole_or_none(err == 0);
			}
			assert_true(k > 20);
		}
	assert_int_equal(d.nitem, 0);
	diag_free(&d);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fault_fresh_disk, \
    fault_free_disk)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(start_and_open),
		TEST(stream_is_copied),
		TEST(given_up_leaves_nothing),
		TEST(empty_folder_is_taken),
		TEST(second_is_refused),
		TEST(foreign_is_refused),
		TEST(damage_is_seen),
		TEST(crash_anywhere),
		TEST(crash_twice),
		TEST(every_call_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
