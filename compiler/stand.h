/* Where things stand while MODIFY procedures run. */
#ifndef CG_STAND_H
#define CG_STAND_H

#include <stdint.h>

#include "service.h"

/* The root of the MODIFY procedure that takes an EE down when it stands where
 * it is hung now; NONE if none does. */
uint32_t stand_group(const struct forest *, uint32_t ee);

/* The same for what is not hung anywhere: a VM that stays goes down with its
 * sponsors if they all go down in one procedure. */
uint32_t stand_down_group(const struct forest *, uint32_t ee);

/* Where a unit stands while MODIFY procedures run: an EE, or NONE if it is not
 * there yet or its place is not known. */
uint32_t stand_location(const struct forest *, const struct su *);

#endif
