/*
 * What do the elements of objects say? A value is kept only if its attribute
 * is; one that is not kept is checked all the same.
 */
#include <string.h>

#include "base64.h"
#include "model_xml.h"

bool
xml_says_base64(struct reader *r, const struct xml_attrs *a, uint32_t pos)
{
	int i;

	for (i = 0; i < a->n; i++) {
		const xmlChar **v = a->v + i * 5;
		const char *value = (const char *)v[3];
		size_t n = (size_t)(v[4] - v[3]);

		if (v[1] == NULL && strcmp((const char *)v[0], "encoding") == 0)
			return n == 6 && memcmp(value, "base64", 6) == 0;
		if (v[2] == NULL) {
			xml_check_attrs(r, a, "value", NULL, pos);
			return false;
		}
		if (strcmp((const char *)v[2], XSI_NAMESPACE) != 0 ||
		    strcmp((const char *)v[0], "type") != 0)
			continue;
		return base64_is_type(value, n);
	}
	return false;
}

void
xml_begin_object(struct reader *r, const struct xml_attrs *a, uint32_t pos)
{
	uint32_t class = xml_attr_value(a, "class");

	if (a->n > 0)
		xml_check_attrs(r, a, "object", "class", pos);
	if (class == NAME_EMPTY)
		class = NAME_NONE;
	if (class != NAME_NONE)
		xml_check_name(r, class, "a class", at(r, pos, SRC_CLASS));
	r->class = class;
	r->dropped = !class_is_kept(&r->verdicts, class);
	if (!r->dropped)
		model_add_object(r->m, NAME_NONE, class, pos);
}

uint32_t
xml_end_text(struct reader *r, struct place p, const char *element)
{
	struct buf *b = &r->text;

	if (r->too_long)
		return NAME_NONE;
	if (r->base64) {
		r->binary.len = 0;
		b = &r->binary;
		if (!base64_decode(r->text.data, r->text.len, b)) {
			diag_report(r->d, DIAG_BAD_BASE64, p, NAME_NONE,
			    "the %s is marked as base64 but is none", element);
			return NAME_NONE;
		}
	}
	if (b->len == 0)
		return NAME_EMPTY;
	if (r->base64 && memchr(b->data, '\0', b->len) != NULL) {
		diag_report(r->d, DIAG_ZERO_BYTE, p, NAME_NONE,
		    "the %s holds a zero byte", element);
		return NAME_NONE;
	}
	return intern(b->data, b->len);
}

void
xml_end_value(struct reader *r)
{
	struct place p = at(r, top(r)->pos, (uint32_t)(SRC_VALUE +
	    r->nvalue));
	/* Texts that will be left out need not be remembered. */
	bool kept = !r->dropped && (r->attr_name == NAME_NONE ||
	    attr_is_kept(&r->verdicts, r->class, r->attr_name));
	uint32_t id = NAME_EMPTY;

	if (kept || r->base64)
		id = xml_end_text(r, p, "value");
	r->base64 = false;
	r->value = mem_grow(r->value, r->nvalue, &r->value_cap,
	    sizeof(*r->value));
	r->value[r->nvalue++] = id;
}

void
xml_end_attr(struct reader *r, const struct frame *f)
{
	size_t i;

	if (!(f->seen & 1u << EL_NAME)) {
		diag_report(r->d, DIAG_ATTR_WITHOUT_NAME,
		    at(r, f->pos, SRC_TOKEN), NAME_NONE,
		    "the attribute has no element \"name\"");
		return;
	}
	if (r->nvalue == 0)
		diag_report(r->d, DIAG_ATTR_WITHOUT_VALUE,
		    at(r, f->pos, SRC_NAME), NAME_NONE,
		    "attribute \"%s\" has no value", name_str(r->attr_name));
	if (r->nvalue == 0 || r->dropped || r->attr_name == NAME_NONE ||
	    !attr_is_kept(&r->verdicts, r->class, r->attr_name))
		return;
	if (!attr_has_room(r->m, r->d, at(r, f->pos, SRC_TOKEN))) {
		xml_stop(r);
		return;
	}
	model_add_attr(r->m, r->attr_name, f->pos);
	for (i = 0; i < r->nvalue; i++)
		if (r->value[i] != NAME_NONE)
			model_add_value(r->m, r->value[i]);
}

void
xml_end_name(struct reader *r)
{
	uint32_t attr_pos = top(r)->pos;

	/* Of two names the first counts. */
	if (r->attr_name != NAME_NONE || r->too_long)
		return;
	r->attr_name = intern(r->text.len == 0 ? "" : r->text.data,
	    r->text.len);
	if (!xml_check_name(r, r->attr_name, "an attribute",
	    at(r, attr_pos, SRC_NAME)))
		r->attr_name = NAME_NONE;
}

void
xml_end_dn(struct reader *r)
{
	struct object *o;

	if (r->dropped || r->too_long || r->text.len == 0)
		return;
	o = &r->m->object[r->m->nobject - 1];
	if (o->dn == NAME_NONE)
		o->dn = intern(r->text.data, r->text.len);
}
