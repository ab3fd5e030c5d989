/*
 * How is a model in YAML read? By recursive descent over libyaml's events: a
 * function for each kind of node begins at its first event and ends at its
 * last. A text is what is written, whatever it looks like: no is "no" and 010
 * is "010". Places are counts of characters, as libyaml counts them.
 */
#include <stdlib.h>
#include <string.h>

#include "model_yaml.h"

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

	if (!yaml_expect(r, YAML_SCALAR_EVENT, "a value", "a text"))
		return;
	id = yaml_given_text(r, name_str(key->name));
	if (id != NAME_NONE)
		model_add_value(r->m, id);
}

static void
read_attr(struct reader *r, const struct key *key, uint32_t object)
{
	bool first = true;

	if (key->name == NAME_NONE ||
	    !yaml_check_name(r, key->name, "an attribute", key->pos)) {
		yaml_skip_node(r);
		return;
	}
	if (was_key(r, key->name, object)) {
		yaml_key_twice(r, key);
		yaml_skip_node(r);
		return;
	}
	if (!attr_has_room(r->m, r->d, place(r, key->pos))) {
		r->over = true;
		return;
	}
	model_add_attr(r->m, key->name, key->pos);
	if (!is(r, YAML_SEQUENCE_START_EVENT)) {
		read_value(r, key);
		return;
	}
	for (; yaml_next(r) && !is(r, YAML_SEQUENCE_END_EVENT); first = false)
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
		yaml_key_twice(r, key);
		yaml_skip_node(r);
		return NAME_NONE;
	}
	*seen = true;
	if (!yaml_expect(r, YAML_SCALAR_EVENT, name_str(key->name), "a text") ||
	    yaml_is_null(&r->event))
		return NAME_NONE;
	id = yaml_text(r);
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
		if (id != NAME_NONE && yaml_check_name(r, id, "a class", pos(r)))
			r->m->object[or->index].class = id;
	} else {
		read_attr(r, key, or->index);
	}
}

static void
read_object(struct reader *r)
{
	struct object_reader or = { 0, false, false };

	if (!yaml_expect(r, YAML_MAPPING_START_EVENT, "an object", "a mapping"))
		return;
	or.index = model_add_object(r->m, NAME_NONE, NAME_NONE, pos(r));
	yaml_read_mapping(r, on_object_key, &or);
}

/* --- the file --- */

static void
on_top_key(struct reader *r, const struct key *key, void *arg)
{
	static const char *const keys[] = { "objects", "classes" };
	size_t i = yaml_known_key(r, key, keys, 2, arg);

	if (i == 0) {
		r->objects = true;
		if (yaml_expect(r, YAML_SEQUENCE_START_EVENT, "\"objects\"",
		    "a list of objects"))
			while (yaml_next(r) && !is(r, YAML_SEQUENCE_END_EVENT))
				read_object(r);
	} else if (i == 2) {
		r->objects = true;
	} else {
		if (yaml_expect(r, YAML_SEQUENCE_START_EVENT, "\"classes\"",
		    "a list of classes"))
			while (yaml_next(r) && !is(r, YAML_SEQUENCE_END_EVENT))
				yaml_read_class(r);
	}
}

static void
read_document(struct reader *r)
{
	unsigned seen = 0;
	uint32_t off;

	if (!yaml_next(r))
		return;
	off = pos(r);
	if (!yaml_expect(r, YAML_MAPPING_START_EVENT, "the model",
	    "a mapping with the key \"objects\""))
		return;
	yaml_read_mapping(r, on_top_key, &seen);
	if (!r->over && !r->objects)
		diag_report(r->d, DIAG_YAML_NO_OBJECTS, place(r, off),
		    NAME_NONE, "the key \"objects\" is missing");
}

static void
read_stream(struct reader *r)
{
	struct place whole = { r->m->src, SRC_WHOLE, SRC_TOKEN };

	if (!yaml_next(r) || !yaml_next(r))
		return;
	if (is(r, YAML_STREAM_END_EVENT)) {
		diag_report(r->d, DIAG_EMPTY_FILE, whole, NAME_NONE,
		    "there is nothing in the file but comments and blanks");
		return;
	}
	read_document(r);
	/* The end of the document, and what comes after it. */
	if (!yaml_next(r) || !yaml_next(r) || is(r, YAML_STREAM_END_EVENT))
		return;
	diag_report(r->d, DIAG_YAML_DOCUMENTS, place(r, pos(r)), NAME_NONE,
	    "a second document begins here");
}

void
model_read_yaml(struct model *m, struct diag *d)
{
	struct reader r = { .m = m, .d = d };
	struct verdicts *v = mem_alloc(1, sizeof(*v));

	if (!yaml_parser_initialize(&r.parser))
		mem_exhausted();
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
