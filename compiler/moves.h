/* What a campaign comes to where the campaign alone does not say: which VMs
 * migrate because of what is done, over how much a procedure rolls, and where
 * a machine stands that morphs. It is written into the campaign as texts,
 * cg:moves, cg:actions and cg:on, so that a plan has the numbers that camprun
 * gives to actions; campaign(5) has their grammar. */
#ifndef CG_MOVES_H
#define CG_MOVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct action;
struct campaign;
struct diag;
struct model;

struct move {
	uint32_t number; /* of the action, from 1 */
	uint32_t vm, from, to;
};

struct rolled { /* a procedure that rolls; actions 0: nothing is told */
	uint32_t actions, nodes; /* of all nodes; how many these are */
	const uint32_t *each; /* on the first: entities of each nested step */
	size_t neach;
};

struct moves {
	struct move *v; /* in the order of their numbers */
	size_t n;
	/* By procedure, as the campaign numbers them: how many of these are
	 * in it, and what it comes to if it rolls. */
	uint32_t *of;
	struct rolled *rolled;
	size_t outside; /* of procedures: so many */
	uint32_t *each;
};

/* A machine that becomes another while it runs; what is not told: NAME_NONE. */
struct morphing {
	uint32_t vm, old, new; /* types */
	uint32_t migration;
	uint32_t on, to; /* where it stands, and where it goes if it does */
};

/* Is it the action by which one does? Then which; out may be NULL. */
bool moves_morphing(const struct action *, struct morphing *out);

/* Writes into a campaign what it comes to, beginning with that model. */
void moves_write(struct campaign *, const struct model *source);

/* Reads what a campaign carries, up to what is no such text. moves_free
 * frees. */
void moves_read(struct moves *, const struct campaign *);
void moves_free(struct moves *);

/* Are they such texts? If not, an error says which. */
bool moves_check(const struct campaign *, struct diag *);

#endif
