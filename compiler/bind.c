/*
 * In which order are VMs caught? One that is caught elsewhere than where it
 * stands goes there at once, and takes room before it leaves room. So each
 * waits until there is room for it; the others keep their order.
 */
#include <stdlib.h>

#include "bind.h"
#include "diag.h"
#include "load.h"
#include "queue.h"
#include "room.h"

/* Where a VM stands in the source: on the first of its sponsors. */
static uint32_t
stands(const struct dep *d)
{
	return d->ns > 0 ? d->names_s[0] : (uint32_t)NONE;
}

static void
count(struct load *l)
{
	const struct forest *f = l->f;
	uint32_t e, d;

	for (e = 0; e < f->n; e++)
		for (d = f->v[e].vm_s ? f->v[e].dep : (uint32_t)NONE;
		    d != NONE; d = f->dep[d].next)
			if (stands(&f->dep[d]) != NONE) {
				load_take(l, e, stands(&f->dep[d]), 1);
				break;
			}
}

/* It is caught now, if there is room. */
static bool
go(struct load *l, uint32_t dep)
{
	const struct dep *d = &l->f->dep[dep];
	uint32_t from = stands(d), to = l->f->v[d->ee].host;

	if (from == to || from == NONE)
		return true;
	if (!load_fits(l, d->ee, to))
		return false;
	load_take(l, d->ee, to, 1);
	load_take(l, d->ee, from, -1);
	return true;
}

struct binder {
	struct plan *p;
	struct load load;
	struct queue q; /* of dependencies under their rounds */
	uint32_t *waits; /* by EE: first that waits for room there, or NONE */
	uint32_t *next; /* by dependency: further one */
};

/* Round after round, those that wait are tried in their order: whoever waits
 * for room where this one was is so again, now or in the next round. */
static void
retry(struct binder *b, uint32_t on, uint64_t now)
{
	uint32_t d, next;

	for (d = b->waits[on]; d != NONE; d = next) {
		next = b->next[d];
		queue_push(&b->q, (now & ~(uint64_t)UINT32_MAX) +
		    ((uint64_t)(d < (uint32_t)now) << 32) + d);
	}
	b->waits[on] = NONE;
}

static void
try_one(struct binder *b, uint64_t now)
{
	uint32_t dep = (uint32_t)now;
	const struct dep *d = &b->p->f->dep[dep];
	uint32_t to = b->p->f->v[d->ee].host;

	if (!go(&b->load, dep)) {
		b->next[dep] = b->waits[to];
		b->waits[to] = dep;
		return;
	}
	b->p->bind[b->p->nbind++] = dep;
	if (stands(d) != NONE && stands(d) != to)
		retry(b, stands(d), now);
}

/* The first of those that still wait. */
static void
report(const struct binder *b, struct diag *diag)
{
	const struct forest *f = b->p->f;
	uint32_t e, d, a, dep = NONE;

	for (e = 0; e < f->n; e++)
		for (d = b->waits[e]; d != NONE; d = b->next[d])
			dep = d < dep ? d : dep;
	a = model_attr(f->s, f->dep[dep].s, N_saPlmDepNames);
	e = f->dep[dep].ee;
	diag_report(diag, DIAG_NO_ROOM, a == NONE ?
	    model_place(f->s, f->dep[dep].s) : model_attr_place(f->s, a),
	    f->v[e].dn, "\"%s\" has nowhere to go when it is caught: \"%s\" "
	    "is full, and VMs would have to change places",
	    name_str(f->v[e].dn), name_str(f->v[f->v[e].host].dn));
}

bool
bind_order(struct plan *p, struct diag *diag)
{
	const struct forest *f = p->f;
	struct binder b = { .p = p };
	uint32_t i;
	size_t n = 0;

	p->bind = arena_array(&p->arena, f->ndep + 1, sizeof(*p->bind));
	p->nbind = 0;
	b.q.v = mem_alloc(f->ndep, sizeof(*b.q.v));
	b.next = mem_alloc(f->ndep, sizeof(*b.next));
	b.waits = room_none_for(f->n);
	load_open(&b.load, f, p->policy, false);
	if (b.load.nres > 0)
		count(&b.load);
	for (i = 0; i < f->ndep; i++)
		if (f->dep[i].caught && f->v[f->dep[i].ee].op != OP_ADD) {
			queue_push(&b.q, i);
			n++;
		}
	while (b.q.n > 0)
		try_one(&b, queue_pop(&b.q));
	if (p->nbind < n && diag != NULL)
		report(&b, diag);
	load_close(&b.load);
	free(b.q.v);
	free(b.next);
	free(b.waits);
	return p->nbind == n;
}
