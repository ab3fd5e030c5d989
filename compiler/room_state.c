/*
 * Who needs what, who stands where and who is to go where? Kept by EE, with
 * lists both ways, so that one that moves costs as much as its resources.
 */
#include <stdlib.h>
#include <string.h>

#include "catch.h"
#include "goal.h"
#include "policy.h"
#include "room_find.h"
#include "stand.h"

/* --- who stands where, who goes where --- */

void
room_take(struct room *r, uint32_t vm, uint32_t on, int sign)
{
	size_t k;

	for (k = 0; k < r->nres; k++)
		r->use[on * r->nres + k] += sign * r->need[vm * r->nres + k];
}

void
room_stand_on(struct room *r, uint32_t vm, uint32_t on)
{
	r->at[vm] = on;
	r->next[vm] = r->first[on];
	r->first[on] = vm;
}

void
room_go_to(struct room *r, uint32_t vm, uint32_t on)
{
	uint32_t *at;

	r->log = mem_grow(r->log, r->nlog, &r->log_cap, sizeof(*r->log));
	r->log[r->nlog++] = (struct step_back){ vm, r->to[vm] };
	if (r->to[vm] != NONE) {
		for (at = &r->come[r->to[vm]]; *at != vm;)
			at = &r->next_come[*at];
		*at = r->next_come[vm];
		room_take(r, vm, r->to[vm], -1);
	}
	r->to[vm] = on;
	if (on == NONE)
		return;
	r->next_come[vm] = r->come[on];
	r->come[on] = vm;
	room_take(r, vm, on, 1);
}

void
room_hold(struct room *r, uint32_t vm, int sign)
{
	uint32_t on = r->at[vm];
	size_t k;

	r->shed[on] += sign;
	r->npushed += sign;
	r->pusher[on] = r->leaves_for[vm];
	for (k = 0; k < r->nres; k++)
		r->held[on * r->nres + k] += sign *
		    r->need[vm * r->nres + k];
}

static void
add_guest(struct room *r, struct guest g, uint32_t root)
{
	r->guest = mem_grow(r->guest, r->nguest, &r->guest_cap,
	    sizeof(*r->guest));
	r->guest[r->nguest++] = g;
	r->leaves_for[g.vm] = root;
	room_take(r, g.vm, r->at[g.vm], -1);
	if (g.pushed)
		room_hold(r, g.vm, 1);
}

void
room_add_guest(struct room *r, uint32_t vm)
{
	add_guest(r, (struct guest){ vm, false }, r->root);
}

void
room_push_guest(struct room *r, uint32_t vm, uint32_t other)
{
	add_guest(r, (struct guest){ vm, true }, r->leaves_for[other]);
}

/* Back to where it stood. */
void
room_drop_guest(struct room *r)
{
	uint32_t vm = r->guest[--r->nguest].vm;

	if (r->guest[r->nguest].pushed)
		room_hold(r, vm, -1);
	room_take(r, vm, r->at[vm], 1);
	room_stand_on(r, vm, r->at[vm]);
}

bool
room_is_settled(const struct room *r, uint32_t on)
{
	return r->lasting[on] ||
	    (r->closed[on] != 0 && r->closed[on] != r->wave);
}

/* --- what is known at first --- */

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
	uint32_t d;

	if (!f->v[e].vm_s || f->v[e].s == NONE || f->v[e].t == NONE ||
	    catch_dep(f, e) != NONE)
		return NONE;
	d = tree_list(f, e, false);
	if (d == NONE || f->dep[d].caught || f->dep[d].min_s != 1 ||
	    f->dep[d].others_s > 0)
		return NONE;
	return d;
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
		room_stand_on(r, e, on);
		r->nleaver += stand_group(f, on) != NONE;
	}
	if (on != NONE)
		room_take(r, e, on, 1);
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
	r->pusher = room_none_for(n);
	r->held = mem_alloc(n * r->nres, sizeof(*r->held));
	r->leaves_for = room_none_for(n);
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
	free(r->pusher);
	free(r->held);
	free(r->leaves_for);
	free(r->guest);
	free(r->log);
}
