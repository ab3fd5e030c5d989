/* From plan and places to a campaign. */
#ifndef CG_EMIT_H
#define CG_EMIT_H

#include "place.h"

struct campaign;
struct diag;
struct policy;

struct emit_input {
	const struct places *places;
	const struct policy *policy;
	const char *source_digest, *target_digest; /* hex */
	uint32_t **down_si; /* by procedure: DNs of accepted outages, NAME_NONE
	                     * ends each; NULL: none anywhere */
};

/* The campaign; campaign_free frees. Warnings (bundles that the element cannot
 * express) and missing bundles (errors) are reported. */
struct campaign *emit_run(const struct emit_input *, struct diag *);

#endif
