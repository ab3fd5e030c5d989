/*
 * Which records are news? Rows of the campaign and of procedures, by the state
 * they lead to; actions that fail or are tried again. Nothing is remembered
 * but what the records say, so that who reads them again tells the same, with
 * the same ids.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "buf.h"
#include "callback.h"
#include "campaign_fsm.h"
#include "driver.h"
#include "exec.h"
#include "happening.h"
#include "intern.h"
#include "keep.h"
#include "procedure_fsm.h"
#include "secret.h"

#define GATE_PATIENCE INT64_C(1000000000)

struct teller {
	const struct actions *a;
	const struct policy *policy;
	uint32_t journal;
	happening_function tell;
	void *arg;
	/* Of the record at hand: */
	uint64_t number;
	uint32_t crc;
	unsigned nth; /* of its happenings */
	int64_t time;
	/* What is remembered: */
	char why[512]; /* of the last failure */
	bool at_work; /* a command was begun and the campaign does not rest */
	struct record gate; /* that waits for an answer; a = 0: none */
	uint32_t gate_crc;
};

struct teller *
teller_new(const struct actions *a, const struct policy *p, uint32_t journal,
    happening_function tell, void *arg)
{
	struct teller *t = mem_alloc(1, sizeof(*t));

	*t = (struct teller){ .a = a, .policy = p, .journal = journal,
		.tell = tell, .arg = arg };
	return t;
}

void
teller_free(struct teller *t)
{
	free(t);
}

/* --- telling --- */

/* What programs say may hold what nobody is to read. */
static void
put_safely(struct buf *b, const char *text)
{
	if (!secret_arguments(text, b))
		buf_str(b, text);
}

/* rest, if any, says more than the meaning of what happened. */
static void
tell(struct teller *t, enum alert what, uint32_t object, const char *rest)
{
	struct happening h = { .what = what, .time = t->time,
		.object = object };
	struct buf b = { 0 };

	snprintf(h.id, sizeof(h.id), "%08" PRIx32 "-%" PRIu64 "-%08" PRIx32
	    "-%u", t->journal, t->number, t->crc, t->nth++);
	buf_str(&b, alert_info(what)->meaning);
	if (rest != NULL && rest[0] != '\0') {
		buf_str(&b, ": ");
		put_safely(&b, rest);
	}
	buf_char(&b, '\0');
	h.text = b.data;
	t->tell(t->arg, &h);
	buf_free(&b);
}

/* --- states --- */

/* Without an operator's order: a phase does. */
static bool
goes_back_itself(int from)
{
	return from == CMPG_ERROR_DETECTED ||
	    from == CMPG_ERROR_DETECTED_IN_SUSPENDING;
}

static enum alert
campaign_alert(int from, int to)
{
	switch (to) {
	case CMPG_EXECUTING:
		return from == CMPG_INITIAL ? ALERT_CAMPAIGN_BEGAN :
		    ALERT_CAMPAIGN_RESUMED;
	case CMPG_EXECUTION_SUSPENDED:
		return ALERT_CAMPAIGN_SUSPENDED;
	case CMPG_EXECUTION_COMPLETED:
		return ALERT_CAMPAIGN_COMPLETED;
	case CMPG_CAMPAIGN_COMMITTED:
		return ALERT_CAMPAIGN_COMMITTED;
	case CMPG_SUSPENDED_BY_ERROR_DETECTED:
		return ALERT_CAMPAIGN_STOPPED;
	case CMPG_EXECUTION_FAILED:
		return ALERT_CAMPAIGN_FAILED;
	case CMPG_ROLLING_BACK:
		return from == CMPG_ROLLBACK_SUSPENDED ?
		    ALERT_CAMPAIGN_RESUMED : goes_back_itself(from) ?
		    ALERT_PHASE_UNDONE : ALERT_ROLLBACK_BEGAN;
	case CMPG_ROLLBACK_SUSPENDED:
		return ALERT_ROLLBACK_SUSPENDED;
	case CMPG_ROLLBACK_COMPLETED:
		return ALERT_ROLLBACK_COMPLETED;
	case CMPG_ROLLBACK_COMMITTED:
		return ALERT_ROLLBACK_COMMITTED;
	case CMPG_ROLLBACK_FAILED:
		return ALERT_ROLLBACK_FAILED;
	default:
		return ALERT_COUNT;
	}
}

static enum alert
procedure_alert(int from, int to)
{
	switch (to) {
	case PROC_EXECUTING:
		return from == PROC_INITIAL ? ALERT_PROCEDURE_BEGAN :
		    ALERT_COUNT;
	case PROC_COMPLETED:
		return ALERT_PROCEDURE_COMPLETED;
	case PROC_STEP_UNDONE:
		return ALERT_PROCEDURE_UNDONE;
	case PROC_FAILED:
	case PROC_ROLLBACK_FAILED:
		return ALERT_PROCEDURE_FAILED;
	case PROC_ROLLED_BACK:
		return ALERT_PROCEDURE_ROLLED_BACK;
	default:
		return ALERT_COUNT;
	}
}

