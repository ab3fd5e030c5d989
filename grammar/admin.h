/* Administrative operations that a campaign orders outside of its steps. */
#ifndef CG_ADMIN_H
#define CG_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#include "actions.h"

/* What the operation (its name, interned; or NAME_NONE) does; VERB_COUNT:
 * nothing that is known here. */
enum verb admin_verb(uint32_t operation);

/* Why it cannot be ordered of an object of that class (NAME_NONE: there is no
 * such object), as the end of a sentence; NULL: it can. */
const char *admin_fault(const struct admin_op *, uint32_t class);

/* Why the undo does not fit what it undoes; NULL: it does, or there is none. */
const char *admin_undo_fault(const struct action *);

#endif
