/*
 * How is one action carried out so that a crash loses and doubles nothing?
 *
 * E1  A BEGIN record is synced before the driver hears of the action.
 * E2  The END record follows; it is synced with the next BEGIN at the latest,
 *     and told as an event only then.
 * E3  While records are left they are taken instead of the driver: the same
 *     flow of control runs over them, so that a resumed run is where the
 *     killed one was.
 * E4  A BEGIN without END is asked about before anything else is done.
 * E5  So the driver need not make durable what it did: the journal has all of
 *     it but the latest action, and tells it again to a driver that may have
 *     lost it (settled), whenever a process begins; the latest is asked about.
 *     What the journal cannot tell again, a restore, is durable before the
 *     journal says that it was done.
 * E6  An action's number is that of its BEGIN record. As that was synced before
 *     the driver heard of it, no other action ever gets the same.
 * E7  A row of a machine is written before the action it asks for is begun,
 *     and is on disk with that. Nothing is decided by it: where one is missing
 *     it was lost, or not yet written; where one stands, it must be the one.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign_fsm.h"
#include "exec_private.h"
#include "exec_wait.h"
#include "gate.h"
#include "os.h"
#include "timeout.h"

/* --- records --- */

struct exec *
exec_new(const struct campaign *c, const struct model *source,
    const struct actions *a)
{
	struct exec *x = mem_alloc(1, sizeof(*x));

	x->c = c;
	x->a = a;
	x->w = world_new(source);
	x->base = world_mark(x->w);
	x->done = mem_alloc(a->n, sizeof(*x->done));
	x->mark = mem_alloc(a->n, sizeof(*x->mark));
	x->begun = mem_alloc(a->n, sizeof(*x->begun));
	exec_machines_new(x);
	return x;
}

/* What is known by now, see exec_keep.c. */
static void
begins(struct exec *x, const struct record *r)
{
	if (r->kind == RECORD_NOTE || r->kind == RECORD_BEGIN)
		x->last_known = r->number;
	if (r->kind == RECORD_BEGIN && r->a > 0 && r->a <= x->a->n)
		x->begun[r->a - 1] = r->number;
}

bool
exec_record(void *exec, const struct record *r)
{
	struct exec *x = exec;
	bool end = r->kind == RECORD_END;
	bool note = r->kind == RECORD_NOTE;

	if (r->kind == RECORD_HEAD)
		return true;
	if (r->kind == RECORD_KEEP)
		return keep_record(&x->keep, r);
	begins(x, r);
	x->rec = mem_grow(x->rec, x->nrec, &x->cap, sizeof(*x->rec));
	x->text = mem_grow(x->text, x->nrec, &x->text_cap, sizeof(*x->text));
	x->rec[x->nrec] = *r;
	x->text[x->nrec] = NULL;
	if (note || (end && (r->d != OUTCOME_OK || r->len > 0))) {
		x->text[x->nrec] = mem_alloc(r->len + 1, 1);
		if (r->len > 0)
			memcpy(x->text[x->nrec], r->text, r->len);
	}
	x->nrec++;
	return true;
}

bool
exec_is_live(const struct exec *x)
{
	return x->at == x->nrec;
}

bool
exec_take_note(struct exec *x, const char *text)
{
	if (x->at == x->nrec || x->rec[x->at].kind != RECORD_NOTE ||
	    strcmp(x->text[x->at], text) != 0)
		return false;
	x->at++;
	return true;
}

static enum result
journal_failed(struct exec *x, int err)
{
	snprintf(x->why, sizeof(x->why), "cannot write the journal: %s",
	    strerror(-err));
	return RESULT_SYSTEM;
}

/* --- events --- */

static enum result
tell(struct exec *x, const struct record *r)
{
	int err;

	if (x->opt->progress != NULL)
		x->opt->progress(x->opt->arg, x->a, r->a - 1,
		    (enum direction)r->b, r->c, r->kind == RECORD_END);
	err = exec_tell(x, r, x->opt->events);
	if (err == 0)
		return RESULT_OK;
	snprintf(x->why, sizeof(x->why), "cannot write events: %s",
	    strerror(-err));
	return RESULT_SYSTEM;
}

