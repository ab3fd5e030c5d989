/* A campaign as the flat list of actions it means: one verb on one entity (and
 * one bundle) each, in the order of execution, numbered from 1 (DESIGN 9). The
 * list is a function of campaign and source model alone, so that a number
 * means the same action in every run, after every crash. */
#ifndef CG_ACTIONS_H
#define CG_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "campaign.h"
#include "model.h"

struct diag;

enum verb {
#define VERB(id, name, idempotent) VERB_##id,
#include "verbs.def"
#undef VERB
	VERB_COUNT
};

/* Which part of the campaign an action belongs to. */
enum part {
	PART_INIT, /* addToImm, campInitAction */
	PART_PROC_INIT,
	PART_TEAR_DOWN,
	PART_MODIFY, /* the one modify-im of a step */
	PART_BUILD_UP,
	PART_PROC_WRAPUP,
	PART_COMPLETE,
	PART_WRAPUP, /* campWrapupAction, removeFromImm: at commit */
};

struct act {
	uint8_t verb; /* enum verb */
	uint8_t part; /* enum part */
	uint16_t nested; /* index of the nested step; 0 outermost */
	uint32_t proc; /* index into proc of actions, or NONE */
	uint32_t entity; /* DN; NAME_NONE for a CCB of no single entity */
	uint32_t on; /* where it is executed: EE or node; NAME_NONE */
	uint32_t bundle; /* NAME_NONE: none */
	uint32_t to; /* migrate, morph: the VMM it goes to; or NAME_NONE */
	union {
		/* modify-im: its CCB; an administrative operation or a
		 * command of the campaign: that; else NULL */
		const struct action *ccb;
		const struct callback *callback; /* notify */
	};
};

/* One procedure in the order of execution. A rolling one is as many of them as
 * it has nodes, each written out for its node, one after the other. */
struct run_proc {
	const struct procedure *p;
	bool rolling;
	uint32_t step; /* the number of its node, from 1; else 1 */
	size_t first, n; /* its actions: act[first .. first + n) */
};

struct actions {
	struct act *act; /* act[i] has number i + 1 */
	size_t n;
	struct run_proc *proc;
	size_t nproc;
	size_t init_end; /* actions before the first procedure */
	size_t complete; /* first campCompleteAction */
	size_t wrapup; /* first action of the commit */
	/* The end of those, and first callback of the rollback: from here on
	 * actions are only carried out when a rollback begins. */
	size_t rollback;
	/* Something cannot be carried out: what (NULL: a template found
	 * nothing) and where; see actions_make. */
	bool is_refused;
	const char *refused;
	uint32_t refused_pos;
	const struct admin_op *refused_op; /* if it is one, else NULL */
	struct arena arena;
};

/* The same as actions_expand below, for a campaign that may have parts that
 * this version does not do ("prove", "carry out"): these are reported, and
 * the result is NULL. */
struct actions *actions_make(const struct campaign *, const struct model *,
    const char *doing, struct diag *);

/* Expands a campaign that passed its checks. Virtual machines are taken to
 * stand on the first sponsor of their list that is in service; they migrate
 * when that is locked and another one is in service, which gives induced
 * VERB_MIGRATE actions right after the lock. Procedures of one level follow
 * each other in document order; there a VM goes to a sponsor that none of them
 * takes down, if one is in service. The campaign must outlive the actions. */
struct actions *actions_expand(const struct campaign *, const struct model *);
void actions_free(struct actions *);

/* Does proc[k] share its level with another procedure before it? */
bool actions_shares_level(const struct actions *, size_t k);

/* The action (index) that made i necessary, if that is an induced migration,
 * else i. On the way back causes are reversed last first, each before its
 * migrations: a VM goes back to a monitor that serves again. */
size_t actions_cause(const struct actions *, size_t i);

/* Rolling back, a step that restarts takes its change of the model back first,
 * so that what is restarted comes up as it was (2.8.5 and 4.3 of the method).
 * With i the last of such restarts: the first of them, and the first of what
 * is taken back before them. False: i is no such restart. */
bool actions_restarts(const struct actions *, size_t i, size_t *restart,
    size_t *change);

const char *verb_name(enum verb); /* "offline-install" */
enum verb verb_find(const char *name); /* VERB_COUNT: none */

/* May the action be repeated when it is not known whether it was done? */
bool verb_is_idempotent(enum verb);

/* Does it put software onto an entity, or take it off? */
bool verb_is_software(enum verb);

/* The verb that reverses it (Table 2.1 of the method): lock -> unlock,
 * offline-install -> offline-uninstall, restart -> restart... */
enum verb verb_reverse(enum verb);

/* Is it an administrative operation of the campaign? */
bool act_is_admin(const struct act *);

/* Does the virtual machine go from on to to, and back when it is undone? */
bool act_moves(const struct act *);

/* The verb that takes this action back; VERB_COUNT: nothing does, nor needs
 * to (an administrative operation or a command without an undo). */
enum verb act_reverse(const struct act *);

#endif
