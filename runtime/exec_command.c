/*
 * Which command is accepted when, and with which exit status does it end? A
 * command is an event of the campaign's machine; where there is no row for it,
 * it is not accepted.
 */
#include <stdio.h>
#include <string.h>

#include "campaign_fsm.h"
#include "exec_private.h"
#include "retain.h"
#include "spare.h"

enum { DONE, SYSTEM = 3, UNDONE, DECIDE };

static const char *const words[] = { "run", "resume", "rollback", "commit" };

const char *
exec_word(enum command c)
{
	return words[c];
}

/* Where a campaign rests: the exit status of what led there, and what can be
 * done from there. */
static const struct rest {
	int status;
	const char *advice;
} rests[] = {
	[CMPG_INITIAL] = { DONE, "resume it" },
	[CMPG_EXECUTION_SUSPENDED] = { DECIDE, "resume it or roll it back" },
	[CMPG_EXECUTION_COMPLETED] = { DONE, "commit it or roll it back" },
	[CMPG_CAMPAIGN_COMMITTED] = { DONE,
	    "it is over: a new campaign leads on" },
	[CMPG_SUSPENDED_BY_ERROR_DETECTED] = { UNDONE,
	    "resume it once the cause is mended, or roll it back" },
	[CMPG_EXECUTION_FAILED] = { DECIDE,
	    "rollback restores the backup taken before the start" },
	[CMPG_ROLLBACK_SUSPENDED] = { DECIDE, "resume or rollback goes on" },
	[CMPG_ROLLBACK_COMPLETED] = { DONE, "commit ends it" },
	[CMPG_ROLLBACK_COMMITTED] = { DONE,
	    "it is over: the system is what it was" },
	[CMPG_ROLLBACK_FAILED] = { DECIDE,
	    "rollback restores the backup taken before the start" },
};

/* --- what is accepted --- */

/* Is what the command leads to so already? */
static bool
is_there(const struct exec *x, enum command c)
{
	return c == COMMAND_ROLLBACK && (x->state == CMPG_ROLLBACK_COMPLETED ||
	    x->state == CMPG_ROLLBACK_COMMITTED);
}

static enum fsm_event
event_of(const struct exec *x, enum command c)
{
	switch (c) {
	case COMMAND_RUN:
		return x->state == CMPG_INITIAL ? EV_EXECUTE : EV_NONE;
	case COMMAND_RESUME: /* the way it was going */
		return x->state == CMPG_ROLLBACK_SUSPENDED ? EV_ROLLBACK :
		    EV_EXECUTE;
	case COMMAND_ROLLBACK:
		return fsm_accepts(&campaign_fsm, x->state, EV_RESTORE) ?
		    EV_RESTORE : EV_ROLLBACK;
	default:
		return EV_COMMIT;
	}
}

bool
exec_leads_on(const struct exec *x, enum command c)
{
	return x->in_flight ? c == COMMAND_RESUME :
	    fsm_accepts(&campaign_fsm, x->state, event_of(x, c));
}

bool
exec_accepts(const struct exec *x, enum command c, char *why)
{
	if (exec_leads_on(x, c) || (!x->in_flight && is_there(x, c)))
		return true;
	snprintf(why, 512, "%s is not accepted now: the campaign is %s; %s",
	    words[c], exec_state_name(x), x->in_flight ? "resume it" :
	    rests[x->state].advice);
	return false;
}

bool
exec_in_flight(const struct exec *x, enum command *c)
{
	*c = x->command;
	return x->in_flight;
}

int
exec_status(const struct exec *x)
{
	return rests[x->state].status;
}

const char *
exec_advice(const struct exec *x)
{
	return rests[x->state].advice;
}

/* --- flow --- */

/* Begins a command and ends it, unless it ends halfway. */
static enum result
flow(struct exec *x, enum command c)
{
	enum result e;

	x->command = c;
	x->in_flight = true;
	e = is_there(x, c) ? RESULT_OK : exec_order(x, event_of(x, c));
	x->in_flight = e != RESULT_OK;
	return e;
}

/* Back to before the first command, so that all of them can be played once
 * more, over the same records. */
static void
rewind_to_start(struct exec *x)
{
	memset(x->done, 0, x->a->n * sizeof(*x->done));
	x->ndone = x->ncalled = 0;
	world_revert(x->w, x->base);
	exec_machines_reset(x);
	x->at = 0;
}