static enum result
tell_end(struct exec *x)
{
	if (!x->end_pending)
		return RESULT_OK;
	x->end_pending = false;
	return tell(x, &x->end);
}

enum result
exec_flush(struct exec *x)
{
	struct record r = { .kind = RECORD_NOTE, .text = "pause", .len = 5 };
	int err;

	if (!x->end_pending || !exec_is_live(x) || x->opt == NULL)
		return RESULT_OK;
	err = journal_add(x->opt->journal, &r, true);
	if (err != 0)
		return journal_failed(x, err);
	return tell_end(x);
}

enum result
exec_note(struct exec *x, const char *text)
{
	struct record r = { .kind = RECORD_NOTE, .text = text,
		.len = strlen(text) };
	int err;

	if (x->opt == NULL)
		return RESULT_HALT;
	err = journal_add(x->opt->journal, &r, true);
	if (err != 0)
		return journal_failed(x, err);
	x->last_known = journal_count(x->opt->journal);
	return tell_end(x);
}

static bool
same_row(const struct record *a, const struct record *b)
{
	return a->a == b->a && a->b == b->b && a->c == b->c && a->d == b->d &&
	    a->e == b->e && a->f == b->f;
}

enum result
exec_keep_row(struct exec *x, const struct record *row)
{
	const struct record *r;
	int err;

	if (exec_is_live(x)) {
		err = x->opt == NULL ? 0 :
		    journal_add(x->opt->journal, row, false); /* E7 */
		return err == 0 ? RESULT_OK : journal_failed(x, err);
	}
	r = &x->rec[x->at];
	if (r->kind != RECORD_ROW)
		return RESULT_OK;
	x->at++;
	if (same_row(r, row))
		return RESULT_OK;
	snprintf(x->why, sizeof(x->why), "record %llu of the journal is not "
	    "what the machine does there: %s",
	    (unsigned long long)r->number, row->text);
	return RESULT_MISFIT;
}

/* --- what an action does to the model --- */

static void
apply_forward(struct exec *x, const struct act *a, size_t i)
{
	x->mark[i] = world_mark(x->w);
	if (a->ccb != NULL)
		apply_ccb(x->w, x->c, a->ccb, &x->diag);
	else if (a->part == PART_INIT)
		apply_add_to_imm(x->w, x->c, &x->diag);
	else if (a->part == PART_WRAPUP)
		apply_remove_from_imm(x->w, x->c, &x->diag);
	else
		apply_step(x->w, x->c, x->a->proc[a->proc].p, &x->diag);
}

/* The model as it is after the action. */
static void
change_model(struct exec *x, size_t i, enum direction d)
{
	const struct act *a = &x->a->act[i];

	if (a->verb != VERB_MODIFY_IM)
		return;
	if (d == DO_FORWARD)
		apply_forward(x, a, i);
	else
		world_revert(x->w, x->mark[i]);
}

static void
count(struct exec *x, size_t i, enum direction d)
{
	if (x->done[i] == (d == DO_FORWARD))
		return;
	x->done[i] = d == DO_FORWARD;
	x->ndone += d == DO_FORWARD ? 1 : (size_t)-1;
}

void
exec_count_as_done(struct exec *x, size_t i)
{
	if (x->done[i])
		return;
	if (x->a->act[i].verb != VERB_MODIFY_IM)
		x->mark[i] = world_mark(x->w);
	x->done[i] = true;
	x->ndone++;
}

void
exec_count_as_reversed(struct exec *x, size_t i)
{
	count(x, i, DO_ROLLBACK); /* in the model it is */
}

/* --- one action --- */

struct touched { /* what a change of the model is about */
	uint32_t *v;
	size_t n, cap;
};

static void
touch(void *arg, uint32_t dn)
{
	struct touched *t = arg;

	t->v = mem_grow(t->v, t->n, &t->cap, sizeof(*t->v));
	t->v[t->n++] = dn;
}

