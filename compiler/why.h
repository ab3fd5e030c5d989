/* campgen why: what happens to an object in a campaign, where, and by which
 * rule. */
#ifndef CG_WHY_H
#define CG_WHY_H

#include <stdbool.h>
#include <stdint.h>

struct reply;
struct campaign;
struct model;
struct policy;
struct procedure;
struct report;
struct services;

struct why_input {
	const struct campaign *c; /* rolling procedures written out if s is
	                           * known (expand.h) */
	const struct model *s, *t; /* both or neither */
	bool has_target; /* t was read from a file, so that it has places */
	const struct policy *policy; /* or NULL */
	uint32_t object;
	const struct report *report; /* of c; set by why_run for its parts */
};

/* Answers. */
void why_run(struct reply *, const struct why_input *);

/* The one sponsor that the campaign gives a VM before the procedures, or
 * NAME_NONE. */
uint32_t why_caught_on(const struct campaign *, uint32_t vm);

/* The procedure that does most to an object, or is called so; NULL: none
 * acts on it. */
const struct procedure *why_procedure(const struct campaign *, uint32_t dn);

/* The part about the models and the services; s and t are there. */
void why_models(struct reply *, const struct why_input *);

/* In which levels is it degraded or down, and what would one more failure do?
 * Of a unit, the services of its group. Nothing if none of them counts. */
void why_service(struct reply *, const struct why_input *,
    const struct services *);

/* The services that lose units on a procedure's level by it, and what one more
 * failure would do to them then. */
void why_risk(struct reply *, const struct why_input *,
    const struct services *, const struct procedure *);

#endif
