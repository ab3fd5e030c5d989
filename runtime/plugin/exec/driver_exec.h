/* Carries actions out by programs. */
#ifndef CG_DRIVER_EXEC_H
#define CG_DRIVER_EXEC_H

#include "driver.h"

/* One program, or a few, for each action, as the policy says; see programs.h
 * and runner.h. What they say is kept in STATE/exec. STATE may be renamed only
 * while nothing runs. NULL with why. */
struct driver *driver_exec(const struct driver_options *, char *why);

#endif
