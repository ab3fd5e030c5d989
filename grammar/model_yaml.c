/*
 * How is a model in YAML read? By recursive descent over libyaml's events: a
 * function for each kind of node begins at its first event and ends at its
 * last. A text is what is written, whatever it looks like: no is "no" and 010
 * is "010". Places are counts of characters, as libyaml counts them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "model_read.h"
#include "near.h"

enum { MAX_DEPTH = 32 };

#define TAG_PREFIX "tag:yaml.org,2002:"

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;
	struct model *m;
	struct diag *d;
	bool over; /* no more events: the end, or a mistake */
	bool objects; /* the key was there, or was perhaps meant */
	struct buf binary;
	/* The objects in whose mapping a name was a key last, by its id. */
	uint32_t *stamp;
	uint32_t nstamp;
	struct attr_def *def_list;
	size_t ndef, def_cap;
};

/* A key, and where it stands. */
struct key {
	uint32_t name, pos;
	bool attr; /* it says it names an attribute, even if "class" or "dn" */
};

/* --- places and events --- */

static uint32_t
pos(const struct reader *r)
{
	return (uint32_t)r->event.start_mark.index;
}

static struct place
place(const struct reader *r, uint32_t off)
{
	return (struct place){ r->m->src, off, SRC_TOKEN };
}

/* What libyaml says in a way only its authors understand. */
static const struct {
	const char *theirs, *ours;
} wordings[] = {
	{ "found character that cannot start any token",
	    "a character that nothing can begin with (a tab as indentation, "
	    "or a text that needs quotes)" },
	{ "mapping values are not allowed in this context",
	    "\":\" where no key can stand (a text with \": \" in it needs "
	    "quotes; lines of one mapping begin in one column)" },
	{ "block sequence entries are not allowed in this context",
	    "\"- \" where no list can begin" },
	{ "did not find expected <block end>",
	    "the indentation fits nothing that is open" },
	{ "did not find expected key",
	    "a key is expected here, in the column of the other keys" },
	{ "did not find expected '-' indicator",
	    "\"- \" is expected here, in the column of the others" },
	{ "did not find expected ',' or ']'",
	    "\",\" or \"]\" is expected here" },
	{ "did not find expected ',' or '}'",
	    "\",\" or \"}\" is expected here" },
	{ "could not find expected ':'",
	    "this line has no \":\" after its key" },
	{ "found unexpected end of stream",
	    "the file ends inside a quoted text" },
	{ "found unknown escape character",
	    "an unknown escape after a backslash (in single quotes a backslash "
	    "is plain)" },
	{ "did not find expected <document start>",
	    "something stands behind the end of the model" },
	{ "found a tab character that violates indentation",
	    "a tab as indentation" },
	{ "found a tab character where an indentation space is expected",
	    "a tab as indentation" },
	{ "control characters are not allowed",
	    "a control character (write it as \"\\x..\" in double quotes)" },
};

static const char *
wording(const char *problem)
{
	size_t i;

	for (i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++)
		if (strcmp(wordings[i].theirs, problem) == 0)
			return wordings[i].ours;
	return problem;
}

/* Bytes are all that is known of the place of a byte that is no text. */
static uint32_t
count_chars(FILE *f, size_t bytes)
{
	uint32_t n = 0;
	size_t i;
	int c;

	clearerr(f);
	if (fseeko(f, 0, SEEK_SET) != 0)
		return 0;
	for (i = 0; i < bytes && (c = getc(f)) != EOF; i++)
		/* Neither a mark at the beginning nor a tail is counted. */
		n += (c & 0xc0) != 0x80 && !(i == 0 && c == 0xef);
	return n;
}

