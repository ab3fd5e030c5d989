/* X6: what was journalled is read back, and what was damaged is found. */
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
#include "journal_script.h"
#include "os_fault.h"

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
		TEST(manual_shows_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
