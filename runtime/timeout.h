/* How long may an action take? */
#ifndef CG_TIMEOUT_H
#define CG_TIMEOUT_H

#include <stdint.h>

struct order;
struct policy;

/* In ns; 0: as long as it likes. The policy says, or else the model the order
 * is given on: timeouts of an EE or its type, of a bundle's commands. */
int64_t timeout_of(const struct policy *, const struct order *);

#endif
