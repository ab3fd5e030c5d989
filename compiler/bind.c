/*
 * In which order are VMs caught? One that is caught elsewhere than where it
 * stands goes there at once, and takes room before it leaves room. So each
 * waits until there is room for it; the others keep their order.
 */
#include <stdlib.h>

#include "bind.h"
#include "diag.h"
#include "policy.h"

struct binding {
	struct plan *p;
	size_t nres;
	int64_t *use; /* [ee * nres + resource] */
};

static int64_t
need(const struct binding *b, uint32_t e, size_t k)
{
	return policy_demand(b->p->policy, b->p->f->v[e].dn,
	    tree_type(b->p->f, e, false), k);
}

static void
take(struct binding *b, uint32_t vm, uint32_t on, int sign)
{
	size_t k;

	for (k = 0; k < b->nres; k++)
		b->use[on * b->nres + k] += sign * need(b, vm, k);
}

static bool
fits(const struct binding *b, uint32_t vm, uint32_t on)
{
	int64_t cap, n;
	size_t k;

	for (k = 0; k < b->nres; k++) {
		cap = policy_capacity(b->p->policy, b->p->f->v[on].dn,
		    tree_type(b->p->f, on, false), k);
		n = need(b, vm, k);
		if (cap >= 0 && n > 0 && b->use[on * b->nres + k] + n > cap)
			return false;
	}
	return true;
}

/* Where a VM stands in the source: on the first of its sponsors. */
static uint32_t
stands(const struct dep *d)
{
	return d->ns > 0 ? d->names_s[0] : (uint32_t)NONE;
}

static void
count(struct binding *b)
{
	const struct forest *f = b->p->f;
	uint32_t e, d;

	for (e = 0; e < f->n; e++)
		for (d = f->v[e].vm_s ? f->v[e].dep : (uint32_t)NONE;
		    d != NONE; d = f->dep[d].next)
			if (stands(&f->dep[d]) != NONE) {
				take(b, e, stands(&f->dep[d]), 1);
				break;
			}
}

/* It is caught now, if there is room. */
static bool
go(struct binding *b, uint32_t dep)
{
	const struct dep *d = &b->p->f->dep[dep];
	uint32_t from = stands(d), to = b->p->f->v[d->ee].host;

	if (from == to || from == NONE)
		return true;
	if (!fits(b, d->ee, to))
		return false;
	take(b, d->ee, to, 1);
	take(b, d->ee, from, -1);
	return true;
}

static void
report(const struct binding *b, uint32_t dep, struct diag *diag)
{
	const struct forest *f = b->p->f;
	const struct dep *d = &f->dep[dep];
	uint32_t a = model_attr(f->s, d->s, N_saPlmDepNames);

	if (diag != NULL)
		diag_report(diag, DIAG_NO_ROOM, a == NONE ?
		    model_place(f->s, d->s) : model_attr_place(f->s, a),
		    f->v[d->ee].dn, "\"%s\" has nowhere to go when it is "
		    "caught: \"%s\" is full, and VMs would have to change "
		    "places", name_str(f->v[d->ee].dn),
		    name_str(f->v[f->v[d->ee].host].dn));
}

bool
bind_order(struct plan *p, struct diag *diag)
{
	struct binding b = { .p = p, .nres = policy_nresource(p->policy) };
	uint32_t *wait = mem_alloc(p->f->ndep, sizeof(*wait)), i;
	size_t n = 0, k, before;

	p->bind = arena_array(&p->arena, p->f->ndep + 1, sizeof(*p->bind));
	p->nbind = 0;
	b.use = mem_alloc(p->f->n * b.nres, sizeof(*b.use));
	if (b.nres > 0)
		count(&b);
	for (i = 0; i < p->f->ndep; i++)
		if (p->f->dep[i].caught && p->f->v[p->f->dep[i].ee].op !=
		    OP_ADD)
			wait[n++] = i;
	do {
		before = n;
		for (n = k = 0; k < before; k++)
			if (b.nres == 0 || go(&b, wait[k]))
				p->bind[p->nbind++] = wait[k];
			else
				wait[n++] = wait[k];
	} while (n > 0 && n < before);
	if (n > 0)
		report(&b, wait[0], diag);
	free(b.use);
	free(wait);
	return n == 0;
}
