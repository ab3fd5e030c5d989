/*
 * Which objects were added, removed or modified? Both models are walked side
 * by side in DN order, so the answer comes out sorted and in linear time.
 *
 * D1  Objects are the same if their DNs are, byte for byte.
 * D2  Each object of either model is looked at once; deltas stand in DN order.
 * D3  A modification is a difference of class or of a configuration attribute;
 *     an attribute without values is not the same as none.
 * D4  Values are compared as multisets: their order is kept, not compared.
 */
#include <stdlib.h>
#include <string.h>

#include "diff.h"

static bool
counts(uint32_t attr)
{
	/* The one runtime attribute the readers keep. */
	return attr != N_saAmfSUHostedByNode;
}

static bool
same_values(const struct model *sm, uint32_t a, const struct model *tm,
    uint32_t b)
{
	size_t na, nb;
	const uint32_t *va = attr_values(sm, a, &na);
	const uint32_t *vb = attr_values(tm, b, &nb);

	return values_equal(va, na, vb, nb); /* D4 */
}

/* Equal attribute by attribute in the same order: the usual case. */
static bool
same_in_order(const struct model *sm, uint32_t s, const struct model *tm,
    uint32_t t)
{
	uint32_t a = sm->object[s].attr, b = tm->object[t].attr;
	uint32_t n = sm->object[s + 1].attr - a;

	if (n != tm->object[t + 1].attr - b)
		return false;
	for (; n > 0; n--, a++, b++) {
		if (sm->attr[a].name != tm->attr[b].name)
			return false;
		if (!counts(sm->attr[a].name))
			continue;
		if (!same_values(sm, a, tm, b))
			return false;
	}
	return true;
}

static size_t
count_attrs(const struct model *m, uint32_t o)
{
	uint32_t i;
	size_t n = 0;

	for (i = m->object[o].attr; i < m->object[o + 1].attr; i++)
		n += counts(m->attr[i].name);
	return n;
}

bool
diff_attr_differs(const struct model *sm, uint32_t s, const struct model *tm,
    uint32_t t, uint32_t name)
{
	uint32_t a = model_attr(sm, s, name), b = model_attr(tm, t, name);

	if (a == NONE || b == NONE)
		return a != b; /* D3 */
	return !same_values(sm, a, tm, b);
}

bool
diff_equal(const struct model *sm, uint32_t s, const struct model *tm,
    uint32_t t)
{
	uint32_t i;

	if (sm->object[s].class != tm->object[t].class)
		return false; /* D3 */
	if (same_in_order(sm, s, tm, t))
		return true;
	if (count_attrs(sm, s) != count_attrs(tm, t))
		return false;
	for (i = sm->object[s].attr; i < sm->object[s + 1].attr; i++)
		if (counts(sm->attr[i].name) &&
		    diff_attr_differs(sm, s, tm, t, sm->attr[i].name))
			return false;
	return true;
}

static void
add(struct diff *d, size_t *cap, uint32_t s, uint32_t t, enum op op)
{
	d->v = mem_grow(d->v, d->n, cap, sizeof(*d->v));
	d->v[d->n++] = (struct delta){ s, t, op };
}

void
diff_run(struct diff *d, const struct model *s, const struct model *t)
{
	size_t i = 0, k = 0, cap = 0;

	*d = (struct diff){ .s = s, .t = t };
	while (i < s->nobject || k < t->nobject) {
		uint32_t a = i < s->nobject ? s->order[i] : NONE;
		uint32_t b = k < t->nobject ? t->order[k] : NONE;
		int c;

		if (a == NONE || b == NONE)
			c = a == NONE ? 1 : -1;
		else if (s->object[a].dn == t->object[b].dn)
			c = 0; /* D1 */
		else
			c = strcmp(name_str(s->object[a].dn),
			    name_str(t->object[b].dn));
		if (c < 0)
			add(d, &cap, a, NONE, OP_REMOVE);
		else if (c > 0)
			add(d, &cap, NONE, b, OP_ADD);
		else if (!diff_equal(s, a, t, b))
			add(d, &cap, a, b, OP_MODIFY);
		i += c <= 0; /* D2 */
		k += c >= 0; /* D2 */
	}
}

const char *
diff_op_name(enum op op)
{
	static const char *const names[] = { "NO_OPERATION", "ADD", "REMOVE",
		"MODIFY" };

	return names[op];
}

uint32_t
diff_dn(const struct diff *d, const struct delta *x)
{
	return x->s != NONE ? d->s->object[x->s].dn : d->t->object[x->t].dn;
}

void
diff_free(struct diff *d)
{
	free(d->v);
	*d = (struct diff){ 0 };
}
