/* Carries actions out on virtual machines, through libvirt. */
#ifndef CG_DRIVER_LIBVIRT_H
#define CG_DRIVER_LIBVIRT_H

#include "driven.h"

/* Machines and hosts as the policy's section libvirt says, or the objects of
 * the model; for all else programs, as the driver exec does. NULL with why. */
struct driver *driver_libvirt(const struct driver_options *, char *why);

#endif
