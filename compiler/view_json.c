/*
 * How does a machine read a plan? The tree as it is: a node is an object, its
 * facts are members, and so are its children, those of one kind in a list.
 */
#include <string.h>

#include "buf.h"
#include "report.h"
#include "view.h"

static void
indent(struct buf *b, unsigned depth)
{
	buf_printf(b, "\n%*s", (int)depth * 2, "");
}

static void
string(struct buf *b, const char *s)
{
	buf_json(b, s, strlen(s));
}

static void
fact(struct buf *b, const struct report_fact *f)
{
	string(b, f->name);
	buf_str(b, ": ");
	if (f->text == NULL)
		buf_uint(b, f->number);
	else
		string(b, f->text);
}

static void node(struct buf *, const struct report_node *, unsigned);

/* The children of one kind, which follow each other. Returns the next. */
static const struct report_node *
member(struct buf *b, const struct report_node *n, unsigned depth)
{
	enum report_kind kind = n->kind;

	string(b, report_kind_member(kind));
	buf_str(b, ": ");
	if (!report_kind_is_list(kind)) {
		node(b, n, depth);
		return n->next;
	}
	buf_char(b, '[');
	for (;; n = n->next) {
		indent(b, depth + 1);
		node(b, n, depth + 1);
		if (n->next == NULL || n->next->kind != kind)
			break;
		buf_char(b, ',');
	}
	indent(b, depth);
	buf_char(b, ']');
	return n->next;
}

static void
node(struct buf *b, const struct report_node *n, unsigned depth)
{
	const struct report_node *c = n->child;
	const struct report_fact *f;
	bool first = true;

	if (n->kind == REPORT_VALUE) {
		string(b, n->fact->text);
		return;
	}
	buf_char(b, '{');
	for (f = n->fact; f != NULL; f = f->next, first = false) {
		buf_str(b, first ? "" : ",");
		indent(b, depth + 1);
		fact(b, f);
	}
	for (; c != NULL; first = false) {
		buf_str(b, first ? "" : ",");
		indent(b, depth + 1);
		c = member(b, c, depth + 1);
	}
	indent(b, depth);
	buf_char(b, '}');
}

void
view_json(const struct report *r, struct buf *out)
{
	node(out, r->root, 0);
	buf_char(out, '\n');
}