static void
report_failure(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem == NULL ? "unknown" : p->problem;
	uint32_t off = (uint32_t)p->problem_mark.index;
	bool utf8;

	if (p->error == YAML_MEMORY_ERROR) {
		fputs("out of memory\n", stderr);
		exit(3);
	}
	if (p->error == YAML_READER_ERROR) {
		if (ferror(r->m->src->file))
			return;
		utf8 = strstr(problem, "control") != NULL;
		off = count_chars(r->m->src->file, p->problem_offset);
		diag_report(r->d, utf8 ? DIAG_YAML_MALFORMED : DIAG_NOT_UTF8,
		    place(r, off), NAME_NONE, "%s", utf8 ? wording(problem) :
		    "a byte that is no UTF-8");
		return;
	}
	if (strcmp(problem, "could not find expected ':'") == 0)
		/* That is noticed on the next line. */
		off = (uint32_t)p->context_mark.index;
	diag_report(r->d, DIAG_YAML_MALFORMED, place(r, off), NAME_NONE, "%s",
	    wording(problem));
	if (p->context != NULL && p->context_mark.index != off)
		diag_note(r->d, place(r, (uint32_t)p->context_mark.index),
		    "%s that begins here", p->context);
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

static bool
next(struct reader *r)
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

static bool
is(const struct reader *r, yaml_event_type_t type)
{
	return r->event.type == type;
}

static bool
skip_node(struct reader *r)
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
		if (!next(r))
			return false;
	}
}

/* Is the node of that type? If not, that is reported and the node skipped. */
static bool
expect(struct reader *r, yaml_event_type_t type, const char *what,
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
	skip_node(r);
	return false;
}

/* --- texts --- */

static bool
is_null(const yaml_event_t *e)
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

/* The text of the scalar at hand, or NAME_NONE and a finding. */
static uint32_t
text(struct reader *r)
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

/* The same for a text that must be there. */
static uint32_t
given_text(struct reader *r, const char *what)
{
	if (!is_null(&r->event))
		return text(r);
	diag_report(r->d, DIAG_YAML_NULL, place(r, pos(r)), NAME_NONE,
	    "\"%s\" has no value", what);
	return NAME_NONE;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
check_name(struct reader *r, uint32_t name, const char *what, uint32_t off)
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

/* --- mappings and lists --- */

/* Reads the key at hand and goes on to its value; false if the pair was
 * skipped (or the text is over). */
static bool
read_key(struct reader *r, struct key *key)
{
	const char *tag;

	if (!is(r, YAML_SCALAR_EVENT)) {
		expect(r, YAML_SCALAR_EVENT, "a key", "a text");
		if (next(r))
			skip_node(r);
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
		key->name = text(r);
	return next(r);
}

typedef void key_fn(struct reader *, const struct key *, void *);

static void
read_mapping(struct reader *r, key_fn *fn, void *arg)
{
	struct key key;

	while (next(r) && !is(r, YAML_MAPPING_END_EVENT))
		if (read_key(r, &key))
			fn(r, &key, arg);
}

static void
key_twice(struct reader *r, const struct key *key)
{
	diag_report(r->d, DIAG_YAML_KEY_TWICE, place(r, key->pos), NAME_NONE,
	    "key \"%s\" stands a second time", name_str(key->name));
}

/* Which of the known keys is it? n if none or if it was there already; then
 * that is reported and the value skipped. */
static size_t
known_key(struct reader *r, const struct key *key, const char *const *known,
    size_t n, unsigned *seen)
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
		key_twice(r, key);
		i = n;
	} else {
		*seen |= 1u << i;
	}
	if (i == n)
		skip_node(r);
	return i;
}

/* --- classes --- */

static void
bad_word(struct reader *r, const char *what, uint32_t word)
{
	diag_report(r->d, DIAG_CLASS_WORD, place(r, pos(r)), NAME_NONE,
	    "unknown %s \"%s\"", what, name_str(word));
}

static void
read_flag(struct reader *r, struct attr_def *def)
{
	uint32_t word;
	unsigned flag;

	if (!expect(r, YAML_SCALAR_EVENT, "a flag", "a text"))
		return;
	word = given_text(r, "flags");
	if (word == NAME_NONE)
		return;
	flag = attr_flag(name_str(word));
	if (flag == 0)
		bad_word(r, "flag", word);
	def->flags |= (uint16_t)flag;
}

