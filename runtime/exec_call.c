/*
 * Who is told of a rollback? Callbacks at its beginning, and those of the
 * commit when it is committed. Nothing was done that they reverse, so they are
 * called in order, once, however often the rollback is suspended; one that
 * fails is called once more.
 */
#include "exec_private.h"

enum { TRIES = 2 };

static enum result
call(struct exec *x, size_t i)
{
	enum result e = RESULT_FAILED;
	uint32_t attempt;
	bool again;

	for (attempt = 1; attempt <= TRIES && e == RESULT_FAILED; attempt++)
		e = exec_act(x, i, DO_ROLLBACK, attempt, &again);
	return e;
}

enum result
exec_call_rolling_back(struct exec *x)
{
	enum result e = RESULT_OK;

	for (; x->a->rollback + x->ncalled < x->a->n && e == RESULT_OK;
	    x->ncalled += e == RESULT_OK)
		e = call(x, x->a->rollback + x->ncalled);
	return e == RESULT_FAILED ? RESULT_BROKEN : e;
}

/* A failure does not undo the decision. */
enum result
exec_call_committed_back(struct exec *x)
{
	enum result e = RESULT_OK;
	size_t i;

	for (i = x->a->wrapup; i < x->a->wrapup + x->c->nat_commit &&
	    (e == RESULT_OK || e == RESULT_FAILED); i++)
		e = call(x, i);
	return e == RESULT_FAILED ? RESULT_OK : e;
}
