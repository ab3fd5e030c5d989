/* One record of the journal as one line of text, and back. */
#ifndef CG_RECORD_H
#define CG_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal.h"

/* No line is longer: every byte of the text may take four. */
enum { RECORD_LINE_MAX = 4 * RECORD_TEXT_MAX + 256 };

enum record_verdict {
	RECORD_WHOLE,
	RECORD_BROKEN, /* the checksum is wrong: torn or damaged */
	RECORD_STRANGE, /* it is right, but this program wrote no such line */
};

/* What a line says of its place in the file. */
struct record_link {
	bool settled; /* all before it was on disk when it was written */
	uint32_t crc; /* checksum of the line, seed of the next */
};

/* Writes the line with its line feed to out (RECORD_LINE_MAX bytes); returns
 * its length. link->settled is read, link->crc is the seed (the checksum of
 * the line before) and becomes that of this line. */
size_t record_format(const struct record *, struct record_link *, char *out);

/* Reads a line of n bytes without its line feed. link->crc is the seed; link
 * is set if the line is whole. The record's text is put into text
 * (RECORD_TEXT_MAX + 1 bytes). */
enum record_verdict record_parse(const char *line, size_t n, struct record *,
    struct record_link *, char *text);

/* The checksum a line shows at its end; false if there is none. */
bool record_shown_crc(const char *line, size_t n, uint32_t *crc);

/* The words of a KEEP record, by enum keep_deed and keep_kind; NULL ends. */
extern const char *const record_keep_deeds[], *const record_keep_kinds[];

#endif
