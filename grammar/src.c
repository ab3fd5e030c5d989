/*
 * Where in its file is a thing? While reading, only an offset of 32 bits is
 * kept for each. When a message needs the line, the thing is looked up again
 * around its offset, and one pass over the file counts lines and columns for
 * all that is asked. The file is kept open, so that it is the same file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arena.h"
#include "src.h"
#include "src_find.h"

enum { BLOCK = 64 * 1024, LINE_MAX_SHOWN = 1024 * 1024 };

static struct src *
new_src(const char *path, FILE *file)
{
	size_t n = strlen(path) + 1;
	struct src *s = mem_alloc(1, sizeof(*s) + n);

	s->path = memcpy(s + 1, path, n);
	s->file = file;
	return s;
}

/* Copies what cannot be read twice into an unlinked file. */
static FILE *
spool(FILE *from)
{
	char block[BLOCK];
	FILE *to = tmpfile();
	size_t n;
	int err = 0;

	if (to == NULL)
		return NULL;
	errno = 0;
	while (err == 0 && (n = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, n, to) != n)
			err = errno != 0 ? errno : EIO;
	if (err == 0 && ferror(from))
		err = errno != 0 ? errno : EIO;
	if (err == 0 && fflush(to) != 0)
		err = errno;
	if (err != 0) {
		fclose(to);
		errno = err;
		return NULL;
	}
	rewind(to);
	return to;
}

static FILE *
open_regular(const char *path)
{
	FILE *f = fopen(path, "rb"), *copy;
	struct stat st;
	int err;

	if (f == NULL)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode))
		return f;
	if (S_ISDIR(st.st_mode)) {
		fclose(f);
		errno = EISDIR;
		return NULL;
	}
	copy = spool(f);
	err = errno;
	fclose(f);
	errno = err;
	return copy;
}

struct src *
src_open(const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *f = standard ? spool(stdin) : open_regular(path);

	return f == NULL ? NULL : new_src(standard ? "<stdin>" : path, f);
}

struct src *
src_from_memory(const char *path, const char *text, size_t len)
{
	FILE *f = fmemopen(NULL, len + 1, "w+");

	if (f == NULL)
		return NULL;
	if ((len > 0 && fwrite(text, 1, len, f) != len) || fflush(f) != 0) {
		fclose(f);
		return NULL;
	}
	rewind(f);
	return new_src(path, f);
}

void
src_close(struct src *s)
{
	if (s == NULL)
		return;
	fclose(s->file);
	free(s);
}

/* A reader that knows the line and column of the next byte. */
struct cursor {
	const struct src *src;
	unsigned char block[BLOCK];
	size_t at, len; /* in block */
	uint64_t pos; /* bytes or characters, as the text counts */
	uint64_t line, col;
	uint64_t offset; /* bytes */
	uint64_t line_start; /* bytes */
};

static bool
fill(struct cursor *c)
{
	if (c->at < c->len)
		return true;
	c->at = 0;
	c->len = fread(c->block, 1, sizeof(c->block), c->src->file);
	return c->len > 0;
}

static bool
start(struct cursor *c, const struct src *s)
{
	c->src = s;
	c->at = c->len = 0;
	c->pos = c->offset = c->line_start = 0;
	c->line = c->col = 1;
	clearerr(s->file);
	if (fseeko(s->file, 0, SEEK_SET) != 0)
		return false;
	if (fill(c) && c->len >= 3 && memcmp(c->block, "\xef\xbb\xbf", 3) == 0) {
		/* A byte order mark stands in no column. */
		c->at = 3;
		c->offset = c->line_start = 3;
		c->pos = s->unit == SRC_BYTES ? 3 : 0;
	}
	return ferror(s->file) == 0;
}

static bool
is_first_byte(unsigned char c)
{
	return (c & 0xc0) != 0x80;
}

