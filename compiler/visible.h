/* Values of attributes as others may read them: plans, differences and answers
 * go to code reviews and into logs, so what is a secret by its name (secret.h)
 * is left out of them. */
#ifndef CG_VISIBLE_H
#define CG_VISIBLE_H

#include <stddef.h>
#include <stdint.h>

#include "model.h"

/* What of a value of that attribute may be shown, interned; the value itself
 * if it holds no secret. */
uint32_t visible(uint32_t attribute, enum value_type, uint32_t value);

struct visible_list { /* zero-initialise; visible_free empties it */
	uint32_t *v;
	size_t n, cap;
};

/* What may be shown of all values (NULL and 0: none) of an attribute that had
 * others before. One whose secret alone is another than before says so: it
 * would look as if it were the same. Good until the list is used again. */
void visible_values(struct visible_list *, uint32_t attribute,
    enum value_type, const uint32_t *value, size_t n, const uint32_t *before,
    size_t nbefore);
void visible_free(struct visible_list *);

#endif
