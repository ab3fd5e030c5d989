/*
 * What is there to say to the author of a model? All checks, the doubts among
 * them; a program that only wants to know whether a model is right does
 * without this file.
 */
#include "check.h"

static const struct check_row all[CHECK_COUNT] = {
#include "check_rows.h"
};

bool
model_check(const struct model *m, struct diag *d)
{
	return check_run(m, all, false, d);
}

bool
model_lint(const struct model *m, struct diag *d)
{
	return check_run(m, all, true, d);
}
