/*
 * What is there to go back to? Before a procedure does anything, a snapshot of
 * each environment it acts on, where the policy wants one; when its step has
 * failed, one of what that left; and when all of it is undone or rolled back,
 * the state of before.
 *
 * None of these is an action: the campaign does not know of them, and nothing
 * of its flow depends on them, but that a procedure does not begin without its
 * snapshots. That is a note in the records, which is taken again like others.
 *
 * K1  A KEEP record is synced before the driver hears of a snapshot, and names
 *     it. So none is ever there, or gone, that the journal does not know of.
 * K2  They are taken only where the records end. What was taken since the
 *     latest action began, or an operator ordered something, is not taken
 *     again: a killed runtime goes on with the one that was interrupted, under
 *     its old name and number.
 * K3  A snapshot is reverted to only if its machine was acted on since. Whether
 *     it is wanted is in its own record, so that a replay that has no policy
 *     knows that something is left to do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign_fsm.h"
#include "exec_private.h"
#include "exec_wait.h"
#include "idmap.h"
#include "os.h"
#include "policy.h"
#include "procedure_fsm.h"
#include "retain.h"
#include "spare.h"
#include "timeout.h"

static const char missing[] = "no snapshot: ";

/* --- one of them --- */

/* Actions after which a machine may not be what it was. One that is only moved,
 * or told what to call itself, is not acted on. */
bool
exec_keep_changes(const struct act *a)
{
	switch (a->verb) {
	case VERB_LOCK:
	case VERB_UNLOCK:
	case VERB_MODIFY_IM:
	case VERB_MIGRATE:
	case VERB_NOTIFY:
	case VERB_COMMAND:
		return false;
	default:
		return a->entity != NAME_NONE;
	}
}

/* What is done with a snapshot, and how that ends. */
static const struct deed {
	enum verb verb;
	enum keep_deed well, badly;
} deeds[] = {
	[KEEP_TAKING] = { VERB_SNAPSHOT, KEEP_TAKEN, KEEP_UNTAKEN },
	[KEEP_REVERTING] = { VERB_REVERT, KEEP_REVERTED, KEEP_UNREVERTED },
	[KEEP_REMOVING] = { VERB_DISCARD, KEEP_REMOVED, KEEP_UNREMOVED },
};

static enum result
write_record(struct exec *x, struct record r, uint32_t name)
{
	int err;

	r.kind = RECORD_KEEP;
	r.text = name_str(name);
	r.len = name_len(name);
	r.time = os_now();
	err = journal_add(x->opt->journal, &r, true); /* K1 */
	if (err != 0) {
		snprintf(x->why, sizeof(x->why), "cannot write the journal: "
		    "%s", strerror(-err));
		return RESULT_SYSTEM;
	}
	r.number = journal_count(x->opt->journal);
	keep_record(&x->keep, &r);
	return RESULT_OK;
}

static enum result
write_keep(struct exec *x, const struct kept *s, enum keep_deed deed,
    uint32_t kib)
{
	return write_record(x, (struct record){ .a = deed, .b = s->kind,
	    .c = s->seq, .d = (uint32_t)s->number, .e = s->wants, .f = kib },
	    s->entity);
}

enum result
exec_keep_place(struct exec *x, const struct keep_place *p)
{
	return write_record(x, (struct record){ .a = p->is_short ? KEEP_SHORT :
	    KEEP_AMPLE, .f = p->mib }, p->name);
}

/* Where the machine stands when the action seq begins: what is done to it is
 * done there. */
static uint32_t
place_of(const struct exec *x, uint32_t dn, size_t from)
{
	size_t i;

	for (i = from; i < x->a->n; i++)
		if (x->a->act[i].entity == dn &&
		    exec_keep_changes(&x->a->act[i]))
			return x->a->act[i].on;
	return NAME_NONE;
}

