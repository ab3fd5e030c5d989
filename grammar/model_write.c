/*
 * How is a model written? In one canonical form for each notation, so that
 * equal models are equal bytes: classes as the file had them, then objects in
 * canonical order, parents before children, attributes by name, values as
 * they stand. Reading it back gives the same model.
 */
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "model_read.h"
#include "utf8.h"

/* --- what both notations need --- */

/* The objects in the order they are written: canonical, but each directly
 * behind its parent or the siblings before it. */
struct order {
	uint32_t *first_child, *next; /* by object; NONE at the end */
	uint32_t root; /* the first object without a parent */
};

static struct order
make_order(const struct model *m)
{
	struct order o = { NULL, NULL, NONE };
	size_t i;

	o.first_child = mem_alloc(m->nobject, sizeof(*o.first_child));
	o.next = mem_alloc(m->nobject, sizeof(*o.next));
	for (i = 0; i < m->nobject; i++)
		o.first_child[i] = NONE;
	/* Backwards, so that lists come out forwards. */
	for (i = m->nobject; i-- > 0;) {
		uint32_t k = m->order[i], parent = m->object[k].parent;
		uint32_t *list = parent == NONE ? &o.root :
		    &o.first_child[parent];

		o.next[k] = *list;
		*list = k;
	}
	return o;
}

typedef void object_fn(const struct model *, uint32_t, struct buf *);

static void
each_object(const struct model *m, object_fn *fn, struct buf *b)
{
	struct order o = make_order(m);
	uint32_t k = o.root;

	while (k != NONE) {
		/* Nobody asks for an object without a name. */
		if (m->object[k].dn != NAME_NONE)
			fn(m, k, b);
		if (o.first_child[k] != NONE) {
			k = o.first_child[k];
			continue;
		}
		while (k != NONE && o.next[k] == NONE)
			k = m->object[k].parent;
		if (k != NONE)
			k = o.next[k];
	}
	free(o.first_child);
	free(o.next);
}

struct sort_key {
	const char *name;
	uint32_t attr;
};

static int
compare_keys(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;
	int d = strcmp(x->name, y->name);

	return d != 0 ? d : x->attr < y->attr ? -1 : x->attr > y->attr;
}

typedef void attr_fn(const struct model *, uint32_t, struct buf *);

/* The object's attributes by name. */
static void
each_attr(const struct model *m, uint32_t object, attr_fn *fn, struct buf *b)
{
	uint32_t from = m->object[object].attr;
	size_t n = m->object[object + 1].attr - from, i;
	struct sort_key *v = mem_alloc(n, sizeof(*v));

	for (i = 0; i < n; i++) {
		v[i].attr = from + (uint32_t)i;
		v[i].name = name_str(m->attr[from + i].name);
	}
	qsort(v, n, sizeof(*v), compare_keys);
	for (i = 0; i < n; i++)
		fn(m, v[i].attr, b);
	free(v);
}

/* Can every character of it stand in XML? */
static bool
is_text(const char *s, size_t n)
{
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = utf8_xml(s + i, n - i);
		if (len == 0)
			return false;
	}
	return true;
}

/* --- XML --- */

static void
xml_leaf(struct buf *b, int indent, const char *element, const char *text)
{
	buf_printf(b, "%*s<%s>", indent, "", element);
	buf_xml(b, text, strlen(text));
	buf_printf(b, "</%s>\n", element);
}

/* A text that may hold anything. */
static void
xml_value(struct buf *b, const char *indent, const char *element, uint32_t id)
{
	const char *s = name_str(id);
	size_t n = name_len(id);

	buf_str(b, indent);
	buf_char(b, '<');
	buf_str(b, element);
	if (is_text(s, n)) {
		buf_char(b, '>');
		buf_xml(b, s, n);
	} else {
		buf_str(b, " xsi:type=\"xs:base64Binary\">");
		base64_encode(b, s, n);
	}
	buf_str(b, "</");
	buf_str(b, element);
	buf_str(b, ">\n");
}

