/*
 * What will this campaign do to my system? Told to the people who approve it:
 * one sentence of counts, then everything in the order of execution. Beyond
 * FOLD actions a procedure is one line, and what it does is told once for all
 * that do the same side by side; no procedure is ever hidden but in the
 * summary, which fits a screen whatever the size.
 */
#include <stdlib.h>
#include <string.h>

#include "show.h"
#include "view_txt.h"

enum { FOLD = 200, SUMMARY_LINES = 24, WIDTH = 98, NAMED = 3 };

static const struct report_node *
next_procedure(const struct report_node *n)
{
	return txt_next(n, REPORT_PROCEDURE);
}

/* --- the head --- */

static void
order_line(struct page *p)
{
	const struct report_node *n = next_procedure(p->plan->child);
	const struct report_node *last = n, *x;
	const char *bound = report_text(p->plan, "bound");
	size_t waves = report_number(p->plan, "wave-count");

	if (n == NULL)
		return;
	for (x = n; x != NULL; x = next_procedure(x->next))
		last = x;
	buf_printf(p->out, "order: level%s %llu", waves > 1 ? "s" : "",
	    (unsigned long long)report_number(n, "level"));
	if (waves > 1)
		buf_printf(p->out, " to %llu",
		    (unsigned long long)report_number(last, "level"));
	buf_str(p->out, report_text(p->plan, "schedule") == NULL ?
	    ", one procedure a level\n" :
	    ", procedures of one level side by side\n");
	if (bound != NULL)
		buf_printf(p->out, "waves: %zu (bound %s%s)\n", waves, bound,
		    strtoull(bound, NULL, 10) == waves ? ", optimal" : "");
}

static void
name_line(struct page *p, const char *fact)
{
	const char *s = report_text(p->plan, fact);

	if (s == NULL)
		return;
	buf_printf(p->out, "%s: ", fact);
	txt_text(p, s);
	buf_char(p->out, '\n');
}

static void
sentence(struct page *p)
{
	txt_colour(p, TXT_BOLD);
	buf_str(p->out, report_text(p->plan, "summary"));
	txt_colour(p, TXT_PLAIN);
	buf_char(p->out, '\n');
}

/* What may be known of all: how long it takes at most. */
static void
time_line(struct page *p)
{
	const char *most = report_text(p->plan, "at-most");
	const char *turn = report_text(p->plan, "at-most-in-turn");

	if (most == NULL)
		return;
	buf_printf(p->out, "time: at most %s", most);
	if (turn != NULL)
		buf_printf(p->out, "; one procedure after the other: %s",
		    turn);
	buf_char(p->out, '\n');
}

static void
head(struct page *p)
{
	sentence(p);
	name_line(p, "campaign");
	name_line(p, "source");
	name_line(p, "target");
	order_line(p);
	time_line(p);
	if (p->tail != NULL) {
		buf_str(p->out, "names: \",..\" stands for \",");
		show_text(p->out, p->tail, p->tail_len);
		buf_str(p->out, "\"\n");
	}
}

/* --- before and after the procedures --- */

static void
command_line(struct page *p, const struct report_node *n, const char *what,
    const char *fact, const char *more)
{
	if (report_text(n, fact) == NULL)
		return;
	buf_printf(p->out, "%15s%s: ", "", what);
	txt_text(p, report_text(n, fact));
	if (more != NULL && report_text(n, more) != NULL) {
		buf_char(p->out, ' ');
		txt_text(p, report_text(n, more));
	}
	buf_char(p->out, '\n');
}

/* In full: the commands that new software brings. */
static void
bundle_lines(struct page *p)
{
	const struct report_node *n = p->plan->child;

	for (; (n = txt_next(n, REPORT_BUNDLE)) != NULL; n = n->next) {
		buf_printf(p->out, "%11s", "");
		txt_name(p, report_text(n, "name"));
		buf_char(p->out, '\n');
		command_line(p, n, "online install", "install-online",
		    "install-online-arguments");
		command_line(p, n, "offline install", "install-offline",
		    "install-offline-arguments");
		command_line(p, n, "online uninstall", "remove-online",
		    "remove-online-arguments");
		command_line(p, n, "offline uninstall", "remove-offline",
		    "remove-offline-arguments");
		command_line(p, n, "timeout", "timeout", NULL);
	}
}

