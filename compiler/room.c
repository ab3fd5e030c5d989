/*
 * A VM that stays must find room when its sponsor goes down, on another that
 * stays up through the whole wave: a matching of those that leave to the room
 * that is left, kept up as one procedure after the other joins the wave.
 *
 * A VM that finds all its sponsors full makes others that leave in this wave
 * go elsewhere (augmenting paths). Sponsors without a replica of the VM's
 * services are taken first, then those that no later wave takes down, so that
 * the VM need not move again; then in the order of the list. PLM takes the
 * first sponsor of a list that is in service, so the list is written with the
 * place first before the sponsor goes down. Where nothing else helps a VM that
 * could stay is pushed: its list is written without what it stands on. That is
 * done by the very procedure that needs the room, and both places are final
 * then, so that it does not matter how the procedures of the wave interleave.
 *
 * What a caught VM needs stays taken on its monitor all the time.
 */
#include <stdlib.h>
#include <string.h>

#include "catch.h"
#include "diag.h"
#include "goal.h"
#include "ids.h"
#include "policy.h"
#include "room.h"
#include "stand.h"
#include "wave.h"

enum { DEPTH = 200, NEAR_MAX = 64, FRACTION_MAX = 16 };

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

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
read_need(struct room *r, uint32_t e)
{
	const struct forest *f = r->p->f;
	size_t k;

	for (k = 0; k < r->nres; k++)
		r->need[e * r->nres + k] = larger(policy_demand(r->policy,
		    f->v[e].dn, tree_type(f, e, false), k),
		    policy_demand(r->policy, f->v[e].dn,
		    tree_type(f, e, true), k));
}

uint32_t
room_list(const struct forest *f, uint32_t e)
{
	uint32_t d = f->v[e].dep;

	if (!f->v[e].vm_s || f->v[e].s == NONE || f->v[e].t == NONE ||
	    d == NONE || catch_dep(f, e) != NONE)
		return NONE;
	while (d != NONE && f->dep[d].ns == 0)
		d = f->dep[d].next;
	if (d == NONE || f->dep[d].caught || f->dep[d].min_s != 1 ||
	    f->dep[d].others_s > 0)
		return NONE;
	return d;
}

static void
take(struct room *r, uint32_t vm, uint32_t on, int sign)
{
	size_t k;

	for (k = 0; k < r->nres; k++)
		r->use[on * r->nres + k] += sign * r->need[vm * r->nres + k];
}

static void
stand_on(struct room *r, uint32_t vm, uint32_t on)
{
	r->at[vm] = on;
	r->next[vm] = r->first[on];
	r->first[on] = vm;
}

static void
read_one(struct room *r, uint32_t e)
{
	const struct forest *f = r->p->f;
	uint32_t on = tree_parent(f, e);
	size_t k;

	read_need(r, e);
	for (k = 0; k < r->nres; k++)
		r->cap[e * r->nres + k] = policy_capacity(r->policy,
		    f->v[e].dn, tree_type(f, e, f->v[e].s == NONE), k);
	r->dep[e] = room_list(f, e);
	if (r->p->hint != NULL && stand_group(f, e) != NONE)
		r->turn[e] = r->p->hint[stand_group(f, e)];
	r->lasting[e] = stand_group(f, e) == NONE && f->v[e].op == OP_NONE;
	if (r->dep[e] != NONE) {
		on = morph_home(r->p->morphs, e);
		if (on == NONE)
			on = f->dep[r->dep[e]].names_s[0];
		stand_on(r, e, on);
		r->nleaver += stand_group(f, on) != NONE;
	}
	if (on != NONE)
		take(r, e, on, 1);
}

uint32_t *
room_none_for(size_t n)
{
	uint32_t *v = mem_alloc(n + 1, sizeof(*v));

	memset(v, 0xff, (n + 1) * sizeof(*v));
	return v;
}

void
room_open(struct room *r, const struct plan *p, const struct policy *policy,
    struct lists *l, const struct wave *w)
{
	size_t n = p->f->n;
	uint32_t e;

