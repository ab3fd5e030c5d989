/*
 * Which command is accepted when, and with which exit status does it end?
 */
#include <stdio.h>
#include <string.h>

#include "exec_private.h"

static const char *const words[] = { "run", "resume", "rollback", "commit" };

const char *
campaign_state_name(enum campaign_state s)
{
	switch (s) {
	case CAMPAIGN_INITIAL:
		return "INITIAL";
	case CAMPAIGN_EXECUTING:
		return "EXECUTING";
	case CAMPAIGN_SUSPENDED:
		return "EXECUTION_SUSPENDED";
	case CAMPAIGN_COMPLETED:
		return "EXECUTION_COMPLETED";
	case CAMPAIGN_COMMITTED:
		return "CAMPAIGN_COMMITTED";
	case CAMPAIGN_SUSPENDED_BY_ERROR:
		return "SUSPENDED_BY_ERROR_DETECTED";
	case CAMPAIGN_FAILED:
		return "EXECUTION_FAILED";
	case CAMPAIGN_ROLLING_BACK:
		return "ROLLING_BACK";
	case CAMPAIGN_ROLLBACK_SUSPENDED:
		return "ROLLBACK_SUSPENDED";
	case CAMPAIGN_ROLLBACK_COMPLETED:
		return "ROLLBACK_COMPLETED";
	case CAMPAIGN_ROLLBACK_COMMITTED:
		return "ROLLBACK_COMMITTED";
	case CAMPAIGN_ROLLBACK_FAILED:
		return "ROLLBACK_FAILED";
	}
	return "?";
}

/* --- what is accepted --- */

#define BIT(c) (1u << COMMAND_##c)

struct rule {
	enum campaign_state state;
	unsigned accepted;
	const char *instead; /* what to say to the others */
};

static const struct rule rules[] = {
	{ CAMPAIGN_INITIAL, BIT(RUN) | BIT(RESUME), "resume it" },
	{ CAMPAIGN_EXECUTING, BIT(RESUME), "resume it" },
	{ CAMPAIGN_SUSPENDED, BIT(RESUME) | BIT(ROLLBACK),
	    "resume it or roll it back" },
	{ CAMPAIGN_COMPLETED, BIT(COMMIT) | BIT(ROLLBACK),
	    "commit it or roll it back" },
	{ CAMPAIGN_SUSPENDED_BY_ERROR, BIT(RESUME) | BIT(ROLLBACK),
	    "resume it once the cause is mended, or roll it back" },
	{ CAMPAIGN_FAILED, BIT(ROLLBACK),
	    "rollback restores the backup taken before the start" },
	{ CAMPAIGN_ROLLING_BACK, BIT(RESUME), "resume goes on rolling back" },
	{ CAMPAIGN_ROLLBACK_SUSPENDED, BIT(RESUME) | BIT(ROLLBACK),
	    "resume or rollback goes on" },
	{ CAMPAIGN_ROLLBACK_COMPLETED, BIT(COMMIT) | BIT(ROLLBACK),
	    "commit ends it" },
	{ CAMPAIGN_ROLLBACK_FAILED, BIT(ROLLBACK),
	    "rollback restores the backup taken before the start" },
	{ CAMPAIGN_COMMITTED, 0, "it is over: a new campaign leads on" },
	{ CAMPAIGN_ROLLBACK_COMMITTED, BIT(ROLLBACK),
	    "it is over: the system is what it was" },
};

bool
exec_accepts(const struct exec *x, enum command c, char *why)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].state != x->state)
			continue;
		if (x->in_flight ? c == COMMAND_RESUME :
		    (rules[i].accepted & (1u << c)) != 0)
			return true;
		snprintf(why, 512, "%s is not accepted now: the campaign is "
		    "%s; %s", words[c], campaign_state_name(x->state),
		    x->in_flight ? "resume it" : rules[i].instead);
		return false;
	}
	return false;
}

bool
exec_in_flight(const struct exec *x, enum command *c)
{
	*c = x->command;
	return x->in_flight;
}

