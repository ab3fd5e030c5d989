/*
 * Which procedures can be written as one that rolls over their hosts? Those
 * that follow each other and differ in nothing but names, where each layer is
 * of one type: then templates by type say what the names said. Nothing is
 * taken on trust: the model is followed through the campaign, each rolling
 * procedure is written out in it again as it will be when it runs, and where
 * that names others, or in another order, the run ends before.
 *
 * Where the hosts are all of their type in the domain they are not even named;
 * else the template of the lowest layer names them.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "diag.h"
#include "dn.h"
#include "fold.h"
#include "risk.h"
#include "roll.h"

enum { TRIES = 16 }; /* hosts of a run that look alike and are not */

struct folder {
	struct campaign *c;
	struct world *w;
	struct diag quiet;
	struct procedure *out; /* what the campaign will have */
	size_t nout;
	struct risks risks;
	size_t *order; /* of the procedures as they were */
};

/* --- alike? --- */

static bool
same_refs(const struct bundle_ref *a, size_t na, const struct bundle_ref *b,
    size_t nb)
{
	size_t i;

	for (i = 0; i < na && na == nb; i++)
		if (a[i].bundle != b[i].bundle || a[i].path != b[i].path ||
		    a[i].nenv > 0 || b[i].nenv > 0)
			return false;
	return na == nb;
}

static bool
same_attrs(const struct cattr *a, uint32_t na, const struct cattr *b,
    uint32_t nb)
{
	uint32_t i;

	for (i = 0; i < na && na == nb; i++)
		if (a[i].name != b[i].name || a[i].type != b[i].type ||
		    a[i].nvalue != b[i].nvalue || (a[i].nvalue > 0 &&
		    memcmp(a[i].value, b[i].value, a[i].nvalue *
		    sizeof(*a[i].value)) != 0))
			return false;
	return na == nb;
}

static bool
same_template(const struct target_template *a, const struct target_template *b)
{
	size_t i;

	if (a->parent != b->parent || a->type != b->type ||
	    a->nmod != b->nmod)
		return false;
	for (i = 0; i < a->nmod; i++)
		if (a->mod[i].op != b->mod[i].op ||
		    a->mod[i].rdn != b->mod[i].rdn ||
		    !same_attrs(a->mod[i].attr, a->mod[i].nattr,
		    b->mod[i].attr, b->mod[i].nattr))
			return false;
	return true;
}

static bool
same_step(const struct step *a, const struct step *b)
{
	size_t i;

	if (a->restart != b->restart || a->in_phase != b->in_phase ||
	    a->locked_reduced != b->locked_reduced ||
	    a->max_retry != b->max_retry || a->ntemplate != b->ntemplate ||
	    !same_refs(a->activation.sw_remove, a->activation.nremove,
	    b->activation.sw_remove, b->activation.nremove) ||
	    !same_refs(a->activation.sw_add, a->activation.nadd,
	    b->activation.sw_add, b->activation.nadd))
		return false;
	for (i = 0; i < a->ntemplate; i++)
		if (!same_template(&a->template[i], &b->template[i]))
			return false;
	return true;
}

/* The one type of all that a step acts on, or NAME_NONE. */
static uint32_t
type_of(const struct folder *f, const struct step *s)
{
	const struct entity_list *l = &s->activation.acted_on;
	uint32_t type = NAME_NONE;
	size_t i;

	for (i = 0; i < l->nname; i++) {
		uint32_t t = world_class(f->w, l->name[i]) == N_SaPlmEE ?
		    reach_type(f->w, l->name[i]) : (uint32_t)NAME_NONE;

		if (t == NAME_NONE || (i > 0 && t != type))
			return NAME_NONE;
		type = t;
	}
	return type;
}

/* What the innermost step acts on. */
static uint32_t
root_of(const struct procedure *p)
{
	return p->step[p->nstep - 1].activation.acted_on.name[0];
}

static bool
can_roll(const struct folder *f, const struct procedure *p)
{
	size_t i;

	if (p->method == METHOD_ROLLING || p->nstep == 0 || p->init.n > 0 ||
	    p->wrapup.n > 0 || p->outage == OUTAGE_SOME)
		return false;
	for (i = 0; i < p->nstep; i++) {
		const struct step *s = &p->step[i];

		if (s->scope != SCOPE_MODIFY || s->ncallback > 0 ||
		    s->activation.acted_on.ntemplate > 0 ||
		    type_of(f, s) == NAME_NONE)
			return false;
	}
	return p->step[p->nstep - 1].activation.acted_on.nname == 1;
}

static bool
are_alike(const struct folder *f, const struct procedure *a,
    const struct procedure *b)
{
	size_t i;

	if (!can_roll(f, b) || a->nstep != b->nstep ||
	    a->outage != b->outage || a->period != b->period ||
	    dn_natural(root_of(a), root_of(b)) >= 0)
		return false;
	for (i = 0; i < a->nstep; i++)
		if (type_of(f, &a->step[i]) != type_of(f, &b->step[i]) ||
		    !same_step(&a->step[i], &b->step[i]))
			return false;
	return true;
}

/* --- one that rolls --- */

static uint32_t
domain_of(const struct folder *f, uint32_t dn)
{
	while (dn != NAME_NONE && world_class(f->w, dn) != N_SaPlmDomain)
		dn = dn_parent_known(dn);
	return dn;
}

