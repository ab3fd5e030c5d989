/*
 * What are the nested steps of a procedure? The EEs of one layer that change
 * alike (same operation, same old and new type, same attribute delta) share
 * one; outermost layer first. What rides on an EE stands in its step.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "dn.h"
#include "emit_build.h"
#include "nodebundle.h"
#include "policy.h"
#include "steptype.h"

struct group { /* one nested step in the making */
	uint16_t layer;
	uint8_t op;
	bool template; /* forModify although nothing but a list changes */
	uint32_t old_type, new_type, delta; /* delta: interned signature */
	uint32_t *ee;
	size_t nee, ee_cap;
	struct ops added;
	uint32_t *removed; /* riders, deepest first */
	size_t nremoved, removed_cap;
	struct target_template *template_v;
	size_t ntemplate, template_cap;
};

struct grouping {
	struct group *v;
	size_t n, cap;
};

static int
compare_names(const void *a, const void *b)
{
	return dn_natural(*(const uint32_t *)a, *(const uint32_t *)b);
}

/* --- like groups --- */

/* What changes in an EE, as a text that is equal for equal changes. */
static uint32_t
signature(struct emitter *e, uint32_t ee)
{
	struct modification *mod = NULL;
	size_t n = 0, cap = 0, i;
	struct buf b = { 0 };
	uint32_t id, k;
	struct delta d = { e->f->v[ee].s, e->f->v[ee].t, OP_MODIFY };

	emit_changes(e, &d, e->w->complete, &mod, &n, &cap, false);
	for (i = 0; i < n; i++) {
		const struct cattr *a = mod[i].attr;

		buf_printf(&b, "%u:%d", a->name, mod[i].op);
		for (k = 0; k < a->nvalue; k++)
			buf_printf(&b, ",%u", a->value[k]);
		buf_char(&b, ';');
	}
	id = intern(b.data == NULL ? "" : b.data, b.len);
	buf_free(&b);
	free(mod);
	return id;
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
static void
make_groups(struct emitter *e, const struct proc *p, struct grouping *g)
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

static void
forget_groups(struct emitter *e, const struct proc *p)
{
	size_t i;

	for (i = 0; i < p->nrole; i++)
		e->group_of[p->role[i].ee] = NONE;
}

static struct group *
group_of(struct emitter *e, struct grouping *g, uint32_t ee)
{
	if (ee == NONE || e->group_of[ee] == NONE)
		return NULL;
	return &g->v[e->group_of[ee]];
}

/* --- riders --- */

static struct target_template *
add_template(struct group *g, uint32_t parent, uint32_t type)
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

static void
add_modifications(struct emitter *e, struct group *g, const struct delta *d,
    uint32_t slot)
{
	struct modification *mod = NULL;
	size_t n = 0, cap = 0, i;
	uint32_t rdn, parent = reachable(e->t, d->t, &rdn);
	struct target_template *t;

	emit_changes(e, d, slot, &mod, &n, &cap, false);
	if (n > 0) {
		t = add_template(g, parent, NAME_NONE);
		for (i = 0; i < n; i++)
			mod[i].rdn = rdn;
		t->mod = emit_copy(e, mod, n, sizeof(*mod));
		t->nmod = n;
	}
	free(mod);
}

static void
add_created(struct emitter *e, struct group *g, struct ccb_op op)
{
	struct ops *o = &g->added;

	(void)e;
	o->v = mem_grow(o->v, o->n, &o->cap, sizeof(*o->v));
	o->v[o->n++] = op;
}

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
	add_created(e, g, op);
}

static void
add_removed(struct group *g, uint32_t dn)
{
	g->removed = mem_grow(g->removed, g->nremoved, &g->removed_cap,
	    sizeof(*g->removed));
	g->removed[g->nremoved++] = dn;
}