static bool
is_resting(int state)
{
	enum fsm_kind k = campaign_fsm.state[state].kind;

	return k != FSM_BUSY;
}

/* --- services, as the plan has it --- */

/* A name of cg:risk: what would not stand in a list is written %HH. */
static uint32_t
risk_name(const char *s, size_t n)
{
	struct buf b = { 0 };
	unsigned byte;
	uint32_t name;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == '%' && i + 2 < n &&
		    sscanf(s + i + 1, "%2x", &byte) == 1) {
			buf_char(&b, (char)byte);
			i += 2;
		} else {
			buf_char(&b, s[i]);
		}
	}
	name = intern(b.data, b.len);
	buf_free(&b);
	return name;
}

/* One group of services, "0/1 down safSi=log,safApp=shop ...". */
static void
tell_group(struct teller *t, enum alert what, const char *s, size_t n,
    const char *procedure)
{
	size_t units = strcspn(s, " ;"), word;
	char rest[128];

	if (units >= n || strncmp(s + units, " down ", 6) != 0)
		return;
	s += units + 6;
	n -= units + 6;
	while (n > 0) {
		word = strcspn(s, " ;");
		if (word > n)
			word = n;
		if (word == 2 && memcmp(s, "if", 2) == 0)
			break;
		snprintf(rest, sizeof(rest), "in procedure %.100s", procedure);
		if (word > 6 && memcmp(s, "safSi=", 6) == 0)
			tell(t, what, risk_name(s, word), rest);
		s += word + (word < n);
		n -= word + (word < n);
	}
}

static void
tell_services(struct teller *t, enum alert what, const struct run_proc *p)
{
	const char *s = p->p->risk == NAME_NONE ? "" : name_str(p->p->risk);
	size_t n;

	for (; *s != '\0'; s += n + (s[n] == ';') + (s[n] == ';' &&
	    s[n + 1] == ' ')) {
		n = strcspn(s, ";");
		tell_group(t, what, s, n, name_str(p->p->name));
	}
}

/* --- records --- */

static void
take_campaign(struct teller *t, const struct record *r)
{
	enum alert what = campaign_alert((int)r->d, (int)r->f);
	bool failed = what == ALERT_CAMPAIGN_STOPPED ||
	    what == ALERT_PHASE_UNDONE || what == ALERT_CAMPAIGN_FAILED || what == ALERT_ROLLBACK_FAILED;

	t->at_work = !is_resting((int)r->f);
	if (r->d != r->f && what != ALERT_COUNT)
		tell(t, what, NAME_NONE, failed ? t->why : NULL);
}

static bool
goes_down(int from, int to)
{
	return (to == PROC_EXECUTING && from != PROC_EXECUTING) ||
	    (to == PROC_ROLLING_BACK && from == PROC_COMPLETED);
}

static bool
comes_back(int to)
{
	return to == PROC_COMPLETED || to == PROC_STEP_UNDONE ||
	    to == PROC_ROLLED_BACK;
}

static void
take_procedure(struct teller *t, const struct record *r)
{
	const struct run_proc *p = &t->a->proc[r->b];
	enum alert what = procedure_alert((int)r->d, (int)r->f);
	bool failed = what == ALERT_PROCEDURE_UNDONE ||
	    what == ALERT_PROCEDURE_FAILED;
	char node[32] = "";

	if (r->d == r->f)
		return;
	if (p->rolling)
		snprintf(node, sizeof(node), "node %" PRIu32, p->step);
	if (what != ALERT_COUNT)
		tell(t, what, p->p->name, failed ? t->why : node);
	if (goes_down((int)r->d, (int)r->f))
		tell_services(t, ALERT_SERVICES_DOWN, p);
	if (comes_back((int)r->f))
		tell_services(t, ALERT_SERVICES_BACK, p);
}

static uint32_t
object_of(const struct act *a)
{
	return a->verb == VERB_NOTIFY ? a->callback->label : a->entity;
}

static void
describe(const struct teller *t, const struct record *r, const char *more,
    char *out, size_t size)
{
	const struct act *a = &t->a->act[r->a - 1];
	enum verb v = r->b == DO_FORWARD ? (enum verb)a->verb : act_reverse(a);

	snprintf(out, size, "%s%s%s", v == VERB_COUNT ? "nothing" :
	    verb_name(v), more[0] == '\0' ? "" : ": ", more);
}

