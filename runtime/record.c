/*
 * What does a record look like, so that a person can read it with tail(1) and
 * a machine can tell whether it is whole? One line:
 *
 *   12 = 2025-01-01T03:00:00.000Z begin 7 forward 1 lock "node=A" 1f2e3d4c
 *
 * number; "=" if all before it was on disk when it was written, else "+";
 * time; kind; as many fields as the kind has, words where there are words;
 * text with \n, \\ and \xHH for what would not stay on the line; and CRC-32C
 * over all that stands before it on the line, begun with the checksum of the
 * line above, so that lines cannot change places.
 */
#include <assert.h>
#include <string.h>

#include "crc32c.h"
#include "record.h"

enum { CRC_LEN = 9 /* a space and eight digits */, MAX_FIELDS = 6 };
#define SECOND INT64_C(1000000000)

static const char *const machines[] = { "campaign", "procedure", "step", NULL };
static const char *const directions[] = { "forward", "undo", "rollback", NULL };
static const char *const results[] = { "ok", "failed", "system", NULL };
static const char *const leftovers[] = { "-", "reverse", NULL };
const char *const record_keep_deeds[] = { "taking", "taken", "untaken",
	"reverting", "reverted", "unreverted", "removing", "removed",
	"unremoved", "short", "ample", NULL };
const char *const record_keep_kinds[] = { "before", "failed", NULL };

/* The words of each kind's fields; a field without, or past the last word,
 * is a number. */
static const struct kind {
	const char *name;
	int nfield;
	const char *const *words[MAX_FIELDS];
} kinds[RECORD_KIND_COUNT] = {
	[RECORD_HEAD] = { .name = "head" },
	[RECORD_ROW] = { "row", 6, { machines } },
	[RECORD_BEGIN] = { "begin", 3, { [1] = directions } },
	[RECORD_END] = { "end", 5, { [1] = directions, [3] = results,
	    leftovers } },
	[RECORD_NOTE] = { .name = "note" },
	[RECORD_KEEP] = { "keep", 6, { record_keep_deeds, record_keep_kinds } },
};

static const char hex[] = "0123456789abcdef";

/* --- writing --- */

