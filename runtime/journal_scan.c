/*
 * Which records of a journal count, and is the rest a torn tail or damage?
 *
 * Lines are streamed through one buffer; each must be whole and have the next
 * number. At the first that is not, we look on: a later record that is whole
 * and says "=" was written when everything before it was on disk, so the bad
 * one had been written too and was damaged since: that is an error. If there
 * is no such record, a crash tore off what was never synced: that is the tail.
 *
 * A later line can be judged although the chain is broken: its seed is what
 * the line above shows as its checksum, or what that should have been. If the
 * line feed itself was damaged, two lines look like one; so a record may also
 * begin within a bad line, behind anything that looks like a checksum.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "crc32c.h"
#include "diag.h"
#include "intern.h"
#include "journal_scan.h"
#include "os.h"
#include "record.h"

enum {
	BUFFER = 4 * RECORD_LINE_MAX,
	NOT_FOUND = 1,
	TRIES = 256, /* beginnings within lines: somebody may write many */
};

struct reader {
	struct scan *s;
	char *buf, *text;
	size_t from, to; /* what of buf is not yet taken */
	uint64_t at; /* offset in the file of buf[from] */
	uint64_t line; /* number of the line at buf[from], from 1 */
	bool end; /* nothing more in the file */
	int tries;
};

struct line {
	const char *p;
	size_t n; /* without its line feed */
	bool ended; /* it has one */
};

static const struct place nowhere;

static int
fill(struct reader *r)
{
	size_t got;
	int err;

	memmove(r->buf, r->buf + r->from, r->to - r->from);
	r->to -= r->from;
	r->from = 0;
	err = os_read_at(r->s->file, r->at + r->to, r->buf + r->to,
	    BUFFER - r->to, &got);
	r->to += got;
	r->end = got == 0;
	return err;
}

/* The next line, or what is there of it if it is too long for a record or the
 * file ends. NOT_FOUND: nothing is left. */
static int
next_line(struct reader *r, struct line *l)
{
	const char *feed;
	int err;

	for (;;) {
		feed = memchr(r->buf + r->from, '\n', r->to - r->from);
		if (feed != NULL || r->end || r->to - r->from > RECORD_LINE_MAX)
			break;
		err = fill(r);
		if (err != 0)
			return err;
	}
	l->p = r->buf + r->from;
	l->ended = feed != NULL;
	l->n = l->ended ? (size_t)(feed - l->p) : r->to - r->from;
	return l->n == 0 && !l->ended ? NOT_FOUND : 0;
}

static void
take_line(struct reader *r, const struct line *l)
{
	size_t n = l->n + l->ended;

	r->from += n;
	r->at += n;
	r->line += l->ended;
}

static int
bad(struct reader *r, enum diag_code code, const char *what)
{
	diag_report(r->s->diag, code, nowhere, NAME_NONE,
	    "\"%s\", line %" PRIu64 " (byte %" PRIu64 "): %s", r->s->path,
	    r->line, r->at, what);
	return -EBADMSG;
}

/* The first line names the format and its version. */
static int
read_magic(struct reader *r)
{
	static const char magic[] = JOURNAL_MAGIC;
	size_t n = sizeof(magic) - 1;
	struct line l;
	char *end;
	int err = next_line(r, &l);

	if (err == NOT_FOUND) {
		diag_report(r->s->diag, DIAG_JOURNAL_EMPTY, nowhere, NAME_NONE,
		    "\"%s\" has no content", r->s->path);
		return -EBADMSG;
	}
	if (err != 0)
		return err;
	if (!l.ended && l.n <= n + 1 && memcmp(l.p, JOURNAL_MAGIC "1",
	    l.n) == 0)
		return bad(r, DIAG_JOURNAL_NO_HEAD, "the file ends here");
	if (!l.ended || l.n <= n || l.n > n + 9 || memcmp(l.p, magic, n) != 0 ||
	    l.p[n] < '1' || l.p[n] > '9')
		return bad(r, DIAG_JOURNAL_FOREIGN,
		    "this is not how a journal begins");
	long version = strtol(l.p + n, &end, 10);

	if (end != l.p + l.n)
		return bad(r, DIAG_JOURNAL_FOREIGN,
		    "this is not how a journal begins");
	if (version > JOURNAL_VERSION)
		return bad(r, DIAG_JOURNAL_NEWER, "the format is newer");
	r->s->crc = crc32c(0, l.p, l.n);
	take_line(r, &l);
	r->s->good = r->at;
	return 0;
}

