/* What the parts of actions*.c do for each other. */
#ifndef CG_EXPANDER_PART_H
#define CG_EXPANDER_PART_H

#include "expander.h"

enum who { OLD, NEW }; /* deactivation or activation unit */

struct beat {
	enum verb verb;
	enum who who;
};

enum { MOST = 6 };

struct rhythm {
	struct beat down[MOST], up[MOST];
	int ndown, nup;
};

struct units { /* entities of a nested step, old and new */
	uint32_t *dn[2];
	size_t n[2], most; /* most: room for new ones */
};

/* --- actions_order.c --- */

/* The campaign cannot be carried out, for this reason (NULL: a template that
 * finds nothing), at pos. The first is what is told. */
void expander_refuse(struct expander *, const char *why, uint32_t pos);

/* The verb befalls an entity, with what follows for VMs. */
void expander_act(struct expander *, enum verb, uint32_t dn, uint8_t part,
    uint16_t nested);

void expander_call(struct expander *, const struct callback *, size_t n,
    uint8_t part, uint16_t nested);
void expander_do_list(struct expander *, const struct action_list *,
    uint8_t part);

/* --- actions_step.c --- */

const struct rhythm *expander_rhythm(const struct step *);

/* Whom a nested step means now, in arrays of the actions' arena. New service
 * units come up with the EE they are on; they are brought up themselves where
 * nothing else is. */
void expander_units(struct expander *, const struct step *, struct units *);

/* n beats on them, with the callbacks around each. */
void expander_beats(struct expander *, const struct step *,
    const struct beat *, int n, const struct units *, uint8_t part,
    uint16_t nested);

/* Calls the callbacks of the step that belong to this point of it. */
void expander_call_at(struct expander *, const struct step *,
    const char *point, uint8_t part, uint16_t nested);

#endif
