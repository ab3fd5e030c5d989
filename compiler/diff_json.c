/*
 * The same for a machine: nothing is folded, every changed object stands under
 * the kind that its entity is of, with the values of both sides.
 */
#include <string.h>

#include "buf.h"
#include "diff_group.h"
#include "diff_text.h"

struct writer {
	const struct diff_groups *g;
	const struct diff *d;
	struct diff_walk walk;
	struct diff_sides sides;
	struct buf *b;
};

static void
name(struct buf *b, uint32_t id)
{
	buf_json(b, name_str(id), name_len(id));
}

static void
member(struct buf *b, const char *key, uint32_t id)
{
	if (id == NAME_NONE)
		return;
	buf_printf(b, ", \"%s\": ", key);
	name(b, id);
}

static const char *
word(enum op op)
{
	return op == OP_ADD ? "add" : op == OP_REMOVE ? "remove" : "modify";
}

static void
list(struct buf *b, const char *key, const struct visible_list *l)
{
	size_t i;

	buf_printf(b, ", \"%s\": [", key);
	for (i = 0; i < l->n; i++) {
		buf_str(b, i > 0 ? ", " : "");
		name(b, l->v[i]);
	}
	buf_char(b, ']');
}

static void
attributes(struct writer *w, const struct delta *x)
{
	struct diff_attr a;
	const char *gap = "";

	buf_str(w->b, ", \"attributes\": [");
	diff_walk_begin(&w->walk, w->d, x->s, x->t);
	while (diff_walk_changed(&w->walk, &a)) {
		diff_sides(&w->sides, w->d, x, &a);
		buf_printf(w->b, "%s{\"name\": ", gap);
		name(w->b, a.name);
		if (x->s != NONE)
			list(w->b, "old", &w->sides.old);
		if (x->t != NONE)
			list(w->b, "new", &w->sides.new);
		buf_char(w->b, '}');
		gap = ", ";
	}
	buf_char(w->b, ']');
}

static void
object(struct writer *w, const struct delta *x)
{
	uint32_t o;
	const struct model *m = diff_model(w->d, x, &o);

	buf_str(w->b, "{\"dn\": ");
	name(w->b, m->object[o].dn);
	buf_printf(w->b, ", \"change\": \"%s\"", word(x->op));
	member(w->b, "class", m->object[o].class);
	if (x->op == OP_MODIFY &&
	    w->d->s->object[x->s].class != m->object[o].class)
		member(w->b, "old-class", w->d->s->object[x->s].class);
	attributes(w, x);
	buf_char(w->b, '}');
}

static void
entity(struct writer *w, const struct diff_entity *e)
{
	uint32_t i;

	buf_str(w->b, "\n      {\"entity\": ");
	name(w->b, e->dn);
	buf_str(w->b, ", \"objects\": [");
	for (i = 0; i < e->n; i++) {
		buf_str(w->b, i > 0 ? ",\n        " : "\n        ");
		object(w, &w->d->v[w->g->order[e->first + i]]);
	}
	buf_str(w->b, "]}");
}

static void
kind(struct writer *w, const struct diff_kind *k)
{
	uint32_t e;

	buf_printf(w->b, "\n    {\"change\": \"%s\"", word(k->op));
	member(w->b, "class", k->class);
	member(w->b, "old-type", k->old_type);
	member(w->b, "new-type", k->new_type);
	buf_printf(w->b, ", \"count\": %u, \"entities\": [", k->n);
	for (e = k->first; e != NONE; e = w->g->entity[e].next) {
		buf_str(w->b, e == k->first ? "" : ",");
		entity(w, &w->g->entity[e]);
	}
	buf_str(w->b, "]}");
}

void
diff_json(const struct diff_groups *g, struct buf *out)
{
	struct writer w = { .g = g, .d = g->d, .b = out };
	size_t n[OP_MODIFY + 1] = { 0 }, i;

	for (i = 0; i < g->d->n; i++)
		n[g->d->v[i].op]++;
	buf_printf(out, "{\n  \"format\": 1,\n  \"added\": %zu,\n"
	    "  \"removed\": %zu,\n  \"modified\": %zu,\n"
	    "  \"same\": %zu,\n  \"kinds\": [", n[OP_ADD],
	    n[OP_REMOVE], n[OP_MODIFY],
	    g->d->t->nobject - n[OP_ADD] - n[OP_MODIFY]);
	for (i = 0; i < g->nkind; i++) {
		buf_str(out, i > 0 ? "," : "");
		kind(&w, &g->kind[i]);
	}
	buf_str(out, "\n  ]\n}\n");
	diff_walk_free(&w.walk);
	diff_sides_free(&w.sides);
}
