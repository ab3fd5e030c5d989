/*
 * Whom does a template mean? What a step acts on, and the service units and
 * components that stand there. Who stands on whom is kept as a map from host
 * to hosted: EE <- CLM node <- AMF node <- SU <- component, with the SUs of an
 * SG and the SGs of an application beside them, and EE <- EE contained in it,
 * sponsor <- dependency that names it. Entries are only added; each is asked
 * again, when it is met, whether it is still true.
 */
#include <stdlib.h>

#include "dn.h"
#include "world.h"

struct link {
	uint32_t host, dn;
	uint32_t next; /* plus one; 0: the last */
};

struct hosting {
	struct idmap first; /* by host: index into link, plus one */
	struct link *link;
	size_t n, cap;
};

void
hosting_free(struct hosting *h)
{
	if (h == NULL)
		return;
	idmap_free(&h->first);
	free(h->link);
	free(h);
}

size_t
hosting_count(const struct hosting *h)
{
	return h == NULL ? 0 : h->n;
}

void
hosting_cut(struct hosting *h, size_t n)
{
	for (; h->n > n; h->n--)
		*idmap_at(&h->first, h->link[h->n - 1].host) =
		    h->link[h->n - 1].next;
}

static void
enter(struct hosting *h, uint32_t host, uint32_t dn)
{
	uint32_t *first;

	if (host == NAME_NONE)
		return;
	first = idmap_at(&h->first, host);
	h->link = mem_grow(h->link, h->n, &h->cap, sizeof(*h->link));
	h->link[h->n] = (struct link){ host, dn, *first };
	*first = (uint32_t)++h->n;
}

/* What may host an object, by its class; at most three names. */
static size_t
hosts_of(const struct world *w, uint32_t dn, uint32_t host[3])
{
	switch (world_class(w, dn)) {
	case N_SaClmNode:
		host[0] = world_value(w, dn, N_saClmNodeEE);
		return 1;
	case N_SaAmfNode:
		host[0] = world_value(w, dn, N_saAmfNodeClmNode);
		return 1;
	case N_SaAmfSU:
		host[0] = dn_parent(dn);
		host[1] = world_value(w, dn, N_saAmfSUHostNodeOrNodeGroup);
		host[2] = world_value(w, dn, N_saAmfSUHostedByNode);
		return 3;
	case N_SaAmfComp:
	case N_SaAmfSG:
		host[0] = dn_parent(dn);
		return 1;
	default:
		return 0;
	}
}

/* Does host really host dn now? A node that an SU asks for goes before the
 * one where it was seen. */
static bool
is_hosted(const struct world *w, uint32_t dn, uint32_t host)
{
	uint32_t h[3] = { NAME_NONE, NAME_NONE, NAME_NONE };

	if (hosts_of(w, dn, h) == 0)
		return false;
	if (h[0] == host)
		return true;
	if (world_class(w, h[1]) == N_SaAmfNode)
		return h[1] == host;
	return h[2] == host && host != NAME_NONE;
}

/* The EE that contains it, or NAME_NONE. */
static uint32_t
container(const struct world *w, uint32_t ee)
{
	uint32_t dn = dn_parent_known(ee);

	while (dn != NAME_NONE && world_class(w, dn) != N_SaPlmEE)
		dn = dn_parent_known(dn);
	return dn;
}

static void
note(struct world *w, uint32_t dn)
{
	uint32_t host[3], class = world_class(w, dn);
	size_t n = hosts_of(w, dn, host), i;
	const uint32_t *v;

	for (i = 0; i < n; i++)
		enter(w->hosting, host[i], dn);
	if (class == N_SaPlmEE)
		enter(w->hosting, container(w, dn), dn);
	if (class != N_SaPlmDependency)
		return;
	v = world_values(w, dn, N_saPlmDepNames, &n);
	for (i = 0; i < n; i++)
		enter(w->hosting, v[i], dn);
}

void
hosting_note(struct world *w, uint32_t dn)
{
	if (w->hosting != NULL)
		note(w, dn);
}

static void
note_any(void *w, uint32_t dn)
{
	note(w, dn);
}

static void
add_hosted(struct world *w, uint32_t host, struct dn_list *out)
{
	uint32_t i, dn;

	for (i = idmap_get(&w->hosting->first, host); i != 0;
	    i = w->hosting->link[i - 1].next) {
		dn = w->hosting->link[i - 1].dn;
		if (!is_hosted(w, dn, host))
			continue;
		dn_list_add(out, dn);
		add_hosted(w, dn, out);
	}
}

static void
make_links(struct world *w)
{
	if (w->hosting != NULL)
		return;
	w->hosting = mem_alloc(1, sizeof(*w->hosting));
	world_each(w, note_any, w);
}

void
reach_hosted(struct world *w, const struct dn_list *from, struct dn_list *out)
{
	size_t i;

	make_links(w);
	for (i = 0; i < from->n; i++) {
		dn_list_add(out, from->v[i]);
		add_hosted(w, from->v[i], out);
	}
	dn_list_unique(out);
}

/* --- what stands on an EE --- */

struct pile {
	const struct world *world;
	struct idmap in; /* EE: 1 */
	struct dn_list *out;
};

static void
pile_add(struct pile *p, uint32_t ee)
{
	uint32_t *in = idmap_at(&p->in, ee);

	if (*in == 0)
		dn_list_add(p->out, ee);
	*in = 1;
}

