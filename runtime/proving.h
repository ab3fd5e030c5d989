/* What the parts of the proof share; for prove*.c only. */
#ifndef CG_PROVING_H
#define CG_PROVING_H

#include "diag.h"
#include "prove.h"
#include "system.h"
#include "world.h"

enum way { WAY_FORWARD, WAY_BACK };

/* What one change of the model touched: touched[first .. first + n). */
struct unit_span {
	size_t first, n;
	size_t mark; /* of the world before it */
};

struct names; /* of prove_names.c */
struct pace; /* of prove_pace.c */
struct software; /* of prove_software.c */
struct wave; /* of prove_wave.c */

struct prover {
	const struct campaign *c;
	const struct actions *a;
	const struct model *source, *target;
	struct world *w;
	struct system *y;
	struct diag *diag;
	struct buf *trace;
	struct proof *proof;
	struct names *names;
	struct software *software;
	struct wave *wave; /* what runs at the same time */
	struct pace *pace; /* what the policy wishes of that; NULL: not asked */
	struct idmap labels; /* of callbacks before action heard: 1 */
	size_t heard;
	const struct world *base; /* the source, unchanged */
	const struct policy *policy; /* or NULL */
	struct idmap seen; /* objects changed: index into object_hash, + 1 */
	uint64_t *object_hash;
	size_t nseen, seen_cap;
	struct dn_list touched; /* of all changes, in order */
	struct unit_span *span; /* by action; n 0: it changes nothing */
	uint64_t *hash; /* state before each action; one more at the end */
	uint64_t world_hash;
	size_t now; /* the action being done */
	enum way way;
	uint32_t level; /* how many levels have begun */
	struct dn_list down; /* EEs and units that are to come back */
	struct idmap amf_on; /* CLM node -> its AMF node in the source */
	struct dn_list away; /* actions of its own that took something down */
	struct idmap coming; /* who is instantiated later in a procedure */
	uint32_t coming_of; /* which one, + 1 */
	size_t nadd, nmodify, nremove; /* EEs, in this procedure */
	struct dn_list fallen; /* SIs (indices) that are down, scratch */
	uint32_t fall; /* mark of the last such list */
	uint32_t leave; /* procedure (and way) whose leave was taken last */
	uint64_t nleave; /* by so many SIs */
	int rank; /* of the last kind of procedure: P8 */
	uint32_t rank_level; /* and the execution level it was on */
	bool *base_change; /* by nested step: a base type changes */
	uint32_t *like; /* by nested step: an EE it modifies, + 1 */
	bool caught; /* from initialization to completion */
	bool faults; /* also what a single failure leaves, P3 */
	bool failed;
};

/* Reports the first violation: the rule's code, what it is about, and where
 * the campaign does it. Always false. Notes may follow. */
