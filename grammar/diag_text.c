/*
 * How does a person read a finding? One line that editors understand, the
 * line of the file with a caret under the place, what to do about it, and the
 * other places that matter. Columns on the screen are counted here: a tab is
 * copied under itself, an ideogram is two columns wide, and of a very long
 * line only the surroundings of the place are shown.
 */
#include "diag_print.h"
#include "utf8.h"

enum { WINDOW = 100, BEFORE = 40, GUTTER = 5 };

enum { REPLACEMENT = 0xfffd };

/* The next character of a text that ends with a zero byte: how many bytes it
 * takes, and its code point; REPLACEMENT if the byte is no UTF-8. */
static size_t
next_char(const char *s, uint32_t *c)
{
	size_t len = utf8_decode(s, 4, c);

	if (len > 0)
		return len;
	*c = REPLACEMENT;
	return 1;
}

static void
add_utf8(struct buf *b, uint32_t c)
{
	char s[4];
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;
	static const uint32_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (i = len; i-- > 1; c >>= 6)
		s[i] = (char)(0x80 | (c & 0x3f));
	s[0] = (char)(lead[len] | c);
	buf_add(b, s, len);
}

/* What is shown in place of a character. */
static uint32_t
safe(uint32_t c)
{
	if (c < 0x20)
		return 0x2400 + c; /* the symbols of control characters */
	if (c == 0x7f)
		return 0x2421;
	if (c < 0xa0 && c > 0x7f)
		return REPLACEMENT;
	if ((c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
	    (c & 0xfffe) == 0xfffe)
		return REPLACEMENT;
	return c;
}

static size_t
width(uint32_t c)
{
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200d))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
	    (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

void
diag_safe(struct buf *b, const char *s)
{
	const char *p = s;
	uint32_t c;

	while (*p != '\0') {
		p += next_char(p, &c);
		add_utf8(b, safe(c));
	}
}

/* Which characters of a line are shown: from (counted from 1) up to, not
 * including, end. */
struct window {
	uint64_t from, end;
	bool cut_left, cut_right;
};

static uint64_t
count_chars(const char *text)
{
	const char *p = text;
	uint64_t n = 0;
	uint32_t c;

	for (; *p != '\0' && *p != '\n' && !(p[0] == '\r' && p[1] == '\0'); n++)
		p += next_char(p, &c);
	return n;
}

static struct window
choose_window(uint64_t nchar, uint64_t col)
{
	struct window w = { 1, nchar + 1, false, false };

	if (nchar <= WINDOW)
		return w;
	if (col > BEFORE)
		w.from = col - BEFORE;
	if (w.from + WINDOW > w.end)
		w.from = w.end > WINDOW ? w.end - WINDOW : 1;
	w.end = w.from + WINDOW;
	if (w.end > nchar + 1)
		w.end = nchar + 1;
	w.cut_left = w.from > 1;
	w.cut_right = w.end <= nchar;
	return w;
}

/* Writes the shown part of the line to out, and what stands under it to
 * under: blanks up to the place, then caret and tildes. */
static void
draw(const struct spot *s, struct window w, struct buf *out,
    struct buf *under)
{
	const char *p = s->text;
	uint64_t i, end = s->end_line > s->line ? w.end : s->end_col;
	uint32_t c;
	size_t k;

	for (i = 1; i < w.end; i++) {
		p += next_char(p, &c);
		if (i < w.from)
			continue;
		if (c == '\t')
			buf_char(out, '\t');
		else
			add_utf8(out, safe(c));
		if (i < s->col && c == '\t')
			buf_char(under, '\t');
		else if (i < s->col || i == s->col || i < end)
			for (k = 0; k < width(safe(c)); k++)
				buf_char(under, i < s->col ? ' ' :
				    i == s->col && k == 0 ? '^' : '~');
	}
	if (s->col >= w.end) /* the end of the line is meant */
		buf_char(under, '^');
}

static void
print_line(struct buf *b, const struct spot *s)
{
	uint64_t nchar = count_chars(s->text);
	struct window w = choose_window(nchar, s->col);
	struct buf under = { 0 };
	int gutter = GUTTER;
	uint64_t line;

	for (line = s->line / 100000; line > 0; line /= 10)
		gutter++;
	if (s->col == 0 || s->col > nchar + 1)
		return;
	buf_printf(b, "%*llu | %s", gutter, (unsigned long long)s->line,
	    w.cut_left ? "..." : "");
	draw(s, w, b, &under);
	buf_str(b, w.cut_right ? "...\n" : "\n");
	buf_printf(b, "%*s | ", gutter, "");
	buf_str(b, w.cut_left ? "   " : "");
	buf_add(b, under.data, under.len);
	buf_char(b, '\n');
	buf_free(&under);
}

/* "path:line:col: ", "path: " or "campgen: ". */
static void
print_place(struct buf *b, const char *program, struct place at,
    const struct spot *s)
{
	diag_safe(b, at.src == NULL ? program : at.src->path);
	if (at.src != NULL && s->line != 0)
		buf_printf(b, ":%llu:%llu", (unsigned long long)s->line,
		    (unsigned long long)s->col);
	buf_str(b, ": ");
}

static void
print_remark(struct buf *b, const char *kind, const char *text)
{
	buf_printf(b, "%*s = %s: ", GUTTER, "", kind);
	diag_safe(b, text);
	buf_char(b, '\n');
}

/* Notes without a place of their own stand under the line, before the hint;
 * those that point elsewhere come after it. */
static void
print_notes(struct report *r, const struct shown *v, bool placed)
{
	const struct diag_note *note;
	size_t k = 0;

	for (note = v->item->notes; note != NULL; note = note->next, k++) {
		if ((note->at.src != NULL) != placed)
			continue;
		if (!placed) {
			print_remark(&r->out, "note", note->text);
			continue;
		}
		print_place(&r->out, r->program, note->at, &v->note[k]);
		buf_str(&r->out, "note: ");
		diag_safe(&r->out, note->text);
		buf_char(&r->out, '\n');
	}
	if (placed && v->item->nnote > k)
		buf_printf(&r->out, "%*s = note: and %zu more like these\n",
		    GUTTER, "", v->item->nnote - k);
}

static void
print_finding(struct report *r, const struct shown *v)
{
	const struct diag_info *info = &diag_info[v->item->code];

	print_place(&r->out, r->program, v->item->at, &v->spot);
	buf_printf(&r->out, "%s[%s]: ", diag_level_name(v->item->level),
	    info->code);
	diag_safe(&r->out, v->item->text);
	buf_char(&r->out, '\n');
	if (v->spot.line != 0 && v->spot.text != NULL)
		print_line(&r->out, &v->spot);
	print_notes(r, v, false);
	if (info->hint[0] != '\0')
		print_remark(&r->out, "hint", info->hint);
	print_notes(r, v, true);
}

/* A number with a comma between thousands. */
static void
print_count(struct buf *b, size_t n, const char *word)
{
	if (n >= 1000) {
		size_t high = n / 1000;

		if (high >= 1000) {
			buf_uint(b, high / 1000);
			buf_printf(b, ",%03u", (unsigned)(high % 1000));
		} else {
			buf_uint(b, high);
		}
		buf_printf(b, ",%03u", (unsigned)(n % 1000));
	} else {
		buf_uint(b, n);
	}
	buf_printf(b, " %s%s", word, n == 1 ? "" : "s");
}

bool
diag_rest(struct report *r, struct buf *b)
{
	size_t total = r->rest[0] + r->rest[1] + r->rest[2];
	const char *mark = " (";
	int level;

	if (total == 0)
		return false;
	print_count(b, total, "more finding");
	for (level = DIAG_ERROR; level >= 0; level--) {
		if (r->rest[level] == 0)
			continue;
		buf_str(b, mark);
		print_count(b, r->rest[level],
		    diag_level_name((enum diag_level)level));
		mark = ", ";
	}
	buf_char(b, ')');
	return true;
}

void
diag_print_text(struct report *r)
{
	struct buf rest = { 0 };
	size_t i;

	for (i = 0; i < r->n; i++)
		print_finding(r, &r->v[i]);
	if (diag_rest(r, &rest)) {
		buf_str(&r->out, "... and ");
		buf_add(&r->out, rest.data, rest.len);
		buf_str(&r->out, "; --max-errors=N shows more\n");
	}
	if (r->nexcused > 0) {
		buf_printf(&r->out, "%s: ", r->program);
		print_count(&r->out, r->nexcused, "finding");
		buf_printf(&r->out, " %s allowed; --diag=sarif tells which\n",
		    r->nexcused == 1 ? "is" : "are");
	}
	buf_free(&rest);
}
