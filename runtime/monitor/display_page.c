/*
 * What a run looks like to people: one page for those who watch it and those
 * who read about it later. Where the campaign stands comes first, then what
 * went wrong, then every phase with its machines. States are words; colour
 * only repeats them.
 */
#include <string.h>

#include "buf.h"
#include "driver.h"
#include "exec.h"
#include "ledger.h"
#include "look.h"
#include "display.h"
#include "page.h"
#include "timeline.h"

/* So many machines are listed: one row each. Beyond that only phases that
 * something happens in list theirs. */
enum { MOST_MACHINES = 3000, MOST_FAILED = 20 };

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;"
	"--soft:#57606a;--line:#d0d7de;--queued:#6e7781;--running:#0550ae;"
	"--succeeded:#1a7f37;--failed:#a40e26;--undone:#8a4600}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;"
	"--paper:#0d1117;--soft:#9da7b3;--line:#3d444d;--queued:#9da7b3;"
	"--running:#79c0ff;--succeeded:#56d364;--failed:#ff9492;"
	"--undone:#f0b072}}\n"
	"body{font:16px/1.5 sans-serif;color:var(--ink);"
	"background:var(--paper);margin:0 auto;max-width:72em;padding:1em}\n"
	"h1{font-size:1.3em;margin:.2em 0}h2{font-size:1.1em;"
	"margin:1.2em 0 .3em}\n"
	"h1,h2,td,summary,p,li{overflow-wrap:anywhere}\n"
	"table{border-collapse:collapse;width:100%}"
	"td,th{text-align:left;vertical-align:top;padding:.15em .5em}"
	"th{color:var(--soft);font-weight:normal}"
	"tr+tr td{border-top:1px solid var(--line)}"
	"td.n,th.n{text-align:right}\n"
	"details{border-top:1px solid var(--line);padding:.3em 0}"
	".scroll{overflow-x:auto}small{color:var(--soft)}\n"
	".queued{color:var(--queued)}.running{color:var(--running)}"
	".succeeded{color:var(--succeeded)}.failed{color:var(--failed)}"
	".undone{color:var(--undone)}\n"
	"b.queued,b.running,b.succeeded,b.failed,b.undone{"
	"white-space:nowrap}\n"
	"progress{width:100%;height:1em}\n"
	"svg{min-width:40em;width:100%}svg text{fill:var(--ink);"
	"font:12px sans-serif}"
	"svg rect{fill:currentColor}svg line{stroke:var(--line)}\n"
	"@media(max-width:40em){body{padding:.5em}td,th{padding:.1em .25em}"
	".wide{display:none}}\n"
	"@media print{body{max-width:none}.scroll{overflow:visible}}\n";

/* --- where it stands --- */

static void
put_act_words(struct buf *b, const struct look *l, size_t i)
{
	static const char *const way[] = { "", "undo: ", "rollback: " };
	const struct act *a = &l->a->act[i];
	const struct board_act *x = &l->board->act[i];

	buf_printf(b, "%s%s", way[x->direction],
	    verb_name(x->direction == DO_FORWARD ? (enum verb)a->verb :
	    act_reverse(a)));
	if (a->entity != NAME_NONE) {
		buf_str(b, " ");
		buf_xml(b, name_str(a->entity), name_len(a->entity));
	}
	if (x->attempt > 1)
		buf_printf(b, ", attempt %u", x->attempt);
}

static void
put_working(struct buf *b, const struct look *l)
{
	size_t now = l->board->running;

	if (look_is_interrupted(l)) {
		buf_str(b, "<p class=\"failed\"><b>Nobody is at work:</b> the "
		    "runtime was interrupted. <code>camprun resume</code> "
		    "goes on.</p>\n");
		return;
	}
	if (l->pid == 0) {
		buf_str(b, "<p>Accepted now: ");
		page_text(b, look_advice(l));
		buf_str(b, ".</p>\n");
		return;
	}
	buf_printf(b, "<p>Process %ld is at work", l->pid);
	if (now != NO_ACT) {
		buf_printf(b, ": action %zu, ", now + 1);
		put_act_words(b, l, now);
	}
	buf_str(b, ".</p>\n");
}