static void
read_flags(struct reader *r, struct attr_def *def)
{
	if (is(r, YAML_SEQUENCE_START_EVENT))
		while (next(r) && !is(r, YAML_SEQUENCE_END_EVENT))
			read_flag(r, def);
	else
		read_flag(r, def);
}

static void
set_ntfid(struct reader *r, struct attr_def *def, uint32_t word)
{
	const char *s = name_str(word);
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*s < '0' || *s > '9' || *end != '\0' || n > UINT32_MAX)
		bad_word(r, "ntfid", word);
	else
		def->ntfid = (uint32_t)n;
}

enum { D_NAME, D_TYPE, D_CATEGORY, D_FLAGS, D_NTFID, D_DEFAULT, D_COUNT };
static const char *const def_keys[D_COUNT] = {
	"name", "type", "category", "flags", "ntfid", "default",
};

struct definition {
	struct attr_def def;
	unsigned seen;
};

static void
def_text(struct reader *r, size_t which, struct attr_def *def)
{
	bool runtime = false;
	uint32_t word = given_text(r, def_keys[which]);
	enum value_type type;

	if (word == NAME_NONE)
		return;
	switch (which) {
	case D_NAME:
		if (check_name(r, word, "an attribute", pos(r)))
			def->name = word;
		break;
	case D_TYPE:
		type = type_from_name(name_str(word));
		if (type == TYPE_COUNT)
			bad_word(r, "type", word);
		else
			def->type = (uint8_t)type;
		break;
	case D_CATEGORY:
		if (!class_category(name_str(word), &runtime))
			bad_word(r, "category", word);
		def->flags |= runtime ? ATTR_RUNTIME : 0;
		break;
	case D_NTFID:
		set_ntfid(r, def, word);
		break;
	default:
		def->fallback = word;
	}
}

static void
on_def_key(struct reader *r, const struct key *key, void *arg)
{
	struct definition *d = arg;
	size_t i = known_key(r, key, def_keys, D_COUNT, &d->seen);

	if (i == D_COUNT)
		return;
	if (i == D_FLAGS)
		read_flags(r, &d->def);
	else if (expect(r, YAML_SCALAR_EVENT, "this", "a text"))
		def_text(r, i, &d->def);
}

static void
lacks(struct reader *r, uint32_t off, unsigned seen, unsigned which,
    const char *const *keys, const char *what)
{
	if (!r->over && !(seen & 1u << which))
		diag_report(r->d, DIAG_CLASS_INCOMPLETE, place(r, off),
		    NAME_NONE, "the %s has no \"%s\"", what, keys[which]);
}

static struct attr_def
read_definition(struct reader *r, const char *what)
{
	struct definition d = { .seen = 0 };
	uint32_t off = pos(r);

	d.def.type = TYPE_STRING;
	if (!expect(r, YAML_MAPPING_START_EVENT, what, "a mapping"))
		return d.def;
	read_mapping(r, on_def_key, &d);
	lacks(r, off, d.seen, D_NAME, def_keys, what);
	lacks(r, off, d.seen, D_TYPE, def_keys, what);
	lacks(r, off, d.seen, D_CATEGORY, def_keys, what);
	return d.def;
}

enum { C_NAME, C_CATEGORY, C_RDN, C_ATTRIBUTES, C_COUNT };
static const char *const class_keys[C_COUNT] = {
	"name", "category", "rdn", "attributes",
};

struct class_reader {
	size_t index; /* in the model */
	unsigned seen;
};

static void
class_text(struct reader *r, size_t which, struct class_def *c)
{
	uint32_t word;

	if (!expect(r, YAML_SCALAR_EVENT, "this", "a text"))
		return;
	word = given_text(r, class_keys[which]);
	if (word == NAME_NONE)
		return;
	if (which == C_NAME) {
		if (check_name(r, word, "a class", pos(r)))
			c->name = word;
	} else if (!class_category(name_str(word), &c->runtime)) {
		bad_word(r, "category", word);
	}
}

