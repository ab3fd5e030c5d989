/*
 * How do test reports read findings? As JUnit XML: each finding is a test
 * case of its file; an error is a failure, and what is no error passes with
 * its text as output, because JUnit knows no warnings. A run without findings
 * is one case that passes; where not all could be read, one is an error.
 */
#include "diag_print.h"

/* XML cannot hold most control characters at all: they are shown as in the
 * text format. */
static void
add_xml(struct buf *b, const char *s)
{
	struct buf plain = { 0 };

	diag_safe(&plain, s);
	buf_xml(b, plain.data, plain.len);
	buf_free(&plain);
}

static void
add_where(struct buf *b, const struct report *r, struct place at,
    const struct spot *s)
{
	add_xml(b, at.src == NULL ? r->program : at.src->path);
	if (at.src != NULL && s->line != 0)
		buf_printf(b, ":%llu:%llu", (unsigned long long)s->line,
		    (unsigned long long)s->col);
}

/* The finding in full: place, text, notes, hint. */
static void
add_body(struct buf *b, const struct report *r, const struct shown *v)
{
	const struct diag_item *item = v->item;
	const struct diag_note *note;
	size_t k = 0;

	add_where(b, r, item->at, &v->spot);
	buf_printf(b, ": %s[%s]: ", diag_level_name(item->level),
	    diag_info[item->code].code);
	add_xml(b, item->text);
	buf_char(b, '\n');
	for (note = item->notes; note != NULL; note = note->next, k++) {
		add_where(b, r, note->at, &v->note[k]);
		buf_str(b, ": note: ");
		add_xml(b, note->text);
		buf_char(b, '\n');
	}
	if (diag_info[item->code].hint[0] != '\0') {
		buf_str(b, "hint: ");
		add_xml(b, diag_info[item->code].hint);
		buf_char(b, '\n');
	}
}

static void
add_case(struct report *r, const struct shown *v)
{
	const struct diag_item *item = v->item;
	const char *code = diag_info[item->code].code;
	struct buf *b = &r->out;

	buf_str(b, "<testcase classname=\"");
	add_xml(b, item->at.src == NULL ? r->program : item->at.src->path);
	buf_printf(b, "\" name=\"%s ", code);
	add_where(b, r, item->at, &v->spot);
	buf_str(b, "\">\n");
	if (item->level == DIAG_ERROR) {
		buf_printf(b, "<failure type=\"%s\" message=\"", code);
		add_xml(b, item->text);
		buf_str(b, "\">");
		add_body(b, r, v);
		buf_str(b, "</failure>\n");
	} else {
		buf_str(b, "<system-out>");
		add_body(b, r, v);
		buf_str(b, "</system-out>\n");
	}
	buf_str(b, "</testcase>\n");
}

void
diag_print_junit(struct report *r)
{
	struct buf *b = &r->out, rest = { 0 };
	size_t i, nfailure = 0, ncase = r->n + r->is_partial;

	for (i = 0; i < r->n; i++)
		nfailure += r->v[i].item->level == DIAG_ERROR;
	buf_str(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_printf(b, "<testsuites>\n<testsuite name=\"%s\" tests=\"%zu\" "
	    "failures=\"%zu\" errors=\"%d\" skipped=\"0\">\n", r->program,
	    ncase == 0 ? (size_t)1 : ncase, nfailure, r->is_partial);
	for (i = 0; i < r->n; i++)
		add_case(r, &r->v[i]);
	if (r->is_partial)
		buf_printf(b, "<testcase classname=\"%s\" name=\"files\">\n"
		    "<error message=\"%s\"/>\n</testcase>\n", r->program,
		    DIAG_PARTIAL);
	if (ncase == 0)
		buf_printf(b, "<testcase classname=\"%s\" "
		    "name=\"no findings\"/>\n", r->program);
	if (diag_rest(r, &rest)) {
		buf_str(b, "<system-out>");
		buf_xml(b, rest.data, rest.len);
		buf_str(b, "</system-out>\n");
	}
	buf_str(b, "</testsuite>\n</testsuites>\n");
	buf_free(&rest);
}