static void
around(struct page *p, enum report_kind kind, const char *title)
{
	const struct report_node *n = txt_next(p->plan->child, kind);

	if (n == NULL || n->child == NULL)
		return;
	buf_printf(p->out, "\n%s\n", title);
	txt_callbacks(p, n);
	txt_actions(p, n);
}

static void
software(struct page *p)
{
	if (p->zoom != PLAN_FULL ||
	    txt_next(p->plan->child, REPORT_BUNDLE) == NULL)
		return;
	buf_str(p->out, "\nnew software and its commands\n");
	bundle_lines(p);
}

/* --- procedures --- */

/* "safSi=a, safSi=b and 3 more" */
static void
names(struct page *p, const struct report_node *n, enum report_kind kind)
{
	size_t i = 0, most = p->zoom == PLAN_FULL ? SIZE_MAX : NAMED;

	for (; (n = txt_next(n, kind)) != NULL; n = n->next, i++) {
		if (i < most) {
			buf_str(p->out, i > 0 ? ", " : " ");
			txt_name(p, report_text(n, "name"));
		}
	}
	if (i > most)
		buf_printf(p->out, " and %zu more", i - most);
}

static void
risk_line(struct page *p, const struct report_node *n)
{
	size_t count = report_number(n, "service-count");
	bool down = strcmp(report_text(n, "state"), "down") == 0;

	txt_colour(p, down ? TXT_BAD : TXT_PLAIN);
	buf_printf(p->out, "    service %s, %llu of %llu units",
	    report_text(n, "state"),
	    (unsigned long long)report_number(n, "units-left"),
	    (unsigned long long)report_number(n, "units"));
	if (report_text(n, "group") != NULL) {
		buf_str(p->out, " of ");
		txt_name(p, report_text(n, "group"));
	}
	buf_char(p->out, ':');
	if (count > 0) {
		buf_char(p->out, ' ');
		show_count(p->out, count, "service");
	}
	names(p, n->child, REPORT_MEMBER);
	if (txt_next(n->child, REPORT_DEPENDENT) != NULL)
		buf_str(p->out, " and on it");
	names(p, n->child, REPORT_DEPENDENT);
	if (txt_next(n->child, REPORT_FAILURE) != NULL)
		buf_str(p->out, "; hangs on");
	names(p, n->child, REPORT_FAILURE);
	if (report_text(n, "any-failure") != NULL)
		buf_str(p->out, "; hangs on each unit left");
	txt_colour(p, TXT_PLAIN);
	buf_char(p->out, '\n');
}

/* What services lose; beyond a few only in full. */
static void
risk_lines(struct page *p, const struct report_node *n)
{
	size_t i = 0, most = p->zoom == PLAN_FULL ? SIZE_MAX : p->fold ? 0 :
	    NAMED;

	for (n = n->child; (n = txt_next(n, REPORT_RISK)) != NULL;
	    n = n->next)
		if (i++ < most)
			risk_line(p, n);
	if (i > most && most > 0)
		buf_printf(p->out, "    and of %zu more groups\n", i - most);
}

/* ", 8 services with fewer units (6 at risk, 1 down)" */
static void
risk_of(struct page *p, const struct report_node *n)
{
	uint64_t reduced = report_number(n, "services-reduced");
	uint64_t down = report_number(n, "services-down");

	if (reduced == 0)
		return;
	buf_str(p->out, ", ");
	show_count(p->out, reduced, "service");
	buf_printf(p->out, " with fewer units (%llu at risk",
	    (unsigned long long)report_number(n, "services-at-risk"));
	if (down > 0)
		buf_printf(p->out, ", %llu down", (unsigned long long)down);
	buf_char(p->out, ')');
}

