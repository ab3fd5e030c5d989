/*
 * What enters, changes or leaves with the EEs of a procedure? Each rider goes
 * into the step of the group its EE belongs to, as do the sponsor lists that
 * change while all of it is down.
 */
#include "dn.h"
#include "group.h"

/* An EE's dependency as it comes into the model: what it may stand on now. */
static void
as_it_comes(struct emitter *e, struct ccb_op *op, const struct dep *d)
{
	uint32_t i, n;
	const uint32_t *v = emit_list(e, d, d->cur, d->ncur, &n);
	uint32_t *min = arena_alloc(&e->c->arena, sizeof(*min));

	*min = emit_number(d->min_cur);
	for (i = 0; i < op->nattr; i++) {
		if (op->attr[i].name == N_saPlmDepNames) {
			op->attr[i].value = v;
			op->attr[i].nvalue = n;
		} else if (op->attr[i].name == N_saPlmDepMinNumber &&
		    d->min_cur != d->min_t) {
			op->attr[i].value = min;
			op->attr[i].nvalue = 1;
		}
	}
}

static void
create_rider(struct emitter *e, struct group *g, const struct delta *d,
    uint32_t ee, uint32_t slot)
{
	struct ccb_op op = emit_create(e, d->t, slot);
	uint32_t i;

	for (i = e->f->v[ee].dep; i != NONE; i = e->f->dep[i].next)
		if (e->f->dep[i].t == d->t) {
			as_it_comes(e, &op, &e->f->dep[i]);
			if (e->f->dep[i].caught)
				op.reason = emit_catch_reason(e, ee);
		}
	group_create(g, op);
}

void
emit_riders(struct emitter *e, uint32_t k, struct grouping *g)
{
	uint32_t slot = place_slot(k, PART_STEP), i;

	for (i = e->w->at[slot]; i < e->w->at[slot + 1]; i++) {
		uint32_t x = e->w->order[i], ee = e->w->ride[x].with;
		const struct delta *d = &e->p->d->v[x];
		struct group *to = group_find(e, g, ee);

		if (to == NULL || (d->op == OP_ADD &&
		    e->w->ride[x].kind == RIDE_EE_CHANGE))
			continue;
		if (d->op == OP_ADD)
			create_rider(e, to, d, ee, slot);
		else if (d->op == OP_MODIFY &&
		    e->w->ride[x].kind == RIDE_EE_CHANGE)
			group_modify(e, to, d, slot);
	}
	/* Removed: riders before EEs, deepest first. */
	for (i = e->w->at[slot + 1]; i-- > e->w->at[slot];) {
		uint32_t x = e->w->order[i], ee = e->w->ride[x].with;
		const struct delta *d = &e->p->d->v[x];
		struct group *to = group_find(e, g, ee);

		if (to != NULL && d->op == OP_REMOVE &&
		    e->w->ride[x].kind == RIDE_EE &&
		    tree_find(e->f, diff_dn(e->p->d, d)) == NONE)
			group_remove(to, diff_dn(e->p->d, d));
	}
}

void
emit_switches(struct emitter *e, const struct proc *p, struct grouping *g)
{
	size_t i;

	for (i = 0; i < p->in_step.n; i++) {
		const struct dep_change *c = &p->in_step.v[i];
		const struct dep *d = &e->f->dep[c->dep];
		struct group *to = group_find(e, g, d->ee);
		struct target_template *t;
		struct modification *m;
		uint32_t *min = arena_alloc(&e->c->arena, sizeof(*min));
		uint32_t n;
		const uint32_t *v;

		if (to == NULL)
			continue;
		to->template = true;
		t = group_template(to, e->f->v[d->ee].dn, NAME_NONE);
		m = t->mod = arena_array(&e->c->arena, 2, sizeof(*m));
		v = emit_list(e, d, c->names, c->n, &n);
		*min = emit_number(c->min);
		m[0] = (struct modification){ .op = MODIFY_REPLACE,
			.rdn = dn_rdn(e->s->object[d->s].dn), .nattr = 1 };
		m[0].attr = arena_alloc(&e->c->arena, sizeof(*m->attr));
		m[0].attr[0] = (struct cattr){ N_saPlmDepNames, TYPE_NAME, n,
			v };
		m[1] = m[0];
		m[1].attr = arena_alloc(&e->c->arena, sizeof(*m->attr));
		m[1].attr[0] = (struct cattr){ N_saPlmDepMinNumber,
			TYPE_UINT32, 1, min };
		t->nmod = c->min == d->min_s ? 1 : 2;
	}
}
