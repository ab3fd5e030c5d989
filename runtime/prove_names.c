/*
 * P9: does anything name an object that exists in source or target, but not
 * now? What a change touched is asked what it names; what it deleted, who
 * names it. For that the source is indexed once, but only by names that the
 * campaign deletes. DNs that stand escaped in an RDN count. What dangles in
 * the source or the target itself is not the campaign's doing.
 */
#include <stdlib.h>

#include "dn.h"
#include "proving.h"

struct names {
	uint8_t *goes; /* by name: the campaign deletes it somewhere */
	size_t n;
	bool all; /* templates delete: anything may go */
	struct idmap first; /* by name: link + 1 */
	struct sys_link *link;
	size_t nlink, cap;
};

static bool
may_go(const struct names *x, uint32_t dn)
{
	return x->all || (dn < x->n && x->goes[dn] != 0);
}

static void
goes(struct names *x, uint32_t dn)
{
	if (dn < x->n)
		x->goes[dn] = 1;
}

static void
list_goes(struct names *x, const struct action_list *l)
{
	size_t i, k;

	for (i = 0; i < l->n; i++)
		for (k = 0; k < l->v[i].nop; k++)
			if (l->v[i].op[k].kind == CCB_DELETE)
				goes(x, l->v[i].op[k].dn);
}

static void
procedure_goes(struct names *x, const struct procedure *q)
{
	size_t i, k;

	list_goes(x, &q->init);
	list_goes(x, &q->wrapup);
	for (i = 0; i < q->nstep; i++) {
		const struct entity_list *l = &q->step[i].deactivation.removed;

		x->all |= l->ntemplate > 0;
		for (k = 0; k < l->nname; k++)
			goes(x, l->name[k]);
	}
}

static void
add_link(struct names *x, uint32_t named, uint32_t by)
{
	uint32_t *first;

	if (named == NAME_NONE || !may_go(x, named))
		return;
	first = idmap_at(&x->first, named);
	x->link = mem_grow(x->link, x->nlink, &x->cap, sizeof(*x->link));
	x->link[x->nlink] = (struct sys_link){ by, *first };
	*first = (uint32_t)++x->nlink;
}

static void
index_source(struct names *x, const struct model *m)
{
	size_t i;
	uint32_t v;

	for (i = 0; i < m->nobject; i++) {
		for (v = m->attr[m->object[i].attr].value;
		    v < m->attr[m->object[i + 1].attr].value; v++)
			add_link(x, m->value[v], m->object[i].dn);
		add_link(x, dn_embedded(m->object[i].dn), m->object[i].dn);
	}
}

struct names *
names_new(const struct campaign *c, const struct model *source)
{
	struct names *x = mem_alloc(1, sizeof(*x));
	size_t i;

	x->n = intern_count();
	x->goes = mem_alloc(x->n, 1);
	list_goes(x, &c->init);
	for (i = 0; i < c->nprocedure; i++)
		procedure_goes(x, &c->procedure[i]);
	list_goes(x, &c->complete);
	list_goes(x, &c->wrapup);
	for (i = 0; i < c->nremove_type; i++)
		goes(x, c->remove_type[i]);
	for (i = 0; i < c->nremove_bundle; i++)
		goes(x, c->remove_bundle[i].bundle);
	index_source(x, source);
	return x;
}

void
names_free(struct names *x)
{
	if (x == NULL)
		return;
	free(x->goes);
	idmap_free(&x->first);
	free(x->link);
	free(x);
}

static bool
model_names(const struct model *m, uint32_t by, uint32_t named)
{
	uint32_t o = model_find(m, by), v;

	if (o == NONE)
		return false;
	for (v = m->attr[m->object[o].attr].value;
	    v < m->attr[m->object[o + 1].attr].value; v++)
		if (m->value[v] == named)
			return true;
	return dn_embedded(by) == named;
}

/* Does a model itself hold this name of nothing? */
static bool
dangles(const struct model *m, uint32_t by, uint32_t named)
{
	return model_find(m, named) == NONE && model_names(m, by, named);
}

/* Must it exist while it is named? */
static bool
is_wanted(const struct prover *p, uint32_t by, uint32_t named)
{
	if (model_find(p->source, named) == NONE &&
	    model_find(p->target, named) == NONE)
		return false;
	return !dangles(p->source, by, named) && !dangles(p->target, by, named);
}

struct look {
	struct prover *p;
	uint32_t by, want; /* want: only this name, or NAME_NONE */
	bool keep; /* who names what, for later */
	bool ok;
};

static void
look_at(struct look *l, uint32_t named, const char *how)
{
	const char *other;
	bool is_there = named == NAME_NONE || world_exists(l->p->w, named);

	if (named == NAME_NONE || !l->ok ||
	    (l->want != NAME_NONE && named != l->want) ||
	    (is_there && !wave_may_miss(l->p, named, &other)) ||
	    !is_wanted(l->p, l->by, named))
		return;
	if (is_there)
		l->ok = prove_fail(l->p, DIAG_NAMES_MISSING, l->by,
		    "\"%s\" names \"%s\" in %s, which \"%s\" of the same "
		    "level creates or deletes", name_str(l->by),
		    name_str(named), how, other);
	else
		l->ok = prove_fail(l->p, DIAG_NAMES_MISSING, l->by,
		    "\"%s\" names \"%s\" in %s, which does not exist%s",
		    name_str(l->by), name_str(named), how,
		    l->want == NAME_NONE ? " yet" : " any more");
}

static void
look_attr(void *arg, uint32_t attr, const uint32_t *v, size_t n)
{
	struct look *l = arg;
	size_t i;

	for (i = 0; i < n; i++) {
		look_at(l, v[i], name_str(attr));
		if (l->keep)
			add_link(l->p->names, v[i], l->by);
	}
}

static bool
names_well(struct prover *p, uint32_t by, uint32_t want, bool keep)
{
	struct look l = { p, by, want, keep, true };
	uint32_t inside = dn_embedded(by);

	look_at(&l, inside, "its own name");
	if (keep)
		add_link(p->names, inside, by);
	world_each_attr(p->w, by, look_attr, &l);
	return l.ok;
}

bool
prove_names_apart(struct prover *p, uint32_t dn)
{
	return !world_exists(p->w, dn) ||
	    names_well(p, dn, NAME_NONE, false);
}

static bool
named_by_none(struct prover *p, uint32_t dn)
{
	const struct names *x = p->names;
	uint32_t i;

	for (i = idmap_get(&x->first, dn); i != 0; i = x->link[i - 1].next)
		if (world_exists(p->w, x->link[i - 1].to) &&
		    !names_well(p, x->link[i - 1].to, dn, false))
			return false;
	return true;
}

bool
prove_names(struct prover *p, const uint32_t *touched, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (world_exists(p->w, touched[i]) ?
		    !names_well(p, touched[i], NAME_NONE, true) :
		    !named_by_none(p, touched[i]))
			return false;
	}
	return true;
}
