/* What a procedure does to services: which have fewer units, and what one
 * further failure would take down. A campaign carries it as a text, cg:risk of
 * upgradeProcedure; campaign(5) has its grammar. */
#ifndef CG_RISK_H
#define CG_RISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct campaign;
struct diag;
struct places;
struct risks;

enum risk_state {
	RISK_DEGRADED, /* up, with fewer units than are preferred */
	RISK_REDUCED, /* with fewer than before, but all that are preferred */
	RISK_DOWN,
	RISK_STATES
};
extern const char *const risk_words[RISK_STATES];

struct risk { /* the services of one group, while one procedure runs */
	enum risk_state state;
	uint32_t left, units; /* in service: at worst, and before */
	uint32_t group; /* its name; NAME_NONE: it is not told */
	uint64_t count; /* services without a name; 0: they are in si */
	const uint32_t *si; /* the services, then what depends on them */
	size_t nsi, ndependent;
	const uint32_t *fail; /* the smallest EEs and HEs whose failure would
	                       * take the services down */
	size_t nfail;
	bool any; /* that of any EE that has a unit left would */
};

struct risks { /* of all procedures */
	struct arena arena;
	struct risk *v; /* of procedure k: first[k] .. end[k] */
	size_t *first, *end;
};

/* Writes into each procedure of the campaign, which is the plan's, what it
 * does to services. */
void risk_write(struct campaign *, const struct places *);

/* The text for n procedures that become one: numbers in place of names. */
uint32_t risk_fold(const struct risks *, const size_t *order, size_t n);

/* Reads what the procedures carry, up to what is no such text. risks_free
 * frees. */
void risks_read(struct risks *, const struct campaign *);
void risks_free(struct risks *);

/* Are they such texts? If not, an error says which. */
bool risks_check(const struct campaign *, struct diag *);

/* Would one further failure take the services down, if they are up? */
static inline bool
risk_hangs(const struct risk *r)
{
	return r->any || r->nfail > 0;
}

#endif
