/* What a changed object rides on: whose procedure it enters, changes or leaves
 * with (T16). */
#ifndef CG_RIDE_H
#define CG_RIDE_H

#include <stdbool.h>
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
	uint32_t with; /* EE or SU index, or NONE */
};

/* What a changed object rides on. Of the plan only the models' side is looked
 * at (forest, services, diff): there need be no procedures yet. */
struct ride ride_of(const struct plan *, const struct delta *);

/* The service unit (index) a changed object is or belongs to, or NONE. */
uint32_t ride_unit(const struct plan *, const struct delta *);

/* The nodes and units that need procedures of their own, in natural order.
 * Both vectors are the caller's, freed with free(). */
void ride_input(const struct plan *, struct plan_input *);

/* Is this object of a model a type or a bundle, or below one? Those go after
 * the commit, as a rollback needs them. */
bool ride_is_type(const struct model *, uint32_t object);

#endif
