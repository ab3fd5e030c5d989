/*
 * Which character begins at this byte? Only the shortest form counts, and no
 * halves of what other encodings need two for.
 */
#include "utf8.h"

size_t
utf8_decode(const char *text, size_t n, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2, i;
	uint32_t c = s[0] & (0x7fu >> len);

	if (s[0] < 0x80) {
		*out = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > n)
		return 0;
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*out = c;
	return len;
}

size_t
utf8_xml(const char *s, size_t n)
{
	uint32_t c = 0;
	size_t len = utf8_decode(s, n, &c);

	if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
		return 0;
	return c == 0xfffe || c == 0xffff ? 0 : len;
}
