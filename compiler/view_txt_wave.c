/*
 * What does a wave do? A line of counts, and folded a line for each procedure:
 * what they do is told once for all that do the same side by side.
 */
#include <string.h>

#include "show.h"
#include "view_txt.h"

void
txt_counts(struct page *p, const struct report_wave *w)
{
	show_count(p->out, w->procedures, "procedure");
	buf_str(p->out, ", ");
	show_count(p->out, w->actions, "action");
	buf_str(p->out, ", ");
	show_count(p->out, w->hosts, "host");
	buf_str(p->out, " restarted");
	if (w->morphs > 0) {
		buf_str(p->out, ", ");
		show_count(p->out, w->morphs, "VM");
		buf_str(p->out, " morphed");
	}
}

static void
wave_fact(struct page *p, const char *words, const char *fact)
{
	if (fact == NULL)
		return;
	buf_str(p->out, words);
	txt_text(p, fact);
}

void
txt_wave(struct page *p, size_t number, const struct report_wave *w)
{
	buf_printf(p->out, "wave %zu: ", number);
	txt_counts(p, w);
	if (w->facts != NULL) {
		wave_fact(p, ", at most ", w->at_most);
		wave_fact(p, ", phase ", report_text(w->facts, "phase"));
		wave_fact(p, " after ", report_text(w->facts, "gate"));
		txt_risk_of(p, w->facts);
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
same_step(const struct report_node *a, const struct report_node *b)
{
	const char *role = txt_subject_role(a);

	return report_same(a, b, "type") && report_same(a, b, "why") &&
	    report_number(a, "retries") == report_number(b, "retries") &&
	    report_same(a, b, "deed") &&
	    strcmp(role, txt_subject_role(b)) == 0 &&
	    txt_count_subjects(a, role) == txt_count_subjects(b, role) &&
	    txt_next(a->child, REPORT_CALLBACK) == NULL &&
	    txt_next(b->child, REPORT_CALLBACK) == NULL;
}

/* Do two procedures do the same, each to its own? */
static bool
same_shape(const struct report_node *a, const struct report_node *b)
{
	const struct report_node *x = txt_next(a->child, REPORT_STEP);
	const struct report_node *y = txt_next(b->child, REPORT_STEP);

	if (!report_same(a, b, "why") || !report_same(a, b, "method") ||
	    !report_same(a, b, "outage") ||
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
	const char *role = txt_subject_role(step);
	const struct report_node *n = txt_next_subject(step->child, role);
	size_t count = txt_count_subjects(step, role);

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
	txt_rolling(p, n);
	txt_morphs(p, n);
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
		txt_procedure_name(p, n);
		actions_of(p, n);
		if (alone)
			txt_risk_of(p, n);
		buf_char(p->out, '\n');
		txt_services(p, n);
		if (n->next != end && n->next != NULL &&
		    n->next->kind == REPORT_PROCEDURE &&
		    same_shape(like_this, n->next))
			continue;
		shape(p, like_this, count);
		like_this = n->next;
		count = 0;
	}
}

void
txt_folded(struct page *p)
{
	const struct report_node *n = txt_next_proc(p->plan->child), *end;
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
		txt_wave(p, ++i, &w);
		fold(p, w.first, w.end, false);
	}
}

