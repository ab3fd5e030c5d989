/* How many hosts go down in each wave where room is short. */
#ifndef CG_STAGGER_H
#define CG_STAGGER_H

#include <stdint.h>

enum { STAGGER_ONE = 1 << 20 }; /* fractions are multiples of 1 / this */

struct shortage { /* of room for VMs that stay */
	uint32_t waves; /* there must be, 1 if nothing is known */
	int64_t share; /* of the hosts, as many may be down at once */
	int64_t growth; /* what a host has room for, by what stood there */
};

/* Shares part[0] + ... + part[n - 1] = STAGGER_ONE of the hosts for n waves. */
void stagger(const struct shortage *, uint32_t n, int64_t *part);

#endif
