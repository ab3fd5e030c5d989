/*
 * What does a code mean? The same words as in the manual's DIAGNOSTICS, from
 * the same table, filled to the width of a terminal, and an example: what is
 * wrong, and the same mended. The examples are changes of the inputs that the
 * tests have for each code, so none of them can be wrong itself.
 */
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "explain.h"
#include "near.h"

enum { WIDTH = 78 };

static const struct {
	const char *name, *text;
} rows[DIAG_COUNT] = {
#define DIAG(code, id, level, title, hint, explain) { #id, explain },
#include "diag.def"
#undef DIAG
};

/* examples.txt: "@CODE" on a line, then lines that begin with a blank (both
 * ways), "-" (wrong), "+" (right) or are "..." (something is left out). */
static const char examples[] = {
#include "examples.txt.inc"
	0
};

/* Words of text, in lines that begin with indent blanks. */
static void
fill(struct buf *b, const char *text, size_t indent)
{
	size_t col = 0, len;

	while (*(text += strspn(text, " \n")) != '\0') {
		len = strcspn(text, " \n");
		if (col > 0 && col + 1 + len > WIDTH) {
			buf_char(b, '\n');
			col = 0;
		}
		if (col == 0)
			buf_printf(b, "%*s", (int)indent, "");
		else
			buf_char(b, ' ');
		col = (col == 0 ? indent : col + 1) + len;
		buf_add(b, text, len);
		text += len;
	}
	buf_char(b, '\n');
}

/* The lines of a code's example, or NULL. */
static const char *
find_example(enum diag_code code)
{
	const char *p = examples;

	while ((p = strstr(p, "\n@")) != NULL) {
		p += 2;
		if (strncmp(p, diag_info[code].code, 4) == 0)
			return strchr(p, '\n') + 1;
	}
	return NULL;
}

/* The one side of an example: what has the mark, and what has none. */
static void
add_side(struct buf *b, const char *p, char mark, const char *indent)
{
	size_t len, n = 0;

	for (; *p != '\0' && *p != '@'; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		if (*p != '.' && *p != '=' && *p != ' ' && *p != mark)
			continue;
		buf_printf(b, "%s%s%.*s\n", indent, *p == '=' ? "#" : "",
		    (int)len - (*p != '.'), p + (*p != '.'));
		n += *p != '=';
	}
	if (n == 0)
		buf_printf(b, "%s(nothing)\n", indent);
}

static void
add_example(struct buf *b, enum diag_code code, const char *indent)
{
	const char *p = find_example(code);

	if (p == NULL)
		return;
	buf_printf(b, "\n%.*sWrong:\n", (int)strlen(indent) / 2, indent);
	add_side(b, p, '-', indent);
	buf_printf(b, "\n%.*sRight:\n", (int)strlen(indent) / 2, indent);
	add_side(b, p, '+', indent);
}

const struct diag_rule *
explain_rules(struct arena *a)
{
	struct diag_rule *v = arena_array(a, DIAG_COUNT, sizeof(*v));
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < DIAG_COUNT; i++) {
		b.len = 0;
		add_example(&b, (enum diag_code)i, "    ");
		v[i] = (struct diag_rule){ rows[i].name, rows[i].text,
			b.len == 0 ? NULL :
			arena_strdup(a, b.data + 1, b.len - 1) };
	}
	buf_free(&b);
	return v;
}

static enum diag_code
find_code(const char *word)
{
	char upper[8];
	size_t i;

	for (i = 0; word[i] != '\0' && i + 1 < sizeof(upper); i++)
		upper[i] = word[i] >= 'a' && word[i] <= 'z' ?
		    (char)(word[i] - 'a' + 'A') : word[i];
	upper[i] = '\0';
	return word[i] != '\0' ? DIAG_COUNT : diag_find(upper);
}

static void
suggest(const char *word, struct buf *out)
{
	const char *codes[DIAG_COUNT + 1];
	const char *near;
	size_t i;

	for (i = 0; i < DIAG_COUNT; i++)
		codes[i] = diag_info[i].code;
	near = near_match(word, codes, DIAG_COUNT);
	buf_printf(out, "there is no code \"%.40s\"", word);
	if (near != NULL)
		buf_printf(out, "; did you mean \"%s\"?", near);
	buf_char(out, '\n');
}

bool
explain(const char *word, struct buf *out)
{
	enum diag_code code = find_code(word);
	const struct diag_info *info;

	if (code == DIAG_COUNT) {
		suggest(word, out);
		return false;
	}
	info = &diag_info[code];
	buf_printf(out, "%s[%s]: %s\n\n", diag_level_name(info->level),
	    info->code, info->title);
	fill(out, rows[code].text, 2);
	if (info->hint[0] != '\0') {
		buf_str(out, "\n  What to do:\n");
		fill(out, info->hint, 4);
	}
	add_example(out, code, "    ");
	return true;
}
