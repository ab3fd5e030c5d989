/*
 * What does libyaml hand out, and what of it is refused? Syntax mistakes;
 * anchors and aliases, as soon as they come by; nesting without
 * end; texts that are none. What is left is scalars, lists and mappings with
 * scalars as keys.
 */
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "model_yaml.h"
#include "near.h"
#include "yaml_fault.h"

#define TAG_PREFIX "tag:yaml.org,2002:"

static void
report_failure(struct reader *r)
{
	struct yaml_fault y;

	if (ferror(r->m->src->file))
		return;
	y = yaml_fault(&r->parser, r->m->src->file);
	diag_report(r->d, y.encoding ? DIAG_NOT_UTF8 : DIAG_YAML_MALFORMED,
	    place(r, y.at), NAME_NONE, "%s", y.words);
	if (y.context != NULL && y.context_at != y.at)
		diag_note(r->d, place(r, y.context_at), "%s that begins here",
		    y.context);
}

static void
check_anchor(struct reader *r)
{
	const yaml_event_t *e = &r->event;
	const yaml_char_t *name = NULL;

	if (e->type == YAML_ALIAS_EVENT)
		name = e->data.alias.anchor;
	else if (e->type == YAML_SCALAR_EVENT)
		name = e->data.scalar.anchor;
	else if (e->type == YAML_SEQUENCE_START_EVENT)
		name = e->data.sequence_start.anchor;
	else if (e->type == YAML_MAPPING_START_EVENT)
		name = e->data.mapping_start.anchor;
	if (name != NULL)
		diag_report(r->d, DIAG_YAML_ALIAS, place(r, pos(r)), NAME_NONE,
		    e->type == YAML_ALIAS_EVENT ? "the alias \"*%s\"" :
		    "the anchor \"&%s\"", (const char *)name);
}

bool
yaml_next(struct reader *r)
{
	if (r->over)
		return false;
	yaml_event_delete(&r->event);
	if (!yaml_parser_parse(&r->parser, &r->event)) {
		memset(&r->event, 0, sizeof(r->event));
		r->over = true;
		report_failure(r);
		return false;
	}
	check_anchor(r);
	return true;
}

bool
yaml_skip_node(struct reader *r)
{
	size_t depth = 0;

	for (;;) {
		if (is(r, YAML_MAPPING_START_EVENT) ||
		    is(r, YAML_SEQUENCE_START_EVENT))
			depth++;
		else if (is(r, YAML_MAPPING_END_EVENT) ||
		    is(r, YAML_SEQUENCE_END_EVENT))
			depth--;
		if (depth == 0)
			return true;
		if (depth > MAX_DEPTH) {
			r->over = true;
			return diag_report(r->d, DIAG_LIMIT_EXCEEDED,
			    place(r, pos(r)), NAME_NONE,
			    "lists and mappings are nested more than %d deep",
			    (int)MAX_DEPTH);
		}
		if (!yaml_next(r))
			return false;
	}
}

bool
yaml_expect(struct reader *r, yaml_event_type_t type, const char *what,
    const char *form)
{
	const char *found = is(r, YAML_SCALAR_EVENT) ? "a text" :
	    is(r, YAML_MAPPING_START_EVENT) ? "a mapping" : "a list";

	if (is(r, type))
		return true;
	/* An alias was reported as such. */
	if (!is(r, YAML_ALIAS_EVENT))
		diag_report(r->d, DIAG_YAML_SHAPE, place(r, pos(r)), NAME_NONE,
		    "%s is %s, not %s", what, found, form);
	yaml_skip_node(r);
	return false;
}

/* --- texts --- */

bool
yaml_is_null(const yaml_event_t *e)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };
	const char *s = (const char *)e->data.scalar.value;
	size_t i;

	if (e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
	    e->data.scalar.tag != NULL)
		return false;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], s) == 0)
			return true;
	return false;
}

static bool
decode_binary(struct reader *r, const char **s, size_t *n)
{
	r->binary.len = 0;
	if (!base64_decode(*s, *n, &r->binary))
		return diag_report(r->d, DIAG_BAD_BASE64, place(r, pos(r)),
		    NAME_NONE, "the value is marked as !!binary but is no "
		    "base64");
	*s = r->binary.len == 0 ? "" : r->binary.data;
	*n = r->binary.len;
	return true;
}

