/*
 * What else is there to know of a run, for people: what was forgiven, for it
 * is to be seen to; how validations ended; which snapshots there were.
 */
#include <string.h>

#include "buf.h"
#include "exec.h"
#include "keep.h"
#include "ledger.h"
#include "look.h"
#include "page.h"

enum { MOST = 200 }; /* rows of a table, forgiven failures */

static void
put_more(struct buf *b, size_t n)
{
	if (n > MOST)
		buf_printf(b, "<p>and %zu more</p>\n", n - MOST);
}

/* --- a rehearsal --- */

static void
put_rehearsal(struct buf *b, const struct look *l)
{
	const char *how = ledger_rehearsal(l);

	if (how != NULL)
		buf_printf(b, "<p id=\"rehearsal\">This is a rehearsal: all is "
		    "done, validated and rolled back. It <b>%s%s</b>.</p>\n",
		    strcmp(how, "under way") == 0 ? "is " : "", how);
}

/* --- what failed and may --- */

static void
put_forgiven(struct buf *b, const struct look *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->a->n; i++) {
		const struct act *a = &l->a->act[i];
		size_t why = l->board->act[i].forgiven;

		if (why == 0 || n++ >= MOST)
			continue;
		if (n == 1)
			buf_str(b, "<section id=\"forgiven\"><h2>What failed "
			    "and may</h2>\n<ul>\n");
		buf_printf(b, "<li>action %zu: %s ", i + 1,
		    verb_name((enum verb)a->verb));
		page_text(b, name_str(a->verb == VERB_NOTIFY ?
		    a->callback->label : a->entity));
		buf_str(b, ": ");
		page_text(b, l->board->text[why]);
		buf_str(b, "</li>\n");
	}
	if (n == 0)
		return;
	buf_str(b, "</ul>\n");
	put_more(b, n);
	buf_str(b, "</section>\n");
}

/* --- validations --- */

static void
put_validation(struct buf *b, const struct look *l, size_t i)
{
	const struct act *a = &l->a->act[i];
	const struct board_act *x = &l->board->act[i];

	buf_str(b, "<tr><td>");
	page_text(b, ledger_phase(l, i));
	buf_str(b, "</td><td>");
	if (a->proc != NONE)
		page_text(b, name_str(l->a->proc[a->proc].p->name));
	buf_str(b, "</td><td>");
	page_state(b, (enum stand)x->stand);
	if (x->attempt > 1)
		buf_printf(b, " at attempt %u", x->attempt);
	buf_str(b, "</td><td>");
	if (x->why != 0)
		page_text(b, l->board->text[x->why]);
	buf_str(b, "</td></tr>\n");
}

static void
put_validations(struct buf *b, const struct look *l)
{
	size_t i, n = 0, back = l->board->ntaken_back;

	for (i = 0; i < l->a->n; i++) {
		if (ledger_phase(l, i) == NULL || n++ >= MOST)
			continue;
		if (n == 1)
			buf_str(b, "<section id=\"validations\"><h2>"
			    "Validations</h2>\n<table><thead><tr>"
			    "<th scope=\"col\">phase</th>"
			    "<th scope=\"col\">procedure</th>"
			    "<th scope=\"col\">state</th>"
			    "<th scope=\"col\">why</th></tr></thead><tbody>\n");
		put_validation(b, l, i);
	}
	if (n == 0)
		return;
	buf_str(b, "</tbody></table>\n");
	put_more(b, n);
	if (back > 0)
		buf_printf(b, "<p class=\"failed\">%zu time%s a phase that was "
		    "not valid was taken back as a whole.</p>\n", back,
		    back == 1 ? "" : "s");
	buf_str(b, "</section>\n");
}

/* --- snapshots --- */

static void
put_snapshot(struct buf *b, const struct look *l, const struct kept *s)
{
	char name[KEEP_NAME];

	keep_name(exec_kept(l->x), s, name);
	buf_str(b, "<tr><td>");
	page_text(b, name_str(s->entity));
	buf_printf(b, "</td><td>%s</td><td>%s%s%s</td><td class=\"n\">%u KiB"
	    "</td><td class=\"wide\">",
	    s->kind == KEEP_BEFORE ? "before" : "what failed",
	    s->deed == KEEP_UNREVERTED || s->deed == KEEP_UNTAKEN ?
	    "<b class=\"failed\">" : "<b>", keep_deed_name(s->deed), "</b>",
	    s->kib);
	page_when(b, s->time);
	buf_printf(b, "</td><td class=\"wide\">%s</td></tr>\n", name);
}

static void
put_snapshots(struct buf *b, const struct look *l)
{
	const struct keep *k = exec_kept(l->x);
	size_t i;

	if (k->n == 0)
		return;
	buf_str(b, "<section id=\"snapshots\"><h2>Snapshots</h2>\n<table>"
	    "<thead><tr><th scope=\"col\">machine</th><th scope=\"col\">of"
	    "</th><th scope=\"col\">was last</th>"
	    "<th scope=\"col\" class=\"n\">size</th>"
	    "<th scope=\"col\" class=\"wide\">ordered</th>"
	    "<th scope=\"col\" class=\"wide\">name</th></tr></thead><tbody>\n");
	for (i = 0; i < k->n && i < MOST; i++)
		put_snapshot(b, l, &k->v[i]);
	buf_str(b, "</tbody></table>\n");
	put_more(b, k->n);
	buf_str(b, "</section>\n");
}

static void
put_room(struct buf *b, const struct look *l)
{
	const struct keep *k = exec_kept(l->x);
	size_t i;

	for (i = 0; i < k->nplace; i++) {
		if (!k->place[i].is_short)
			continue;
		buf_printf(b, "<p class=\"failed\"><b>Too little room:</b> %u "
		    "MiB were left in ", k->place[i].mib);
		page_text(b, name_str(k->place[i].name));
		buf_str(b, ".</p>\n");
	}
}

void
ledger_page(const struct look *l, struct buf *b)
{
	put_rehearsal(b, l);
	put_room(b, l);
	put_forgiven(b, l);
	put_validations(b, l);
	put_snapshots(b, l);
}
