/*
 * How are names, states and times written, wherever they stand on the page?
 */
#include <string.h>
#include <time.h>

#include "buf.h"
#include "page.h"

void
page_text(struct buf *b, const char *s)
{
	buf_xml(b, s, strlen(s));
}

const char *
page_class(enum stand s)
{
	return s == STAND_RUNNING ? "running" : stand_name(s);
}

void
page_state(struct buf *b, enum stand s)
{
	buf_printf(b, "<b class=\"%s\">%s</b>", page_class(s), stand_name(s));
}

/* The time of day is what a person at the desk compares. */
void
page_when(struct buf *b, int64_t ns)
{
	time_t t = (time_t)(ns / 1000000000);
	char s[32] = "";
	struct tm tm;

	if (ns != 0 && gmtime_r(&t, &tm) != NULL)
		strftime(s, sizeof(s), "%Y-%m-%d %H:%M:%S UTC", &tm);
	buf_str(b, s);
}
