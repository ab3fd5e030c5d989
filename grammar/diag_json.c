/*
 * How does a program read findings? As JSON, one object a line. A key that
 * has nothing to say is there with null, so that a reader need not ask
 * whether it is.
 */
#include <string.h>

#include "diag_print.h"
#include "intern.h"

static void
add_string(struct buf *b, const char *s)
{
	if (s == NULL)
		buf_str(b, "null");
	else
		buf_json(b, s, strlen(s));
}

static void
add_key_string(struct buf *b, const char *key, const char *s)
{
	buf_printf(b, "\"%s\":", key);
	add_string(b, s);
}

static void
add_key_number(struct buf *b, const char *key, uint64_t n)
{
	buf_printf(b, ",\"%s\":", key);
	if (n == 0)
		buf_str(b, "null");
	else
		buf_uint(b, n);
}

static const char *
path_of(struct place at)
{
	return at.src == NULL ? NULL : at.src->path;
}

static void
json_notes(struct buf *b, const struct shown *v)
{
	const struct diag_note *note;
	size_t k = 0;

	buf_str(b, "\"notes\":[");
	for (note = v->item->notes; note != NULL; note = note->next, k++) {
		buf_str(b, k == 0 ? "{" : ",{");
		add_key_string(b, "file", path_of(note->at));
		add_key_number(b, "line", v->note[k].line);
		add_key_number(b, "col", v->note[k].col);
		buf_char(b, ',');
		add_key_string(b, "message", note->text);
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void
json_finding(struct buf *b, const struct shown *v)
{
	const struct diag_info *info = &diag_info[v->item->code];

	buf_char(b, '{');
	add_key_string(b, "file", path_of(v->item->at));
	add_key_number(b, "line", v->spot.line);
	add_key_number(b, "col", v->spot.col);
	add_key_number(b, "end_line", v->spot.end_line);
	add_key_number(b, "end_col", v->spot.end_col);
	buf_char(b, ',');
	add_key_string(b, "dn", v->item->dn == NAME_NONE ? NULL :
	    name_str(v->item->dn));
	buf_printf(b, ",\"severity\":\"%s\",\"code\":\"%s\",",
	    diag_level_name(v->item->level), info->code);
	add_key_string(b, "message", v->item->text);
	buf_char(b, ',');
	add_key_string(b, "hint", info->hint[0] == '\0' ? NULL : info->hint);
	buf_char(b, ',');
	json_notes(b, v);
	buf_str(b, "}\n");
}

void
diag_print_json(struct report *r)
{
	struct buf rest = { 0 };
	size_t i;

	for (i = 0; i < r->n; i++)
		json_finding(&r->out, &r->v[i]);
	if (diag_rest(r, &rest)) {
		buf_str(&r->out, "{\"file\":null,\"line\":null,\"col\":null,"
		    "\"end_line\":null,\"end_col\":null,\"dn\":null,"
		    "\"severity\":\"note\",\"code\":null,\"message\":");
		buf_json(&r->out, rest.data, rest.len);
		buf_str(&r->out, ",\"hint\":null,\"notes\":[]}\n");
	}
	buf_free(&rest);
}
