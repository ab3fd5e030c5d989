/* The last resort of catching: all VMs that hang together, anew. */
#ifndef CG_LINKED_H
#define CG_LINKED_H

#include <stdbool.h>
#include <stdint.h>

struct catcher;

/* Places a VM that found no place, moving all those that share service groups
 * with it, directly or through others. False: all stand as before. */
bool linked_search(struct catcher *, uint32_t vm);

#endif