static void
service_lines(struct page *p, const struct report_node *n)
{
	const struct report_node *s = n->child;

	if (strcmp(report_text(n, "outage"), "any service") == 0)
		buf_str(p->out, "    services: any may go down\n");
	for (; (s = txt_next(s, REPORT_SERVICE)) != NULL; s = s->next) {
		bool risk = strcmp(report_text(s, "state"), "at risk") == 0;

		txt_colour(p, risk ? TXT_BAD : TXT_PLAIN);
		buf_printf(p->out, "    service %s: ",
		    report_text(s, "state"));
		txt_name(p, report_text(s, "name"));
		txt_colour(p, TXT_PLAIN);
		buf_char(p->out, '\n');
	}
	risk_lines(p, n);
}

/* Whom a nested step is about: what it brings, or what it acts on. */
static const char *
subject_role(const struct report_node *step)
{
	static const char *const roles[] = { "is new", "changes", "comes up",
		"goes down", "is removed" };
	const struct report_node *e;
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		for (e = step->child; (e = txt_next(e, REPORT_ENTITY)) !=
		    NULL; e = e->next)
			if (strcmp(report_text(e, "role"), roles[i]) == 0)
				return roles[i];
	return "";
}

static const struct report_node *
next_subject(const struct report_node *n, const char *role)
{
	for (; (n = txt_next(n, REPORT_ENTITY)) != NULL; n = n->next)
		if (strcmp(report_text(n, "role"), role) == 0)
			return n;
	return NULL;
}

static size_t
count_subjects(const struct report_node *step, const char *role)
{
	const struct report_node *n = step->child;
	size_t count = 0;

	for (; (n = next_subject(n, role)) != NULL; n = n->next)
		count++;
	return count;
}

static void
subjects(struct page *p, const struct report_node *step)
{
	const char *role = subject_role(step);
	const struct report_node *n = step->child;
	size_t left = count_subjects(step, role), i = 0;

	for (; (n = next_subject(n, role)) != NULL; n = n->next, left--) {
		if (p->fold && i >= NAMED && left > 1) {
			buf_printf(p->out, " and %zu more", left);
			return;
		}
		buf_str(p->out, i++ == 0 ? ": " : ", ");
		txt_name(p, report_text(n, "name"));
	}
}

static void
step_line(struct page *p, const struct report_node *n, bool nested)
{
	uint64_t retries = report_number(n, "retries");

	buf_str(p->out, "    ");
	if (nested)
		buf_printf(p->out, "[%llu] ",
		    (unsigned long long)report_number(n, "number"));
	buf_printf(p->out, "%s step %s", report_text(n, "type"),
	    report_text(n, "deed"));
	subjects(p, n);
	if (retries != 1 || p->zoom == PLAN_FULL) {
		buf_str(p->out, "; at most ");
		show_count(p->out, retries, "retry");
	}
	buf_char(p->out, '\n');
	txt_why(p, 8, n);
	txt_callbacks(p, n);
}

static void
step_lines(struct page *p, const struct report_node *procedure)
{
	const struct report_node *n =
	    txt_next(procedure->child, REPORT_STEP);
	bool nested = n != NULL && txt_next(n->next, REPORT_STEP) != NULL;

	for (; n != NULL; n = txt_next(n->next, REPORT_STEP))
		step_line(p, n, nested);
}

/* Over which nodes: those the innermost pair names, or all it finds. */
static void
rolling_line(struct page *p, const struct report_node *procedure)
{
	const struct report_node *n =
	    txt_next(procedure->child, REPORT_NODE), *x;
	size_t left = 0, i = 0;

	if (n == NULL)
		return;
	for (x = n; x != NULL; x = txt_next(x->next, REPORT_NODE))
		left++;
	buf_str(p->out, "    rolling: all this for each node, one after the "
	    "other: ");
	if (report_text(n, "in") != NULL) {
		buf_str(p->out, "all");
		if (report_text(n, "type") != NULL) {
			buf_str(p->out, " of type ");
			txt_name(p, report_text(n, "type"));
		}
		buf_str(p->out, " in ");
		txt_name(p, report_text(n, "in"));
		n = NULL;
	}
	for (; n != NULL; n = txt_next(n->next, REPORT_NODE), left--) {
		if (p->fold && i >= NAMED && left > 1) {
			buf_printf(p->out, " and %zu more", left);
			break;
		}
		buf_str(p->out, i++ == 0 ? "" : ", ");
		txt_name(p, report_text(n, "name"));
	}
	buf_char(p->out, '\n');
}

