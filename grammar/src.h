/* One input text: where it came from, and lines and columns in it. */
#ifndef CG_SRC_H
#define CG_SRC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"

/* How places in this text are counted. */
enum src_unit { SRC_BYTES, SRC_CHARS };

struct src {
	const char *path; /* as the user gave it; "<stdin>" for - */
	FILE *file; /* rewindable: standard input is spooled first */
	enum src_unit unit;
};

/* Opens path, "-" being standard input (spooled to an unlinked file so that
 * it can be read again). NULL with errno set on failure. src_close frees. */
struct src *src_open(const char *path);
/* A text in memory, copied; for tests and fuzzers. */
struct src *src_from_memory(const char *path, const char *text, size_t len);
void src_close(struct src *);

/* What of the thing at an offset is meant; found again in the text when a
 * message is printed. XML: the element starting there, the text of its name
 * or dn child, of its n-th value child (SRC_VALUE + n), its own text, or the
 * value of its XML attribute named by SRC_XMLATTR + interned id. YAML: the
 * mapping or key starting there, the value of its name, dn or class, the n-th
 * value of the key. Elsewhere all mean the token itself. */
enum {
	SRC_TOKEN,
	SRC_NAME,
	SRC_DN,
	SRC_CLASS,
	SRC_TEXT,
	SRC_VALUE = 16,
	SRC_XMLATTR = 0x40000000,
};

/* A place: no text at all (src NULL), a whole file (off SRC_WHOLE). */
#define SRC_WHOLE UINT32_MAX
struct place {
	const struct src *src;
	uint32_t off;
	uint32_t what;
};

/* A place with line and column found, both from 1, columns in characters. */
struct spot {
	uint64_t line, col, end_line, end_col; /* 0: the whole file */
	char *text; /* the line, for the caret; NULL if unknown */
};

/* Finds n places (all of one src, sorted by off) in one pass over the text.
 * The text of lines is owned by the arena. A text that cannot be read any
 * more gives zero lines. */
void src_locate(const struct src *, const struct place *, struct spot *,
    size_t n, struct arena *);

#endif