	*r = (struct room){ .p = p, .policy = policy, .l = l, .w = w,
		.stuck = NONE,
		.nres = policy_nresource(policy) };
	if (r->nres == 0)
		return;
	r->cap = mem_alloc(n * r->nres, sizeof(*r->cap));
	r->use = mem_alloc(n * r->nres, sizeof(*r->use));
	r->need = mem_alloc(n * r->nres, sizeof(*r->need));
	r->dep = room_none_for(n);
	r->at = room_none_for(n);
	r->to = room_none_for(n);
	r->first = room_none_for(n);
	r->next = room_none_for(n);
	r->come = room_none_for(n);
	r->next_come = room_none_for(n);
	r->closed = mem_alloc(n, sizeof(*r->closed));
	r->lasting = mem_alloc(n, sizeof(*r->lasting));
	r->turn = mem_alloc(n, sizeof(*r->turn));
	r->goal = room_none_for(n);
	r->seen = mem_alloc(n, sizeof(*r->seen));
	r->pinned = mem_alloc(n, sizeof(*r->pinned));
	r->shed = mem_alloc(n, sizeof(*r->shed));
	for (e = (uint32_t)n; e-- > 0;)
		read_one(r, e);
	if (p->hint != NULL)
		r->goals = goals_find(r);
}

void
room_close(struct room *r)
{
	free(r->cap);
	free(r->use);
	free(r->need);
	free(r->dep);
	free(r->at);
	free(r->to);
	free(r->first);
	free(r->next);
	free(r->come);
	free(r->next_come);
	free(r->closed);
	free(r->lasting);
	free(r->turn);
	free(r->goal);
	goals_free(r->goals);
	free(r->seen);
	free(r->pinned);
	free(r->shed);
	free(r->guest);
	free(r->log);
}

/* --- places --- */

