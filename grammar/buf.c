#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "utf8.h"

enum { DRAIN = 256 * 1024 };

static void
drain(struct buf *b)
{
	if (b->len > 0 && b->err == 0) {
		errno = 0;
		if (fwrite(b->data, 1, b->len, b->out) != b->len)
			b->err = errno != 0 ? errno : EIO;
	}
	b->len = 0;
}

static void
reserve(struct buf *b, size_t n)
{
	if (b->out != NULL && b->len >= DRAIN)
		drain(b);
	if (b->cap - b->len >= n)
		return;
	while (b->cap - b->len < n)
		b->cap = b->cap < 256 ? 256 : b->cap * 2;
	b->data = mem_realloc(b->data, b->cap, 1);
}

void
buf_add(struct buf *b, const char *s, size_t n)
{
	reserve(b, n);
	if (n > 0)
		memcpy(b->data + b->len, s, n);
	b->len += n;
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_uint(struct buf *b, uint64_t n)
{
	char digits[24], *p = digits + sizeof(digits);

	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	reserve(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

static const char *
xml_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#13;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	default:
		return NULL;
	}
}

void
buf_xml(struct buf *b, const char *s, size_t n)
{
	size_t i, from = 0;

	for (i = 0; i < n; i++) {
		const char *entity = xml_entity(s[i]);

		if (entity == NULL)
			continue;
		buf_add(b, s + from, i - from);
		buf_str(b, entity);
		from = i + 1;
	}
	buf_add(b, s + from, n - from);
}

void
buf_json(struct buf *b, const char *s, size_t n)
{
	uint32_t point;
	size_t i, len;

	buf_char(b, '"');
	for (i = 0; i < n; i += len) {
		unsigned char c = (unsigned char)s[i];

		len = utf8_decode(s + i, n - i, &point);
		if (len == 0) {
			buf_str(b, "\\ufffd");
			len = 1;
		} else if (c == '"' || c == '\\') {
			buf_char(b, '\\');
			buf_char(b, (char)c);
		} else if (c < 0x20) {
			buf_printf(b, "\\u%04x", c);
		} else {
			buf_add(b, s + i, len);
		}
	}
	buf_char(b, '"');
}

bool
buf_flush(struct buf *b)
{
	if (b->out == NULL)
		return b->err == 0;
	drain(b);
	if (b->err == 0 && fflush(b->out) != 0)
		b->err = errno != 0 ? errno : EIO;
	return b->err == 0;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->cap = 0;
}
