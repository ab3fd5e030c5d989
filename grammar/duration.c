/*
 * How many nanoseconds are meant by a number and its unit?
 */
#include <stddef.h>
#include <string.h>

#include "duration.h"

static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "s", INT64_C(1000000000) },
	{ "m", INT64_C(60000000000) },
	{ "h", INT64_C(3600000000000) },
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
