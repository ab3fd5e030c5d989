/* A journal as a run writes it, on the disk in memory, and what is found in it
 * when it is opened. */
#ifndef CG_TEST_JOURNAL_SCRIPT_H
#define CG_TEST_JOURNAL_SCRIPT_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static inline bool
is_scripted(const struct record *r)
{
	const struct record *s = &script[r->number - 1].r;

	return r->kind == s->kind && r->a == s->a && r->b == s->b &&
	    r->c == s->c && r->d == s->d && r->e == s->e && r->f == s->f &&
	    r->len == s->len && memcmp(r->text, s->text == NULL ? "" :
	    s->text, r->len) == 0 && r->text[r->len] == '\0';
}

static inline bool
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
static inline uint64_t
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

static inline char *
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
static inline int
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

static inline void
put_journal(const char *data, size_t n)
{
	assert_int_equal(os_replace(FILE_NAME, data, n), 0);
}

static inline void
same_file(const char *data, size_t n)
{
	char *now;
	size_t len;

	assert_int_equal(os_read_all(FILE_NAME, &now, &len), 0);
	assert_int_equal(len, n);
	assert_memory_equal(now, data, n);
	free(now);
}

/* Record i ends at end[i]; end[0] is the end of the first line. */
static inline size_t
find_ends(const char *data, size_t n, size_t end[MOST])
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (data[i] == '\n')
			end[k++] = i + 1;
	return k - 1;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fault_fresh_disk, \
    fault_free_disk)

#endif
