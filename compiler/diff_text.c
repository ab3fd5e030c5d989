/*
 * What differs between two models, for a person? One entity of each kind is
 * told in full, those that change in the same way are named or only counted.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diff_group.h"
#include "diff_text.h"
#include "show.h"

enum { NAMED = 3, KEPT = 3 };

struct teller {
	const struct diff_groups *g;
	const struct diff *d;
	struct diff_walk walk, other;
	struct diff_sides sides;
	enum diff_zoom zoom;
	struct buf *b;
};

static char
sign(enum op op)
{
	return op == OP_ADD ? '+' : op == OP_REMOVE ? '-' : '~';
}

/* --- values --- */

static int
by_string(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x == y ? 0 : strcmp(name_str(x), name_str(y));
}

static uint32_t *
sorted(const uint32_t *v, size_t n)
{
	uint32_t *s = mem_alloc(n, sizeof(*s));

	if (n > 0) {
		memcpy(s, v, n * sizeof(*s));
		qsort(s, n, sizeof(*s), by_string);
	}
	return s;
}

static void
value_line(struct teller *t, unsigned indent, char mark, uint32_t value)
{
	buf_printf(t->b, "%*s%c ", (int)indent, "", mark);
	show_name(t->b, value);
	buf_char(t->b, '\n');
}

/* The values of sorted lists that are in one of them only, or in both ('=').
 * Returns how many of these were left out: many that stay, unless all is
 * wanted. */
static size_t
tell_values(struct teller *t, unsigned indent, char mark, const uint32_t *x,
    size_t nx, const uint32_t *y, size_t ny)
{
	size_t i = 0, k = 0, kept = 0, left_out = 0;

	while (i < nx || k < ny) {
		int c = i == nx ? 1 : k == ny ? -1 : by_string(&x[i], &y[k]);
		char is = c == 0 ? '=' : c < 0 ? '-' : '+';

		if (is == mark && is == '=' && kept++ >= KEPT &&
		    t->zoom != DIFF_FULL)
			left_out++;
		else if (is == mark)
			value_line(t, indent, mark, c <= 0 ? x[i] : y[k]);
		i += c <= 0;
		k += c >= 0;
	}
	return left_out;
}

/* A line for each value that goes, comes, stays. */
static void
tell_list(struct teller *t, unsigned indent, const uint32_t *old, size_t nold,
    const uint32_t *new, size_t nnew)
{
	uint32_t *x = sorted(old, nold), *y = sorted(new, nnew);
	size_t left_out;

	tell_values(t, indent, '-', x, nold, y, nnew);
	tell_values(t, indent, '+', x, nold, y, nnew);
	left_out = tell_values(t, indent, '=', x, nold, y, nnew);
	if (left_out > 0)
		buf_printf(t->b, "%*s= and %zu more that stay\n", (int)indent,
		    "", left_out);
	free(x);
	free(y);
}

static void
one_value(struct teller *t, const uint32_t *v, size_t n, bool is_time)
{
	if (n == 0)
		buf_str(t->b, "(none)");
	else
		show_name(t->b, v[0]);
	if (is_time)
		show_time_of(t->b, v, n);
}

static void
tell_change(struct teller *t, unsigned indent, uint32_t name,
    bool is_time, const uint32_t *old, size_t nold, const uint32_t *new,
    size_t nnew)
{
	buf_printf(t->b, "%*s", (int)indent, "");
	show_name(t->b, name);
	if (nold > 1 || nnew > 1) {
		buf_str(t->b, ":\n");
		tell_list(t, indent + 2, old, nold, new, nnew);
		return;
	}
	buf_str(t->b, ": ");
	one_value(t, old, nold, is_time);
	buf_str(t->b, " -> ");
	one_value(t, new, nnew, is_time);
	buf_char(t->b, '\n');
}

/* --- objects --- */

static void
object_line(struct teller *t, unsigned indent, char mark, uint32_t dn,
    uint32_t class)
{
	buf_printf(t->b, "%*s%c ", (int)indent, "", mark);
	show_name(t->b, dn);
	buf_str(t->b, "  (");
	show_name(t->b, class);
	buf_str(t->b, ")\n");
}

static void
tell_attributes(struct teller *t, const struct delta *x, unsigned indent)
{
	struct diff_attr a;
	const struct diff_sides *v = &t->sides;
	const struct visible_list *l = x->op == OP_ADD ? &v->new : &v->old;

	diff_walk_begin(&t->walk, t->d, x->s, x->t);
	while (diff_walk_changed(&t->walk, &a)) {
		diff_sides(&t->sides, t->d, x, &a);
		if (x->op == OP_MODIFY) {
			tell_change(t, indent, a.name, v->is_time, v->old.v,
			    v->old.n, v->new.v, v->new.n);
			continue;
		}
		buf_printf(t->b, "%*s", (int)indent, "");
		show_name(t->b, a.name);
		buf_str(t->b, ": ");
		show_values(t->b, l->v, l->n);
		if (v->is_time)
			show_time_of(t->b, l->v, l->n);
		buf_char(t->b, '\n');
	}
}

static void
tell_object(struct teller *t, const struct delta *x, unsigned indent)
{
	uint32_t o, from;
	const struct model *m = diff_model(t->d, x, &o);

	object_line(t, indent, sign(x->op), m->object[o].dn,
	    m->object[o].class);
	if (x->op == OP_REMOVE && t->zoom != DIFF_FULL)
		return;
	from = x->op == OP_MODIFY ? t->d->s->object[x->s].class :
	    m->object[o].class;
	if (from != m->object[o].class)
		tell_change(t, indent + 4, intern_str("(class)"), false,
		    &from, 1, &m->object[o].class, 1);
	tell_attributes(t, x, indent + 4);
}