static size_t
least_of(const struct world *w, uint32_t dep, size_t n)
{
	uint32_t v = world_value(w, dep, N_saPlmDepMinNumber);
	unsigned long least;
	char *end;

	if (v == NAME_NONE)
		return 1;
	least = strtoul(name_str(v), &end, 10);
	return *end != '\0' ? 1 : least < n ? least : n;
}

/* Would too few of its sponsors be left without the pile? */
static bool
falls(const struct pile *p, uint32_t dep)
{
	size_t n, i, left = 0;
	const uint32_t *v = world_values(p->world, dep, N_saPlmDepNames, &n);

	for (i = 0; i < n; i++)
		if (world_exists(p->world, v[i]) &&
		    idmap_get(&p->in, v[i]) == 0)
			left++;
	return n > 0 && left < least_of(p->world, dep, n);
}

static void
pile_up(struct pile *p, uint32_t host, uint32_t dn)
{
	uint32_t class = world_class(p->world, dn), ee = dn_parent_known(dn);
	size_t n, i;
	const uint32_t *v;

	if (class == N_SaPlmEE && container(p->world, dn) == host)
		pile_add(p, dn);
	if (class != N_SaPlmDependency || world_class(p->world, ee) !=
	    N_SaPlmEE)
		return;
	v = world_values(p->world, dn, N_saPlmDepNames, &n);
	for (i = 0; i < n; i++)
		if (v[i] == host && falls(p, dn))
			pile_add(p, ee);
}

void
reach_standing(struct world *w, uint32_t ee, struct dn_list *out)
{
	struct pile p = { .world = w, .out = out };
	size_t at = out->n;
	uint32_t i;

	make_links(w);
	for (pile_add(&p, ee); at < out->n; at++)
		for (i = idmap_get(&w->hosting->first, out->v[at]); i != 0;
		    i = w->hosting->link[i - 1].next)
			pile_up(&p, out->v[at], w->hosting->link[i - 1].dn);
	idmap_free(&p.in);
}

/* --- templates --- */

uint32_t
reach_type(const struct world *w, uint32_t dn)
{
	switch (world_class(w, dn)) {
	case N_SaPlmEE:
		return world_value(w, dn, N_saPlmEEType);
	case N_SaAmfSU:
		return world_value(w, dn, N_saAmfSUType);
	case N_SaAmfComp:
		return world_value(w, dn, N_saAmfCompType);
	default:
		return NAME_NONE;
	}
}

static bool
is_entity(uint32_t class)
{
	return class == N_SaPlmEE || class == N_SaAmfNode ||
	    class == N_SaClmNode || class == N_SaAmfSU || class == N_SaAmfComp ||
	    class == N_SaAmfSG;
}

struct scan {
	struct world *world;
	const struct entity_template *template;
	struct dn_list *out;
};

/* An actedOn template: the children of parent, of one type or any. */
static void
scan_template(void *arg, uint32_t dn)
{
	struct scan *s = arg;
	const struct entity_template *t = s->template;

	if (!is_entity(world_class(s->world, dn)))
		return;
	if (t->type != NAME_NONE && reach_type(s->world, dn) != t->type)
		return;
	if (t->parent != NAME_NONE && (t->type == NAME_NONE ?
	    dn_parent(dn) != t->parent : !dn_is_below(dn, t->parent)))
		return;
	dn_list_add(s->out, dn);
}

void
reach_entities(struct world *w, const struct entity_list *l,
    struct dn_list *out)
{
	size_t i;

	for (i = 0; i < l->nname; i++)
		dn_list_add(out, l->name[i]);
	for (i = 0; i < l->ntemplate; i++) {
		struct scan s = { .world = w, .template = &l->template[i],
			.out = out };

		if (l->template[i].parent != NAME_NONE ||
		    l->template[i].type != NAME_NONE)
			world_each(w, scan_template, &s);
	}
}

void
reach_acted_on(struct world *w, const struct step *s, struct dn_list *out)
{
	switch (s->scope) {
	case SCOPE_TEMPLATE: /* roll.c names them, node by node */
		break;
	case SCOPE_ADD_REMOVE:
		reach_entities(w, &s->deactivation.acted_on, out);
		reach_entities(w, &s->activation.acted_on, out);
		break;
	case SCOPE_MODIFY:
		reach_entities(w, &s->activation.acted_on, out);
		break;
	}
	dn_list_unique(out);
}

static void
add_of_type(struct world *w, const struct target_template *t,
    const struct dn_list *from, struct dn_list *out)
{
	size_t i;

	for (i = 0; i < from->n; i++) {
		if (reach_type(w, from->v[i]) != t->type)
			continue;
		if (t->parent == NAME_NONE ||
		    dn_is_below(from->v[i], t->parent))
			dn_list_add(out, from->v[i]);
	}
}

void
reach_targets(struct world *w, const struct target_template *t,
    const struct dn_list *acted_on, struct dn_list *out)
{
	struct dn_list all = { 0 };
	size_t i;

	if (t->type == NAME_NONE && t->parent != NAME_NONE) {
		dn_list_add(out, t->parent);
	} else if (t->type == NAME_NONE) {
		for (i = 0; i < acted_on->n; i++)
			dn_list_add(out, acted_on->v[i]);
	} else if (world_class(w, t->type) == N_SaPlmEEType) {
		add_of_type(w, t, acted_on, out);
	} else {
		reach_hosted(w, acted_on, &all);
		add_of_type(w, t, &all, out);
	}
	dn_list_free(&all);
}
