/*
 * What else is there to know of a run? For programs and for a terminal; the
 * page has a file of its own.
 */
#include <string.h>

#include "buf.h"
#include "callback.h"
#include "campaign_fsm.h"
#include "exec.h"
#include "keep.h"
#include "ledger.h"
#include "look.h"
#include "statedir.h"

const char *
ledger_phase(const struct look *l, size_t i)
{
	const struct act *a = &l->a->act[i];

	return a->verb == VERB_NOTIFY && callback_is_validation(a->callback) ?
	    callback_phase(a->callback) : NULL;
}

const char *
ledger_rehearsal(const struct look *l)
{
	const char *wish = statedir_get(l->dir, "rehearse");
	int state = exec_state(l->x);

	if (wish == NULL || strcmp(wish, "yes") != 0)
		return NULL;
	if (state != CMPG_ROLLBACK_COMPLETED &&
	    state != CMPG_ROLLBACK_COMMITTED)
		return "under way";
	return l->board->completed ? "went well" : "failed";
}

/* --- for programs --- */

static void
string(struct buf *b, const char *key, const char *s)
{
	buf_printf(b, "\"%s\":", key);
	if (s == NULL)
		buf_str(b, "null");
	else
		buf_json(b, s, strlen(s));
}

static void
put_snapshots(struct buf *b, const struct look *l)
{
	const struct keep *k = exec_kept(l->x);
	const char *comma = "";
	char name[KEEP_NAME];
	size_t i;

	buf_str(b, ",\"snapshots\":[");
	for (i = 0; i < k->n; i++) {
		const struct kept *s = &k->v[i];

		keep_name(k, s, name);
		buf_printf(b, "%s\n {", comma);
		string(b, "name", name);
		buf_str(b, ",");
		string(b, "entity", name_str(s->entity));
		buf_printf(b, ",\"kind\":\"%s\",\"state\":\"%s\",\"kib\":%u,"
		    "\"time\":%lld,\"there\":%s,\"needed\":%s}",
		    keep_kind_name(s->kind), keep_deed_name(s->deed), s->kib,
		    (long long)s->time, keep_is_there(s) ? "true" : "false",
		    keep_is_there(s) && exec_needs(l->x, s) ? "true" :
		    "false");
		comma = ",";
	}
	buf_str(b, "],\"room\":[");
	for (i = 0; i < k->nplace; i++) {
		buf_str(b, i == 0 ? "{" : ",{");
		string(b, "place", name_str(k->place[i].name));
		buf_printf(b, ",\"mib\":%u,\"short\":%s}", k->place[i].mib,
		    k->place[i].is_short ? "true" : "false");
	}
	buf_str(b, "]");
}

static void
put_validations(struct buf *b, const struct look *l)
{
	const char *comma = "";
	size_t i;

	buf_str(b, ",\"validations\":[");
	for (i = 0; i < l->a->n; i++) {
		const struct act *a = &l->a->act[i];
		const struct board_act *x = &l->board->act[i];

		if (ledger_phase(l, i) == NULL)
			continue;
		buf_printf(b, "%s\n {\"seq\":%zu,", comma, i + 1);
		string(b, "phase", ledger_phase(l, i));
		buf_str(b, ",");
		string(b, "procedure", a->proc == NONE ? NULL :
		    name_str(l->a->proc[a->proc].p->name));
		buf_str(b, ",");
		string(b, "state", stand_name((enum stand)x->stand));
		buf_printf(b, ",\"attempt\":%u", x->attempt);
		if (x->why != 0) {
			buf_str(b, ",");
			string(b, "why", l->board->text[x->why]);
		}
		buf_str(b, "}");
		comma = ",";
	}
	buf_printf(b, "],\"phases_taken_back\":%zu", l->board->ntaken_back);
}

static void
put_forgiven(struct buf *b, const struct look *l)
{
	const char *comma = "";
	size_t i;

	buf_str(b, ",\"forgiven\":[");
	for (i = 0; i < l->a->n; i++) {
		const struct act *a = &l->a->act[i];

		if (l->board->act[i].forgiven == 0)
			continue;
		buf_printf(b, "%s\n {\"seq\":%zu,\"action\":\"%s\",", comma,
		    i + 1, verb_name((enum verb)a->verb));
		string(b, "entity", a->entity == NAME_NONE ? NULL :
		    name_str(a->entity));
		if (a->verb == VERB_NOTIFY) {
			buf_str(b, ",");
			string(b, "label", name_str(a->callback->label));
		}
		buf_str(b, ",");
		string(b, "why", l->board->text[l->board->act[i].forgiven]);
		buf_str(b, "}");
		comma = ",";
	}
	buf_str(b, "]");
}

void
ledger_json(const struct look *l, struct buf *b)
{
	buf_str(b, ",");
	string(b, "rehearsal", ledger_rehearsal(l));
	put_validations(b, l);
	put_forgiven(b, l);
	put_snapshots(b, l);
}

/* --- for a terminal --- */

static size_t
tell_validations(struct buf *b, const struct look *l)
{
	size_t i, all = 0, good = 0, bad = 0;

	for (i = 0; i < l->a->n; i++) {
		if (ledger_phase(l, i) == NULL)
			continue;
		all++;
		good += l->board->act[i].stand == STAND_DONE;
		bad += l->board->act[i].stand == STAND_FAILED;
	}
	if (all == 0)
		return 0;
	buf_printf(b, "validations: %zu of %zu passed", good, all);
	if (bad > 0)
		buf_printf(b, ", %zu failed", bad);
	if (l->board->ntaken_back > 0)
		buf_printf(b, "; %zu time%s a phase was taken back",
		    l->board->ntaken_back, l->board->ntaken_back == 1 ? "" :
		    "s");
	buf_str(b, "\n");
	return 1;
}

static size_t
tell_snapshots(struct buf *b, const struct look *l)
{
	const struct keep *k = exec_kept(l->x);
	size_t i, lines = 0, n[2] = { 0 }, reverted = 0;

	for (i = 0; i < k->n; i++) {
		n[k->v[i].kind] += keep_is_there(&k->v[i]);
		reverted += k->v[i].deed == KEEP_REVERTED;
	}
	if (n[KEEP_BEFORE] + n[KEEP_FAILED] > 0) {
		buf_printf(b, "snapshots: %zu of before", n[KEEP_BEFORE]);
		if (reverted > 0)
			buf_printf(b, " (%zu reverted to)", reverted);
		buf_printf(b, ", %zu of what failed\n", n[KEEP_FAILED]);
		lines++;
	}
	for (i = 0; i < k->nplace; i++) {
		if (!k->place[i].is_short)
			continue;
		buf_printf(b, "too little room: %u MiB were left in \"%s\"\n",
		    k->place[i].mib, name_str(k->place[i].name));
		lines++;
	}
	return lines;
}

size_t
ledger_text(const struct look *l, struct buf *b)
{
	size_t i, forgiven = 0, lines = 0;

	if (ledger_rehearsal(l) != NULL) {
		buf_printf(b, "rehearsal: %s\n", ledger_rehearsal(l));
		lines++;
	}
	lines += tell_validations(b, l);
	for (i = 0; i < l->a->n; i++)
		forgiven += l->board->act[i].forgiven != 0;
	if (forgiven > 0) {
		buf_printf(b, "failed, and may: %zu action%s\n", forgiven,
		    forgiven == 1 ? "" : "s");
		lines++;
	}
	return lines + tell_snapshots(b, l);
}
