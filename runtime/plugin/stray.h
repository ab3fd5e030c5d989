/* Proves while a campaign runs that a caught VM stays on its monitor (D5). */
#ifndef CG_STRAY_H
#define CG_STRAY_H

#include "driver.h"

/* The driver, watched: before and after every action forward of a procedure
 * each of the procedure's VMs that are caught, and run, must be on the machine
 * of the one monitor it may stand on; else the action has failed, why says
 * where it is, and a line of JSON with both machines is added to
 * STATE/guard/moves. On the way back nothing is asked: it must not be in the
 * way. VMs that the campaign itself moves in procedures are not caught.
 *
 * Frees the driver with itself; the driver itself if it never knows where
 * anything is; NULL for NULL. */
struct driver *stray_watch(struct driver *, const struct driver_options *);

#endif