/* The order that a BEGIN record is about. */
static struct order
order_of(const struct exec *x, const struct record *r)
{
	enum direction d = (enum direction)r->b;
	const struct act *a = &x->a->act[r->a - 1];
	struct order o = { .number = r->number, .seq = r->a, .direction = d,
		.attempt = r->c, .verb = (enum verb)a->verb,
		.entity = a->entity, .on = a->on, .bundle = a->bundle,
		.to = a->to, .before = x->w, .actions = x->a };

	if (a->verb == VERB_NOTIFY)
		o.callback = a->callback;
	if (act_is_admin(a))
		o.operation = d == DO_FORWARD ? &a->ccb->forward :
		    &a->ccb->undo;
	if (a->verb == VERB_COMMAND) {
		o.command = d == DO_FORWARD ? a->ccb->command :
		    a->ccb->undo_command;
		o.args = d == DO_FORWARD ? a->ccb->args : a->ccb->undo_args;
	}
	if (d == DO_FORWARD)
		return o;
	o.verb = act_reverse(a);
	if (act_moves(a)) { /* back to where it came from */
		o.to = a->on;
		o.on = a->to;
	}
	return o;
}

/* Does what stands change with this change of the model? */
static bool
is_online(const struct exec *x, const struct act *a)
{
	return a->part != PART_MODIFY ||
	    x->a->proc[a->proc].p->step[a->nested].restart;
}

/* Makes the change first, so that the driver sees what it is to be; a change
 * that is refused is taken back. */
static struct order
with_change(struct exec *x, struct order o, struct touched *t)
{
	size_t i = o.seq - 1;
	const struct act *a = &x->a->act[i];

	if (a->verb == VERB_NOTIFY)
		gate_touches(x->a, i, touch, t);
	o.touched = t->v;
	o.ntouched = t->n;
	if (a->verb != VERB_MODIFY_IM)
		return o;
	if (o.direction != DO_FORWARD)
		world_each_since(x->w, x->mark[i], touch, t);
	change_model(x, i, o.direction);
	if (o.direction == DO_FORWARD)
		world_each_since(x->w, x->mark[i], touch, t);
	o.after = x->w;
	o.touched = t->v;
	o.ntouched = t->n;
	o.online = is_online(x, a);
	return o;
}

/* The driver has heard of the order; was it done, or is the model as if it had
 * not been given? */
static void
keep_change(struct exec *x, const struct order *o, struct touched *t, bool done,
    bool must_reverse)
{
	size_t i = o->seq - 1;

	if (done)
		count(x, i, o->direction);
	else if (must_reverse || o->after == NULL)
		; /* it stays, to be taken back */
	else if (t->n > 0 && o->direction == DO_FORWARD)
		world_revert(x->w, x->mark[i]);
	else if (t->n > 0)
		apply_forward(x, &x->a->act[i], i);
	free(t->v);
}

/* What is done in front of the driver when an order was begun before a crash
 * (E4): done, or not to be repeated as nobody knows. Else it is begun. */
static bool
is_settled(struct exec *x, const struct order *o, enum outcome *out)
{
	struct driver *dr = x->opt->driver;
	enum probed p;
	size_t i;

	/* Of several orders with one number the driver knows the latest. */
	for (i = 0; o->callback != NULL && i < o->ntouched; i++)
		if (exec_snapshots(x, o, i))
			return false;
	p = dr->probe(dr->self, o);
	if (p == PROBE_DONE)
		*out = OUTCOME_OK;
	if (p != PROBE_UNKNOWN || verb_is_idempotent(o->verb))
		return p == PROBE_DONE;
	snprintf(x->why, sizeof(x->why), "nobody knows how far %s of "
	    "\"%.200s\" was when the runtime ended", verb_name(o->verb),
	    o->entity == NAME_NONE ? "" : name_str(o->entity));
	*out = OUTCOME_FAILED;
	return true;
}

static bool
same_action(const struct record *r, size_t i, enum direction d,
    uint32_t attempt)
{
	return r->a == i + 1 && r->b == (uint32_t)d && r->c == attempt;
}