static void
on_class_key(struct reader *r, const struct key *key, void *arg)
{
	struct class_reader *cr = arg;
	struct class_def *c = &r->m->class[cr->index];
	size_t i = known_key(r, key, class_keys, C_COUNT, &cr->seen);

	if (i == C_NAME || i == C_CATEGORY) {
		class_text(r, i, c);
	} else if (i == C_RDN) {
		c->rdn = read_definition(r, "rdn");
	} else if (i == C_ATTRIBUTES && expect(r, YAML_SEQUENCE_START_EVENT,
	    "\"attributes\"", "a list of definitions")) {
		while (next(r) && !is(r, YAML_SEQUENCE_END_EVENT)) {
			r->def_list = mem_grow(r->def_list, r->ndef,
			    &r->def_cap, sizeof(*r->def_list));
			r->def_list[r->ndef++] = read_definition(r,
			    "attribute definition");
		}
	}
}

static void
read_class(struct reader *r)
{
	struct class_reader cr = { r->m->nclass, 0 };
	uint32_t off = pos(r);
	struct class_def *c;

	if (!expect(r, YAML_MAPPING_START_EVENT, "a class", "a mapping"))
		return;
	model_add_class(r->m, NAME_NONE, off);
	r->ndef = 0;
	read_mapping(r, on_class_key, &cr);
	lacks(r, off, cr.seen, C_NAME, class_keys, "class");
	lacks(r, off, cr.seen, C_CATEGORY, class_keys, "class");
	lacks(r, off, cr.seen, C_RDN, class_keys, "class");
	c = &r->m->class[cr.index];
	c->attr = arena_array(&r->m->arena, r->ndef, sizeof(*c->attr));
	if (r->ndef > 0)
		memcpy(c->attr, r->def_list, r->ndef * sizeof(*c->attr));
	c->nattr = r->ndef;
}

/* --- objects --- */

struct object_reader {
	uint32_t index;
	bool class, dn; /* the keys were there */
};

/* Was this name a key of the object before? Names are stamped with the number
 * of the object, so that an object with many attributes costs no more. */
static bool
was_key(struct reader *r, uint32_t name, uint32_t object)
{
	uint32_t n = r->nstamp;
	bool was;

	if (name >= n) {
		r->nstamp = name + name / 2 + 1024;
		r->stamp = mem_realloc(r->stamp, r->nstamp,
		    sizeof(*r->stamp));
		memset(r->stamp + n, 0, (r->nstamp - n) * sizeof(*r->stamp));
	}
	was = r->stamp[name] == object + 1;
	r->stamp[name] = object + 1;
	return was;
}

static void
read_value(struct reader *r, const struct key *key)
{
	uint32_t id;

	if (!expect(r, YAML_SCALAR_EVENT, "a value", "a text"))
		return;
	id = given_text(r, name_str(key->name));
	if (id != NAME_NONE)
		model_add_value(r->m, id);
}

static void
read_attr(struct reader *r, const struct key *key, uint32_t object)
{
	bool first = true;

	if (key->name == NAME_NONE ||
	    !check_name(r, key->name, "an attribute", key->pos)) {
		skip_node(r);
		return;
	}
	if (was_key(r, key->name, object)) {
		key_twice(r, key);
		skip_node(r);
		return;
	}
	model_add_attr(r->m, key->name, key->pos);
	if (!is(r, YAML_SEQUENCE_START_EVENT)) {
		read_value(r, key);
		return;
	}
	for (; next(r) && !is(r, YAML_SEQUENCE_END_EVENT); first = false)
		read_value(r, key);
	if (first && !r->over)
		diag_report(r->d, DIAG_ATTR_WITHOUT_VALUE, place(r, key->pos),
		    NAME_NONE, "attribute \"%s\" has no value",
		    name_str(key->name));
}