static struct order
order_for(const struct exec *x, const struct kept *s, enum verb v,
    const char *name)
{
	struct order o = { .number = s->latest, .seq = s->seq, .verb = v,
		.attempt = 1, .entity = s->entity,
		.direction = v != VERB_REVERT ? DO_FORWARD :
		    exec_is_back(x) ? DO_ROLLBACK : DO_UNDO,
		.on = place_of(x, s->entity, s->seq - 1),
		.bundle = NAME_NONE, .to = NAME_NONE, .command = NAME_NONE,
		.args = NAME_NONE, .before = x->w, .snapshot = name };

	o.timeout = timeout_of(x->opt->policy, &o);
	return o;
}

/* How large is what is kept of it beside the journal? */
static uint32_t
size_of(const struct exec *x, const char *name)
{
	uint64_t bytes = 0;
	char *path = x->opt->state == NULL ? NULL :
	    retain_folder(x->opt->state, name);

	if (path != NULL)
		os_tree_size(path, &bytes);
	free(path);
	return (uint32_t)((bytes + 1023) / 1024);
}

/* Orders what the latest record of it says; again: a killed runtime had. */
static enum result
carry_out(struct exec *x, size_t i, enum keep_deed what, bool again)
{
	struct driver *dr = x->opt->driver;
	const struct deed *d = &deeds[what];
	enum ending ending = ENDING_OWN;
	char name[KEEP_NAME];
	enum outcome out;
	enum result e;
	struct order o;

	keep_name(&x->keep, &x->keep.v[i], name);
	o = order_for(x, &x->keep.v[i], d->verb, name);
	out = again && dr->probe(dr->self, &o) == PROBE_DONE ? OUTCOME_OK :
	    exec_order_and_wait(x, &o, &ending);
	if (out == OUTCOME_SYSTEM)
		return RESULT_SYSTEM;
	if (out == OUTCOME_OK && what == KEEP_REMOVING &&
	    !retain_forget(x->opt->state, name, x->why))
		return RESULT_SYSTEM;
	e = write_keep(x, &x->keep.v[i], out == OUTCOME_OK ? d->well :
	    d->badly, what == KEEP_TAKING ? size_of(x, name) : 0);
	return e != RESULT_OK ? e : out == OUTCOME_OK ? RESULT_OK :
	    RESULT_FAILED;
}

enum result
exec_keep_begin(struct exec *x, size_t i, enum keep_deed what)
{
	bool again = x->keep.v[i].deed == what;
	enum result e = again ? RESULT_OK :
	    write_keep(x, &x->keep.v[i], what, 0);

	return e == RESULT_OK ? carry_out(x, i, what, again) : e;
}

/* Was it taken, or begun, since the latest action was? K2 */
static size_t
find_since(const struct exec *x, uint32_t dn, enum keep_kind kind)
{
	size_t i;

	for (i = x->keep.n; i-- > 0 && x->keep.v[i].number > x->last_known;)
		if (x->keep.v[i].entity == dn && x->keep.v[i].kind == kind)
			return i;
	return x->keep.n;
}

enum result
exec_keep_take(struct exec *x, uint32_t dn, enum keep_kind kind, uint32_t seq,
    uint32_t wants)
{
	struct kept s = { .kind = kind, .seq = seq, .wants = wants,
		.entity = dn };
	size_t i = find_since(x, dn, kind);
	enum result e;

	if (i == x->keep.n) {
		e = write_keep(x, &s, KEEP_TAKING, 0);
		return e == RESULT_OK ? carry_out(x, i, KEEP_TAKING, false) : e;
	}
	if (x->keep.v[i].deed == KEEP_TAKING)
		return carry_out(x, i, KEEP_TAKING, true);
	return x->keep.v[i].deed == KEEP_UNTAKEN ? RESULT_FAILED : RESULT_OK;
}

/* --- those of a procedure --- */

struct each { /* what a procedure acts on */
	struct exec *x;
	size_t k;
	bool only_touched; /* of which something is done, or failed */
	enum result (*visit)(struct exec *, uint32_t dn, size_t act);
};

