/*
 * What does a rolling procedure do on which node? Its pairs name templates
 * where those of a single step name entities. Whom they mean is settled node by
 * node, when the node's turn comes: of all that stands on the node then, each
 * pair takes what its template selects. So hosts that are alike need to be
 * described once, with the VMs that happen to be caught on each of them.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "roll.h"

struct roll_names { /* of one pair */
	struct idmap parent; /* DN: first template that names it, + 1 */
	uint32_t *next; /* template: the next one with its parent, + 1 */
	bool any; /* some template names no parent */
};

static size_t
innermost(const struct roll *r)
{
	return r->p->nstep - 1;
}

static bool
fits(const struct roll *r, const struct entity_template *t, uint32_t dn)
{
	return t->type == NAME_NONE || reach_type(r->world, dn) == t->type;
}

static void
read_names(struct roll_names *n, const struct step *s)
{
	uint32_t *first;
	size_t i;

	n->next = mem_alloc(s->nunit_template, sizeof(*n->next));
	for (i = s->nunit_template; i-- > 0;) {
		if (s->unit_template[i].parent == NAME_NONE) {
			n->any = true;
			continue;
		}
		first = idmap_at(&n->parent, s->unit_template[i].parent);
		n->next[i] = *first;
		*first = (uint32_t)i + 1;
	}
}

/* By a template that names the object, or one that it is below. */
static bool
selects_below(const struct roll *r, size_t pair, uint32_t dn)
{
	const struct step *s = &r->p->step[pair];
	const struct roll_names *n = &r->names[pair];
	uint32_t top, i;

	for (top = dn; top != NAME_NONE; top = dn_parent_known(top))
		for (i = idmap_get(&n->parent, top); i != 0;
		    i = n->next[i - 1])
			if (fits(r, &s->unit_template[i - 1], dn))
				return true;
	return false;
}

/* No template selects everything. */
static bool
selects(const struct roll *r, size_t pair, uint32_t dn)
{
	const struct step *s = &r->p->step[pair];
	size_t i;

	for (i = 0; r->names[pair].any && i < s->nunit_template; i++)
		if (s->unit_template[i].parent == NAME_NONE &&
		    fits(r, &s->unit_template[i], dn))
			return true;
	return s->nunit_template == 0 || selects_below(r, pair, dn);
}

/* --- nodes --- */

struct scan {
	struct roll *r;
	struct world *w;
	const struct step *last; /* the innermost pair */
	uint32_t top, class;
	struct dn_list *out;
};

static void
scan_object(void *arg, uint32_t dn)
{
	struct scan *s = arg;

	if (world_class(s->w, dn) != s->class ||
	    (dn != s->top && !dn_is_below(dn, s->top)))
		return;
	if (s->class != N_SaPlmEE || selects(s->r, innermost(s->r), dn))
		dn_list_add(s->out, dn);
}

/* Where each template says below what to look, not all has to be looked at. */
static bool
all_have_parents(const struct step *s)
{
	size_t i;

	for (i = 0; i < s->nunit_template; i++)
		if (s->unit_template[i].parent == NAME_NONE)
			return false;
	return s->nunit_template > 0;
}

static void
below_parents(struct scan *s)
{
	const struct entity_template *t = s->last->unit_template;
	struct dn_list found = { 0 };
	size_t i;

	for (i = 0; i < s->last->nunit_template; i++)
		reach_standing(s->w, t[i].parent, &found);
	dn_list_unique(&found);
	for (i = 0; i < found.n; i++)
		scan_object(s, found.v[i]);
	dn_list_free(&found);
}

static bool
parents_are_ees(const struct world *w, const struct step *s)
{
	size_t i;

	for (i = 0; i < s->nunit_template; i++)
		if (world_class(w, s->unit_template[i].parent) != N_SaPlmEE)
			return false;
	return true;
}

/* Those that stand on another one are done with that. */
static void
drop_upper(struct world *w, struct dn_list *l)
{
	struct idmap upper = { 0 };
	struct dn_list on = { 0 };
	size_t i, k, n = 0;

	for (i = 0; i < l->n; i++) {
		on.n = 0;
		reach_standing(w, l->v[i], &on);
		for (k = 1; k < on.n; k++)
			*idmap_at(&upper, on.v[k]) = 1;
	}
	for (i = 0; i < l->n; i++)
		if (idmap_get(&upper, l->v[i]) == 0)
			l->v[n++] = l->v[i];
	l->n = n;
	idmap_free(&upper);
	dn_list_free(&on);
}

static void
ee_nodes(struct scan *s)
{
	if (all_have_parents(s->last) && parents_are_ees(s->w, s->last))
		below_parents(s);
	else
		world_each(s->w, scan_object, s);
	drop_upper(s->w, s->out);
}

static void
group_nodes(struct scan *s)
{
	size_t n, i;
	const uint32_t *v = world_values(s->w, s->top, N_saAmfNGNodeList, &n);

	for (i = 0; i < n; i++)
		dn_list_add(s->out, v[i]);
}

static bool
is_unit(const struct world *w, uint32_t dn)
{
	return world_class(w, dn) == N_SaAmfSU ||
	    world_class(w, dn) == N_SaAmfComp;
}

/* A component that is not restarted goes with its unit. */
static uint32_t
acted_on(const struct world *w, const struct step *s, uint32_t dn)
{
	return !s->restart && world_class(w, dn) == N_SaAmfComp ?
	    dn_parent_known(dn) : dn;
}

