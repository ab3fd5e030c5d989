/*
 * What comes before what? Procedures as boxes with what matters about them,
 * one group a level, for Graphviz and for Mermaid; the groups follow each
 * other through a point between them, so that edges stay as few as boxes.
 */
#include <string.h>

#include "buf.h"
#include "report.h"
#include "show.h"
#include "view.h"

enum { SERVICES = 3 }; /* named in a box; the others are counted */

/* A name without its "safSmfProc=". */
static const char *
short_name(const struct report_node *n)
{
	const char *s = report_text(n, "name"), *v;

	if (s == NULL)
		return "";
	v = strchr(s, '=');
	return v == NULL ? s : v + 1;
}

/* The services that a procedure puts at risk, each after a line end. */
static void
risks(struct buf *b, const struct report_node *n)
{
	const struct report_node *s;
	size_t i = 0;

	if (strcmp(report_text(n, "outage"), "any service") == 0)
		buf_str(b, "\nany service at risk");
	for (s = n->child; s != NULL; s = s->next)
		if (s->kind == REPORT_SERVICE && strcmp(report_text(s,
		    "state"), "at risk") == 0 && i++ < SERVICES) {
			buf_str(b, "\nat risk: ");
			buf_str(b, report_text(s, "name"));
		}
	if (i > SERVICES)
		buf_printf(b, "\nand %zu more", i - SERVICES);
}

static void
label(struct buf *b, const struct report_node *n)
{
	uint64_t hosts = report_number(n, "hosts-restarted");
	uint64_t morphs = report_number(n, "vms-morphed");

	b->len = 0;
	buf_str(b, short_name(n));
	buf_char(b, '\n');
	show_count(b, report_number(n, "action-count"), "action");
	if (hosts > 0) {
		buf_str(b, ", ");
		show_count(b, hosts, "host");
		buf_str(b, " restarted");
	}
	if (morphs > 0) {
		buf_str(b, ", ");
		show_count(b, morphs, "VM");
		buf_str(b, " morphed");
	}
	if (report_text(n, "at-most") != NULL)
		buf_printf(b, "\nat most %s", report_text(n, "at-most"));
	risks(b, n);
}

/* What the plan says of the level of a procedure. */
static void
title(struct buf *b, const struct report *r, const struct report_node *n,
    size_t wave)
{
	const struct report_node *w = r->root->child;
	uint64_t level = report_number(n, "level");

	b->len = 0;
	buf_printf(b, "wave %zu, level %llu", wave,
	    (unsigned long long)level);
	while (w != NULL && (w->kind != REPORT_WAVE ||
	    report_number(w, "level") != level))
		w = w->next;
	if (w != NULL && report_text(w, "at-most") != NULL)
		buf_printf(b, ": at most %s", report_text(w, "at-most"));
}

static bool
opens_level(const struct report_node *n, const struct report_node *before)
{
	return before == NULL ||
	    report_number(n, "level") != report_number(before, "level");
}

static const struct report_node *
next_procedure(const struct report_node *n)
{
	while (n != NULL && n->kind != REPORT_PROCEDURE)
		n = n->next;
	return n;
}

/* --- Graphviz --- */

/* A string of Graphviz: its backslashes mean something, its line ends are
 * two characters. */
static void
quoted(struct buf *out, const char *s, size_t n)
{
	size_t i;

	buf_char(out, '"');
	for (i = 0; i < n; i++)
		if (s[i] == '\n')
			buf_str(out, "\\n");
		else if ((unsigned char)s[i] < 0x20)
			buf_char(out, ' ');
		else {
			buf_str(out, s[i] == '"' || s[i] == '\\' ? "\\" : "");
			buf_char(out, s[i]);
		}
	buf_char(out, '"');
}

struct dot {
	struct buf *out, b;
	size_t boxes, waves, first; /* first: box of this level */
};

static void
dot_open(struct dot *d, const struct report *r, const struct report_node *n)
{
	title(&d->b, r, n, ++d->waves);
	buf_printf(d->out, "  subgraph cluster%zu {\n    label=", d->waves);
	quoted(d->out, d->b.data, d->b.len);
	buf_str(d->out, ";\n");
	d->first = d->boxes;
}

/* All of the level lie between the point before it and the one after. */
static void
dot_close(struct dot *d)
{
	size_t i;

	buf_str(d->out, "  }\n");
	buf_printf(d->out, "  w%zu [shape=point];\n", d->waves);
	for (i = d->first; i < d->boxes; i++)
		buf_printf(d->out, "  w%zu -> p%zu -> w%zu;\n", d->waves - 1,
		    i, d->waves);
}

static void
dot_box(struct dot *d, const struct report_node *n)
{
	const char *why = report_text(n, "why");

	label(&d->b, n);
	buf_printf(d->out, "    p%zu [label=", d->boxes++);
	quoted(d->out, d->b.data, d->b.len);
	if (why != NULL) {
		buf_str(d->out, ", tooltip=");
		quoted(d->out, why, strlen(why));
	}
	buf_str(d->out, "];\n");
}

void
view_dot(const struct report *r, struct buf *out)
{
	const char *sentence = report_text(r->root, "summary");
	const struct report_node *n, *before = NULL;
	struct dot d = { .out = out };

	buf_str(out, "digraph plan {\n  rankdir=LR;\n  node [shape=box];\n"
	    "  label=");
	quoted(out, sentence, strlen(sentence));
	buf_str(out, ";\n  w0 [shape=point];\n");
	for (n = next_procedure(r->root->child); n != NULL;
	    before = n, n = next_procedure(n->next)) {
		if (opens_level(n, before)) {
			if (before != NULL)
				dot_close(&d);
			dot_open(&d, r, n);
		}
		dot_box(&d, n);
	}
	if (before != NULL)
		dot_close(&d);
	buf_str(out, "}\n");
	buf_free(&d.b);
}

/* --- Mermaid --- */

/* Quotes and line ends mean something to Mermaid. */
static void
plain(struct buf *out, const struct buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if (b->data[i] == '\n')
			buf_str(out, "<br/>");
		else if ((unsigned char)b->data[i] < 0x20)
			buf_char(out, ' ');
		else if (strchr("\"#<>&;`", b->data[i]) != NULL)
			buf_printf(out, "#%d;", b->data[i]);
		else
			buf_char(out, b->data[i]);
}

void
view_mermaid(const struct report *r, struct buf *out)
{
	const struct report_node *n, *before = NULL;
	size_t i = 0, waves = 0;
	struct buf b = { 0 };

	buf_printf(out, "%%%% %s\nflowchart LR\n",
	    report_text(r->root, "summary"));
	for (n = next_procedure(r->root->child); n != NULL;
	    before = n, n = next_procedure(n->next)) {
		if (opens_level(n, before)) {
			if (waves++ > 0)
				buf_printf(out, "  end\n  W%zu --> W%zu\n",
				    waves - 1, waves);
			title(&b, r, n, waves);
			buf_printf(out, "  subgraph W%zu [\"", waves);
			plain(out, &b);
			buf_str(out, "\"]\n");
		}
		label(&b, n);
		buf_printf(out, "    p%zu[\"", i++);
		plain(out, &b);
		buf_str(out, "\"]\n");
	}
	if (i > 0)
		buf_str(out, "  end\n");
	buf_free(&b);
}
