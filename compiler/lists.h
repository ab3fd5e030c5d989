/* Sponsor lists in force, and what goes down with what: the planner's picture
 * of the system between two procedures. */
#ifndef CG_LISTS_H
#define CG_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

struct lists {
	struct forest *f;
	struct arena *arena;
	bool *exists; /* by EE: now */
	uint32_t *proc_of; /* by EE: procedure that changes it, or NONE */
	bool *done; /* by procedure (as numbered in proc_of) */
	/* By EE, where it is known: what a VM stands on before this level and
	 * goes to in it, or NONE; the owner of both is struct room. */
	const uint32_t *at, *to;
	/* scratch of lists_down */
	uint32_t *down; /* EEs of the last call, in no order */
	size_t ndown;
	uint32_t *mark; /* by EE: number of the call */
	uint32_t *lost, *lost_mark; /* by dependency */
	uint32_t call;
	uint32_t *layer; /* by EE, valid where marked */
};

/* As the source has all lists; proc_of (by EE, of nproc procedures) stays the
 * caller's, lists written later are the arena's. */
void lists_begin(struct lists *, struct forest *, struct arena *,
    uint32_t *proc_of, size_t nproc);
void lists_end(struct lists *);

/* The catches of campInitAction. */
void lists_catch(struct lists *);

/* An EE comes up: its own lists as it gets them. */
void lists_add(struct lists *, uint32_t ee);
void lists_remove(struct lists *, uint32_t ee);

/* Sponsors that are only in the target and already are what they will be (ADD
 * and NO_OPERATION) join. */
void lists_join_ready(struct lists *, struct dep_changes *);

/* A MODIFY or REMOVE procedure begins: source-only sponsors among the changed
 * EEs leave the lists that can do without them. */
void lists_leave(struct lists *, const uint32_t *changed, size_t n,
    uint32_t proc, struct dep_changes *out);

/* After lists_down: lists that could not do without what the procedure
 * removes, and whose EEs therefore are down, get what it leaves behind. */
void lists_switch(struct lists *, const uint32_t *changed, size_t n,
    uint32_t proc, struct dep_changes *in_step);

/* What goes down with root now: fills down, ndown, layer. */
void lists_down(struct lists *, uint32_t root);

/* After lists_down: is there an EE among those down that does not belong to
 * proc and that another procedure, not yet done, could spare? That procedure
 * or NONE. changed are the EEs proc changes. */
uint32_t lists_could_wait(struct lists *, const uint32_t *changed, size_t n,
    uint32_t proc);

/* A MODIFY procedure is through: its EEs join the lists they are promised to,
 * and what had to linger leaves. */
void lists_join(struct lists *, const uint32_t *changed, size_t n,
    uint32_t proc, struct dep_changes *out);

/* Writes the list in force anew, for the sake of its order. */
struct dep_change *lists_order(struct lists *, uint32_t dep,
    struct dep_changes *out);

#endif
