/* The operator's commands: check, run, resume, rollback, commit, suspend,
 * status, model, snapshots. Each returns an exit status and has said everything
 * on standard error by then. */
#ifndef CG_OPERATE_H
#define CG_OPERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"

struct operate_options {
	const char *campaign, *source, *state; /* paths */
	const char *driver, *policy, *expect, *events;
	const char **fail; /* --fail, as given */
	size_t nfail;
	const char *fault_file;
	size_t seed; /* of what fails by chance */
	bool yes, commit;
	const char *remove; /* a snapshot, or "failed" */
	bool check; /* only say whether it could be run */
	const char *target; /* of a check; NULL: none */
	int64_t within; /* how long it may take, ns; 0: not said */
	bool rehearse; /* there and back again */
	enum diag_format format; /* of the findings */
	const char *command; /* the word */
};

/* run, check and rehearse; resume, rollback and commit; suspend; status; model.
 * EXIT_DONE, or what ended it. */
int operate_run(const struct operate_options *, struct diag *);
int operate_continue(const struct operate_options *, struct diag *);
int operate_suspend(const struct operate_options *, struct diag *);
int operate_status(const struct operate_options *, struct diag *);
int operate_model(const struct operate_options *, struct diag *);
/* The snapshots of a run: lists them, or removes some (U11). */
int operate_snapshots(const struct operate_options *, struct diag *);

#endif
