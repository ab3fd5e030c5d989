/* Procedures out of the re-hung trees (T6-T8, T16, T17): which there are, in
 * which order, what each takes down, and how the sponsor lists of those that
 * stay change on the way. */
#ifndef CG_PLAN_H
#define CG_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catch.h"
#include "morph.h"
#include "service.h"

enum proc_kind { /* in the order of execution */
	PROC_ADD, /* EEs */
	PROC_AMF_ADD, /* one service unit */
	PROC_MOVE, /* one CLM or AMF node gets another EE */
	PROC_AMF_MODIFY,
	PROC_MORPH, /* one VM changes its type while it runs */
	PROC_MODIFY,
	PROC_AMF_REMOVE,
	PROC_REMOVE,
};

struct role { /* one EE in a procedure */
	uint32_t ee, dn;
	uint32_t layer : 24; /* 0: the root */
	uint32_t op : 8; /* what this procedure does to it; OP_NONE: acted on */
};

struct dep_change { /* a sponsor list written anew */
	uint32_t dep;
	uint32_t n;
	uint32_t *names; /* EEs */
	uint32_t min;
	const char *why; /* static text */
};

struct dep_changes {
	struct dep_change *v;
	size_t n, cap;
};

struct proc {
	enum proc_kind kind;
	uint32_t root; /* EE, SU index, or node object in the target (move) */
	const struct morph *morph; /* PROC_MORPH, else NULL */
	uint32_t name; /* "safSmfProc=..." */
	uint32_t level; /* those of one level run side by side */
	uint32_t phase; /* of the policy, from 1; 0: it has none */
	struct role *role; /* outermost layer first; ADD: too */
	size_t nrole;
	struct dep_changes init, in_step, wrapup;
	bool forced; /* acts on EEs that another order might have spared */
};

struct mobile { /* of a VM that is mobilised */
	uint32_t to; /* EE that is written first; NONE: the first is right */
	uint32_t round; /* in this change of the model */
	bool told; /* this is one */
};

struct needs;
struct policy;

enum refused { /* why a wave did not take a procedure */
	REFUSED_NOT,
	REFUSED_WAIT, /* a VM that stays keeps its last sponsor by waiting */
	REFUSED_PACE, /* the policy */
	REFUSED_WAVE, /* a service, or what stands on it */
	REFUSED_ROOM, /* a VM has nowhere to go */
};

struct refusal {
	enum refused why;
	uint32_t vm; /* REFUSED_ROOM: that VM */
};

struct plan {
	struct forest *f;
	struct services *sv;
	const struct diff *d;
	struct caught *why; /* of the catches, by EE */
	struct arena arena;
	struct proc *proc; /* in the order of execution */
	size_t n, cap;
	uint32_t *proc_of; /* by EE: the procedure that changes it, or NONE */
	uint32_t *proc_of_su; /* by SU: its AMF procedure, or NONE */
	uint32_t last_add; /* last PROC_ADD, or NONE */
	struct dep_changes loose; /* joins that no procedure carries */
	bool waves; /* set before plan_run: procedures may share levels */
	const struct policy *policy; /* same: what it says of room, or NULL */
	struct morphs *morphs; /* same: placed here; NULL: none */
	const uint32_t *hint; /* same: by root EE, the wave it should go in;
	                       * NULL: the first that has room */
	const uint32_t *phase; /* same: by root EE, phase_find's; or NULL */
	const struct needs *needs; /* same: of software; or NULL */
	struct refusal *refusal; /* same: by root EE, the last one; NULL: they
	                          * are not wanted */
	struct mobile *move; /* by dependency: those that need a word; or NULL */
	uint32_t nround; /* changes of the model that move them */
	uint32_t *bind; /* dependencies of VMs that are caught, in the order in
	                 * which they are */
	size_t nbind;
	uint32_t nlevel;
	bool no_room; /* a VM has nowhere to go: there is no plan */
	size_t nmigration; /* of VMs that stay, where room is known */
	size_t nleaver; /* those VMs that cannot stay where they are */
	uint32_t bound; /* no schedule has fewer levels; 0: not asked */
};

/* Nodes and units that need a procedure of their own (place.h finds them). */
struct plan_input {
	uint32_t *move; /* target object indices of nodes, in order */
	size_t nmove;
	uint32_t *unit; /* SU indices, in order */
	size_t nunit;
};

/* Needs the catches made. False if no order keeps all services up: reported
 * (diag NULL: silently). */
bool plan_run(struct plan *, const struct plan_input *, struct diag *);
void plan_free(struct plan *);

/* Is the root of such a procedure an EE that goes down or comes up? */
static inline bool
plan_has_ee(enum proc_kind kind)
{
	return kind == PROC_ADD || kind == PROC_MODIFY || kind == PROC_REMOVE;
}

#endif
