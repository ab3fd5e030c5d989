/*
 * What does a code mean? The same words as in the manual's DIAGNOSTICS, from
 * the same table, filled to the width of a terminal.
 */
#include <string.h>

#include "buf.h"
#include "explain.h"
#include "near.h"

enum { WIDTH = 78 };

const char *const explain_text[DIAG_COUNT] = {
#define DIAG(code, id, level, title, hint, explain) explain,
#include "diag.def"
#undef DIAG
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
	fill(out, explain_text[code], 2);
	if (info->hint[0] != '\0') {
		buf_str(out, "\n  What to do:\n");
		fill(out, info->hint, 4);
	}
	return true;
}
