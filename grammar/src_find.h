/* Private to src*.c: what a place means in its text. */
#ifndef CG_SRC_FIND_H
#define CG_SRC_FIND_H

#include "src.h"

/* From the first byte (or character, as the text counts) up to, not
 * including, the last. */
struct span {
	uint64_t from, to;
};

/* Both fill span[i] for at[i]; what cannot be found again is the token that
 * stands at the offset. The YAML one reads the text once. */
void src_find_xml(const struct src *, const struct place *, struct span *,
    size_t n);
void src_find_yaml(const struct src *, const struct place *, struct span *,
    size_t n);

#endif