/* --- flow --- */

static enum result
flow(struct exec *x, enum command c)
{
	switch (c) {
	case COMMAND_RUN:
	case COMMAND_RESUME:
		if (x->state == CAMPAIGN_ROLLBACK_SUSPENDED)
			return exec_roll_back(x);
		return exec_run_forward(x);
	case COMMAND_ROLLBACK:
		if (x->state == CAMPAIGN_ROLLBACK_COMPLETED ||
		    x->state == CAMPAIGN_ROLLBACK_COMMITTED)
			return RESULT_OK;
		return exec_roll_back(x);
	default:
		return exec_commit(x);
	}
}

/* Back to before a command, so that it can be played from its beginning once
 * more, over the same records. */
static void
rewind_to_start(struct exec *x)
{
	memset(x->done, 0, x->a->n * sizeof(*x->done));
	x->ndone = 0;
	world_revert(x->w, x->base);
	x->state = CAMPAIGN_INITIAL;
	x->at = 0;
}

/* Plays all commands in the records; the last may be unfinished. */
static enum result
play(struct exec *x)
{
	enum result e = RESULT_OK;
	int c;

	x->in_flight = false;
	while (x->at < x->nrec) {
		while (exec_take_note(x, "pause"))
			;
		for (c = COMMAND_RUN; c <= COMMAND_COMMIT; c++)
			if (exec_take_note(x, words[c]))
				break;
		if (c > COMMAND_COMMIT)
			return x->at < x->nrec ? RESULT_MISFIT : e;
		x->command = (enum command)c;
		x->in_flight = true;
		e = flow(x, x->command);
		if (e == RESULT_HALT || e == RESULT_SYSTEM ||
		    e == RESULT_MISFIT)
			return e;
		x->in_flight = false;
	}
	return e;
}

bool
exec_replay(struct exec *x, char *why)
{
	x->opt = NULL;
	rewind_to_start(x);
	if (play(x) != RESULT_MISFIT)
		return true;
	if (x->why[0] == '\0')
		snprintf(x->why, sizeof(x->why), "the journal's commands are "
		    "not in an order this program knows");
	snprintf(why, 512, "%s", x->why);
	return false;
}

static int
status_of(const struct exec *x, enum result e)
{
	switch (e) {
	case RESULT_OK:
		return 0;
	case RESULT_UNDONE:
		return 4;
	case RESULT_ABORT:
	case RESULT_STOP:
	case RESULT_BROKEN:
		return 5;
	case RESULT_FAILED:
		return x->state == CAMPAIGN_ROLLBACK_FAILED ? 5 : 4;
	default:
		return 3;
	}
}

static bool
has_ended(enum result e)
{
	return e != RESULT_SYSTEM && e != RESULT_HALT && e != RESULT_MISFIT;
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
	enum result e = RESULT_OK;

	if (!x->settled)
		e = play_for(x, opt);
	if (!has_ended(e))
		return e;
	x->opt = opt;
	e = exec_note(x, words[c]);
	x->command = c;
	x->in_flight = true;
	return e == RESULT_OK ? flow(x, c) : e;
}

/* A command has ended: nothing of it may be lost any more. */
static enum result
make_durable(struct exec *x, struct driver *dr)
{
	if (dr->sync != NULL && dr->sync(dr->self, x->why) != OUTCOME_OK)
		return RESULT_SYSTEM;
	return exec_flush(x);
}

int
exec_command(struct exec *x, enum command c, const struct exec_options *opt,
    char *why)
{
	enum result e, f;

	x->why[0] = '\0';
	e = x->in_flight ? play_for(x, opt) : command_anew(x, c, opt);
	if (has_ended(e)) {
		x->in_flight = false;
		x->opt = opt;
		f = make_durable(x, opt->driver);
		e = f == RESULT_OK ? e : f;
	}
	x->opt = NULL;
	snprintf(why, 512, "%s", x->why);
	return status_of(x, e);
}
