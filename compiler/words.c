/*
 * How does a list stand in one attribute? Words are parted by one blank, and
 * ";" ends an entry; in a name, these and "%" are written as in an address.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "intern.h"
#include "words.h"

static int
hex(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

void
words_begin(struct words *w, uint32_t text)
{
	*w = (struct words){ .at = text == NAME_NONE ? "" : name_str(text) };
	w->ok = text == NAME_NONE || *w->at != '\0';
}

void
words_next(struct words *w)
{
	const char *s = w->at;
	size_t n = 0;

	for (; *s != '\0' && *s != ' ' && *s != ';'; s++) {
		char c = *s;

		if (c == '%') {
			int high = hex(s[1]), low = high < 0 ? -1 : hex(s[2]);

			w->ok &= low >= 0 && high + low > 0;
			c = (char)(high * 16 + low);
			s += low < 0 ? 0 : 2;
		}
		w->ok &= n < DN_MAX;
		if (!w->ok)
			break;
		w->word[n++] = c;
	}
	w->word[n] = '\0';
	w->last = w->ok && *s != ' ';
	w->ok &= n > 0 && (*s == '\0' || s[*s == ';'] == ' ' || *s == ' ');
	if (*s == ';')
		s++;
	w->at = *s == ' ' ? s + 1 : s;
	w->ok &= *s != ' ' || s[1] != '\0';
}

void
words_more(struct words *w)
{
	if (w->last)
		w->ok = false;
	if (w->ok)
		words_next(w);
}

const char *
words_number(struct words *w, const char *s, uint32_t *n)
{
	char *end = NULL;
	unsigned long v;

	w->ok &= *s >= '0' && *s <= '9';
	if (!w->ok)
		return s;
	v = strtoul(s, &end, 10);
	w->ok &= v <= INT32_MAX;
	*n = (uint32_t)v;
	return end;
}

void
words_put(struct buf *b, uint32_t name)
{
	const char *s = name_str(name), *end = s + name_len(name);

	buf_char(b, ' ');
	for (; s < end; s++)
		if ((unsigned char)*s <= ' ' || *s == ';' || *s == '%')
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)*s);
		else
			buf_char(b, *s);
}
