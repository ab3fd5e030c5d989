/*
 * Does everything that is not taken down keep what it stands on while the
 * procedures of a level run side by side? The sponsor lists are followed from
 * the source through what each procedure writes; all of a level counts as down
 * at once. A level of one procedure is no wave: what stands on what it takes
 * down is acted on by it.
 */
#include <stdlib.h>

#include "verify.h"

struct list { /* in force */
	const uint32_t *names;
	uint32_t n, min;
};

struct stands {
	const struct plan *p;
	const struct forest *f;
	struct list *list; /* by dependency */
	bool *exists; /* by EE */
	uint32_t *by; /* by EE: procedure + 1 that takes it down, 0: none */
	bool ok;
	struct stand_fault first;
};

static void
fail(struct stands *v, int what, uint32_t ee, uint32_t below, uint32_t by)
{
	if (v->ok) {
		v->first.what = what;
		v->first.ee = ee;
		v->first.below = below;
		v->first.proc = by - 1;
	}
	v->ok = false;
}

static void
begin(struct stands *v)
{
	const struct forest *f = v->f;
	size_t i;

	for (i = 0; i < f->n; i++)
		v->exists[i] = f->v[i].s != NONE;
	for (i = 0; i < f->ndep; i++) {
		const struct dep *d = &f->dep[i];

		if (d->caught)
			v->list[i] = (struct list){ &f->v[d->ee].host, 1, 1 };
		else if (d->s != NONE)
			v->list[i] = (struct list){ d->names_s, d->ns,
				d->min_s };
		else
			v->list[i] = (struct list){ d->names_t, d->nt,
				d->min_t };
	}
}

static void
write_lists(struct stands *v, const struct dep_changes *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		v->list[c->v[i].dep] = (struct list){ c->v[i].names, c->v[i].n,
			c->v[i].min };
}

/* Dependencies that go before the procedures from .. to. */
static void
drop_lists(struct stands *v, uint32_t from, uint32_t to)
{
	size_t i;

	for (i = 0; i < v->f->ndep; i++)
		if (v->f->dep[i].gone >= from && v->f->dep[i].gone < to)
			v->list[i] = (struct list){ 0 };
}

static void
take_down(struct stands *v, uint32_t k)
{
	const struct proc *p = &v->p->proc[k];
	size_t i;

	for (i = 0; i < p->nrole && p->kind != PROC_ADD; i++) {
		uint32_t *by = &v->by[p->role[i].ee];

		if (*by != 0)
			fail(v, STAND_TWICE, p->role[i].ee, NONE, *by);
		*by = k + 1;
	}
}

static void
look_at_list(struct stands *v, uint32_t dep, uint32_t below)
{
	const struct dep *d = &v->f->dep[dep];
	const struct list *l = &v->list[dep];
	uint32_t i, up = d->s == NONE ? d->others_t : d->others_s;

	if (!v->exists[d->ee] || v->by[d->ee] != 0)
		return;
	for (i = 0; i < l->n; i++)
		up += v->by[l->names[i]] == 0;
	if (up < l->min)
		fail(v, STAND_LIST, d->ee, below, v->by[below]);
}

static void
look_above(struct stands *v, uint32_t e)
{
	const struct forest *f = v->f;
	uint32_t i;

	for (i = f->v[e].child; i != NONE; i = f->v[i].next)
		if (v->exists[i] && v->by[i] != v->by[e])
			fail(v, STAND_CHILD, i, e, v->by[e]);
	for (i = f->rev_at[e]; i < f->rev_at[e + 1]; i++)
		look_at_list(v, f->rev[i], e);
}

static void
judge(struct stands *v, uint32_t from, uint32_t to)
{
	const struct proc *p;
	uint32_t k;
	size_t i;

	for (k = from; k < to; k++)
		take_down(v, k);
	for (k = from; k < to; k++)
		for (p = &v->p->proc[k], i = 0; i < p->nrole &&
		    p->kind != PROC_ADD; i++)
			look_above(v, p->role[i].ee);
	for (k = from; k < to; k++)
		for (p = &v->p->proc[k], i = 0; i < p->nrole; i++)
			v->by[p->role[i].ee] = 0;
}

static void
pass(struct stands *v, uint32_t k)
{
	const struct proc *p = &v->p->proc[k];
	size_t i;

	for (i = 0; i < p->nrole; i++)
		if (p->role[i].op == OP_ADD)
			v->exists[p->role[i].ee] = true;
		else if (p->role[i].op == OP_REMOVE)
			v->exists[p->role[i].ee] = false;
	write_lists(v, &p->in_step);
	write_lists(v, &p->wrapup);
}

static uint32_t
play(struct stands *v, uint32_t from)
{
	const struct plan *p = v->p;
	uint32_t to = from, k;

	while (to < p->n && p->proc[to].level == p->proc[from].level)
		write_lists(v, &p->proc[to++].init);
	if (to - from > 1) {
		drop_lists(v, from, to);
		judge(v, from, to);
	}
	for (k = from; k < to; k++)
		pass(v, k);
	return to;
}

bool
verify_stands(const struct plan *p, struct stand_fault *fault)
{
	struct stands v = { .p = p, .f = p->f, .ok = true };
	uint32_t k = 0;

	v.list = mem_alloc(v.f->ndep, sizeof(*v.list));
	v.exists = mem_alloc(v.f->n, sizeof(*v.exists));
	v.by = mem_alloc(v.f->n, sizeof(*v.by));
	begin(&v);
	while (k < p->n)
		k = play(&v, k);
	free(v.list);
	free(v.exists);
	free(v.by);
	if (fault != NULL)
		*fault = v.first;
	return v.ok;
}