static char *
put_number(char *p, uint64_t n)
{
	char digits[20];
	int k = 0;

	do
		digits[k++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (k > 0)
		*p++ = digits[--k];
	return p;
}

static char *
put_str(char *p, const char *s)
{
	size_t n = strlen(s);

	memcpy(p, s, n);
	return p + n;
}

static char *
put_digits(char *p, uint64_t n, int width)
{
	for (int i = width; i-- > 0; n /= 10)
		p[i] = (char)('0' + n % 10);
	return p + width;
}

/* Year, month and day of a day counted from 1970 (proleptic Gregorian; years
 * begin in March, so that the leap day is the last). */
static void
civil(int64_t day, int64_t *y, int64_t *m, int64_t *d)
{
	int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = yoe + era * 400 + (*m <= 2);
}

static int64_t
day_of(int64_t y, int64_t m, int64_t d)
{
	int64_t yy = y - (m <= 2), era = yy / 400, yoe = yy - era * 400;
	int64_t doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static char *
put_time(char *p, int64_t ns)
{
	int64_t s = ns > 0 ? ns / SECOND : 0, y, m, d;
	uint64_t ms = (uint64_t)(ns > 0 ? ns % SECOND / 1000000 : 0);

	civil(s / 86400, &y, &m, &d);
	p = put_digits(p, (uint64_t)y, 4);
	*p++ = '-';
	p = put_digits(p, (uint64_t)m, 2);
	*p++ = '-';
	p = put_digits(p, (uint64_t)d, 2);
	*p++ = 'T';
	p = put_digits(p, (uint64_t)(s / 3600 % 24), 2);
	*p++ = ':';
	p = put_digits(p, (uint64_t)(s / 60 % 60), 2);
	*p++ = ':';
	p = put_digits(p, (uint64_t)(s % 60), 2);
	*p++ = '.';
	p = put_digits(p, ms, 3);
	*p++ = 'Z';
	return p;
}

static char *
put_text(char *p, const char *s, size_t n)
{
	for (; n > 0; s++, n--) {
		unsigned char c = (unsigned char)*s;

		if (c >= ' ' && c != '\\' && c != 0x7f) {
			*p++ = *s;
			continue;
		}
		*p++ = '\\';
		if (c == '\n' || c == '\\') {
			*p++ = c == '\n' ? 'n' : '\\';
			continue;
		}
		*p++ = 'x';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	return p;
}

/* What the kind has no field for would be lost. */
static bool
fits(const struct kind *k, const uint32_t field[MAX_FIELDS])
{
	for (int i = k->nfield; i < MAX_FIELDS; i++)
		if (field[i] != 0)
			return false;
	return true;
}

static size_t
count_words(const char *const *words)
{
	size_t n = 0;

	while (words != NULL && words[n] != NULL)
		n++;
	return n;
}

static char *
put_field(char *p, uint32_t n, const char *const *words)
{
	*p++ = ' ';
	return n < count_words(words) ? put_str(p, words[n]) : put_number(p, n);
}

size_t
record_format(const struct record *r, struct record_link *link, char *out)
{
	const uint32_t field[MAX_FIELDS] = { r->a, r->b, r->c, r->d, r->e, r->f };
	const struct kind *k;
	char *p;

	assert(r->kind < RECORD_KIND_COUNT && r->len <= RECORD_TEXT_MAX);
	k = &kinds[r->kind];
	assert(fits(k, field));
	p = put_number(out, r->number);
	p = put_str(p, link->settled ? " = " : " + ");
	p = put_time(p, r->time);
	*p++ = ' ';
	p = put_str(p, k->name);
	for (int i = 0; i < k->nfield; i++)
		p = put_field(p, field[i], k->words[i]);
	if (r->text != NULL && r->len > 0) {
		*p++ = ' ';
		p = put_text(p, r->text, r->len);
	}
	link->crc = crc32c(link->crc, out, (size_t)(p - out));
	*p++ = ' ';
	for (int shift = 28; shift >= 0; shift -= 4)
		*p++ = hex[link->crc >> shift & 15];
	*p++ = '\n';
	return (size_t)(p - out);
}

/* --- reading --- */

struct cursor {
	const char *p, *end;
};

static bool
take(struct cursor *c, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(c->end - c->p) < n || memcmp(c->p, s, n) != 0)
		return false;
	c->p += n;
	return true;
}

/* A whole number up to max, written as we write it. */
static bool
take_number(struct cursor *c, uint64_t max, uint64_t *out)
{
	const char *start = c->p;
	uint64_t n = 0, digit;

	for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
		digit = (uint64_t)(*c->p - '0');
		if (n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return c->p > start && (*start != '0' || c->p == start + 1);
}

static bool
take_digits(struct cursor *c, int width, int64_t *out)
{
	for (*out = 0; width > 0; width--, c->p++) {
		if (c->p == c->end || *c->p < '0' || *c->p > '9')
			return false;
		*out = *out * 10 + (*c->p - '0');
	}
	return true;
}

static bool
take_time(struct cursor *c, int64_t *ns)
{
	int64_t y, mon, d, h, min, s, ms;

	if (!take_digits(c, 4, &y) || !take(c, "-") ||
	    !take_digits(c, 2, &mon) || !take(c, "-") ||
	    !take_digits(c, 2, &d) || !take(c, "T") ||
	    !take_digits(c, 2, &h) || !take(c, ":") ||
	    !take_digits(c, 2, &min) || !take(c, ":") ||
	    !take_digits(c, 2, &s) || !take(c, ".") ||
	    !take_digits(c, 3, &ms) || !take(c, "Z") ||
	    y < 1970 || y > 2261 || mon < 1 || mon > 12 || d < 1 || d > 31)
		return false;
	*ns = ((day_of(y, mon, d) * 24 + h) * 60 + min) * 60 + s;
	*ns = *ns * SECOND + ms * 1000000;
	return true;
}

/* No word begins with another, so the first that fits is it. */
static bool
take_field(struct cursor *c, const char *const *words, uint32_t *out)
{
	uint64_t n;

	if (!take(c, " "))
		return false;
	for (uint32_t i = 0; i < count_words(words); i++)
		if (take(c, words[i])) {
			*out = i;
			return true;
		}
	if (!take_number(c, UINT32_MAX, &n))
		return false;
	*out = (uint32_t)n;
	return true;
}

static int
hex_digit(char c)
{
	const char *p = c == '\0' ? NULL : strchr(hex, c);

	return p == NULL ? -1 : (int)(p - hex);
}

/* One byte of text, or -1. */
static int
take_byte(struct cursor *c)
{
	if (!take(c, "\\"))
		return (unsigned char)*c->p++;
	if (take(c, "\\"))
		return '\\';
	if (take(c, "n"))
		return '\n';
	if (!take(c, "x") || c->end - c->p < 2)
		return -1;
	int high = hex_digit(c->p[0]), low = hex_digit(c->p[1]);

	c->p += 2;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool
take_text(struct cursor *c, struct record *r, char *text)
{
	int byte;

	r->text = text;
	r->len = 0;
	text[0] = '\0';
	if (c->p == c->end)
		return true;
	if (!take(c, " "))
		return false;
	while (c->p < c->end) {
		byte = take_byte(c);
		if (byte < 0 || r->len == RECORD_TEXT_MAX)
			return false;
		text[r->len++] = (char)byte;
	}
	text[r->len] = '\0';
	return true;
}

static bool
take_kind(struct cursor *c, struct record *r)
{
	uint32_t *const field[] = { &r->a, &r->b, &r->c, &r->d, &r->e, &r->f };

	for (r->kind = 0; r->kind < RECORD_KIND_COUNT; r->kind++)
		if (take(c, kinds[r->kind].name))
			break;
	if (r->kind == RECORD_KIND_COUNT)
		return false;
	for (int i = 0; i < kinds[r->kind].nfield; i++)
		if (!take_field(c, kinds[r->kind].words[i], field[i]))
			return false;
	return true;
}

bool
record_shown_crc(const char *line, size_t n, uint32_t *crc)
{
	int digit;

	if (n < CRC_LEN || line[n - CRC_LEN] != ' ')
		return false;
	*crc = 0;
	for (size_t i = n - CRC_LEN + 1; i < n; i++) {
		digit = hex_digit(line[i]);
		if (digit < 0)
			return false;
		*crc = *crc << 4 | (uint32_t)digit;
	}
	return true;
}

enum record_verdict
record_parse(const char *line, size_t n, struct record *r,
    struct record_link *link, char *text)
{
	struct cursor c = { line, line };
	uint32_t shown;

	if (!record_shown_crc(line, n, &shown) ||
	    crc32c(link->crc, line, n - CRC_LEN) != shown)
		return RECORD_BROKEN;
	c.end += n - CRC_LEN;
	memset(r, 0, sizeof(*r));
	if (!take_number(&c, UINT64_MAX, &r->number))
		return RECORD_STRANGE;
	link->settled = take(&c, " = ");
	if ((!link->settled && !take(&c, " + ")) || !take_time(&c, &r->time) ||
	    !take(&c, " ") || !take_kind(&c, r) || !take_text(&c, r, text))
		return RECORD_STRANGE;
	link->crc = shown;
	return RECORD_WHOLE;
}
