/*
 * VMs that stay move but once if they can leave for a sponsor that has gone
 * down before: its room is theirs for good then. Wave by wave that cannot be
 * seen, as whoever leaves first takes what others have no choice but to take.
 * So it is matched as a whole before the first wave, by what waves the hosts
 * are meant for: first those that leave late, who have the most choice, so that
 * what finds no place leaves early, while others may still take it in for a
 * time. These get a place for later, second.
 *
 * Shortest augmenting paths. What a search in vain has seen is searched no
 * more, and after so many steps all that is left take what is free, so that
 * the whole is linear in the length of the lists.
 */
#include <stdlib.h>

#include "goal.h"
#include "ids.h"
#include "policy.h"

enum { EFFORT = 64 };

struct goals {
	struct room *r;
	int64_t *use; /* [ee * nres + resource]: of those that end there */
	uint32_t *first, *next; /* VMs that end on an EE */
	uint32_t *until; /* by VM: its place must have gone down before */
	uint32_t *seen, *by; /* by EE: number of the search, and for whom */
	uint32_t *queue; /* EEs that are full */
	uint32_t *dead; /* by EE: nothing there can make room, in this age */
	uint32_t age;
	uint32_t walk;
	bool early; /* places that settle first are wanted */
	size_t work, most;
};

struct leaver {
	uint32_t turn, vm;
};

static void
count_use(struct goals *g, uint32_t vm, uint32_t on, int sign)
{
	const struct room *r = g->r;
	size_t k;

	for (k = 0; k < r->nres; k++)
		g->use[on * r->nres + k] += sign * r->need[vm * r->nres + k];
}

/* Would a VM fit if another, or NONE, went? */
static bool
fits_for(const struct goals *g, uint32_t vm, uint32_t on, uint32_t other)
{
	const struct room *r = g->r;
	int64_t need, left;
	size_t k;

	for (k = 0; k < r->nres; k++) {
		need = r->need[vm * r->nres + k];
		left = r->cap[on * r->nres + k] - g->use[on * r->nres + k] +
		    (other == NONE ? 0 : r->need[other * r->nres + k]);
		if (r->cap[on * r->nres + k] >= 0 && need > 0 && need > left)
			return false;
	}
	return true;
}

static uint32_t
goal_of(const struct room *r, uint32_t e)
{
	return r->dep[e] == NONE ? r->p->f->v[e].host : r->goal[e];
}

static bool
may_end(const struct goals *g, uint32_t vm, uint32_t on)
{
	const struct room *r = g->r;
	const struct forest *f = r->p->f;

	if (f->v[on].t == NONE ||
	    (!r->lasting[on] && r->turn[on] >= g->until[vm]) ||
	    !dep_lists(&f->dep[r->dep[vm]], true, on) ||
	    policy_compatible(r->policy, tree_type(f, vm, true),
	    tree_type(f, on, true)) == TRI_NO)
		return false;
	return !room_has_replica(r, vm, on, goal_of);
}

static void
unlink_goal(struct goals *g, uint32_t vm)
{
	uint32_t on = g->r->goal[vm], *at = &g->first[on];

	while (*at != vm)
		at = &g->next[*at];
	*at = g->next[vm];
	g->r->goal[vm] = NONE;
	count_use(g, vm, on, -1);
}

static void
end_on(struct goals *g, uint32_t vm, uint32_t on)
{
	g->r->goal[vm] = on;
	g->next[vm] = g->first[on];
	g->first[on] = vm;
	count_use(g, vm, on, 1);
}

/* Does it stand where it ends? */
static bool
has_arrived(const struct goals *g, uint32_t vm)
{
	uint32_t on = g->r->goal[vm];

	return g->r->at[vm] == on && room_is_settled(g->r, on);
}

/* All on the way to where there is room move on by one. */
static void
move_on(struct goals *g, uint32_t on)
{
	uint32_t vm, was;

	for (; on != NONE; on = was) {
		vm = g->by[on];
		was = g->r->goal[vm];
		if (was != NONE)
			unlink_goal(g, vm);
		end_on(g, vm, on);
	}
}

/* Those that move but once leave the places that settle first to those that
 * move twice, who can go there the sooner. */
static bool
is_better(const struct goals *g, uint32_t x, uint32_t y)
{
	const struct room *r = g->r;
	uint32_t tx = r->lasting[x] ? 0 : r->turn[x];
	uint32_t ty = r->lasting[y] ? 0 : r->turn[y];

	return g->early ? tx < ty : tx > ty;
}

/* Looks for room for a VM; what is full is queued. */
static bool
look(struct goals *g, uint32_t vm, size_t *n)
{
	const struct dep *d = &g->r->p->f->dep[g->r->dep[vm]];
	uint32_t i, x, best = NONE;

	g->work += d->ns;
	for (i = 0; i < d->ns; i++) {
		x = d->names_s[i];
		if (g->dead[x] == g->age || g->seen[x] == g->walk ||
		    !may_end(g, vm, x))
			continue;
		g->seen[x] = g->walk;
		g->by[x] = vm;
		if (!fits_for(g, vm, x, NONE))
			g->queue[(*n)++] = x;
		else if (best == NONE || is_better(g, x, best))
			best = x;
	}
	if (best != NONE)
		move_on(g, best);
	return best != NONE;
}