static void
xml_definition(struct buf *b, const struct attr_def *a, const char *element)
{
	unsigned bit;

	buf_printf(b, "    <%s>\n", element);
	xml_leaf(b, 6, "name", name_str(a->name));
	xml_leaf(b, 6, "type", type_name((enum value_type)a->type));
	xml_leaf(b, 6, "category", a->flags & ATTR_RUNTIME ? "SA_RUNTIME" :
	    "SA_CONFIG");
	for (bit = ATTR_MULTI; bit <= ATTR_STRONG_DEFAULT; bit <<= 1)
		if (a->flags & bit)
			xml_leaf(b, 6, "flag", attr_flag_name(bit));
	if (a->ntfid != 0)
		buf_printf(b, "      <ntfid>%u</ntfid>\n", a->ntfid);
	if (a->fallback != NAME_NONE)
		xml_value(b, "      ", "default-value", a->fallback);
	buf_printf(b, "    </%s>\n", element);
}

static void
xml_class(struct buf *b, const struct class_def *c)
{
	size_t i;

	buf_str(b, "  <class name=\"");
	buf_xml(b, name_str(c->name), name_len(c->name));
	buf_str(b, "\">\n");
	xml_leaf(b, 4, "category", c->runtime ? "SA_RUNTIME" : "SA_CONFIG");
	xml_definition(b, &c->rdn, "rdn");
	for (i = 0; i < c->nattr; i++)
		xml_definition(b, &c->attr[i], "attr");
	buf_str(b, "  </class>\n");
}

static void
xml_attr(const struct model *m, uint32_t attr, struct buf *b)
{
	const char *name = name_str(m->attr[attr].name);
	const uint32_t *value;
	size_t i, n;

	value = attr_values(m, attr, &n);
	if (n == 0)
		return;
	buf_str(b, "    <attr>\n      <name>");
	buf_xml(b, name, strlen(name));
	buf_str(b, "</name>\n");
	for (i = 0; i < n; i++)
		xml_value(b, "      ", "value", value[i]);
	buf_str(b, "    </attr>\n");
}

static void
xml_object(const struct model *m, uint32_t object, struct buf *b)
{
	const struct object *o = &m->object[object];

	buf_str(b, "  <object class=\"");
	buf_xml(b, name_str(o->class), name_len(o->class));
	buf_str(b, "\">\n    <dn>");
	buf_xml(b, name_str(o->dn), name_len(o->dn));
	buf_str(b, "</dn>\n");
	each_attr(m, object, xml_attr, b);
	buf_str(b, "  </object>\n");
}

void
model_write_xml(const struct model *m, struct buf *b)
{
	size_t i;

	buf_str(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<imm:IMM-contents"
	    " xmlns:imm=\"http://www.saforum.org/IMMSchema\"\n"
	    "    xmlns:xsi=\"" XSI_NAMESPACE "\"\n"
	    "    xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n");
	for (i = 0; i < m->nclass; i++)
		xml_class(b, &m->class[i]);
	each_object(m, xml_object, b);
	buf_str(b, "</imm:IMM-contents>\n");
}

/* --- YAML --- */

/* Is it a text that no reader of YAML takes for anything but a text? A letter
 * or digit first, and nothing that YAML uses; in braces no commas either. */
static bool
is_plain(const char *s, size_t n, bool braces)
{
	static const char *const words[] = {
		"null", "Null", "NULL", "true", "True", "TRUE", "false",
		"False", "FALSE", "yes", "Yes", "YES", "no", "No", "NO", "on",
		"On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N",
	};
	size_t i;

	if (n == 0 || n > 1000)
		return false;
	for (i = 0; i < n; i++) {
		char c = s[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9'))
			continue;
		if (i == 0 || strchr(braces ? "_=./-" : "_=./-,\\",
		    c) == NULL)
			return false;
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], s) == 0)
			return false;
	return true;
}

static void
yaml_quoted(struct buf *b, const char *s, size_t n)
{
	static const char blanks[] = "\n\r\t", letters[] = "nrt";
	const char *blank;
	size_t i, len;

	buf_char(b, '"');
	for (i = 0; i < n; i += len) {
		unsigned char c = (unsigned char)s[i];

		len = utf8_xml(s + i, n - i);
		if (c == '"' || c == '\\') {
			buf_char(b, '\\');
			buf_char(b, (char)c);
		} else if ((blank = strchr(blanks, c)) != NULL) {
			buf_char(b, '\\');
			buf_char(b, letters[blank - blanks]);
		} else if (c < 0x20 || c == 0x7f) {
			buf_printf(b, "\\x%02X", c);
			len = 1;
		} else if (len == 2 && c == 0xc2 && (s[i + 1] & 0x60) == 0) {
			/* what YAML takes for control characters */
			buf_printf(b, "\\x%02X", (unsigned char)s[i + 1]);
		} else if (len == 3 && (memcmp(s + i, "\xe2\x80\xa8", 3) == 0 ||
		    memcmp(s + i, "\xe2\x80\xa9", 3) == 0)) {
			buf_str(b, s[i + 2] == '\xa8' ? "\\L" : "\\P");
		} else if (len == 3 && memcmp(s + i, "\xef\xbb\xbf", 3) == 0) {
			buf_str(b, "\\uFEFF");
		} else {
			buf_add(b, s + i, len);
		}
	}
	buf_char(b, '"');
}

