/*
 * Where does the campaign stand, in words? What is at its beginning or its end
 * is only counted; what stands in the middle is named, with its state. Then
 * why it stands there, and what can be ordered.
 */
#include "campaign_fsm.h"
#include "exec_private.h"
#include "procedure_fsm.h"
#include "step_fsm.h"

static void
put_state(struct buf *b, const struct fsm *m, int state)
{
	buf_printf(b, "%s, %s\n", m->state[state].name,
	    m->state[state].meaning);
}

/* A rolling procedure is there once for each node: it is completed when the
 * last one is, and rolled back when the first one is. */
static size_t
count(const struct exec *x, int state)
{
	const struct run_proc *r = x->a->proc;
	size_t k, n = 0;

	for (k = 0; k < x->a->nproc; k++) {
		bool first = r[k].step == 1;
		bool last = k + 1 == x->a->nproc || r[k + 1].step == 1;

		n += x->proc[k].state == state &&
		    (state == PROC_COMPLETED ? last : first);
	}
	return n;
}

static size_t
count_all(const struct exec *x)
{
	size_t k, n = 0;

	for (k = 0; k < x->a->nproc; k++)
		n += x->a->proc[k].step == 1;
	return n;
}

static bool
is_in_the_middle(int state)
{
	return state != PROC_INITIAL && state != PROC_COMPLETED &&
	    state != PROC_ROLLED_BACK;
}

static void
put_procedure(const struct exec *x, size_t k, struct buf *b)
{
	const struct embed *e = &x->proc[k].step;
	size_t i;

	buf_printf(b, "procedure \"%s\"", name_str(x->a->proc[k].p->name));
	if (x->a->proc[k].rolling)
		buf_printf(b, ", node %u,", x->a->proc[k].step);
	buf_str(b, " is ");
	put_state(b, &procedure_fsm, x->proc[k].state);
	for (i = 0; i < e->n; i++) {
		buf_printf(b, e->n == 1 ? "  its step is " :
		    "  nested step %zu of %zu is ", i + 1, e->n);
		put_state(b, &step_fsm, e->step[i].state);
	}
}

static void
put_accepted(const struct exec *x, struct buf *b)
{
	static const enum command all[] = { COMMAND_RESUME, COMMAND_ROLLBACK,
		COMMAND_COMMIT };
	const char *before = "accepted now: ";
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (exec_leads_on(x, all[i])) {
			buf_printf(b, "%s%s", before, exec_word(all[i]));
			before = ", ";
		}
	buf_str(b, *before == ',' ? "\n" : "nothing is accepted any more\n");
}

/* What failed and may: it is to be looked after. */
static void
put_forgiven(const struct exec *x, struct buf *b)
{
	size_t i;

	for (i = 0; i < x->nrec; i++) {
		const struct act *a = &x->a->act[x->rec[i].a - 1];

		if (x->rec[i].kind != RECORD_END ||
		    x->rec[i].d != OUTCOME_OK || x->text[i] == NULL)
			continue;
		buf_printf(b, "failed, and may: %s of \"%s\": %s\n",
		    verb_name((enum verb)a->verb), name_str(a->verb ==
		    VERB_NOTIFY ? a->callback->label : a->entity),
		    x->text[i]);
	}
}

static void
put_snapshots(const struct exec *x, struct buf *b)
{
	size_t i, n[2] = { 0 };

	for (i = 0; i < x->keep.n; i++) {
		const struct kept *s = &x->keep.v[i];

		if (keep_is_there(s))
			n[s->kind]++;
		if (s->deed == KEEP_UNREVERTED)
			buf_printf(b, "\"%s\" could not be reverted to its "
			    "snapshot\n", name_str(s->entity));
	}
	for (i = 0; i < x->keep.nplace; i++)
		if (x->keep.place[i].is_short)
			buf_printf(b, "too little room: %u MiB were left in "
			    "\"%s\"\n", x->keep.place[i].mib,
			    name_str(x->keep.place[i].name));
	if (n[KEEP_BEFORE] + n[KEEP_FAILED] > 0)
		buf_printf(b, "snapshots: %zu of before, %zu of what failed; "
		    "camprun snapshots lists them\n", n[KEEP_BEFORE],
		    n[KEEP_FAILED]);
}

void
exec_stand(const struct exec *x, struct buf *b)
{
	size_t k, back = count(x, PROC_ROLLED_BACK);

	buf_printf(b, "procedures completed: %zu of %zu",
	    count(x, PROC_COMPLETED), count_all(x));
	if (back > 0)
		buf_printf(b, ", rolled back: %zu", back);
	buf_str(b, "\n");
	for (k = 0; k < x->a->nproc; k++)
		if (is_in_the_middle(x->proc[k].state))
			put_procedure(x, k, b);
	if (!x->in_flight && exec_status(x) != 0 && x->why[0] != '\0')
		buf_printf(b, "%s\n", x->why);
	if (back > 0 && x->state == CMPG_SUSPENDED_BY_ERROR_DETECTED)
		buf_str(b, "its phase is taken back: resume begins it anew, "
		    "with its gate\n");
	put_forgiven(x, b);
	put_snapshots(x, b);
	put_accepted(x, b);
}
