/* The answer to a question about a campaign: statements, each a line of text
 * with the facts that it tells. Both views are printed from it, so neither can
 * know less than the other. */
#ifndef CG_REPLY_H
#define CG_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct buf;
struct src;

struct reply_fact {
	struct reply_fact *next;
	const char *name; /* static */
	const char *text; /* NULL: it is the number */
	uint64_t number;
};

struct reply_line {
	const char *kind; /* static: what sort of statement it is */
	unsigned depth; /* of what it belongs to */
	const char *text;
	struct reply_fact *fact, *last;
};

/* Zero-initialise; reply_free. */
struct reply {
	struct arena arena;
	struct reply_line *v;
	size_t n, cap;
};

/* One more statement; the facts that follow belong to it. */
void reply_say(struct reply *, unsigned depth, const char *kind,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void reply_text(struct reply *, const char *name, const char *text);
void reply_name(struct reply *, const char *name, uint32_t id);
void reply_number(struct reply *, const char *name, uint64_t);

/* Texts to be said, owned by the answer: what is in a buffer, which is freed
 * ("" if there is nothing); what is printed; a name as show_name writes it; "1
 * entity", "2 entities". */
const char *reply_kept(struct reply *, struct buf *);
const char *reply_printed(struct reply *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *reply_shown(struct reply *, uint32_t name);
const char *reply_count(struct reply *, size_t n, const char *noun);

/* Text: indented lines, a blank line before each one of depth 0 but the first;
 * JSON: one object, documented in campgen(1). question is the command's name;
 * about an object, or about NAME_NONE. */
void reply_write(const struct reply *, const char *question, uint32_t object,
    bool json, struct buf *out);

void reply_free(struct reply *);

#endif
