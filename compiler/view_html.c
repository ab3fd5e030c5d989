/*
 * How does a plan look on a page? The report as XML, with pictures whose
 * coordinates are computed here, goes through the stylesheet that was compiled
 * in; what comes out is one file that asks for nothing. Actions that differ in
 * nothing but whom they are about become one row, so that the page stays small
 * and holds everything all the same.
 */
#include <libxml/parser.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw.h"
#include "idmap.h"
#include "intern.h"
#include "picture.h"
#include "report.h"
#include "scene.h"
#include "view.h"

static const char stylesheet[] = {
#include "view_html.xsl.inc"
};

/* What is written, and the end that most names have in common: it is said
 * once, in the head of the page. */
struct page {
	struct buf *out;
	const char *tail; /* NULL: none */
	size_t tail_len;
};

static void
name(const struct page *p, const char *s)
{
	size_t n = strlen(s);

	if (p->tail == NULL || n <= p->tail_len + 1 ||
	    s[n - p->tail_len - 1] != ',' ||
	    memcmp(s + n - p->tail_len, p->tail, p->tail_len) != 0) {
		buf_xml(p->out, s, n);
		return;
	}
	buf_xml(p->out, s, n - p->tail_len - 1);
	buf_str(p->out, ",..");
}

static void
one_fact(const struct page *p, const struct report_fact *f)
{
	if (f->text == NULL) {
		buf_printf(p->out, " %s=\"%llu\"", f->name,
		    (unsigned long long)f->number);
		return;
	}
	buf_printf(p->out, " %s=\"", f->name);
	name(p, f->text);
	buf_char(p->out, '"');
}

static void
facts(const struct page *p, const struct report_node *n)
{
	const struct report_fact *f;

	for (f = n->fact; f != NULL; f = f->next)
		one_fact(p, f);
}

/* --- actions --- */

static bool
is_own(const struct report_fact *f)
{
	return strcmp(f->name, "number") == 0 ||
	    strcmp(f->name, "entity") == 0 || strcmp(f->name, "to") == 0;
}

/* Does the fact say what is done, not to whom? */
static bool
is_deed(const struct report_fact *f)
{
	return strcmp(f->name, "verb") == 0 ||
	    strcmp(f->name, "bundle") == 0 || strcmp(f->name, "note") == 0;
}

typedef bool excepted(const struct report_fact *);

/* Are the facts of two actions the same, but for those excepted? */
static bool
same_facts(const struct report_node *a, const struct report_node *b,
    excepted *a_fact, excepted *another)
{
	const struct report_fact *f = a->fact, *g = b->fact;

	for (;; f = f->next, g = g->next) {
		while (f != NULL && (a_fact(f) || another(f)))
			f = f->next;
		while (g != NULL && (a_fact(g) || another(g)))
			g = g->next;
		if (f == NULL || g == NULL)
			return f == g;
		if (strcmp(f->name, g->name) != 0 ||
		    (f->text == NULL) != (g->text == NULL) ||
		    (f->text == NULL ? f->number != g->number :
		    strcmp(f->text, g->text) != 0))
			return false;
	}
}

/* Is it about one entity, with nothing to tell below? */
static bool
is_plain(const struct report_node *n)
{
	return n != NULL && n->kind == REPORT_ACTION && n->child == NULL &&
	    report_text(n, "entity") != NULL && report_text(n, "why") == NULL;
}

/* The last of those that do the same to one entity each. */
static const struct report_node *
run_end(const struct report_node *n)
{
	const struct report_node *last = n;

	while (is_plain(n) && is_plain(last->next) &&
	    same_facts(n, last->next, is_own, is_own))
		last = last->next;
	return last;
}

