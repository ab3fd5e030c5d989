/*
 * One nested step: whom it means, and the verbs it means for them, one row per
 * step type below.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "expander_part.h"

/* --- what is done to old and new, before and after the model --- */

static const struct rhythm in_phase = {
	{ { VERB_LOCK, OLD }, { VERB_TERMINATE, OLD },
	    { VERB_OFFLINE_UNINSTALL, OLD }, { VERB_ONLINE_UNINSTALL, OLD } },
	{ { VERB_ONLINE_INSTALL, NEW }, { VERB_OFFLINE_INSTALL, NEW },
	    { VERB_INSTANTIATE, NEW }, { VERB_UNLOCK, NEW } }, 4, 4
};
static const struct rhythm out_of_phase = {
	{ { VERB_ONLINE_INSTALL, NEW }, { VERB_LOCK, OLD },
	    { VERB_TERMINATE, OLD }, { VERB_OFFLINE_UNINSTALL, OLD } },
	{ { VERB_OFFLINE_INSTALL, NEW }, { VERB_INSTANTIATE, NEW },
	    { VERB_UNLOCK, NEW }, { VERB_ONLINE_UNINSTALL, OLD } }, 4, 4
};
static const struct rhythm reduced = {
	{ { VERB_ONLINE_INSTALL, NEW } },
	{ { VERB_RESTART, NEW }, { VERB_ONLINE_UNINSTALL, OLD } }, 1, 2
};
static const struct rhythm locked_reduced = {
	{ { VERB_ONLINE_INSTALL, NEW }, { VERB_LOCK, OLD } },
	{ { VERB_RESTART, NEW }, { VERB_UNLOCK, NEW },
	    { VERB_ONLINE_UNINSTALL, OLD } }, 2, 3
};

const struct rhythm *
expander_rhythm(const struct step *s)
{
	if (s->restart)
		return s->locked_reduced ? &locked_reduced : &reduced;
	return s->in_phase ? &in_phase : &out_of_phase;
}

/* --- whom it means --- */

/* Where software of an entity can be executed. */
struct place_of {
	uint32_t ee, clm_node, amf_node; /* DNs or NAME_NONE */
};

/* The node a unit stands on: the one it names, or was seen on, or the only one
 * of the node group that it, or else its service group, names. */
static uint32_t
node_of(const struct world *w, uint32_t su)
{
	uint32_t host = world_value(w, su, N_saAmfSUHostNodeOrNodeGroup), node;
	const uint32_t *v;
	size_t n;

	if (world_class(w, host) == N_SaAmfNode)
		return host;
	node = world_value(w, su, N_saAmfSUHostedByNode);
	if (world_class(w, node) == N_SaAmfNode)
		return node;
	if (host == NAME_NONE)
		host = world_value(w, dn_parent_known(su),
		    N_saAmfSGSuHostNodeGroup);
	if (world_class(w, host) != N_SaAmfNodeGroup)
		return NAME_NONE;
	v = world_values(w, host, N_saAmfNGNodeList, &n);
	return n == 1 ? v[0] : (uint32_t)NAME_NONE;
}

/* A unit stands on an AMF node, that on a CLM node, that on an EE. */
static struct place_of
place_of(struct expander *x, uint32_t dn)
{
	struct place_of p = { NAME_NONE, NAME_NONE, NAME_NONE };
	uint32_t class = world_class(x->w, dn);

	if (class == N_SaAmfSU) {
		dn = node_of(x->w, dn);
		class = world_class(x->w, dn);
	}
	if (class == N_SaAmfNode) {
		p.amf_node = dn;
		dn = world_value(x->w, dn, N_saAmfNodeClmNode);
		class = world_class(x->w, dn);
	}
	if (class == N_SaClmNode) {
		p.clm_node = dn;
		p.ee = world_value(x->w, dn, N_saClmNodeEE);
	}
	return p;
}

/* Where the entity's software is executed, of the places the bundle names. */
static uint32_t
environment(struct expander *x, const struct bundle_ref *b, uint32_t entity)
{
	struct place_of p = place_of(x, entity);
	uint32_t below = p.ee != NAME_NONE ? p.ee : p.clm_node != NAME_NONE ?
	    p.clm_node : p.amf_node != NAME_NONE ? p.amf_node :
	    expander_layer_below(x, entity);
	size_t i;

	for (i = 0; i < b->nenv; i++)
		if ((b->env[i].ee != NAME_NONE && b->env[i].ee == below) ||
		    (b->env[i].clm_node != NAME_NONE &&
		    b->env[i].clm_node == p.clm_node) ||
		    (b->env[i].amf_node != NAME_NONE &&
		    b->env[i].amf_node == p.amf_node))
			return below;
	if (b->nenv == 0)
		return below;
	if (b->env[0].ee != NAME_NONE)
		return b->env[0].ee;
	return b->env[0].amf_node != NAME_NONE ? b->env[0].amf_node :
	    b->env[0].clm_node;
}

