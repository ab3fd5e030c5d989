/* What a run looks like to a program. */
#include <string.h>

#include "alerts.h"
#include "buf.h"
#include "driver.h"
#include "exec.h"
#include "ledger.h"
#include "look.h"
#include "display.h"
#include "statedir.h"

static void
string(struct buf *b, const char *key, const char *s)
{
	buf_printf(b, "\"%s\":", key);
	buf_json(b, s, strlen(s));
}

static void
put_tally(struct buf *b, const struct tally *t)
{
	static const char *const keys[] = { "queued", "running", "succeeded",
		"failed", "undone" };
	size_t i;

	buf_printf(b, "\"actions\":{\"all\":%zu", tally_all(t));
	for (i = 0; i < STAND_COUNT; i++)
		buf_printf(b, ",\"%s\":%zu", keys[i], t->n[i]);
	buf_str(b, "}");
}

static void
put_time(struct buf *b, const char *key, int64_t t)
{
	if (t != 0)
		buf_printf(b, ",\"%s\":%lld", key, (long long)t);
}

static void
put_act(struct buf *b, const struct look *l, size_t i)
{
	static const char *const way[] = { "forward", "undo", "rollback" };
	const struct act *a = &l->a->act[i];
	const struct board_act *x = &l->board->act[i];

	buf_printf(b, "{\"seq\":%zu,\"action\":\"%s\",\"phase\":\"%s\"", i + 1,
	    verb_name(x->direction == DO_FORWARD ? (enum verb)a->verb :
	    act_reverse(a)), way[x->direction]);
	if (a->entity != NAME_NONE) {
		buf_str(b, ",\"entity\":");
		buf_json(b, name_str(a->entity), name_len(a->entity));
	}
	buf_printf(b, ",\"attempt\":%u,", x->attempt);
	string(b, "state", stand_name((enum stand)x->stand));
	put_time(b, "begun", x->begun);
	put_time(b, "ended", x->ended);
	if (x->why != 0) {
		buf_str(b, ",");
		string(b, "why", l->board->text[x->why]);
	}
	buf_str(b, "}");
}

static void
put_failed(struct buf *b, const struct look *l, const struct machine *m)
{
	const char *comma = "";
	size_t k;

	buf_str(b, ",\"failed\":[");
	for (k = 0; k < m->n; k++) {
		size_t i = l->board->order[m->first + k];

		if (l->board->act[i].stand != STAND_FAILED)
			continue;
		buf_str(b, comma);
		put_act(b, l, i);
		comma = ",";
	}
	buf_str(b, "]");
}

static void
put_machine(struct buf *b, const struct look *l, const struct machine *m)
{
	buf_str(b, "{");
	if (m->dn == NAME_NONE)
		buf_str(b, "\"entity\":null");
	else
		string(b, "entity", name_str(m->dn));
	buf_str(b, ",");
	string(b, "state", stand_name(tally_stand(&m->acts)));
	buf_str(b, ",");
	put_tally(b, &m->acts);
	if (m->last != NO_ACT) {
		buf_str(b, ",\"last\":");
		put_act(b, l, m->last);
	}
	if (m->acts.n[STAND_FAILED] > 0)
		put_failed(b, l, m);
	buf_str(b, "}");
}

static void
put_phase(struct buf *b, const struct look *l, const struct phase *p)
{
	size_t i;

	buf_str(b, "{");
	string(b, "name", p->name);
	if (p->proc != NONE)
		buf_printf(b, ",\"level\":%u,\"node\":%u", p->level,
		    l->a->proc[p->proc].step);
	buf_str(b, ",");
	string(b, "state", stand_name(tally_stand(&p->acts)));
	buf_str(b, ",");
	put_tally(b, &p->acts);
	put_time(b, "begun", p->begun);
	put_time(b, "ended", p->ended);
	buf_str(b, ",\"machines\":[");
	for (i = 0; i < p->nmachine; i++) {
		buf_str(b, i == 0 ? "\n  " : ",\n  ");
		put_machine(b, l, &p->machine[i]);
	}
	buf_str(b, "]}");
}

/* How many are not told yet, and why. */
static void
put_alerts(struct buf *b, const struct look *l)
{
	char why[200];
	size_t n = alerts_left(statedir_path(l->dir), why, sizeof(why));

	buf_printf(b, ",\"alerts\":{\"left\":%zu,", n);
	string(b, "why", n == 0 ? "" : why);
	buf_str(b, "}");
}

void
display_json(const struct look *l, struct buf *b)
{
	const struct board *o = l->board;
	size_t i;

	buf_str(b, "{");
	string(b, "campaign", name_str(l->c->name));
	buf_str(b, ",");
	string(b, "state", exec_state_name(l->x));
	buf_printf(b, ",\"exit\":%d,", exec_status(l->x));
	string(b, "advice", look_advice(l));
	buf_printf(b, ",\"working\":%s,\"interrupted\":%s,",
	    l->pid != 0 ? "true" : "false",
	    look_is_interrupted(l) ? "true" : "false");
	put_tally(b, &o->acts);
	put_time(b, "begun", o->begun);
	put_time(b, "last", o->last);
	put_alerts(b, l);
	ledger_json(l, b);
	if (o->running != NO_ACT) {
		buf_str(b, ",\"now\":");
		put_act(b, l, o->running);
	}
	buf_str(b, ",\"phases\":[");
	for (i = 0; i < o->nphase; i++) {
		buf_str(b, i == 0 ? "\n " : ",\n ");
		put_phase(b, l, &o->phase[i]);
	}
	buf_str(b, "]}\n");
}
