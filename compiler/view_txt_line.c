/*
 * How does one action look as text? A number, a mark, the verb, the nested
 * step, and on what; below it what it changes in the model.
 */
#include <string.h>

#include "show.h"
#include "view_txt.h"

enum { LISTED = 10, INDENT = 11 };

static const struct {
	const char *verb;
	char mark;
	enum txt_colour colour;
} marks[] = {
	{ "online-install", '+', TXT_GOOD },
	{ "offline-install", '+', TXT_GOOD },
	{ "online-uninstall", '-', TXT_BAD },
	{ "offline-uninstall", '-', TXT_BAD },
	{ "lock", 'v', TXT_BAD },
	{ "terminate", 'v', TXT_BAD },
	{ "instantiate", '^', TXT_GOOD },
	{ "unlock", '^', TXT_GOOD },
	{ "restart", '@', TXT_CHANGE },
	{ "modify-im", '~', TXT_CHANGE },
	{ "migrate", '>', TXT_CHANGE },
};

void
txt_colour(struct page *p, enum txt_colour c)
{
	static const char *const codes[] = { [TXT_PLAIN] = "\033[0m",
		[TXT_GOOD] = "\033[32m", [TXT_BAD] = "\033[31m",
		[TXT_CHANGE] = "\033[36m", [TXT_BOLD] = "\033[1m",
		[TXT_SOFT] = "\033[2m" };

	if (p->colour)
		buf_str(p->out, codes[c]);
}

void
txt_text(struct page *p, const char *s)
{
	show_text(p->out, s, strlen(s));
}

void
txt_name(struct page *p, const char *s)
{
	size_t n = strlen(s);

	if (p->tail == NULL || n <= p->tail_len + 1 ||
	    s[n - p->tail_len - 1] != ',' ||
	    memcmp(s + n - p->tail_len, p->tail, p->tail_len) != 0) {
		show_text(p->out, s, n);
		return;
	}
	show_text(p->out, s, n - p->tail_len - 1);
	buf_str(p->out, ",..");
}

void
txt_why(struct page *p, unsigned indent, const struct report_node *n)
{
	const char *why = report_text(n, "why");

	if (why == NULL)
		return;
	txt_colour(p, TXT_SOFT);
	buf_printf(p->out, "%*swhy: ", (int)indent, "");
	txt_text(p, why);
	txt_colour(p, TXT_PLAIN);
	buf_char(p->out, '\n');
}

bool
txt_same_why(const struct report_node *a, const struct report_node *b)
{
	const char *x = report_text(a, "why"), *y = report_text(b, "why");

	return x != NULL && y != NULL && strcmp(x, y) == 0;
}

const struct report_node *
txt_next(const struct report_node *n, enum report_kind kind)
{
	while (n != NULL && n->kind != kind)
		n = n->next;
	return n;
}

/* " word fact", if there is such a fact. */
static void
part(struct page *p, const char *word, const struct report_node *n,
    const char *fact)
{
	const char *s = report_text(n, fact);

	if (s == NULL)
		return;
	buf_str(p->out, word);
	txt_name(p, s);
}

/* --- changes of the model --- */

static void
attribute_line(struct page *p, const struct report_node *n)
{
	const char *old = report_text(n, "old");
	const struct report_node *v = n->child;

	buf_printf(p->out, "%*s", INDENT + 4, "");
	txt_text(p, report_text(n, "name"));
	if (old == NULL)
		buf_printf(p->out, " %s ", report_text(n, "operator"));
	else {
		buf_str(p->out, ": ");
		txt_name(p, old);
		buf_str(p->out, " -> ");
	}
	if (v == NULL)
		buf_str(p->out, "(none)");
	for (; v != NULL; v = v->next) {
		txt_name(p, report_text(v, "text"));
		buf_str(p->out, v->next == NULL ? "" : " | ");
	}
	if (report_text(n, "time") != NULL)
		buf_printf(p->out, " (%s)", report_text(n, "time"));
	buf_char(p->out, '\n');
}

static void
begin_change(struct page *p, char mark, enum txt_colour colour)
{
	txt_colour(p, colour);
	buf_printf(p->out, "%*s%c ", INDENT, "", mark);
	txt_colour(p, TXT_PLAIN);
}

/* Catching and mobilising, told by the VM: the dependency's own name says
 * nothing more. */