static enum result
each_changed(const struct each *each)
{
	struct exec *x = each->x;
	const struct run_proc *p = &x->a->proc[each->k];
	struct idmap seen = { 0 };
	enum result e = RESULT_OK;
	size_t i;

	for (i = p->first; i < p->first + p->n && e == RESULT_OK; i++) {
		const struct act *a = &x->a->act[i];
		uint32_t *was;

		if (!exec_keep_changes(a) ||
		    world_class(x->w, a->entity) != N_SaPlmEE ||
		    (each->only_touched && !x->done[i] && i != x->last_act))
			continue;
		was = idmap_at(&seen, a->entity);
		if (*was == 0)
			e = each->visit(x, a->entity, i);
		*was = 1;
	}
	idmap_free(&seen);
	return e;
}

/* How that ended; if it did not well, x->why says why. */
static void
told(struct exec *x, bool well, const char *what, uint32_t dn)
{
	if (x->opt->kept != NULL)
		x->opt->kept(x->opt->arg, what, dn, well ? NULL : x->why);
}

static enum result
take_before(struct exec *x, uint32_t dn, size_t act)
{
	struct policy_snapshot p = policy_snapshot(x->opt->policy, dn,
	    world_value(x->w, dn, N_saPlmEEType));
	char why[sizeof(x->why)];
	enum result e;

	if (!p.take)
		return RESULT_OK;
	e = exec_keep_take(x, dn, KEEP_BEFORE, (uint32_t)act + 1,
	    (p.failed ? KEEP_WANT_FAILED : 0) |
	    (p.revert ? KEEP_WANT_REVERT : 0) |
	    (p.may_fail ? KEEP_MAY_FAIL : 0));
	if (e != RESULT_FAILED)
		return e;
	told(x, false, "no snapshot of", dn);
	if (p.may_fail)
		return RESULT_OK;
	memcpy(why, x->why, sizeof(why));
	snprintf(x->why, sizeof(x->why), EXEC_NO_SNAPSHOT "\"%.100s\": %.350s",
	    name_str(dn), why);
	return RESULT_FAILED;
}

/* A note that a procedure could not begin, taken again. */
static bool
take_missing(struct exec *x)
{
	size_t n = sizeof(missing) - 1;

	if (x->at == x->nrec || x->rec[x->at].kind != RECORD_NOTE ||
	    strncmp(x->text[x->at], missing, n) != 0)
		return false;
	snprintf(x->why, sizeof(x->why), "%s", x->text[x->at++] + n);
	return true;
}

static enum result
note_missing(struct exec *x)
{
	char text[sizeof(missing) + sizeof(x->why)];
	enum result e;

	snprintf(text, sizeof(text), "%s%s", missing, x->why);
	e = exec_note(x, text);
	return e == RESULT_OK ? RESULT_FAILED : e;
}

/* The snapshot of before that a procedure's machine can go back to; keep.n:
 * there is none. */
static size_t
find_before(const struct exec *x, size_t k, uint32_t dn)
{
	const struct run_proc *p = &x->a->proc[k];
	size_t i = idmap_get(&x->keep.before, dn);
	const struct kept *s;

	for (; i > 0; i = x->keep.v[i - 1].earlier) {
		s = &x->keep.v[i - 1];
		if (s->seq > p->first && s->seq <= p->first + p->n &&
		    s->deed != KEEP_UNTAKEN && s->deed != KEEP_TAKING &&
		    keep_is_there(s))
			return i - 1;
	}
	return x->keep.n;
}

/* Those of an earlier try are of no use once there is a newer one; but one that
 * could not be gone back to may be the last that is good. */
static enum result
drop_older(struct exec *x, uint32_t dn, size_t act)
{
	size_t i, latest = find_before(x, x->turn, dn);
	enum result e = RESULT_OK;

	(void)act;
	i = latest < x->keep.n ? x->keep.v[latest].earlier : 0;
	for (; i > 0 && (e == RESULT_OK || e == RESULT_FAILED);
	    i = x->keep.v[i - 1].earlier)
		if (x->keep.v[i - 1].seq == x->keep.v[latest].seq &&
		    x->keep.v[i - 1].deed != KEEP_UNREVERTED &&
		    keep_is_there(&x->keep.v[i - 1]))
			e = exec_keep_begin(x, i - 1, KEEP_REMOVING);
	return e == RESULT_FAILED ? RESULT_OK : e;
}

