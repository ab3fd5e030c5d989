/*
 * What is in a procedure? Its roles, outermost first, and the changes of
 * sponsor lists that it carries; the system is played through as it is laid
 * down.
 */
#include <stdlib.h>

#include "dn.h"
#include "planner.h"

/* --- laying procedures down --- */

struct proc *
planner_new(struct planner *r, enum proc_kind kind, uint32_t root)
{
	struct plan *p = r->p;

	p->proc = mem_grow(p->proc, p->n, &p->cap, sizeof(*p->proc));
	p->proc[p->n] = (struct proc){ .kind = kind, .root = root,
		.level = p->nlevel };
	return &p->proc[p->n++];
}

static int
by_layer(const void *a, const void *b)
{
	static const uint8_t rank[] = { [OP_REMOVE] = 0, [OP_MODIFY] = 1,
		[OP_ADD] = 1, [OP_NONE] = 2 };
	const struct role *x = a, *y = b;

	if (x->layer != y->layer)
		return x->layer > y->layer ? -1 : 1;
	if (x->op != y->op)
		return rank[x->op] < rank[y->op] ? -1 : 1;
	return dn_natural(x->dn, y->dn);
}

static void
set_roles(struct planner *r, struct proc *p, uint32_t number)
{
	size_t i;

	p->nrole = r->l.ndown;
	p->role = arena_array(&r->p->arena, p->nrole, sizeof(*p->role));
	for (i = 0; i < p->nrole; i++) {
		uint32_t e = r->l.down[i];

		p->role[i] = (struct role){ .ee = e, .dn = r->f->v[e].dn,
			.layer = r->l.layer[e] & 0xffffff,
			.op = r->p->proc_of[e] == number ? r->f->v[e].op :
			    (uint8_t)OP_NONE };
	}
	qsort(p->role, p->nrole, sizeof(*p->role), by_layer);
}

static void
lay_add(struct planner *r, uint32_t number)
{
	size_t n, i;
	const uint32_t *v = roots_members(&r->roots, number, &n);
	struct proc *p = planner_new(r, PROC_ADD, r->roots.v[number].ee);

	for (i = 0; i < n; i++)
		lists_add(&r->l, v[i]);
	/* What was just added can only stand on what is below it. */
	lists_down(&r->l, r->roots.v[number].ee);
	set_roles(r, p, number);
	r->p->last_add = (uint32_t)r->p->n - 1;
	r->l.done[number] = true;
}

void
planner_carry(struct planner *r, struct proc *p)
{
	if (r->pending.n == 0)
		return;
	p->init = r->pending; /* O5 */
	r->pending = (struct dep_changes){ 0 };
}

static void
lay_change(struct planner *r, uint32_t number, bool forced)
{
	size_t n, i;
	const uint32_t *v = roots_members(&r->roots, number, &n);
	struct proc *p = planner_new(r, r->roots.v[number].kind,
	    r->roots.v[number].ee);

	planner_carry(r, p);
	p->forced = forced;
	p->phase = r->phase == NULL ? 0 : r->phase[number];
	lists_leave(&r->l, v, n, number, &p->init);
	room_write(&r->room, number, p);
	lists_down(&r->l, r->roots.v[number].ee);
	set_roles(r, p, number);
	lists_switch(&r->l, v, n, number, &p->in_step);
	for (i = 0; i < n; i++)
		if (r->f->v[v[i]].op == OP_REMOVE)
			lists_remove(&r->l, v[i]);
	lists_join(&r->l, v, n, number, &p->wrapup);
}

void
planner_lay(struct planner *r, uint32_t number, bool forced)
{
	if (r->roots.v[number].kind == PROC_ADD)
		lay_add(r, number);
	else
		lay_change(r, number, forced);
}
