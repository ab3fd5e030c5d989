/*
 * Which new bundles can addToImm express? The others are created by a CCB, and
 * a finding says so.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "emit_build.h"

struct bundle_attr {
	uint32_t name;
	size_t at; /* offset in struct bundle */
};

static const struct bundle_attr bundle_attrs[] = {
#define BUNDLE_ATTR(name, field, type) \
	{ N_##name, offsetof(struct bundle, field) },
#include "bundle_attrs.def"
#undef BUNDLE_ATTR
};

static uint32_t *
field(struct bundle *b, uint32_t name)
{
	size_t i;

	for (i = 0; i < sizeof(bundle_attrs) / sizeof(bundle_attrs[0]); i++)
		if (bundle_attrs[i].name == name)
			return (uint32_t *)((char *)b + bundle_attrs[i].at);
	return NULL;
}

static bool
plain_number(uint32_t v)
{
	const char *s = name_str(v);

	return *s != '\0' && strspn(s, "0123456789") == strlen(s);
}

/* Arguments or a scope without a command, an offline command without a scope:
 * the element cannot say that. */
static bool
is_complete(const struct bundle *b)
{
	if ((b->remove_offline == NAME_NONE) !=
	    (b->remove_offline_scope == NAME_NONE) ||
	    (b->install_offline == NAME_NONE) !=
	    (b->install_offline_scope == NAME_NONE))
		return false;
	if (b->remove_offline == NAME_NONE &&
	    b->remove_offline_args != NAME_NONE)
		return false;
	if (b->install_offline == NAME_NONE &&
	    b->install_offline_args != NAME_NONE)
		return false;
	if (b->remove_offline_scope != NAME_NONE &&
	    !plain_number(b->remove_offline_scope))
		return false;
	if (b->install_offline_scope != NAME_NONE &&
	    !plain_number(b->install_offline_scope))
		return false;
	if (b->timeout != NAME_NONE && !plain_number(b->timeout))
		return false;
	return (b->remove_online != NAME_NONE ||
	    b->remove_online_args == NAME_NONE) &&
	    (b->install_online != NAME_NONE ||
	    b->install_online_args == NAME_NONE);
}

/* Can softwareBundle express the object? Then it is filled in. */
static bool
as_element(const struct emitter *e, uint32_t o, struct bundle *b)
{
	const struct model *t = e->t;
	uint32_t a, parent = t->object[o].parent;

	*b = (struct bundle){ .name = t->object[o].dn };
	if (parent != NONE) {
		uint32_t d = place_delta(e->w, t->object[parent].dn);

		if (d != NONE && e->p->d->v[d].op == OP_ADD)
			return false; /* created after addToImm */
	}
	for (a = t->object[o].attr; a < t->object[o + 1].attr; a++) {
		size_t n;
		const uint32_t *v = attr_values(t, a, &n);
		uint32_t *to = field(b, t->attr[a].name);

		if (to == NULL || n != 1)
			return false;
		*to = v[0];
	}
	return is_complete(b);
}

/* New bundles that the element can express; the others stay in the first
 * CCB. By delta: true for those done here. */
bool *
emit_bundles(struct emitter *e)
{
	const struct diff *d = e->p->d;
	bool *done = mem_alloc(d->n, sizeof(*done));
	struct bundle *v = NULL, b;
	size_t n = 0, cap = 0;
	uint32_t i;

	for (i = e->w->at[SLOT_INIT]; i < e->w->at[SLOT_INIT + 1]; i++) {
		const struct delta *x = &d->v[e->w->order[i]];

		if (x->op != OP_ADD ||
		    e->t->object[x->t].class != N_SaSmfSwBundle)
			continue;
		if (!as_element(e, x->t, &b)) {
			diag_report(e->diag, DIAG_BUNDLE_BY_CCB,
			    model_dn_place(e->t, x->t), b.name, "\"%s\" is "
			    "created by a CCB: softwareBundle cannot express "
			    "it", name_str(b.name));
			continue;
		}
		v = mem_grow(v, n, &cap, sizeof(*v));
		v[n++] = b;
		done[e->w->order[i]] = true;
	}
	e->c->bundle = emit_copy(e, v, n, sizeof(*v));
	e->c->nbundle = n;
	free(v);
	return done;
}