/* --- entities --- */

static void
tell_entity(struct teller *t, const struct diff_entity *e)
{
	const struct delta *x = &t->d->v[t->g->order[e->first]];
	unsigned indent = 0;
	uint32_t i;

	if (diff_dn(t->d, x) != e->dn) {
		buf_str(t->b, "  ");
		show_name(t->b, e->dn);
		buf_str(t->b, ", below it:\n");
		indent = 2;
	}
	for (i = 0; i < e->n; i++) {
		tell_object(t, &t->d->v[t->g->order[e->first + i]],
		    indent);
		indent = 2;
	}
}

static bool
same_values(const struct model *m, uint32_t a, uint32_t b)
{
	size_t na, nb;
	const uint32_t *x = diff_values(m, a, &na), *y = diff_values(m, b, &nb);

	return values_equal(x, na, y, nb);
}

/* Do two objects differ in the same way, to the value? */
static bool
same_change(struct teller *t, const struct delta *x, const struct delta *y)
{
	struct diff_attr a, b;
	bool more, same;

	if (x->op == OP_REMOVE)
		return true;
	diff_walk_begin(&t->walk, t->d, x->s, x->t);
	diff_walk_begin(&t->other, t->d, y->s, y->t);
	do {
		more = diff_walk_changed(&t->walk, &a);
		same = more == diff_walk_changed(&t->other, &b) && (!more ||
		    (a.name == b.name && same_values(t->d->s, a.old, b.old) &&
		    same_values(t->d->t, a.new, b.new)));
	} while (more && same);
	return same;
}

static bool
same_entity(struct teller *t, const struct diff_entity *a,
    const struct diff_entity *b)
{
	uint32_t i;

	for (i = 0; i < a->n; i++)
		if (!same_change(t, &t->d->v[t->g->order[a->first + i]],
		    &t->d->v[t->g->order[b->first + i]]))
			return false;
	return true;
}

/* The first of a kind, the names of some others, and how many more; few that
 * differ in their values are told one by one. */
static void
tell_kind(struct teller *t, const struct diff_kind *k)
{
	const struct diff_entity *first = &t->g->entity[k->first];
	uint32_t e = k->first;
	size_t i;

	for (i = 0; i < k->n; i++, e = t->g->entity[e].next) {
		bool same = i == 0 || same_entity(t, first, &t->g->entity[e]);

		if (i == 0 || (!same && k->n <= NAMED + 1)) {
			tell_entity(t, &t->g->entity[e]);
			continue;
		}
		if (i > NAMED && k->n > i + 1) {
			buf_printf(t->b, "  and %zu more of this type\n",
			    k->n - i);
			return;
		}
		buf_str(t->b, same ? "  so too " :
		    "  alike, with other values: ");
		show_name(t->b, t->g->entity[e].dn);
		buf_char(t->b, '\n');
	}
}

/* --- counts --- */

struct tally {
	size_t n[OP_MODIFY + 1];
};

static void
count_objects(const struct diff *d, struct tally *t)
{
	size_t i;

	*t = (struct tally){ { 0 } };
	for (i = 0; i < d->n; i++)
		t->n[d->v[i].op]++;
	t->n[OP_NONE] = d->t->nobject - t->n[OP_ADD] - t->n[OP_MODIFY];
}

static void
tell_tally(struct teller *t)
{
	struct tally n;

	count_objects(t->d, &n);
	if (t->d->n == 0) {
		buf_str(t->b, "no difference: ");
		show_count(t->b, n.n[OP_NONE], "object");
		buf_char(t->b, '\n');
		return;
	}
	buf_printf(t->b, "%zu added, %zu removed, %zu modified, %zu the same\n",
	    n.n[OP_ADD], n.n[OP_REMOVE], n.n[OP_MODIFY], n.n[OP_NONE]);
}

/* "~  211 SaPlmEE  T1 -> T2" */
static void
tell_stat(struct teller *t, const struct diff_kind *k)
{
	buf_printf(t->b, "%c %6u ", sign(k->op), k->n);
	show_name(t->b, k->class);
	if (k->op == OP_MODIFY && k->old_type != k->new_type &&
	    k->old_type != NAME_NONE && k->new_type != NAME_NONE) {
		buf_str(t->b, "  ");
		show_name(t->b, k->old_type);
		buf_str(t->b, " -> ");
		show_name(t->b, k->new_type);
	} else if (k->old_type != NAME_NONE || k->new_type != NAME_NONE) {
		buf_str(t->b, "  ");
		show_name(t->b, k->new_type != NAME_NONE ? k->new_type :
		    k->old_type);
	}
	buf_char(t->b, '\n');
}

void
diff_text(const struct diff_groups *g, enum diff_zoom zoom, struct buf *out)
{
	struct teller t = { .g = g, .d = g->d, .zoom = zoom, .b = out };
	size_t i;

	for (i = 0; i < g->nkind && zoom != DIFF_FULL; i++)
		if (zoom == DIFF_STAT)
			tell_stat(&t, &g->kind[i]);
		else
			tell_kind(&t, &g->kind[i]);
	for (i = 0; i < g->nentity && zoom == DIFF_FULL; i++)
		tell_entity(&t, &g->entity[i]);
	tell_tally(&t);
	diff_walk_free(&t.walk);
	diff_walk_free(&t.other);
	diff_sides_free(&t.sides);
}
