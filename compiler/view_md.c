/*
 * How does a plan fit the comment of a code review? The sentence first, then
 * whole sections as long as there is room, and a word about those left out;
 * the sentence again at the end.
 */
#include <string.h>

#include "buf.h"
#include "report.h"
#include "show.h"
#include "view.h"

enum { RESERVE = 160 }; /* for the word about what is left out */

/* Text in a line of Markdown that nothing in it can end. */
static void
code(struct buf *b, const char *s)
{
	struct buf line = { 0 };
	size_t i, run = 0, longest = 0;

	show_text(&line, s, strlen(s));
	for (i = 0; i < line.len; i++) {
		run = line.data[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (i = 0; i <= longest; i++)
		buf_char(b, '`');
	buf_str(b, longest > 0 ? " " : "");
	buf_add(b, line.data, line.len);
	buf_str(b, longest > 0 ? " " : "");
	for (i = 0; i <= longest; i++)
		buf_char(b, '`');
	buf_free(&line);
}

static void
facts(struct buf *b, const struct report_node *n)
{
	const struct report_fact *f;

	for (f = n->fact; f != NULL; f = f->next) {
		buf_printf(b, "%s%s ", f == n->fact ? " " : ", ", f->name);
		if (f->text == NULL)
			buf_uint(b, f->number);
		else
			code(b, f->text);
	}
}

static void
items(struct buf *b, const struct report_node *n, unsigned depth)
{
	for (; n != NULL; n = n->next) {
		buf_printf(b, "%*s- %s", (int)depth * 2, "",
		    report_kind_name(n->kind));
		facts(b, n);
		buf_char(b, '\n');
		items(b, n->child, depth + 1);
	}
}

static void
section(struct buf *b, const struct report_node *n)
{
	if (n->child == NULL && n->fact == NULL)
		return;
	buf_printf(b, "\n## %s", report_kind_name(n->kind));
	facts(b, n);
	buf_str(b, "\n\n");
	items(b, n->child, 0);
}

static void
head(struct buf *b, const struct report_node *n, const char *sentence)
{
	const struct report_fact *f;

	buf_printf(b, "%s\n\n", sentence);
	for (f = n->fact; f != NULL; f = f->next)
		if (f->text != sentence) {
			buf_printf(b, "- %s ", f->name);
			if (f->text == NULL)
				buf_uint(b, f->number);
			else
				code(b, f->text);
			buf_char(b, '\n');
		}
}

void
view_md(const struct report *r, size_t max_bytes, struct buf *out)
{
	const char *sentence = report_text(r->root, "summary");
	const struct report_node *n;
	struct buf b = { 0 };
	size_t used, left = 0;

	head(&b, r->root, sentence);
	used = b.len + strlen(sentence) + RESERVE;
	buf_add(out, b.data, b.len);
	for (n = r->root->child; n != NULL; n = n->next) {
		b.len = 0;
		if (left == 0)
			section(&b, n);
		if (left == 0 && used + b.len <= max_bytes) {
			buf_add(out, b.data, b.len);
			used += b.len;
		} else {
			left++;
		}
	}
	if (left > 0) {
		buf_str(out, "\n**Left out for want of room:** the last ");
		show_count(out, left, "section");
		buf_str(out, "; `campgen plan --full` or a larger "
		    "`--max-bytes` shows them.\n");
	}
	buf_printf(out, "\n%s\n", sentence);
	buf_free(&b);
}