/* Do the runs from a and b (up to their ends) act on the same entities? */
static bool
same_entities(const struct report_node *a, const struct report_node *a_end,
    const struct report_node *b, const struct report_node *b_end)
{
	if (!is_plain(a) || !is_plain(b) ||
	    !same_facts(a, b, is_own, is_deed))
		return false;
	for (;; a = a->next, b = b->next) {
		if (strcmp(report_text(a, "entity"),
		    report_text(b, "entity")) != 0)
			return false;
		if (a == a_end || b == b_end)
			return a == a_end && b == b_end;
	}
}

/* How many runs in a row act on the same entities: they share a cell. */
static size_t
span(const struct report_node *n, const struct report_node *end)
{
	const struct report_node *next = end->next, *next_end;
	size_t rows = 1;

	while (is_plain(next)) {
		next_end = run_end(next);
		if (!same_entities(n, end, next, next_end))
			break;
		rows++;
		next = next_end->next;
	}
	return rows;
}

static void xml(const struct page *, const struct report_node *);

/* One row of like actions. rows: how many share the cell that says whom they
 * are about; 0: this is not the first of them. */
static void
row(const struct page *p, const struct report_node *n,
    const struct report_node *end, size_t rows)
{
	const struct report_fact *f;
	const struct report_node *x;

	buf_printf(p->out, "<action number=\"%llu\" rows=\"%zu\"",
	    (unsigned long long)report_number(n, "number"), rows);
	if (end != n)
		buf_printf(p->out, " last=\"%llu\"",
		    (unsigned long long)report_number(end, "number"));
	for (f = n->fact; f != NULL; f = f->next)
		if (!is_own(f))
			one_fact(p, f);
	buf_char(p->out, '>');
	for (x = n; rows > 0 && report_text(x, "entity") != NULL;
	    x = x->next) {
		buf_str(p->out, "<on>");
		name(p, report_text(x, "entity"));
		if (report_text(x, "to") != NULL) {
			buf_str(p->out, " to ");
			name(p, report_text(x, "to"));
		}
		buf_str(p->out, "</on>");
		if (x == end)
			break;
	}
	xml(p, n->child);
	buf_str(p->out, "</action>");
}

/* The rows from n on that share a cell; returns the last action of them. */
static const struct report_node *
rows_of(const struct page *p, const struct report_node *n)
{
	const struct report_node *end = run_end(n);
	size_t rows = is_plain(n) ? span(n, end) : 1, i;

	row(p, n, end, rows);
	for (i = 1; i < rows; i++) {
		n = end->next;
		end = run_end(n);
		row(p, n, end, 0);
	}
	return end;
}

/* --- migrations: so many in a row are opened by who wants to see each --- */

enum { FOLDED = 13 };

/* How many migrations in a row; the last of them. */
static size_t
count_moves(const struct report_node *n, const struct report_node **last)
{
	size_t count = 0;

	for (; report_is_move(n); n = n->next, count++)
		*last = n;
	return count;
}

/* How many different names are in a fact of them. */
static size_t
count_names(const struct report_node *n, const struct report_node *last,
    const char *fact_name)
{
	struct idmap seen = { 0 };
	size_t count = 0;

	for (;; n = n->next) {
		const char *s = report_text(n, fact_name);

		if (s != NULL)
			count += (*idmap_at(&seen, intern_str(s)))++ == 0;
		if (n == last)
			break;
	}
	idmap_free(&seen);
	return count;
}

static void
moves(const struct page *p, const struct report_node *n,
    const struct report_node *last, size_t count)
{
	buf_printf(p->out, "<moves first=\"%llu\" last=\"%llu\" count=\"%zu\" "
	    "from=\"%zu\" to=\"%zu\">",
	    (unsigned long long)report_number(n, "number"),
	    (unsigned long long)report_number(last, "number"), count,
	    count_names(n, last, "from"),
	    count_names(n, last, "to"));
	while (n != last->next)
		n = rows_of(p, n)->next;
	buf_str(p->out, "</moves>");
}

