/*
 * Do VMs fit where they go when the campaign completes? One that stands on a
 * sponsor of the target stays there. Another goes to the first of its list,
 * PLM says, so where that has no room another one must be written first, and
 * the order of the target afterwards, when that moves nothing any more.
 *
 * A VM takes room where it comes before it leaves room where it was: first a
 * matching is sought that does not count on any room that is left. Failing
 * that, one that does, and the VMs go in rounds, each when there is room.
 */
#include <stdlib.h>

#include "diag.h"
#include "load.h"
#include "mobilise.h"
#include "policy.h"
#include "room.h"

enum { DEPTH = 200 };

#define NOT_YET UINT32_MAX /* clang: no enumerator may be that large */

struct mover {
	uint32_t vm, dep; /* dep: the list in the target */
	uint32_t from, to; /* EEs; to: NONE so far */
	bool fixed; /* its list is new: it is created as the target has it */
	uint32_t walk; /* in which it was asked to make room */
	uint32_t round;
};

struct mobilise {
	struct plan *p;
	const struct room *r;
	struct load load; /* as the target has it */
	struct mover *v;
	size_t n, cap;
	uint32_t *at; /* by EE: first of those that go there, index + 1 */
	uint32_t *next; /* by mover: another one, index + 1 */
	uint32_t walk;
	uint32_t stuck; /* a mover, or NONE */
	bool knot; /* it has room once another has left, which waits, too */
};

/* --- who moves --- */

static void
look_at(struct mobilise *m, uint32_t e)
{
	const struct forest *f = m->p->f;
	uint32_t on = m->r->dep[e] != NONE ? m->r->at[e] : tree_parent(f, e);
	uint32_t d = f->v[e].vm_t ? tree_list(f, e, true) : (uint32_t)NONE;

	if (f->v[e].t == NONE || on == NONE)
		return;
	load_take(&m->load, e, on, 1);
	if (d == NONE || dep_lists(&f->dep[d], true, on))
		return;
	if (m->r->dep[e] == NONE && f->v[e].host == NONE)
		return; /* nobody knows where it stands */
	m->v = mem_grow(m->v, m->n, &m->cap, sizeof(*m->v));
	m->v[m->n++] = (struct mover){ .vm = e, .dep = d, .from = on,
		.to = NONE, .fixed = f->dep[d].s == NONE };
}

static bool
may_go(const struct mobilise *m, const struct mover *v, uint32_t on)
{
	const struct forest *f = m->p->f;

	return f->v[on].t != NONE && policy_compatible(m->p->policy,
	    tree_type(f, v->vm, true), tree_type(f, on, true)) != TRI_NO;
}

/* --- the matching --- */

static void
go(struct mobilise *m, uint32_t i, uint32_t to)
{
	uint32_t *at, was = m->v[i].to;

	if (was != NONE) {
		for (at = &m->at[was]; *at != i + 1;)
			at = &m->next[*at - 1];
		*at = m->next[i];
		load_take(&m->load, m->v[i].vm, was, -1);
	}
	m->v[i].to = to;
	if (to == NONE)
		return;
	m->next[i] = m->at[to];
	m->at[to] = i + 1;
	load_take(&m->load, m->v[i].vm, to, 1);
}

static bool place(struct mobilise *, uint32_t i, int depth);

/* One of those that go there as well goes elsewhere. */
static bool
displace(struct mobilise *m, uint32_t i, uint32_t on, int depth)
{
	uint32_t w, next;

	for (w = m->at[on]; w != 0; w = next) {
		next = m->next[w - 1];
		if (w - 1 == i || m->v[w - 1].walk == m->walk)
			continue;
		go(m, w - 1, NONE);
		if (load_fits(&m->load, m->v[i].vm, on)) {
			go(m, i, on);
			if (place(m, w - 1, depth + 1))
				return true;
			go(m, i, NONE);
		}
		go(m, w - 1, on);
	}
	return false;
}

static bool
place(struct mobilise *m, uint32_t i, int depth)
{
	const struct dep *d = &m->p->f->dep[m->v[i].dep];
	uint32_t n = m->v[i].fixed ? 1 : d->nt, k;

	m->v[i].walk = m->walk;
	for (k = 0; k < n; k++)
		if (may_go(m, &m->v[i], d->names_t[k]) &&
		    load_fits(&m->load, m->v[i].vm, d->names_t[k])) {
			go(m, i, d->names_t[k]);
			return true;
		}
	for (k = 0; k < n && depth < DEPTH; k++)
		if (may_go(m, &m->v[i], d->names_t[k]) &&
		    displace(m, i, d->names_t[k], depth))
			return true;
	return false;
}

static bool
match(struct mobilise *m)
{
	uint32_t i;

	for (i = 0; i < m->n; i++) {
		m->walk++;
		if (!place(m, i, 0)) {
			m->stuck = i;
			return false;
		}
	}
	return true;
}

/* --- rounds --- */

