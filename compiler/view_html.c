/*
 * How does a plan look on a page? The report as XML, with the picture's
 * coordinates computed here, goes through the stylesheet that was compiled
 * in; what comes out is one file that asks for nothing. The picture is which
 * procedure happens on which level: beyond ROWS procedures several share a row,
 * so that it stays one page.
 */
#include <libxml/parser.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <string.h>

#include "buf.h"
#include "report.h"
#include "view.h"

enum { ROWS = 64, ROW = 16, LEFT = 250, WIDTH = 960, LETTERS = 32 };

static const char stylesheet[] = {
#include "view_html.xsl.inc"
};

static void
attribute(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, " %s=\"", name);
	buf_xml(b, value, strlen(value));
	buf_char(b, '"');
}

static void
xml(struct buf *b, const struct report_node *n)
{
	const struct report_fact *f;

	for (; n != NULL; n = n->next) {
		buf_printf(b, "<%s", report_kind_name(n->kind));
		for (f = n->fact; f != NULL; f = f->next)
			if (f->text == NULL)
				buf_printf(b, " %s=\"%llu\"", f->name,
				    (unsigned long long)f->number);
			else
				attribute(b, f->name, f->text);
		buf_char(b, '>');
		xml(b, n->child);
		buf_printf(b, "</%s>", report_kind_name(n->kind));
	}
}

/* A name's first value, short enough for the margin. */
static void
label(struct buf *b, const char *name)
{
	const char *s = strstr(name, "ProcedureAt");
	size_t n;

	if (s != NULL)
		s += strlen("ProcedureAt");
	else
		s = strchr(name, '=') == NULL ? name : strchr(name, '=') + 1;
	n = strlen(s);
	if (n > LETTERS) {
		for (n = LETTERS; n > 0 && (s[n] & 0xc0) == 0x80;)
			n--; /* no character is cut in two */
	}
	buf_xml(b, s, n);
	buf_str(b, s[n] == '\0' ? "" : "\xe2\x80\xa6");
}

static size_t
count_levels(const struct report_node *n, size_t *procedures)
{
	size_t levels = 0;

	for (*procedures = 0; n != NULL; n = n->next)
		if (n->kind == REPORT_PROCEDURE) {
			++*procedures;
			if (report_number(n, "level") >= levels)
				levels = report_number(n, "level") + 1;
		}
	return levels;
}

static const char *
deed(const char *name)
{
	static const char *const kinds[] = { "Add", "Modify", "Remove" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strstr(name, kinds[i]) != NULL)
			return kinds[i];
	return "Other";
}

/* Tenths of pixels, so that no locale spoils a number. */
static void
tenths(struct buf *b, const char *name, size_t value)
{
	buf_printf(b, " %s=\"%zu.%zu\"", name, value / 10, value % 10);
}

static void
cell(struct buf *b, const struct report_node *n, size_t row, size_t levels)
{
	size_t room = (WIDTH - LEFT) * 10, level = report_number(n, "level");
	size_t x = level * room / levels, end = (level + 1) * room / levels;
	const char *name = report_text(n, "name");

	buf_str(b, "<cell");
	tenths(b, "x", LEFT * 10 + x);
	tenths(b, "w", end - x < 20 ? 20 : end - x);
	buf_printf(b, " y=\"%zu\"", row * ROW + 24);
	attribute(b, "deed", deed(name));
	buf_printf(b, " level=\"%zu\"", level);
	attribute(b, "name", name);
	buf_str(b, "/>");
}

static void
picture(struct buf *b, const struct report_node *n)
{
	size_t procedures, levels = count_levels(n, &procedures), i = 0;
	size_t rows = procedures < ROWS ? procedures : ROWS, row, last = ROWS;

	if (procedures == 0)
		return;
	buf_printf(b, "<picture width=\"%d\" height=\"%zu\" levels=\"%zu\" "
	    "share=\"%s\">", WIDTH, rows * ROW + 32, levels,
	    rows < procedures ? "yes" : "no");
	for (; n != NULL; n = n->next) {
		if (n->kind != REPORT_PROCEDURE)
			continue;
		row = i++ * rows / procedures;
		if (row != last) {
			buf_printf(b, "<row y=\"%zu\">", row * ROW + 35);
			label(b, report_text(n, "name"));
			buf_str(b, "</row>");
		}
		last = row;
		cell(b, n, row, levels);
	}
	buf_str(b, "</picture>");
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
	const struct report_fact *f;
	struct buf b = { 0 };
	bool ok;

	buf_str(&b, "<plan");
	for (f = r->root->fact; f != NULL; f = f->next)
		if (f->text == NULL)
			buf_printf(&b, " %s=\"%llu\"", f->name,
			    (unsigned long long)f->number);
		else
			attribute(&b, f->name, f->text);
	buf_char(&b, '>');
	picture(&b, r->root->child);
	xml(&b, r->root->child);
	buf_str(&b, "</plan>");
	ok = b.len <= INT32_MAX && transform(&b, out);
	buf_free(&b);
	return ok;
}
