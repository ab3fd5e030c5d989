/* Catching (T4): one VMM for each migratable VM that changes, so that the
 * campaign knows where it stands. */
#ifndef CG_CATCH_H
#define CG_CATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "service.h"

struct diag;
struct policy;

struct caught { /* why a VM is caught where it is; by EE index */
	uint8_t rank; /* of the sponsor: 0 is most preferred */
	bool forced; /* a more preferred sponsor was not free */
	uint32_t blocked; /* DN of what forbade it (SG or EE), or NAME_NONE */
};

struct catch_wishes {
	bool balanced; /* ties: least loaded sponsor, else the one listed first */
	bool careful; /* units that leave do not count as replicas, and REMOVE
	               * VMs keep out of MODIFY procedures where they can */
};

/* Hangs every VM that must be caught under its VMM (ee.host, dep.caught).
 * Returns one struct caught for each EE, freed with free(); NULL if some VM
 * has no legal or no safe sponsor: that is reported, with every candidate and
 * why it is out (diag NULL: silently). */
struct caught *catch_run(struct forest *, const struct services *,
    const struct policy *, const struct catch_wishes *, struct diag *);

/* Undoes all catches. */
void catch_clear(struct forest *);

/* Must this VM be caught, and by which dependency? NONE: no. */
uint32_t catch_dep(const struct forest *, uint32_t ee);

/* The root of the MODIFY procedure that takes an EE down when it stands where
 * it is hung now; NONE if none does. */
uint32_t catch_group(const struct forest *, uint32_t ee);

/* The same for what is not hung anywhere: a VM that stays goes down with its
 * sponsors if they all go down in one procedure. */
uint32_t catch_down_group(const struct forest *, uint32_t ee);

/* Where a unit stands while MODIFY procedures run: an EE, or NONE if it is not
 * there yet or its place is not known. */
uint32_t catch_location(const struct forest *, const struct su *);

#endif
