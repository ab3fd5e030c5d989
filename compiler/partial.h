/* Attributes written apart from their objects: values dropped early or written
 * late, so that none names what is not there. */
#ifndef CG_PARTIAL_H
#define CG_PARTIAL_H

#include <stdbool.h>
#include <stdint.h>

struct places;

struct partial { /* one attribute written before or after its object's time */
	uint32_t slot;
	uint32_t dn, class;
	uint32_t attr;
	uint32_t n;
	const uint32_t *value; /* n == 0: all of old go */
	uint32_t nold;
	const uint32_t *old; /* what the attribute held before */
	bool final; /* it now holds what the target says */
};

struct final { /* what some partial writes as the target has it */
	uint32_t dn, attr;
};

/* Fills partial, sorted by slot and name, has_final and final. Needs all
 * slots. */
void partial_find(struct places *);

/* Does a partial write this attribute as the target has it? */
bool partial_is_final(const struct places *, uint32_t dn, uint32_t attr);

#endif
