/* Where in the campaign each model change is made (T16). */
#ifndef CG_PLACE_H
#define CG_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "partial.h"
#include "ride.h"

/* Slots, in the order of execution. Procedure k has three: init, step and
 * wrap-up. */
enum { SLOT_ADD_TO_IMM, SLOT_INIT, SLOT_FIRST };
static inline uint32_t
place_slot(uint32_t proc, uint32_t part)
{
	return SLOT_FIRST + 3 * proc + part;
}
enum { PART_INIT, PART_STEP, PART_WRAPUP };

struct places {
	struct plan *p;
	struct arena arena;
	uint32_t complete, wrapup, remove; /* the last three slots */
	uint32_t *slot; /* by delta */
	struct ride *ride; /* by delta */
	uint32_t *order; /* deltas by slot, then depth of the DN, then DN */
	uint32_t *at; /* order[at[s] .. at[s + 1]) is slot s */
	struct partial *partial; /* by slot */
	size_t npartial, partial_cap;
	struct final *final; /* by id */
	size_t nfinal;
	bool *has_final; /* by delta: some partial of it is final */
	bool *units_in; /* by procedure: service units enter or leave in it
	                 * with an EE that is modified */
	bool *unit_modified; /* by SU: its procedure writes attributes */
	uint32_t *drop; /* by procedure: the slot in which references to what it
	                 * deletes go: its init, or where procedures share a
	                 * level the end of the one before */
	uint32_t *delta_of; /* by interned DN */
	uint32_t nname;
};

/* Finds the slots; the plan must outlive the places. place_free frees, also
 * what is still all zero. */
void place_run(struct places *, struct plan *);
void place_free(struct places *);

/* The delta of an object by name, or NONE. */
uint32_t place_delta(const struct places *, uint32_t dn);

/* The slot in which references to something deleted in a slot go: for a step
 * as drop says, else the slot itself. */
uint32_t place_drop_slot(const struct places *, uint32_t slot);

/* The slot from which on a value must not be there, or NONE. */
uint32_t place_gone_from(const struct places *, uint32_t value);

/* May this value be written in a slot, or does it name something that is not
 * there yet? */
bool place_value_ready(const struct places *, uint32_t value, uint32_t slot);

/* Has this value been dropped before a slot, because what it names goes? */
bool place_value_gone(const struct places *, uint32_t value, uint32_t slot);

#endif
