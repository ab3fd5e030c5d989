/* A simulated cluster. */
#ifndef CG_DRIVER_SIM_H
#define CG_DRIVER_SIM_H

#include "driver.h"

/* A cluster kept in STATE/sim, apart from the journal, as a real one would be.
 * It honours PLM's rules and refuses illegal orders loudly. An order is done
 * when it is written, which outlives the process; what a power failure took is
 * made good by settled. probe knows the latest order that was done. STATE may
 * be renamed while it is in use. A failed write is final. NULL with why. */
struct driver *driver_sim(const struct driver_options *, char *why);

#endif