enum result
exec_keep_before(struct exec *x)
{
	struct each all = { x, x->turn, false, take_before };
	enum result e;

	if (take_missing(x))
		return RESULT_FAILED;
	if (!exec_is_live(x) || x->opt == NULL)
		return RESULT_OK;
	e = each_changed(&all);
	if (e == RESULT_FAILED)
		return note_missing(x);
	all.visit = drop_older;
	if (e == RESULT_OK)
		e = each_changed(&all);
	return e == RESULT_OK ? spare_look(x) : e;
}

static enum result
take_failed(struct exec *x, uint32_t dn, size_t act)
{
	size_t i = find_before(x, x->a->act[act].proc, dn);
	char why[sizeof(x->why)];
	enum result e;

	if (i == x->keep.n || !(x->keep.v[i].wants & KEEP_WANT_FAILED))
		return RESULT_OK;
	memcpy(why, x->why, sizeof(why)); /* why it failed */
	e = exec_keep_take(x, dn, KEEP_FAILED, (uint32_t)act + 1, 0);
	if (e == RESULT_OK || e == RESULT_FAILED) {
		told(x, e == RESULT_OK, e == RESULT_OK ?
		    "kept as it failed:" : "no snapshot as it failed of", dn);
		memcpy(x->why, why, sizeof(why));
		return RESULT_OK;
	}
	return e;
}

enum result
exec_keep_failed(struct exec *x, size_t first, size_t end)
{
	struct each touched = { x, first, true, take_failed };
	enum result e = RESULT_OK;

	if (!exec_is_live(x) || x->opt == NULL)
		return RESULT_OK;
	for (; touched.k < end && e == RESULT_OK; touched.k++)
		e = each_changed(&touched);
	return e == RESULT_OK ? retain_apply(x) : e;
}

/* Was the machine acted on since it was taken, or last reverted to? What still
 * stands of that is not taken away, unless it cannot be undone any more. */
static bool
is_pending(const struct exec *x, const struct kept *s, size_t k)
{
	const struct run_proc *p = &x->a->proc[k];
	bool failed = x->proc[k].state == PROC_FAILED, since = false;
	size_t i;

	if (!(s->wants & KEEP_WANT_REVERT))
		return false;
	for (i = s->seq - 1; i < p->first + p->n; i++) {
		if (x->a->act[i].entity != s->entity ||
		    !exec_keep_changes(&x->a->act[i]))
			continue;
		if (x->done[i] && !failed)
			return false;
		since |= x->begun[i] > s->latest;
	}
	return since || s->deed == KEEP_REVERTING;
}

static enum result
go_back(struct exec *x, uint32_t dn, size_t act)
{
	size_t i = find_before(x, x->turn, dn);
	char why[sizeof(x->why)];
	enum result e;

	(void)act;
	if (i == x->keep.n || !is_pending(x, &x->keep.v[i], x->turn))
		return RESULT_OK;
	if (x->opt == NULL)
		return RESULT_HALT; /* something is left to do: K3 */
	memcpy(why, x->why, sizeof(why));
	e = exec_keep_begin(x, i, KEEP_REVERTING);
	if (e != RESULT_OK && e != RESULT_FAILED)
		return e;
	told(x, e == RESULT_OK, e == RESULT_OK ? "reverted:" : "NOT reverted:",
	    dn);
	memcpy(x->why, why, sizeof(why));
	return RESULT_OK;
}

enum result
exec_keep_revert(struct exec *x, size_t k)
{
	struct each all = { x, k, false, go_back };
	size_t turn = x->turn;
	int state = x->proc[k].state;
	enum result e;

	if (!exec_is_live(x) || (state != PROC_STEP_UNDONE &&
	    state != PROC_FAILED && state != PROC_ROLLED_BACK))
		return RESULT_OK;
	x->turn = k;
	e = each_changed(&all);
	x->turn = turn;
	return e;
}
