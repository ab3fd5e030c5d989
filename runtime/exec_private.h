/* What the files of the executor share. */
#ifndef CG_EXEC_PRIVATE_H
#define CG_EXEC_PRIVATE_H

#include "diag.h"
#include "embed.h"
#include "exec.h"
#include "keep.h"

/* How one action, or several of them, ended. */
enum result {
	RESULT_OK,
	RESULT_FAILED, /* it failed; what else becomes of it says who asked */
	RESULT_BROKEN, /* so did the undoing of it */
	RESULT_ABORT, /* the operator wants the running step undone */
	/* The rest end the command at once: */
	RESULT_HALT, /* the records end here and nothing is carried out */
	RESULT_SYSTEM, /* disk or driver: why says it */
	RESULT_MISFIT, /* the records are not of this campaign */
	RESULT_REFUSED, /* a machine has no row for what happened */
};

/* The machine of a procedure and those of its nested steps. */
struct exec_proc {
	int state; /* PROC_INITIAL... */
	int action; /* of the row it took last: PROC_DO_... */
	struct embed step; /* n = 0: it has none */
};

struct exec {
	const struct campaign *c;
	const struct actions *a;
	struct world *w;
	struct diag diag; /* of model changes; they fit, as the proof says */
	struct record *rec;
	char **text; /* of notes and failures, by record; or NULL */
	size_t nrec, cap, text_cap, at;
	bool *done; /* by action */
	size_t base; /* mark of the world as it was in the source */
	size_t *mark; /* by action: of the world before its change */
	size_t ndone;

	/* The machines (exec_machines.c); nobody else changes them. */
	int state; /* of the campaign: CMPG_INITIAL... */
	int action; /* of the row it took last: CMPG_DO_... */
	struct exec_proc *proc; /* by procedure */
	struct embed_step *nested; /* of all procedures */
	size_t turn; /* the procedure at work; nproc or more: none */
	uint32_t attempt; /* of what the nested step at work does, from 1 */
	size_t ncalled; /* callbacks of the rollback that were called */
	size_t failed; /* the last that failed on the way there (index) */
	size_t phase; /* what goes back begins with this procedure; NONE */
	uint32_t refused; /* seq of the callback that was said no to */
	bool unkept; /* a snapshot failed: nothing was touched yet */
	bool forgiven; /* the action failed, and may: why says it */
	struct keep keep; /* snapshots (exec_keep.c) */
	bool room_unknown; /* said so */
	uint64_t *begun; /* by action: the latest record of its beginning */
	uint64_t last_known; /* the latest record of a beginning, or note */
	size_t last_act; /* index of the action that was last begun */
	bool aborted; /* what failed did so on the operator's order */
	enum result row_result; /* of the record of a step's row */
	exec_row_function on_row;
	void *on_row_arg;

	enum command command;
	bool in_flight;
	const struct exec_options *opt; /* NULL while records are played */
	struct driver *settle; /* told of what the records say was done */
	bool settled; /* it has been told all of them */
	char why[512];
	/* The end of the action before, not synced yet. */
	bool end_pending;
	struct record end;
};

/* Writes the event that a BEGIN or END record is, and flushes. 0 or -errno. */
int exec_tell(const struct exec *, const struct record *, FILE *);

/* Does action i (index) in a direction. must_reverse tells whether an action
 * that failed has to be reversed all the same. */
enum result exec_act(struct exec *, size_t i, enum direction,
    uint32_t attempt, bool *must_reverse);

/* An action that failed, nobody knows how far it got: it is to be reversed
 * like those that were done, or done like those that were not. */
void exec_count_as_done(struct exec *, size_t i);
void exec_count_as_reversed(struct exec *, size_t i);

/* A note of the operator's in the records: is it the next one? Taken if so. */
bool exec_take_note(struct exec *, const char *text);
/* Writes a note, synced. */
enum result exec_note(struct exec *, const char *text);
/* A row that a machine takes: taken from the records, or written. */
enum result exec_keep_row(struct exec *, const struct record *);
/* Syncs the last end record and tells it. */
enum result exec_flush(struct exec *);
bool exec_is_live(const struct exec *);

/* Callbacks that are called when a rollback begins, and when one is committed
 * (exec_call.c): they reverse nothing. */
enum result exec_call_rolling_back(struct exec *);
enum result exec_call_committed_back(struct exec *);

/* --- snapshots (exec_keep.c): none of these is an action --- */

/* Does the action change the machine it is about? */
bool exec_keep_changes(const struct act *);
/* Before a procedure begins: FAILED if the policy wants one that could not be
 * taken. */
enum result exec_keep_before(struct exec *);
/* Of what procedures first .. end - 1 have done: after a step failed, before it
 * is undone. */
enum result exec_keep_failed(struct exec *, size_t first, size_t end);
/* Once procedure k is undone, rolled back or can be neither: the state of
 * before. */
enum result exec_keep_revert(struct exec *, size_t k);
/* A place that they go to is short of room, or is not any more. */
enum result exec_keep_place(struct exec *, const struct keep_place *);
/* One of them, which is removed or reverted to. */
enum result exec_keep_begin(struct exec *, size_t i, enum keep_deed);

/* --- a phase that is not valid (exec_phase.c) --- */

/* A step has failed and is undone: SETTLED is what follows, or INVALID if
 * more has to go back with it. */
enum result exec_phase_settle(struct exec *, enum fsm_event *);
/* What an event comes to while a phase goes back: with the last of it the
 * whole is undone. next: the procedure whose turn is next. */
enum fsm_event exec_phase_event(const struct exec *, enum fsm_event,
    size_t next);

/* The command as it is ordered, and noted in the journal: "resume". */
const char *exec_word(enum command);
/* Is the command accepted now, and is there something left to do for it? */
bool exec_leads_on(const struct exec *, enum command);

/* --- the machines (exec_machines.c) --- */

/* All of them at the beginning. */
void exec_machines_new(struct exec *);
void exec_machines_reset(struct exec *);
void exec_machines_free(struct exec *);
/* Only those of the procedures: nothing of them was ever begun. back: only of
 * those that are rolled back. */
void exec_forget_procedures(struct exec *, bool back);

/* One event for the campaign, the procedure at work, nested step i of it, and
 * all signals that follow from it. A machine that has no row for what it hears
 * is a mistake of this program: REFUSED, and why says which. */
enum result exec_to_campaign(struct exec *, enum fsm_event);
enum result exec_to_procedure(struct exec *, enum fsm_event);
enum result exec_to_step(struct exec *, size_t i, enum fsm_event);

/* May an operator want what is being done undone? */
bool exec_may_abort(const struct exec *);
/* Is the campaign on its way back to the source? */
bool exec_is_back(const struct exec *);
/* Does the machine have actions to be carried out in the state? */
bool exec_is_busy(const struct fsm *, int state);

/* --- what they ask for (exec_run.c) --- */

/* An order of the operator's: all that follows from it, until the campaign
 * rests. */
enum result exec_order(struct exec *, enum fsm_event);

#endif
