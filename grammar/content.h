/* Content models: which children an element may have, in which order. */
#ifndef CG_CONTENT_H
#define CG_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONTENT_MAX = 16 };

/* Each place in the text where a token stands is a position, from 1; sets of
 * positions are bits. follow[0] are those a content may begin with. */
struct content {
	unsigned n;
	struct {
		const char *name; /* in the content text, up to "." or len */
		size_t len;
		int id;
	} at[CONTENT_MAX + 1];
	uint32_t follow[CONTENT_MAX + 1];
	uint32_t last; /* where it may end; bit 0: it may be empty */
	bool text; /* "#": text and no children */
};

/* Compiles tokens with ? * + | ( ) and blanks; id gives a token its number.
 * The text must outlive the result and be right: it is part of the program. */
void content_compile(struct content *, const char *text,
    int (*id)(const char *token, size_t len));

/* The position of a child of that name, preferably one that may follow after,
 * 0 if the content knows no such child. */
unsigned content_find(const struct content *, unsigned after,
    const char *name, size_t len);

#endif
