/* X6: what was journalled survives anything, and what was damaged is found. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crc32c.h"
#include "diag.h"
#include "journal.h"
#include "os.h"
#include "os_fault.h"
#include "record.h"

#define DIR FAULT_FOLDER
#define FILE_NAME DIR "/journal"
enum { NRECORD = 9, MOST = 64 };

#define TEXT(s) .text = s, .len = sizeof(s) - 1
/* What a run writes, with a group synced at once; the last two are not. */
static const struct {
	struct record r;
	bool sync;
} script[NRECORD] = {
	{ { .kind = RECORD_HEAD, TEXT("campaign=ab12\nsource=\\cd\t34\n") }, true },
	{ { .kind = RECORD_ROW, .a = 0, .d = 1, .f = 2 }, false },
	{ { .kind = RECORD_ROW, .a = 2, .b = 7, .c = 1, .d = 3, .e = 4,
	    .f = UINT32_MAX }, false },
	{ { .kind = RECORD_BEGIN, .a = 1, .b = 0, .c = 1,
	    TEXT("lock \"node=A\" 8c1f03aa 3 =") }, true },
	{ { .kind = RECORD_END, .a = 1, .b = 2, .c = 1, .d = 1, .e = 1 }, true },
	{ { .kind = RECORD_NOTE, TEXT("gr\303\274n \001\177 \\x") }, true },
	{ { .kind = RECORD_BEGIN, .a = UINT32_MAX, .b = 3, .c = 2 }, true },
	{ { .kind = RECORD_END, .a = 2, .b = 1, .c = 2, .d = 9 }, false },
	{ { .kind = RECORD_NOTE }, false },
};

struct seen {
	uint64_t n;
	bool wrong; /* not what the script says */
};

static bool
is_scripted(const struct record *r)
{
	const struct record *s = &script[r->number - 1].r;

	return r->kind == s->kind && r->a == s->a && r->b == s->b &&
	    r->c == s->c && r->d == s->d && r->e == s->e && r->f == s->f &&
	    r->len == s->len && memcmp(r->text, s->text == NULL ? "" :
	    s->text, r->len) == 0 && r->text[r->len] == '\0';
}

static bool
see(void *arg, const struct record *r)
{
	struct seen *seen = arg;

	seen->n++;
	if (r->number != seen->n || (r->number <= NRECORD && !is_scripted(r)))
		seen->wrong = true;
	return true;
}

/* Writes the first n records of the script; returns how many were promised to
 * be on disk when it ended, well or with *err. */
static uint64_t
write_script(uint64_t n, int *err)
{
	struct journal *j;
	uint64_t promised = 0, i;

	*err = journal_create(DIR, script[0].r.text, &j);
	if (*err != 0)
		return 0;
	promised = 1;
	for (i = 1; i < n && *err == 0; i++) {
		*err = journal_add(j, &script[i].r, script[i].sync);
		if (*err == 0 && script[i].sync)
			promised = i + 1;
	}
	journal_close(j);
	return promised;
}

static char *
written_journal(size_t *n)
{
	char *data;
	int err;

	write_script(NRECORD, &err);
	assert_int_equal(err, 0);
	assert_int_equal(os_read_all(FILE_NAME, &data, n), 0);
	return data;
}

/* Opens what is there: the error, records seen, and the first finding. */
static int
open_it(struct seen *seen, enum diag_code *code)
{
	struct diag d = { 0 };
	struct journal *j;
	int err;

	*seen = (struct seen){ 0, false };
	err = journal_open(DIR, &d, see, seen, &j);
	*code = d.nitem > 0 ? d.item[0].code : DIAG_COUNT;
	if (err == -EBADMSG)
		assert_int_equal(d.nerror, 1);
	assert_false(seen->wrong);
	journal_close(j);
	diag_free(&d);
	return err;
}

static void
put_journal(const char *data, size_t n)
{
	assert_int_equal(os_replace(FILE_NAME, data, n), 0);
}

