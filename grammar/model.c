/*
 * What is in a model, and where is a thing in it? Objects, attributes and
 * values are three arrays of small records; all text is interned, so that
 * equality is equality of ids and a million objects stay small. After the
 * last sentinel is set and the index made, a model never changes.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "dn.h"
#include "ids.h"
#include "model.h"

uint32_t
model_add_object(struct model *m, uint32_t dn, uint32_t class, uint32_t pos)
{
	m->object = mem_grow(m->object, m->nobject + 1, &m->object_cap,
	    sizeof(*m->object));
	m->object[m->nobject] = (struct object){ .dn = dn, .class = class,
		.attr = (uint32_t)m->nattr, .parent = NONE, .pos = pos };
	m->object[m->nobject + 1].attr = (uint32_t)m->nattr;
	return (uint32_t)m->nobject++;
}

static void
add_attr_pos(struct model *m, uint32_t pos)
{
	uint32_t from = m->object[m->nobject - 1].pos;

	m->attr_off = mem_grow(m->attr_off, m->nattr, &m->off_cap,
	    sizeof(*m->attr_off));
	m->attr_off[m->nattr] = UINT16_MAX;
	if (pos >= from && pos - from < UINT16_MAX) {
		m->attr_off[m->nattr] = (uint16_t)(pos - from);
		return;
	}
	m->far = mem_grow(m->far, m->nfar, &m->far_cap, sizeof(*m->far));
	m->far[m->nfar++] = (struct attr_far){ (uint32_t)m->nattr, pos };
}

void
model_add_attr(struct model *m, uint32_t name, uint32_t pos)
{
	add_attr_pos(m, pos);
	m->attr = mem_grow(m->attr, m->nattr + 1, &m->attr_cap,
	    sizeof(*m->attr));
	m->attr[m->nattr] = (struct attr){ name, (uint32_t)m->nvalue };
	m->nattr++;
	m->attr[m->nattr].value = (uint32_t)m->nvalue;
	m->object[m->nobject].attr = (uint32_t)m->nattr;
}

/* The last object whose attributes begin at or before this one. */
static uint32_t
object_of(const struct model *m, uint32_t attr)
{
	size_t low = 0, high = m->nobject;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (m->object[mid].attr <= attr)
			low = mid;
		else
			high = mid;
	}
	return (uint32_t)low;
}

uint32_t
model_attr_pos(const struct model *m, uint32_t attr)
{
	size_t i;

	if (m->attr_off[attr] != UINT16_MAX)
		return m->object[object_of(m, attr)].pos + m->attr_off[attr];
	i = ids_below(m->far, m->nfar, sizeof(*m->far), attr);
	return i < m->nfar ? m->far[i].pos : (uint32_t)SRC_WHOLE;
}

void
model_add_value(struct model *m, uint32_t value)
{
	m->value = mem_grow(m->value, m->nvalue, &m->value_cap,
	    sizeof(*m->value));
	m->value[m->nvalue++] = value;
	m->attr[m->nattr].value = (uint32_t)m->nvalue;
}

struct class_def *
model_add_class(struct model *m, uint32_t name, uint32_t pos)
{
	m->class = mem_grow(m->class, m->nclass, &m->class_cap,
	    sizeof(*m->class));
	m->class[m->nclass] = (struct class_def){ .name = name, .pos = pos };
	return &m->class[m->nclass++];
}

/* Three-way radix quicksort on the DN bytes: prefixes that whole fleets share
 * are looked at once, not once a comparison. */
struct sort_key {
	const char *str;
	uint32_t index;
};

static void
insertion(struct sort_key *v, size_t n, size_t depth)
{
	size_t i, k;

	for (i = 1; i < n; i++) {
		struct sort_key key = v[i];

		for (k = i; k > 0 &&
		    strcmp(v[k - 1].str + depth, key.str + depth) > 0; k--)
			v[k] = v[k - 1];
		v[k] = key;
	}
}

