/*
 * How does a plan fit the comment of a code review? The sentence first, then
 * its waves as a table, then whole sections that there is room for, folded, of
 * the others their title as long as that fits, and a word about what is left
 * out; the sentence again at the end.
 */
#include <string.h>

#include "buf.h"
#include "report.h"
#include "show.h"
#include "view.h"

enum { RESERVE = 160, /* for the word about what is left out */
	ROWS = 24, /* of the table: beyond, several waves share one */
	SHARE = 4 }; /* of all bytes that may be the table */

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

enum told { TOLD_ALL, TOLD_TITLE, TOLD_REST };

/* What stands in the title of a section: which one it is, and how large. */
static bool
is_of_title(const char *name)
{
	static const char *const names[] = { "level", "name", "number",
		"action-count" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Facts with commas between and before in front of them, if there are any;
 * how many. */
static size_t
facts(struct buf *b, const struct report_node *n, enum told which,
    const char *before)
{
	const struct report_fact *f;
	size_t count = 0;

	for (f = n->fact; f != NULL; f = f->next) {
		if (which != TOLD_ALL &&
		    is_of_title(f->name) != (which == TOLD_TITLE))
			continue;
		buf_printf(b, "%s%s ", count++ == 0 ? before : ", ",
		    f->name);
		if (f->text == NULL)
			buf_uint(b, f->number);
		else
			code(b, f->text);
	}
	return count;
}

static void
items(struct buf *b, const struct report_node *n, unsigned depth)
{
	for (; n != NULL; n = n->next) {
		buf_printf(b, "%*s- %s", (int)depth * 2, "",
		    report_kind_name(n->kind));
		facts(b, n, TOLD_ALL, " ");
		buf_char(b, '\n');
		items(b, n->child, depth + 1);
	}
}

/* A section in full, or only its title (which may be all there is). */
static void
section(struct buf *b, const struct report_node *n, bool full)
{
	full |= n->child == NULL;
	b->len = 0;
	if (n->child == NULL && n->fact == NULL)
		return;
	buf_printf(b, "\n## %s", report_kind_name(n->kind));
	facts(b, n, TOLD_TITLE, " ");
	buf_str(b, full ? "\n" : " (left out)\n");
	if (!full)
		return;
	if (facts(b, n, TOLD_REST, "\n") > 0)
		buf_char(b, '\n');
	if (n->child == NULL)
		return;
	buf_str(b, "\n<details><summary>what it does</summary>\n\n");
	items(b, n->child, 0);
	buf_str(b, "\n</details>\n");
}

/* Of services, where one wave is told. */
static void
risk(struct buf *b, const struct report_node *n)
{
	uint64_t down, at_risk;

	if (n == NULL)
		return;
	down = report_number(n, "services-down");
	at_risk = report_number(n, "services-at-risk");
	buf_printf(b, "%llu", (unsigned long long)at_risk);
	if (down > 0)
		buf_printf(b, ", **%llu down**", (unsigned long long)down);
}

/* One row: so many waves after each other. Returns what follows them. */
static const struct report_node *
row(struct buf *b, const struct report_node *plan,
    const struct report_node *n, size_t from, size_t most)
{
	bool morphs = report_number(plan, "vms-morphed") > 0;
	struct report_wave sum = { 0 }, w = { 0 };
	size_t i;

	for (i = 0; i < most && n != NULL && n->kind == REPORT_PROCEDURE;
	    i++) {
		w = report_wave_at(plan, n);
		report_wave_add(&sum, &w);
		n = w.end;
	}
	buf_printf(b, "| %zu", from + 1);
	if (i > 1)
		buf_printf(b, " to %zu", from + i);
	buf_printf(b, " | %zu | %zu | %zu | ", sum.procedures, sum.actions,
	    sum.hosts);
	if (morphs)
		buf_printf(b, "%zu | ", sum.morphs);
	risk(b, i == 1 ? w.facts : NULL);
	buf_printf(b, " | %s |\n", i == 1 && w.at_most != NULL ? w.at_most :
	    "");
	return n;
}

/* The waves at a glance. */
static void
table(struct buf *b, const struct report_node *plan)
{
	const struct report_node *n = plan->child;
	size_t waves = report_number(plan, "wave-count"), i;
	size_t each = (waves + ROWS - 1) / ROWS;
	bool morphs = report_number(plan, "vms-morphed") > 0;

	while (n != NULL && n->kind != REPORT_PROCEDURE)
		n = n->next;
	if (n == NULL)
		return;
	buf_printf(b, "\n| wave | procedures | actions | hosts restarted |%s "
	    "services at risk | at most |\n|---|--:|--:|--:|%s--:|---|\n",
	    morphs ? " VMs morphed |" : "", morphs ? "--:|" : "");
	for (i = 0; i < waves; i += each)
		n = row(b, plan, n, i, each);
}

static size_t
titles(struct buf *b, const struct report_node *n)
{
	size_t size = 0;

	for (; n != NULL; n = n->next) {
		section(b, n, false);
		size += b->len;
	}
	return size;
}

static void
head(struct buf *b, const struct report_node *n, const char *sentence)
{
	const struct report_fact *f;

	buf_str(b, "\n<details><summary>what it is</summary>\n\n");
	for (f = n->fact; f != NULL; f = f->next)
		if (f->text != sentence) {
			buf_printf(b, "- %s ", f->name);
			if (f->text == NULL)
				buf_uint(b, f->number);
			else
				code(b, f->text);
			buf_char(b, '\n');
		}
	buf_str(b, "\n</details>\n");
}

void
view_md(const struct report *r, size_t max_bytes, struct buf *out)
{
	const char *sentence = report_text(r->root, "summary");
	const struct report_node *n;
	struct buf b = { 0 };
	size_t used, left = 0, titled;

	buf_printf(&b, "%s\n", sentence);
	used = b.len;
	table(&b, r->root);
	if (b.len - used > max_bytes / SHARE)
		b.len = used; /* little room is for what is nowhere else */
	head(&b, r->root, sentence);
	used = b.len + strlen(sentence) + RESERVE;
	buf_add(out, b.data, b.len);
	/* Room for all titles is kept, so that no procedure goes unnamed. */
	titled = titles(&b, r->root->child);
	for (n = r->root->child; n != NULL; n = n->next) {
		section(&b, n, false);
		titled -= b.len;
		section(&b, n, true);
		if (used + titled + b.len > max_bytes) {
			left++;
			section(&b, n, false);
		}
		if (used + b.len > max_bytes)
			continue;
		buf_add(out, b.data, b.len);
		used += b.len;
	}
	if (left > 0) {
		buf_str(out, "\n**Left out for want of room:** the inside of ");
		show_count(out, left, "section");
		buf_str(out, "; `campgen plan --full` or a larger "
		    "`--max-bytes` shows them.\n");
	}
	buf_printf(out, "\n%s\n", sentence);
	buf_free(&b);
}
