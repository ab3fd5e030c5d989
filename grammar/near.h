/* Did you mean ...? The known word that is most like a mistyped one. */
#ifndef CG_NEAR_H
#define CG_NEAR_H

#include <stddef.h>

struct diag;

/* The candidate that differs least from word (letters left out, added, wrong
 * or swapped; case counts little; of words joined by "-" the first may stand
 * alone), the first of equals; NULL if none is near enough to be meant. The
 * result is one of the candidates. */
const char *near_match(const char *word, const char *const *candidates,
    size_t n);

/* The same, noted to the finding that was reported last, if there is any. */
const char *near_note(struct diag *, const char *word,
    const char *const *candidates, size_t n);

#endif
