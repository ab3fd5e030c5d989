/* Carrying a campaign out: forward, undo, retry, rollback, commit (DESIGN 7).
 * What was decided depends on the journal alone: a killed run is played again
 * from its records to the point where they end, and goes on from there. */
#ifndef CG_EXEC_H
#define CG_EXEC_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "actions.h"
#include "apply.h"
#include "buf.h"
#include "driver.h"
#include "fsm.h"
#include "journal.h"

struct policy;
struct keep;
struct kept;

/* How the reason begins with which an action fails for want of a snapshot. */
#define EXEC_NO_SNAPSHOT "no snapshot of "

/* The note that a phase which is not valid goes back. */
#define EXEC_PHASE_GOES_BACK "phase goes back"

enum command { COMMAND_RUN, COMMAND_RESUME, COMMAND_ROLLBACK, COMMAND_COMMIT };

struct exec_options {
	struct driver *driver; /* NULL: only play the records again */
	struct journal *journal; /* NULL: likewise */
	FILE *events; /* JSON lines, or NULL */
	const volatile sig_atomic_t *stop; /* 1: at the next safe point, 2: undo
	                                    * what runs; NULL: never */
	const struct policy *policy; /* timeouts, callbacks; NULL: none */
	/* Somebody is to be told of a callback; may be NULL. Likewise, of one
	 * that failed and may, with the reason. */
	void (*called)(void *arg, const struct order *);
	void (*forgave)(void *arg, const struct order *, const char *why);
	/* May what stands behind this callback begin? NULL: it may. */
	bool (*ask)(const struct order *);
	/* A snapshot was taken of what failed, reverted to, or is missing (why
	 * says how so; NULL: all is well); may be NULL. */
	void (*kept)(void *arg, const char *what, uint32_t dn, const char *why);
	const char *state; /* the state directory, or NULL */
	void (*progress)(void *arg, const struct actions *, size_t at,
	    enum direction, uint32_t attempt, bool ended);
	/* An order has run for so many ns and still does: called some ten times
	 * a second; may be NULL. */
	void (*waiting)(void *arg, const struct order *, int64_t spent);
	void *arg;
};

struct exec;

/* Takes records as journal_open gives them; arg is the exec. */
struct exec *exec_new(const struct campaign *, const struct model *source,
    const struct actions *);
bool exec_record(void *exec, const struct record *);

/* The names of its snapshots bear a number of the run's journal; 0 or
 * -errno. */
int exec_know_run(struct exec *, const char *state);

/* Plays the records taken so far. False (and a sentence in why, 512 bytes) if
 * they do not fit the campaign. */
bool exec_replay(struct exec *, char *why);

/* A file of events, written so far by those who were killed, gets what is in
 * the records taken and was not told; a torn line is cut off. A file that is
 * not of this run, or no plain file, stays as it is. 0 or -errno. */
int exec_tell_rest(const struct exec *, const char *path);

/* Is a command still under way where the records end? Which? */
bool exec_in_flight(const struct exec *, enum command *);

/* Is the command accepted now? If not, why says which one is. */
bool exec_accepts(const struct exec *, enum command, char *why);

/* Carries a command out (RESUME goes on with one in flight). One that is not
 * accepted does nothing. Returns the exit status that goes with where the
 * campaign rests then: 0 done, 3 system failure (why), 4 a step failed and is
 * undone, 5 an operator must decide. */
int exec_command(struct exec *, enum command, const struct exec_options *,
    char *why);

/* Says where there is not room enough before a command begins; 0, or 3 with
 * why. */
int exec_look_for_room(struct exec *, const struct exec_options *, char *why);

/* State of the campaign, CMPG_INITIAL and so on (campaign_fsm.h); its name. */
int exec_state(const struct exec *);
const char *exec_state_name(const struct exec *);
/* The exit status of a command that led to where the campaign rests; what can
 * be done from there, for a person. */
int exec_status(const struct exec *);
const char *exec_advice(const struct exec *);
size_t exec_done(const struct exec *); /* actions done and not undone */
/* Where the campaign stands, as lines for a person: which procedure is in the
 * middle, its state and those of its nested steps, why, what is accepted. */
void exec_stand(const struct exec *, struct buf *);

/* Called with every row that a machine takes, while records are played too.
 * proc is the index of the procedure, nested that of the nested step; 0 where
 * the machine is not inside one. */
typedef void (*exec_row_function)(void *arg, const struct fsm *, size_t proc,
    size_t nested, const struct fsm_row *);
void exec_on_row(struct exec *, exec_row_function, void *arg);

/* The snapshots there are, by the records taken. */
const struct keep *exec_kept(const struct exec *);
/* Does a rollback need it? */
bool exec_needs(const struct exec *, const struct kept *);
/* Removes the i-th, which nothing needs: 0, 3 (system) or 4 (it could not be
 * removed) with why. Not while a command is in flight. */
int exec_discard(struct exec *, size_t i, const struct exec_options *,
    char *why);

/* The model as the run has made it so far; the run's. */
const struct world *exec_world(const struct exec *);
void exec_free(struct exec *);

#endif