uint32_t
yaml_text(struct reader *r)
{
	const char *s = (const char *)r->event.data.scalar.value;
	const char *tag = (const char *)r->event.data.scalar.tag;
	size_t n = r->event.data.scalar.length;
	struct place p = place(r, pos(r));

	if (n > TEXT_MAX_LEN) {
		diag_report(r->d, DIAG_LIMIT_EXCEEDED, p, NAME_NONE,
		    "the text is longer than %d bytes", (int)TEXT_MAX_LEN);
		return NAME_NONE;
	}
	if (tag != NULL && strcmp(tag, TAG_PREFIX "binary") == 0) {
		if (!decode_binary(r, &s, &n))
			return NAME_NONE;
	} else if (tag != NULL && strcmp(tag, "!") != 0 &&
	    strcmp(tag, TAG_PREFIX "str") != 0) {
		diag_report(r->d, DIAG_YAML_TAG, p, NAME_NONE,
		    "the tag \"%s\"", tag);
	}
	if (memchr(s, '\0', n) != NULL) {
		diag_report(r->d, DIAG_ZERO_BYTE, p, NAME_NONE,
		    "the text holds a zero byte");
		return NAME_NONE;
	}
	return intern(s, n);
}

uint32_t
yaml_given_text(struct reader *r, const char *what)
{
	if (!yaml_is_null(&r->event))
		return yaml_text(r);
	diag_report(r->d, DIAG_YAML_NULL, place(r, pos(r)), NAME_NONE,
	    "\"%s\" has no value", what);
	return NAME_NONE;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool
yaml_check_name(struct reader *r, uint32_t name, const char *what, uint32_t off)
{
	const char *s = name_str(name);
	size_t n = name_len(name);

	if (n == 0)
		return diag_report(r->d, DIAG_BAD_NAME, place(r, off),
		    NAME_NONE, "the name of %s is empty", what);
	if (is_blank(s[0]) || is_blank(s[n - 1]))
		return diag_report(r->d, DIAG_BAD_NAME, place(r, off),
		    NAME_NONE, "the name of %s begins or ends with a blank: "
		    "\"%s\"", what, s);
	return true;
}

/* Reads the key at hand and goes on to its value; false if the pair was
 * skipped (or the text is over). */
static bool
read_key(struct reader *r, struct key *key)
{
	const char *tag;

	if (!is(r, YAML_SCALAR_EVENT)) {
		yaml_expect(r, YAML_SCALAR_EVENT, "a key", "a text");
		if (yaml_next(r))
			yaml_skip_node(r);
		return false;
	}
	tag = (const char *)r->event.data.scalar.tag;
	key->attr = tag != NULL && strcmp(tag, "!attr") == 0;
	key->pos = pos(r);
	if (key->attr)
		key->name = intern(
		    (const char *)r->event.data.scalar.value,
		    strlen((const char *)r->event.data.scalar.value));
	else
		key->name = yaml_text(r);
	return yaml_next(r);
}

void
yaml_read_mapping(struct reader *r, key_fn *fn, void *arg)
{
	struct key key;

	while (yaml_next(r) && !is(r, YAML_MAPPING_END_EVENT))
		if (read_key(r, &key))
			fn(r, &key, arg);
}

void
yaml_key_twice(struct reader *r, const struct key *key)
{
	diag_report(r->d, DIAG_YAML_KEY_TWICE, place(r, key->pos), NAME_NONE,
	    "key \"%s\" stands a second time", name_str(key->name));
}

size_t
yaml_known_key(struct reader *r, const struct key *key,
    const char *const *known, size_t n, unsigned *seen)
{
	const char *name = name_str(key->name), *near;
	size_t i;

	for (i = 0; i < n && strcmp(known[i], name) != 0;)
		i++;
	if (i == n) {
		near = near_match(name, known, n);
		diag_report(r->d, DIAG_YAML_UNKNOWN_KEY, place(r, key->pos),
		    NAME_NONE, near == NULL ? "unknown key \"%s\"" :
		    "unknown key \"%s\"; did you mean \"%s\"?", name, near);
	} else if (*seen & 1u << i) {
		yaml_key_twice(r, key);
		i = n;
	} else {
		*seen |= 1u << i;
	}
	if (i == n)
		yaml_skip_node(r);
	return i;
}
