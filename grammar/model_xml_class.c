/*
 * How is the definition of a class read? Its words are looked up in the closed
 * lists of IMM; what is missing is found when an element ends, from which
 * children were seen.
 */
#include <stdlib.h>
#include <string.h>

#include "model_xml.h"

void
xml_begin_class(struct reader *r, const struct xml_attrs *a, uint32_t pos)
{
	uint32_t name = xml_attr_value(a, "name");

	xml_check_attrs(r, a, "class", "name", pos);
	if (name == NAME_NONE)
		diag_report(r->d, DIAG_CLASS_INCOMPLETE,
		    at(r, pos, SRC_TOKEN), NAME_NONE,
		    "the class has no attribute \"name\"");
	else
		xml_check_name(r, name, "a class", at(r, pos, SRC_NAME));
	r->class_index = r->m->nclass;
	model_add_class(r->m, name, pos);
	r->ndef = 0;
	if (r->m->nobject > 0)
		r->late_class = true;
}

static void
bad_word(struct reader *r, uint32_t pos, const char *what, const char *word)
{
	diag_report(r->d, DIAG_CLASS_WORD, at(r, pos, SRC_TEXT), NAME_NONE,
	    "unknown %s \"%s\"", what, word);
}

static void
end_ntfid(struct reader *r, uint32_t pos, const char *word)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*word < '0' || *word > '9' || *end != '\0' || n > UINT32_MAX)
		bad_word(r, pos, "ntfid", word);
	else
		r->def.ntfid = (uint32_t)n;
}

/* The end of a text within a class definition. */
void
xml_end_word(struct reader *r, enum state state, uint32_t pos)
{
	struct attr_def *def = &r->def;
	unsigned flag;
	bool runtime;
	const char *word;

	if (r->too_long)
		return;
	buf_char(&r->text, '\0');
	word = r->text.data;
	if (state == CATEGORY || state == DEF_CATEGORY) {
		if (!class_category(word, &runtime))
			bad_word(r, pos, "category", word);
		else if (state == CATEGORY)
			r->m->class[r->class_index].runtime = runtime;
		else if (runtime)
			def->flags |= ATTR_RUNTIME;
	} else if (state == DEF_TYPE) {
		def->type = (uint8_t)type_from_name(word);
		if (def->type == TYPE_COUNT) {
			def->type = TYPE_STRING;
			bad_word(r, pos, "type", word);
		}
	} else if (state == DEF_FLAG) {
		flag = attr_flag(word);
		if (flag == 0)
			bad_word(r, pos, "flag", word);
		def->flags |= (uint16_t)flag;
	} else if (state == DEF_NTFID) {
		end_ntfid(r, pos, word);
	} else {
		def->name = intern_str(word);
		xml_check_name(r, def->name, "an attribute",
		    at(r, pos, SRC_TEXT));
	}
}

static void
lacks(struct reader *r, const struct frame *f, enum element el,
    const char *what)
{
	if (!(f->seen & 1u << el))
		diag_report(r->d, DIAG_CLASS_INCOMPLETE,
		    at(r, f->pos, SRC_TOKEN), NAME_NONE,
		    "the %s has no element \"%s\"", what, xml_element_names[el]);
}

void
xml_end_definition(struct reader *r, const struct frame *f)
{
	const char *what = r->def_is_rdn ? "rdn" : "attribute definition";

	lacks(r, f, EL_NAME, what);
	lacks(r, f, EL_TYPE, what);
	lacks(r, f, EL_CATEGORY, what);
	if (r->def_is_rdn) {
		r->m->class[r->class_index].rdn = r->def;
		return;
	}
	r->def_list = mem_grow(r->def_list, r->ndef, &r->def_cap,
	    sizeof(*r->def_list));
	r->def_list[r->ndef++] = r->def;
}

void
xml_end_class(struct reader *r, const struct frame *f)
{
	struct class_def *c = &r->m->class[r->class_index];

	lacks(r, f, EL_CATEGORY, "class");
	lacks(r, f, EL_RDN, "class");
	c->attr = arena_array(&r->m->arena, r->ndef, sizeof(*c->attr));
	if (r->ndef > 0)
		memcpy(c->attr, r->def_list, r->ndef * sizeof(*c->attr));
	c->nattr = r->ndef;
	verdicts_clear(&r->verdicts, r->m);
}
