/* Pieces of a campaign under construction. */
#ifndef CG_EMIT_BUILD_H
#define CG_EMIT_BUILD_H

#include <stdint.h>

#include "campaign.h"
#include "emit.h"
#include "idmap.h"
#include "steptype.h"

struct emitter {
	struct campaign *c;
	const struct places *w;
	const struct plan *p;
	const struct forest *f;
	const struct model *s, *t;
	const struct policy *policy;
	struct diag *diag;
	struct nodebundles *on_node;
	uint32_t *group_of; /* by EE, scratch of emit_steps */
	size_t *last_change; /* by dependency, scratch of list_changes */
	bool *begun; /* by phase: its gate is there */
	uint32_t *min_now; /* by dependency: saPlmDepMinNumber in force */
	/* Of emit_require_bundle: in source and target, by bundle, the first
	 * type that names it, plus one; which were missed. */
	struct idmap named_by[2], bundle_said;
};

struct ops { /* growing list of CCB operations */
	struct ccb_op *v;
	size_t n, cap;
};

/* One more operation at the end. */
void emit_put(struct ops *, struct ccb_op);

/* The operations as one immCCB action appended to list, if there are any;
 * empties ops. */
void emit_ccb(struct emitter *, struct action_list *, struct ops *);

/* All attributes of a target object as a create; values that name something
 * that comes later than slot are held back. */
struct ccb_op emit_create(struct emitter *, uint32_t object, uint32_t slot);
struct ccb_op emit_delete(uint32_t dn);

/* One attribute as VALUES_REPLACE, or VALUES_DELETE of old when n is 0. */
void emit_modify(struct emitter *, struct ops *, uint32_t dn, uint32_t class,
    uint32_t attr, const uint32_t *v, size_t n, const uint32_t *old,
    size_t nold, const char *reason);

/* The modifications that make a changed object what the target says, as far
 * as slot allows; skip_lists leaves out saPlmDepNames and saPlmDepMinNumber. */
void emit_changes(struct emitter *, const struct delta *, uint32_t slot,
    struct modification **v, size_t *n, size_t *cap, bool skip_lists);

/* A number as an interned text. */
uint32_t emit_number(uint64_t n);

/* A callback of that label, which is taken out of the buffer. */
struct callback emit_callback(struct buf *label, uint32_t string);

/* n elements of size bytes in the campaign's arena. */
void *emit_copy(struct emitter *, const void *v, size_t n, size_t size);

/* One more action at the end of a list. */
struct action *emit_action(struct emitter *, struct action_list *);

/* The life of a machine that changes its type while it runs; type: the
 * change of the model by which it does. */
void emit_morph(struct emitter *, const struct morph *, struct ops *type,
    struct action_list *);

/* --- sponsor lists --- */

/* The names of a list as values: the EEs, then what the dependency names
 * besides EEs. */
const uint32_t *emit_list(struct emitter *, const struct dep *,
    const uint32_t *ees, uint32_t n, uint32_t *count);

/* Each list once, as it is at the end of the unit. */
void emit_list_changes(struct emitter *, const struct dep_changes *,
    struct ops *);

/* campInitAction's part, and campCompleteAction's. */
void emit_catches(struct emitter *);
void emit_mobilise(struct emitter *, struct ops *);
void emit_mobilise_late(struct emitter *); /* in changes of their own */

/* Why this VM is caught where it is. */
uint32_t emit_catch_reason(struct emitter *, uint32_t vm);

/* --- bundles --- */

/* New bundles that addToImm can express; by delta: true for those. Freed with
 * free(). */
bool *emit_bundles(struct emitter *);

/* A bundle that a step installs or removes must be in that model; reports it
 * once if not. type: what names it there; NAME_NONE: a type of components. */
void emit_require_bundle(struct emitter *, const struct model *, uint32_t type,
    uint32_t bundle);

/* --- steps --- */

struct group;
struct grouping;
struct step;

/* Fills the steps of procedure k of the plan. */
void emit_steps(struct emitter *, uint32_t k, struct procedure *);

/* The one step of a unit's procedure, of a node's. */
void emit_unit_step(struct emitter *, uint32_t k, struct procedure *);
void emit_move_step(struct emitter *, uint32_t k, struct procedure *);

/* The steps outside those of the EEs, for units that enter or leave with a
 * modified EE; makes room in procedure->step for more behind them. */
void emit_units(struct emitter *, uint32_t k, struct procedure *,
    size_t more);

/* Writes a step type as the three options of a step. */
void emit_set_type(struct step *, enum step_type);

/* Puts riders, and lists that change while all is down, into the groups of
 * their EEs. */
void emit_riders(struct emitter *, uint32_t k, struct grouping *);
void emit_switches(struct emitter *, const struct proc *, struct grouping *);

/* For qsort of DNs: natural order. */

#endif