static void
yaml_text(struct buf *b, uint32_t id, bool braces)
{
	const char *s = name_str(id);
	size_t n = name_len(id);

	if (is_plain(s, n, braces)) {
		buf_add(b, s, n);
	} else if (is_text(s, n)) {
		yaml_quoted(b, s, n);
	} else {
		buf_str(b, "!!binary \"");
		base64_encode(b, s, n);
		buf_char(b, '"');
	}
}

static void
yaml_definition(struct buf *b, const struct attr_def *a)
{
	unsigned bit;
	const char *comma = "";

	buf_str(b, "{name: ");
	yaml_text(b, a->name, true);
	buf_printf(b, ", type: %s, category: %s", type_name(
	    (enum value_type)a->type), a->flags & ATTR_RUNTIME ?
	    "SA_RUNTIME" : "SA_CONFIG");
	if (a->flags & ~(unsigned)ATTR_RUNTIME) {
		buf_str(b, ", flags: [");
		for (bit = ATTR_MULTI; bit <= ATTR_STRONG_DEFAULT; bit <<= 1)
			if (a->flags & bit) {
				buf_printf(b, "%s%s", comma,
				    attr_flag_name(bit));
				comma = ", ";
			}
		buf_char(b, ']');
	}
	if (a->ntfid != 0)
		buf_printf(b, ", ntfid: %u", a->ntfid);
	if (a->fallback != NAME_NONE) {
		buf_str(b, ", default: ");
		yaml_text(b, a->fallback, true);
	}
	buf_str(b, "}\n");
}

static void
yaml_class(struct buf *b, const struct class_def *c)
{
	size_t i;

	buf_str(b, "  - name: ");
	yaml_text(b, c->name, false);
	buf_printf(b, "\n    category: %s\n    rdn: ", c->runtime ?
	    "SA_RUNTIME" : "SA_CONFIG");
	yaml_definition(b, &c->rdn);
	if (c->nattr > 0)
		buf_str(b, "    attributes:\n");
	for (i = 0; i < c->nattr; i++) {
		buf_str(b, "      - ");
		yaml_definition(b, &c->attr[i]);
	}
}

enum { LONG_KEY = 128 };

static void
yaml_attr(const struct model *m, uint32_t attr, struct buf *b)
{
	const char *name = name_str(m->attr[attr].name);
	const uint32_t *value;
	size_t i, n;

	value = attr_values(m, attr, &n);
	if (n == 0)
		return;
	/* YAML only finds the colon behind a long key if it is marked. */
	buf_str(b, strlen(name) > LONG_KEY ? "    ? " : "    ");
	/* Two names are taken by the object's own keys. */
	if (strcmp(name, "class") == 0 || strcmp(name, "dn") == 0)
		buf_str(b, "!attr ");
	yaml_text(b, m->attr[attr].name, false);
	buf_str(b, strlen(name) > LONG_KEY ? "\n    :" : ":");
	buf_str(b, n > 1 ? "\n" : " ");
	for (i = 0; i < n; i++) {
		buf_str(b, n > 1 ? "      - " : "");
		yaml_text(b, value[i], false);
		buf_char(b, '\n');
	}
}

static void
yaml_object(const struct model *m, uint32_t object, struct buf *b)
{
	buf_str(b, "  - class: ");
	yaml_text(b, m->object[object].class, false);
	buf_str(b, "\n    dn: ");
	yaml_text(b, m->object[object].dn, false);
	buf_char(b, '\n');
	each_attr(m, object, yaml_attr, b);
}

void
model_write_yaml(const struct model *m, struct buf *b)
{
	size_t i, n = 0;

	if (m->nclass > 0)
		buf_str(b, "classes:\n");
	for (i = 0; i < m->nclass; i++)
		yaml_class(b, &m->class[i]);
	for (i = 0; i < m->nobject && n == 0; i++)
		n = m->object[i].dn != NAME_NONE;
	buf_str(b, n > 0 ? "objects:\n" : "objects: []\n");
	each_object(m, yaml_object, b);
}