static void
add_riders(struct emitter *e, uint32_t k, struct grouping *g)
{
	uint32_t slot = slot_of(k, PART_STEP), i;

	for (i = e->w->at[slot]; i < e->w->at[slot + 1]; i++) {
		uint32_t x = e->w->order[i], ee = e->w->ride[x].with;
		const struct delta *d = &e->p->d->v[x];
		struct group *to = group_of(e, g, ee);

		if (to == NULL || (d->op == OP_ADD &&
		    e->w->ride[x].kind == RIDE_EE_CHANGE))
			continue;
		if (d->op == OP_ADD)
			create_rider(e, to, d, ee, slot);
		else if (d->op == OP_MODIFY &&
		    e->w->ride[x].kind == RIDE_EE_CHANGE)
			add_modifications(e, to, d, slot);
	}
	/* Removed: riders before EEs, deepest first. */
	for (i = e->w->at[slot + 1]; i-- > e->w->at[slot];) {
		uint32_t x = e->w->order[i], ee = e->w->ride[x].with;
		const struct delta *d = &e->p->d->v[x];
		struct group *to = group_of(e, g, ee);

		if (to != NULL && d->op == OP_REMOVE &&
		    e->w->ride[x].kind == RIDE_EE && tree_find(e->f, delta_dn(e->p->d, d)) == NONE)
			add_removed(to, delta_dn(e->p->d, d));
	}
}

/* --- service units that enter or leave with a modified EE --- */

/* They are a layer of their own, above the EEs: units that leave outermost,
 * then those that gain or lose components, then those that enter. */
enum { UNITS_LEAVE, UNITS_CHANGE, UNITS_ENTER, NUNITS };

struct units {
	struct group g[NUNITS];
	uint32_t *name[NUNITS]; /* DNs of the units */
	size_t n[NUNITS], cap[NUNITS];
	bool used[NUNITS];
};

static int
unit_group(const struct emitter *e, uint32_t su, enum op op)
{
	if (su != NONE && e->p->sv->su[su].s != NONE &&
	    e->p->sv->su[su].t != NONE)
		return UNITS_CHANGE;
	return op == OP_REMOVE ? UNITS_LEAVE : UNITS_ENTER;
}

static void
name_unit(struct units *u, int k, uint32_t dn)
{
	size_t i;

	for (i = 0; i < u->n[k]; i++)
		if (u->name[k][i] == dn)
			return;
	u->name[k] = mem_grow(u->name[k], u->n[k], &u->cap[k],
	    sizeof(**u->name));
	u->name[k][u->n[k]++] = dn;
}

static void
collect_units(struct emitter *e, uint32_t proc, struct units *u)
{
	uint32_t slot = slot_of(proc, PART_STEP), i, n;

	n = e->w->at[slot + 1] - e->w->at[slot];
	for (i = 0; i < 2 * n; i++) {
		/* Creates parents first, then deletes children first. */
		bool add = i < n;
		uint32_t x = e->w->order[e->w->at[slot] +
		    (add ? i : 2 * n - 1 - i)], su;
		const struct delta *d = &e->p->d->v[x];
		int k;

		if (e->w->ride[x].kind != RIDE_EE_CHANGE ||
		    d->op != (add ? OP_ADD : OP_REMOVE))
			continue;
		su = ride_unit(e->p, d);
		k = unit_group(e, su, d->op);
		u->used[k] = true;
		if (su != NONE)
			name_unit(u, k, e->p->sv->su[su].dn);
		if (add)
			add_created(e, &u->g[k], emit_create(e, d->t, slot));
		else
			add_removed(&u->g[k], delta_dn(e->p->d, d));
	}
}

