/*
 * In which order are VMs caught? One that is caught elsewhere than where it
 * stands goes there at once, and takes room before it leaves room. So each
 * waits until there is room for it; the others keep their order.
 */
#include <stdlib.h>

#include "bind.h"
#include "diag.h"
#include "load.h"

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

static void
report(const struct forest *f, uint32_t dep, struct diag *diag)
{
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
	struct load l;
	uint32_t *wait = mem_alloc(p->f->ndep, sizeof(*wait)), i;
	size_t n = 0, k, before;

	p->bind = arena_array(&p->arena, p->f->ndep + 1, sizeof(*p->bind));
	p->nbind = 0;
	load_open(&l, p->f, p->policy, LOAD_SOURCE);
	if (l.nres > 0)
		count(&l);
	for (i = 0; i < p->f->ndep; i++)
		if (p->f->dep[i].caught && p->f->v[p->f->dep[i].ee].op !=
		    OP_ADD)
			wait[n++] = i;
	do {
		before = n;
		for (n = k = 0; k < before; k++)
			if (go(&l, wait[k]))
				p->bind[p->nbind++] = wait[k];
			else
				wait[n++] = wait[k];
	} while (n > 0 && n < before);
	if (n > 0)
		report(p->f, wait[0], diag);
	load_close(&l);
	free(wait);
	return n == 0;
}
