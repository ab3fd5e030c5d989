/*
 * What does one procedure do? Where it stands, why, what becomes of services,
 * its steps with whom they act on, and its actions.
 */
#include <string.h>

#include "show.h"
#include "view_txt.h"

enum { NAMED = 3 };

const struct report_node *
txt_next_proc(const struct report_node *n)
{
	return txt_next(n, REPORT_PROCEDURE);
}

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
void
txt_risk_of(struct page *p, const struct report_node *n)
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

void
txt_services(struct page *p, const struct report_node *n)
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
const char *
txt_subject_role(const struct report_node *step)
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

const struct report_node *
txt_next_subject(const struct report_node *n, const char *role)
{
	for (; (n = txt_next(n, REPORT_ENTITY)) != NULL; n = n->next)
		if (strcmp(report_text(n, "role"), role) == 0)
			return n;
	return NULL;
}

size_t
txt_count_subjects(const struct report_node *step, const char *role)
{
	const struct report_node *n = step->child;
	size_t count = 0;

	for (; (n = txt_next_subject(n, role)) != NULL; n = n->next)
		count++;
	return count;
}

static void
subjects(struct page *p, const struct report_node *step)
{
	const char *role = txt_subject_role(step);
	const struct report_node *n = step->child;
	size_t left = txt_count_subjects(step, role), i = 0;

	for (; (n = txt_next_subject(n, role)) != NULL; n = n->next, left--) {
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
void
txt_rolling(struct page *p, const struct report_node *procedure)
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

void
txt_morphs(struct page *p, const struct report_node *procedure)
{
	const struct report_node *n = procedure->child;
	const char *on, *to, *how;

	for (; (n = txt_next(n, REPORT_MORPH)) != NULL; n = n->next) {
		on = report_text(n, "on");
		to = report_text(n, "to");
		how = report_text(n, "migration");
		buf_str(p->out, "    morphs: ");
		txt_name(p, report_text(n, "name"));
		if (on != NULL) {
			buf_str(p->out, to == NULL ? " on " : " from ");
			txt_name(p, on);
		}
		if (to != NULL) {
			buf_str(p->out, " to ");
			txt_name(p, to);
		}
		if (to != NULL && how != NULL) {
			buf_str(p->out, "; migration ");
			txt_text(p, how);
		}
		buf_char(p->out, '\n');
	}
}

void
txt_procedure_name(struct page *p, const struct report_node *n)
{
	buf_printf(p->out, "level %llu: ",
	    (unsigned long long)report_number(n, "level"));
	txt_colour(p, TXT_BOLD);
	txt_text(p, report_text(n, "name"));
	txt_colour(p, TXT_PLAIN);
}

void
txt_procedure(struct page *p, const struct report_node *n)
{
	buf_char(p->out, '\n');
	txt_procedure_name(p, n);
	buf_char(p->out, '\n');
	if (report_text(n, "at-most") != NULL)
		buf_printf(p->out, "    at most %s\n",
		    report_text(n, "at-most"));
	txt_why(p, 4, n);
	txt_services(p, n);
	txt_rolling(p, n);
	txt_morphs(p, n);
	step_lines(p, n);
	txt_actions(p, n);
}