static enum result
misfit(struct exec *x, size_t i)
{
	snprintf(x->why, sizeof(x->why), "record %llu of the journal is not "
	    "what this campaign does at action %zu",
	    (unsigned long long)x->rec[x->at < x->nrec ? x->at :
	    x->nrec - 1].number, i + 1);
	return RESULT_MISFIT;
}

/* The operator's wish stands behind the record of what it ended. */
static enum result
note_given_up(struct exec *x)
{
	enum result e = exec_note(x, "given up");

	return e == RESULT_OK ? RESULT_ABORT : e;
}

/* An action that failed may have been done all the same: forward it is then to
 * be reversed, on the way back it is what was wanted. Where nobody knows, it is
 * reversed; an undo is not. */
static enum outcome
judge(struct exec *x, const struct order *o, enum outcome out,
    bool *must_reverse)
{
	struct driver *dr = x->opt->driver;
	enum probed p;

	*must_reverse = false;
	if (out != OUTCOME_FAILED)
		return out;
	p = x->unkept ? PROBE_NOT_DONE : dr->probe(dr->self, o);
	if (o->direction != DO_FORWARD && p == PROBE_DONE)
		return OUTCOME_OK;
	*must_reverse = o->direction != DO_UNDO && p != PROBE_NOT_DONE;
	return out;
}

/* The driver's part, from the synced BEGIN to the END record. */
static enum result
carry_out(struct exec *x, const struct record *begun, bool ask,
    bool *must_reverse)
{
	struct touched t = { 0 };
	struct order o = with_change(x, order_of(x, begun), &t);
	struct record r = { .kind = RECORD_END, .a = begun->a, .b = begun->b,
		.c = begun->c };
	enum ending ending = ENDING_OWN;
	enum outcome out;
	int err;

	x->forgiven = false;
	o.timeout = timeout_of(x->opt->policy, &o);
	if (!ask || !is_settled(x, &o, &out))
		out = exec_begin_and_wait(x, &o, &ending);
	out = judge(x, &o, out, must_reverse);
	keep_change(x, &o, &t, out == OUTCOME_OK, *must_reverse);
	if (out == OUTCOME_SYSTEM)
		return RESULT_SYSTEM;
	r.d = (uint32_t)out;
	r.e = *must_reverse;
	if (out == OUTCOME_FAILED || x->forgiven) {
		r.text = x->why;
		r.len = strlen(x->why);
	}
	err = journal_add(x->opt->journal, &r, false);
	if (err != 0)
		return journal_failed(x, err);
	x->end_pending = true;
	x->end = r;
	if (ending == ENDING_GIVEN_UP && o.direction == DO_FORWARD &&
	    exec_may_abort(x))
		return note_given_up(x);
	return out == OUTCOME_OK ? RESULT_OK : RESULT_FAILED;
}

/* What an END record says of its action, without doing it again (E5). */
static enum result
settle(struct exec *x, const struct record *begun, const struct record *end)
{
	struct driver *dr = x->settle;
	bool ok = end->d == OUTCOME_OK;
	struct touched t = { 0 };
	struct order o;
	enum outcome out = OUTCOME_OK;

	if (!ok && end->e == 0)
		return RESULT_FAILED;
	o = with_change(x, order_of(x, begun), &t);
	if (dr != NULL && dr->settled != NULL)
		out = dr->settled(dr->self, &o, x->why);
	keep_change(x, &o, &t, ok, !ok);
	if (out != OUTCOME_OK)
		return RESULT_SYSTEM;
	return ok ? RESULT_OK : RESULT_FAILED;
}

/* For those who read the journal: what the action is. */
static void
describe(const struct exec *x, size_t i, enum direction d, struct buf *b)
{
	const struct act *a = &x->a->act[i];

	buf_str(b, verb_name(d == DO_FORWARD ? (enum verb)a->verb :
	    act_reverse(a)));
	if (a->entity != NAME_NONE)
		buf_printf(b, " \"%s\"", name_str(a->entity));
	if (a->verb == VERB_NOTIFY)
		buf_printf(b, " \"%s\"", name_str(a->callback->label));
	if (a->bundle != NAME_NONE)
		buf_printf(b, " of \"%s\"", name_str(a->bundle));
	if (b->len > RECORD_TEXT_MAX)
		b->len = RECORD_TEXT_MAX;
}