/* The value of dn or class; without one the checks say what is missing. */
static uint32_t
read_own(struct reader *r, const struct key *key, bool *seen)
{
	uint32_t id;

	if (*seen) {
		key_twice(r, key);
		skip_node(r);
		return NAME_NONE;
	}
	*seen = true;
	if (!expect(r, YAML_SCALAR_EVENT, name_str(key->name), "a text") ||
	    is_null(&r->event))
		return NAME_NONE;
	id = text(r);
	return id == NAME_EMPTY ? (uint32_t)NAME_NONE : id;
}

static void
on_object_key(struct reader *r, const struct key *key, void *arg)
{
	struct object_reader *or = arg;
	const char *name = name_str(key->name);
	uint32_t id;

	if (!key->attr && strcmp(name, "dn") == 0) {
		id = read_own(r, key, &or->dn);
		if (id != NAME_NONE)
			r->m->object[or->index].dn = id;
	} else if (!key->attr && strcmp(name, "class") == 0) {
		id = read_own(r, key, &or->class);
		if (id != NAME_NONE && check_name(r, id, "a class", pos(r)))
			r->m->object[or->index].class = id;
	} else {
		read_attr(r, key, or->index);
	}
}

static void
read_object(struct reader *r)
{
	struct object_reader or = { 0, false, false };

	if (!expect(r, YAML_MAPPING_START_EVENT, "an object", "a mapping"))
		return;
	or.index = model_add_object(r->m, NAME_NONE, NAME_NONE, pos(r));
	read_mapping(r, on_object_key, &or);
}

/* --- the file --- */

static void
on_top_key(struct reader *r, const struct key *key, void *arg)
{
	static const char *const keys[] = { "objects", "classes" };
	size_t i = known_key(r, key, keys, 2, arg);

	if (i == 0) {
		r->objects = true;
		if (expect(r, YAML_SEQUENCE_START_EVENT, "\"objects\"",
		    "a list of objects"))
			while (next(r) && !is(r, YAML_SEQUENCE_END_EVENT))
				read_object(r);
	} else if (i == 2) {
		r->objects = true;
	} else {
		if (expect(r, YAML_SEQUENCE_START_EVENT, "\"classes\"",
		    "a list of classes"))
			while (next(r) && !is(r, YAML_SEQUENCE_END_EVENT))
				read_class(r);
	}
}

static void
read_document(struct reader *r)
{
	unsigned seen = 0;
	uint32_t off;

	if (!next(r))
		return;
	off = pos(r);
	if (!expect(r, YAML_MAPPING_START_EVENT, "the model",
	    "a mapping with the key \"objects\""))
		return;
	read_mapping(r, on_top_key, &seen);
	if (!r->over && !r->objects)
		diag_report(r->d, DIAG_YAML_NO_OBJECTS, place(r, off),
		    NAME_NONE, "the key \"objects\" is missing");
}

static void
read_stream(struct reader *r)
{
	struct place whole = { r->m->src, SRC_WHOLE, SRC_TOKEN };

	if (!next(r) || !next(r))
		return;
	if (is(r, YAML_STREAM_END_EVENT)) {
		diag_report(r->d, DIAG_EMPTY_FILE, whole, NAME_NONE,
		    "there is nothing in the file but comments and blanks");
		return;
	}
	read_document(r);
	/* The end of the document, and what comes after it. */
	if (!next(r) || !next(r) || is(r, YAML_STREAM_END_EVENT))
		return;
	diag_report(r->d, DIAG_YAML_DOCUMENTS, place(r, pos(r)), NAME_NONE,
	    "a second document begins here");
}

void
model_read_yaml(struct model *m, struct diag *d)
{
	struct reader r = { .m = m, .d = d };
	struct verdicts *v = mem_alloc(1, sizeof(*v));

	if (!yaml_parser_initialize(&r.parser)) {
		fputs("out of memory\n", stderr);
		exit(3);
	}
	yaml_parser_set_input_file(&r.parser, m->src->file);
	read_stream(&r);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	/* Keys come in any order, so what is left out is known last. */
	verdicts_clear(v, m);
	model_drop_runtime(m, v);
	buf_free(&r.binary);
	free(r.stamp);
	free(r.def_list);
	free(v);
}
