/* Phases of the policy (U5): what goes down in which, one after the other. */
#ifndef CG_PHASE_H
#define CG_PHASE_H

#include <stdint.h>

#include "plan.h"
#include "roots.h"

struct diag;

/* By EE, in which phase a procedure with this root is wished, from 1; what is
 * in none comes last. NULL if the policy has no phases. Freed with free(). */
uint32_t *phase_find(const struct forest *, const struct policy *);

/* The same by root: no earlier than what must come before it. Needs
 * roots_precede. NULL if wished is NULL. Freed with free(). */
uint32_t *phase_of_roots(const struct roots *, const uint32_t *wished);

/* Warns of procedures that go down later than their phase; returns how many
 * do. diag NULL: silently. */
size_t phase_check(const struct plan *, struct diag *);

#endif