static void
add_entity(struct expander *x, struct units *u, enum who who, uint32_t dn,
    size_t most)
{
	if (u->dn[who] == NULL)
		u->dn[who] = arena_array(&x->a->arena, most, sizeof(uint32_t));
	u->dn[who][u->n[who]++] = dn;
}

static void
add_created(struct expander *x, struct units *u, const struct unit *up,
    uint32_t class)
{
	size_t i;

	for (i = 0; i < up->nadded; i++)
		if (up->added[i].class == class)
			add_entity(x, u, NEW, up->added[i].dn, u->most);
}

/* Whom a list means now: those it names, in its order, then those that its
 * templates find, in the order of their names. */
static void
select(struct expander *x, const struct step *s, const struct entity_list *l,
    struct dn_list *out)
{
	struct idmap seen = { 0 };
	size_t i, n = 0;
	uint32_t *was;

	reach_entities(x->w, l, out);
	if (l->ntemplate == 0)
		return;
	if (out->n == l->nname) {
		expander_refuse(x, NULL, s->pos);
		return;
	}
	dn_sort(out->v + l->nname, out->n - l->nname);
	for (i = 0; i < out->n; i++) {
		was = idmap_at(&seen, out->v[i]);
		if (*was == 0)
			out->v[n++] = out->v[i];
		*was = 1;
	}
	out->n = n;
	idmap_free(&seen);
}

void
expander_units(struct expander *x, const struct step *s, struct units *u)
{
	const struct unit *down = s->scope == SCOPE_MODIFY ? &s->activation :
	    &s->deactivation, *up = &s->activation;
	struct dn_list old = { 0 }, new = { 0 }, gone = { 0 };
	size_t i;

	*u = (struct units){ .most = 0 };
	select(x, s, &down->acted_on, &old);
	select(x, s, &up->acted_on, &new);
	if (down->removed.ntemplate > 0)
		select(x, s, &down->removed, &gone); /* there must be some */
	u->most = new.n + up->nadded;
	for (i = 0; i < old.n; i++)
		add_entity(x, u, OLD, old.v[i], old.n);
	for (i = 0; i < new.n; i++)
		add_entity(x, u, NEW, new.v[i], u->most);
	dn_list_free(&old);
	dn_list_free(&new);
	dn_list_free(&gone);
	add_created(x, u, up, N_SaPlmEE);
	if (u->n[NEW] == 0)
		add_created(x, u, up, N_SaAmfSU);
}

/* --- its beats --- */

void
expander_call_at(struct expander *x, const struct step *s, const char *point,
    uint8_t part, uint16_t nested)
{
	size_t i;

	for (i = 0; i < s->ncallback; i++)
		if (strcmp(name_str(s->callback[i].at), point) == 0)
			expander_call(x, &s->callback[i], 1, part, nested);
}

static void
do_software(struct expander *x, const struct step *s, const struct beat *b,
    const struct units *u, uint8_t part, uint16_t nested)
{
	const struct unit *unit = b->who == NEW || s->scope == SCOPE_MODIFY ?
	    &s->activation : &s->deactivation;
	const struct bundle_ref *ref = b->who == NEW ? unit->sw_add :
	    unit->sw_remove;
	size_t n = b->who == NEW ? unit->nadd : unit->nremove, i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < u->n[b->who]; k++) {
			uint32_t dn = u->dn[b->who][k];

			expander_emit(x, (struct act){ .verb = (uint8_t)b->verb,
			    .part = part, .nested = nested, .entity = dn,
			    .on = environment(x, &ref[i], dn),
			    .bundle = ref[i].bundle });
		}
}

/* What callbacks are called before and after a verb. */
static const struct {
	const char *before, *after;
} points[VERB_COUNT] = {
	[VERB_LOCK] = { "beforeLock", NULL },
	[VERB_TERMINATE] = { "beforeTermination", NULL },
	[VERB_INSTANTIATE] = { NULL, "afterInstantiation" },
	[VERB_RESTART] = { NULL, "afterInstantiation" },
	[VERB_UNLOCK] = { NULL, "afterUnlock" },
};

void
expander_beats(struct expander *x, const struct step *s,
    const struct beat *b, int n, const struct units *u, uint8_t part,
    uint16_t nested)
{
	int i;
	size_t k;

	for (i = 0; i < n; i++) {
		if (verb_is_software(b[i].verb)) {
			do_software(x, s, &b[i], u, part, nested);
			continue;
		}
		if (points[b[i].verb].before != NULL)
			expander_call_at(x, s, points[b[i].verb].before, part, nested);
		for (k = 0; k < u->n[b[i].who]; k++)
			expander_act(x, b[i].verb, u->dn[b[i].who][k], part,
			    nested);
		if (points[b[i].verb].after != NULL)
			expander_call_at(x, s, points[b[i].verb].after, part, nested);
	}
}
