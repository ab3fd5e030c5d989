/*
 * How do YAML events become a small tree? What a policy has no use for and a
 * reader could stumble over (anchors, aliases, tags, several documents) is
 * refused at its place.
 */
#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "diag.h"
#include "intern.h"
#include "policy_rules.h"
#include "yaml_fault.h"

enum { DEPTH = 32 };

struct reader {
	yaml_parser_t parser;
	struct src *src;
	struct arena *arena;
	struct diag *d;
	bool failed; /* the file cannot be read */
	int err;
};

static int
read_block(void *arg, unsigned char *buffer, size_t size, size_t *got)
{
	struct reader *r = arg;

	errno = 0;
	*got = fread(buffer, 1, size, r->src->file);
	if (*got == 0 && ferror(r->src->file)) {
		r->failed = true;
		r->err = errno != 0 ? errno : EIO;
		return 0;
	}
	return 1;
}

static struct place
place_at(const struct reader *r, size_t index)
{
	return (struct place){ r->src, (uint32_t)index, SRC_TOKEN };
}

static bool
report_syntax(struct reader *r)
{
	struct yaml_fault y;

	if (r->failed)
		return false;
	y = yaml_fault(&r->parser, r->src->file);
	diag_report(r->d, DIAG_POLICY_YAML, place_at(r, y.at), NAME_NONE, "%s",
	    y.words);
	if (y.context != NULL && y.context_at != y.at)
		diag_note(r->d, place_at(r, y.context_at), "%s that begins here",
		    y.context);
	if (y.context != NULL && strstr(y.context, "alias") != NULL)
		diag_note(r->d, (struct place){ 0 }, "a pattern that begins "
		    "with \"*\" must stand in quotes");
	return false;
}

static bool
refuse_names(struct reader *r, const yaml_event_t *e, const void *anchor,
    const void *tag)
{
	struct place at = place_at(r, e->start_mark.index);

	if (anchor != NULL)
		return diag_report(r->d, DIAG_POLICY_ALIAS, at, NAME_NONE,
		    "\"&%s\" names a value to be used again", (const char *)anchor);
	if (tag != NULL)
		return diag_report(r->d, DIAG_POLICY_ALIAS, at, NAME_NONE,
		    "\"%s\" gives a value a type", (const char *)tag);
	return true;
}

static bool
next_event(struct reader *r, yaml_event_t *e)
{
	return yaml_parser_parse(&r->parser, e) ? true : report_syntax(r);
}

static struct ynode *
new_node(struct reader *r, enum ynode_kind kind, const yaml_event_t *e)
{
	struct ynode *n = arena_alloc(r->arena, sizeof(*n));

	n->kind = kind;
	n->pos = (uint32_t)e->start_mark.index;
	return n;
}

static struct ynode *
scalar(struct reader *r, const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;
	struct ynode *n = new_node(r, YNODE_SCALAR, e);

	if (!refuse_names(r, e, e->data.scalar.anchor, e->data.scalar.tag))
		return NULL;
	if (memchr(s, '\0', e->data.scalar.length) != NULL) {
		diag_report(r->d, DIAG_POLICY_YAML,
		    place_at(r, e->start_mark.index), NAME_NONE,
		    "the text holds a zero byte");
		return NULL;
	}
	n->text = arena_strdup(r->arena, s, e->data.scalar.length);
	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return n;
}

static struct ynode *read_node(struct reader *, const yaml_event_t *,
    unsigned depth);

/* Reads the next node; NULL with *end set at the end of the collection. */
static struct ynode *
read_next(struct reader *r, unsigned depth, bool *end)
{
	struct ynode *n = NULL;
	yaml_event_t e;

	*end = false;
	if (!next_event(r, &e))
		return NULL;
	if (e.type == YAML_SEQUENCE_END_EVENT ||
	    e.type == YAML_MAPPING_END_EVENT)
		*end = true;
	else
		n = read_node(r, &e, depth);
	yaml_event_delete(&e);
	return n;
}

static struct ynode *
collection(struct reader *r, struct ynode *n, unsigned depth)
{
	struct ynode **tail = &n->child, *key = NULL, *child;
	bool end;

	for (;;) {
		child = read_next(r, depth, &end);
		if (end)
			return n;
		if (child == NULL)
			return NULL;
		if (n->kind == YNODE_MAP && key == NULL) {
			key = child;
			continue;
		}
		child->key = key;
		key = NULL;
		*tail = child;
		tail = &child->next;
	}
}

static struct ynode *
read_node(struct reader *r, const yaml_event_t *e, unsigned depth)
{
	struct place at = place_at(r, e->start_mark.index);

	if (e->type == YAML_ALIAS_EVENT) {
		diag_report(r->d, DIAG_POLICY_ALIAS, at, NAME_NONE,
		    "\"*%s\" stands for a value named elsewhere",
		    (const char *)e->data.alias.anchor);
		diag_note(r->d, (struct place){ 0 }, "a pattern that begins "
		    "with \"*\" must stand in quotes");
		return NULL;
	}
	if (e->type == YAML_SCALAR_EVENT)
		return scalar(r, e);
	if (depth >= DEPTH) {
		diag_report(r->d, DIAG_POLICY_YAML, at, NAME_NONE,
		    "lists and mappings are nested more than %d deep", DEPTH);
		return NULL;
	}
	if (e->type == YAML_SEQUENCE_START_EVENT)
		return !refuse_names(r, e, e->data.sequence_start.anchor,
		    e->data.sequence_start.tag) ? NULL :
		    collection(r, new_node(r, YNODE_LIST, e), depth + 1);
	return !refuse_names(r, e, e->data.mapping_start.anchor,
	    e->data.mapping_start.tag) ? NULL :
	    collection(r, new_node(r, YNODE_MAP, e), depth + 1);
}

/* Stream and document events; there may be one document, or none. */
static struct ynode *
read_stream(struct reader *r)
{
	struct ynode *root = NULL;
	yaml_event_t e;
	yaml_event_type_t type;
	bool first = true;

	do {
		if (!next_event(r, &e))
			return NULL;
		type = e.type;
		if (type == YAML_DOCUMENT_START_EVENT && !first)
			diag_report(r->d, DIAG_POLICY_DOCUMENTS,
			    place_at(r, e.start_mark.index), NAME_NONE,
			    "a second document begins here");
		if (type == YAML_DOCUMENT_START_EVENT && !first)
			type = YAML_STREAM_END_EVENT;
		else if (type == YAML_DOCUMENT_START_EVENT)
			first = false;
		else if (type == YAML_SCALAR_EVENT ||
		    type == YAML_ALIAS_EVENT ||
		    type == YAML_SEQUENCE_START_EVENT ||
		    type == YAML_MAPPING_START_EVENT) {
			root = read_node(r, &e, 0);
			if (root == NULL)
				type = YAML_STREAM_END_EVENT;
		}
		yaml_event_delete(&e);
	} while (type != YAML_STREAM_END_EVENT);
	return root;
}

bool
policy_parse(struct src *src, struct arena *a, struct diag *d,
    struct ynode **root)
{
	struct reader r = { .src = src, .arena = a, .d = d };

	if (!yaml_parser_initialize(&r.parser)) {
		errno = ENOMEM;
		return false;
	}
	rewind(src->file);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&r.parser, read_block, &r);
	*root = read_stream(&r);
	yaml_parser_delete(&r.parser);
	if (r.failed)
		errno = r.err;
	return !r.failed;
}