static void
name_of_procedure(struct page *p, const struct report_node *n)
{
	buf_printf(p->out, "level %llu: ",
	    (unsigned long long)report_number(n, "level"));
	txt_colour(p, TXT_BOLD);
	txt_text(p, report_text(n, "name"));
	txt_colour(p, TXT_PLAIN);
}

static void
procedure(struct page *p, const struct report_node *n)
{
	buf_char(p->out, '\n');
	name_of_procedure(p, n);
	buf_char(p->out, '\n');
	if (report_text(n, "at-most") != NULL)
		buf_printf(p->out, "    at most %s\n",
		    report_text(n, "at-most"));
	txt_why(p, 4, n);
	service_lines(p, n);
	rolling_line(p, n);
	step_lines(p, n);
	txt_actions(p, n);
}

/* --- waves --- */

static void
counts(struct page *p, const struct report_wave *w)
{
	show_count(p->out, w->procedures, "procedure");
	buf_str(p->out, ", ");
	show_count(p->out, w->actions, "action");
	buf_str(p->out, ", ");
	show_count(p->out, w->hosts, "host");
	buf_str(p->out, " restarted");
}

static void
wave_fact(struct page *p, const char *words, const char *fact)
{
	if (fact == NULL)
		return;
	buf_str(p->out, words);
	txt_text(p, fact);
}

static void
wave_line(struct page *p, size_t number, const struct report_wave *w)
{
	buf_printf(p->out, "wave %zu: ", number);
	counts(p, w);
	if (w->facts != NULL) {
		wave_fact(p, ", at most ", w->at_most);
		wave_fact(p, ", phase ", report_text(w->facts, "phase"));
		wave_fact(p, " after ", report_text(w->facts, "gate"));
		risk_of(p, w->facts);
	}
	buf_char(p->out, '\n');
}

static void
actions_of(struct page *p, const struct report_node *n)
{
	const struct report_node *a = txt_next(n->child, REPORT_ACTION);
	uint64_t first = a == NULL ? 0 : report_number(a, "number");
	uint64_t count = report_number(n, "action-count");

	if (count == 0)
		buf_str(p->out, ", no actions");
	else if (count == 1)
		buf_printf(p->out, ", action %llu", (unsigned long long)first);
	else
		buf_printf(p->out, ", actions %llu-%llu",
		    (unsigned long long)first,
		    (unsigned long long)(first + count - 1));
}

static bool
same(const struct report_node *a, const struct report_node *b,
    const char *fact)
{
	const char *x = report_text(a, fact), *y = report_text(b, fact);

	return x == y || (x != NULL && y != NULL && strcmp(x, y) == 0);
}

static bool
same_step(const struct report_node *a, const struct report_node *b)
{
	const char *role = subject_role(a);

	return same(a, b, "type") && same(a, b, "why") &&
	    report_number(a, "retries") == report_number(b, "retries") &&
	    same(a, b, "deed") &&
	    strcmp(role, subject_role(b)) == 0 &&
	    count_subjects(a, role) == count_subjects(b, role) &&
	    txt_next(a->child, REPORT_CALLBACK) == NULL &&
	    txt_next(b->child, REPORT_CALLBACK) == NULL;
}

/* Do two procedures do the same, each to its own? */
static bool
same_shape(const struct report_node *a, const struct report_node *b)
{
	const struct report_node *x = txt_next(a->child, REPORT_STEP);
	const struct report_node *y = txt_next(b->child, REPORT_STEP);

	if (!same(a, b, "why") || !same(a, b, "method") ||
	    !same(a, b, "outage") ||
	    txt_next(a->child, REPORT_NODE) != NULL ||
	    txt_next(b->child, REPORT_NODE) != NULL)
		return false;
	for (; x != NULL && y != NULL && same_step(x, y);
	    x = txt_next(x->next, REPORT_STEP))
		y = txt_next(y->next, REPORT_STEP);
	return x == NULL && y == NULL;
}

