/*
 * How do numbers, texts and object identifiers become bytes? net-snmp would do
 * it, and draw Perl and its own configuration files onto every host; what a
 * trap takes is this.
 */
#include <stdlib.h>
#include <string.h>

#include "ber.h"

static void
put(struct ber *b, const void *data, size_t n)
{
	if (n > b->at) {
		b->full = true;
		return;
	}
	b->at -= n;
	memcpy(b->data + b->at, data, n);
}

static void
put_byte(struct ber *b, unsigned byte)
{
	unsigned char c = (unsigned char)byte;

	put(b, &c, 1);
}

void
ber_wrap(struct ber *b, unsigned char tag, size_t end)
{
	size_t n = end - b->at, bytes = 0;

	if (n < 128) {
		put_byte(b, (unsigned)n);
	} else {
		for (; n > 0; n >>= 8, bytes++)
			put_byte(b, n & 255);
		put_byte(b, 128 + (unsigned)bytes);
	}
	put_byte(b, tag);
}

/* As few bytes as keep the sign. */
void
ber_integer(struct ber *b, unsigned char tag, int64_t v)
{
	size_t end = b->at;
	unsigned byte;

	do {
		byte = (unsigned)((uint64_t)v & 255);
		put_byte(b, byte);
		v = v >= 0 ? v >> 8 : ~(~v >> 8);
	} while (!(v == 0 && byte < 128) && !(v == -1 && byte >= 128));
	ber_wrap(b, tag, end);
}

void
ber_octets(struct ber *b, unsigned char tag, const void *data, size_t n)
{
	size_t end = b->at;

	put(b, data, n);
	ber_wrap(b, tag, end);
}

static void
put_number(struct ber *b, uint32_t v)
{
	put_byte(b, v & 127);
	while ((v >>= 7) > 0)
		put_byte(b, 128 + (v & 127));
}

void
ber_oid(struct ber *b, const char *oid)
{
	enum { MOST = 128 };
	uint32_t v[MOST];
	size_t n = 0, end = b->at;
	char *next;

	for (; n < MOST && *oid >= '0' && *oid <= '9'; n++) {
		v[n] = (uint32_t)strtoul(oid, &next, 10);
		oid = *next == '.' ? next + 1 : next;
	}
	while (n > 2)
		put_number(b, v[--n]);
	put_number(b, n == 2 ? v[0] * 40 + v[1] : 0);
	ber_wrap(b, BER_OID, end);
}

bool
ber_read(const unsigned char *p, size_t n, unsigned char *tag,
    const unsigned char **content, size_t *len, size_t *rest)
{
	size_t at = 2, bytes;

	if (n < 2)
		return false;
	*tag = p[0];
	*len = p[1];
	if (p[1] >= 128) {
		bytes = p[1] & 127u;
		if (bytes > 4 || n < 2 + bytes)
			return false;
		for (*len = 0; bytes > 0; bytes--)
			*len = *len << 8 | p[at++];
	}
	if (*len > n - at)
		return false;
	*content = p + at;
	*rest = n - at - *len;
	return true;
}
