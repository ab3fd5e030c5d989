/* Which of the step types each nested step gets, and why (T11). */
#ifndef CG_STEPTYPE_H
#define CG_STEPTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

struct policy;

enum step_type { STEP_IN_PHASE, STEP_OUT_OF_PHASE, STEP_REDUCED,
	STEP_LOCKED_REDUCED };

struct type_choice {
	enum step_type type;
	const char *why; /* static text */
};

/* For the nested step that changes EE e from its old to its new type (op as in
 * the plan). innermost: no step is nested inside; below_base_changes: the base
 * type of the layer below changes in the same procedure. */
struct type_choice steptype_ee(const struct forest *, const struct policy *,
    uint32_t e, enum op op, bool innermost, bool below_base_changes);

/* For a service unit's own step, which makes the n changes (delta indices). */
struct type_choice steptype_unit(const struct plan *, const struct su *,
    enum op op, const uint32_t *delta, size_t n);

/* Does the EE's base type differ between source and target? */
bool steptype_base_changes(const struct forest *, uint32_t e);

/* The bundle that brings the software of a type, or NAME_NONE. */
uint32_t steptype_bundle(const struct model *, uint32_t type);

#endif
