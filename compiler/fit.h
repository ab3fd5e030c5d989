/* Would all virtual machines have room, also when one fault domain is down?
 * A model of the cluster in which they can be made larger or smaller (R3). */
#ifndef CG_FIT_H
#define CG_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree.h"

struct services;

struct fit {
	const struct forest *f;
	const struct services *services;
	size_t nres;
	int64_t *cap; /* [ee * nres + resource], -1: no limit */
	int64_t *need; /* the same, of those that stand on others */
	int64_t *use; /* the same, of what stands on it */
	uint32_t *on; /* by EE: what it stands on, or NONE */
	uint32_t *part; /* by EE: union and find over VMs and their sponsors */
	/* While it is asked about all domains: by number their names and the
	 * first VM in each, by VM the next one; and those of one. */
	uint32_t *domain, *first, *next, *guest;
};

/* Each VM stands on the first sponsor it lists. cap and need as above, freed by
 * fit_close. */
void fit_open(struct fit *, const struct forest *, const struct services *,
    size_t nres, int64_t *cap, int64_t *need);
void fit_close(struct fit *);

/* The sponsors a VM lists; NULL and 0 if it is none. */
const uint32_t *fit_sponsors(const struct fit *, uint32_t vm, size_t *n);

/* Is there room for so much more on an EE? tight: of which resource not. */
bool fit_has_room(const struct fit *, uint32_t on, const int64_t *need,
    size_t *tight);

/* Gives a VM another size. It stays where it is if it has room there, else it
 * goes to the first of its sponsors that has, and where no replica of its
 * services is. False: it has room nowhere, and nothing has changed; tight says
 * of what there is too little where it is. */
bool fit_resize(struct fit *, uint32_t vm, const int64_t *need,
    size_t *tight);

/* Puts it back: the size it had, and the place. */
void fit_restore(struct fit *, uint32_t vm, const int64_t *need, uint32_t on);

/* The part of the cluster an EE belongs to: no VM has sponsors in two. */
uint32_t fit_part(const struct fit *, uint32_t ee);

/* For each fault domain: if it is down, do its VMs find room on their other
 * sponsors? bad[part] is set where not. A yes is certain; a no may be too
 * careful. Linear in the VMs and their sponsors. */
void fit_without_each(struct fit *, bool *bad);

/* Does a replica of one of the VM's services stand in that EE's domain? */
bool fit_has_replica(const struct fit *, uint32_t vm, uint32_t on);

#endif
