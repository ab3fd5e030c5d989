/*
 * Which services go down with which? A SaAmfSIDependency below an SI names
 * another one, its sponsor; it is in force while procedures run if both models
 * have it (place.c lets one that goes leave before, one that comes wait until
 * they are over).
 *
 * A sponsor that goes down takes along what depends on it. So its outage is
 * only accepted where theirs is too; and what depends on one that cannot be
 * kept up cannot be kept up either.
 */
#include <stdlib.h>

#include "depend.h"
#include "dn.h"
#include "idmap.h"
#include "policy.h"

struct builder {
	struct services *v;
	const struct policy *policy;
	size_t cap;
	struct idmap index; /* by DN: SI + 1 */
	uint32_t *order; /* SIs, sponsors first */
	size_t norder;
};

static void
link_to(struct builder *b, uint32_t *list, uint32_t si)
{
	struct services *v = b->v;

	v->link = mem_grow(v->link, v->nlink, &b->cap, sizeof(*v->link));
	v->link[v->nlink] = (struct si_link){ si, *list };
	*list = (uint32_t)v->nlink++;
}

/* How long the dependent holds out without its sponsor, in ns. */
static int64_t
tolerance(const struct model *m, uint32_t o)
{
	uint32_t v = model_value(m, o, N_saAmfToleranceTime);

	return v == NAME_NONE ? 0 : strtoll(name_str(v), NULL, 0);
}

static uint32_t
find_si(const struct builder *b, uint32_t dn)
{
	uint32_t i = dn == NAME_NONE ? 0 : idmap_get(&b->index, dn);

	return i == 0 ? (uint32_t)NONE : i - 1;
}

static void
index_all(struct builder *b)
{
	const struct services *v = b->v;
	uint32_t i;

	for (i = 0; i < v->nsi; i++)
		*idmap_at(&b->index, v->f->s->object[v->si[i].s].dn) = i + 1;
}

static bool
is_dependency(const struct model *m, uint32_t o)
{
	return o != NONE && m->object[o].class == N_SaAmfSIDependency;
}

static void
enter(struct builder *b, uint32_t o)
{
	const struct model *m = b->v->f->s;
	uint32_t p = m->object[o].parent, from, to;
	int64_t longest = policy_longest_outage(b->policy);

	if (!is_dependency(b->v->f->t, model_find(b->v->f->t,
	    m->object[o].dn)) || p == NONE)
		return;
	if (longest >= 0 && tolerance(m, o) >= longest)
		return;
	if (b->index.n == 0)
		index_all(b);
	from = find_si(b, m->object[p].dn);
	to = find_si(b, dn_embedded(m->object[o].dn));
	if (from == NONE || to == NONE || from == to ||
	    b->v->sg[b->v->si[to].sg].nunit == 0)
		return; /* of units without a place nothing is known */
	link_to(b, &b->v->si[from].on, to);
	link_to(b, &b->v->si[to].by, from);
}

/* Sponsors first: an SI comes when all it depends on have come. What is left
 * over depends on itself, which the checks refuse; it comes last. */
static void
sort(struct builder *b)
{
	struct services *v = b->v;
	uint32_t *wait = mem_alloc(v->nsi + 1, sizeof(*wait)), i, k;
	size_t at;

	b->order = mem_alloc(v->nsi + 1, sizeof(*b->order));
	for (i = 0; i < v->nsi; i++) {
		for (k = v->si[i].on; k != NONE; k = v->link[k].next)
			wait[i]++;
		if (wait[i] == 0)
			b->order[b->norder++] = i;
	}
	for (at = 0; at < b->norder; at++)
		for (k = v->si[b->order[at]].by; k != NONE;
		    k = v->link[k].next)
			if (--wait[v->link[k].si] == 0)
				b->order[b->norder++] = v->link[k].si;
	for (i = 0; i < v->nsi; i++)
		if (wait[i] > 0)
			b->order[b->norder++] = i;
	free(wait);
}

static void
settle_accepted(struct builder *b, struct si *x)
{
	uint32_t k;

	x->accepted = policy_accepts_outage(b->policy,
	    b->v->f->s->object[x->s].dn);
	for (k = x->by; k != NONE; k = b->v->link[k].next)
		x->accepted &= b->v->si[b->v->link[k].si].accepted;
}

static void
settle_safe(struct builder *b, struct si *x)
{
	const struct sg *g = &b->v->sg[x->sg];
	uint32_t k;

	x->safe = g->need == g->wanted;
	for (k = x->on; k != NONE; k = b->v->link[k].next)
		x->safe &= b->v->si[b->v->link[k].si].safe;
}

static void
settle_groups(struct services *v)
{
	bool *keep = mem_alloc(v->nsg + 1, sizeof(*keep));
	size_t i;

	for (i = 0; i < v->nsi; i++)
		keep[v->si[i].sg] |= !v->si[i].accepted;
	for (i = 0; i < v->nsg; i++)
		if (!keep[i])
			v->sg[i].need = 0;
	free(keep);
}

void
depend_find(struct services *v, const struct policy *policy)
{
	struct builder b = { .v = v, .policy = policy };
	const struct model *m = v->f->s;
	size_t i;

	for (i = 0; i < m->nobject; i++)
		if (m->object[m->order[i]].class == N_SaAmfSIDependency)
			enter(&b, m->order[i]);
	sort(&b);
	for (i = b.norder; i-- > 0;)
		settle_accepted(&b, &v->si[b.order[i]]);
	for (i = 0; i < b.norder; i++)
		settle_safe(&b, &v->si[b.order[i]]);
	settle_groups(v);
	free(b.order);
	idmap_free(&b.index);
}