/* How many bytes of the block stand before the position wanted. */
static size_t
stretch(struct cursor *c, uint64_t wanted)
{
	size_t room = c->len - c->at, n;
	const unsigned char *s = c->block + c->at;

	if (c->src->unit == SRC_BYTES) {
		n = wanted - c->pos < room ? (size_t)(wanted - c->pos) : room;
		c->pos += n;
		return n;
	}
	for (n = 0; n < room; n++) {
		if (!is_first_byte(s[n]))
			continue;
		if (c->pos == wanted)
			break;
		c->pos++;
	}
	return n;
}

static void
step_over(struct cursor *c, size_t n)
{
	const unsigned char *s = c->block + c->at, *end = s + n, *nl;

	while ((nl = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		c->line++;
		c->col = 1;
		c->line_start = c->offset +
		    (uint64_t)(nl + 1 - (c->block + c->at));
		s = nl + 1;
	}
	for (; s < end; s++)
		c->col += is_first_byte(*s);
	c->at += n;
	c->offset += n;
}

static void
go_to(struct cursor *c, uint64_t wanted)
{
	size_t n;

	while (fill(c)) {
		n = stretch(c, wanted);
		if (n == 0)
			return;
		step_over(c, n);
	}
}

/* A position to be found: where each number goes. */
struct mark {
	uint64_t pos;
	uint64_t *line, *col, *line_start;
};

static int
compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->pos < y->pos ? -1 : x->pos > y->pos;
}

static bool
resolve(const struct src *s, struct mark *mark, size_t n)
{
	struct cursor *c = mem_alloc(1, sizeof(*c));
	bool ok = start(c, s);
	size_t i;

	qsort(mark, n, sizeof(*mark), compare_marks);
	for (i = 0; i < n && ok; i++) {
		go_to(c, mark[i].pos);
		*mark[i].line = c->line;
		*mark[i].col = c->col;
		*mark[i].line_start = c->line_start;
		ok = ferror(s->file) == 0;
	}
	free(c);
	return ok;
}

/* The line that begins at a byte, or NULL if it is too long to show. */
static char *
read_line(const struct src *s, uint64_t from, struct arena *a)
{
	size_t cap = 0, len = 0, got;
	char *line = NULL, *nl, *text = NULL;

	if (fseeko(s->file, (off_t)from, SEEK_SET) != 0)
		return NULL;
	do {
		cap = cap == 0 ? 512 : cap * 2;
		line = mem_realloc(line, cap, 1);
		got = fread(line + len, 1, cap - len, s->file);
		nl = memchr(line + len, '\n', got);
		len = nl != NULL ? (size_t)(nl - line) : len + got;
	} while (nl == NULL && got > 0 && cap < LINE_MAX_SHOWN);
	if (nl != NULL || got == 0 || len < cap) {
		if (len > 0 && line[len - 1] == '\r')
			len--;
		text = arena_strdup(a, line, len);
	}
	free(line);
	return text;
}

static void
find(const struct src *s, const struct place *at, struct span *span, size_t n)
{
	if (s->unit == SRC_CHARS)
		src_find_yaml(s, at, span, n);
	else
		src_find_xml(s, at, span, n);
}

void
src_locate(const struct src *s, const struct place *at, struct spot *spot,
    size_t n, struct arena *a)
{
	struct span *span = mem_alloc(n, sizeof(*span));
	struct mark *mark = mem_alloc(n * 2, sizeof(*mark));
	uint64_t *from = mem_alloc(n + 1, sizeof(*from));
	size_t i, k = 0;
	bool ok;

	memset(spot, 0, n * sizeof(*spot));
	find(s, at, span, n);
	for (i = 0; i < n; i++) {
		if (at[i].off == SRC_WHOLE)
			continue;
		mark[k++] = (struct mark){ span[i].from, &spot[i].line,
			&spot[i].col, &from[i] };
		mark[k++] = (struct mark){ span[i].to, &spot[i].end_line,
			&spot[i].end_col, &from[n] };
	}
	ok = resolve(s, mark, k);
	for (i = 0; i < n; i++) {
		if (!ok)
			memset(&spot[i], 0, sizeof(spot[i]));
		else if (spot[i].line != 0)
			spot[i].text = read_line(s, from[i], a);
	}
	free(from);
	free(mark);
	free(span);
}