static bool
fits(const struct room *r, uint32_t vm, uint32_t on)
{
	size_t k;

	for (k = 0; k < r->nres; k++)
		if (r->cap[on * r->nres + k] >= 0 &&
		    r->need[vm * r->nres + k] > 0 &&
		    r->use[on * r->nres + k] + r->need[vm * r->nres + k] >
		    r->cap[on * r->nres + k])
			return false;
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

bool
room_is_settled(const struct room *r, uint32_t on)
{
	return r->lasting[on] ||
	    (r->closed[on] != 0 && r->closed[on] != r->wave);
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

static void
go_to(struct room *r, uint32_t vm, uint32_t on)
{
	uint32_t *at;

	r->log = mem_grow(r->log, r->nlog, &r->log_cap, sizeof(*r->log));
	r->log[r->nlog++] = (struct step_back){ vm, r->to[vm] };
	if (r->to[vm] != NONE) {
		for (at = &r->come[r->to[vm]]; *at != vm;)
			at = &r->next_come[*at];
		*at = r->next_come[vm];
		take(r, vm, r->to[vm], -1);
	}
	r->to[vm] = on;
	if (on == NONE)
		return;
	r->next_come[vm] = r->come[on];
	r->come[on] = vm;
	take(r, vm, on, 1);
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
		go_to(r, w, NONE);
		if (fits(r, vm, on)) {
			go_to(r, vm, on);
			if (find(r, w, t, depth + 1))
				return true;
			go_to(r, vm, NONE);
		}
		go_to(r, w, on);
	}
	return false;
}

static void
add_guest(struct room *r, uint32_t vm, bool pushed)
{
	r->guest = mem_grow(r->guest, r->nguest, &r->guest_cap,
	    sizeof(*r->guest));
	r->guest[r->nguest++] = (struct guest){ vm, r->root, pushed };
	r->shed[r->at[vm]] += pushed;
	take(r, vm, r->at[vm], -1);
}

static void
step_off(struct room *r, uint32_t vm)
{
	uint32_t *at = &r->first[r->at[vm]];

	while (*at != vm)
		at = &r->next[*at];
	*at = r->next[vm];
}

/* Back to where it stood. */
static void
drop_guest(struct room *r)
{
	uint32_t vm = r->guest[--r->nguest].vm;

	r->shed[r->at[vm]] -= r->guest[r->nguest].pushed;
	take(r, vm, r->at[vm], 1);
	stand_on(r, vm, r->at[vm]);
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
	go_to(r, vm, on);
	return true;
}

/* One that stands there and could stay goes elsewhere for the VM. */
static bool
push(struct room *r, uint32_t vm, uint32_t on, const struct tier *t, int depth)
{
	uint32_t near[NEAR_MAX], n = 0, i, w;

	for (w = r->first[on]; w != NONE && n < NEAR_MAX; w = r->next[w])
		near[n++] = w;
	for (i = 0; i < n; i++) {
		w = near[i];
		if (r->l->f->dep[r->dep[w]].ncur < 2 ||
		    r->w->written[r->dep[w]] == r->w->number)
			continue;
		step_off(r, w);
		add_guest(r, w, true);
		if (fits(r, vm, on)) {
			go_to(r, vm, on);
			if (t->passing ? reach_goal(r, w) :
			    find(r, w, t, depth + 1))
				return true;
			go_to(r, vm, NONE);
		}
		drop_guest(r);
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
		go_to(r, vm, best);
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

static bool
find_place(struct room *r, uint32_t vm)
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

/* --- waves --- */

void
room_begin(struct room *r)
{
	r->wave++;
	r->nguest = r->nlog = 0;
}

struct before { /* what an attempt began with */
	uint32_t *closed; /* by EE of lists_down */
	size_t nlog, nguest;
};

static struct before
remember(const struct room *r)
{
	struct before b = { .nlog = r->nlog, .nguest = r->nguest };
	size_t i;

	b.closed = mem_alloc(r->l->ndown, sizeof(*b.closed));
	for (i = 0; i < r->l->ndown; i++)
		b.closed[i] = r->closed[r->l->down[i]];
	return b;
}

static void
restore(struct room *r, const struct before *b)
{
	size_t i;

	for (i = r->nlog; i-- > b->nlog;) {
		struct step_back s = r->log[i];

		go_to(r, s.vm, s.to);
	}
	r->nlog = b->nlog;
	while (r->nguest > b->nguest)
		drop_guest(r);
	for (i = 0; i < r->l->ndown; i++)
		r->closed[r->l->down[i]] = b->closed[i];
}

/* All VMs that stand on an EE that goes down, but go down with it no more. */
static void
leave(struct room *r, uint32_t e)
{
	uint32_t v = r->first[e], next;

	r->first[e] = NONE;
	for (; v != NONE; v = next) {
		next = r->next[v];
		if (r->l->mark[v] == r->l->call) {
			stand_on(r, v, e);
			continue;
		}
		add_guest(r, v, false);
	}
}

/* Where a VM was pushed, all that has its place by this attempt keeps it. */
static void
pin(struct room *r, const struct before *b)
{
	bool pushed = false;
	size_t i;

	for (i = b->nguest; i < r->nguest; i++)
		pushed |= r->guest[i].pushed;
	for (i = b->nlog; i < r->nlog && pushed; i++)
		r->pinned[r->log[i].vm] = r->wave;
}

/* What was pushed from an EE that now goes down itself leaves because of that,
 * and by the procedure that takes it down: the other may come later. */
static void
adopt(struct room *r, uint32_t e)
{
	size_t i;

	for (i = 0; i < r->nguest && r->shed[e] > 0; i++) {
		struct guest *g = &r->guest[i];

		if (!g->pushed || r->at[g->vm] != e)
			continue;
		g->root = r->root;
		g->pushed = false;
		r->shed[e]--;
	}
}

bool
room_admits(struct room *r, uint32_t root)
{
	struct before b;
	size_t i, end, left;
	bool ok = true;

	if (r->nres == 0)
		return true;
	r->root = root;
	b = remember(r);
	for (i = 0; i < r->l->ndown; i++)
		r->closed[r->l->down[i]] = r->wave;
	for (i = 0; i < r->l->ndown; i++) {
		while (r->come[r->l->down[i]] != NONE)
			go_to(r, r->come[r->l->down[i]], NONE);
		leave(r, r->l->down[i]);
	}
	left = r->nguest;
	end = r->nlog; /* so far: those that meant to go there */
	for (i = b.nlog; i < end && ok; i++)
		if (r->to[r->log[i].vm] == NONE)
			ok = find_place(r, r->log[i].vm);
	for (i = b.nguest; i < left && ok; i++)
		ok = find_place(r, r->guest[i].vm);
	if (ok)
		pin(r, &b);
	else
		restore(r, &b);
	for (i = 0; i < r->l->ndown && ok; i++)
		adopt(r, r->l->down[i]);
	free(b.closed);
	return ok;
}

/* A VM that is pushed finds its list without what it stands on, until the
 * procedure is through. */
static void
write_one(struct room *r, const struct guest *g, struct proc *p)
{
	uint32_t vm = g->vm, dep = r->dep[vm], i, was = r->at[vm];
	struct dep *d = &r->p->f->dep[dep];

	for (i = 0; i < d->ncur && d->cur[i] != r->to[vm];)
		i++;
	if (i == d->ncur)
		return;
	for (; i > 0; i--)
		d->cur[i] = d->cur[i - 1];
	d->cur[0] = r->to[vm];
	if (!g->pushed || !ids_have(d->cur, d->ncur, was)) {
		lists_order(r->l, dep, &p->init);
		return;
	}
	for (i = 0; d->cur[i] != was;)
		i++;
	for (; i + 1 < d->ncur; i++)
		d->cur[i] = d->cur[i + 1];
	d->ncur--;
	lists_order(r->l, dep, &p->init);
	d->cur[d->ncur++] = was;
	lists_order(r->l, dep, &p->wrapup)->why = "what it was pushed from "
	    "may carry it again";
}

void
room_write(struct room *r, uint32_t root, struct proc *p)
{
	size_t i;

	for (i = 0; i < r->nguest; i++)
		if (r->guest[i].root == root)
			write_one(r, &r->guest[i], p);
}

void
room_end(struct room *r)
{
	size_t i;

	for (i = 0; i < r->nguest; i++) {
		uint32_t vm = r->guest[i].vm, on = r->to[vm];

		r->shed[r->at[vm]] = 0;
		go_to(r, vm, NONE);
		take(r, vm, on, 1);
		stand_on(r, vm, on);
	}
	for (i = 0; i < r->nguest && r->goals != NULL; i++)
		goals_arrive(r->goals, r->guest[i].vm);
	r->nmigration += r->nguest;
	r->nguest = 0;
}

/* --- reports --- */

static void
report_sponsor(const struct room *r, uint32_t on, struct diag *diag)
{
	const char *dn = name_str(r->p->f->v[on].dn);
	size_t k;

	if (on == r->at[r->stuck])
		diag_note(diag, (struct place){ 0 }, "\"%s\" goes down", dn);
	for (k = 0; k < r->nres && on != r->at[r->stuck]; k++) {
		int64_t cap = r->cap[on * r->nres + k];
		int64_t left = cap - r->use[on * r->nres + k];
		int64_t need = r->need[r->stuck * r->nres + k];

		if (cap >= 0 && need > left)
			diag_note(diag, (struct place){ 0 }, "\"%s\" has %lld "
			    "%s left, %lld too few", dn, (long long)left,
			    policy_resource(r->policy, k),
			    (long long)(need - left));
	}
}

void
room_report(const struct room *r, struct diag *diag)
{
	const struct forest *f = r->p->f;
	const struct dep *d;
	uint32_t i, a;

	if (r->stuck == NONE || diag == NULL)
		return;
	d = &f->dep[r->dep[r->stuck]];
	a = model_attr(f->s, d->s, N_saPlmDepNames);
	diag_report(diag, DIAG_NO_ROOM, a == NONE ? model_place(f->s, d->s) :
	    model_attr_place(f->s, a), f->v[r->stuck].dn, "\"%s\" has "
	    "nowhere to go when \"%s\" goes down",
	    name_str(f->v[r->stuck].dn),
	    name_str(f->v[r->at[r->stuck]].dn));
	for (i = 0; i < d->ncur; i++)
		report_sponsor(r, d->cur[i], diag);
}

/* --- the bound --- */

static int
by_amount(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Of n monitors, the capacities of all that go down: how many waves if spare
 * is what may be missing at once? */
static uint32_t
waves_for(int64_t *down, size_t n, int64_t spare)
{
	size_t most = 0;
	int64_t sum = 0;

	qsort(down, n, sizeof(*down), by_amount);
	while (most < n && sum + down[most] <= spare)
		sum += down[most++];
	return most == 0 ? 1 : (uint32_t)((n + most - 1) / most);
}

/* What monitors have of a resource, and what is asked of them. */
struct supply {
	int64_t all; /* of all monitors */
	int64_t down; /* of those that go down */
	int64_t caught; /* VMs that go down with one of these, once */
	int64_t stay; /* VMs that need room in every wave */
	bool known;
};

/* a / b in parts of STAGGER_ONE, as far as anybody cares how large it is. */
static int64_t
fraction(int64_t a, int64_t b)
{
	while (a > INT64_MAX / STAGGER_ONE) {
		a /= 2;
		b /= 2;
	}
	if (b == 0 || a / b >= FRACTION_MAX)
		return (int64_t)FRACTION_MAX * STAGGER_ONE;
	return a * STAGGER_ONE / b;
}

/* Each monitor that goes down is missing in one wave, and so are the VMs that
 * are caught on them, wherever that is. In the others they take their room: all
 * waves together must have room for those that stay as often as there are
 * waves. */
static struct shortage
on_average(const struct supply *s)
{
	int64_t free = s->all - s->caught - s->stay, down = s->down - s->caught;

	if (!s->known || s->stay <= 0 || free <= 0 || down <= 0)
		return (struct shortage){ .waves = 1 };
	return (struct shortage){
		.waves = (uint32_t)((down + free - 1) / free),
		.share = fraction(free, down),
		.growth = fraction(free + s->stay, s->stay) };
}

/* Adds what a VM that stays needs, and marks what it may stand on. */
static void
ask(const struct room *r, uint32_t e, size_t k, bool *sponsor,
    struct supply *s)
{
	const struct forest *f = r->p->f;
	const struct dep *d;
	uint32_t i;

	if (r->dep[e] == NONE || stand_down_group(f, e) != NONE)
		return; /* goes down, as all its sponsors do at once */
	d = &f->dep[r->dep[e]];
	s->stay += r->need[e * r->nres + k];
	for (i = 0; i < d->ns + d->nt; i++)
		sponsor[i < d->ns ? d->names_s[i] : d->names_t[i - d->ns]] =
		    true;
}

/* Adds a VM that is caught on one of these monitors, whichever that is. */
static void
add_caught(const struct room *r, uint32_t e, size_t k, const bool *sponsor,
    struct supply *s)
{
	const struct forest *f = r->p->f;
	uint32_t d = f->v[e].op == OP_MODIFY ? catch_dep(f, e) : NONE, i;

	if (d == NONE)
		return;
	for (i = 0; i < f->dep[d].ns; i++)
		if (!sponsor[f->dep[d].names_s[i]])
			return;
	s->caught += r->need[e * r->nres + k];
}

static struct shortage
shortage_of(const struct room *r, size_t k)
{
	const struct forest *f = r->p->f;
	int64_t *down = mem_alloc(f->n, sizeof(*down));
	bool *sponsor = mem_alloc(f->n, sizeof(*sponsor));
	struct supply s = { .known = true };
	struct shortage found;
	uint32_t e, waves = 1;
	size_t n = 0;

	for (e = 0; e < f->n; e++)
		ask(r, e, k, sponsor, &s);
	for (e = 0; e < f->n; e++) {
		add_caught(r, e, k, sponsor, &s);
		if (!sponsor[e])
			continue;
		s.known &= r->cap[e * r->nres + k] >= 0;
		s.all += r->cap[e * r->nres + k];
		if (stand_group(f, e) == NONE)
			continue;
		down[n++] = r->cap[e * r->nres + k];
		s.down += r->cap[e * r->nres + k];
	}
	if (s.known && s.stay > 0 && n > 0)
		waves = waves_for(down, n, s.all - s.stay);
	found = on_average(&s);
	found.waves = waves > found.waves ? waves : found.waves;
	free(down);
	free(sponsor);
	return found;
}

struct shortage
room_shortage(const struct plan *p, const struct policy *policy)
{
	struct shortage worst = { .waves = 1 }, s;
	struct room r;
	size_t k;

	room_open(&r, p, policy, NULL, NULL);
	for (k = 0; k < r.nres; k++) {
		s = shortage_of(&r, k);
		if (s.waves > worst.waves)
			worst = s;
	}
	room_close(&r);
	return worst;
}