static void
fill_units(struct emitter *e, struct step *s, struct units *u, int k)
{
	static const char *const why[] = {
		"leave with the change below them; in-phase: an outer step "
		    "that adds or removes",
		"gain or lose components with the change below them; "
		    "in-phase: an outer step that adds or removes",
		"enter with the change below them; in-phase: an outer step "
		    "that adds or removes" };
	const struct group *g = &u->g[k];

	s->scope = SCOPE_ADD_REMOVE;
	s->in_phase = true;
	s->max_retry = policy_max_retry(e->policy, u->n[k] > 0 ?
	    u->name[k][0] : (uint32_t)NAME_EMPTY);
	s->reason = intern_str(why[k]);
	if (u->n[k] > 0)
		qsort(u->name[k], u->n[k], sizeof(uint32_t), compare_names);
	s->deactivation.acted_on.name = k == UNITS_ENTER ? NULL :
	    emit_copy(e, u->name[k], u->n[k], sizeof(uint32_t));
	s->deactivation.acted_on.nname = k == UNITS_ENTER ? 0 : u->n[k];
	s->activation.acted_on.name = s->deactivation.acted_on.name;
	s->activation.acted_on.nname = k == UNITS_CHANGE ? u->n[k] : 0;
	s->deactivation.removed.name = emit_copy(e, g->removed, g->nremoved,
	    sizeof(uint32_t));
	s->deactivation.removed.nname = g->nremoved;
	s->activation.added = emit_copy(e, g->added.v, g->added.n,
	    sizeof(*g->added.v));
	s->activation.nadded = g->added.n;
	free(g->added.v);
	free(g->removed);
	free(u->name[k]);
}

/* --- lists that change while all of it is down --- */