/* On AMF nodes each unit that is selected has a step of its own. */
static void
units_of_nodes(struct scan *s)
{
	const struct step *last = s->last;
	struct dn_list all = { 0 };
	size_t i;

	if (last->nunit_template == 0)
		return;
	reach_hosted(s->w, s->out, &all);
	s->out->n = 0;
	for (i = 0; i < all.n; i++)
		if (is_unit(s->w, all.v[i]) &&
		    selects(s->r, innermost(s->r), all.v[i]))
			dn_list_add(s->out, acted_on(s->w, last, all.v[i]));
	dn_list_unique(s->out);
	dn_list_free(&all);
}

/* A cluster may be outside of a model that is an extract: then its nodes tell
 * what it is. */
static void
amf_nodes(struct scan *s)
{
	s->class = N_SaAmfNode;
	if (world_class(s->w, s->top) == N_SaAmfNodeGroup)
		group_nodes(s);
	else
		world_each(s->w, scan_object, s);
	units_of_nodes(s);
}

static void
find_nodes(struct roll *r)
{
	const struct step *last = &r->p->step[innermost(r)];
	struct scan s = { .r = r, .w = r->world, .last = last,
		.top = last->node_template, .class = N_SaPlmEE,
		.out = &r->nodes };

	switch (world_class(s.w, s.top)) {
	case N_SaAmfCluster:
	case N_SaAmfNodeGroup:
	case N_SaAmfNode:
		amf_nodes(&s);
		break;
	default:
		ee_nodes(&s);
		if (r->nodes.n == 0 && !world_exists(s.w, s.top))
			amf_nodes(&s);
	}
	dn_sort(r->nodes.v, r->nodes.n);
}

void
roll_begin(struct roll *r, struct world *w, const struct procedure *p)
{
	size_t i;

	*r = (struct roll){ .world = w, .p = p };
	r->names = mem_alloc(p->nstep, sizeof(*r->names));
	for (i = 0; i < p->nstep; i++)
		read_names(&r->names[i], &p->step[i]);
	if (p->nstep > 0)
		find_nodes(r);
}

void
roll_end(struct roll *r)
{
	size_t i;

	for (i = 0; i < r->p->nstep; i++) {
		idmap_free(&r->names[i].parent);
		free(r->names[i].next);
	}
	free(r->names);
	dn_list_free(&r->nodes);
}

/* --- what is done on one --- */

/* Without a template a pair acts on the node itself. */
static void
on_node(const struct roll *r, size_t pair, uint32_t node,
    const struct dn_list *there, struct dn_list *out)
{
	const struct step *s = &r->p->step[pair];
	size_t i;

	out->n = 0;
	if (s->nunit_template == 0 || there->n == 0) {
		dn_list_add(out, node);
		return;
	}
	for (i = 0; i < there->n; i++)
		if (selects(r, pair, there->v[i]))
			dn_list_add(out, acted_on(r->world, s, there->v[i]));
	dn_list_unique(out);
	dn_sort(out->v, out->n);
}

/* The callbacks of this step of n, counted from 0. */
static bool
is_called(const struct callback *c, size_t i, size_t n)
{
	const char *on = c->on == NAME_NONE ? "" : name_str(c->on);

	if (strcmp(on, "onFirstStep") == 0)
		return i == 0;
	if (strcmp(on, "onLastStep") == 0)
		return i + 1 == n;
	return strcmp(on, "halfWay") != 0 || i == n / 2;
}

static void
take_callbacks(struct step *out, const struct step *s, size_t i, size_t n,
    struct arena *a)
{
	size_t k;

	out->callback = arena_array(a, s->ncallback + 1,
	    sizeof(*out->callback));
	out->ncallback = 0;
	for (k = 0; k < s->ncallback; k++)
		if (is_called(&s->callback[k], i, n))
			out->callback[out->ncallback++] = s->callback[k];
}

static void
name_entities(struct step *out, const struct dn_list *l, struct arena *a)
{
	uint32_t *v = arena_array(a, l->n, sizeof(*v));

	memcpy(v, l->v, l->n * sizeof(*v));
	out->activation.acted_on = (struct entity_list){ .nname = l->n,
		.name = v };
	out->scope = SCOPE_MODIFY;
	out->node_template = NAME_NONE;
	out->nunit_template = 0;
}

/* All that the pairs choose from; nothing where the node is no EE. */
static void
find_there(struct world *w, uint32_t node, struct dn_list *out)
{
	struct dn_list on = { 0 };
	size_t i;

	if (world_class(w, node) != N_SaPlmEE)
		return;
	reach_standing(w, node, &on);
	reach_hosted(w, &on, out);
	dn_list_free(&on);
	for (i = 0; i < out->n;)
		if (world_class(w, out->v[i]) == N_SaPlmEE ||
		    is_unit(w, out->v[i]))
			i++;
		else
			out->v[i] = out->v[--out->n];
}

const struct procedure *
roll_step(const struct roll *r, size_t i, struct arena *a)
{
	const struct procedure *p = r->p;
	struct procedure *q = arena_alloc(a, sizeof(*q));
	struct dn_list there = { 0 }, chosen = { 0 };
	size_t k, n = r->nodes.n;

	*q = *p;
	q->method = METHOD_SINGLE_STEP;
	q->step = arena_array(a, p->nstep + 1, sizeof(*q->step));
	q->nstep = 0;
	if (i > 0)
		q->init.n = 0;
	if (i + 1 < n)
		q->wrapup.n = 0;
	if (i < n)
		find_there(r->world, r->nodes.v[i], &there);
	for (k = 0; k < p->nstep && i < n; k++) {
		on_node(r, k, r->nodes.v[i], &there, &chosen);
		if (chosen.n == 0)
			continue;
		q->step[q->nstep] = p->step[k];
		name_entities(&q->step[q->nstep], &chosen, a);
		take_callbacks(&q->step[q->nstep++], &p->step[k], i, n, a);
	}
	dn_list_free(&there);
	dn_list_free(&chosen);
	return q;
}
