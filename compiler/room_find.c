/*
 * Where does a VM go that must leave? A matching of those that leave to the
 * room that is left, kept up as one after the other asks.
 *
 * A VM that finds all its sponsors full makes others that leave in this wave
 * go elsewhere (augmenting paths). Sponsors without a replica of the VM's
 * services are taken first, then those that no later wave takes down, so that
 * the VM need not move again; then in the order of the list. Where nothing
 * else helps a VM that could stay is pushed. What is tried in turn is a table.
 */
#include "policy.h"
#include "room_find.h"
#include "stand.h"
#include "wave.h"

enum { DEPTH = 200, NEAR_MAX = 64 };

/* What is tried in turn. */
static const struct tier {
	bool settled; /* on what no later wave takes down */
	bool apart; /* from other replicas */
	bool push; /* moving VMs that could stay */
	bool passing; /* on what is yet to go down */
} tiers[] = {
	{ .settled = true, .apart = true }, { .apart = true },
	{ .settled = true, .apart = true, .push = true },
	{ .apart = true, .push = true }, { .settled = true }, { 0 },
	{ .settled = true, .push = true }, { .push = true },
};
enum { TIERS = sizeof(tiers) / sizeof(tiers[0]) };

/* What those that were pushed from an EE used, less what is used by others that
 * come for the same root, the VM among them: until those were pushed that much
 * is not there for a VM that comes for another root. */
static int64_t
still_held(const struct room *r, uint32_t vm, uint32_t on, size_t k)
{
	int64_t held = r->held[on * r->nres + k];
	uint32_t w;

	if (r->leaves_for[vm] == r->pusher[on])
		held -= r->need[vm * r->nres + k];
	for (w = r->come[on]; w != NONE; w = r->next_come[w])
		if (r->leaves_for[w] == r->pusher[on])
			held -= r->need[w * r->nres + k];
	return held > 0 ? held : 0;
}

static bool
fits(const struct room *r, uint32_t vm, uint32_t on)
{
	size_t k, i;
	int64_t need;

	for (k = 0; k < r->nres; k++) {
		i = on * r->nres + k;
		need = r->need[vm * r->nres + k];
		if (r->cap[i] < 0 || need <= 0)
			continue;
		if (r->shed[on] > 0)
			need += still_held(r, vm, on, k);
		if (r->use[i] + need > r->cap[i])
			return false;
	}
	return true;
}

static uint32_t
place_of(const struct room *r, uint32_t e)
{
	if (r->dep[e] == NONE)
		return r->p->f->v[e].host;
	return r->to[e] != NONE ? r->to[e] : r->at[e];
}

bool
room_has_replica(const struct room *r, uint32_t vm, uint32_t on,
    uint32_t (*place)(const struct room *, uint32_t))
{
	const struct services *sv = r->p->sv;
	uint32_t u, x, e, n;

	for (u = service_first_on(sv, vm); u != NONE;
	    u = service_next_on(sv, vm, u)) {
		if (sv->su[u].sg == NONE)
			continue;
		x = sv->sg[sv->su[u].sg].first;
		for (n = 0; x != NONE && n < NEAR_MAX; x = sv->su[x].next,
		    n++) {
			e = stand_location(r->p->f, &sv->su[x]);
			if (e != NONE && e != vm && place(r, e) == on)
				return true;
		}
	}
	return false;
}

static bool
may_go(const struct room *r, uint32_t vm, uint32_t on, const struct tier *t)
{
	const struct forest *f = r->p->f;

	if (r->closed[on] == r->wave || !r->l->exists[on] || on == r->at[vm])
		return false;
	if (t->passing && (room_is_settled(r, on) || (r->goal[vm] != NONE &&
	    r->turn[on] <= r->turn[r->goal[vm]])))
		return false;
	if (t->settled && (!room_is_settled(r, on) ||
	    !dep_lists(&f->dep[r->dep[vm]], true, on)))
		return false;
	if (policy_compatible(r->policy, tree_type(f, vm, true),
	    tree_type(f, on, true)) == TRI_NO)
		return false;
	return !t->apart || !room_has_replica(r, vm, on, place_of);
}

/* How many such VMs fit there, INT64_MAX for any number. */
static int64_t
room_left(const struct room *r, uint32_t vm, uint32_t on)
{
	int64_t least = INT64_MAX, n;
	size_t k;

	for (k = 0; k < r->nres; k++) {
		if (r->cap[on * r->nres + k] < 0 ||
		    r->need[vm * r->nres + k] <= 0)
			continue;
		n = (r->cap[on * r->nres + k] - r->use[on * r->nres + k]) /
		    r->need[vm * r->nres + k];
		least = n < least ? n : least;
	}
	return least;
}

/* Is x a better place than y? One that goes down last, then one with more room
 * left, so that whoever leaves later finds some. */