static void
add_switches(struct emitter *e, const struct proc *p, struct grouping *g)
{
	size_t i;

	for (i = 0; i < p->in_step.n; i++) {
		const struct dep_change *c = &p->in_step.v[i];
		const struct dep *d = &e->f->dep[c->dep];
		struct group *to = group_of(e, g, d->ee);
		struct target_template *t;
		struct modification *m;
		uint32_t *min = arena_alloc(&e->c->arena, sizeof(*min));
		uint32_t n;
		const uint32_t *v;

		if (to == NULL)
			continue;
		to->template = true;
		t = add_template(to, e->f->v[d->ee].dn, NAME_NONE);
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

/* --- one group becomes one step --- */

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
	qsort(v, g->nee, sizeof(*v), compare_names);
	b->env = arena_array(&e->c->arena, g->nee, sizeof(*b->env));
	for (i = 0; i < g->nee; i++)
		if (i == 0 || v[i] != v[i - 1])
			b->env[n++].ee = v[i];
	b->nenv = n;
	free(v);
}

/* A bundle that a step installs or removes must be known to the model. */
static void
require_bundle(struct emitter *e, const struct model *m, uint32_t type,
    uint32_t bundle)
{
	uint32_t o = model_find(m, type), a;

	if (model_find(m, bundle) != NONE || o == NONE)
		return;
	a = model_attr(m, o, m->object[o].class == N_SaAmfCompType ?
	    N_saAmfCtSwBundle : N_saPlmEetSwBundle);
	diag_report(e->diag, DIAG_NO_BUNDLE, a == NONE ? model_place(m, o) :
	    model_value_place(m, a, 0), type,
	    "\"%s\" is to be %s, but the bundle \"%s\" is not in this model",
	    name_str(type), m == e->t ? "installed" : "removed",
	    name_str(bundle));
}

static void
use_bundle(struct emitter *e, const struct model *m, uint32_t type,
    const struct group *g, bool env, struct bundle_ref **v, size_t *n)
{
	uint32_t bundle = steptype_bundle(m, type);

	if (bundle == NAME_NONE)
		return;
	require_bundle(e, m, type, bundle);
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

static void
set_type(struct step *s, enum step_type type)
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

	set_type(s, c.type);
	for (i = 0; i < g->nee; i++) {
		uint32_t n = policy_max_retry(e->policy, e->f->v[g->ee[i]].dn);

		s->max_retry = i == 0 || n < s->max_retry ? n : s->max_retry;
	}
	buf_printf(&b, "%s; %s: %s", layer_reason(g, innermost),
	    step_type_name(s), c.why);
	s->reason = intern(b.data, b.len);
	buf_free(&b);
}

static void
ee_steps(struct emitter *e, uint32_t k, struct procedure *out)
{
	const struct proc *p = &e->p->proc[k];
	struct grouping g = { 0 };
	struct units u = { 0 };
	size_t i;

	make_groups(e, p, &g);
	add_riders(e, k, &g);
	add_switches(e, p, &g);
	collect_units(e, k, &u);
	out->step = arena_array(&e->c->arena, g.n + NUNITS,
	    sizeof(*out->step));
	for (i = 0; i < NUNITS; i++)
		if (u.used[i])
			fill_units(e, &out->step[out->nstep++], &u, (int)i);
	for (i = 0; i < g.n; i++) {
		struct step *s = &out->step[out->nstep++];
		struct group *x = &g.v[i];

		if (x->op == OP_MODIFY || x->template)
			fill_modify(e, s, x);
		else if (x->op == OP_ADD)
			fill_add(e, s, x);
		else if (x->op == OP_REMOVE)
			fill_remove(e, s, x);
		else
			fill_acted_on(e, s, x);
		finish_step(e, s, x, i + 1 == g.n);
		free(x->ee);
		free(x->added.v);
		free(x->removed);
		free(x->template_v);
	}
	forget_groups(e, p);
	free(g.v);
}

/* --- service units and moved nodes --- */

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
	uint32_t slot = slot_of(k, PART_STEP), i;

	for (i = e->w->at[slot]; i < e->w->at[slot + 1]; i++) {
		const struct delta *d = &e->p->d->v[e->w->order[i]];

		if (d->op == OP_ADD)
			add_created(e, g, emit_create(e, d->t, slot));
		else if (d->op == OP_MODIFY)
			add_modifications(e, g, d, slot);
	}
	for (i = e->w->at[slot + 1]; i-- > e->w->at[slot];) {
		const struct delta *d = &e->p->d->v[e->w->order[i]];

		if (d->op == OP_REMOVE)
			add_removed(g, delta_dn(e->p->d, d));
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

static void
unit_step(struct emitter *e, uint32_t k, struct procedure *out)
{
	const struct proc *p = &e->p->proc[k];
	const struct su *u = &e->p->sv->su[p->root];
	enum op op = p->kind == PROC_AMF_ADD ? OP_ADD :
	    p->kind == PROC_AMF_REMOVE ? OP_REMOVE : OP_MODIFY;
	struct group g = { 0 };
	struct type_choice c;
	uint32_t slot = slot_of(k, PART_STEP);
	struct step *s;
	struct buf b = { 0 };

	out->nstep = 1;
	s = out->step = arena_alloc(&e->c->arena, sizeof(*s));
	unit_riders(e, k, &g);
	fill_unit(e, s, u, &g, op);
	c = steptype_unit(e->p, u, op, &e->w->order[e->w->at[slot]],
	    e->w->at[slot + 1] - e->w->at[slot]);
	set_type(s, c.type);
	s->max_retry = policy_max_retry(e->policy, u->dn);
	buf_printf(&b, "%s: %s", step_type_name(s), c.why);
	s->reason = intern(b.data, b.len);
	buf_free(&b);
	free(g.added.v);
	free(g.removed);
	free(g.template_v);
}

/* Locks the AMF node (and the CLM node whose EE changes) while the model says
 * where it stands from now on. */
static void
move_step(struct emitter *e, uint32_t k, struct procedure *out)
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
	add_modifications(e, &g, &e->p->d->v[place_delta(e->w, dn)],
	    slot_of(k, PART_STEP));
	s->template = emit_copy(e, g.template_v, g.ntemplate,
	    sizeof(*s->template));
	s->ntemplate = g.ntemplate;
	s->max_retry = policy_max_retry(e->policy, dn);
	set_type(s, STEP_IN_PHASE);
	s->reason = intern_str("locked while it gets another execution "
	    "environment");
	free(g.template_v);
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
		move_step(e, k, out);
		break;
	default:
		unit_step(e, k, out);
	}
}
