/* Administrative operations that a campaign orders outside of its steps. */
#ifndef CG_ADMIN_H
#define CG_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#include "actions.h"

/*
 * A virtual machine becomes one of another type while it runs (campaign(5)) by
 * these, always in this order, of which all but the morph may be missing; each
 * is undone by an operation of the campaign with the parameters turned round:
 *
 * augment   package: is put into it; undone, and in the end, by
 * withdraw  package: is taken out of it again
 * unplug    resource, from, to: it has so many of the resource (from), and
 *           shall have so many (to), fewer; undone by plug
 * morph     from-type, to-type; migration is live, save-and-restore or none.
 *           The order's "to" is where it goes, "on" where it is, on the way
 *           back the other way round; none: it stays, to is NAME_NONE.
 *           emulate, expose, hide: a feature each, any number of times: is
 *           emulated there, shown to the machine, hidden from it
 * plug      resource, from, to: more of the resource; undone by unplug
 *
 * Between morph and plug the model comes to say the new type. Numbers are of
 * the units in which the policy counts the resource. All may be repeated: what
 * is so already is done. Each begins only when the one before it is done.
 */

/* The value of a parameter, the i-th of that name, or NAME_NONE. */
uint32_t admin_param(const struct admin_op *, const char *name, size_t i);

/* What the operation (its name, interned; or NAME_NONE) does; VERB_COUNT:
 * nothing that is known here. */
enum verb admin_verb(uint32_t operation);

/* Is it the one by which a machine becomes one of another type? */
bool admin_morphs(const struct action *);

/* Why it cannot be ordered of an object of that class (NAME_NONE: there is no
 * such object), as the end of a sentence; NULL: it can. */
const char *admin_fault(const struct admin_op *, uint32_t class);

/* Why the undo does not fit what it undoes; NULL: it does, or there is none. */
const char *admin_undo_fault(const struct action *);

#endif
