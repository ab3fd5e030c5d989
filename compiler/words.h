/* Texts that a campaign carries, as lists of words: cg:risk, cg:moves and
 * cg:actions, which campaign(5) describes. */
#ifndef CG_WORDS_H
#define CG_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "dn.h"

struct buf;

struct words {
	const char *at; /* the rest of the text */
	char word[DN_MAX + 1]; /* the last word, decoded; "" at the end */
	bool last; /* it ends an entry of the list */
	bool ok; /* so far it is such a text */
};

/* Begins to read. NAME_NONE: nothing; an empty text is not ok. */
void words_begin(struct words *, uint32_t text);

/* The next word; or the next of this entry, which must have one. */
void words_next(struct words *);
void words_more(struct words *);

/* A number at s, into n; where it ends. */
const char *words_number(struct words *, const char *s, uint32_t *n);

/* Writes a name as one word, after a blank. */
void words_put(struct buf *, uint32_t name);

#endif
