/* The journal's reader: no file may crash it. What it refuses it leaves as it
 * is; what it accepts it reads the same again, and can be added to. Each input
 * is tried as it is, and with the checksums of its lines put right. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "crc32c.h"
#include "diag.h"
#include "journal.h"
#include "must.h"
#include "os.h"
#include "os_fault.h"
#include "record.h"

#define FILE_NAME FAULT_FOLDER "/journal"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A record that was read is written as a line that reads the same. */
static void
format_and_parse(const struct record *r)
{
	static char line[RECORD_LINE_MAX], text[RECORD_TEXT_MAX + 1];
	struct record_link link = { 0 };
	struct record again;
	size_t n = record_format(r, &link, line);

	link.crc = 0;
	must(record_parse(line, n - 1, &again, &link, text) == RECORD_WHOLE);
	must(again.number == r->number && again.kind == r->kind &&
	    again.time == r->time && again.a == r->a && again.b == r->b &&
	    again.c == r->c && again.d == r->d && again.e == r->e &&
	    again.f == r->f && again.len == r->len &&
	    memcmp(again.text, r->text, r->len) == 0);
}

static bool
each(void *arg, const struct record *r)
{
	must(r->number == ++*(uint64_t *)arg);
	must((r->kind == RECORD_HEAD) == (r->number == 1));
	must(r->text[r->len] == '\0');
	format_and_parse(r);
	return true;
}

static void
is_now(const char *data, size_t n)
{
	char *now;
	size_t len;

	must(os_read_all(FILE_NAME, &now, &len) == 0);
	must(len == n && memcmp(now, data, n) == 0);
	free(now);
}

static void
add_and_reopen(struct journal *j, uint64_t n)
{
	struct record r = { .kind = RECORD_END, .a = 1, .b = 1, .d = 2 };
	struct diag d = { 0 };
	uint64_t m = 0;

	must(journal_add(j, &r, true) == 0);
	journal_close(j);
	must(journal_open(FAULT_FOLDER, &d, each, &m, &j) == 0);
	must(m == n + 1 && d.nitem == 0);
	journal_close(j);
	diag_free(&d);
}

static void
open_file(const char *data, size_t size)
{
	struct diag d = { 0 }, e = { 0 };
	struct journal *j;
	uint64_t n = 0, m = 0;
	int err, looked;

	must(fault_fresh_disk(NULL) == 0);
	must(os_replace(FILE_NAME, data, size) == 0);
	looked = journal_read(FAULT_FOLDER, &e, each, &m);
	is_now(data, size);
	err = journal_open(FAULT_FOLDER, &d, each, &n, &j);
	must(err == looked && n == m);
	if (err == 0) {
		add_and_reopen(j, n);
	} else {
		must(err == -EBADMSG && d.nerror == 1);
		is_now(data, size);
	}
	diag_free(&d);
	diag_free(&e);
}

/* Each line's end replaced by the checksum it ought to have. */
static void
repair(const char *p, size_t n, struct buf *out)
{
	const char *end = p + n, *feed = memchr(p, '\n', n);
	uint32_t crc;

	if (feed == NULL)
		return;
	crc = crc32c(0, p, (size_t)(feed - p));
	buf_add(out, p, (size_t)(feed + 1 - p));
	for (p = feed + 1; (feed = memchr(p, '\n', (size_t)(end - p))) != NULL;
	    p = feed + 1) {
		n = (size_t)(feed - p);
		n = n < 9 ? 0 : n - 9;
		crc = crc32c(crc, p, n);
		buf_add(out, p, n);
		buf_printf(out, " %08x\n", (unsigned)crc);
	}
	buf_add(out, p, (size_t)(end - p));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = { 0 };

	open_file((const char *)data, size);
	repair((const char *)data, size, &b);
	if (b.len > 0)
		open_file(b.data, b.len);
	buf_free(&b);
	fault_reset();
	return 0;
}
