/* How few levels can there be at all? */
#ifndef CG_BOUND_H
#define CG_BOUND_H

#include <stdint.h>

struct colours;
struct plan;

/* No schedule of these models has fewer levels than this, wherever VMs are
 * caught. */
uint32_t bound_levels(const struct plan *, const struct colours *);

#endif
