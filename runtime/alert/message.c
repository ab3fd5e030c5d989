/*
 * What does an alert say? Which run it is of, what happened to what, when, how
 * bad it is, and what to do about it; an id by which a receiver knows one that
 * it has had already.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "message.h"

void
message_time(const struct message *m, char out[MESSAGE_TIME])
{
	time_t s = (time_t)(m->time / 1000000000);
	unsigned ms = (unsigned)(m->time / 1000000 % 1000);
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(out, MESSAGE_TIME, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, MESSAGE_TIME - n, ".%03uZ", ms % 1000);
}

static void
field(struct buf *b, const char *key, const char *value)
{
	buf_printf(b, "%s\"%s\":", b->data[b->len - 1] == '{' ? "" : ",", key);
	buf_json(b, value, strlen(value));
}

void
message_json(const struct message *m, struct buf *b)
{
	const struct alert_info *i = alert_info(m->what);
	char t[MESSAGE_TIME];

	message_time(m, t);
	buf_char(b, '{');
	field(b, "id", m->id);
	field(b, "event", i->name);
	field(b, "severity", severity_name(i->severity));
	field(b, "time", t);
	buf_printf(b, ",\"t\":%lld", (long long)m->time);
	field(b, "campaign", m->campaign);
	field(b, "object", m->object);
	field(b, "text", m->text);
	field(b, "host", m->host);
	field(b, "state", m->state);
	buf_char(b, '}');
}

struct held { /* a message with the text it was read from */
	struct message m;
	json_t *json;
};

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : s;
}

struct message *
message_read(const char *json, size_t n)
{
	json_t *o = json_loadb(json, n, 0, NULL);
	enum alert what = o == NULL ? ALERT_COUNT :
	    alert_find(text_of(o, "event"));
	struct held *h;

	if (what == ALERT_COUNT) {
		json_decref(o);
		return NULL;
	}
	h = malloc(sizeof(*h));
	if (h == NULL)
		abort();
	*h = (struct held){ .json = o, .m = { .what = what,
		.time = json_integer_value(json_object_get(o, "t")),
		.id = text_of(o, "id"), .campaign = text_of(o, "campaign"),
		.text = text_of(o, "text"), .object = text_of(o, "object"),
		.host = text_of(o, "host"), .state = text_of(o, "state") } };
	return &h->m;
}

void
message_free(struct message *m)
{
	struct held *h = (struct held *)(void *)m;

	if (h == NULL)
		return;
	json_decref(h->json);
	free(h);
}

void
message_line(const struct message *m, struct buf *b)
{
	const struct alert_info *i = alert_info(m->what);

	buf_printf(b, "%s %s of %s: %s", severity_name(i->severity), i->name,
	    m->campaign, m->text);
	if (m->object[0] != '\0')
		buf_printf(b, " (%s)", m->object);
}

const char *
message_host(void)
{
	static char name[256];

	if (name[0] == '\0' && gethostname(name, sizeof(name) - 1) != 0)
		snprintf(name, sizeof(name), "localhost");
	return name;
}
