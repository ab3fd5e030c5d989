/*
 * What comes before what? Procedures as boxes, one group a level, for
 * Graphviz and for Mermaid; the groups follow each other through a point
 * between them, so that edges stay as few as boxes.
 */
#include <string.h>

#include "buf.h"
#include "report.h"
#include "view.h"

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

static size_t
count_actions(const struct report_node *n)
{
	size_t count = 0;

	for (n = n->child; n != NULL; n = n->next)
		count += n->kind == REPORT_ACTION;
	return count;
}

static void
label(struct buf *b, const struct report_node *n)
{
	buf_str(b, short_name(n));
	buf_printf(b, ": %zu actions", count_actions(n));
}

/* One box, and its way from the point before its level. */
static void
dot_box(struct buf *out, const struct report_node *n, size_t i, size_t from)
{
	struct buf b = { 0 };

	label(&b, n);
	buf_printf(out, "  p%zu [label=", i);
	buf_json(out, b.data, b.len);
	buf_printf(out, "];\n  w%zu -> p%zu;\n", from, i);
	buf_free(&b);
}

void
view_dot(const struct report *r, struct buf *out)
{
	const char *sentence = report_text(r->root, "summary");
	const struct report_node *n;
	size_t i = 0, first = 0, from = 0, level = 0, k;

	buf_str(out, "digraph plan {\n  rankdir=LR;\n  node [shape=box];\n"
	    "  label=");
	buf_json(out, sentence, strlen(sentence));
	buf_str(out, ";\n  w0 [shape=point];\n");
	for (n = r->root->child; n != NULL; n = n->next) {
		if (n->kind != REPORT_PROCEDURE)
			continue;
		if (i > 0 && report_number(n, "level") != level) {
			buf_printf(out, "  w%zu [shape=point];\n", i);
			for (k = first; k < i; k++)
				buf_printf(out, "  p%zu -> w%zu;\n", k, i);
			first = from = i;
		}
		level = report_number(n, "level");
		dot_box(out, n, i++, from);
	}
	buf_str(out, "}\n");
}

/* Quotes and line ends mean something to Mermaid. */
static void
plain(struct buf *out, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20)
			buf_char(out, ' ');
		else if (strchr("\"#<>&;`", s[i]) != NULL)
			buf_printf(out, "#%d;", s[i]);
		else
			buf_char(out, s[i]);
}

static void
open_level(struct buf *out, size_t i, size_t level, size_t last)
{
	if (i > 0)
		buf_printf(out, "  end\n  L%zu --> L%zu\n", last, level);
	buf_printf(out, "  subgraph L%zu [\"level %zu\"]\n", level, level);
}

void
view_mermaid(const struct report *r, struct buf *out)
{
	const struct report_node *n;
	size_t i = 0, last = 0;
	struct buf b = { 0 };

	buf_printf(out, "%%%% %s\nflowchart LR\n",
	    report_text(r->root, "summary"));
	for (n = r->root->child; n != NULL; n = n->next) {
		size_t level = report_number(n, "level");

		if (n->kind != REPORT_PROCEDURE)
			continue;
		if (i == 0 || level != last)
			open_level(out, i, level, last);
		last = level;
		b.len = 0;
		label(&b, n);
		buf_printf(out, "    p%zu[\"", i++);
		plain(out, b.data, b.len);
		buf_str(out, "\"]\n");
	}
	if (i > 0)
		buf_str(out, "  end\n");
	buf_free(&b);
}