static void
same_file(const char *data, size_t n)
{
	char *now;
	size_t len;

	assert_int_equal(os_read_all(FILE_NAME, &now, &len), 0);
	assert_int_equal(len, n);
	assert_memory_equal(now, data, n);
	free(now);
}

/* --- what a record is --- */

static void
checksum_is_crc32c(void **state)
{
	(void)state;
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(crc32c(crc32c(0, "1234", 4), "56789", 5),
	    0xe3069283);
}

static void
line_is_readable(void **state)
{
	struct record r = { .number = 12, .kind = RECORD_BEGIN, .a = 7,
		.b = 1, .c = 2, .text = "lock \"node=A\"\n", .len = 14,
		.time = INT64_C(1709251199123999999) };
	struct record_link link = { .settled = true };
	static char line[RECORD_LINE_MAX];
	size_t n = record_format(&r, &link, line);
	const char *want = "12 = 2024-02-29T23:59:59.123Z begin 7 undo 2 "
	    "lock \"node=A\"\\n ";

	(void)state;
	assert_memory_equal(line, want, strlen(want));
	assert_int_equal(n, strlen(want) + 9);
	assert_int_equal(line[n - 1], '\n');
}

static void
times_come_back(void **state)
{
	static const int64_t times[] = { 0, 1, 86399999, 951782400000,
		951868799999, 1709164800000, 4102444800000, 9214646399999 };
	static char line[RECORD_LINE_MAX], text[RECORD_TEXT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct record r = { .number = 1, .kind = RECORD_NOTE,
			.time = times[i] * 1000000 }, back;
		struct record_link link = { 0 };
		size_t n = record_format(&r, &link, line);

		link.crc = 0;
		assert_int_equal(record_parse(line, n - 1, &back, &link,
		    text), RECORD_WHOLE);
		assert_true(back.time == r.time);
	}
}

static void
round_trip(void **state)
{
	struct seen seen;
	enum diag_code code;
	size_t n;
	char *data = written_journal(&n);

	(void)state;
	assert_int_equal(open_it(&seen, &code), 0);
	assert_int_equal(seen.n, NRECORD);
	assert_int_equal(code, DIAG_COUNT);
	same_file(data, n);
	free(data);
}

static bool
check_long(void *arg, const struct record *r)
{
	return r->number == 1 || (r->len == RECORD_TEXT_MAX &&
	    memcmp(r->text, arg, r->len) == 0);
}

/* The longest text, each byte of which takes four; many of them, so that the
 * reader's buffer is filled again; one byte more is refused, and not final. */
static void
long_texts(void **state)
{
	char *text = malloc(RECORD_TEXT_MAX + 1);
	struct record r = { .kind = RECORD_NOTE, .text = text,
		.len = RECORD_TEXT_MAX + 1 };
	struct journal *j;
	struct diag d = { 0 };

	(void)state;
	memset(text, '\n', RECORD_TEXT_MAX + 1);
	memset(text, 1, RECORD_TEXT_MAX / 2);
	assert_int_equal(journal_create(DIR, "head", &j), 0);
	assert_int_equal(journal_add(j, &r, true), -EMSGSIZE);
	r.len--;
	for (int i = 0; i < 20; i++)
		assert_int_equal(journal_add(j, &r, i == 10), 0);
	assert_int_equal(journal_count(j), 21);
	assert_int_equal(journal_sync(j), 0);
	journal_close(j);
	assert_int_equal(journal_open(DIR, &d, check_long, text, &j), 0);
	assert_int_equal(journal_count(j), 21);
	journal_close(j);
	free(text);
	diag_free(&d);
}

/* --- cut and damaged files --- */

/* Record i ends at end[i]; end[0] is the end of the first line. */
static size_t
find_ends(const char *data, size_t n, size_t end[MOST])
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (data[i] == '\n')
			end[k++] = i + 1;
	return k - 1;
}