static void
swap_keys(struct sort_key *a, struct sort_key *b)
{
	struct sort_key t = *a;

	*a = *b;
	*b = t;
}

static int
byte_at(const struct sort_key *k, size_t depth)
{
	return (unsigned char)k->str[depth];
}

static void
radix_sort(struct sort_key *v, size_t n, size_t depth)
{
	while (n > 16) {
		size_t lt = 0, gt = n, i = 0;
		int pivot = byte_at(&v[n / 2], depth);

		while (i < gt) {
			int c = byte_at(&v[i], depth);

			if (c < pivot)
				swap_keys(&v[lt++], &v[i++]);
			else if (c > pivot)
				swap_keys(&v[i], &v[--gt]);
			else
				i++;
		}
		radix_sort(v, lt, depth);
		radix_sort(v + gt, n - gt, depth);
		if (pivot == 0)
			return;
		v += lt;
		n = gt - lt;
		depth++;
	}
	insertion(v, n, depth);
}

static void
make_order(struct model *m)
{
	struct sort_key *key = mem_alloc(m->nobject, sizeof(*key));
	size_t i;

	for (i = 0; i < m->nobject; i++) {
		key[i].str = name_str(m->object[i].dn);
		key[i].index = (uint32_t)i;
	}
	radix_sort(key, m->nobject, 0);
	free(m->order);
	m->order = mem_alloc(m->nobject, sizeof(*m->order));
	for (i = 0; i < m->nobject; i++)
		m->order[i] = key[i].index;
	free(key);
}

void
model_index(struct model *m)
{
	size_t i;

	m->nname = intern_count();
	free(m->by_name);
	m->by_name = mem_realloc(NULL, m->nname, sizeof(*m->by_name));
	memset(m->by_name, 0xff, m->nname * sizeof(*m->by_name));
	for (i = m->nobject; i-- > 0;)
		m->by_name[m->object[i].dn] = (uint32_t)i;
	for (i = 0; i < m->nobject; i++)
		m->object[i].parent =
		    model_find(m, dn_parent_known(m->object[i].dn));
	make_order(m);
}

uint32_t
model_find(const struct model *m, uint32_t dn)
{
	if (dn == NAME_NONE || dn >= m->nname)
		return NONE;
	return m->by_name[dn];
}

uint32_t
model_parent(const struct model *m, uint32_t dn)
{
	uint32_t o = model_find(m, dn);

	if (o != NONE && m->object[o].parent != NONE)
		return m->object[m->object[o].parent].dn;
	return dn_parent_known(dn);
}

uint32_t
model_attr(const struct model *m, uint32_t object, uint32_t name)
{
	uint32_t i = m->object[object].attr, end = m->object[object + 1].attr;

	for (; i < end; i++)
		if (m->attr[i].name == name)
			return i;
	return NONE;
}

uint32_t
model_value(const struct model *m, uint32_t object, uint32_t name)
{
	uint32_t a = model_attr(m, object, name);
	const uint32_t *v;
	size_t n;

	if (a == NONE)
		return NAME_NONE;
	v = attr_values(m, a, &n);
	return n > 0 ? v[0] : (uint32_t)NAME_NONE;
}

const struct class_def *
model_class(const struct model *m, uint32_t name)
{
	size_t i;

	for (i = 0; i < m->nclass; i++)
		if (m->class[i].name == name)
			return &m->class[i];
	return class_builtin(name);
}

const struct attr_def *
class_attr(const struct class_def *c, uint32_t name)
{
	size_t i;

	if (c == NULL)
		return NULL;
	if (c->rdn.name == name)
		return &c->rdn;
	for (i = 0; i < c->nattr; i++)
		if (c->attr[i].name == name)
			return &c->attr[i];
	return NULL;
}

enum value_type
model_attr_type(const struct model *m, uint32_t class, uint32_t attr)
{
	const struct attr_def *a = class_attr(model_class(m, class), attr);

	return a == NULL ? TYPE_STRING : (enum value_type)a->type;
}

