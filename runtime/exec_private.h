/* What the files of the executor share. */
#ifndef CG_EXEC_PRIVATE_H
#define CG_EXEC_PRIVATE_H

#include "diag.h"
#include "exec.h"

/* How one action, or a span of them, ended. */
enum result {
	RESULT_OK,
	RESULT_FAILED, /* undone as far as it was done, unless span says else */
	RESULT_UNDONE, /* retries used up, all of it undone */
	RESULT_BROKEN, /* the undo failed too */
	RESULT_ABORT, /* the operator wants the running step undone */
	RESULT_STOP, /* suspended at a safe point */
	RESULT_HALT, /* the records end here and nothing is carried out */
	RESULT_SYSTEM, /* disk or driver: why says it */
	RESULT_MISFIT, /* the records are not of this campaign */
};

struct exec {
	const struct campaign *c;
	const struct actions *a;
	struct world *w;
	struct diag diag; /* of model changes; they fit, as the proof says */
	struct record *rec;
	char **text; /* of NOTE records, by record; or NULL */
	size_t nrec, cap, text_cap, at;
	bool *done; /* by action */
	size_t base; /* mark of the world as it was in the source */
	size_t *mark; /* by action: of the world before its change */
	size_t ndone;
	enum campaign_state state;
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

/* Does action i (index) in a direction. must_reverse tells whether an action
 * that failed has to be reversed all the same. */
enum result exec_act(struct exec *, size_t i, enum direction,
    uint32_t attempt, bool *must_reverse);

/* An action that failed is to be reversed like those that were done. */
void exec_count_as_done(struct exec *, size_t i);

/* A note of the operator's in the records: is it the next one? Taken if so. */
bool exec_take_note(struct exec *, const char *text);
/* Writes a note, synced. */
enum result exec_note(struct exec *, const char *text);
/* Syncs the last end record and tells it. */
enum result exec_flush(struct exec *);
bool exec_is_live(const struct exec *);

/* Callbacks that are called when a rollback begins, and when one is committed
 * (exec_call.c): they reverse nothing. */
enum result exec_call_rolling_back(struct exec *);
enum result exec_call_committed_back(struct exec *);

/* The flow of each command (exec_run.c). */
enum result exec_run_forward(struct exec *);
enum result exec_roll_back(struct exec *);
enum result exec_commit(struct exec *);

#endif
