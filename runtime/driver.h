/* What carries actions out: a simulated cluster, programs, libvirt. */
#ifndef CG_DRIVER_H
#define CG_DRIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "actions.h"
#include "apply.h"

/* How a driver says that a machine is not where it was caught: the words
 * between two names. */
#define DRIVER_STRAYED " has strayed from "

enum outcome {
	OUTCOME_OK,
	OUTCOME_FAILED, /* not done, or done wrong: why says it */
	OUTCOME_SYSTEM, /* the driver itself cannot go on (disk, ...) */
	OUTCOME_RUNNING, /* begun, and not ended yet */
};

enum direction { DO_FORWARD, DO_UNDO, DO_ROLLBACK };

struct order { /* one action to be carried out */
	/* Of the journal's record that began it: later orders have larger
	 * ones, and no two orders of a state directory the same. */
	uint64_t number;
	uint32_t seq; /* of the act, from 1 */
	enum verb verb; /* reversed already for undo and rollback */
	enum direction direction;
	uint32_t attempt; /* from 1 */
	uint32_t entity, on, bundle, to; /* to: migrate, morph */
	const struct callback *callback; /* notify: of the campaign; else NULL */
	/* An administrative operation of the campaign, the undoing one when it
	 * is taken back, with its parameters; else NULL. How a machine that
	 * runs is changed is in the parameters, see admin.h. */
	const struct admin_op *operation;
	uint32_t command, args; /* command: the path of it, its argument */
	const struct world *before; /* the model as it is */
	/* modify-im: the model with the change made (undo, rollback: taken
	 * back), else NULL, and the objects it changes: see world_each_since.
	 * online: a step that restarts, or a change outside steps: what stands
	 * may be changed. */
	const struct world *after;
	const struct actions *actions; /* of the campaign */
	const uint32_t *touched; /* notify: what is acted on after it */
	size_t ntouched;
	bool online;
	const char *snapshot; /* snapshot, revert, discard: its name; or NULL */
	int64_t timeout; /* how long it will be waited for, ns; 0: for ever */
};

enum probed { PROBE_DONE, PROBE_NOT_DONE, PROBE_UNKNOWN };

enum { IDENTITY_TEXT = 256 };

/* The real machine that an EE runs on, as it is known from outside the EE
 * (D1). Texts are empty where nothing is known. */
struct identity {
	char serial[IDENTITY_TEXT], type[IDENTITY_TEXT], model[IDENTITY_TEXT];
	uint32_t on; /* the EE it stands on there; NAME_NONE: not known */
	char visit[IDENTITY_TEXT]; /* another one each time it gets there */
};

enum identified { IDENTIFIED, IDENTIFIED_DOWN, IDENTIFIED_UNKNOWN };

/* Can more of a resource be given to an EE that runs, can some be taken from it,
 * can it be moved as it runs? As it is seen from outside of it. */
enum able_way { ABLE_PLUG, ABLE_UNPLUG, ABLE_MOVE };
enum able { ABLE, UNABLE, ABLE_UNKNOWN };

/* A place that snapshots go to, as people know it, and the bytes left there. */
typedef void (*room_function)(void *arg, const char *place, uint64_t left);

struct said;

struct driver {
	const char *name;
	/* Carries the order out, or begins to: then RUNNING, and until it has
	 * ended or is cancelled only wait and cancel are called; the order
	 * lives as long. why (at least 512 bytes) gets a sentence when it
	 * FAILED or SYSTEM. */
	enum outcome (*begin)(void *self, const struct order *, char *why);
	/* Waits for what runs, at most so many ns or until a signal comes:
	 * RUNNING, or how it ended. NULL if begin never says RUNNING. */
	enum outcome (*wait)(void *self, int64_t ns, char *why);
	/* Gives up what runs: it does nothing more. */
	void (*cancel)(void *self);
	/* Was this order done? Asked when it was begun before a crash, and
	 * when it failed or was cancelled. */
	enum probed (*probe)(void *self, const struct order *);
	/* NULL for what forgets nothing when the power fails. Else every order
	 * of the journal that was done (it ended well, or failed and is to be
	 * reversed) is told again, in the order of their numbers, before this
	 * process begins another one: what is missing is made good. OK, or
	 * SYSTEM with why. */
	enum outcome (*settled)(void *self, const struct order *, char *why);
	/* Before a command ends: keeps durably what was done. NULL: nothing to
	 * do. OK, or SYSTEM with why. */
	enum outcome (*sync)(void *self, char *why);
	/* Names what differs between the system and the model, at most max
	 * differences, as lines to f; the number of all. */
	size_t (*compare)(void *self, const struct world *, FILE *f,
	    size_t max);
	/* Gives everything back to how it was before the run (fall-back). */
	enum outcome (*restore)(void *self, char *why);
	/* On which machine does this EE run now? Quick, and asked between
	 * actions and by others than who carries them out. DOWN: it does not
	 * run; UNKNOWN with why. NULL: this driver never knows. */
	enum identified (*identify)(void *self, const struct world *,
	    uint32_t ee, struct identity *, char *why);
	/* Runs a program (argv ends with NULL) inside an EE that runs, for at
	 * most so many ns, and takes what it says, as asked.h has it. False
	 * with why. NULL: this driver cannot look inside. */
	bool (*inside)(void *self, const struct world *, uint32_t ee,
	    char *const *argv, int64_t limit, struct said *, char *why);
	/* What is an EE able to, as its host sees it? why says what was seen,
	 * or why it is not known; empty where nothing ever is of such a
	 * resource. NULL: this driver knows nothing of that. */
	enum able (*able)(void *self, const struct world *, uint32_t ee,
	    enum able_way, const char *resource, char *why);
	/* Where do snapshots go, and how much room is left there? Calls tell
	 * with each such place besides the state directory. Quick; nothing is
	 * changed. False with why where it cannot be known. NULL: there is no
	 * other place. */
	bool (*room)(void *self, room_function tell, void *arg, char *why);
	void (*free)(void *self);
	void *self;
};

struct campaign;
struct diag;
struct faults;
struct policy;

struct driver_options {
	const char *state_dir; /* the driver keeps what it must keep below it */
	const struct model *source;
	const struct policy *policy; /* NULL: none */
	const struct actions *actions; /* of the campaign */
	const struct campaign *campaign; /* or NULL */
	struct diag *diag; /* what compare finds besides; or NULL */
	struct faults *faults; /* what goes wrong on order; NULL: nothing */
	bool fresh; /* a new run: set up; else: load what is there */
	/* Only to look, beside whoever is at work: nothing is written below
	 * state_dir, which may be NULL, and only identify, inside and
	 * free are called. */
	bool look;
};

#endif
