/* Checks that need both models: what may not change, and what breaks. */
#ifndef CG_PAIR_H
#define CG_PAIR_H

#include <stdbool.h>

#include "service.h"

struct diag;
struct policy;

/* False if an error was found. Implements T15 where two models are needed. */
bool pair_check(const struct diff *, const struct forest *,
    const struct services *, const struct policy *, struct diag *);

#endif
