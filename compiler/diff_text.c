/*
 * What differs between two models? Both are sorted by name already, so they
 * are walked side by side once. Attributes are compared as the campaign
 * compares them: values as multisets, their order alone is no difference.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "diff_text.h"
#include "model.h"
#include "show.h"

struct tally {
	size_t added, removed, modified, same;
};

/* The attributes of one object by name; grows, used again for the next. */
struct attr_list {
	uint32_t *v;
	size_t n, cap;
};

struct compare {
	const struct model *src, *tgt;
	struct attr_list old, new; /* of the objects looked at */
	struct tally tally;
	struct buf *out;
};

/* Runtime attributes are dropped on reading but for this one. */
static bool
counts(const struct model *m, uint32_t o, uint32_t a)
{
	uint32_t name = m->attr[a].name;

	if (m->attr[a].value == m->attr[a + 1].value)
		return false;
	return name != N_saAmfSUHostedByNode ||
	    model_attr_counts(m, m->object[o].class, name);
}

static int
compare_names(uint32_t a, uint32_t b)
{
	return a == b ? 0 : strcmp(name_str(a), name_str(b));
}

static void
list_attrs(const struct model *m, uint32_t o, struct attr_list *l)
{
	uint32_t a;
	size_t k;

	l->n = 0;
	for (a = m->object[o].attr; a < m->object[o + 1].attr; a++) {
		if (!counts(m, o, a))
			continue;
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		for (k = l->n++; k > 0 && compare_names(
		    m->attr[l->v[k - 1]].name, m->attr[a].name) > 0; k--)
			l->v[k] = l->v[k - 1];
		l->v[k] = a;
	}
}

static int
compare_values(const void *a, const void *b)
{
	return compare_names(*(const uint32_t *)a, *(const uint32_t *)b);
}

static uint32_t *
sorted_values(const uint32_t *v, size_t n)
{
	uint32_t *s = mem_alloc(n, sizeof(*s));

	if (n > 0)
		memcpy(s, v, n * sizeof(*s));
	qsort(s, n, sizeof(*s), compare_values);
	return s;
}

/* A line for each value that comes or goes. */
static void
print_set(struct buf *b, const uint32_t *old, size_t nold,
    const uint32_t *new, size_t nnew)
{
	uint32_t *x = sorted_values(old, nold), *y = sorted_values(new, nnew);
	size_t i = 0, k = 0;

	while (i < nold || k < nnew) {
		int d = i == nold ? 1 : k == nnew ? -1 :
		    compare_names(x[i], y[k]);

		if (d == 0) {
			i++;
			k++;
			continue;
		}
		buf_str(b, d < 0 ? "      - " : "      + ");
		show_name(b, d < 0 ? x[i++] : y[k++]);
		buf_char(b, '\n');
	}
	free(x);
	free(y);
}

static void
print_attr(struct buf *b, uint32_t name, const uint32_t *old, size_t nold,
    const uint32_t *new, size_t nnew)
{
	buf_str(b, "    ");
	show_name(b, name);
	buf_char(b, ':');
	if (nold > 1 || nnew > 1) {
		buf_char(b, '\n');
		print_set(b, old, nold, new, nnew);
		return;
	}
	buf_char(b, ' ');
	if (nold == 1)
		show_name(b, old[0]);
	else
		buf_str(b, "(none)");
	buf_str(b, " -> ");
	if (nnew == 1)
		show_name(b, new[0]);
	else
		buf_str(b, "(none)");
	buf_char(b, '\n');
}

static void
print_object(struct buf *b, char sign, const struct model *m, uint32_t o)
{
	buf_char(b, sign);
	buf_char(b, ' ');
	show_name(b, m->object[o].dn);
	buf_str(b, "  (");
	show_name(b, m->object[o].class);
	buf_str(b, ")\n");
}

