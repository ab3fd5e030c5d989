/*
 * How is the definition of a class read in YAML? Keys and words come from
 * closed lists; what is missing is known when a mapping ends.
 */
#include <stdlib.h>
#include <string.h>

#include "model_yaml.h"

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

	if (!yaml_expect(r, YAML_SCALAR_EVENT, "a flag", "a text"))
		return;
	word = yaml_given_text(r, "flags");
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
		while (yaml_next(r) && !is(r, YAML_SEQUENCE_END_EVENT))
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
	uint32_t word = yaml_given_text(r, def_keys[which]);
	enum value_type type;

	if (word == NAME_NONE)
		return;
	switch (which) {
	case D_NAME:
		if (yaml_check_name(r, word, "an attribute", pos(r)))
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
	size_t i = yaml_known_key(r, key, def_keys, D_COUNT, &d->seen);

	if (i == D_COUNT)
		return;
	if (i == D_FLAGS)
		read_flags(r, &d->def);
	else if (yaml_expect(r, YAML_SCALAR_EVENT, "this", "a text"))
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
	if (!yaml_expect(r, YAML_MAPPING_START_EVENT, what, "a mapping"))
		return d.def;
	yaml_read_mapping(r, on_def_key, &d);
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

	if (!yaml_expect(r, YAML_SCALAR_EVENT, "this", "a text"))
		return;
	word = yaml_given_text(r, class_keys[which]);
	if (word == NAME_NONE)
		return;
	if (which == C_NAME) {
		if (yaml_check_name(r, word, "a class", pos(r)))
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
	size_t i = yaml_known_key(r, key, class_keys, C_COUNT, &cr->seen);

	if (i == C_NAME || i == C_CATEGORY) {
		class_text(r, i, c);
	} else if (i == C_RDN) {
		c->rdn = read_definition(r, "rdn");
	} else if (i == C_ATTRIBUTES && yaml_expect(r, YAML_SEQUENCE_START_EVENT,
	    "\"attributes\"", "a list of definitions")) {
		while (yaml_next(r) && !is(r, YAML_SEQUENCE_END_EVENT)) {
			r->def_list = mem_grow(r->def_list, r->ndef,
			    &r->def_cap, sizeof(*r->def_list));
			r->def_list[r->ndef++] = read_definition(r,
			    "attribute definition");
		}
	}
}

void
yaml_read_class(struct reader *r)
{
	struct class_reader cr = { r->m->nclass, 0 };
	uint32_t off = pos(r);
	struct class_def *c;

	if (!yaml_expect(r, YAML_MAPPING_START_EVENT, "a class", "a mapping"))
		return;
	model_add_class(r->m, NAME_NONE, off);
	r->ndef = 0;
	yaml_read_mapping(r, on_class_key, &cr);
	lacks(r, off, cr.seen, C_NAME, class_keys, "class");
	lacks(r, off, cr.seen, C_CATEGORY, class_keys, "class");
	lacks(r, off, cr.seen, C_RDN, class_keys, "class");
	c = &r->m->class[cr.index];
	c->attr = arena_array(&r->m->arena, r->ndef, sizeof(*c->attr));
	if (r->ndef > 0)
		memcpy(c->attr, r->def_list, r->ndef * sizeof(*c->attr));
	c->nattr = r->ndef;
}
