/*
 * A VM that stays must find room when its sponsor goes down, on another that
 * stays up through the whole wave; that is asked as one procedure after the
 * other joins the wave (room_find.c).
 *
 * PLM takes the first sponsor of a list that is in service, so the list is
 * written with the place first before the sponsor goes down. Of a VM that is
 * pushed the list is written without what it stands on. That is done by the
 * very procedure that needs the room, and both places are final then, so that
 * it does not matter how the procedures of the wave interleave.
 *
 * What a caught VM needs stays taken on its monitor all the time.
 */
#include <stdlib.h>

#include "diag.h"
#include "goal.h"
#include "ids.h"
#include "policy.h"
#include "room_find.h"

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

		room_go_to(r, s.vm, s.to);
	}
	r->nlog = b->nlog;
	while (r->nguest > b->nguest)
		room_drop_guest(r);
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
			room_stand_on(r, v, e);
			continue;
		}
		room_add_guest(r, v);
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
		room_hold(r, g->vm, -1);
		g->pushed = false;
		r->leaves_for[g->vm] = r->root;
	}
}

/* Not if it goes where its own procedure makes room for it. */
static bool
may_adopt(const struct room *r, uint32_t e)
{
	uint32_t vm, to;
	size_t i;

	for (i = 0; i < r->nguest && r->shed[e] > 0; i++) {
		vm = r->guest[i].vm;
		to = r->to[vm];
		if (r->guest[i].pushed && r->at[vm] == e && r->shed[to] > 0 &&
		    r->pusher[to] == r->leaves_for[vm])
			return false;
	}
	return true;
}

/* Can those that are pushed go one after the other, for each root that this
 * attempt moved something of, or to where it pushes from? */
static bool
keep_order(const struct room *r, const struct before *b)
{
	uint32_t order[ROOM_PUSHES], last = NONE;
	size_t i;

	for (i = b->nlog; i < r->nlog; i++) {
		uint32_t vm = r->log[i].vm, on = r->to[vm];
		uint32_t of[2] = { r->leaves_for[vm], on != NONE &&
			r->shed[on] > 0 ? r->pusher[on] : (uint32_t)NONE };
		size_t k;

		for (k = 0; k < 2; k++) {
			if (of[k] == NONE || of[k] == last)
				continue;
			last = of[k];
			if (room_push_order(r, last, order) == SIZE_MAX)
				return false;
		}
	}
	return true;
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
			room_go_to(r, r->come[r->l->down[i]], NONE);
		leave(r, r->l->down[i]);
	}
	left = r->nguest;
	end = r->nlog; /* so far: those that meant to go there */
	for (i = b.nlog; i < end && ok; i++)
		if (r->to[r->log[i].vm] == NONE)
			ok = room_find_place(r, r->log[i].vm);
	for (i = b.nguest; i < left && ok; i++)
		ok = room_find_place(r, r->guest[i].vm);
	for (i = 0; i < r->l->ndown && ok; i++)
		ok = may_adopt(r, r->l->down[i]);
	ok = ok && (r->npushed == 0 || keep_order(r, &b));
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
	if (i == d->ncur || (i == 0 && !g->pushed))
		return; /* it goes there anyhow */
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

/* Those that make room go before those that need it, one after the other. */
static void
pushed_first(const struct room *r, struct dep_changes *c,
    const uint32_t *order, size_t n)
{
	struct dep_change x;
	size_t i;

	while (n-- > 0) {
		uint32_t dep = r->dep[r->guest[order[n]].vm];

		for (i = 0; i < c->n && c->v[i].dep != dep;)
			i++;
		if (i == c->n)
			continue;
		x = c->v[i];
		for (; i > 0; i--)
			c->v[i] = c->v[i - 1];
		c->v[0] = x;
	}
}

void
room_write(struct room *r, uint32_t root, struct proc *p)
{
	uint32_t order[ROOM_PUSHES];
	size_t i, n;

	for (i = 0; i < r->nguest; i++)
		if (r->leaves_for[r->guest[i].vm] == root)
			write_one(r, &r->guest[i], p);
	n = r->npushed == 0 ? 0 : room_push_order(r, root, order);
	if (n != SIZE_MAX)
		pushed_first(r, &p->init, order, n);
}

void
room_end(struct room *r)
{
	size_t i;

	for (i = 0; i < r->nguest; i++) {
		uint32_t vm = r->guest[i].vm, on = r->to[vm];

		if (r->guest[i].pushed)
			room_hold(r, vm, -1);
		room_go_to(r, vm, NONE);
		room_take(r, vm, on, 1);
		room_stand_on(r, vm, on);
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
