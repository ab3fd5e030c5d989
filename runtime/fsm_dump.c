/* What does a machine look like? As text for dot(1), one node a state and one
 * edge a row, in the order of the table. */
#include <ctype.h>

#include "fsm.h"

static const char *
style(enum fsm_kind kind)
{
	switch (kind) {
	case FSM_START: return "peripheries=2";
	case FSM_WAIT: return "style=dashed";
	case FSM_REST: return "shape=box";
	case FSM_END: return "penwidth=3";
	case FSM_BUSY: break;
	}
	return "shape=ellipse";
}

static void
dump_state(const struct fsm_state *s, FILE *f)
{
	fprintf(f, "\t%s [%s, label=\"%s", s->name, style(s->kind), s->name);
	if (s->number != 0)
		fprintf(f, " (%d)", s->number);
	fprintf(f, "\", tooltip=\"%s\"];\n", s->meaning);
}

static const char *
who(enum fsm_who w)
{
	return w == FSM_OUTER ? "outer: " : w == FSM_INNER ? "inner: " : "";
}

static enum fsm_who
sender(const struct fsm *m, enum fsm_event event)
{
	size_t i;

	for (i = 0; i < m->nhears; i++)
		if (m->hears[i].event == event)
			return m->hears[i].from;
	return FSM_NOBODY;
}

static void
dump_guard(const struct fsm *m, unsigned guard, FILE *f)
{
	const char *before = " [";
	size_t i;

	for (i = 0; i < m->nfact; i++)
		if (guard >> i & 1) {
			fprintf(f, "%s%s", before, m->fact[i]);
			before = ", ";
		}
	if (guard != 0)
		fputc(']', f);
}

/* "inner: Completed [embeds a step] / advance; outer: Completed" */
static void
dump_row(const struct fsm *m, const struct fsm_row *r, FILE *f)
{
	const char *p;

	fprintf(f, "\t%s -> %s [label=\"%s%s", m->state[r->from].name,
	    m->state[r->to].name, who(sender(m, r->event)),
	    fsm_event_name(r->event));
	dump_guard(m, r->guard, f);
	fputs(" / ", f);
	for (p = m->action[r->action].name; *p != '\0'; p++)
		fputc(*p == '_' ? '-' : tolower((unsigned char)*p), f);
	if (r->target != FSM_NOBODY)
		fprintf(f, "; %s%s", who(r->target),
		    fsm_event_name(r->signal));
	fputs("\"];\n", f);
}

void
fsm_dump(const struct fsm *m, FILE *f)
{
	size_t i;

	fprintf(f, "digraph %s {\n", m->name);
	for (i = 0; i < m->nstate; i++)
		dump_state(&m->state[i], f);
	for (i = 0; i < m->nrow; i++)
		dump_row(m, &m->row[i], f);
	fputs("}\n", f);
}
