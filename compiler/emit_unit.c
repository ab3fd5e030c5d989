/*
 * What is the step of a service unit's own procedure, and of a node that gets
 * another EE? A single one: the unit with all that belongs to it and the
 * software its node needs for it, or the nodes that are locked meanwhile.
 */
#include <stdlib.h>

#include "buf.h"
#include "group.h"
#include "nodebundle.h"
#include "policy.h"
#include "steptype.h"

static void
one_name(struct emitter *e, struct entity_list *l, uint32_t dn)
{
	uint32_t *v = arena_alloc(&e->c->arena, sizeof(*v));

	*v = dn;
	l->name = v;
	l->nname = 1;
}

static void
use_unit_bundles(struct emitter *e, const struct model *m, const struct su *u,
    const uint32_t *bundle, size_t nbundle, bool env, struct bundle_ref **v,
    size_t *n)
{
	bool target = m == e->t;
	uint32_t node = target ? u->node_t : u->node_s;
	uint32_t ee = target || (u->t == NONE && u->ee_t != NONE) ? u->ee_t :
	    u->ee_s;
	size_t i;

	*v = arena_array(&e->c->arena, nbundle, sizeof(**v));
	for (i = 0; i < nbundle; i++) {
		struct bundle_ref *b = &(*v)[i];

		emit_require_bundle(e, m, NAME_NONE, bundle[i]);
		*b = (struct bundle_ref){ .bundle = bundle[i] };
		if (!env || (node == NONE && ee == NONE))
			continue;
		b->env = arena_alloc(&e->c->arena, sizeof(*b->env));
		b->nenv = 1;
		if (ee != NONE)
			b->env->ee = e->f->v[ee].dn;
		if (node != NONE)
			b->env->amf_node = m->object[node].dn;
	}
	*n = nbundle;
}

static void
unit_riders(struct emitter *e, uint32_t k, struct group *g)
{
	uint32_t slot = place_slot(k, PART_STEP), i;

	for (i = e->w->at[slot]; i < e->w->at[slot + 1]; i++) {
		const struct delta *d = &e->p->d->v[e->w->order[i]];

		if (d->op == OP_ADD)
			group_create(g, emit_create(e, d->t, slot));
		else if (d->op == OP_MODIFY)
			group_modify(e, g, d, slot);
	}
	for (i = e->w->at[slot + 1]; i-- > e->w->at[slot];) {
		const struct delta *d = &e->p->d->v[e->w->order[i]];

		if (d->op == OP_REMOVE)
			group_remove(g, diff_dn(e->p->d, d));
	}
}

static void
fill_unit(struct emitter *e, struct step *s, const struct su *u,
    struct group *g, enum op op)
{
	struct unit *down = &s->deactivation, *up = &s->activation;
	uint32_t *gone = NULL, *come = NULL;
	size_t ngone, ncome;
	bool modify = g->ntemplate > 0;

	nodebundle_changes(e->on_node, e->p, u, &gone, &ngone, &come, &ncome);
	s->scope = modify ? SCOPE_MODIFY : SCOPE_ADD_REMOVE;
	if (modify)
		down = up;
	if (op != OP_ADD)
		one_name(e, &down->acted_on, u->dn);
	if (op == OP_MODIFY)
		one_name(e, &up->acted_on, u->dn);
	down->removed.name = emit_copy(e, g->removed, g->nremoved,
	    sizeof(uint32_t));
	down->removed.nname = g->nremoved;
	up->added = emit_copy(e, g->added.v, g->added.n, sizeof(*up->added));
	up->nadded = g->added.n;
	s->template = emit_copy(e, g->template_v, g->ntemplate,
	    sizeof(*s->template));
	s->ntemplate = g->ntemplate;
	if (ngone > 0)
		use_unit_bundles(e, e->s, u, gone, ngone, !modify,
		    &down->sw_remove, &down->nremove);
	if (ncome > 0)
		use_unit_bundles(e, e->t, u, come, ncome, !modify,
		    &up->sw_add, &up->nadd);
	free(gone);
	free(come);
}

void
emit_unit_step(struct emitter *e, uint32_t k, struct procedure *out)
{
	const struct proc *p = &e->p->proc[k];
	const struct su *u = &e->p->sv->su[p->root];
	enum op op = p->kind == PROC_AMF_ADD ? OP_ADD :
	    p->kind == PROC_AMF_REMOVE ? OP_REMOVE : OP_MODIFY;
	struct group g = { 0 };
	struct type_choice c;
	uint32_t slot = place_slot(k, PART_STEP);
	struct step *s;
	struct buf b = { 0 };

	out->nstep = 1;
	s = out->step = arena_alloc(&e->c->arena, sizeof(*s));
	unit_riders(e, k, &g);
	fill_unit(e, s, u, &g, op);
	c = steptype_unit(e->p, u, op, &e->w->order[e->w->at[slot]],
	    e->w->at[slot + 1] - e->w->at[slot]);
	emit_set_type(s, c.type);
	s->max_retry = policy_max_retry(e->policy, u->dn);
	buf_printf(&b, "%s: %s", step_type_name(s), c.why);
	s->reason = intern_buf(&b);
	group_free(&g);
}

/* Locks the AMF node (and the CLM node whose EE changes) while the model says
 * where it stands from now on. */
void
emit_move_step(struct emitter *e, uint32_t k, struct procedure *out)
{
	uint32_t o = e->p->proc[k].root, dn = e->t->object[o].dn, i, n = 0;
	uint32_t *names = arena_array(&e->c->arena, 2, sizeof(*names));
	struct group g = { 0 };
	struct step *s;

	out->nstep = 1;
	s = out->step = arena_alloc(&e->c->arena, sizeof(*s));
	s->scope = SCOPE_MODIFY;
	i = nodebundle_amf_node(e->on_node, e->p, dn);
	if (e->t->object[o].class == N_SaClmNode && i != NAME_NONE)
		names[n++] = i;
	names[n++] = dn;
	s->activation.acted_on.name = names;
	s->activation.acted_on.nname = n;
	group_modify(e, &g, &e->p->d->v[place_delta(e->w, dn)],
	    place_slot(k, PART_STEP));
	s->template = emit_copy(e, g.template_v, g.ntemplate,
	    sizeof(*s->template));
	s->ntemplate = g.ntemplate;
	s->max_retry = policy_max_retry(e->policy, dn);
	emit_set_type(s, STEP_IN_PHASE);
	s->reason = intern_str("locked while it gets another execution "
	    "environment");
	group_free(&g);
}
