/*
 * What does a campaign do to a model? Creates, modifies and deletes in the
 * order the campaign language defines. What cannot be done is reported at its
 * place and left out, so that one run tells everything.
 *
 * A1  All model changes of an embedded step are one unit: whom its templates
 *     mean is settled before the first change of the unit.
 * A2  Within the unit: deletes outermost to innermost, modifications, creates
 *     innermost to outermost.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "dn.h"
#include "roll.h"
#include "world.h"

struct run {
	struct world *world;
	const struct campaign *campaign;
	struct diag *diag;
	bool ok;
};

static struct place
at(const struct run *r, uint32_t pos)
{
	return campaign_place(r->campaign, pos);
}

static bool
parent_is_there(struct run *r, const struct ccb_op *op)
{
	uint32_t parent = dn_parent(op->dn);
	struct change *c;

	if (parent == NAME_NONE || world_exists(r->world, parent))
		return true;
	c = world_change(r->world, parent);
	if (model_find(r->world->base, parent) != NONE || c->fresh)
		return diag_report(r->diag, DIAG_CANNOT_CREATE,
		    at(r, op->pos), op->dn,
		    "\"%s\" is created after its parent is deleted",
		    name_str(op->dn));
	/* A model may be an extract: the parent can be outside of it. */
	if (!c->orphaned) {
		c->orphaned = true;
		c->orphan_pos = op->pos;
		diag_report(r->diag, DIAG_PARENT_OUTSIDE, at(r, op->pos),
		    op->dn, "the parent of \"%s\" is not in the model",
		    name_str(op->dn));
	}
	return true;
}

static void
create(struct run *r, const struct ccb_op *op)
{
	const struct change *c;

	if (world_exists(r->world, op->dn)) {
		r->ok = diag_report(r->diag, DIAG_CANNOT_CREATE,
		    at(r, op->pos), op->dn,
		    "\"%s\" is created but exists already",
		    name_str(op->dn));
		return;
	}
	if (!parent_is_there(r, op)) {
		r->ok = false;
		return;
	}
	c = world_changed(r->world, op->dn);
	if (c != NULL && c->orphaned)
		r->ok = diag_report(r->diag, DIAG_CANNOT_CREATE,
		    at(r, c->orphan_pos), op->dn,
		    "an object is created before its parent \"%s\"",
		    name_str(op->dn));
	world_create(r->world, op->dn, op->class, op->attr, op->nattr);
}

static void
delete(struct run *r, uint32_t dn, uint32_t pos)
{
	uint32_t n;

	if (!world_exists(r->world, dn)) {
		r->ok = diag_report(r->diag, DIAG_CANNOT_DELETE, at(r, pos),
		    dn, "\"%s\" is deleted but does not exist",
		    name_str(dn));
		return;
	}
	n = world_children(r->world, dn);
	if (n > 0) {
		r->ok = diag_report(r->diag, DIAG_CANNOT_DELETE, at(r, pos),
		    dn, "\"%s\" is deleted while %u of its children exist",
		    name_str(dn), n);
		return;
	}
	world_delete(r->world, dn);
}

static void
modify(struct run *r, uint32_t dn, enum modify_op op, const struct cattr *v,
    uint32_t n, uint32_t pos)
{
	uint32_t i;

	if (!world_exists(r->world, dn)) {
		r->ok = diag_report(r->diag, DIAG_CANNOT_MODIFY, at(r, pos),
		    dn, "\"%s\" is modified but does not exist",
		    name_str(dn));
		return;
	}
	for (i = 0; i < n; i++)
		world_modify(r->world, dn, op, &v[i]);
}

static void
run_op(struct run *r, const struct ccb_op *op)
{
	switch (op->kind) {
	case CCB_CREATE:
		create(r, op);
		break;
	case CCB_DELETE:
		delete(r, op->dn, op->pos);
		break;
	case CCB_MODIFY:
		modify(r, op->dn, op->op, op->attr, op->nattr, op->pos);
		break;
	}
}

bool
apply_ccb(struct world *w, const struct campaign *c, const struct action *a,
    struct diag *d)
{
	struct run r = { w, c, d, true };
	size_t i;

	if (a->kind == ACTION_CCB)
		for (i = 0; i < a->nop; i++)
			run_op(&r, &a->op[i]);
	return r.ok;
}

