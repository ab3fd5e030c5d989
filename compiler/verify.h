/* Do services stay up? The plan is played through once more, counting units in
 * service. Shares nothing with the planner but its result. */
#ifndef CG_VERIFY_H
#define CG_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "place.h"

struct diag;
struct policy;

struct outages { /* what goes down by the leave of the policy */
	uint32_t **by_proc; /* DNs of SIs, NAME_NONE ends; NULL: none */
	uint32_t nproc;
};

/* Reports every redundant SI that goes down as an error, the others that do as
 * one warning (diag NULL: silently). False if there was an error. */
bool verify_services(const struct places *, const struct policy *,
    struct outages *, struct diag *);

struct verify_loss { /* a group that a procedure takes units of */
	uint32_t sg, proc;
	uint32_t up; /* units in service when the level begins */
	uint32_t left; /* of these, with all of the level down */
	const uint32_t *loc; /* by SU: the EE it is in service on, or NONE */
	const uint32_t *by; /* by SU: not 0: down on this level */
};

/* Tells fn every such pair, procedures of a level in their order. */
void verify_losses(const struct places *,
    void (*fn)(void *arg, const struct verify_loss *), void *arg);

/* The first that would be left standing on nothing, or act on twice. */
struct stand_fault {
	enum { STAND_CHILD, STAND_LIST, STAND_TWICE } what;
	uint32_t ee; /* contained in what goes; too few sponsors; acted on by two */
	uint32_t below; /* EE that goes down under it; STAND_TWICE: NONE */
	uint32_t proc; /* that takes it down */
};

/* Does everything that is not taken down on a level keep what it stands on,
 * with all of the level down at once? If not, fault (may be NULL) tells. */
bool verify_stands(const struct plan *, struct stand_fault *fault);

void verify_free(struct outages *);

#endif
