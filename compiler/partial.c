/*
 * Which single attributes are written before or after their object's time?
 *
 * Where a whole object cannot wait or hurry (refs.c), the value alone does:
 * one that names something removed is dropped in the slot where that goes,
 * one that names something not yet there is written when all is there.
 */
#include <stdlib.h>
#include <string.h>

#include "partial.h"
#include "place.h"

static struct partial *
add_partial(struct places *w, uint32_t slot, uint32_t dn, uint32_t class,
    uint32_t attr)
{
	w->partial = mem_grow(w->partial, w->npartial, &w->partial_cap,
	    sizeof(*w->partial));
	w->partial[w->npartial] = (struct partial){ .slot = slot, .dn = dn,
		.class = class, .attr = attr };
	return &w->partial[w->npartial++];
}

static uint32_t
filter(const struct places *w, const uint32_t *v, size_t n, uint32_t slot,
    uint32_t *out)
{
	uint32_t k = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (place_gone_from(w, v[i]) > slot)
			out[k++] = v[i];
	return k;
}

static bool
all_ready(const struct places *w, const uint32_t *v, size_t n, uint32_t slot)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!place_value_ready(w, v[i], slot))
			return false;
	return true;
}

/* From which slot on object i must not name a value; NONE if it may all its
 * time. What goes in one unit with the object need not be dropped from it. */
static uint32_t
drop_from(const struct places *w, uint32_t i, uint32_t value)
{
	uint32_t y = place_delta(w, value), s = place_gone_from(w, value);

	if (s == NONE || s >= w->slot[i] ||
	    (w->p->d->v[i].op == OP_REMOVE && w->slot[y] >= w->slot[i]))
		return NONE;
	return s;
}

/* Writes attribute a of the source object anew at each slot where something
 * it names goes, before the object's own time. */
static void
drop_values(struct places *w, uint32_t i, uint32_t a)
{
	const struct diff *d = w->p->d;
	const struct delta *x = &d->v[i];
	size_t n, nt = 0, k;
	const uint32_t *v = attr_values(d->s, a, &n), *t = NULL, *old = v;
	uint32_t slot = 0, next, at = NONE, nold = (uint32_t)n;

	if (x->t != NONE)
		at = model_attr(d->t, x->t, d->s->attr[a].name);
	if (at != NONE)
		t = attr_values(d->t, at, &nt);
	for (;; slot = next + 1) {
		struct partial *p;
		uint32_t *list;

		next = NONE;
		for (k = 0; k < n; k++) {
			uint32_t s = drop_from(w, i, v[k]);

			if (s >= slot && s < next)
				next = s;
		}
		if (next == NONE)
			return;
		p = add_partial(w, next, d->s->object[x->s].dn,
		    d->s->object[x->s].class, d->s->attr[a].name);
		p->old = old;
		p->nold = nold;
		if (nt > 0 && all_ready(w, t, nt, next)) {
			p->value = t;
			p->n = (uint32_t)nt;
			p->final = true;
			w->has_final[i] = true;
			return;
		}
		list = arena_array(&w->arena, n, sizeof(*list));
		p->n = filter(w, v, n, next, list);
		p->value = list;
		old = list;
		nold = p->n;
	}
}

static void
drop_early(struct places *w, uint32_t i)
{
	const struct model *s = w->p->d->s;
	const struct delta *x = &w->p->d->v[i];
	uint32_t a;

	if (x->s == NONE || w->ride[i].kind == RIDE_LIST ||
	    s->object[x->s].class == N_SaPlmDependency)
		return;
	for (a = s->object[x->s].attr; a < s->object[x->s + 1].attr; a++)
		drop_values(w, i, a);
}

/* Values of an object that is created or changed before what they name is
 * there are completed at the end. */
static void
complete_late(struct places *w, uint32_t i)
{
	const struct model *t = w->p->d->t;
	const struct delta *x = &w->p->d->v[i];
	uint32_t a;
	size_t n;

	if (x->t == NONE || w->ride[i].kind == RIDE_LIST ||
	    w->slot[i] >= w->complete ||
	    t->object[x->t].class == N_SaPlmDependency)
		return;
	for (a = t->object[x->t].attr; a < t->object[x->t + 1].attr; a++) {
		const uint32_t *v = attr_values(t, a, &n);
		struct partial *p;

		if (all_ready(w, v, n, w->slot[i]))
			continue;
		p = add_partial(w, w->complete, t->object[x->t].dn,
		    t->object[x->t].class, t->attr[a].name);
		p->value = v;
		p->n = (uint32_t)n;
		p->final = true;
	}
}

static int
by_slot(const void *a, const void *b)
{
	const struct partial *x = a, *y = b;
	int c;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	c = strcmp(name_str(x->dn), name_str(y->dn));
	return c != 0 ? c : strcmp(name_str(x->attr), name_str(y->attr));
}

static int
by_name(const void *a, const void *b)
{
	const struct final *x = a, *y = b;

	if (x->dn != y->dn)
		return x->dn < y->dn ? -1 : 1;
	return x->attr < y->attr ? -1 : x->attr > y->attr;
}

static void
find_finals(struct places *w)
{
	size_t i;

	w->final = mem_alloc(w->npartial, sizeof(*w->final));
	for (i = 0; i < w->npartial; i++)
		if (w->partial[i].final)
			w->final[w->nfinal++] = (struct final){
				w->partial[i].dn, w->partial[i].attr };
	if (w->nfinal > 0)
		qsort(w->final, w->nfinal, sizeof(*w->final), by_name);
}

void
partial_find(struct places *w)
{
	uint32_t i;

	for (i = 0; i < w->p->d->n; i++) {
		if (w->p->d->v[i].op != OP_ADD)
			drop_early(w, i);
		complete_late(w, i);
	}
	if (w->npartial > 0)
		qsort(w->partial, w->npartial, sizeof(*w->partial), by_slot);
	find_finals(w);
}

bool
partial_is_final(const struct places *w, uint32_t dn, uint32_t attr)
{
	struct final key = { dn, attr };

	return w->nfinal > 0 && bsearch(&key, w->final, w->nfinal,
	    sizeof(key), by_name) != NULL;
}
