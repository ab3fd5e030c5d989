/*
 * Is there any assignment at all for the VMs that hang together by service
 * groups? Found by exhaustive search within a bound, with a stack of its own:
 * there may be as many VMs as the fleet has.
 */
#include <stdlib.h>

#include "catcher.h"
#include "linked.h"
#include "stand.h"

enum { SEARCH_BOUND = 500000 };

struct group { /* VMs that hang together */
	uint32_t *vm;
	size_t n, cap;
};

static void
join(struct catcher *c, struct group *g, uint32_t v)
{
	if (c->stamp[v] == c->path || catch_dep(c->f, v) == NONE)
		return;
	c->stamp[v] = c->path;
	g->vm = mem_grow(g->vm, g->n, &g->cap, sizeof(*g->vm));
	g->vm[g->n++] = v;
}

static void
join_units(struct catcher *c, struct group *g, uint32_t sg)
{
	uint32_t w, x;

	for (w = c->sv->sg[sg].first; w != NONE; w = c->sv->su[w].next) {
		x = stand_location(c->f, &c->sv->su[w]);
		if (x != NONE)
			join(c, g, x);
	}
}

/* The VMs that have units of the groups of which e has units. */
static void
join_linked(struct catcher *c, struct group *g, uint32_t e, bool *seen)
{
	const struct services *sv = c->sv;
	uint32_t u;

	for (u = service_first_on(sv, e); u != NONE;
	    u = service_next_on(sv, e, u)) {
		uint32_t sg = sv->su[u].sg;

		if (sg == NONE || seen[sg] || !catcher_counts(c, sg))
			continue;
		seen[sg] = true;
		join_units(c, g, sg);
	}
}

struct level { /* of the search: one VM */
	struct choice *choice;
	size_t n, i; /* i: the one tried now */
};

static struct level *
open_level(const struct catcher *c, const struct group *g,
    struct level *level, size_t at)
{
	level[at].choice = catcher_choices(c, g->vm[at], &level[at].n);
	level[at].i = 0;
	return &level[at];
}

/* To the last VM that has another choice, or past the first: false. */
static bool
back_up(struct catcher *c, const struct group *g, struct level *level,
    size_t *at, bool all)
{
	free(level[*at].choice);
	level[*at].choice = NULL;
	while (*at > 0) {
		struct level *l = &level[--*at];

		catcher_lift(c, g->vm[*at]);
		if (!all && ++l->i < l->n)
			return true;
		free(l->choice);
		l->choice = NULL;
	}
	return false;
}

/* Tries all choices of the VMs one after the other, each under those of the
 * ones before it; all are left lifted if none works. */
static bool
search(struct catcher *c, const struct group *g, struct level *level)
{
	size_t at = 0, steps = 0;
	struct conflict k;
	struct level *l = open_level(c, g, level, 0);

	for (;;) {
		while (l->i < l->n && !catcher_try(c, g->vm[at],
		    l->choice[l->i].vmm, &k))
			l->i++;
		if (l->i < l->n && at + 1 == g->n)
			return true;
		if (l->i < l->n && ++steps < SEARCH_BOUND) {
			l = open_level(c, g, level, ++at);
			continue;
		}
		if (l->i < l->n)
			catcher_lift(c, g->vm[at]);
		if (!back_up(c, g, level, &at, steps >= SEARCH_BOUND))
			return false;
		l = &level[at];
	}
}

/* Keeps what was found, and frees the levels. */
static void
settle(struct catcher *c, const struct group *g, struct level *level)
{
	size_t i;

	for (i = 0; i < g->n; i++) {
		catcher_remember(c, g->vm[i], level[i].choice, level[i].i,
		    NAME_NONE);
		free(level[i].choice);
	}
}

static void
collect(struct catcher *c, struct group *g, uint32_t v)
{
	bool *seen = mem_alloc(c->sv->nsg, sizeof(*seen));
	size_t i;

	c->path++;
	join(c, g, v);
	for (i = 0; i < g->n; i++)
		join_linked(c, g, g->vm[i], seen);
	free(seen);
}

bool
linked_search(struct catcher *c, uint32_t v)
{
	struct group g = { 0 };
	struct level *level;
	uint32_t *old;
	size_t i;
	bool done;

	collect(c, &g, v);
	old = mem_alloc(g.n, sizeof(*old));
	level = mem_alloc(g.n, sizeof(*level));
	for (i = 0; i < g.n; i++) {
		old[i] = c->f->v[g.vm[i]].host;
		if (old[i] != NONE)
			catcher_lift(c, g.vm[i]);
	}
	done = search(c, &g, level);
	if (done)
		settle(c, &g, level);
	for (i = 0; i < g.n && !done; i++)
		if (old[i] != NONE)
			catcher_put(c, g.vm[i], old[i]);
	free(level);
	free(old);
	free(g.vm);
	return done;
}
