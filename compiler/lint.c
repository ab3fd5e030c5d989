/*
 * What would a colleague say about this model? The rules here are beyond right
 * and wrong, so only lint asks for them, after all checks have passed. They
 * see the model as checks do, and are made as one of them.
 */
#include "check.h"
#include "lint.h"

/* A check has no argument of its own; only one run is made at a time. */
static const struct policy *the_policy;

static bool
advise(struct check *c)
{
	lint_timeouts(c, the_policy);
	lint_replicas(c);
	lint_sponsors(c);
	lint_room(c, the_policy);
	return true;
}

void
lint_advise(const struct model *m, const struct policy *p, struct diag *d)
{
	static const struct check_row rows[CHECK_COUNT] = {
		[0] = { .model = advise },
	};
	const struct check_how how = { rows, true, NULL };

	the_policy = p;
	check_run(m, &how, d);
	the_policy = NULL;
}
