/*
 * What does the agent in a guest say? One JSON object whose members have names
 * that occur nowhere else in it: numbers, flags and base64 only, so that they
 * are found by their names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "buf.h"
#include "agent.h"

void
agent_exec(struct buf *b, char *const *argv)
{
	size_t i;

	buf_str(b, "{\"execute\":\"guest-exec\",\"arguments\":{\"path\":");
	buf_json(b, argv[0], strlen(argv[0]));
	buf_str(b, ",\"arg\":[");
	for (i = 1; argv[i] != NULL; i++) {
		buf_str(b, i == 1 ? "" : ",");
		buf_json(b, argv[i], strlen(argv[i]));
	}
	buf_str(b, "],\"capture-output\":true}}");
	buf_char(b, '\0');
}

void
agent_status(struct buf *b, long long pid)
{
	buf_printf(b, "{\"execute\":\"guest-exec-status\",\"arguments\":"
	    "{\"pid\":%lld}}", pid);
	buf_char(b, '\0');
}

/* The value of a member; NULL: there is none. */
static const char *
member(const char *text, const char *name)
{
	char key[40];
	const char *p;

	snprintf(key, sizeof(key), "\"%s\"", name);
	p = strstr(text, key);
	if (p == NULL)
		return NULL;
	p += strlen(key);
	p += strspn(p, " \t\r\n");
	if (*p != ':')
		return NULL;
	return p + 1 + strspn(p + 1, " \t\r\n");
}

static bool
number(const char *text, const char *name, long long *n)
{
	const char *p = member(text, name);
	char *end;

	if (p == NULL)
		return false;
	*n = strtoll(p, &end, 10);
	return end != p;
}

long long
agent_pid(const char *answer)
{
	long long pid;

	return number(answer, "pid", &pid) && pid > 0 ? pid : -1;
}

/* A string of base64, in which nothing but a slash can be escaped. */
static bool
data(const char *text, const char *name, struct buf *out)
{
	const char *p = member(text, name), *end;
	struct buf plain = { 0 };
	bool ok;

	if (p == NULL)
		return true;
	end = *p == '"' ? strchr(p + 1, '"') : NULL;
	if (end == NULL)
		return false;
	for (p++; p < end; p++)
		if (*p != '\\')
			buf_char(&plain, *p);
	ok = plain.len == 0 || base64_decode(plain.data, plain.len, out);
	buf_free(&plain);
	return ok;
}

bool
agent_end(const char *answer, struct agent_end *e, struct buf *out,
    struct buf *err)
{
	const char *exited = member(answer, "exited");
	long long n;

	*e = (struct agent_end){ 0 };
	if (exited == NULL)
		return false;
	e->exited = strncmp(exited, "true", 4) == 0;
	if (!e->exited)
		return true;
	if (number(answer, "exitcode", &n))
		e->status = (int)(n & 255);
	else if (number(answer, "signal", &n))
		e->status = 128 + (int)(n & 127);
	else
		return false;
	return data(answer, "out-data", out) && data(answer, "err-data", err);
}
