/*
 * Which software do the units of a node share? Counted per node and bundle
 * over the whole model, then followed in the order of execution.
 */
#include <stdlib.h>
#include <string.h>

#include "idmap.h"
#include "ids.h"
#include "nodebundle.h"
#include "steptype.h"

struct use { /* a component's bundle, by service unit */
	uint32_t su;
	bool target;
	uint32_t bundle;
};

struct nodebundles {
	struct use *use; /* by su */
	size_t nuse, cap;
	struct idmap users; /* by node DN and bundle, while it is followed */
	uint32_t *amf_node; /* by interned CLM node DN */
	uint32_t nname;
};

static void
collect(struct nodebundles *b, const struct plan *p, const struct model *m,
    bool target)
{
	size_t i;

	for (i = 0; i < m->nobject; i++) {
		uint32_t o = (uint32_t)i, su, bundle;

		if (m->object[o].class != N_SaAmfComp ||
		    m->object[o].parent == NONE)
			continue;
		su = service_find_su(p->sv, m->object[m->object[o].parent].dn);
		bundle = steptype_bundle(m, model_value(m, o,
		    N_saAmfCompType));
		if (su == NONE || bundle == NAME_NONE)
			continue;
		b->use = mem_grow(b->use, b->nuse, &b->cap, sizeof(*b->use));
		b->use[b->nuse++] = (struct use){ su, target, bundle };
	}
}

static int
by_unit(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->su != y->su)
		return x->su < y->su ? -1 : 1;
	if (x->target != y->target)
		return x->target ? 1 : -1;
	return strcmp(name_str(x->bundle), name_str(y->bundle));
}

static uint32_t
node_of(const struct plan *p, uint32_t su, bool target)
{
	const struct su *u = &p->sv->su[su];
	uint32_t o = target ? u->node_t : u->node_s;

	if (o == NONE)
		return NAME_NONE;
	return (target ? p->d->t : p->d->s)->object[o].dn;
}

static uint32_t *
users_at(struct nodebundles *b, uint32_t node, uint32_t bundle)
{
	return idmap_at(&b->users, (uint64_t)node << 32 | bundle);
}

/* One component after the other may use the same bundle: counted once. */
static bool
same_as_before(const struct nodebundles *b, size_t i)
{
	return i > 0 && by_unit(&b->use[i - 1], &b->use[i]) == 0;
}

struct nodebundles *
nodebundle_new(const struct plan *p)
{
	struct nodebundles *b = mem_alloc(1, sizeof(*b));
	bool needed = false;
	size_t i;

	for (i = 0; i < p->n; i++)
		needed |= p->proc[i].kind == PROC_AMF_ADD ||
		    p->proc[i].kind == PROC_AMF_MODIFY ||
		    p->proc[i].kind == PROC_AMF_REMOVE;
	if (needed) {
		collect(b, p, p->d->s, false);
		collect(b, p, p->d->t, true);
	}
	if (b->nuse > 0)
		qsort(b->use, b->nuse, sizeof(*b->use), by_unit);
	for (i = 0; i < b->nuse; i++)
		if (!b->use[i].target && !same_as_before(b, i))
			++*users_at(b, node_of(p, b->use[i].su, false),
			    b->use[i].bundle);
	return b;
}

static size_t
first_use(const struct nodebundles *b, uint32_t su)
{
	return ids_below(b->use, b->nuse, sizeof(*b->use), su);
}

/* Does the unit use the bundle on that side, on the same node? */
static bool
uses(const struct nodebundles *b, const struct plan *p, uint32_t su,
    bool target, uint32_t bundle, uint32_t node)
{
	size_t i;

	if (node_of(p, su, target) != node)
		return false;
	for (i = first_use(b, su); i < b->nuse && b->use[i].su == su; i++)
		if (b->use[i].target == target && b->use[i].bundle == bundle)
			return true;
	return false;
}

void
nodebundle_changes(struct nodebundles *b, const struct plan *p,
    const struct su *u, uint32_t **gone, size_t *ngone, uint32_t **come,
    size_t *ncome)
{
	uint32_t su = (uint32_t)(u - p->sv->su);
	size_t i, n = 0;

	*ngone = *ncome = 0;
	i = first_use(b, su);
	while (i + n < b->nuse && b->use[i + n].su == su)
		n++;
	*gone = mem_alloc(n, sizeof(**gone));
	*come = mem_alloc(n, sizeof(**come));
	for (n += i; i < n; i++) {
		const struct use *x = &b->use[i];
		uint32_t node = node_of(p, su, x->target);
		uint32_t *c = users_at(b, node, x->bundle);

		if (same_as_before(b, i) ||
		    uses(b, p, su, !x->target, x->bundle, node))
			continue;
		if (x->target && (*c)++ == 0)
			(*come)[(*ncome)++] = x->bundle;
		else if (!x->target && --*c == 0)
			(*gone)[(*ngone)++] = x->bundle;
	}
}

static void
index_nodes(struct nodebundles *b, const struct model *t)
{
	size_t i;

	b->nname = intern_count();
	b->amf_node = mem_alloc(b->nname, sizeof(*b->amf_node));
	for (i = 0; i < t->nobject; i++) {
		uint32_t clm;

		if (t->object[i].class != N_SaAmfNode)
			continue;
		clm = model_value(t, (uint32_t)i, N_saAmfNodeClmNode);
		if (clm < b->nname)
			b->amf_node[clm] = t->object[i].dn;
	}
}

uint32_t
nodebundle_amf_node(struct nodebundles *b, const struct plan *p,
    uint32_t clm_node)
{
	if (b->amf_node == NULL)
		index_nodes(b, p->d->t);
	return clm_node < b->nname ? b->amf_node[clm_node] : NAME_NONE;
}

void
nodebundle_free(struct nodebundles *b)
{
	free(b->use);
	idmap_free(&b->users);
	free(b->amf_node);
	free(b);
}