/* Tables of actions and folds between them; returns the last action. */
static const struct report_node *
tables(const struct page *p, const struct report_node *n)
{
	const struct report_node *last = n;
	bool open = false;
	size_t count;

	for (; n != NULL && n->kind == REPORT_ACTION; n = last->next) {
		count = count_moves(n, &last);
		if (open == (count >= FOLDED)) {
			buf_str(p->out, open ? "</rows>" : "<rows>");
			open = !open;
		}
		if (count >= FOLDED)
			moves(p, n, last, count);
		else
			last = rows_of(p, n);
	}
	buf_str(p->out, open ? "</rows>" : "");
	return last;
}

static void
xml(const struct page *p, const struct report_node *n)
{
	for (; n != NULL; n = n->next) {
		if (n->kind == REPORT_ACTION) {
			n = tables(p, n);
			continue;
		}
		buf_printf(p->out, "<%s", report_kind_name(n->kind));
		facts(p, n);
		buf_char(p->out, '>');
		xml(p, n->child);
		buf_printf(p->out, "</%s>", report_kind_name(n->kind));
	}
}

/* --- what is at stake in each wave --- */

struct stake {
	struct report_wave sum;
	size_t vms, reduced, risk, down;
};

/* Counted from the services' names; where one wave has a column of its own,
 * the report knows better: it counts those without names, too. */
static void
count_services(const struct scene *s, const struct columns *c, size_t column,
    struct stake *x)
{
	const struct report_node *f = x->sum.facts;
	enum service_state state;
	size_t i;

	if (f != NULL && report_number(f, "services-reduced") > 0) {
		x->reduced = report_number(f, "services-reduced");
		x->risk = report_number(f, "services-at-risk");
		x->down = report_number(f, "services-down");
		return;
	}
	for (i = 0; i < s->nservice; i++) {
		state = picture_worst(s, c, i, column);
		x->reduced += state >= SERVICE_REDUCED;
		x->risk += state >= SERVICE_HANGS;
		x->down += state == SERVICE_DOWN;
	}
}

/* What the procedures of the plan add up to, by column. */
static void
count_waves(const struct report_node *plan, const struct columns *c,
    struct stake *stake)
{
	const struct report_node *n = plan->child;
	struct report_wave w;
	struct stake *x;
	size_t i;

	while (n != NULL && n->kind != REPORT_PROCEDURE)
		n = n->next;
	for (i = 0; i < c->waves; i++, n = w.end) {
		w = report_wave_at(plan, n);
		x = &stake[picture_column(c, i)];
		if (x->sum.procedures > 0)
			w.facts = NULL, w.at_most = NULL;
		x->sum.facts = w.facts;
		x->sum.at_most = w.at_most;
		report_wave_add(&x->sum, &w);
	}
}

static void
stakes(struct buf *b, const struct report *r, const struct scene *s)
{
	struct columns c = picture_columns(s);
	struct stake *stake = mem_alloc(c.n, sizeof(*stake)), *x;
	size_t i;

	count_waves(r->root, &c, stake);
	for (i = 0; i < s->nevent; i++)
		stake[picture_column(&c, s->event[i].wave)].vms +=
		    s->machine[s->event[i].machine].kind == MACHINE_VM &&
		    s->event[i].deed != DEED_MORPHS;
	for (i = 0; i < c.n; i++) {
		x = &stake[i];
		count_services(s, &c, i, x);
		buf_printf(b, "<stake procedures=\"%zu\" actions=\"%zu\" "
		    "hosts=\"%zu\" morphs=\"%zu\" vms=\"%zu\" reduced=\"%zu\" risk=\"%zu\" "
		    "down=\"%zu\"", x->sum.procedures, x->sum.actions,
		    x->sum.hosts, x->sum.morphs, x->vms, x->reduced, x->risk, x->down);
		if (x->sum.at_most != NULL)
			draw_attribute(b, "most", x->sum.at_most);
		buf_str(b, " title=\"");
		picture_title(&c, i, b);
		buf_str(b, "\"/>");
	}
	free(stake);
}

