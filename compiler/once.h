/* An order of waves in which VMs that stay have somewhere to go for good. */
#ifndef CG_ONCE_H
#define CG_ONCE_H

#include "colour.h"

/* Exchanges the colours of hosts, as far as all limits hold on, so that fewer
 * VMs leave before any of their sponsors has gone down. */
void once_order(struct colours *);

#endif
