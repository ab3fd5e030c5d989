/*
 * How many nanoseconds are meant by a number and its unit, and how do people
 * read them?
 */
#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "duration.h"

static const struct {
	const char *name, *shown;
	int64_t ns;
} units[] = {
	{ "ns", "ns", 1 },
	{ "us", "us", 1000 },
	{ "ms", "ms", 1000000 },
	{ "s", "s", INT64_C(1000000000) },
	{ "m", "min", INT64_C(60000000000) },
	{ "h", "h", INT64_C(3600000000000) },
};
enum { UNITS = sizeof(units) / sizeof(units[0]) };

const char *
duration_parse(const char *text, int64_t *ns)
{
	const char *p = text;
	int64_t v = 0;
	size_t i;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (v > (INT64_MAX - (*p - '0')) / 10)
			return "less than 292 years";
		v = v * 10 + (*p - '0');
	}
	if (p == text)
		return "a time such as 30s";
	for (i = 0; i < UNITS; i++)
		if (strcmp(p, units[i].name) == 0)
			break;
	if (i == UNITS)
		return "a time in ns, us, ms, s, m or h, such as 30s";
	if (v > INT64_MAX / units[i].ns)
		return "less than 292 years";
	*ns = v * units[i].ns;
	return NULL;
}

void
duration_write(struct buf *b, int64_t ns)
{
	uint64_t left = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns, n;
	const char *sep = ns < 0 ? "-" : "";
	size_t i;

	for (i = UNITS; i-- > 0;) {
		n = left / (uint64_t)units[i].ns;
		left %= (uint64_t)units[i].ns;
		if (n == 0)
			continue;
		buf_printf(b, "%s%llu %s", sep, (unsigned long long)n,
		    units[i].shown);
		sep = " ";
	}
	if (ns == 0)
		buf_str(b, "0 s");
}
