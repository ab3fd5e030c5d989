/* Levels of fault domains, as the policy names them. */
#ifndef CG_DOMAIN_H
#define CG_DOMAIN_H

#include "redundancy.h"

struct diag;

/* What the policy calls the lowest level becomes the fault domain of each EE;
 * without levels they stay as they are. Before service_build. */
void domain_apply(struct forest *, const struct policy *);

/* What the EE fails with on a level of the policy. */
uint32_t domain_of(const struct forest *, uint32_t ee, const struct policy *,
    size_t level);

/* Warns of services that are not redundant on a level on which they should
 * be. After service_build; the forest is as before when it returns. */
void domain_check(struct forest *, const struct services *,
    const struct policy *, struct diag *);

/* Tells of redundant services that prefer more units than there are: they are
 * degraded before anything begins. */
void domain_degraded(const struct services *, struct diag *);

#endif