/* "4 VMs like safEE=a,.." of a nested step. */
static void
like(struct page *p, const struct report_node *step)
{
	const char *role = subject_role(step);
	const struct report_node *n = next_subject(step->child, role);
	size_t count = count_subjects(step, role);

	if (n == NULL)
		return;
	buf_char(p->out, ' ');
	show_count(p->out, count, report_text(n, "what"));
	buf_str(p->out, count == 1 ? ", " : " like ");
	txt_name(p, report_text(n, "name"));
}

/* What a procedure does, told for all that do the same. */
static void
shape(struct page *p, const struct report_node *n, size_t count)
{
	const struct report_node *s = txt_next(n->child, REPORT_STEP);

	if (report_text(n, "why") != NULL) {
		buf_printf(p->out, "      %s", count > 1 ? "each " : "");
		txt_text(p, report_text(n, "why"));
		buf_char(p->out, '\n');
	}
	rolling_line(p, n);
	for (; s != NULL; s = txt_next(s->next, REPORT_STEP)) {
		buf_printf(p->out, "      [%llu] %s step %s",
		    (unsigned long long)report_number(s, "number"),
		    report_text(s, "type"), report_text(s, "deed"));
		like(p, s);
		buf_char(p->out, '\n');
		txt_callbacks(p, s);
	}
}

/* Procedures that do the same, a line each; from first up to end. Alone: each
 * is a wave by itself. */
static void
fold(struct page *p, const struct report_node *first,
    const struct report_node *end, bool alone)
{
	const struct report_node *n, *like_this = first;
	size_t count = 0;

	for (n = first; n != end && n != NULL; n = n->next) {
		count++;
		buf_str(p->out, "  ");
		name_of_procedure(p, n);
		actions_of(p, n);
		if (alone)
			risk_of(p, n);
		buf_char(p->out, '\n');
		service_lines(p, n);
		if (n->next != end && n->next != NULL &&
		    n->next->kind == REPORT_PROCEDURE &&
		    same_shape(like_this, n->next))
			continue;
		shape(p, like_this, count);
		like_this = n->next;
		count = 0;
	}
}

static void
folded(struct page *p)
{
	const struct report_node *n = next_procedure(p->plan->child), *end;
	bool waves = report_number(p->plan, "wave-count") <
	    report_number(p->plan, "procedure-count");
	struct report_wave w;
	size_t i = 0;

	if (n != NULL)
		buf_str(p->out, "\nfolded: a line for each procedure; --full "
		    "has each action\n");
	if (!waves && n != NULL) {
		for (end = n; end != NULL && end->kind == REPORT_PROCEDURE;)
			end = end->next;
		fold(p, n, end, true);
		return;
	}
	for (; n != NULL && n->kind == REPORT_PROCEDURE; n = w.end) {
		w = report_wave_at(p->plan, n);
		buf_char(p->out, '\n');
		wave_line(p, ++i, &w);
		fold(p, w.first, w.end, false);
	}
}

/* --- summary --- */

/* One line, cut at the width of the page. */
static void
end_line(struct page *p, struct buf *line, struct buf *out)
{
	p->out = out;
	if (line->len > WIDTH) {
		line->len = WIDTH - 3;
		while ((line->data[line->len] & 0xc0) == 0x80)
			line->len--; /* no character is cut in two */
		buf_str(line, "...");
	}
	buf_add(out, line->data, line->len);
	buf_char(out, '\n');
	line->len = 0;
}

static void
summary_procedure(struct page *p, const struct report_node *n)
{
	struct buf line = { 0 }, *out = p->out;
	bool colour = p->colour;
	size_t steps = 0;
	const struct report_node *s = n->child;

	p->out = &line;
	p->colour = false; /* a cut line must not cut an escape */
	buf_str(&line, "  ");
	name_of_procedure(p, n);
	buf_str(&line, ", ");
	show_count(&line, report_number(n, "action-count"), "action");
	for (; (s = txt_next(s, REPORT_STEP)) != NULL; s = s->next)
		steps++;
	if (steps > 1)
		buf_printf(&line, " in %zu nested steps", steps);
	if (report_text(n, "why") != NULL) {
		buf_str(&line, ": ");
		txt_text(p, report_text(n, "why"));
	}
	p->colour = colour;
	end_line(p, &line, out);
	buf_free(&line);
}

