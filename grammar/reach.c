/*
 * Whom does a template mean? What a step acts on, and the service units and
 * components that stand there. Who stands on whom is kept as a map from host
 * to hosted: EE <- CLM node <- AMF node <- SU <- component, with the SUs of an
 * SG and the SGs of an application beside them. Entries are only added; each
 * is asked again, when it is met, whether it is still true.
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

static void
note(struct world *w, uint32_t dn)
{
	uint32_t host[3];
	size_t n = hosts_of(w, dn, host), i;

	for (i = 0; i < n; i++)
		enter(w->hosting, host[i], dn);
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

/* The entities themselves and all that they host. */
static void
with_hosted(struct world *w, const struct dn_list *from, struct dn_list *out)
{
	size_t i;

	if (w->hosting == NULL) {
		w->hosting = mem_alloc(1, sizeof(*w->hosting));
		world_each(w, note_any, w);
	}
	for (i = 0; i < from->n; i++) {
		dn_list_add(out, from->v[i]);
		add_hosted(w, from->v[i], out);
	}
	dn_list_unique(out);
}

static uint32_t
type_of(const struct world *w, uint32_t dn)
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
is_node(uint32_t class)
{
	return class == N_SaPlmEE || class == N_SaAmfNode ||
	    class == N_SaClmNode;
}

static bool
is_entity(uint32_t class)
{
	return is_node(class) || class == N_SaAmfSU || class == N_SaAmfComp ||
	    class == N_SaAmfSG;
}

struct scan {
	struct world *world;
	const struct entity_template *template;
	uint32_t top;
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
	if (t->type != NAME_NONE && type_of(s->world, dn) != t->type)
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

static void
scan_node(void *arg, uint32_t dn)
{
	struct scan *s = arg;

	if (is_node(world_class(s->world, dn)) &&
	    (dn == s->top || dn_is_below(dn, s->top)))
		dn_list_add(s->out, dn);
}

static void
add_nodes(struct world *w, uint32_t top, struct dn_list *out)
{
	struct scan s = { .world = w, .top = top, .out = out };
	const uint32_t *v;
	size_t n, i;

	if (world_class(w, top) != N_SaAmfNodeGroup) {
		world_each(w, scan_node, &s);
		return;
	}
	v = world_values(w, top, N_saAmfNGNodeList, &n);
	for (i = 0; i < n; i++)
		dn_list_add(out, v[i]);
}

static bool
is_unit(const struct world *w, const struct step *s, uint32_t dn)
{
	size_t i;

	for (i = 0; i < s->nunit_template; i++) {
		const struct entity_template *t = &s->unit_template[i];

		if (t->type != NAME_NONE && type_of(w, dn) != t->type)
			continue;
		if (t->parent == NAME_NONE || t->parent == dn ||
		    dn_is_below(dn, t->parent))
			return true;
	}
	return false;
}

static void
add_units(struct world *w, const struct step *s, struct dn_list *out)
{
	struct dn_list nodes = { 0 }, all = { 0 };
	size_t i;

	add_nodes(w, s->node_template, &nodes);
	if (s->nunit_template > 0)
		with_hosted(w, &nodes, &all);
	for (i = 0; i < all.n; i++)
		if (is_unit(w, s, all.v[i]))
			dn_list_add(out, all.v[i]);
	if (s->nunit_template == 0) {
		*out = nodes;
		nodes = (struct dn_list){ 0 };
	}
	dn_list_free(&nodes);
	dn_list_free(&all);
}

void
reach_acted_on(struct world *w, const struct step *s, struct dn_list *out)
{
	switch (s->scope) {
	case SCOPE_TEMPLATE:
		add_units(w, s, out);
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
		if (type_of(w, from->v[i]) != t->type)
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
		with_hosted(w, acted_on, &all);
		add_of_type(w, t, &all, out);
	}
	dn_list_free(&all);
}
