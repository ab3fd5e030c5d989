/*
 * How is a change of the model taken back exactly? From the first mark on, the
 * record of an object is copied before its first change after the latest mark.
 * Going back puts the copies in place, latest first, so it costs what changed.
 *
 * U1  Whoever changes a record gets it from world_change, which saves it.
 * U2  What was saved before the latest mark is saved again after it.
 * U3  Records and links made after the mark are the last ones: they are cut.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "world.h"

struct before {
	struct change image; /* its attributes are the image's own */
	uint32_t index; /* into change; NONE: this is a mark */
	bool made; /* there was no record before */
	bool hosting; /* a mark: whether links were kept, and how many */
	size_t nlink;
};

struct world_log {
	struct before *v;
	size_t n, cap;
	size_t mark; /* the latest, plus one; 0: none */
};

static struct before *
add(struct world_log *l)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct before){ .index = NONE };
	return &l->v[l->n++];
}

size_t
world_mark(struct world *w)
{
	struct before *b;

	if (w->log == NULL)
		w->log = mem_alloc(1, sizeof(*w->log));
	b = add(w->log);
	b->hosting = w->hosting != NULL;
	b->nlink = hosting_count(w->hosting);
	w->log->mark = w->log->n;
	return w->log->n;
}

/* The attributes a record owns may be overwritten in place. */
static struct change
copy_of(const struct change *c)
{
	struct change image = *c;

	if (c->cap > 0) {
		image.attr = mem_alloc(c->cap, sizeof(*image.attr));
		memcpy(image.attr, c->attr, c->nattr * sizeof(*image.attr));
	}
	return image;
}

void
world_save(struct world *w, struct change *c, bool made)
{
	struct world_log *l = w->log;
	struct before *b;

	if (c->saved > l->mark) /* U2 */
		return;
	b = add(l);
	b->image = copy_of(c);
	b->index = (uint32_t)(c - w->change);
	b->made = made;
	c->saved = (uint32_t)l->n;
}

static void
put_back(struct world *w, struct before *b)
{
	struct change *c = &w->change[b->index];

	if (c->cap > 0)
		free(c->attr);
	*c = b->image;
	if (b->made) { /* U3 */
		*idmap_at(&w->by_dn, c->dn) = 0;
		w->nchange--;
	}
}

static bool
is_mark(const struct world *w, size_t mark)
{
	return w->log != NULL && mark > 0 && mark <= w->log->n &&
	    w->log->v[mark - 1].index == NONE;
}

/* Links that came after the mark go; if there were none then, those there are
 * stay, and what they missed is entered. */
static void
put_links_back(struct world *w, struct before *mark, uint32_t *dn, size_t n)
{
	size_t i;

	if (mark->hosting) {
		hosting_cut(w->hosting, mark->nlink);
	} else if (w->hosting != NULL) {
		for (i = 0; i < n; i++)
			hosting_note(w, dn[i]);
		mark->hosting = true;
		mark->nlink = hosting_count(w->hosting);
	}
}

bool
world_revert(struct world *w, size_t mark)
{
	struct world_log *l = w->log;
	uint32_t *dn; /* what was put back */
	size_t n = 0;

	if (!is_mark(w, mark))
		return false;
	dn = mem_alloc(l->n - mark, sizeof(*dn));
	for (; l->n > mark; l->n--) {
		struct before *b = &l->v[l->n - 1];

		if (b->index == NONE)
			continue;
		dn[n++] = b->image.dn;
		put_back(w, b);
	}
	l->mark = mark;
	put_links_back(w, &l->v[mark - 1], dn, n);
	free(dn);
	return true;
}

static bool
same_attr(const struct cattr *a, const struct cattr *b)
{
	return a->name == b->name && a->nvalue == b->nvalue &&
	    (a->nvalue == 0 || memcmp(a->value, b->value, a->nvalue *
	    sizeof(*a->value)) == 0);
}

/* Differs the object itself, not only the number of its children? */
static bool
differs(const struct change *a, const struct change *b)
{
	uint32_t i;

	if (a->exists != b->exists)
		return true;
	if (!a->exists)
		return false;
	if (a->class != b->class || a->fresh != b->fresh ||
	    a->nattr != b->nattr)
		return true;
	for (i = 0; i < a->nattr; i++)
		if (!same_attr(&a->attr[i], &b->attr[i]))
			return true;
	return false;
}

/* An object changed on both sides of an inner mark is met twice; its first
 * image is the one that counts. */
bool
world_each_since(const struct world *w, size_t mark,
    void (*visit)(void *, uint32_t dn), void *arg)
{
	struct idmap seen = { 0 };
	size_t i;

	if (!is_mark(w, mark))
		return false;
	for (i = mark; i < w->log->n; i++) {
		const struct before *b = &w->log->v[i];
		uint32_t *met;

		if (b->index == NONE)
			continue;
		met = idmap_at(&seen, b->image.dn);
		if (*met == 0 && differs(&b->image, &w->change[b->index]))
			visit(arg, b->image.dn);
		*met = 1;
	}
	idmap_free(&seen);
	return true;
}

void
world_forget(struct world *w)
{
	size_t i;

	for (i = 0; w->log != NULL && i < w->log->n; i++)
		if (w->log->v[i].index != NONE)
			w->change[w->log->v[i].index].saved = 0;
	world_log_free(w->log);
	w->log = NULL;
}

void
world_log_free(struct world_log *l)
{
	size_t i;

	if (l == NULL)
		return;
	for (i = 0; i < l->n; i++)
		if (l->v[i].index != NONE && l->v[i].image.cap > 0)
			free(l->v[i].image.attr);
	free(l->v);
	free(l);
}