static void
every_prefix(void **state)
{
	size_t n, end[MOST], k = 0;
	char *data = written_journal(&n);
	struct record more = { .kind = RECORD_NOTE, .text = "on", .len = 2 };
	enum diag_code code;
	struct seen seen;

	(void)state;
	assert_int_equal(find_ends(data, n, end), NRECORD);
	for (size_t cut = 0; cut <= n; cut++) {
		struct diag d = { 0 };
		struct journal *j;

		while (k < NRECORD && cut >= end[k + 1])
			k++;
		put_journal(data, cut);
		if (k == 0) {
			assert_int_equal(open_it(&seen, &code), -EBADMSG);
			assert_int_equal(code, cut == 0 ? DIAG_JOURNAL_EMPTY :
			    DIAG_JOURNAL_NO_HEAD);
			same_file(data, cut);
			continue;
		}
		seen = (struct seen){ 0, false };
		assert_int_equal(journal_open(DIR, &d, see, &seen, &j), 0);
		assert_int_equal(seen.n, k);
		assert_false(seen.wrong);
		assert_int_equal(d.nitem, cut > end[k]);
		if (d.nitem > 0)
			assert_int_equal(d.item[0].code, DIAG_JOURNAL_CUT);
		same_file(data, end[k]);
		if (k == NRECORD)
			assert_int_equal(journal_add(j, &more, true), 0);
		journal_close(j);
		diag_free(&d);
	}
	assert_int_equal(open_it(&seen, &code), 0);
	assert_int_equal(seen.n, NRECORD + 1);
	free(data);
}

/* Where the last record that says "=" begins: what is before it was on disk
 * when it was written, so no crash can have torn it. */
static size_t
tail_of(const char *data, size_t n)
{
	size_t end[MOST], k = find_ends(data, n, end), start = 0;

	for (size_t i = 0; i < k; i++)
		if (strncmp(strchr(data + end[i], ' '), " = ", 3) == 0)
			start = end[i];
	return start;
}

static void
every_bit(void **state)
{
	size_t n, end[MOST];
	char *data = written_journal(&n);
	size_t tail = tail_of(data, n);
	enum diag_code code;
	struct seen seen;
	int err;

	(void)state;
	find_ends(data, n, end);
	assert_int_equal(tail, end[NRECORD - 2]);
	for (size_t bit = 0; bit < n * 8; bit++) {
		data[bit / 8] ^= (char)(1 << bit % 8);
		put_journal(data, n);
		err = open_it(&seen, &code);
		if (bit / 8 < tail) {
			assert_int_equal(err, -EBADMSG);
			same_file(data, n);
		} else if (bit / 8 == tail && err != 0) {
			/* a larger number: as if records were gone */
			assert_int_equal(code, DIAG_JOURNAL_DAMAGED);
		} else {
			assert_int_equal(err, 0);
			assert_in_range(seen.n, NRECORD - 2, NRECORD - 1);
			assert_int_equal(code, DIAG_JOURNAL_CUT);
		}
		data[bit / 8] ^= (char)(1 << bit % 8);
	}
	free(data);
}

static void
no_line_may_go(void **state)
{
	size_t n, end[MOST];
	char *data = written_journal(&n), *less = malloc(n);
	enum diag_code code;
	struct seen seen;

	(void)state;
	find_ends(data, n, end);
	for (size_t k = 0; end[k] < tail_of(data, n); k++) {
		size_t hole = end[k + 1] - end[k];

		memcpy(less, data, end[k]);
		memcpy(less + end[k], data + end[k + 1], n - end[k + 1]);
		put_journal(less, n - hole);
		assert_int_equal(open_it(&seen, &code), -EBADMSG);
		assert_int_equal(code, DIAG_JOURNAL_DAMAGED);
	}
	free(less);
	free(data);
}

/* A journal with the right checksums and these lines. */
static void
put_lines(const char *const *line)
{
	char text[1024] = "camprun-journal 1\n";
	uint32_t crc = crc32c(0, text, strlen(text) - 1);

	for (; *line != NULL; line++) {
		crc = crc32c(crc, *line, strlen(*line));
		sprintf(strchr(text, '\0'), "%s %08x\n", *line,
		    (unsigned)crc);
	}
	put_journal(text, strlen(text));
}

