/*
 * What has been added to the journal? A record counts when its line is whole
 * and its checksum, which begins with that of the line before, is right; a
 * piece of a line is looked at again later. A recovered journal may have lost
 * such a piece, never a whole record that others follow.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "crc32c.h"
#include "journal_scan.h"
#include "os.h"
#include "record.h"
#include "tail.h"

enum { BLOCK = 65536 };

int
tail_open(struct tail *t, const char *state_dir)
{
	size_t n = strlen(state_dir) + sizeof("/journal");
	char *path = mem_alloc(n, 1);
	int err;

	*t = (struct tail){ .cap = BLOCK };
	t->line = mem_alloc(t->cap, 1);
	t->text = mem_alloc(RECORD_TEXT_MAX + 1, 1);
	snprintf(path, n, "%s/journal", state_dir);
	err = os_open_read(path, &t->file);
	free(path);
	return err;
}

/* One whole line, without its line feed. */
static int
take_line(struct tail *t, const char *line, size_t n,
    void (*each)(void *, const struct record *, uint32_t), void *arg)
{
	struct record_link link = { .crc = t->crc };
	struct record r;

	if (!t->begun) {
		t->begun = true;
		t->crc = crc32c(0, line, n);
		return strncmp(line, JOURNAL_MAGIC, strlen(JOURNAL_MAGIC)) == 0 ?
		    0 : -EBADMSG;
	}
	if (record_parse(line, n, &r, &link, t->text) != RECORD_WHOLE ||
	    r.number != t->count + 1)
		return -EBADMSG;
	t->count++;
	t->crc = link.crc;
	each(arg, &r, link.crc);
	return 0;
}

/* The lines of a block; *used is what they take of it. */
static int
take_lines(struct tail *t, size_t n, size_t *used,
    void (*each)(void *, const struct record *, uint32_t), void *arg)
{
	const char *end;
	int err = 0;

	for (*used = 0; err == 0; *used += (size_t)(end - t->line) -
	    *used + 1) {
		end = memchr(t->line + *used, '\n', n - *used);
		if (end == NULL)
			return 0;
		err = take_line(t, t->line + *used,
		    (size_t)(end - t->line) - *used, each, arg);
	}
	return err;
}

int
tail_more(struct tail *t, void (*each)(void *, const struct record *,
    uint32_t), void *arg)
{
	size_t got, used;
	int err;

	for (;;) {
		err = os_read_at(t->file, t->at, t->line, t->cap, &got);
		if (err == 0)
			err = take_lines(t, got, &used, each, arg);
		if (err != 0)
			return err;
		t->at += used;
		if (got < t->cap)
			return 0;
		if (used == 0 && t->cap > RECORD_LINE_MAX)
			return -EBADMSG;
		if (used == 0) {
			t->cap *= 2;
			t->line = mem_realloc(t->line, t->cap, 1);
		}
	}
}

void
tail_close(struct tail *t)
{
	os_close(t->file);
	free(t->line);
	free(t->text);
	*t = (struct tail){ 0 };
}
