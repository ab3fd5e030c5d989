/* A machine, wherever it is. */
#ifndef CG_FOUND_H
#define CG_FOUND_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "virt.h"

struct found {
	virConnectPtr c;
	virDomainPtr d;
};

/* On the host that runs it, else on one that knows it. False: on none. */
bool found_at(const struct vm *, struct found *);
void found_leave(struct found *);

/* Does something to it; 0, or 1 and a line to standard error: it could not be
 * done (what), and why. The function says 0, -1 for an error of libvirt, or 1
 * when it has said so itself. */
int found_do(const struct vm *, const char *what,
    int (*)(virDomainPtr, const struct vm *));

#endif