/* Does a gate ask, and is nothing known of an answer yet? */
static bool
is_question(const struct teller *t, const struct record *r)
{
	const struct act *a = &t->a->act[r->a - 1];
	struct order o = { .direction = (enum direction)r->b,
		.callback = a->verb == VERB_NOTIFY ? a->callback : NULL };

	return o.callback != NULL && o.direction == DO_FORWARD &&
	    callback_answer(t->policy, &o) == ANSWER_ASK;
}

static void
take_begin(struct teller *t, const struct record *r)
{
	const struct act *a = &t->a->act[r->a - 1];
	char text[96], which[32];

	t->gate.a = 0;
	if (is_question(t, r)) {
		t->gate = *r;
		t->gate.text = NULL;
		t->gate_crc = t->crc;
	}
	if (r->c < 2)
		return;
	snprintf(which, sizeof(which), "attempt %" PRIu32, r->c);
	describe(t, r, which, text, sizeof(text));
	tell(t, ALERT_ACTION_RETRIED, object_of(a), text);
}

static void
take_end(struct teller *t, const struct record *r)
{
	const struct act *a = &t->a->act[r->a - 1];
	const char *why = r->text == NULL ? "" : r->text;
	bool ok = r->d == OUTCOME_OK;
	char text[700];

	t->gate.a = 0;
	if (ok && why[0] == '\0')
		return;
	describe(t, r, why, text, sizeof(text));
	if (ok) { /* it failed, and was forgiven */
		tell(t, ALERT_NON_KEY_FAILED, object_of(a), why);
		return;
	}
	snprintf(t->why, sizeof(t->why), "%s", why);
	tell(t, r->b == DO_FORWARD ? ALERT_ACTION_FAILED : ALERT_UNDO_FAILED,
	    object_of(a), text);
	if (strstr(why, DRIVER_STRAYED) != NULL)
		tell(t, ALERT_MACHINE_STRAYED, object_of(a), why);
}

/* What became of a snapshot, or of the room for them. */
static void
take_keep(struct teller *t, const struct record *r)
{
	uint32_t name = r->text == NULL ? NAME_NONE : intern(r->text, r->len);
	char text[64];

	snprintf(text, sizeof(text), "%" PRIu32 " MiB are left", r->f);
	if (r->a == KEEP_SHORT)
		tell(t, ALERT_ROOM_SHORT, name, text);
	else if (r->a == KEEP_UNTAKEN)
		tell(t, ALERT_SNAPSHOT_FAILED, name, "taking it failed");
	else if (r->a == KEEP_UNREVERTED)
		tell(t, ALERT_SNAPSHOT_FAILED, name, "going back to it "
		    "failed");
}

/* A procedure that does not begin for want of one says why in a note. */
static void
take_note(struct teller *t, const struct record *r)
{
	static const char missing[] = "no snapshot: ";
	const size_t n = sizeof(missing) - 1;

	if (r->text != NULL && r->len > n && memcmp(r->text, missing, n) == 0)
		snprintf(t->why, sizeof(t->why), "%.*s", (int)(r->len - n),
		    r->text + n);
}

void
teller_record(struct teller *t, const struct record *r, uint32_t crc)
{
	bool fits = r->a >= 1 && r->a <= t->a->n;

	t->number = r->number;
	t->crc = crc;
	t->nth = 0;
	t->time = r->time;
	switch (r->kind) {
	case RECORD_ROW:
		if (r->a == 0 && r->d < campaign_fsm.nstate &&
		    r->f < campaign_fsm.nstate)
			take_campaign(t, r);
		else if (r->a == 1 && r->b < t->a->nproc)
			take_procedure(t, r);
		break;
	case RECORD_BEGIN:
		if (fits)
			take_begin(t, r);
		break;
	case RECORD_END:
		if (fits)
			take_end(t, r);
		break;
	case RECORD_KEEP:
		take_keep(t, r);
		break;
	case RECORD_NOTE:
		take_note(t, r);
		break;
	default:
		break;
	}
}

/* --- what nothing follows on --- */

void
teller_time(struct teller *t, int64_t now)
{
	if (t->gate.a == 0 || now - t->gate.time < GATE_PATIENCE)
		return;
	t->number = t->gate.number;
	t->crc = t->gate_crc;
	t->nth = 100; /* past what the record itself came to */
	t->time = t->gate.time;
	tell(t, ALERT_GATE_WAITING,
	    object_of(&t->a->act[t->gate.a - 1]), NULL);
	t->gate.a = 0;
}

void
teller_end(struct teller *t, int64_t now)
{
	if (!t->at_work)
		return;
	t->nth = 101;
	t->time = now;
	tell(t, ALERT_RUN_KILLED, NAME_NONE, NULL);
	t->at_work = false;
}
