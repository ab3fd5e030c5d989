/*
 * How do bytes that XML cannot hold stand in a file? Three of them as four
 * digits of six bits; the end is padded, and only one text stands for them.
 */
#include <stdint.h>
#include <string.h>

#include "base64.h"
#include "buf.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_encode(struct buf *b, const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;

	for (; n > 0; s += 3) {
		uint32_t bits = (uint32_t)s[0] << 16 |
		    (n > 1 ? (uint32_t)s[1] << 8 : 0) | (n > 2 ? s[2] : 0u);

		buf_char(b, digits[bits >> 18]);
		buf_char(b, digits[bits >> 12 & 63]);
		buf_char(b, n > 1 ? digits[bits >> 6 & 63] : '=');
		buf_char(b, n > 2 ? digits[bits & 63] : '=');
		n -= n > 3 ? 3 : n;
	}
}

static int
digit_value(char c)
{
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

static void
add_bytes(struct buf *out, uint32_t bits, int n)
{
	for (; n > 0; n--)
		buf_char(out, (char)(bits >> 8 * (n - 1) & 0xff));
}

/* The digits after the last whole four: what the padding leaves over must be
 * zero. */
static bool
add_rest(struct buf *out, uint32_t bits, size_t ndigit)
{
	if (ndigit == 3) {
		add_bytes(out, bits >> 2, 2);
		return (bits & 3) == 0;
	}
	if (ndigit == 2) {
		add_bytes(out, bits >> 4, 1);
		return (bits & 15) == 0;
	}
	return ndigit == 0;
}

bool
base64_decode(const char *s, size_t len, struct buf *out)
{
	uint32_t bits = 0;
	size_t i, n = 0, pad = 0;
	int v;

	for (i = 0; i < len; i++) {
		if (s[i] != '\0' && strchr(" \t\r\n", s[i]) != NULL)
			continue;
		if (s[i] == '=') {
			pad++;
			continue;
		}
		v = digit_value(s[i]);
		if (v < 0 || pad > 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		if (++n % 4 == 0)
			add_bytes(out, bits, 3);
	}
	return (n + pad) % 4 == 0 && pad <= 2 && add_rest(out, bits, n % 4);
}

bool
base64_is_type(const char *s, size_t n)
{
	static const char word[] = "base64Binary";
	const char *colon = memchr(s, ':', n);

	if (colon != NULL) {
		n -= (size_t)(colon + 1 - s);
		s = colon + 1;
	}
	return n == sizeof(word) - 1 && memcmp(s, word, n) == 0;
}
