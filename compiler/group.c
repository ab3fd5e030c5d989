/*
 * Which EEs of a procedure are like each other? Those of one layer that change
 * alike (same operation, same old and new type, same attribute delta) are one
 * group, and become one nested step; what rides on them is put into it.
 */
#include <stdlib.h>

#include "buf.h"
#include "group.h"

/* What changes in an EE, as a text that is equal for equal changes. */
static uint32_t
signature(struct emitter *e, uint32_t ee)
{
	struct modification *mod = NULL;
	size_t n = 0, cap = 0, i;
	struct buf b = { 0 };
	uint32_t k;
	struct delta d = { e->f->v[ee].s, e->f->v[ee].t, OP_MODIFY };

	emit_changes(e, &d, e->w->complete, &mod, &n, &cap, false);
	for (i = 0; i < n; i++) {
		const struct cattr *a = mod[i].attr;

		buf_printf(&b, "%u:%d", a->name, mod[i].op);
		for (k = 0; k < a->nvalue; k++)
			buf_printf(&b, ",%u", a->value[k]);
		buf_char(&b, ';');
	}
	free(mod);
	return intern_buf(&b);
}

static size_t
find_group(struct emitter *e, struct grouping *g, const struct role *r)
{
	uint32_t a = tree_type(e->f, r->ee, false);
	uint32_t b = tree_type(e->f, r->ee, true);
	uint32_t delta = r->op == OP_MODIFY ? signature(e, r->ee) : NAME_NONE;
	size_t i;

	if (r->op == OP_NONE && a == NAME_NONE)
		a = b;
	if (r->op == OP_NONE)
		b = NAME_NONE;
	for (i = g->n; i-- > 0;) {
		struct group *x = &g->v[i];

		if (x->layer != r->layer || x->op != r->op)
			break; /* roles are sorted by layer and operation */
		if (x->old_type == a && x->new_type == b && x->delta == delta)
			return i;
	}
	g->v = mem_grow(g->v, g->n, &g->cap, sizeof(*g->v));
	g->v[g->n] = (struct group){ .layer = r->layer, .op = r->op,
		.old_type = a, .new_type = b, .delta = delta };
	return g->n++;
}

/* e->group_of says, for the EEs of the procedure at hand, which group. */
void
group_all(struct emitter *e, const struct proc *p, struct grouping *g)
{
	size_t i;

	for (i = 0; i < p->nrole; i++) {
		uint32_t ee = p->role[i].ee;
		size_t k = find_group(e, g, &p->role[i]);
		struct group *x = &g->v[k];

		e->group_of[ee] = (uint32_t)k;
		x->ee = mem_grow(x->ee, x->nee, &x->ee_cap, sizeof(*x->ee));
		x->ee[x->nee++] = ee;
	}
}

void
group_forget(struct emitter *e, const struct proc *p)
{
	size_t i;

	for (i = 0; i < p->nrole; i++)
		e->group_of[p->role[i].ee] = NONE;
}

struct group *
group_find(struct emitter *e, struct grouping *g, uint32_t ee)
{
	if (ee == NONE || e->group_of[ee] == NONE)
		return NULL;
	return &g->v[e->group_of[ee]];
}

/* --- what is put into one --- */

struct target_template *
group_template(struct group *g, uint32_t parent, uint32_t type)
{
	g->template_v = mem_grow(g->template_v, g->ntemplate,
	    &g->template_cap, sizeof(*g->template_v));
	g->template_v[g->ntemplate] = (struct target_template){
		.parent = parent, .type = type };
	return &g->template_v[g->ntemplate++];
}

/* The entity a template can reach for an object: itself, or what it is below;
 * rdn is then the way from there. */
static uint32_t
reachable(const struct model *m, uint32_t o, uint32_t *rdn)
{
	uint32_t top = o;
	size_t whole = name_len(m->object[o].dn), rest;

	*rdn = NAME_NONE;
	for (; top != NONE; top = m->object[top].parent) {
		uint32_t c = m->object[top].class;

		if (c == N_SaPlmEE || c == N_SaAmfSU || c == N_SaAmfComp)
			break;
	}
	if (top == NONE || top == o)
		return m->object[o].dn;
	rest = name_len(m->object[top].dn);
	*rdn = intern(name_str(m->object[o].dn), whole - rest - 1);
	return m->object[top].dn;
}

void
group_modify(struct emitter *e, struct group *g, const struct delta *d,
    uint32_t slot)
{
	struct modification *mod = NULL;
	size_t n = 0, cap = 0, i;
	uint32_t rdn, parent = reachable(e->t, d->t, &rdn);
	struct target_template *t;

	emit_changes(e, d, slot, &mod, &n, &cap, false);
	if (n > 0) {
		t = group_template(g, parent, NAME_NONE);
		for (i = 0; i < n; i++)
			mod[i].rdn = rdn;
		t->mod = emit_copy(e, mod, n, sizeof(*mod));
		t->nmod = n;
	}
	free(mod);
}

void
group_create(struct group *g, struct ccb_op op)
{
	emit_put(&g->added, op);
}

void
group_remove(struct group *g, uint32_t dn)
{
	g->removed = mem_grow(g->removed, g->nremoved, &g->removed_cap,
	    sizeof(*g->removed));
	g->removed[g->nremoved++] = dn;
}

void
group_free(struct group *g)
{
	free(g->ee);
	free(g->added.v);
	free(g->removed);
	free(g->template_v);
	*g = (struct group){ 0 };
}
