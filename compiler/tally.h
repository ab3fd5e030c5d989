/* How many units of each service group each MODIFY procedure takes down. */
#ifndef CG_TALLY_H
#define CG_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct tally { /* (service group, procedure) -> units; zero-initialise */
	uint64_t *key; /* 0: free */
	uint32_t *count;
	size_t nslot, used;
};

/* The count of a pair, 0 if it is new; valid until the next call. */
uint32_t *tally_at(struct tally *, uint32_t sg, uint32_t proc);

void tally_free(struct tally *);

#endif
