/* How many units of each service group each MODIFY procedure takes down. */
#ifndef CG_TALLY_H
#define CG_TALLY_H

#include <stdint.h>

#include "idmap.h"

struct tally { /* (service group, procedure) -> units; zero-initialise */
	struct idmap units;
};

/* The count of a pair, 0 if it is new; valid until the next call. */
static inline uint32_t *
tally_at(struct tally *t, uint32_t sg, uint32_t proc)
{
	return idmap_at(&t->units, ((uint64_t)sg + 1) << 32 | proc);
}

static inline void
tally_free(struct tally *t)
{
	idmap_free(&t->units);
}

#endif
