/*
 * How does a name look in a line of text? Models may hold anything XML can
 * say, line ends and terminal escapes too: what is not plain is quoted.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "duration.h"
#include "intern.h"
#include "show.h"

/* Characters of two and three bytes that turn the direction of writing or end
 * a line: U+0080..9F, U+200E..0F, U+2028..2E, U+2066..69. */
static bool
is_odd(const unsigned char *s)
{
	if (s[0] < 0x20 || s[0] == 0x7f)
		return true;
	if (s[0] == 0xc2)
		return s[1] < 0xa0;
	if (s[0] != 0xe2)
		return false;
	return (s[1] == 0x80 && (s[2] == 0x8e || s[2] == 0x8f ||
	    (s[2] >= 0xa8 && s[2] <= 0xae))) ||
	    (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9);
}

static bool
is_plain(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || s[0] == ' ' || s[n - 1] == ' ' || s[0] == '"')
		return false;
	for (i = 0; i < n; i++)
		if (is_odd((const unsigned char *)s + i))
			return false;
	return true;
}

/* Writes an odd character as \u....; returns how many bytes it had. */
static size_t
show_odd(struct buf *b, const unsigned char *s)
{
	if (s[0] < 0x80) {
		buf_printf(b, "\\u%04x", s[0]);
		return 1;
	}
	if (s[0] == 0xc2) {
		buf_printf(b, "\\u%04x", s[1]);
		return 2;
	}
	buf_printf(b, "\\u%04x",
	    0x2000u | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu));
	return 3;
}

static void
show_quoted(struct buf *b, const char *s, size_t n)
{
	size_t i = 0;

	buf_char(b, '"');
	while (i < n) {
		if (is_odd((const unsigned char *)s + i)) {
			i += show_odd(b, (const unsigned char *)s + i);
			continue;
		}
		if (s[i] == '"' || s[i] == '\\')
			buf_char(b, '\\');
		buf_char(b, s[i++]);
	}
	buf_char(b, '"');
}

void
show_text(struct buf *b, const char *s, size_t n)
{
	if (is_plain(s, n))
		buf_add(b, s, n);
	else
		show_quoted(b, s, n);
}

void
show_name(struct buf *b, uint32_t name)
{
	show_text(b, name_str(name), name_len(name));
}

static bool
is_number(uint32_t text, long long *n)
{
	const char *s = name_str(text);
	char *end;

	errno = 0;
	*n = strtoll(s, &end, 0);
	return end != s && *end == '\0' && errno == 0;
}

void
show_timeout(struct buf *b, uint32_t ns)
{
	long long n;

	if (!is_number(ns, &n))
		show_name(b, ns);
	else if (n == 0)
		buf_str(b, "none");
	else
		duration_write(b, n);
}

bool
show_time(struct buf *b, uint32_t ns)
{
	enum { YEAR = 365 * 24 };
	long long n;

	if (!is_number(ns, &n) || n <= 0 ||
	    n / 3600 / 1000000000 > 10 * YEAR)
		return false;
	duration_write(b, n);
	return true;
}

void
show_time_of(struct buf *b, const uint32_t *value, size_t n)
{
	size_t len = b->len;

	if (n != 1)
		return;
	buf_str(b, " (");
	if (show_time(b, value[0]))
		buf_char(b, ')');
	else
		b->len = len;
}

void
show_values(struct buf *b, const uint32_t *value, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_str(b, " | ");
		show_name(b, value[i]);
	}
}

void
show_count(struct buf *b, size_t n, const char *noun)
{
	size_t len = strlen(noun);
	bool ies = n != 1 && len > 1 && noun[len - 1] == 'y' &&
	    strchr("aeiou", noun[len - 2]) == NULL;

	buf_uint(b, n);
	buf_char(b, ' ');
	buf_add(b, noun, ies ? len - 1 : len);
	if (n != 1)
		buf_str(b, ies ? "ies" : "s");
}