static void
match(struct goals *g, uint32_t vm)
{
	size_t n = 0, at;
	uint32_t w;

	g->walk++;
	if (look(g, vm, &n))
		return;
	for (at = 0; at < n && g->work < g->most; at++)
		for (w = g->first[g->queue[at]]; w != NONE; w = g->next[w])
			if (!has_arrived(g, w) && fits_for(g,
			    g->by[g->queue[at]], g->queue[at], w) &&
			    look(g, w, &n))
				return;
	for (at = 0; at < n && g->work < g->most; at++)
		g->dead[g->queue[at]] = g->age;
}

/* One that finds no place in time may be taken in by the sponsor that goes
 * last, and has until then. */
static uint32_t
last_turn(const struct room *r, uint32_t vm)
{
	const struct dep *d = &r->p->f->dep[r->dep[vm]];
	uint32_t i, x, last = 0;

	for (i = 0; i < d->ns; i++) {
		x = d->names_s[i];
		if (r->lasting[x])
			return UINT32_MAX;
		last = r->turn[x] > last ? r->turn[x] : last;
	}
	return last;
}

static int
by_turn(const void *a, const void *b)
{
	const struct leaver *x = a, *y = b;

	if (x->turn != y->turn)
		return x->turn > y->turn ? -1 : 1;
	return x->vm < y->vm ? -1 : x->vm > y->vm;
}

/* VMs on what lasts are there for good; the others are to be matched. */
static struct leaver *
find_leavers(struct goals *g, size_t *n)
{
	const struct room *r = g->r;
	struct leaver *v = mem_alloc(r->p->f->n, sizeof(*v));
	uint32_t e, on;

	*n = 0;
	for (e = 0; e < r->p->f->n; e++) {
		g->most += r->dep[e] == NONE ? 0 :
		    EFFORT * (size_t)r->p->f->dep[r->dep[e]].ns;
		on = r->dep[e] == NONE ? tree_parent(r->p->f, e) : r->at[e];
		if (r->dep[e] != NONE && !r->lasting[on])
			v[(*n)++] = (struct leaver){ r->turn[on], e };
		else if (on != NONE)
			count_use(g, e, on, 1);
	}
	if (*n > 0)
		qsort(v, *n, sizeof(*v), by_turn);
	return v;
}

static struct goals *
new_goals(struct room *r)
{
	struct goals *g = mem_alloc(1, sizeof(*g));
	size_t n = r->p->f->n;

	*g = (struct goals){ .r = r, .age = 1 };
	g->use = mem_alloc(n * r->nres, sizeof(*g->use));
	g->first = room_none_for(n);
	g->next = room_none_for(n);
	g->until = mem_alloc(n, sizeof(*g->until));
	g->seen = mem_alloc(n, sizeof(*g->seen));
	g->by = mem_alloc(n, sizeof(*g->by));
	g->queue = mem_alloc(n, sizeof(*g->queue));
	g->dead = mem_alloc(n, sizeof(*g->dead));
	return g;
}

struct goals *
goals_find(struct room *r)
{
	struct goals *g = new_goals(r);
	struct leaver *v;
	size_t n, i;

	v = find_leavers(g, &n);
	for (i = 0; i < n; i++) {
		g->until[v[i].vm] = v[i].turn;
		match(g, v[i].vm);
	}
	g->early = true;
	for (i = 0; i < n; i++) {
		if (r->goal[v[i].vm] != NONE)
			continue;
		g->until[v[i].vm] = last_turn(r, v[i].vm);
		match(g, v[i].vm);
	}
	free(v);
	return g;
}

void
goals_free(struct goals *g)
{
	if (g == NULL)
		return;
	free(g->use);
	free(g->first);
	free(g->next);
	free(g->until);
	free(g->seen);
	free(g->by);
	free(g->queue);
	free(g->dead);
	free(g);
}

/* One that was to end there, but does not stand there yet. */
static uint32_t
intended(const struct goals *g, uint32_t on)
{
	uint32_t w = g->first[on];

	while (w != NONE && has_arrived(g, w))
		w = g->next[w];
	return w;
}

/* A VM stays there until that goes down: its goal must have by then. */
static void
pass_through(struct goals *g, uint32_t vm, uint32_t on)
{
	uint32_t goal = g->r->goal[vm];

	g->until[vm] = g->r->turn[on];
	if (goal != NONE && (g->r->lasting[goal] ||
	    g->r->turn[goal] < g->until[vm]))
		return;
	if (goal != NONE)
		unlink_goal(g, vm);
	match(g, vm);
}

/* A VM is there for good; whoever was to end there instead goes elsewhere. */
static void
settle(struct goals *g, uint32_t vm, uint32_t on)
{
	uint32_t w;

	if (g->r->goal[vm] == on)
		return;
	if (g->r->goal[vm] != NONE)
		unlink_goal(g, vm);
	g->age++;
	end_on(g, vm, on);
	while (!fits_for(g, vm, on, vm) && (w = intended(g, on)) != NONE) {
		unlink_goal(g, w);
		match(g, w);
	}
}

void
goals_arrive(struct goals *g, uint32_t vm)
{
	uint32_t on = g->r->at[vm];

	if (room_is_settled(g->r, on))
		settle(g, vm, on);
	else
		pass_through(g, vm, on);
}
