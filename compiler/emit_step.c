/*
 * What are the nested steps of a procedure? One a group of like EEs, outermost
 * layer first, outside them those of service units that enter or leave with
 * them; a procedure of a unit or a node has one of its own kind.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "dn.h"
#include "group.h"
#include "policy.h"
#include "steptype.h"

static void
act_on(struct emitter *e, struct unit *u, const struct group *g)
{
	size_t i;
	uint32_t *v = arena_array(&e->c->arena, g->nee, sizeof(*v));

	for (i = 0; i < g->nee; i++)
		v[i] = e->f->v[g->ee[i]].dn;
	u->acted_on.name = v;
	u->acted_on.nname = g->nee;
}

/* What the EEs of a group stand on: where their software is worked on. */
static void
environments(struct emitter *e, const struct group *g, struct bundle_ref *b)
{
	uint32_t *v = mem_alloc(g->nee, sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < g->nee; i++) {
		uint32_t below = tree_parent(e->f, g->ee[i]);

		v[i] = e->f->v[below == NONE ? g->ee[i] : below].dn;
	}
	dn_sort(v, g->nee);
	b->env = arena_array(&e->c->arena, g->nee, sizeof(*b->env));
	for (i = 0; i < g->nee; i++)
		if (i == 0 || v[i] != v[i - 1])
			b->env[n++].ee = v[i];
	b->nenv = n;
	free(v);
}

static void
use_bundle(struct emitter *e, const struct model *m, uint32_t type,
    const struct group *g, bool env, struct bundle_ref **v, size_t *n)
{
	uint32_t bundle = steptype_bundle(m, type);

	if (bundle == NAME_NONE)
		return;
	emit_require_bundle(e, m, type, bundle);
	*v = arena_alloc(&e->c->arena, sizeof(**v));
	(*v)[0] = (struct bundle_ref){ .bundle = bundle };
	if (env)
		environments(e, g, *v);
	*n = 1;
}

static void
fill_modify(struct emitter *e, struct step *s, struct group *g)
{
	struct delta d = { e->f->v[g->ee[0]].s, e->f->v[g->ee[0]].t,
		OP_MODIFY };
	struct modification *mod = NULL;
	size_t n = 0, cap = 0, i;
	struct target_template *t;
	struct unit *u = &s->activation;
	uint32_t old_b = steptype_bundle(e->s, g->old_type);
	uint32_t new_b = steptype_bundle(e->t, g->new_type);

	s->scope = SCOPE_MODIFY;
	act_on(e, u, g);
	if (g->op == OP_MODIFY) {
		if (old_b != new_b) {
			use_bundle(e, e->s, g->old_type, g, false,
			    &u->sw_remove, &u->nremove);
			use_bundle(e, e->t, g->new_type, g, false, &u->sw_add,
			    &u->nadd);
		}
		emit_changes(e, &d, e->w->complete, &mod, &n, &cap, false);
	}
	s->template = arena_array(&e->c->arena, g->ntemplate + 1,
	    sizeof(*t));
	if (n > 0) {
		t = &s->template[s->ntemplate++];
		t->type = g->old_type;
		t->mod = emit_copy(e, mod, n, sizeof(*mod));
		t->nmod = n;
	}
	for (i = 0; i < g->ntemplate; i++)
		s->template[s->ntemplate++] = g->template_v[i];
	free(mod);
}

static void
fill_add(struct emitter *e, struct step *s, struct group *g)
{
	struct unit *u = &s->activation;

	s->scope = SCOPE_ADD_REMOVE;
	u->nadded = g->added.n;
	u->added = emit_copy(e, g->added.v, g->added.n, sizeof(*u->added));
	use_bundle(e, e->t, g->new_type, g, true, &u->sw_add, &u->nadd);
}

static int
deeper_first(const void *a, const void *b)
{
	size_t x = name_len(*(const uint32_t *)a);
	size_t y = name_len(*(const uint32_t *)b);

	return x != y ? (x > y ? -1 : 1) :
	    dn_natural(*(const uint32_t *)a, *(const uint32_t *)b);
}