bool
model_attr_counts(const struct model *m, uint32_t class, uint32_t attr)
{
	const struct attr_def *a;

	if (attr == N_SaImmAttrClassName || attr == N_SaImmAttrAdminOwnerName ||
	    attr == N_SaImmAttrImplementerName)
		return false;
	a = class_attr(model_class(m, class), attr);
	return a == NULL || (a->flags & ATTR_RUNTIME) == 0;
}

struct place
model_place(const struct model *m, uint32_t object)
{
	return (struct place){ m->src, m->object[object].pos, SRC_TOKEN };
}

struct place
model_dn_place(const struct model *m, uint32_t object)
{
	return (struct place){ m->src, m->object[object].pos, SRC_DN };
}

struct place
model_attr_place(const struct model *m, uint32_t attr)
{
	return (struct place){ m->src, model_attr_pos(m, attr), SRC_NAME };
}

struct place
model_value_place(const struct model *m, uint32_t attr, size_t k)
{
	return (struct place){ m->src, model_attr_pos(m, attr),
		(uint32_t)(SRC_VALUE + k) };
}

bool
values_equal(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	uint32_t *x, *y;
	bool equal;

	if (na != nb)
		return false;
	if (na == 0 || memcmp(a, b, na * sizeof(*a)) == 0)
		return true;
	if (na == 1)
		return false;
	x = mem_alloc(na * 2, sizeof(*x));
	y = x + na;
	memcpy(x, a, na * sizeof(*x));
	memcpy(y, b, na * sizeof(*y));
	ids_sort(x, na);
	ids_sort(y, na);
	equal = memcmp(x, y, na * sizeof(*x)) == 0;
	free(x);
	return equal;
}

typedef void update_fn(void *, const void *, size_t);

static void
update_name(update_fn *update, void *arg, uint32_t name)
{
	update(arg, name_str(name), name_len(name) + 1);
}

enum { MANY = 64 };

/* The object's counting attributes by name, into v (room for all). */
static size_t
sorted_attrs(const struct model *m, uint32_t o, uint32_t *v)
{
	uint32_t i;
	size_t n = 0, k;

	for (i = m->object[o].attr; i < m->object[o + 1].attr; i++) {
		const char *name = name_str(m->attr[i].name);

		if (m->attr[i].name == N_saAmfSUHostedByNode &&
		    !model_attr_counts(m, m->object[o].class, m->attr[i].name))
			continue;
		for (k = n++; k > 0 &&
		    strcmp(name_str(m->attr[v[k - 1]].name), name) > 0; k--)
			v[k] = v[k - 1];
		v[k] = i;
	}
	return n;
}

static void
canonical_object(const struct model *m, uint32_t o, update_fn *update,
    void *arg)
{
	uint32_t small[MANY], *v = small;
	size_t n = m->object[o + 1].attr - m->object[o].attr, i, k, nv;

	if (n > MANY)
		v = mem_alloc(n, sizeof(*v));
	n = sorted_attrs(m, o, v);
	update_name(update, arg, m->object[o].class);
	update_name(update, arg, m->object[o].dn);
	for (i = 0; i < n; i++) {
		const uint32_t *value = attr_values(m, v[i], &nv);

		update_name(update, arg, m->attr[v[i]].name);
		for (k = 0; k < nv; k++)
			update_name(update, arg, value[k]);
	}
	if (v != small)
		free(v);
}

void
model_canonical(const struct model *m, update_fn *update, void *arg)
{
	size_t i;

	for (i = 0; i < m->nobject; i++)
		canonical_object(m, m->order[i], update, arg);
}

void
model_free(struct model *m)
{
	if (m == NULL)
		return;
	if (m->src != NULL && !m->borrowed_src)
		src_close(m->src);
	arena_free(&m->arena);
	free(m->class);
	free(m->object);
	free(m->attr);
	free(m->attr_off);
	free(m->far);
	free(m->value);
	free(m->by_name);
	free(m->order);
	free(m);
}