static void
put_head(struct buf *b, const struct look *l)
{
	const struct board *o = l->board;
	size_t all = tally_all(&o->acts), done = o->acts.n[STAND_DONE];
	size_t i;

	buf_str(b, "<header><h1>");
	page_text(b, name_str(l->c->name));
	buf_str(b, "</h1>\n<p role=\"status\"><b>");
	page_text(b, exec_state_name(l->x));
	buf_printf(b, "</b>: %zu of %zu actions stand; ", done, all);
	for (i = 0; i < STAND_COUNT; i++)
		buf_printf(b, "%s%zu <span class=\"%s\">%s</span>",
		    i == 0 ? "" : ", ", o->acts.n[i],
		    page_class((enum stand)i), stand_name((enum stand)i));
	buf_printf(b, "</p>\n<progress max=\"%zu\" value=\"%zu\" "
	    "aria-label=\"actions that stand\"></progress>\n",
	    all == 0 ? 1 : all, done);
	put_working(b, l);
	buf_str(b, "<p><small>begun ");
	page_when(b, o->begun);
	buf_str(b, ", last record ");
	page_when(b, o->last);
	buf_str(b, ", ");
	timeline_span(b, o->last - o->begun);
	buf_str(b, " in between</small></p></header>\n");
}

/* --- what went wrong --- */

static void
put_failed(struct buf *b, const struct look *l)
{
	const struct board *o = l->board;
	size_t i, n = 0, all = o->acts.n[STAND_FAILED];

	if (all == 0)
		return;
	buf_str(b, "<section id=\"failed\"><h2>What failed</h2><ul>\n");
	for (i = 0; i < l->a->n && n < MOST_FAILED; i++) {
		if (o->act[i].stand != STAND_FAILED)
			continue;
		n++;
		buf_printf(b, "<li>action %zu: ", i + 1);
		put_act_words(b, l, i);
		if (o->act[i].why != 0) {
			buf_str(b, ": ");
			page_text(b, o->text[o->act[i].why]);
		}
		buf_str(b, "</li>\n");
	}
	if (n < all)
		buf_printf(b, "<li>and %zu more</li>\n", all - n);
	buf_str(b, "</ul></section>\n");
}

/* --- phases and machines --- */

static void
put_machine(struct buf *b, const struct look *l, const struct machine *m)
{
	const struct tally *t = &m->acts;

	buf_str(b, "<tr><td>");
	if (m->dn == NAME_NONE)
		buf_str(b, "<small>the model and the campaign</small>");
	else
		buf_xml(b, name_str(m->dn), name_len(m->dn));
	buf_str(b, "</td><td>");
	page_state(b, tally_stand(t));
	buf_printf(b, "</td><td class=\"n\">%zu/%zu</td><td>",
	    t->n[STAND_DONE], tally_all(t));
	if (m->last != NO_ACT)
		put_act_words(b, l, m->last);
	buf_str(b, "</td></tr>\n");
}

static void
put_machines(struct buf *b, const struct look *l, const struct phase *p)
{
	size_t i;

	buf_str(b, "<table><thead><tr><th scope=\"col\">machine</th>"
	    "<th scope=\"col\">state</th><th scope=\"col\" class=\"n\">actions"
	    "</th><th scope=\"col\">last</th></tr></thead><tbody>\n");
	for (i = 0; i < p->nmachine; i++)
		put_machine(b, l, &p->machine[i]);
	buf_str(b, "</tbody></table>\n");
}

/* Where something happens or went wrong. */
static bool
is_of_interest(enum stand s)
{
	return s == STAND_RUNNING || s == STAND_FAILED;
}