#define AT " 2025-01-01T00:00:00.000Z "

static void
strange_records(void **state)
{
	static const char *const lines[][3] = {
		{ "1 =" AT "note head?" },
		{ "2 =" AT "head x" },
		{ "1 =" AT "head x", "1 =" AT "note" },
		{ "1 =" AT "head x", "3 =" AT "note" },
		{ "1 =" AT "head x", "2 =" AT "head x" },
		{ "1 =" AT "head x", "2 =" AT "dance" },
		{ "1 =" AT "head x", "2 =" AT "begin 1 forward" },
		{ "1 =" AT "head x", "2 =" AT "begin 1 sideways 1" },
		{ "1 =" AT "head x", "2 =" AT "end 1 undo 1 ok" },
		{ "1 =" AT "head x", "2 =" AT "begin 4294967296 undo 1" },
		{ "1 =" AT "head x", "2 =" AT "begin 01 undo 1" },
		{ "1 =" AT "head x", "2 =" AT "row step 1 2 3 4 5x" },
		{ "1 =" AT "head x", "2 -" AT "note" },
		{ "1 =" AT "head x", "2 = yesterday note" },
		{ "1 =" AT "head x", "2 =" AT "note a\\b" },
		{ "1 =" AT "head x", "2 =" AT "note a\\xf" },
		{ "1 =" AT "head x", "18446744073709551616 =" AT "note" },
		{ "1 =" AT "head x", "" },
	};
	static const char *const good[] = { "1 =" AT "head x",
		"2 =" AT "note \\xff\\n", NULL };
	struct seen seen = { 0, false };
	struct diag d = { 0 };
	struct journal *j;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		put_lines(lines[i]);
		assert_int_equal(journal_open(DIR, &d, see, &seen, &j),
		    -EBADMSG);
		assert_null(j);
		assert_int_equal(d.item[i].code, DIAG_JOURNAL_STRANGE);
	}
	put_lines(good);
	assert_int_equal(journal_open(DIR, &d, see, &seen, &j), 0);
	journal_close(j);
	diag_free(&d);
}

static void
other_files(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		enum diag_code code;
	} files[] = {
		{ "", 0, DIAG_JOURNAL_EMPTY },
		{ "\0\0\0\0\0\0\0\0", 8, DIAG_JOURNAL_FOREIGN },
		{ "<?xml version=\"1.0\"?>\n", 22, DIAG_JOURNAL_FOREIGN },
		{ "camprun-journal 1\r\n", 19, DIAG_JOURNAL_FOREIGN },
		{ "camprun-journal 0\n", 18, DIAG_JOURNAL_FOREIGN },
		{ "camprun-journal \n", 17, DIAG_JOURNAL_FOREIGN },
		{ "camprun-journal 2\nwhatever\n", 27, DIAG_JOURNAL_NEWER },
		{ "camprun-journal 10\n", 19, DIAG_JOURNAL_NEWER },
		{ "camprun-journal 1\n", 18, DIAG_JOURNAL_NO_HEAD },
		{ "camprun-journal 1\n\n", 19, DIAG_JOURNAL_NO_HEAD },
		{ "camprun-jour", 12, DIAG_JOURNAL_NO_HEAD },
	};
	enum diag_code code;
	struct seen seen;

	(void)state;
	assert_int_equal(open_it(&seen, &code), -ENOENT);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		put_journal(files[i].text, files[i].n);
		assert_int_equal(open_it(&seen, &code), -EBADMSG);
		assert_int_equal(code, files[i].code);
		same_file(files[i].text, files[i].n);
	}
}

/* Zeros behind the last record, more than the reader's buffer holds: some
 * file systems leave them after a crash. */