/* --- which types give way to which --- */

struct version {
	uint32_t old, new;
	size_t count;
};

struct versions {
	struct version *v;
	size_t n, cap;
	struct idmap index;
};

static void
find_versions(struct versions *x, const struct report_node *n)
{
	for (; n != NULL; n = n->next) {
		const char *old = report_text(n, "old"), *new =
		    n->kind == REPORT_MORPH ? report_text(n, "new") :
		    n->kind == REPORT_ATTRIBUTE && n->child != NULL ?
		    report_text(n->child, "text") : NULL;
		uint32_t a, b, *at;

		find_versions(x, n->child);
		if (old == NULL || new == NULL)
			continue;
		a = intern_str(old);
		b = intern_str(new);
		at = idmap_at(&x->index, (uint64_t)a << 32 | b);
		if (*at == 0) {
			x->v = mem_grow(x->v, x->n, &x->cap, sizeof(*x->v));
			x->v[x->n++] = (struct version){ a, b, 0 };
			*at = (uint32_t)x->n;
		}
		x->v[*at - 1].count++;
	}
}

static void
versions(struct buf *b, const struct report *r)
{
	struct versions x = { 0 };
	size_t i;

	find_versions(&x, r->root->child);
	for (i = 0; i < x.n; i++) {
		buf_printf(b, "<version count=\"%zu\"", x.v[i].count);
		draw_attribute(b, "old", name_str(x.v[i].old));
		draw_attribute(b, "new", name_str(x.v[i].new));
		buf_str(b, "/>");
	}
	free(x.v);
	idmap_free(&x.index);
}

/* --- the page --- */

static void
pictures(struct buf *b, const struct report *r)
{
	struct scene s;

	scene_make(&s, r);
	if (s.nwave > 0)
		stakes(b, r, &s);
	picture_when(&s, b);
	picture_services(&s, b);
	picture_topology(&s, b);
	picture_places(&s, b);
	picture_load(&s, b);
	scene_free(&s);
}

static xmlDoc *
parse(const char *s, size_t n)
{
	return xmlReadMemory(s, (int)n, "plan.xml", NULL, XML_PARSE_NONET |
	    XML_PARSE_HUGE | XML_PARSE_COMPACT);
}

static bool
transform(const struct buf *b, struct buf *out)
{
	xmlDoc *sheet = parse(stylesheet, sizeof(stylesheet));
	xsltStylesheet *style = sheet == NULL ? NULL :
	    xsltParseStylesheetDoc(sheet); /* takes the document if it can */
	xmlDoc *doc = parse(b->data, b->len), *page = NULL;
	xmlChar *s = NULL;
	int n = 0;

	if (style != NULL && doc != NULL)
		page = xsltApplyStylesheet(style, doc, NULL);
	if (page != NULL && xsltSaveResultToString(&s, &n, page, style) != 0)
		s = NULL;
	if (s != NULL)
		buf_add(out, (const char *)s, (size_t)n);
	xmlFree(s);
	xmlFreeDoc(page);
	xmlFreeDoc(doc);
	if (style == NULL)
		xmlFreeDoc(sheet);
	xsltFreeStylesheet(style);
	xsltCleanupGlobals();
	return s != NULL;
}

bool
view_html(const struct report *r, struct buf *out)
{
	struct buf b = { 0 };
	struct page p = { .out = &b };
	bool ok;

	buf_str(&b, "<plan");
	facts(&p, r->root);
	p.tail = report_tail(r);
	if (p.tail != NULL) {
		p.tail_len = strlen(p.tail);
		draw_attribute(&b, "tail", p.tail);
	}
	buf_char(&b, '>');
	versions(&b, r);
	pictures(&b, r);
	xml(&p, r->root->child);
	buf_str(&b, "</plan>");
	ok = b.len <= INT32_MAX && transform(&b, out);
	buf_free(&b);
	return ok;
}