static bool
sponsor_line(struct page *p, const struct report_node *n)
{
	const char *vm = report_text(n, "vm");
	const struct report_node *a = n->child, *v;

	if (vm == NULL || p->zoom == PLAN_FULL || a == NULL ||
	    strcmp(report_text(n, "kind"), "modify") != 0 ||
	    a->next != NULL || strcmp(report_text(a, "operator"), ":=") != 0)
		return false;
	begin_change(p, '~', TXT_CHANGE);
	txt_name(p, vm);
	buf_str(p->out, " is sponsored by ");
	for (v = a->child; v != NULL; v = v->next) {
		txt_name(p, report_text(v, "text"));
		buf_str(p->out, v->next == NULL ? "" : " | ");
	}
	buf_char(p->out, '\n');
	return true;
}

/* What a template reaches, or the object itself. */
static void
reached(struct page *p, const struct report_node *n)
{
	if (report_text(n, "object") != NULL) {
		part(p, "", n, "object");
		return;
	}
	if (report_text(n, "type") == NULL) {
		part(p, "", n, "below");
	} else {
		part(p, "all of type ", n, "type");
		part(p, " below ", n, "below");
	}
	part(p, ", its ", n, "rdn");
}

static void
change_line(struct page *p, const struct report_node *n)
{
	const char *kind = report_text(n, "kind");
	const struct report_node *a;
	bool creates = strcmp(kind, "create") == 0;
	bool deletes = strcmp(kind, "delete") == 0;

	if (sponsor_line(p, n))
		return;
	begin_change(p, creates ? '+' : deletes ? '-' : '~', creates ?
	    TXT_GOOD : deletes ? TXT_BAD : TXT_CHANGE);
	reached(p, n);
	if (report_text(n, "class") != NULL) {
		buf_str(p->out, " (");
		txt_text(p, report_text(n, "class"));
		buf_char(p->out, ')');
	}
	buf_char(p->out, '\n');
	if (p->zoom == PLAN_FULL && report_text(n, "vm") != NULL) {
		buf_printf(p->out, "%*sVM ", INDENT + 4, "");
		txt_text(p, report_text(n, "vm"));
		buf_char(p->out, '\n');
	}
	if (!creates || p->zoom == PLAN_FULL)
		for (a = n->child; a != NULL; a = a->next)
			attribute_line(p, a);
}

static bool
is_like(const struct report_node *a, const struct report_node *b)
{
	return report_same(a, b, "kind") && report_same(a, b, "class") &&
	    (a->child == NULL || b->child == NULL ||
	    report_same(a->child, b->child, "name"));
}

static void
changes(struct page *p, const struct report_node *n)
{
	const struct report_node *from, *x;
	size_t i, more;

	for (; n != NULL; n = x) {
		for (x = from = n, i = 0; x != NULL && is_like(from, x) &&
		    (!p->fold || i < LISTED); x = x->next, i++) {
			change_line(p, x);
			if (x->next == NULL || !is_like(x, x->next) ||
			    !txt_same_why(x, x->next) ||
			    p->zoom == PLAN_FULL)
				txt_why(p, INDENT + 4, x);
		}
		for (more = 0; x != NULL && is_like(from, x); x = x->next)
			more++;
		if (more > 0)
			buf_printf(p->out, "%*s... and %zu more like these\n",
			    INDENT, "", more);
	}
}

/* Changes below a node; or only those of sponsors. */
static size_t
count(const struct report_node *n, bool sponsors)
{
	size_t found = 0;

	for (n = n->child; n != NULL; n = n->next)
		found += n->kind == REPORT_CHANGE && (!sponsors ||
		    (report_text(n, "vm") != NULL &&
		    strcmp(report_text(n, "kind"), "modify") == 0));
	return found;
}

/* --- actions --- */

static void
begin_line(struct page *p, const struct report_node *n)
{
	const char *verb = report_text(n, "verb");
	size_t i = 0, most = sizeof(marks) / sizeof(marks[0]);

	while (i < most && strcmp(marks[i].verb, verb) != 0)
		i++;
	buf_printf(p->out, "%8llu ",
	    (unsigned long long)report_number(n, "number"));
	txt_colour(p, i < most ? marks[i].colour : TXT_CHANGE);
	buf_printf(p->out, "%c %-17s", i < most ? marks[i].mark : '!', verb);
	txt_colour(p, TXT_PLAIN);
}

