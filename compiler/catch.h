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
	bool waves; /* VMs that stay have room, too, where they stand */
	const uint32_t *wave; /* by root of a MODIFY procedure, the wave it is
	                       * meant for: replicas go into different ones if
	                       * that can be; NULL: not asked */
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

#endif
