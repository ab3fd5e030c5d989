/*
 * What has this runtime done, whatever happened to it? (X6) STATE/journal is a
 * line that names the format, then one line of text per record (record.c). Its
 * invariants:
 *
 * J1 A record is one line with a number, fields and a checksum that covers the
 *    line above too. It is appended once and never rewritten.
 * J2 What journal_add has synced is on disk when it returns; so an action that
 *    is started then has its record. A record says "=" only if all before it
 *    is on disk.
 * J3 A torn tail is what no later "=" vouches for: it is cut at the last whole
 *    record, and the cut synced, before anything is added. A bad record before
 *    the tail is error J004 and nothing is touched.
 * J4 Every prefix of whole records is a journal; what a resumed run acts on is
 *    on disk first, so that a second crash cannot take it back.
 * J5 A failed write or sync is final: the file is not touched again by this
 *    process. What is on disk then is found out by the one that resumes.
 * J6 The first record is the head, which says what the journal belongs to; the
 *    state directory remembers which head is its own, and refuses another.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "crc32c.h"
#include "diag.h"
#include "intern.h"
#include "journal.h"
#include "journal_scan.h"
#include "os.h"
#include "record.h"

struct journal {
	struct os_file *file;
	uint64_t count; /* records */
	uint32_t crc; /* of the last */
	bool settled; /* all of them are on disk */
	int err; /* J5: the failure that ended it, or 0 */
	char line[RECORD_LINE_MAX];
};

static char *
journal_path(const char *state_dir)
{
	size_t n = strlen(state_dir) + sizeof("/journal");
	char *path = mem_alloc(n, 1);

	snprintf(path, n, "%s/journal", state_dir);
	return path;
}

static int
open_locked(const char *path, bool create, struct os_file **file)
{
	int err = os_open(path, create, file);

	if (err == 0)
		err = os_lock(*file);
	if (err != 0) {
		os_close(*file);
		*file = NULL;
	}
	return err;
}

static struct journal *
journal_new(struct os_file *file, uint64_t count, uint32_t crc)
{
	struct journal *j = mem_alloc(1, sizeof(*j));

	j->file = file;
	j->count = count;
	j->crc = crc;
	j->settled = true;
	j->err = 0;
	return j;
}

static int
add_magic(struct journal *j)
{
	int n = snprintf(j->line, sizeof(j->line), "%s%d\n", JOURNAL_MAGIC,
	    JOURNAL_VERSION);

	j->crc = crc32c(0, j->line, (size_t)n - 1);
	return os_append(j->file, j->line, (size_t)n);
}

int
journal_create(const char *state_dir, const char *head, struct journal **out)
{
	struct record r = { .kind = RECORD_HEAD, .text = head,
		.len = strlen(head) };
	char *path = journal_path(state_dir);
	struct os_file *file = NULL;
	int err;

	*out = NULL;
	err = os_exists(path) ? -EEXIST : open_locked(path, true, &file);
	free(path);
	if (err != 0)
		return err;
	*out = journal_new(file, 0, 0);
	err = add_magic(*out);
	if (err == 0)
		err = journal_add(*out, &r, true);
	if (err == 0)
		err = os_sync_dir(state_dir);
	if (err != 0) {
		journal_close(*out);
		*out = NULL;
	}
	return err;
}

/* J3, J4: what is left is what was replayed, and it is on disk. */
static int
cut_tail(struct scan *s)
{
	int err = 0;

	if (s->size > s->good) {
		err = os_truncate(s->file, s->good);
		if (err == 0)
			diag_report(s->diag, DIAG_JOURNAL_CUT, (struct place){
			    0 }, NAME_NONE, "\"%s\": cut after record %" PRIu64
			    ", %" PRIu64 " bytes behind it were not whole",
			    s->path, s->count, s->size - s->good);
	}
	return err == 0 ? os_sync(s->file) : err;
}

int
journal_open(const char *state_dir, struct diag *diag,
    bool (*each)(void *, const struct record *), void *arg,
    struct journal **out)
{
	char *path = journal_path(state_dir);
	struct scan s = { .path = path, .diag = diag, .each = each,
		.arg = arg };
	int err = open_locked(path, false, &s.file);

	*out = NULL;
	if (err == 0)
		err = journal_scan(&s);
	if (err == 0)
		err = cut_tail(&s);
	if (err == 0)
		*out = journal_new(s.file, s.count, s.crc);
	else
		os_close(s.file);
	free(path);
	return err;
}

int
journal_read(const char *state_dir, struct diag *diag,
    bool (*each)(void *, const struct record *), void *arg)
{
	char *path = journal_path(state_dir);
	struct scan s = { .path = path, .diag = diag, .each = each,
		.arg = arg };
	int err = os_open_read(path, &s.file);

	if (err == 0)
		err = journal_scan(&s);
	os_close(s.file);
	free(path);
	return err;
}

static bool
identify(void *id, const struct record *r)
{
	char time[32];
	int n = snprintf(time, sizeof(time), "%" PRId64 " ", r->time);

	*(uint32_t *)id = crc32c(crc32c(0, time, (size_t)n), r->text, r->len);
	return false; /* the head is enough */
}

int
journal_identity(const char *state_dir, uint32_t *id)
{
	struct diag unused = { 0 };
	int err = journal_read(state_dir, &unused, identify, id);

	/* Without a finding it was identify that stopped it. */
	if (err == -EBADMSG && unused.nerror == 0)
		err = 0;
	diag_free(&unused);
	return err;
}

int
journal_sync(struct journal *j)
{
	if (j->err == 0 && !j->settled) {
		j->err = os_sync(j->file); /* J5 */
		j->settled = j->err == 0;
	}
	return j->err;
}

int
journal_add(struct journal *j, const struct record *given, bool sync)
{
	struct record_link link = { .settled = j->settled, .crc = j->crc };
	struct record r = *given;
	size_t n;

	if (j->err != 0)
		return j->err; /* J5 */
	if (r.text != NULL && r.len > RECORD_TEXT_MAX)
		return -EMSGSIZE;
	r.number = j->count + 1;
	r.time = os_now();
	n = record_format(&r, &link, j->line);
	j->settled = false;
	j->err = os_append(j->file, j->line, n); /* J1, J5 */
	if (j->err != 0)
		return j->err;
	j->count++;
	j->crc = link.crc;
	return sync ? journal_sync(j) : 0; /* J2 */
}

uint64_t
journal_count(const struct journal *j)
{
	return j->count;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	os_close(j->file);
	free(j);
}
