/* In which spells of time was anything measured? */
#ifndef CG_SPELLS_H
#define CG_SPELLS_H

#include <stddef.h>
#include <stdint.h>

struct spells { /* {0} is none */
	uint64_t *word; /* a bit for each spell */
	int64_t first; /* number of the first word */
	size_t n;
};

/* One more measurement, at that time (ms since 1970). What is decades from the
 * others does not count. */
void spells_add(struct spells *, int64_t ms);

/* How long these spells are together, in ms: the order in which they came, and
 * how often, makes no difference. */
int64_t spells_long(const struct spells *);

void spells_free(struct spells *);

#endif