static void
add_attr(struct world *w, struct ccb_op *op, uint32_t name,
    enum value_type type, uint32_t text)
{
	uint32_t *v;

	if (text == NAME_NONE)
		return;
	v = arena_array(&w->arena, 1, sizeof(*v));
	*v = text;
	op->attr[op->nattr++] = (struct cattr){ name, type, 1, v };
}

enum { BUNDLE_ATTRS = 0
#define BUNDLE_ATTR(name, field, type) + 1
#include "bundle_attrs.def"
#undef BUNDLE_ATTR
};

/* The SaSmfSwBundle object that a softwareBundle element stands for. */
static struct ccb_op
bundle_object(struct world *w, const struct bundle *b)
{
	struct ccb_op op = { .kind = CCB_CREATE, .dn = b->name,
		.class = N_SaSmfSwBundle, .pos = b->pos };

	op.attr = arena_array(&w->arena, BUNDLE_ATTRS, sizeof(*op.attr));
#define BUNDLE_ATTR(name, field, type) \
	add_attr(w, &op, N_##name, TYPE_##type, b->field);
#include "bundle_attrs.def"
#undef BUNDLE_ATTR
	return op;
}

/* What addToImm names may be there already, with the same values: a new
 * version names its base type again. */
static bool
is_there_already(const struct world *w, const struct ccb_op *op)
{
	const uint32_t *v;
	uint32_t i;
	size_t n;

	if (world_class(w, op->dn) != op->class)
		return false;
	for (i = 0; i < op->nattr; i++) {
		v = world_values(w, op->dn, op->attr[i].name, &n);
		if (!values_equal(v, n, op->attr[i].value, op->attr[i].nvalue))
			return false;
	}
	return true;
}

static void
add(struct run *r, const struct ccb_op *op)
{
	if (!is_there_already(r->world, op))
		create(r, op);
}

bool
apply_add_to_imm(struct world *w, const struct campaign *c, struct diag *d)
{
	struct run r = { w, c, d, true };
	struct ccb_op op;
	size_t i;

	for (i = 0; i < c->nbundle; i++) {
		op = bundle_object(w, &c->bundle[i]);
		add(&r, &op);
	}
	for (i = 0; i < c->ntype; i++)
		add(&r, &c->type[i]);
	return r.ok;
}

/* One modification and the entities it was found to mean. */
struct target {
	const struct target_template *template;
	struct dn_list entity;
};

static uint32_t
child(uint32_t rdn, uint32_t dn)
{
	return rdn == NAME_NONE || rdn == NAME_EMPTY ? dn : dn_join(rdn, dn);
}

static void
modify_target(struct run *r, const struct target *t)
{
	size_t i, k;

	for (i = 0; i < t->template->nmod; i++) {
		const struct modification *m = &t->template->mod[i];

		for (k = 0; k < t->entity.n; k++)
			modify(r, child(m->rdn, t->entity.v[k]), m->op,
			    m->attr, m->nattr, m->pos);
	}
}

static void
find_target(struct run *r, const struct target_template *t,
    const struct dn_list *acted_on, struct target *out)
{
	out->template = t;
	reach_targets(r->world, t, acted_on, &out->entity);
	if (out->entity.n == 0 && t->nmod > 0)
		diag_report(r->diag, DIAG_TEMPLATE_MEANS_NONE,
		    at(r, t->mod[0].pos), t->type,
		    "the template selects nothing: no entity here is of type "
		    "\"%s\"", name_str(t->type));
}

static size_t
count_targets(const struct procedure *p)
{
	size_t n = 0, i;

	for (i = 0; i < p->nstep; i++)
		n += p->step[i].ntemplate;
	return n;
}

static struct target *
find_targets(struct run *r, const struct procedure *p) /* A1 */
{
	struct target *t = mem_alloc(count_targets(p), sizeof(*t)), *next = t;
	size_t i, k;

	for (i = 0; i < p->nstep; i++) {
		const struct step *s = &p->step[i];
		struct dn_list acted_on = { 0 };

		if (s->ntemplate > 0)
			reach_acted_on(r->world, s, &acted_on);
		for (k = 0; k < s->ntemplate; k++)
			find_target(r, &s->template[k], &acted_on, next++);
		dn_list_free(&acted_on);
	}
	return t;
}

struct below {
	const struct dn_list *top;
	struct dn_list found;
};

static void
find_below(void *arg, uint32_t dn)
{
	struct below *b = arg;
	size_t i;

	for (i = 0; i < b->top->n; i++)
		if (dn == b->top->v[i] || dn_is_below(dn, b->top->v[i])) {
			dn_list_add(&b->found, dn);
			return;
		}
}

static int
longest_first(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (name_len(x) != name_len(y))
		return name_len(x) < name_len(y) ? 1 : -1;
	return strcmp(name_str(x), name_str(y));
}

/* What a template removes goes with all that is below it, leaves first. */
static void
delete_by_template(struct run *r, const struct step *s)
{
	struct entity_list templates = s->deactivation.removed;
	struct dn_list top = { 0 };
	struct below b = { .top = &top };
	size_t i;

	templates.nname = 0;
	reach_entities(r->world, &templates, &top);
	if (top.n > 0)
		world_each(r->world, find_below, &b);
	if (b.found.n > 0)
		qsort(b.found.v, b.found.n, sizeof(*b.found.v),
		    longest_first);
	for (i = 0; i < b.found.n; i++)
		delete(r, b.found.v[i], s->pos);
	dn_list_free(&top);
	dn_list_free(&b.found);
}

static void
run_deletes(struct run *r, const struct step *s)
{
	const struct entity_list *l = &s->deactivation.removed;
	size_t i;

	for (i = 0; i < l->nname; i++)
		delete(r, l->name[i], l->pos == NULL ? s->pos : l->pos[i]);
	if (l->ntemplate > 0)
		delete_by_template(r, s);
}

/* One node after the other; what that does to the next one counts. */
static bool
roll(struct world *w, const struct campaign *c, const struct procedure *p,
    struct diag *d)
{
	struct roll r;
	bool ok = true;
	size_t i;

	roll_begin(&r, w, p);
	for (i = 0; i < r.nodes.n; i++)
		ok &= apply_step(w, c, roll_step(&r, i, &w->arena), d);
	roll_end(&r);
	return ok;
}

bool
apply_step(struct world *w, const struct campaign *c,
    const struct procedure *p, struct diag *d)
{
	struct run r = { w, c, d, true };
	size_t n = count_targets(p), i, k;
	struct target *t;

	if (p->method == METHOD_ROLLING)
		return roll(w, c, p, d);
	t = find_targets(&r, p);
	for (i = 0; i < p->nstep; i++) /* A2 */
		run_deletes(&r, &p->step[i]);
	for (i = 0; i < n; i++) {
		modify_target(&r, &t[i]);
		dn_list_free(&t[i].entity);
	}
	for (i = p->nstep; i-- > 0;)
		for (k = 0; k < p->step[i].activation.nadded; k++)
			create(&r, &p->step[i].activation.added[k]);
	free(t);
	return r.ok;
}

bool
apply_remove_from_imm(struct world *w, const struct campaign *c,
    struct diag *d)
{
	struct run r = { w, c, d, true };
	size_t i;

	for (i = 0; i < c->nremove_type; i++)
		delete(&r, c->remove_type[i], c->remove_type_pos == NULL ?
		    SRC_WHOLE : c->remove_type_pos[i]);
	for (i = 0; i < c->nremove_bundle; i++)
		delete(&r, c->remove_bundle[i].bundle,
		    c->remove_bundle[i].pos);
	return r.ok;
}

static bool
run_actions(struct world *w, const struct campaign *c,
    const struct action_list *l, struct diag *d)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < l->n; i++)
		ok &= apply_ccb(w, c, &l->v[i], d);
	return ok;
}

static bool
run_procedure(struct world *w, const struct campaign *c,
    const struct procedure *p, struct diag *d)
{
	bool ok = run_actions(w, c, &p->init, d);

	ok &= apply_step(w, c, p, d);
	ok &= run_actions(w, c, &p->wrapup, d);
	return ok;
}

bool
apply_campaign(struct world *w, const struct campaign *c, struct diag *d)
{
	size_t *order = campaign_order(c), i;
	bool ok = apply_add_to_imm(w, c, d);

	ok &= run_actions(w, c, &c->init, d);
	for (i = 0; i < c->nprocedure; i++)
		ok &= run_procedure(w, c, &c->procedure[order[i]], d);
	free(order);
	ok &= run_actions(w, c, &c->complete, d);
	ok &= run_actions(w, c, &c->wrapup, d);
	ok &= apply_remove_from_imm(w, c, d);
	return ok;
}