static void
put_phase(struct buf *b, const struct look *l, size_t k, bool list)
{
	const struct phase *p = &l->board->phase[k];
	enum stand s = tally_stand(&p->acts);

	buf_printf(b, "<details id=\"phase%zu\"%s><summary>", k,
	    is_of_interest(s) ? " open=\"open\"" : "");
	page_state(b, s);
	if (p->proc != NONE)
		buf_printf(b, " level %u", p->level);
	buf_str(b, " <strong>");
	page_text(b, p->name);
	buf_str(b, "</strong>");
	if (p->proc != NONE && l->a->proc[p->proc].rolling)
		buf_printf(b, ", node %u", l->a->proc[p->proc].step);
	buf_printf(b, ", %zu of %zu actions", p->acts.n[STAND_DONE],
	    tally_all(&p->acts));
	if (p->begun != 0 && p->ended > p->begun) {
		buf_str(b, ", ");
		timeline_span(b, p->ended - p->begun);
	}
	buf_str(b, "</summary>\n");
	if (list || is_of_interest(s))
		put_machines(b, l, p);
	else
		buf_printf(b, "<p>%zu machine%s, not listed here.</p>\n",
		    p->nmachine, p->nmachine == 1 ? "" : "s");
	buf_str(b, "</details>\n");
}

static void
put_counts(struct buf *b, const struct look *l)
{
	size_t machine[STAND_COUNT] = { 0 }, phase[STAND_COUNT] = { 0 };
	const struct board *o = l->board;
	size_t i, k;

	for (i = 0; i < o->nphase; i++) {
		phase[tally_stand(&o->phase[i].acts)]++;
		for (k = 0; k < o->phase[i].nmachine; k++)
			machine[tally_stand(&o->phase[i].machine[k].acts)]++;
	}
	buf_str(b, "<section id=\"counts\"><h2>How many</h2><table><thead><tr>"
	    "<th></th>");
	for (i = 0; i < STAND_COUNT; i++)
		buf_printf(b, "<th scope=\"col\" class=\"n\"><span "
		    "class=\"%s\">%s</span></th>", page_class((enum stand)i),
		    stand_name((enum stand)i));
	buf_str(b, "</tr></thead><tbody>\n<tr><th scope=\"row\">phases</th>");
	for (i = 0; i < STAND_COUNT; i++)
		buf_printf(b, "<td class=\"n\">%zu</td>", phase[i]);
	buf_str(b, "</tr>\n<tr><th scope=\"row\">machines in phases</th>");
	for (i = 0; i < STAND_COUNT; i++)
		buf_printf(b, "<td class=\"n\">%zu</td>", machine[i]);
	buf_str(b, "</tr></tbody></table></section>\n");
}

static void
put_phases(struct buf *b, const struct look *l)
{
	const struct board *o = l->board;
	size_t i, n = 0;

	for (i = 0; i < o->nphase; i++)
		n += o->phase[i].nmachine;
	buf_str(b, "<section id=\"phases\"><h2>Phases and their machines</h2>"
	    "\n");
	for (i = 0; i < o->nphase; i++)
		put_phase(b, l, i, n <= MOST_MACHINES);
	buf_str(b, "</section>\n");
}

/* --- the page --- */

void
display_page(const struct look *l, bool live, struct buf *b)
{
	buf_str(b, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
	    "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\"/>\n<title>");
	page_text(b, exec_state_name(l->x));
	buf_str(b, ": ");
	page_text(b, name_str(l->c->name));
	buf_str(b, "</title>\n<style>\n");
	buf_str(b, style);
	buf_str(b, "</style>\n");
	if (live && !look_is_over(l))
		buf_str(b, "<noscript><meta http-equiv=\"refresh\" "
		    "content=\"5\"/></noscript>\n"
		    "<script src=\"/live.js\" defer=\"defer\"></script>\n");
	buf_str(b, "</head><body>\n<main>\n");
	put_head(b, l);
	put_failed(b, l);
	ledger_page(l, b);
	put_counts(b, l);
	timeline_put(l, b);
	put_phases(b, l);
	buf_str(b, "</main></body></html>\n");
}
