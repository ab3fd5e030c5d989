/* Which services go down with which: dependencies between SIs; a part of
 * service.c. */
#ifndef CG_DEPEND_H
#define CG_DEPEND_H

#include "service.h"

/* Links SIs that depend on each other while procedures run, settles which
 * outages are accepted and which SIs are safe; groups of which all may go down
 * need no unit any more. */
void depend_find(struct services *, const struct policy *);

#endif
