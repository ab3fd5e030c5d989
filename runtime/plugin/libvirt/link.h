/* Connections to hosts, for what runs in processes of its own. */
#ifndef CG_LINK_H
#define CG_LINK_H

#include <libvirt/libvirt.h>

#include "virt.h"

/* A connection, after as many tries with a pause between them; NULL: the last
 * error of libvirt says why. link_close takes NULL as well. */
virConnectPtr link_open(const char *uri, int tries);
void link_close(virConnectPtr);

/* NULL: the host does not know it, or does not say. */
virDomainPtr link_find(virConnectPtr, const struct vm *);

/* Does it run there? NULL for the connection: nobody knows. */
enum running link_runs(virConnectPtr, const char *domain);

/* Says what could not be done and why (NULL: libvirt's last error); 1. */
int link_failed(const struct vm *, const char *what, const char *why);

#endif
