/*
 * What becomes of a phase that turns out not to be valid? When a procedure
 * fails for good at its callback "validate:NAME", it is undone like any other;
 * then those before it that are of the same phase, by what the campaign says of
 * them or by their callbacks, are rolled back, last first, and the snapshots of
 * all that the phase acted on are reverted to: what is left is what the phase
 * before it was validated as (U8). The campaign stands there like before a step
 * that failed; resume begins the phase anew, with its gate.
 *
 * That it goes back is a note in the records, as the policy may say no. What
 * is rolled back then, and where it ends, follows from the campaign.
 */
#include <string.h>

#include "callback.h"
#include "campaign_fsm.h"
#include "exec_private.h"
#include "policy.h"
#include "procedure_fsm.h"

static const char goes_back[] = EXEC_PHASE_GOES_BACK;

static const char *
phase_of(const struct act *a)
{
	return a->verb == VERB_NOTIFY ? callback_phase(a->callback) : NULL;
}

/* What procedure k has to do with the phase that the callback is about. Nodes of
 * one procedure are together whatever they say. */
enum belongs { OF_IT, OF_NONE, OF_ANOTHER };

static enum belongs
part_of(const struct exec *x, size_t k, const struct act *callback)
{
	const struct run_proc *p = &x->a->proc[k];
	const struct procedure *failed = x->a->proc[callback->proc].p;
	const char *name = phase_of(callback), *own;
	enum belongs part = OF_NONE;
	size_t j;

	if (p->p->name == failed->name || (failed->phase != NAME_NONE &&
	    p->p->phase == failed->phase))
		return OF_IT;
	for (j = p->first; j < p->first + p->n; j++) {
		own = phase_of(&x->a->act[j]);
		if (own != NULL && strcmp(own, name) == 0)
			return OF_IT;
		if (own != NULL)
			part = OF_ANOTHER;
	}
	return p->p->phase == NAME_NONE ? part : OF_ANOTHER;
}

/* The first procedure that goes back with the one in which that failed: the
 * very one, if nothing else does. Where a campaign does not say of each
 * procedure which phase it is of, those between its gate and the validation
 * are. */
static size_t
first_of(const struct exec *x, const struct act *failed)
{
	bool says = x->a->proc[failed->proc].p->phase != NAME_NONE;
	size_t k, first = failed->proc;
	enum belongs part = OF_IT;

	if (failed->verb != VERB_NOTIFY ||
	    !callback_is_validation(failed->callback))
		return first;
	for (k = first; k-- > 0 && part != OF_ANOTHER;) {
		part = part_of(x, k, failed);
		if (part == OF_IT)
			first = k;
		else if (says)
			break;
	}
	return first;
}

/* Says it, and keeps what the procedures before had come to. */
static enum result
prepare(struct exec *x)
{
	const struct act *a = &x->a->act[x->failed];

	if (x->opt->kept != NULL)
		x->opt->kept(x->opt->arg, "not valid, so what its phase did "
		    "is taken back:", a->callback->label, x->why);
	return exec_keep_failed(x, x->phase, x->turn);
}

static enum result
decide(struct exec *x)
{
	const struct act *a = &x->a->act[x->failed];

	if (x->opt == NULL)
		return RESULT_HALT; /* who resumes it decides */
	if (!policy_callback_whole_phase(x->opt->policy, a->callback->label))
		return RESULT_FAILED;
	return exec_note(x, goes_back);
}

enum result
exec_phase_settle(struct exec *x, enum fsm_event *event)
{
	enum result e = RESULT_OK;
	size_t first = x->turn;

	*event = EV_SETTLED;
	if (x->failed != NONE && x->a->act[x->failed].proc == x->turn)
		first = first_of(x, &x->a->act[x->failed]);
	if (first == x->turn)
		return RESULT_OK;
	if (!exec_take_note(x, goes_back))
		e = exec_is_live(x) ? decide(x) : RESULT_FAILED;
	if (e != RESULT_OK)
		return e == RESULT_FAILED ? RESULT_OK : e;
	x->phase = first;
	*event = EV_INVALID;
	return exec_is_live(x) && x->opt != NULL ? prepare(x) : RESULT_OK;
}

enum fsm_event
exec_phase_event(const struct exec *x, enum fsm_event event, size_t next)
{
	return event == EV_ROLLED_BACK && x->phase != NONE &&
	    (next < x->phase || next >= x->a->nproc) ? EV_UNDONE : event;
}