static void
model_action(struct page *p, const struct report_node *n)
{
	size_t changed = count(n, false), vms = count(n, true);

	buf_char(p->out, ' ');
	if (changed == 0)
		buf_str(p->out, "nothing but the maintenance status");
	else
		show_count(p->out, changed, "change");
	if (vms > 0) {
		buf_str(p->out, ", sponsors of ");
		show_count(p->out, vms, "VM");
	}
	buf_char(p->out, '\n');
	changes(p, n->child);
}

/* In full: how it is taken back, if the campaign says. */
static void
undo_line(struct page *p, const struct report_node *n)
{
	if (report_text(n, "undo") == NULL || p->zoom != PLAN_FULL)
		return;
	buf_printf(p->out, "%*s", INDENT, "");
	part(p, "undo: ", n, "undo");
	part(p, " ", n, "undo-arguments");
	part(p, ": ", n, "undo-parameters");
	buf_char(p->out, '\n');
}

/* On what, and what the order is. */
static void
whom(struct page *p, const struct report_node *n, bool nested)
{
	bool each = report_text(n, "each") != NULL;

	if (nested && report_number(n, "step") > 0)
		buf_printf(p->out, " [%llu]",
		    (unsigned long long)report_number(n, "step"));
	part(p, " ", n, "bundle");
	if (report_text(n, "bundle") != NULL)
		buf_str(p->out, " for");
	part(p, " ", n, "operation");
	part(p, " ", n, "label");
	if (p->zoom == PLAN_FULL || report_text(n, "label") != NULL)
		part(p, ": ", n, "string");
	part(p, " ", n, "command");
	part(p, " ", n, "arguments");
	part(p, each ? " each of " : " ", n, "entity");
	part(p, ": ", n, "parameters");
	part(p, " all of type ", n, "type");
	part(p, report_text(n, "type") == NULL ? " all below " : " below ", n,
	    "below");
	if (each && report_text(n, "entity") == NULL)
		buf_str(p->out, " on the node");
	part(p, " on ", n, "on");
	part(p, " from ", n, "from");
	part(p, " to ", n, "to");
	if (report_number(n, "count") > 0)
		buf_printf(p->out, ", %llu of them",
		    (unsigned long long)report_number(n, "count"));
	part(p, ": ", n, "note");
	buf_char(p->out, '\n');
}

static void
phase_line(struct page *p, const struct report_node *n,
    const struct report_node *before)
{
	const char *phase = report_text(n, "phase");

	if (phase == NULL || (before != NULL && report_same(before, n, "phase")))
		return;
	buf_printf(p->out, "    %s\n", phase);
}

/* Many migrations in a row are counted instead; returns the last that is. */
static const struct report_node *
more_moves(struct page *p, const struct report_node *n)
{
	const struct report_node *next = n;
	size_t count = 0;

	for (; report_is_move(next);
	    next = txt_next(next->next, REPORT_ACTION)) {
		n = next;
		count++;
	}
	buf_printf(p->out, "%*s... and %zu more migrations, up to %llu\n",
	    INDENT, "", count, (unsigned long long)report_number(n, "number"));
	return n;
}

void
txt_actions(struct page *p, const struct report_node *parent)
{
	const struct report_node *n, *before = NULL;
	size_t moves = 0;
	const struct report_node *step = txt_next(parent->child, REPORT_STEP);
	bool nested = step != NULL &&
	    txt_next(step->next, REPORT_STEP) != NULL;

	for (n = txt_next(parent->child, REPORT_ACTION); n != NULL;
	    before = n, n = txt_next(n->next, REPORT_ACTION)) {
		moves = report_is_move(n) ? moves + 1 : 0;
		if (p->fold && moves > LISTED &&
		    report_is_move(txt_next(n->next, REPORT_ACTION))) {
			n = more_moves(p, n);
			continue;
		}
		phase_line(p, n, before);
		begin_line(p, n);
		if (strcmp(report_text(n, "verb"), "modify-im") == 0)
			model_action(p, n);
		else
			whom(p, n, nested);
		undo_line(p, n);
		txt_why(p, INDENT, n);
	}
}

void
txt_callbacks(struct page *p, const struct report_node *parent)
{
	const struct report_node *n = parent->child;

	for (; (n = txt_next(n, REPORT_CALLBACK)) != NULL; n = n->next) {
		buf_printf(p->out, "%*s! %s: callback ", INDENT - 2, "",
		    report_text(n, "when"));
		txt_text(p, report_text(n, "label"));
		if (p->zoom == PLAN_FULL)
			part(p, ": ", n, "string");
		buf_char(p->out, '\n');
	}
}