static void
back_to_the_start(struct mobilise *m)
{
	uint32_t i;

	for (i = 0; i < m->n; i++) {
		load_take(&m->load, m->v[i].vm, m->v[i].to, -1);
		load_take(&m->load, m->v[i].vm, m->v[i].from, 1);
		m->v[i].round = NOT_YET;
	}
}

/* How many go in a round: all that have room. Lists that are created are so in
 * the first. */
static uint32_t
one_round(struct mobilise *m, uint32_t round)
{
	uint32_t i, n = 0;

	for (i = 0; i < m->n; i++) {
		struct mover *v = &m->v[i];

		if (v->round != NOT_YET || (v->fixed && round > 0) ||
		    !load_fits(&m->load, v->vm, v->to))
			continue;
		load_take(&m->load, v->vm, v->to, 1);
		v->round = round;
		n++;
	}
	for (i = 0; i < m->n; i++)
		if (m->v[i].round == round)
			load_take(&m->load, m->v[i].vm, m->v[i].from, -1);
	return n;
}

/* All have a place in the end: each goes there as soon as there is room. What
 * is left in a round is room in the next. */
static bool
in_rounds(struct mobilise *m)
{
	uint32_t round = 0, n, left = (uint32_t)m->n;

	back_to_the_start(m);
	do {
		n = one_round(m, round++);
		left -= n;
	} while (n > 0 && left > 0);
	if (left == 0)
		return true;
	for (m->stuck = 0; m->v[m->stuck].round != NOT_YET;)
		m->stuck++;
	m->knot = true;
	return false;
}

static bool
find_places(struct mobilise *m)
{
	uint32_t i;

	if (match(m))
		return true;
	for (i = 0; i < m->n; i++) {
		if (m->v[i].to != NONE)
			go(m, i, NONE);
		load_take(&m->load, m->v[i].vm, m->v[i].from, -1);
	}
	if (!match(m))
		return false;
	return in_rounds(m);
}

/* --- the result --- */

/* Only what differs from what happens by itself is written. */
static void
write_moves(const struct mobilise *m)
{
	struct plan *p = m->p;
	uint32_t i;

	for (i = 0; i < m->n; i++) {
		const struct mover *v = &m->v[i];
		bool first = p->f->dep[v->dep].names_t[0] == v->to;

		if (first && v->round == 0)
			continue;
		if (p->move == NULL)
			p->move = arena_array(&p->arena, p->f->ndep,
			    sizeof(*p->move));
		p->move[v->dep] = (struct mobile){ first ? (uint32_t)NONE :
			v->to, v->round, true };
		if (v->round >= p->nround)
			p->nround = v->round + 1;
	}
}

static void
note_sponsor(const struct mobilise *m, uint32_t on, struct diag *diag)
{
	const struct mover *v = &m->v[m->stuck];
	const char *dn = name_str(m->p->f->v[on].dn);
	size_t k;

	if (!may_go(m, v, on))
		diag_note(diag, (struct place){ 0 }, "\"%s\" cannot carry it: "
		    "the policy calls their types incompatible", dn);
	for (k = 0; k < m->load.nres && may_go(m, v, on); k++) {
		int64_t left = load_left(&m->load, on, k);
		int64_t need = load_need(&m->load, v->vm, k);

		if (need > left)
			diag_note(diag, (struct place){ 0 }, "\"%s\" has %lld "
			    "%s left, %lld too few", dn, (long long)left,
			    policy_resource(m->p->policy, k),
			    (long long)(need - left));
	}
}

static void
report(const struct mobilise *m, struct diag *diag)
{
	const struct forest *f = m->p->f;
	const struct mover *v = &m->v[m->stuck];
	const struct dep *d = &f->dep[v->dep];
	uint32_t i, a = model_attr(f->t, d->t, N_saPlmDepNames);

	if (diag == NULL)
		return;
	diag_report(diag, DIAG_NO_ROOM, a == NONE ? model_place(f->t, d->t) :
	    model_attr_place(f->t, a), f->v[v->vm].dn, "\"%s\" has nowhere to "
	    "go when it gets the sponsors of the target, \"%s\" not among "
	    "them%s", name_str(f->v[v->vm].dn), name_str(f->v[v->from].dn),
	    m->knot ? ": VMs would have to change places" : "");
	for (i = 0; i < d->nt; i++)
		note_sponsor(m, d->names_t[i], diag);
}

bool
mobilise_run(struct plan *p, const struct room *r, struct diag *diag)
{
	struct mobilise m = { .p = p, .r = r, .stuck = NONE };
	uint32_t e;
	bool ok;

	if (r->nres == 0)
		return true;
	load_open(&m.load, p->f, p->policy, LOAD_TARGET);
	for (e = 0; e < p->f->n; e++)
		look_at(&m, e);
	m.at = mem_alloc(p->f->n, sizeof(*m.at));
	m.next = mem_alloc(m.n, sizeof(*m.next));
	ok = find_places(&m);
	if (ok)
		write_moves(&m);
	else
		report(&m, diag);
	load_close(&m.load);
	free(m.v);
	free(m.at);
	free(m.next);
	return ok;
}