/* So many waves after each other in a line. */
static const struct report_node *
summary_waves(struct page *p, const struct report_node *n, size_t from,
    size_t most)
{
	struct report_wave sum = { 0 }, w;
	size_t i;

	for (i = 0; i < most && n != NULL && n->kind == REPORT_PROCEDURE;
	    i++) {
		w = report_wave_at(p->plan, n);
		sum.procedures += w.procedures;
		sum.actions += w.actions;
		sum.hosts += w.hosts;
		n = w.end;
	}
	if (i == 1) {
		buf_str(p->out, "  ");
		wave_line(p, from + 1, &w);
		return n;
	}
	buf_printf(p->out, "  waves %zu to %zu: ", from + 1, from + i);
	counts(p, &sum);
	buf_char(p->out, '\n');
	return n;
}

static void
summary_each(struct page *p, bool waves)
{
	const struct report_node *n = next_procedure(p->plan->child);
	struct report_wave w = { 0 };
	size_t i = 0;

	for (; n != NULL; n = next_procedure(n->next)) {
		if (waves && (i == 0 || n == w.end)) {
			w = report_wave_at(p->plan, n);
			wave_line(p, ++i, &w);
		}
		summary_procedure(p, n);
	}
}

static void
summary(struct page *p)
{
	const struct report_node *n = next_procedure(p->plan->child);
	size_t waves = report_number(p->plan, "wave-count"), at;
	size_t each = (waves + SUMMARY_LINES - 1) / SUMMARY_LINES;
	bool told = txt_next(p->plan->child, REPORT_WAVE) != NULL;

	head(p);
	if (report_number(p->plan, "procedure-count") + (told ? waves : 0) <=
	    SUMMARY_LINES) {
		summary_each(p, told);
		return;
	}
	for (at = 0; at < waves; at += each)
		n = summary_waves(p, n, at, each);
}

/* Each in full, the waves told of before them. */
static void
procedures(struct page *p)
{
	const struct report_node *n = next_procedure(p->plan->child);
	struct report_wave w = { 0 };
	bool told = txt_next(p->plan->child, REPORT_WAVE) != NULL;
	size_t i = 0;

	for (; n != NULL; n = next_procedure(n->next)) {
		if (i == 0 || n == w.end) {
			w = report_wave_at(p->plan, n);
			i++;
			if (told) {
				buf_char(p->out, '\n');
				wave_line(p, i, &w);
			}
		}
		procedure(p, n);
	}
}

static void
details(struct page *p)
{
	head(p);
	buf_str(p->out, "marks: + comes  - goes  ~ changes  v goes down  "
	    "^ comes up  @ restarts  > moves  ! other\n");
	software(p);
	around(p, REPORT_BEFORE, "before the first procedure");
	if (p->zoom != PLAN_FULL &&
	    report_number(p->plan, "action-count") > FOLD)
		folded(p);
	else
		procedures(p);
	around(p, REPORT_AFTER, "after the last procedure");
	around(p, REPORT_COMMIT,
	    "after commit; there is no rollback any more");
	buf_char(p->out, '\n');
}

static bool
rolls(const struct report_node *plan)
{
	const struct report_node *n = plan->child;

	for (; (n = next_procedure(n)) != NULL; n = n->next)
		if (strcmp(report_text(n, "method"), "rolling") == 0)
			return true;
	return false;
}

void
view_txt(const struct report *r, enum plan_zoom zoom, bool colour,
    struct buf *out)
{
	struct page p = { .plan = r->root, .zoom = zoom, .colour = colour,
		.out = out };

	p.fold = zoom != PLAN_FULL && (rolls(p.plan) ||
	    report_number(p.plan, "action-count") > FOLD);
	/* The root is said once, not in every line; in full every name is
	 * whole. */
	p.tail = zoom == PLAN_DEFAULT ? report_tail(r) : NULL;
	p.tail_len = p.tail == NULL ? 0 : strlen(p.tail);
	if (zoom == PLAN_SUMMARY)
		summary(&p);
	else
		details(&p);
	sentence(&p);
}