static void
fill_remove(struct emitter *e, struct step *s, struct group *g)
{
	struct unit *u = &s->deactivation;
	uint32_t *v;

	s->scope = SCOPE_ADD_REMOVE;
	act_on(e, u, g);
	v = arena_array(&e->c->arena, g->nremoved + g->nee, sizeof(*v));
	if (g->nremoved > 0)
		memcpy(v, g->removed, g->nremoved * sizeof(*v));
	memcpy(v + g->nremoved, u->acted_on.name, g->nee * sizeof(*v));
	/* An EE's own descendants have longer names than it. */
	qsort(v + g->nremoved, g->nee, sizeof(*v), deeper_first);
	u->removed.name = v;
	u->removed.nname = g->nremoved + g->nee;
	use_bundle(e, e->s, g->old_type, g, true, &u->sw_remove, &u->nremove);
}

static void
fill_acted_on(struct emitter *e, struct step *s, struct group *g)
{
	s->scope = SCOPE_ADD_REMOVE;
	act_on(e, &s->deactivation, g);
	act_on(e, &s->activation, g);
}

void
emit_set_type(struct step *s, enum step_type type)
{
	s->in_phase = type == STEP_IN_PHASE;
	s->restart = type == STEP_REDUCED || type == STEP_LOCKED_REDUCED;
	s->locked_reduced = type == STEP_LOCKED_REDUCED;
}

/* All EEs of a group must agree to a type; the first that wants in-phase has
 * its way. */
static struct type_choice
group_type(struct emitter *e, const struct group *g, bool innermost)
{
	struct type_choice c = { STEP_IN_PHASE, "" }, x;
	size_t i;

	for (i = 0; i < g->nee; i++) {
		uint32_t below = tree_parent(e->f, g->ee[i]);
		bool changes = below != NONE &&
		    steptype_base_changes(e->f, below);

		x = steptype_ee(e->f, e->policy, g->ee[i], (enum op)g->op,
		    innermost, changes);
		if (i == 0)
			c = x;
		else if (x.type != c.type)
			return (struct type_choice){ STEP_IN_PHASE,
				"not all of them allow another type" };
	}
	return c;
}

static const char *
layer_reason(const struct group *g, bool innermost)
{
	switch (g->op) {
	case OP_ADD:
		return innermost ? "added" : "added on the layer inside";
	case OP_REMOVE:
		return "removed, before the layer it stands on is touched";
	case OP_MODIFY:
		return "modified";
	default:
		return "not changed, but stands on what goes down: acted on, "
		    "and comes back";
	}
}

static void
finish_step(struct emitter *e, struct step *s, struct group *g, bool innermost)
{
	struct type_choice c = group_type(e, g, innermost);
	struct buf b = { 0 };
	size_t i;

	emit_set_type(s, c.type);
	for (i = 0; i < g->nee; i++) {
		uint32_t n = policy_max_retry(e->policy, e->f->v[g->ee[i]].dn);

		s->max_retry = i == 0 || n < s->max_retry ? n : s->max_retry;
	}
	buf_printf(&b, "%s; %s: %s", layer_reason(g, innermost),
	    step_type_name(s), c.why);
	s->reason = intern_buf(&b);
}

static void
fill_step(struct emitter *e, struct step *s, struct group *g, bool innermost)
{
	if (g->op == OP_MODIFY || g->template)
		fill_modify(e, s, g);
	else if (g->op == OP_ADD)
		fill_add(e, s, g);
	else if (g->op == OP_REMOVE)
		fill_remove(e, s, g);
	else
		fill_acted_on(e, s, g);
	finish_step(e, s, g, innermost);
}

static void
ee_steps(struct emitter *e, uint32_t k, struct procedure *out)
{
	const struct proc *p = &e->p->proc[k];
	struct grouping g = { 0 };
	size_t i;

	group_all(e, p, &g);
	emit_riders(e, k, &g);
	emit_switches(e, p, &g);
	emit_units(e, k, out, g.n);
	for (i = 0; i < g.n; i++) {
		fill_step(e, &out->step[out->nstep++], &g.v[i], i + 1 == g.n);
		group_free(&g.v[i]);
	}
	group_forget(e, p);
	free(g.v);
}

void
emit_steps(struct emitter *e, uint32_t k, struct procedure *out)
{
	switch (e->p->proc[k].kind) {
	case PROC_ADD:
	case PROC_MODIFY:
	case PROC_REMOVE:
		ee_steps(e, k, out);
		break;
	case PROC_MOVE:
		emit_move_step(e, k, out);
		break;
	default:
		emit_unit_step(e, k, out);
	}
}