bool prove_fail(struct prover *, enum diag_code, uint32_t dn,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void prove_note(struct prover *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What becomes of an EE or unit at this moment, as a note. */
void prove_note_ee(struct prover *, uint32_t ee);
void prove_note_su(struct prover *, uint32_t su);

/* The running action, its procedure (NULL outside) and its nested step. */
const struct act *prove_act(const struct prover *);
const struct procedure *prove_procedure(const struct prover *);
const struct step *prove_step(const struct prover *);

/* A change of the model: applies it (P6 for what it touches, P9, P5, P7, P8),
 * or takes it back. */
bool prove_change(struct prover *);
bool prove_change_back(struct prover *);

/* The fingerprint of an object as it is now; 0: there is none. */
uint64_t prove_print(const struct world *, uint32_t dn);

void prove_moved(void *prover, uint32_t su, uint32_t ee);
void prove_nodes_first(struct prover *);

/* P6: actions on entities, forward or reversed. */
bool prove_entity(struct prover *, enum verb, const struct act *);
bool prove_all_back(struct prover *); /* at the end of a procedure */
/* What the campaign took out of service by orders of its own: at the end. */
bool prove_ordered_back(struct prover *);
bool prove_list_stands(struct prover *, uint32_t dep);

/* P6: where VMs stand. */
void prove_stand_first(struct prover *);
bool prove_migrate(struct prover *, const struct act *);
/* It goes from a->on to a->to as it runs, or back; what is said of it then. */
bool prove_goes(struct prover *, uint32_t ee, const struct act *,
    const char *there, const char *back);
bool prove_comes_up(struct prover *, uint32_t ee, uint32_t on);
bool prove_no_guests(struct prover *, uint32_t ee, const char *what);
/* Forward: has it room where it stands now, as far as the policy knows? what:
 * "migrates to", "comes up on". */
bool prove_has_room(struct prover *, uint32_t ee, const char *what);
/* What those that stand there now need of a resource of the policy. */
int64_t prove_used(const struct prover *, const struct sys_ee *host,
    size_t resource);
/* Machines that change while they run: an action of one; its type has
 * changed. */
bool prove_is_morph(enum verb);
bool prove_morph(struct prover *, uint32_t ee, const struct act *);
bool prove_morphed(struct prover *, uint32_t ee, uint32_t was);
/* Is that morph, with what its procedure does around it, what the template of
 * the policy asks for, if there is one for both types? */
bool prove_template(struct prover *, const struct act *);
/* After an action and the migrations that it made necessary. */
bool prove_settled(struct prover *, size_t cause);

/* May the level that begins with that procedure go at once, as far as section
 * waves of the policy goes? Asked of the levels in their order. */
bool prove_pace(struct prover *, size_t proc);
void pace_free(struct pace *);
/* Is asked what the policy wants to be asked about the phase of a procedure? */
bool prove_phase(struct prover *, size_t proc);
/* Has the procedure a callback of that label? */
bool prove_is_called(const struct prover *, const struct run_proc *,
    uint32_t label);

/* P1, and P6 for where it is executed: software. */
void prove_software_first(struct prover *);
bool prove_software(struct prover *, enum verb, const struct act *);
bool prove_has_software(struct prover *, uint32_t ee);
bool prove_software_left(struct prover *);
void software_free(struct software *);

/* P4: called by the system. */
void prove_service(void *prover, uint32_t su, bool up);
bool prove_si(struct prover *, uint32_t si); /* it may have changed */
bool prove_need(struct prover *, uint32_t need); /* the same */
/* Does the SI, and all it depends on, stay up at all moments of the level? For
 * an SI that names another group or sponsor than before. */
bool prove_si_level(struct prover *, uint32_t si, uint32_t sg);
bool prove_need_level(struct prover *, uint32_t need);
void prove_outages(struct prover *); /* lists them */

/* P5 */
bool prove_catches(struct prover *); /* after initialization */
bool prove_catch(struct prover *, uint32_t dep); /* a list changed */
bool prove_catch_changed(struct prover *, uint32_t ee); /* by a step */
bool prove_catch_added(struct prover *, uint32_t ee);

/* P7, P8 */
bool prove_order(struct prover *);
bool prove_step_types(struct prover *, const struct run_proc *);
bool prove_step_rules(struct prover *, const struct procedure *);
/* was: its EE type before. */
bool prove_ee_changed(struct prover *, uint32_t ee, uint32_t was);
bool prove_kind(struct prover *); /* at the end of a procedure */
/* Settles which EE is in which nested step; before the change. */
void prove_step_begin(struct prover *, const struct procedure *);

/* P9 */
struct names *names_new(const struct campaign *, const struct model *source);
void names_free(struct names *);
bool prove_names(struct prover *, const uint32_t *touched, size_t n);
/* Names this object nothing that another procedure of the level creates or
 * deletes? */
bool prove_names_apart(struct prover *, uint32_t dn);

/* --- levels of several procedures (prove_wave.c) --- */

struct wave *wave_new(void);
void wave_free(struct wave *);

/* The level of procedure k begins, from either end: who acts on what, and
 * may it go on together? One procedure on a level is no wave. */
bool wave_begin(struct prover *, size_t k);
bool wave_end(struct prover *); /* forward: what is known only now */
void wave_none(struct prover *); /* what follows is on no level */

/* Does a procedure of the level other than the one at work act on it? */
bool wave_is_others(const struct prover *, uint32_t dn);
/* Does one create or delete it, and which? */
bool wave_may_miss(const struct prover *, uint32_t dn, const char **other);

void wave_note(struct prover *, uint32_t ee); /* the others below it */

/* Fails if another procedure acts on what is below. */
bool wave_apart(struct prover *, uint32_t upper, uint32_t lower);
/* Fails if another procedure changes the lists of its sponsors. */
bool wave_list_is_own(struct prover *, uint32_t ee);

#endif
