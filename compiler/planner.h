/* For plan*.c: the procedures as they are laid down one after the other. Roots
 * are numbered as roots.h has them. */
#ifndef CG_PLANNER_H
#define CG_PLANNER_H

#include "lists.h"
#include "pace.h"
#include "plan.h"
#include "room.h"
#include "roots.h"
#include "wave.h"

struct diag;

struct planner {
	struct plan *p;
	struct forest *f;
	struct lists l;
	struct roots roots;
	struct dep_changes pending; /* joins, until a procedure carries them */
	struct wave wave;
	struct room room;
	struct pace pace;
	uint32_t *phase; /* by root, or NULL */
	bool no_room; /* a VM has nowhere to go */
	size_t homeless; /* of the morphs the first that has no place, or n */
};

/* --- plan_lay.c --- */

/* One more procedure, on the level that is being filled; valid until the next
 * one. root: as struct proc has it. */
struct proc *planner_new(struct planner *, enum proc_kind, uint32_t root);

/* Joins that wait for a procedure to carry them go with this one. */
void planner_carry(struct planner *, struct proc *);

/* Lays a root's procedure down; forced: it acts on VMs that another order
 * might have spared. */
void planner_lay(struct planner *, uint32_t number, bool forced);

/* --- plan_order.c --- */

/* Lays down the roots from..to, all of one kind, in a good order. False if a
 * service would have to be lost whatever comes first; then stuck is one of the
 * knot, unless it was one of an earlier knot. Ends early, and sets no_room, if
 * a VM has nowhere to go. */
bool planner_lay_kind(struct planner *, size_t from, size_t to,
    uint32_t *stuck);

/* --- plan_knot.c --- */

/* Reports those that must each come before the other (diag NULL: silently).
 * False. */
bool planner_knot(const struct planner *, uint32_t stuck, struct diag *);

#endif