static void
zeros_behind(void **state)
{
	enum { ZEROS = 10 * RECORD_LINE_MAX };
	size_t n;
	char *data = written_journal(&n);
	enum diag_code code;
	struct seen seen;

	(void)state;
	data = realloc(data, n + ZEROS);
	memset(data + n, 0, ZEROS);
	put_journal(data, n + ZEROS);
	assert_int_equal(open_it(&seen, &code), 0);
	assert_int_equal(seen.n, NRECORD);
	assert_int_equal(code, DIAG_JOURNAL_CUT);
	same_file(data, n);
	free(data);
}

/* --- who may open --- */

static bool
refuse_third(void *arg, const struct record *r)
{
	++*(int *)arg;
	return r->number < 3;
}

static void
each_may_refuse(void **state)
{
	struct diag d = { 0 };
	struct journal *j;
	int err, n = 0;

	(void)state;
	write_script(NRECORD, &err);
	assert_int_equal(journal_open(DIR, &d, refuse_third, &n, &j),
	    -EBADMSG);
	assert_int_equal(n, 3);
	assert_null(j);
	diag_free(&d);
}

static void
one_at_a_time(void **state)
{
	struct seen seen = { 0, false };
	struct diag d = { 0 };
	struct journal *a, *b;

	(void)state;
	assert_int_equal(journal_create(DIR, script[0].r.text, &a), 0);
	assert_int_equal(journal_create(DIR, "x", &b), -EEXIST);
	assert_int_equal(journal_open(DIR, &d, see, &seen, &b), -EAGAIN);
	assert_int_equal(seen.n, 0);
	assert_int_equal(journal_read(DIR, &d, see, &seen), 0);
	assert_int_equal(seen.n, 1);
	journal_close(a);
	seen.n = 0;
	assert_int_equal(journal_open(DIR, &d, see, &seen, &b), 0);
	journal_close(b);
	diag_free(&d);
}

/* Whoever only looks changes nothing, also where the end is torn. */
static void
looking_cuts_nothing(void **state)
{
	struct seen seen = { 0, false };
	struct diag d = { 0 };
	size_t n;
	char *data = written_journal(&n);

	(void)state;
	put_journal(data, n - 1);
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
	assert_int_equal(journal_read(DIR, &d, see, &seen), 0);
	assert_int_equal(seen.n, NRECORD - 1);
	assert_int_equal(d.nitem, 0);
	assert_int_equal(fault_count(FAULT_CHANGES), 0);
	free(data);
	diag_free(&d);
}

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

/* --- the manual --- */

/* What journal(5) shows is a journal. */
static void
manual_shows_one(void **state)
{
	struct seen seen = { 0, false };
	struct diag d = { 0 };
	char text[2048] = "", line[256], *escape;
	FILE *f = fopen("grammar/schema/journal.5", "r");
	bool on = false;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		on = (on || strcmp(line, "camprun-journal 1\n") == 0) &&
		    strcmp(line, ".Ed\n") != 0;
		if (!on)
			continue;
		while ((escape = strstr(line, "\\e")) != NULL)
			memmove(escape + 1, escape + 2, strlen(escape + 1));
		strcat(text, line);
	}
	fclose(f);
	put_journal(text, strlen(text));
	assert_int_equal(journal_read(DIR, &d, see, &seen), 0);
	assert_int_equal(seen.n, 7);
	diag_free(&d);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fault_fresh_disk, \
    fault_free_disk)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(checksum_is_crc32c),
		TEST(line_is_readable),
		TEST(times_come_back),
		TEST(round_trip),
		TEST(long_texts),
		TEST(every_prefix),
		TEST(every_bit),
		TEST(no_line_may_go),
		TEST(strange_records),
		TEST(other_files),
		TEST(zeros_behind),
		TEST(each_may_refuse),
		TEST(one_at_a_time),
		TEST(looking_cuts_nothing),
		TEST(crash_anywhere),
		TEST(crash_twice),
		TEST(every_call_fails),
		TEST(recovery_fails),
		TEST(manual_shows_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
