/*
 * How is a picture written down? As elements of the report's XML: the
 * stylesheet gives them their SVG names and nothing else.
 */
#include <string.h>

#include "buf.h"
#include "draw.h"

enum { LETTER = 13 }; /* half pixels of a letter, on average a little less */

static const char *const fills[] = { [TINT_NONE] = "#e6e9ed",
	[TINT_ACTS] = "#ffe3a3", [TINT_MODIFIES] = "#bcd7ff",
	[TINT_REMOVES] = "#ffc9cf", [TINT_ADDS] = "#b7ebc4",
	[TINT_FRAME] = "#f6f8fa", [TINT_MORPHS] = "#dfd0ff" };

void
draw_attribute(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, " %s=\"", name);
	buf_xml(b, value, strlen(value));
	buf_char(b, '"');
}

void
draw_open(struct buf *b, const char *id, const char *name, const char *words,
    size_t height)
{
	buf_printf(b, "<picture width=\"%d\" height=\"%zu\"", DRAW_WIDTH,
	    height);
	draw_attribute(b, "id", id);
	draw_attribute(b, "name", name);
	draw_attribute(b, "words", words);
	buf_char(b, '>');
}

void
draw_close(struct buf *b)
{
	buf_str(b, "</picture>");
}

void
draw_box(struct buf *b, enum tint tint, size_t x, size_t y, size_t w,
    size_t h, const char *words)
{
	buf_printf(b, "<box c=\"t%d\" f=\"%s\" x=\"%zu\" y=\"%zu\" w=\"%zu\" "
	    "h=\"%zu\"", (int)tint, fills[tint], x, y, w, h);
	if (words != NULL)
		draw_attribute(b, "words", words);
	buf_str(b, "/>");
}

/* Bytes of the first so many characters. */
static size_t
characters(const char *s, size_t most)
{
	size_t i;

	for (i = 0; s[i] != '\0'; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80 && most-- == 0)
			break;
	return i;
}

static void
text(struct buf *b, const char *element, size_t x, size_t y, size_t room,
    const char *words)
{
	size_t most = 2 * room / LETTER < 2 ? 2 : 2 * room / LETTER;
	size_t n = characters(words, most);

	buf_printf(b, "<%s x=\"%zu\" y=\"%zu\">", element, x, y);
	if (words[n] != '\0') {
		n = characters(words, most - 1);
		buf_xml(b, words, n);
		buf_str(b, "\xe2\x80\xa6");
	} else {
		buf_xml(b, words, n);
	}
	buf_printf(b, "</%s>", element);
}

void
draw_text(struct buf *b, size_t x, size_t y, size_t room, const char *words)
{
	text(b, "word", x, y, room, words);
}

void
draw_middle(struct buf *b, size_t x, size_t y, size_t room,
    const char *words)
{
	text(b, "middle", x, y, room, words);
}