static void
print_added(struct compare *c, uint32_t o)
{
	size_t i, n;

	print_object(c->out, '+', c->tgt, o);
	list_attrs(c->tgt, o, &c->new);
	for (i = 0; i < c->new.n; i++) {
		uint32_t a = c->new.v[i];
		const uint32_t *v = attr_values(c->tgt, a, &n);

		buf_str(c->out, "    ");
		show_name(c->out, c->tgt->attr[a].name);
		buf_str(c->out, ": ");
		show_values(c->out, v, n);
		buf_char(c->out, '\n');
	}
	c->tally.added++;
}

static void
print_removed(struct compare *c, uint32_t o)
{
	print_object(c->out, '-', c->src, o);
	c->tally.removed++;
}

/* The next attribute of both lists by name: its values on either side. */
static uint32_t
next_attr(const struct compare *c, size_t *i, size_t *k, const uint32_t **old,
    size_t *nold, const uint32_t **new, size_t *nnew)
{
	uint32_t x = *i < c->old.n ?
	    c->src->attr[c->old.v[*i]].name : (uint32_t)NAME_NONE;
	uint32_t y = *k < c->new.n ?
	    c->tgt->attr[c->new.v[*k]].name : (uint32_t)NAME_NONE;
	int d = x == NAME_NONE ? 1 : y == NAME_NONE ? -1 :
	    compare_names(x, y);

	*old = *new = NULL;
	*nold = *nnew = 0;
	if (d <= 0)
		*old = attr_values(c->src, c->old.v[(*i)++], nold);
	if (d >= 0)
		*new = attr_values(c->tgt, c->new.v[(*k)++], nnew);
	return d <= 0 ? x : y;
}

static void
print_modified(struct compare *c, uint32_t s, uint32_t t)
{
	uint32_t from = c->src->object[s].class, to = c->tgt->object[t].class;
	const uint32_t *old, *new;
	size_t i = 0, k = 0, nold, nnew;
	bool differs = from != to;

	list_attrs(c->src, s, &c->old);
	list_attrs(c->tgt, t, &c->new);
	if (differs) {
		print_object(c->out, '~', c->tgt, t);
		buf_str(c->out, "    (class): ");
		show_name(c->out, from);
		buf_str(c->out, " -> ");
		show_name(c->out, to);
		buf_char(c->out, '\n');
	}
	while (i < c->old.n || k < c->new.n) {
		uint32_t name = next_attr(c, &i, &k, &old, &nold, &new, &nnew);

		if (values_equal(old, nold, new, nnew))
			continue;
		if (!differs)
			print_object(c->out, '~', c->tgt, t);
		differs = true;
		print_attr(c->out, name, old, nold, new, nnew);
	}
	if (differs)
		c->tally.modified++;
	else
		c->tally.same++;
}

/* The next object by name at or after position i, or NONE. Of objects with
 * one name the first counts. */
static uint32_t
object_at(const struct model *m, size_t *i)
{
	for (; *i < m->nobject; (*i)++)
		if (model_find(m, m->object[m->order[*i]].dn) == m->order[*i])
			return m->order[*i];
	return NONE;
}

static void
print_tally(const struct tally *t, struct buf *b)
{
	if (t->added + t->removed + t->modified == 0) {
		buf_str(b, "no difference: ");
		show_count(b, t->same, "object");
		buf_char(b, '\n');
		return;
	}
	buf_printf(b, "%zu added, %zu removed, %zu modified, %zu the same\n",
	    t->added, t->removed, t->modified, t->same);
}

bool
diff_text(const struct model *src, const struct model *tgt, struct buf *out)
{
	struct compare c = { .src = src, .tgt = tgt, .out = out };
	size_t i = 0, k = 0;

	for (;;) {
		uint32_t s = object_at(src, &i), t = object_at(tgt, &k);
		int d;

		if (s == NONE && t == NONE)
			break;
		d = s == NONE ? 1 : t == NONE ? -1 : compare_names(
		    src->object[s].dn, tgt->object[t].dn);
		if (d < 0)
			print_removed(&c, s);
		else if (d > 0)
			print_added(&c, t);
		else
			print_modified(&c, s, t);
		i += d <= 0;
		k += d >= 0;
	}
	print_tally(&c.tally, out);
	free(c.old.v);
	free(c.new.v);
	return c.tally.added + c.tally.removed + c.tally.modified > 0;
}
