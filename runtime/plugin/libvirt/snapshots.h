/* What libvirt knows of our snapshots of a machine, while it moves. */
#ifndef CG_SNAPSHOTS_H
#define CG_SNAPSHOTS_H

#include <libvirt/libvirt.h>
#include <stddef.h>

struct snapshots {
	char **xml;
	size_t n, cap;
};

/* Takes it off the host, which would not let the machine go with it; what is
 * in the disks stays. Those of others are left alone. */
void snapshots_take(virDomainPtr, struct snapshots *);

/* Gives it to the host the machine is on now (NULL: none), and frees it. What
 * cannot be given is found again by virt_revert. */
void snapshots_give(virDomainPtr, struct snapshots *);

#endif
