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

/* Fills partial, sorted by slot and name, and has_final. Needs all slots. */
void partial_find(struct places *);

#endif
