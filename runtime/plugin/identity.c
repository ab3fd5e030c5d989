/*
 * Are two machines one? All that is known of both must be the same. A machine
 * that was left and reached again is another visit: what was measured in
 * between is of two machines, though the last is the first.
 */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "identity.h"

static bool
same_machine(const struct identity *a, const struct identity *b)
{
	if (a->on != NAME_NONE && b->on != NAME_NONE && a->on != b->on)
		return false;
	return strcmp(a->serial, b->serial) == 0 &&
	    strcmp(a->type, b->type) == 0 && strcmp(a->model, b->model) == 0;
}

bool
identity_same(const struct identity *a, const struct identity *b)
{
	return same_machine(a, b) && (a->visit[0] == '\0' ||
	    b->visit[0] == '\0' || strcmp(a->visit, b->visit) == 0);
}

/* --- for people and programs --- */

static size_t
add(char *text, size_t n, size_t at, const char *what, const char *value)
{
	int k;

	if (value[0] == '\0' || at >= n)
		return at;
	k = snprintf(text + at, n - at, "%s%s %.120s", at == 0 ? "" : ", ",
	    what, value);
	return at + (size_t)k;
}

void
identity_text(const struct identity *id, char *text, size_t n)
{
	size_t at = add(text, n, 0, "serial", id->serial);

	at = add(text, n, at, "type", id->type);
	at = add(text, n, at, "model", id->model);
	if (id->on != NAME_NONE && strcmp(id->serial, name_str(id->on)) != 0)
		at = add(text, n, at, "on", name_str(id->on));
	if (at == 0)
		snprintf(text, n, "an unknown machine");
}

void
identity_moved(const struct identity *from, const struct identity *to,
    char *text, size_t n)
{
	char a[IDENTITY_WORDS], b[IDENTITY_WORDS];

	identity_text(from, a, sizeof(a));
	identity_text(to, b, sizeof(b));
	if (same_machine(from, to))
		snprintf(text, n, "from %s and back, or it was started anew "
		    "there (visit %.40s, now %.40s)", a, from->visit,
		    to->visit);
	else
		snprintf(text, n, "from %s to %s", a, b);
}

static void
field(struct buf *b, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	buf_printf(b, "%s\"%s\":", b->len > 0 && b->data[b->len - 1] != '{' ?
	    "," : "", key);
	buf_json(b, value, strlen(value));
}

void
identity_json(const struct identity *id, struct buf *out)
{
	struct buf b = { 0 };

	buf_char(&b, '{');
	field(&b, "serial", id->serial);
	field(&b, "type", id->type);
	field(&b, "model", id->model);
	field(&b, "visit", id->visit);
	if (id->on != NAME_NONE)
		field(&b, "on", name_str(id->on));
	buf_char(&b, '}');
	buf_add(out, b.data, b.len);
	buf_free(&b);
}

/* --- reading --- */

static void
take(char *to, const char *from, size_t n)
{
	size_t i;

	if (n >= IDENTITY_TEXT)
		n = IDENTITY_TEXT - 1;
	for (i = 0; i < n; i++)
		to[i] = (unsigned char)from[i] < ' ' || from[i] == 127 ? ' ' :
		    from[i];
	to[n] = '\0';
}

/* True: the line says which machine. */
static bool
take_line(const char *line, size_t n, struct identity *id)
{
	const struct {
		const char *key;
		char *to;
	} keys[] = { { "serial=", id->serial }, { "type=", id->type },
		{ "model=", id->model }, { "visit=", id->visit } };
	size_t i, k;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		k = strlen(keys[i].key);
		if (n <= k || memcmp(line, keys[i].key, k) != 0)
			continue;
		take(keys[i].to, line + k, n - k);
		return keys[i].to != id->visit;
	}
	return false;
}

bool
identity_parse(const char *text, struct identity *id)
{
	const char *line = text;
	bool any = false;
	size_t n;

	*id = (struct identity){ .on = NAME_NONE };
	for (; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		any |= take_line(line, n, id);
	}
	n = strcspn(text, "\n");
	if (any || n == 0 || strncmp(text, "visit=", 6) == 0)
		return any;
	take(id->serial, text, n);
	return true;
}