/* The template that names the nodes, n of them. */
static void
name_nodes(struct folder *f, struct step *s, size_t first, size_t n)
{
	uint32_t type = s->unit_template[0].type;
	size_t i;

	s->unit_template = arena_array(&f->c->arena, n,
	    sizeof(*s->unit_template));
	s->nunit_template = n;
	for (i = 0; i < n; i++)
		s->unit_template[i] = (struct entity_template){
			root_of(&f->c->procedure[f->order[first + i]]), type };
}

static uint32_t
reason(size_t n)
{
	struct buf b = { 0 };

	buf_printf(&b, "the same on %zu hosts that are alike, one at a time",
	    n);
	return intern_buf(&b);
}

static struct procedure
make_rolling(struct folder *f, size_t first, size_t n)
{
	const struct procedure *like = &f->c->procedure[f->order[first]];
	struct procedure p = *like;
	size_t i;

	p.method = METHOD_ROLLING;
	p.simultaneous = 1;
	p.reason = reason(n);
	p.step = arena_array(&f->c->arena, p.nstep, sizeof(*p.step));
	for (i = 0; i < p.nstep; i++) {
		struct step *s = &p.step[i];

		*s = like->step[i];
		s->scope = SCOPE_TEMPLATE;
		s->activation.acted_on = (struct entity_list){ 0 };
		s->node_template = domain_of(f, root_of(like));
		s->nunit_template = 1;
		s->unit_template = arena_array(&f->c->arena, 1,
		    sizeof(*s->unit_template));
		s->unit_template[0] = (struct entity_template){ NAME_NONE,
			type_of(f, &like->step[i]) };
	}
	return p;
}

/* --- is it the same? --- */

static bool
does_same(const struct procedure *a, const struct procedure *b)
{
	size_t i;

	for (i = 0; i < a->nstep && a->nstep == b->nstep; i++) {
		const struct entity_list *x = &a->step[i].activation.acted_on;
		const struct entity_list *y = &b->step[i].activation.acted_on;

		if (x->nname != y->nname || memcmp(x->name, y->name,
		    x->nname * sizeof(*x->name)) != 0)
			return false;
	}
	return a->nstep == b->nstep;
}

/* For how many of the run does p do what these do? The model goes along. */
static size_t
follow(struct folder *f, const struct procedure *p, size_t first, size_t n)
{
	struct arena scratch = { 0 };
	const struct procedure *step;
	struct roll r;
	size_t i = 0;

	roll_begin(&r, f->w, p);
	for (; r.nodes.n == n && i < n; i++) {
		step = roll_step(&r, i, &scratch);
		if (!does_same(step, &f->c->procedure[f->order[first + i]]))
			break;
		apply_step(f->w, f->c, &f->c->procedure[f->order[first + i]],
		    &f->quiet);
	}
	roll_end(&r);
	arena_free(&scratch);
	return i;
}

/* One for the run of n, or for as many of it as can be; how many. */
static size_t
fold(struct folder *f, size_t first, size_t n)
{
	struct procedure p = make_rolling(f, first, n);
	size_t mark = world_mark(f->w), done;
	bool named = false;

	while ((done = follow(f, &p, first, n)) < n) {
		world_revert(f->w, mark);
		if (named && done < 2)
			return 1;
		n = done < 2 ? n : done;
		name_nodes(f, &p.step[p.nstep - 1], first, n);
		named = true;
	}
	p.reason = reason(n);
	p.risk = risk_fold(&f->risks, f->order + first, n);
	f->out[f->nout++] = p;
	return n;
}

/* --- the whole --- */

static void
apply_list(struct folder *f, const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		apply_ccb(f->w, f->c, &l->v[i], &f->quiet);
}

static void
keep(struct folder *f, const struct procedure *p)
{
	apply_list(f, &p->init);
	apply_step(f->w, f->c, p, &f->quiet);
	apply_list(f, &p->wrapup);
	f->out[f->nout++] = *p;
}

static size_t
run_from(const struct folder *f, size_t first)
{
	const struct procedure *v = f->c->procedure;
	size_t k = first + 1;

	if (!can_roll(f, &v[f->order[first]]))
		return 1;
	while (k < f->c->nprocedure && are_alike(f, &v[f->order[k - 1]],
	    &v[f->order[k]]))
		k++;
	return k - first;
}

size_t
fold_run(struct campaign *c, const struct model *source)
{
	struct folder f = { .c = c, .w = world_new(source),
		.order = campaign_order(c) };
	size_t i, n, end = 0, tries = 0, was = c->nprocedure;

	f.out = arena_array(&c->arena, was + 1, sizeof(*f.out));
	risks_read(&f.risks, c);
	apply_add_to_imm(f.w, c, &f.quiet);
	apply_list(&f, &c->init);
	for (i = 0; i < was; i += n) {
		if (i >= end) {
			end = i + run_from(&f, i);
			tries = 0;
		}
		n = end - i > 1 && tries < TRIES ? fold(&f, i, end - i) : 1;
		if (n > 1)
			continue;
		tries++;
		keep(&f, &c->procedure[f.order[i]]);
	}
	c->procedure = f.out;
	c->nprocedure = f.nout;
	for (i = 0; i < f.nout; i++)
		f.out[i].level = (uint32_t)i;
	free(f.order);
	risks_free(&f.risks);
	diag_free(&f.quiet);
	world_free(f.w);
	return was - f.nout;
}
