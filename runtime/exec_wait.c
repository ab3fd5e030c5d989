/*
 * How long is an action waited for? Until it ends, its time is up or the
 * operator gives it up, whichever is first; it is asked in slices, so that the
 * operator is heard.
 */
#include <stdio.h>
#include <string.h>

#include "exec_wait.h"
#include "callback.h"
#include "os.h"
#include "timeout.h"

enum { SLICE = 100000000 }; /* ns */

static sig_atomic_t
wishes(const struct exec *x)
{
	return x->opt->stop == NULL ? 0 : *x->opt->stop;
}

static bool
is_given_up(const struct exec *x, const struct order *o, sig_atomic_t before)
{
	return wishes(x) >= 2 && (wishes(x) > before ||
	    (o->direction == DO_FORWARD && exec_may_abort(x)));
}

static void
say(struct exec *x, const struct order *o, const char *what)
{
	bool named = o->entity != NAME_NONE;

	snprintf(x->why, sizeof(x->why), "%s%s%.200s%s %s",
	    verb_name(o->verb), named ? " of \"" : "",
	    named ? name_str(o->entity) : "", named ? "\"" : "", what);
}

static void
say_late(struct exec *x, const struct order *o)
{
	char text[80];

	snprintf(text, sizeof(text), "took longer than %lld.%03lld s and was "
	    "given up", (long long)(o->timeout / 1000000000),
	    (long long)(o->timeout / 1000000 % 1000));
	say(x, o, text);
}

static enum ending
wait_for(struct exec *x, const struct order *o, enum outcome *out)
{
	struct driver *dr = x->opt->driver;
	int64_t began = os_clock(), left;
	sig_atomic_t before = wishes(x);

	for (;;) {
		if (is_given_up(x, o, before))
			return ENDING_GIVEN_UP;
		if (o->callback != NULL && callback_is_notice(o->callback))
			return ENDING_LATE;
		left = o->timeout <= 0 ? SLICE :
		    began + o->timeout - os_clock();
		if (left <= 0)
			return ENDING_LATE;
		*out = dr->wait(dr->self, left < SLICE ? left : SLICE,
		    x->why);
		if (*out != OUTCOME_RUNNING)
			return ENDING_OWN;
		if (x->opt->waiting != NULL)
			x->opt->waiting(x->opt->arg, o, os_clock() - began);
	}
}

/* Says no once, however often it is tried. */
static bool
may_begin(struct exec *x, const struct order *o)
{
	if (x->opt->ask == NULL || o->direction != DO_FORWARD)
		return true;
	if (x->refused != o->seq && x->opt->ask(o))
		return true;
	x->refused = o->seq;
	snprintf(x->why, sizeof(x->why), "the operator said no at \"%.200s\"",
	    name_str(o->callback->label));
	return false;
}

/* What the policy says of a callback comes before the driver. */
static bool
is_let_pass(struct exec *x, const struct order *o)
{
	switch (callback_answer(x->opt->policy, o)) {
	case ANSWER_FAIL:
		snprintf(x->why, sizeof(x->why), "the callback \"%.200s\" "
		    "fails, as the policy says",
		    name_str(o->callback->label));
		return false;
	case ANSWER_ASK:
		return may_begin(x, o);
	case ANSWER_NOTIFY:
		if (x->opt->called != NULL)
			x->opt->called(x->opt->arg, o);
		return true;
	default:
		return true;
	}
}

static bool
may_fail(const struct exec *x, const struct order *o)
{
	const struct policy *p = x->opt->policy;

	if (o->callback != NULL)
		return policy_callback_may_fail(p, o->callback->label,
		    (unsigned)o->direction);
	return o->entity != NAME_NONE && o->snapshot == NULL &&
	    o->verb != VERB_MODIFY_IM && policy_may_fail(p, o->entity,
	    world_value(o->before, o->entity, N_saPlmEEType),
	    (unsigned)o->verb);
}

/* One that failed may, if the policy says so. */
static enum outcome
forgive(struct exec *x, const struct order *o, enum outcome out)
{
	if (out != OUTCOME_FAILED || !may_fail(x, o))
		return out;
	if (x->opt->forgave != NULL)
		x->opt->forgave(x->opt->arg, o, x->why);
	x->forgiven = true;
	return OUTCOME_OK;
}

enum outcome
exec_order_and_wait(struct exec *x, const struct order *o, enum ending *ending)
{
	struct driver *dr = x->opt->driver;
	enum outcome out;

	out = dr->begin(dr->self, o, x->why);
	if (out == OUTCOME_RUNNING)
		*ending = wait_for(x, o, &out);
	if (*ending == ENDING_OWN)
		return forgive(x, o, out);
	dr->cancel(dr->self);
	if (*ending == ENDING_LATE && o->callback != NULL)
		return OUTCOME_OK; /* nobody answered: it passes */
	if (*ending == ENDING_LATE)
		say_late(x, o);
	else
		say(x, o, "was given up by the operator");
	return OUTCOME_FAILED;
}

bool
exec_snapshots(const struct exec *x, const struct order *o, size_t i)
{
	return policy_callback_snapshots(x->opt->policy, o->callback->label,
	    (unsigned)o->direction, o->touched[i]);
}

static void
say_unkept(struct exec *x, uint32_t dn, bool back)
{
	char why[sizeof(x->why)];

	memcpy(why, x->why, sizeof(why));
	snprintf(x->why, sizeof(x->why), EXEC_NO_SNAPSHOT "\"%.100s\"%s: "
	    "%.350s", name_str(dn), back ? " to go back to" : "", why);
}

/* What was taken when the callback was called. */
static enum result
go_back_to(struct exec *x, uint32_t dn, uint32_t seq)
{
	size_t i;

	for (i = x->keep.n; i-- > 0;)
		if (x->keep.v[i].entity == dn && x->keep.v[i].seq == seq &&
		    x->keep.v[i].kind == KEEP_BEFORE &&
		    x->keep.v[i].deed != KEEP_UNTAKEN &&
		    keep_is_there(&x->keep.v[i]))
			return exec_keep_begin(x, i, KEEP_REVERTING);
	snprintf(x->why, sizeof(x->why), "none was taken");
	return RESULT_FAILED;
}

/* Snapshots of what is about to be touched; on the way back it is reverted to
 * them. They are part of the callback, and bear its number. */
static enum outcome
keep_snapshots(struct exec *x, const struct order *o)
{
	bool back = o->direction != DO_FORWARD;
	enum result e = RESULT_OK;
	size_t i;

	for (i = 0; i < o->ntouched && e == RESULT_OK; i++) {
		if (!exec_snapshots(x, o, i))
			continue;
		e = back ? go_back_to(x, o->touched[i], o->seq) :
		    exec_keep_take(x, o->touched[i], KEEP_BEFORE, o->seq, 0);
		if (e == RESULT_FAILED)
			say_unkept(x, o->touched[i], back);
	}
	x->unkept = e != RESULT_OK;
	return e == RESULT_OK ? OUTCOME_OK : e == RESULT_FAILED ?
	    OUTCOME_FAILED : OUTCOME_SYSTEM;
}

enum outcome
exec_begin_and_wait(struct exec *x, const struct order *o,
    enum ending *ending)
{
	enum outcome out = OUTCOME_OK;

	*ending = ENDING_OWN;
	x->unkept = x->forgiven = false;
	if (o->callback != NULL && !is_let_pass(x, o))
		return OUTCOME_FAILED;
	if (o->callback != NULL)
		out = keep_snapshots(x, o);
	return out == OUTCOME_OK ? exec_order_and_wait(x, o, ending) : out;
}
