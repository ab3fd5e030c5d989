/* The operator's commands: run, resume, rollback, commit, suspend, status,
 * model (DESIGN 7, 9). Each returns an exit status and has said everything on
 * standard error by then. */
#ifndef CG_OPERATE_H
#define CG_OPERATE_H

#include <stdbool.h>
#include <stddef.h>

struct diag;

struct operate_options {
	const char *campaign, *source, *state; /* paths */
	const char *driver, *policy, *expect, *events;
	const char **fail; /* --fail, as given */
	size_t nfail;
	const char *fault_file;
	size_t seed; /* of what fails by chance */
	bool yes, commit;
	bool rehearse; /* there and back again */
	int format; /* enum diag_format of the findings */
	const char *command; /* the word */
};

int operate_run(const struct operate_options *, struct diag *);
int operate_continue(const struct operate_options *, struct diag *);
int operate_suspend(const struct operate_options *, struct diag *);
int operate_status(const struct operate_options *, struct diag *);
int operate_model(const struct operate_options *, struct diag *);

#endif
