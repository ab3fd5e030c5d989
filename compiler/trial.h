/* A procedure put onto another level of a copy of the plan, to see what that
 * breaks: private to why_not_test.c and trial*.c. Each look says what it finds
 * as reasons of the answer. */
#ifndef CG_TRIAL_H
#define CG_TRIAL_H

#include "plan.h"
#include "why_not.h"

enum { REASONS_MAX = 8 };

struct trial {
	struct why_not *w;
	const struct plan *p; /* as it is */
	struct plan q; /* the procedure moved */
	uint32_t x; /* in p */
	uint32_t *to; /* by procedure of p: its place in q */
	uint32_t *gone; /* of the forest's dependencies, as it was */
};

/* A name for people; of a procedure of the plan; the level it has when moved.
 * Texts live as long as the answer. */
const char *trial_shown(const struct trial *, uint32_t name);
const char *trial_name(const struct trial *, uint32_t proc);
uint32_t trial_level(const struct trial *, uint32_t proc);

/* Makes q, and numbers what the forest says of procedures anew; the latter is
 * taken back by move_back, which frees q. */
void trial_move(struct trial *);
void trial_move_back(struct trial *);

/* Is it out of the order of kinds, of phases, of what stands on what
 * (trial_order.c)? */
void trial_kinds(struct trial *);
void trial_phases(struct trial *);
void trial_edges(struct trial *);

/* Does the planner lay the procedures down so, and what does it refuse
 * (trial_planner.c)? */
void trial_ask_planner(struct trial *);

#endif
