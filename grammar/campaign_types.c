/*
 * Which objects do the short forms of AMF types in addToImm stand for? One
 * table, campaign_types.def, read in both directions: elements to creates, and
 * the creates back to elements.
 */
#include <stdlib.h>
#include <string.h>

#include "campaign_read.h"
#include "campaign_types.h"
#include "dn.h"
#include "xml_out.h"

enum kind { KIND_BASE, KIND_VERSION, KIND_VALUE, KIND_EACH, KIND_TEXT,
	KIND_CHILD };

static const struct row {
	enum kind kind;
	enum element element;
	const char *attr; /* of the element; RDN attribute */
	const char *object; /* attribute or class of the object */
	enum value_type type;
	enum element child; /* KIND_TEXT */
} rows[] = {
#define BASE(e, class, rdn) \
	{ KIND_BASE, EL_##e, #rdn, #class, TYPE_STRING, EL_##e },
#define VERSION(e, class) \
	{ KIND_VERSION, EL_##e, "safVersion", #class, TYPE_STRING, EL_##e },
#define VALUE(e, from, to, type) \
	{ KIND_VALUE, EL_##e, #from, #to, TYPE_##type, EL_##e },
#define EACH(e, from, to, type) \
	{ KIND_EACH, EL_##e, #from, #to, TYPE_##type, EL_##e },
#define TEXT(e, child, to) \
	{ KIND_TEXT, EL_##e, "", #to, TYPE_STRING, EL_##child },
#define CHILD(e, rdn, class) \
	{ KIND_CHILD, EL_##e, #rdn, #class, TYPE_NAME, EL_##e },
#include "campaign_types.def"
#undef BASE
#undef VERSION
#undef VALUE
#undef EACH
#undef TEXT
#undef CHILD
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

static const char *
element_name(enum element e)
{
	static const char *const token[] = {
#define ELEMENT(id, name, content, attributes) name,
#include "campaign_elements.def"
#undef ELEMENT
	};

	return token[e];
}

/* "attr=value" with commas of the value escaped; attr= is put before a value
 * that does not have it. */
static uint32_t
rdn_of(const char *attr, uint32_t text)
{
	const char *s = name_str(text);
	size_t n = name_len(text), len = strlen(attr), i, k = 0;
	char *rdn = mem_alloc(len + 1 + 2 * n, 1);
	uint32_t id;

	if (n <= len || s[len] != '=' || memcmp(s, attr, len) != 0) {
		memcpy(rdn, attr, len);
		rdn[len] = '=';
		k = len + 1;
	}
	for (i = 0; i < n; i++) {
		if (s[i] == ',' && (i == 0 || s[i - 1] != '\\'))
			rdn[k++] = '\\';
		rdn[k++] = s[i];
	}
	id = intern(rdn, k);
	free(rdn);
	return id;
}

static void
flush(struct reader *r)
{
	struct cattr *a = &r->now.attr;
	size_t n;

	a->value = list_take(r->campaign, &r->now.values, sizeof(*a->value),
	    &n);
	a->nvalue = (uint32_t)n;
	if (n > 0)
		list_push(&r->now.attrs, a, sizeof(*a));
	a->name = NAME_NONE;
}

/* Values of one attribute come one after the other. */
static void
add_value(struct reader *r, const struct row *row, uint32_t value)
{
	uint32_t name = intern_str(row->object);

	if (value == NAME_NONE)
		return;
	if (r->now.attr.name != name) {
		flush(r);
		r->now.attr = (struct cattr){ .name = name,
			.type = row->type };
	}
	list_push(&r->now.values, &value, sizeof(value));
}

static void
begin_base(struct reader *r, const struct row *row)
{
	struct ccb_op op = { .kind = CCB_CREATE, .pos = r->pos,
		.class = intern_str(row->object), .rdn_type = row->type,
		.dn = read_text(r, row->attr), .reason = r->reason };

	r->now.type_base = op.dn;
	list_push(&r->now.types, &op, sizeof(op));
}

static void
begin_version(struct reader *r, const struct row *row)
{
	uint32_t text = read_text(r, row->attr);

	r->now.attr = (struct cattr){ 0 };
	r->now.type = (struct ccb_op){ .kind = CCB_CREATE, .pos = r->pos,
		.class = intern_str(row->object), .rdn_type = row->type,
		.reason = r->reason };
	if (text != NAME_NONE)
		r->now.type.dn = dn_join(rdn_of(row->attr, text),
		    r->now.type_base);
}

static const struct row *
begin_child(struct reader *r, const struct row *row)
{
	struct ccb_op op = { .kind = CCB_CREATE, .pos = r->pos,
		.class = intern_str(row->object), .rdn_type = row->type };
	uint32_t text = read_text(r, row->attr), *v;
	const struct class_def *c = class_builtin(op.class);

	if (c != NULL)
		op.rdn_type = (enum value_type)c->rdn.type;
	if (text != NAME_NONE)
		op.dn = dn_join(rdn_of(row->attr, text), r->now.type.dn);
	op.attr = arena_array(&r->campaign->arena, ATTRS_MAX,
	    sizeof(*op.attr));
	for (row++; row < rows + NROWS && row->kind == KIND_VALUE &&
	    row->element == r->element; row++) {
		text = read_decimal(r, row->attr);
		if (text == NAME_NONE)
			continue;
		v = arena_array(&r->campaign->arena, 1, sizeof(*v));
		*v = text;
		op.attr[op.nattr++] = (struct cattr){
			intern_str(row->object), row->type, 1, v };
	}
	list_push(&r->now.type_children, &op, sizeof(op));
	return row;
}

static bool
is_type_element(enum element e)
{
	return e >= EL_T_COMP_BASE && e <= EL_T_WEIGHTS;
}

static uint32_t
typed_text(const struct reader *r, const struct row *row)
{
	return row->type == TYPE_UINT32 || row->type == TYPE_TIME ?
	    read_decimal(r, row->attr) : read_text(r, row->attr);
}

void
types_begin(struct reader *r)
{
	const struct row *row = rows;

	if (!is_type_element(r->element) || r->element == EL_T_CMD_ENV ||
	    r->element == EL_T_ARGV)
		return;
	r->now.type_element = r->element;
	while (row < rows + NROWS) {
		if (row->element != r->element || row->kind == KIND_TEXT)
			row++;
		else if (row->kind == KIND_BASE)
			begin_base(r, row++);
		else if (row->kind == KIND_VERSION)
			begin_version(r, row++);
		else if (row->kind == KIND_CHILD)
			row = begin_child(r, row);
		else {
			add_value(r, row, typed_text(r, row));
			row++;
		}
	}
}

static void
end_version(struct reader *r)
{
	struct ccb_op *op = &r->now.type;
	struct list *children = &r->now.type_children;
	size_t n, i;

	flush(r);
	op->attr = list_take(r->campaign, &r->now.attrs, sizeof(*op->attr),
	    &n);
	op->nattr = (uint32_t)n;
	list_push(&r->now.types, op, sizeof(*op));
	for (i = 0; i < children->n; i++)
		list_push(&r->now.types, children->v + i * sizeof(*op),
		    sizeof(*op));
	children->n = 0;
}

void
types_end(struct reader *r, enum element e, const char *text, size_t len)
{
	size_t i;

	if (!is_type_element(e))
		return;
	for (i = 0; i < NROWS; i++) {
		if (rows[i].kind == KIND_VERSION && rows[i].element == e)
			end_version(r);
		if (rows[i].kind == KIND_TEXT && rows[i].child == e &&
		    rows[i].element == r->now.type_element)
			add_value(r, &rows[i], len == 0 ?
			    (uint32_t)NAME_EMPTY : intern(text, len));
	}
}

static const struct cattr *
find_attr(const struct ccb_op *op, const char *name)
{
	uint32_t i;

	for (i = 0; i < op->nattr; i++)
		if (strcmp(name_str(op->attr[i].name), name) == 0)
			return &op->attr[i];
	return NULL;
}

static void
write_rdn(struct xml_out *o, const char *attr, uint32_t dn)
{
	const char *s = name_str(dn);

	xml_text_attr(o, attr, s, dn_rdn_len(s, name_len(dn)));
}

static const struct row *
write_child(struct xml_out *o, const struct row *row, const struct ccb_op *op)
{
	enum element e = row->element;
	const struct cattr *a;

	xml_begin(o, element_name(e));
	write_rdn(o, row->attr, op->dn);
	for (row++; row < rows + NROWS && row->element == e; row++) {
		a = find_attr(op, row->object);
		if (a != NULL)
			xml_name(o, row->attr, a->value[0]);
	}
	xml_empty(o);
	return row;
}

static void
write_each(struct xml_out *o, const struct row *row, const struct ccb_op *op)
{
	const struct cattr *a = find_attr(op, row->object);
	uint32_t i;

	for (i = 0; a != NULL && i < a->nvalue; i++) {
		xml_begin(o, element_name(row->element));
		xml_name(o, row->attr, a->value[i]);
		xml_empty(o);
	}
}

/* One element with the values and texts of its rows, if there are any. */
static const struct row *
write_part(struct xml_out *o, const struct row *row, const struct ccb_op *op)
{
	const char *name = element_name(row->element);
	const struct row *end = row, *text = NULL;
	const struct cattr *a;
	bool any = false;
	uint32_t i;

	for (; end < rows + NROWS && end->element == row->element; end++) {
		a = find_attr(op, end->object);
		if (a != NULL && !any)
			xml_begin(o, name);
		any = any || a != NULL;
		if (a != NULL && end->kind == KIND_TEXT)
			text = end;
		else if (a != NULL)
			xml_name(o, end->attr, a->value[0]);
	}
	if (text != NULL) {
		xml_content(o);
		a = find_attr(op, text->object);
		for (i = 0; i < a->nvalue; i++)
			xml_value(o, element_name(text->child), a->value[i]);
		xml_end(o, name);
	} else if (any) {
		xml_empty(o);
	}
	return end;
}

static const struct row *
row_of(uint32_t class, enum kind kind)
{
	size_t i;

	for (i = 0; i < NROWS; i++)
		if (rows[i].kind == kind &&
		    strcmp(rows[i].object, name_str(class)) == 0)
			return &rows[i];
	return NULL;
}

/* The version at op[0] with its children after it; returns how many. */
static size_t
write_version(struct xml_out *o, const struct row *row,
    const struct ccb_op *op, size_t n)
{
	const struct row *part = row + 1, *next;
	size_t end = 1, i;

	while (end < n && row_of(op[end].class, KIND_CHILD) != NULL)
		end++;
	xml_begin(o, element_name(row->element));
	write_rdn(o, row->attr, op->dn);
	xml_content(o);
	while (part < rows + NROWS && part->kind != KIND_BASE) {
		if (part->kind == KIND_EACH) {
			write_each(o, part++, op);
			continue;
		}
		if (part->kind != KIND_CHILD) {
			part = write_part(o, part, op);
			continue;
		}
		next = part;
		while (next < rows + NROWS && next->element == part->element)
			next++;
		for (i = 1; i < end; i++)
			if (row_of(op[i].class, KIND_CHILD) == part)
				write_child(o, part, &op[i]);
		part = next;
	}
	xml_end(o, element_name(row->element));
	return end;
}

void
types_write(struct xml_out *o, const struct ccb_op *op, size_t n)
{
	const struct row *base, *version;
	size_t i = 0;

	if (n == 0)
		return;
	xml_open(o, "amfEntityTypes");
	while (i < n) {
		base = row_of(op[i].class, KIND_BASE);
		if (base == NULL) { /* not as the reader makes them */
			i++;
			continue;
		}
		xml_begin(o, element_name(base->element));
		xml_name(o, base->attr, op[i++].dn);
		xml_content(o);
		while (i < n && (version = row_of(op[i].class,
		    KIND_VERSION)) != NULL)
			i += write_version(o, version, op + i, n - i);
		xml_end(o, element_name(base->element));
	}
	xml_end(o, "amfEntityTypes");
}