/* Is this a whole record that says "="? */
static bool
vouches(struct reader *r, const char *p, size_t n, uint32_t seed)
{
	struct record_link link = { .crc = seed };
	struct record rec;

	return record_parse(p, n, &rec, &link, r->text) == RECORD_WHOLE &&
	    link.settled && rec.number > r->s->count + 1;
}

/* The line at which the chain breaks: if it says "=" and a number that is not
 * the next, records before it are gone. Its own checksum cannot be judged
 * then, but nothing torn off looks like that. */
static bool
skips_records(const struct reader *r, const struct line *l)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < l->n && i < 19 && l->p[i] >= '0' && l->p[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(l->p[i] - '0');
	return n > r->s->count + 1 && l->n > i + 3 &&
	    memcmp(l->p + i, " = ", 3) == 0;
}

/* A record that begins within a line whose line feed was damaged. */
static bool
vouches_inside(struct reader *r, const struct line *l)
{
	uint32_t seed;

	for (size_t i = 10; i < l->n; i++)
		if (l->p[i] >= '1' && l->p[i] <= '9' && l->p[i - 10] == ' ' &&
		    record_shown_crc(l->p, i - 1, &seed) &&
		    r->tries++ < TRIES &&
		    vouches(r, l->p + i, l->n - i, seed))
			return true;
	return false;
}

/* Looks behind a bad line for a record that proves it was once whole: 1 if
 * there is one, 0 if not, or -errno. */
static int
find_witness(struct reader *r)
{
	uint32_t shown = r->s->crc, ought = r->s->crc, crc;
	struct line l;
	int err;

	for (bool first = true;; first = false) {
		err = next_line(r, &l);
		if (err != 0)
			return err == NOT_FOUND ? 0 : err;
		if (l.ended && ((first && skips_records(r, &l)) ||
		    vouches(r, l.p, l.n, shown) ||
		    vouches(r, l.p, l.n, ought) || vouches_inside(r, &l)))
			return 1;
		crc = shown;
		ought = l.n < 9 ? 0 : crc32c(crc, l.p, l.n - 9);
		if (!record_shown_crc(l.p, l.n, &shown))
			shown = ought;
		take_line(r, &l);
	}
}

/* A record that is not whole, at r->at. */
static int
judge(struct reader *r)
{
	struct reader here = *r; /* for the message */
	int err = find_witness(r);

	if (err < 0)
		return err;
	if (err > 0) {
		bad(&here, DIAG_JOURNAL_DAMAGED, "the record is damaged");
		diag_note(r->s->diag, nowhere, "line %" PRIu64 " was written "
		    "when all before it was safely on disk", r->line);
		return -EBADMSG;
	}
	if (r->s->count == 0)
		return bad(&here, DIAG_JOURNAL_NO_HEAD,
		    "the first record is not whole");
	r->s->size = r->at;
	return NOT_FOUND;
}

static int
read_record(struct reader *r)
{
	struct record_link link = { .crc = r->s->crc };
	enum record_verdict v;
	struct record rec;
	struct line l;
	int err = next_line(r, &l);

	if (err != 0)
		return err;
	v = l.ended ? record_parse(l.p, l.n, &rec, &link, r->text) :
	    RECORD_BROKEN;
	if (v == RECORD_BROKEN)
		return judge(r);
	if (v == RECORD_STRANGE || rec.number != r->s->count + 1 ||
	    (rec.kind == RECORD_HEAD) != (rec.number == 1))
		return bad(r, DIAG_JOURNAL_STRANGE,
		    "no camprun writes such a record here");
	if (!r->s->each(r->s->arg, &rec))
		return -EBADMSG;
	take_line(r, &l);
	r->s->count++;
	r->s->crc = link.crc;
	r->s->good = r->s->size = r->at;
	return 0;
}

int
journal_scan(struct scan *s)
{
	struct reader r = { .s = s, .line = 1 };
	int err;

	s->count = s->good = s->size = 0;
	r.buf = mem_alloc(BUFFER, 1);
	r.text = mem_alloc(RECORD_TEXT_MAX + 1, 1);
	err = read_magic(&r);
	while (err == 0)
		err = read_record(&r);
	if (err == NOT_FOUND)
		err = s->count > 0 ? 0 :
		    bad(&r, DIAG_JOURNAL_NO_HEAD, "the file ends here");
	free(r.buf);
	free(r.text);
	return err;
}
