/* How many units a service group must have in service, by its redundancy
 * model; a part of service.c. */
#ifndef CG_REDUNDANCY_H
#define CG_REDUNDANCY_H

#include "service.h"

/* Fills nunit, need, wanted and prefer of every group whose units and SIs are
 * known. What the policy accepts comes later. */
void redundancy_find(struct services *);

/* How many of the units a group wants are left whichever fault domain fails,
 * with the domains that the forest has now. */
uint32_t redundancy_need(const struct services *, const struct sg *);

#endif
