/* Management hears over the channels of the policy's alerts that a machine has
 * moved (D4): the companion camprun-alert tells it, here it is started. */
#ifndef CG_ALARM_H
#define CG_ALARM_H

#include <stdbool.h>
#include <stdint.h>

#include "guard.h"

/* Do rules of the policy want to hear of it? Then the companion must be there:
 * *missing if it is not, said. */
bool alarm_wanted(const struct policy *, uint32_t vm, bool *missing);

/* A move of that time is in the guard's folder: it is told now, which is waited
 * for a moment. */
void alarm_raise(const struct guard *, int64_t time);

/* Nothing is guarded any more. Tries what is left to tell since that time
 * again, and says how much could not be told. */
void alarm_end(const struct guard *, int64_t since);

#endif
