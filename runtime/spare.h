/* How much room is left where snapshots and failure data go (U11)? */
#ifndef CG_SPARE_H
#define CG_SPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "driver.h"
#include "exec_private.h"

/* Calls tell with each place: the disk of the state directory, the folders
 * that the policy names, and what the driver knows of. False with why (512
 * bytes) where one of them cannot be looked at. */
bool spare_each(const struct policy *, const char *state, struct driver *,
    room_function tell, void *arg, char *why);

/* How many MiB a place is to have left; -1: nobody says. */
int64_t spare_reserve(const struct policy *);

/* Looks at all of them: one that has less left than it is to have is told of,
 * once, and is a record of the journal, likewise when it has enough again.
 * Live only. OK, or SYSTEM. */
enum result spare_look(struct exec *);

#endif