static bool
is_better(const struct room *r, uint32_t vm, uint32_t x, uint32_t y)
{
	uint32_t tx = room_is_settled(r, x) ? UINT32_MAX : r->turn[x];
	uint32_t ty = room_is_settled(r, y) ? UINT32_MAX : r->turn[y];

	if (tx != ty)
		return tx > ty;
	return room_left(r, vm, x) > room_left(r, vm, y);
}

/* The best of the sponsors with room; of like ones the one listed first. */
static uint32_t
best_free(const struct room *r, uint32_t vm, const struct tier *t)
{
	const struct dep *d = &r->p->f->dep[r->dep[vm]];
	uint32_t best = NONE, i, x;

	for (i = 0; i < d->ncur; i++) {
		x = d->cur[i];
		if (may_go(r, vm, x, t) && fits(r, vm, x) &&
		    (best == NONE || is_better(r, vm, x, best)))
			best = x;
	}
	return best;
}

static bool find(struct room *, uint32_t vm, const struct tier *, int depth);

/* One of those that come here as well goes elsewhere for the VM. */
static bool
displace(struct room *r, uint32_t vm, uint32_t on, const struct tier *t,
    int depth)
{
	uint32_t near[NEAR_MAX], n = 0, i, w;

	for (w = r->come[on]; w != NONE && n < NEAR_MAX; w = r->next_come[w])
		near[n++] = w;
	for (i = 0; i < n; i++) {
		w = near[i];
		if (w == vm || r->to[w] != on || r->pinned[w] == r->wave)
			continue;
		room_go_to(r, w, NONE);
		if (fits(r, vm, on)) {
			room_go_to(r, vm, on);
			if (find(r, w, t, depth + 1))
				return true;
			room_go_to(r, vm, NONE);
		}
		room_go_to(r, w, on);
	}
	return false;
}

static void
step_off(struct room *r, uint32_t vm)
{
	uint32_t *at = &r->first[r->at[vm]];

	while (*at != vm)
		at = &r->next[*at];
	*at = r->next[vm];
}

/* A VM goes where it ends, if that has gone down before and is not taken by
 * one that is there for a time. */
static bool
reach_goal(struct room *r, uint32_t vm)
{
	uint32_t on = r->goal[vm];

	if (on == NONE || !room_is_settled(r, on) ||
	    !may_go(r, vm, on, &tiers[0]) || !fits(r, vm, on))
		return false;
	room_go_to(r, vm, on);
	return true;
}

/* One that stands there and could stay goes elsewhere for the VM. */
static bool
push(struct room *r, uint32_t vm, uint32_t on, const struct tier *t, int depth)
{
	uint32_t near[NEAR_MAX], n = 0, i, w;

	if (r->shed[on] > 0 && r->pusher[on] != r->leaves_for[vm])
		return false;
	for (w = r->first[on]; w != NONE && n < NEAR_MAX; w = r->next[w])
		near[n++] = w;
	for (i = 0; i < n; i++) {
		w = near[i];
		if (r->l->f->dep[r->dep[w]].ncur < 2 ||
		    r->w->written[r->dep[w]] == r->w->number)
			continue;
		step_off(r, w);
		room_push_guest(r, w, vm);
		if (fits(r, vm, on)) {
			room_go_to(r, vm, on);
			if (t->passing ? reach_goal(r, w) :
			    find(r, w, t, depth + 1))
				return true;
			room_go_to(r, vm, NONE);
		}
		room_drop_guest(r);
	}
	return false;
}

static bool
find(struct room *r, uint32_t vm, const struct tier *t, int depth)
{
	const struct dep *d = &r->p->f->dep[r->dep[vm]];
	uint32_t best, i;

	best = best_free(r, vm, t);
	if (best != NONE) {
		room_go_to(r, vm, best);
		return true;
	}
	for (i = 0; i < d->ncur && depth < DEPTH; i++) {
		if (r->seen[d->cur[i]] == r->walk ||
		    !may_go(r, vm, d->cur[i], t))
			continue;
		r->seen[d->cur[i]] = r->walk;
		if (displace(r, vm, d->cur[i], t, depth) ||
		    (t->push && push(r, vm, d->cur[i], t, depth)))
			return true;
	}
	return false;
}

/* A VM goes where it ends; until it can, to one that goes down later, where
 * others make way that move but once for it. */
static bool
find_goal(struct room *r, uint32_t vm)
{
	static const struct tier pass = { .apart = true, .push = true,
		.passing = true };
	uint32_t on = r->goal[vm];

	if (r->goals == NULL || (on != NONE && room_is_settled(r, on)))
		return reach_goal(r, vm);
	r->walk++;
	return find(r, vm, &pass, 0);
}

bool
room_find_place(struct room *r, uint32_t vm)
{
	int i;

	if (find_goal(r, vm))
		return true;
	for (i = 0; i < TIERS; i++) {
		r->walk++;
		if (find(r, vm, &tiers[i], 0))
			return true;
	}
	r->stuck = vm;
	return false;
}
