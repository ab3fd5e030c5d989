/* What one command of an operator holds while it is carried out. Functions
 * return an exit status, and have said what is wrong by then. */
#ifndef CG_SESSION_H
#define CG_SESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "diag.h"
#include "digest.h"
#include "exec.h"
#include "fault.h"
#include "inputs.h"
#include "operate.h"
#include "policy.h"
#include "src.h"
#include "statedir.h"

enum { DONE, ERRORS, USAGE, SYSTEM, UNDONE, DECIDE };
enum { WHY = 512 };

struct session { /* everything one command holds */
	const struct operate_options *o;
	struct diag *diag;
	struct statedir *dir;
	struct journal *journal;
	struct inputs in; /* the target: of check, or NULL */
	struct actions *a;
	struct exec *x;
	struct driver *driver;
	struct policy *policy;
	char policy_digest[DIGEST_TEXT];
	struct faults faults;
	struct src *fault_src;
	FILE *events;
	char why[WHY];
};

/* A line on standard error; returns the status it is given. */
int session_say(int status, const char *fmt, const char *a, const char *b);
int session_system_failure(const char *what, const char *path, int err);
/* err is negative; what was reported is not said again. */
int session_statedir_failure(const struct session *, const char *what,
    int err);

/* The campaign and the models that are named; the actions that they mean. */
int session_read_inputs(struct session *);
/* Is it the approved campaign? Was it made for this source? */
int session_is_approved(const struct session *);
int session_is_for_source(const struct session *);
int session_read_policy(struct session *, const char *path);
/* The one the run keeps, if it has one. */
int session_reopen_policy(struct session *);
int session_read_faults(struct session *);
/* Is there such a driver? Loads it, opens nothing. */
int session_has_driver(struct session *);
int session_open_driver(struct session *, bool fresh);
/* Is the system what the campaign was made for? */
int session_compare(struct session *);

/* A run that there is, to go on with it, or only to look. */
int session_reopen(struct session *, bool look);

/* Tells the errors, while the texts they are about are still there, and frees
 * all of it. */
void session_end(struct session *);

#endif
