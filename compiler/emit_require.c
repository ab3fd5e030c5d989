/*
 * Is there a bundle for what a step installs or removes? A name that leads
 * nowhere is a doubt as long as nothing needs it, and an error here: said
 * once, at a type that has the name.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "emit_build.h"
#include "near.h"

#define KEY "safSmfBundle="

enum { MOST_GUESSES = 100 };

/* The attribute by which types of this class name their bundle; NAME_NONE:
 * they name none. */
static uint32_t
bundle_attr(uint32_t class)
{
	if (class == N_SaPlmEEType)
		return N_saPlmEetSwBundle;
	return class == N_SaAmfCompType ? (uint32_t)N_saAmfCtSwBundle :
	    (uint32_t)NAME_NONE;
}

/* Types of EEs and of components stand apart. */
static uint64_t
key_of(uint32_t bundle, bool component)
{
	return (uint64_t)bundle << 1 | component;
}

/* By bundle: the first type of a model that names it. */
static void
index_types(struct idmap *map, const struct model *m)
{
	uint32_t o, attr, bundle, *first;

	for (o = 0; o < m->nobject; o++) {
		attr = bundle_attr(m->object[o].class);
		bundle = attr == NAME_NONE ? (uint32_t)NAME_NONE :
		    model_value(m, o, attr);
		if (bundle == NAME_NONE)
			continue;
		first = idmap_at(map, key_of(bundle,
		    attr == N_saAmfCtSwBundle));
		if (*first == 0)
			*first = o + 1;
	}
}

static struct place
bundle_place(const struct model *m, uint32_t type)
{
	return model_value_place(m, model_attr(m, type,
	    bundle_attr(m->object[type].class)), 0);
}

/* The checks of the models could not know yet that the bundle is needed: what
 * they said of its name is said better now. */
static void
withdraw_doubts(struct emitter *e, uint32_t bundle)
{
	const struct model *m[] = { e->s, e->t };
	uint32_t first;
	int i;

	for (i = 0; i < 4; i++) {
		first = idmap_get(&e->named_by[i / 2], key_of(bundle, i % 2));
		if (first != 0)
			diag_withdraw(e->diag, DIAG_NAME_ELSEWHERE,
			    bundle_place(m[i / 2], first - 1));
	}
}

/* What all bundles have in common makes none of them nearer. */
static const char *
own_part(const char *dn)
{
	return strncmp(dn, KEY, sizeof(KEY) - 1) == 0 ? dn + sizeof(KEY) - 1 :
	    NULL;
}

/* The bundle that was probably meant, or NULL. */
static const char *
nearest_bundle(const struct model *m, uint32_t bundle)
{
	const char **v, *near = own_part(name_str(bundle)), *own;
	size_t i, n = 0;

	if (near == NULL)
		return NULL;
	v = mem_alloc(m->nobject, sizeof(*v));
	for (i = 0; i < m->nobject; i++) {
		own = m->object[i].class == N_SaSmfSwBundle ?
		    own_part(name_str(m->object[i].dn)) : NULL;
		if (own != NULL)
			v[n++] = own;
	}
	near = near_match(near, v, n);
	free(v);
	return near == NULL ? NULL : near - (sizeof(KEY) - 1);
}

void
emit_require_bundle(struct emitter *e, const struct model *m, uint32_t type,
    uint32_t bundle)
{
	bool target = m == e->t;
	uint32_t o, *said;
	const char *near;

	if (model_find(m, bundle) != NONE)
		return;
	if (e->bundle_said.n == 0) {
		index_types(&e->named_by[0], e->s);
		index_types(&e->named_by[1], e->t);
	}
	said = idmap_at(&e->bundle_said, key_of(bundle, target));
	if ((*said)++ != 0)
		return;
	o = type != NAME_NONE ? model_find(m, type) :
	    idmap_get(&e->named_by[target], key_of(bundle, true)) - 1;
	if (o == NONE)
		return;
	withdraw_doubts(e, bundle);
	near = e->diag->nerror < MOST_GUESSES ? nearest_bundle(m, bundle) :
	    NULL;
	diag_report(e->diag, DIAG_NO_BUNDLE, bundle_place(m, o),
	    m->object[o].dn, "\"%s\" is to be %s, but the bundle \"%s\" is not "
	    "in this model%s%s%s", name_str(m->object[o].dn),
	    target ? "installed" : "removed", name_str(bundle),
	    near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
	    near == NULL ? "" : "\"?");
}