static enum result
begin_live(struct exec *x, struct record *r)
{
	struct buf b = { 0 };
	int err;
	enum result e;

	describe(x, r->a - 1, (enum direction)r->b, &b);
	r->text = b.data;
	r->len = b.len;
	err = journal_add(x->opt->journal, r, true); /* E1 */
	buf_free(&b);
	r->text = NULL;
	r->len = 0;
	if (err != 0)
		return journal_failed(x, err);
	r->number = journal_count(x->opt->journal); /* E6 */
	begins(x, r);
	e = tell_end(x); /* E2 */
	return e != RESULT_OK ? e : tell(x, r);
}

/* Takes the next records instead of the driver (E3). */
static enum result
replay_act(struct exec *x, size_t i, enum direction d, uint32_t attempt,
    bool *must_reverse)
{
	const struct record *begun = &x->rec[x->at], *r;
	enum result e;

	if (begun->kind != RECORD_BEGIN || !same_action(begun, i, d, attempt))
		return misfit(x, i);
	x->at++;
	if (x->at == x->nrec) {
		if (x->opt == NULL) {
			x->at--; /* seen again when it goes on */
			return RESULT_HALT;
		}
		return carry_out(x, begun, true, must_reverse);
	}
	r = &x->rec[x->at];
	if (r->kind != RECORD_END || !same_action(r, i, d, attempt))
		return misfit(x, i);
	*must_reverse = r->e != 0;
	x->at++;
	if (r->d != OUTCOME_OK)
		snprintf(x->why, sizeof(x->why), "%s", x->text[x->at - 1]);
	e = settle(x, begun, r);
	return exec_take_note(x, "given up") ? RESULT_ABORT : e;
}

/* Between two actions: none of them failed. */
static enum result
aborted(struct exec *x)
{
	snprintf(x->why, sizeof(x->why), "the operator had what was running "
	    "undone");
	return RESULT_ABORT;
}

enum result
exec_act(struct exec *x, size_t i, enum direction d, uint32_t attempt,
    bool *must_reverse)
{
	struct record begun = { .kind = RECORD_BEGIN, .a = (uint32_t)i + 1,
		.b = (uint32_t)d, .c = attempt };
	enum result e;

	*must_reverse = false;
	x->last_act = i;
	if (d != DO_FORWARD && act_reverse(&x->a->act[i]) == VERB_COUNT) {
		count(x, i, d);
		return RESULT_OK;
	}
	while (exec_take_note(x, "pause"))
		;
	if (exec_take_note(x, "abort"))
		return aborted(x);
	if (!exec_is_live(x))
		return replay_act(x, i, d, attempt, must_reverse);
	if (x->opt == NULL)
		return RESULT_HALT;
	if (d == DO_FORWARD && exec_may_abort(x) && x->opt->stop != NULL &&
	    *x->opt->stop >= 2) {
		e = exec_note(x, "abort");
		return e == RESULT_OK ? aborted(x) : e;
	}
	e = begin_live(x, &begun);
	if (e != RESULT_OK)
		return e;
	return carry_out(x, &begun, false, must_reverse);
}

/* --- the outside --- */

int
exec_state(const struct exec *x)
{
	return x->state;
}

const char *
exec_state_name(const struct exec *x)
{
	return campaign_fsm.state[x->state].name;
}

void
exec_on_row(struct exec *x, exec_row_function f, void *arg)
{
	x->on_row = f;
	x->on_row_arg = arg;
}

size_t
exec_done(const struct exec *x)
{
	return x->ndone;
}

const struct world *
exec_world(const struct exec *x)
{
	return x->w;
}

void
exec_free(struct exec *x)
{
	size_t i;

	if (x == NULL)
		return;
	for (i = 0; i < x->nrec; i++)
		free(x->text[i]);
	free(x->rec);
	free(x->text);
	free(x->done);
	free(x->mark);
	free(x->begun);
	keep_free(&x->keep);
	exec_machines_free(x);
	diag_free(&x->diag);
	world_free(x->w);
	free(x);
}