static enum result
misfit(struct exec *x)
{
	snprintf(x->why, sizeof(x->why), "the journal's commands are not in "
	    "an order this program knows");
	return RESULT_MISFIT;
}

/* Plays all commands in the records; the last may be unfinished. */
static enum result
play(struct exec *x)
{
	enum result e = RESULT_OK;
	char why[512];
	int c;

	x->in_flight = false;
	while (x->at < x->nrec && e == RESULT_OK) {
		while (exec_take_note(x, "pause"))
			;
		for (c = COMMAND_RUN; c <= COMMAND_COMMIT; c++)
			if (exec_take_note(x, words[c]))
				break;
		if (c > COMMAND_COMMIT)
			return x->at < x->nrec ? misfit(x) : e;
		e = exec_accepts(x, (enum command)c, why) ?
		    flow(x, (enum command)c) : misfit(x);
	}
	return e;
}

bool
exec_replay(struct exec *x, char *why)
{
	enum result e;

	x->opt = NULL;
	rewind_to_start(x);
	e = play(x);
	if (e != RESULT_MISFIT && e != RESULT_REFUSED)
		return true;
	snprintf(why, 512, "%s", x->why);
	return false;
}

/* The same flow over the same records, which the driver is told of; a command
 * that is under way goes on from where they end. */
static enum result
play_for(struct exec *x, const struct exec_options *opt)
{
	enum result e;

	rewind_to_start(x);
	x->opt = x->in_flight ? opt : NULL;
	x->settle = opt->driver;
	e = play(x);
	x->settle = NULL;
	x->settled = true;
	return e;
}

static enum result
command_anew(struct exec *x, enum command c, const struct exec_options *opt)
{
	enum result e = x->settled ? RESULT_OK : play_for(x, opt);

	x->opt = opt;
	if (e == RESULT_OK)
		e = exec_note(x, words[c]);
	return e == RESULT_OK ? flow(x, c) : e;
}

/* A command has ended: nothing of it may be lost any more. */
static enum result
make_durable(struct exec *x, struct driver *dr)
{
	enum result e = retain_apply(x);

	if (e != RESULT_OK)
		return e;
	if (dr->sync != NULL && dr->sync(dr->self, x->why) != OUTCOME_OK)
		return RESULT_SYSTEM;
	return exec_flush(x);
}

int
exec_know_run(struct exec *x, const char *state)
{
	return journal_identity(state, &x->keep.run);
}

int
exec_command(struct exec *x, enum command c, const struct exec_options *opt,
    char *why)
{
	bool over = !exec_accepts(x, c, why);
	enum result e;

	if (over && c != COMMAND_RESUME)
		return DECIDE;
	x->why[0] = '\0';
	if (over) /* the driver may still have lost the end of it */
		e = x->settled ? RESULT_OK : play_for(x, opt);
	else
		e = x->in_flight ? play_for(x, opt) : command_anew(x, c, opt);
	x->opt = opt;
	if (e == RESULT_OK)
		e = make_durable(x, opt->driver);
	x->opt = NULL;
	if (!over || e != RESULT_OK)
		snprintf(why, 512, "%s", x->why);
	return e == RESULT_OK ? exec_status(x) : SYSTEM;
}

int
exec_look_for_room(struct exec *x, const struct exec_options *opt, char *why)
{
	enum result e;

	x->opt = opt;
	e = spare_look(x);
	x->opt = NULL;
	if (e != RESULT_OK)
		snprintf(why, 512, "%s", x->why);
	return e == RESULT_OK ? DONE : SYSTEM;
}

const struct keep *
exec_kept(const struct exec *x)
{
	return &x->keep;
}

bool
exec_needs(const struct exec *x, const struct kept *s)
{
	return retain_is_needed(x, s);
}

int
exec_discard(struct exec *x, size_t i, const struct exec_options *opt,
    char *why)
{
	enum result e;

	e = x->settled ? RESULT_OK : play_for(x, opt);
	x->opt = opt;
	if (e == RESULT_OK)
		e = exec_keep_begin(x, i, KEEP_REMOVING);
	x->opt = NULL;
	snprintf(why, 512, "%s", x->why);
	return e == RESULT_OK ? DONE : e == RESULT_FAILED ? UNDONE : SYSTEM;
}
