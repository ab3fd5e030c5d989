/* Where in the campaign each model change is made (T16, DESIGN 3 riders and
 * references, 4 parts). */
#ifndef CG_PLACE_H
#define CG_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

enum ride_kind {
	RIDE_FREE, /* with nothing */
	RIDE_EE, /* enters or leaves with its EE, or is the EE */
	RIDE_EE_CHANGE, /* its EE is modified */
	RIDE_UNIT, /* with a service unit's own procedure */
	RIDE_MOVE, /* a node gets another EE */
	RIDE_LIST, /* a sponsor list of an EE that stays */
};

struct ride {
	enum ride_kind kind;
	uint32_t with; /* EE or SU index */
};

/* What a changed object rides on. */
struct ride place_ride(const struct plan *, const struct delta *);

/* The nodes and units that need procedures of their own, in natural order.
 * The vectors are freed with free(). */
void place_units(const struct plan *, struct plan_input *);

/* Slots, in the order of execution. Procedure k has three: init, step and
 * wrap-up. */
enum { SLOT_ADD_TO_IMM, SLOT_INIT, SLOT_FIRST };
static inline uint32_t
slot_of(uint32_t proc, uint32_t part)
{
	return SLOT_FIRST + 3 * proc + part;
}
enum { PART_INIT, PART_STEP, PART_WRAPUP };

struct partial { /* one attribute written before or after its object's time */
	uint32_t slot;
	uint32_t dn, class;
	uint32_t attr;
	uint32_t n;
	const uint32_t *value; /* n == 0: all of old go */
	uint32_t nold;
	const uint32_t *old; /* what the attribute held before */
	bool final; /* it now holds what the target says */
};

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
	bool *has_final; /* by delta: some partial of it is final */
	bool *units_in; /* by procedure: service units enter or leave in it
	                 * with an EE that is modified */
	bool *unit_modified; /* by SU: its procedure writes attributes */
	uint32_t *delta_of; /* by interned DN */
	uint32_t nname;
};

void place_run(struct places *, struct plan *);
void place_free(struct places *);

/* The service unit (index) a changed object is or belongs to, or NONE. */
uint32_t place_unit_of(const struct places *, uint32_t delta);

/* The delta of an object by name, or NONE. */
uint32_t place_delta(const struct places *, uint32_t dn);

/* May this value be written in a slot, or does it name something that is not
 * there yet? */
bool place_value_ready(const struct places *, uint32_t value, uint32_t slot);

/* Has this value been dropped before a slot, because what it names goes? */
bool place_value_gone(const struct places *, uint32_t value, uint32_t slot);

/* Is this object of the source a type, a bundle, or below one? */
bool place_is_type(const struct model *, uint32_t object);

#endif
