/*
 * What does a place in a YAML text mean? Offsets are counts of characters, as
 * libyaml counts them, so the text is parsed once more from its beginning and
 * every scalar compared with the places asked for. A place is where a mapping
 * begins (then one of its keys may be meant) or where a key stands (then one
 * of its values). Behind a syntax error nothing more is found.
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "arena.h"
#include "src_find.h"

enum { MAX_DEPTH = 32 };

/* A collection that is open. */
struct level {
	bool mapping;
	bool at_value; /* mapping: the next node is a value */
	size_t begin; /* where the collection stands */
	size_t key; /* where the key of the present value stands */
	uint32_t what; /* what that value is of the mapping, or SRC_TOKEN */
	uint32_t nvalue; /* so many values of the key have passed */
};

struct wanted {
	uint32_t off;
	size_t i; /* in at and span */
};

struct finder {
	const struct place *at;
	struct span *span;
	struct wanted *order; /* the places by offset */
	size_t n;
	struct level level[MAX_DEPTH];
	size_t depth;
};

static int
compare_offsets(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

/* The first index in order[] whose offset is not below off. */
static size_t
first_at(const struct finder *f, size_t off)
{
	size_t low = 0, high = f->n, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (f->order[mid].off < off)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Every place at off that means what stands from e's start to its end. */
static void
found(struct finder *f, size_t off, uint32_t what, const yaml_event_t *e)
{
	size_t i, k;

	for (i = first_at(f, off); i < f->n; i++) {
		if (f->order[i].off != off)
			return;
		k = f->order[i].i;
		if (f->at[k].what == what || what == SRC_WHOLE)
			f->span[k] = (struct span){ e->start_mark.index,
				e->end_mark.index };
	}
}

static uint32_t
meaning(const char *key)
{
	if (strcmp(key, "dn") == 0)
		return SRC_DN;
	if (strcmp(key, "class") == 0)
		return SRC_CLASS;
	return strcmp(key, "name") == 0 ? SRC_NAME : SRC_TOKEN;
}

static void
scalar(struct finder *f, const yaml_event_t *e)
{
	struct level *l = f->depth > 0 ? &f->level[f->depth - 1] : NULL;
	struct level *up = f->depth > 1 ? l - 1 : NULL;

	/* Whatever is meant, the scalar itself is the best so far: places of
	 * keys and of block mappings begin with it. */
	found(f, e->start_mark.index, SRC_WHOLE, e);
	if (l != NULL && l->mapping && !l->at_value) {
		l->key = e->start_mark.index;
		l->what = meaning((const char *)e->data.scalar.value);
		l->nvalue = 0;
	} else if (l != NULL && l->mapping) {
		if (l->what != SRC_TOKEN)
			found(f, l->begin, l->what, e);
		found(f, l->key, SRC_VALUE, e);
	} else if (l != NULL && up != NULL && up->mapping) {
		found(f, up->key, SRC_VALUE + up->nvalue++, e);
	}
}

/* A node ends: in a mapping, a value follows a key and the reverse. */
static void
node_done(struct finder *f)
{
	if (f->depth > 0)
		f->level[f->depth - 1].at_value ^= true;
}

static bool
open_level(struct finder *f, const yaml_event_t *e)
{
	if (f->depth == MAX_DEPTH)
		return false;
	f->level[f->depth++] = (struct level){
		.mapping = e->type == YAML_MAPPING_START_EVENT,
		.begin = e->start_mark.index };
	found(f, e->start_mark.index, SRC_WHOLE, e);
	return true;
}

static bool
take(struct finder *f, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_STREAM_END_EVENT:
		return false;
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return open_level(f, e);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		f->depth--;
		node_done(f);
		return true;
	case YAML_SCALAR_EVENT:
		scalar(f, e);
		node_done(f);
		return true;
	case YAML_ALIAS_EVENT:
		found(f, e->start_mark.index, SRC_WHOLE, e);
		node_done(f);
		return true;
	default:
		return true;
	}
}

static void
parse(struct finder *f, const struct src *s)
{
	yaml_parser_t parser;
	yaml_event_t e;
	bool more = true;

	if (fseeko(s->file, 0, SEEK_SET) != 0 || !yaml_parser_initialize(&parser))
		return;
	yaml_parser_set_input_file(&parser, s->file);
	while (more && yaml_parser_parse(&parser, &e)) {
		more = take(f, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
}

void
src_find_yaml(const struct src *s, const struct place *at, struct span *span,
    size_t n)
{
	struct finder *f = mem_alloc(1, sizeof(*f));
	size_t i;

	f->at = at;
	f->span = span;
	f->n = n;
	f->order = mem_alloc(n, sizeof(*f->order));
	for (i = 0; i < n; i++) {
		f->order[i] = (struct wanted){ at[i].off, i };
		span[i] = (struct span){ at[i].off, (uint64_t)at[i].off + 1 };
	}
	qsort(f->order, n, sizeof(*f->order), compare_offsets);
	clearerr(s->file);
	parse(f, s);
	free(f->order);
	free(f);
}
