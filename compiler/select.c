/*
 * Which changes belong to what was selected?
 *
 * A glob that fits an entity means what is below it and what rides on it too.
 * Chosen changes are closed: what is added needs its parent and all it names,
 * what is changed needs what it names from now on, what is removed takes what
 * is below it along, and whatever rides on a chosen EE comes with it. Old
 * types and bundles go when nobody uses them any more. Then everything that
 * stays must still find all it names, or the selection is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "dn.h"
#include "near.h"
#include "policy.h"
#include "ride.h"
#include "select.h"
#include "service.h"
#include "tree.h"

struct selection {
	const struct model *s, *t;
	struct diff d;
	struct forest f;
	bool *chosen; /* by delta */
	uint32_t *because; /* by delta: the delta that needs it, or NONE */
	uint32_t *stack;
	size_t n;
	uint32_t *delta_of; /* by interned DN */
	uint32_t nname;
	uint32_t *owner; /* by delta: EE it rides on, or NONE */
	struct diag *diag;
};

static uint32_t
delta_named(const struct selection *k, uint32_t dn)
{
	return dn < k->nname ? k->delta_of[dn] : NONE;
}

static void
choose(struct selection *k, uint32_t i, uint32_t because)
{
	if (k->chosen[i])
		return;
	k->chosen[i] = true;
	k->because[i] = because;
	k->stack[k->n++] = i;
}

/* What a chosen object names in the target and is not there yet. */
static void
need(struct selection *k, uint32_t i, uint32_t dn)
{
	uint32_t x = delta_named(k, dn);

	if (x != NONE && k->d.v[x].op == OP_ADD)
		choose(k, x, i);
}

static uint32_t
class_of(const struct selection *k, uint32_t i)
{
	const struct delta *d = &k->d.v[i];

	return d->s != NONE ? k->s->object[d->s].class :
	    k->t->object[d->t].class;
}

/* A dependency that is renamed is one that comes and one that goes: never one
 * without the other. */
static void
need_other_dependency(struct selection *k, uint32_t i)
{
	uint32_t dn = diff_dn(&k->d, &k->d.v[i]), ee, d;

	if (k->d.v[i].op == OP_MODIFY || dn_parent(dn) == NAME_NONE)
		return;
	ee = class_of(k, i) == N_SaPlmDependency ?
	    tree_find(&k->f, dn_parent(dn)) : NONE;
	if (ee == NONE || k->f.v[ee].s == NONE || k->f.v[ee].t == NONE)
		return;
	for (d = k->f.v[ee].dep; d != NONE; d = k->f.dep[d].next) {
		const struct dep *e = &k->f.dep[d];
		uint32_t x = delta_named(k, e->s != NONE ?
		    k->s->object[e->s].dn : k->t->object[e->t].dn);

		if (x != NONE && k->d.v[x].op != OP_MODIFY)
			choose(k, x, i);
	}
}

static void
need_references(struct selection *k, uint32_t i)
{
	uint32_t o = k->d.v[i].t, v;

	need_other_dependency(k, i);
	if (o == NONE)
		return;
	if (k->t->object[o].parent != NONE)
		need(k, i, k->t->object[k->t->object[o].parent].dn);
	need(k, i, dn_embedded(k->t->object[o].dn));
	for (v = k->t->attr[k->t->object[o].attr].value;
	    v < k->t->attr[k->t->object[o + 1].attr].value; v++)
		need(k, i, k->t->value[v]);
}

static void
close_selection(struct selection *k)
{
	while (k->n > 0)
		need_references(k, k->stack[--k->n]);
}

/* The chosen change that takes i along: of what i is below, or of the EE it
 * rides on. Or NONE. */
static uint32_t
comes_along(const struct selection *k, uint32_t i)
{
	const struct delta *d = &k->d.v[i];
	const struct model *m = d->s != NONE ? k->s : k->t;
	uint32_t o = d->s != NONE ? d->s : d->t, x;

	if (k->owner[i] != NONE) {
		x = delta_named(k, k->f.v[k->owner[i]].dn);
		if (x != NONE && k->chosen[x])
			return x;
	}
	for (o = m->object[o].parent; o != NONE; o = m->object[o].parent) {
		x = delta_named(k, m->object[o].dn);
		if (x != NONE && k->chosen[x] && (d->op == k->d.v[x].op ||
		    k->d.v[x].op == OP_MODIFY))
			return x;
	}
	return NONE;
}

static bool
take_riders(struct selection *k)
{
	uint32_t i, by;
	bool more = false;

	for (i = 0; i < k->d.n; i++)
		if (!k->chosen[i] && (by = comes_along(k, i)) != NONE) {
			choose(k, i, by);
			more = true;
		}
	close_selection(k);
	return more;
}

/* Does the object's change drop a chosen, removed one from its values? Then
 * it belongs to the removal. */
static bool
take_drops(struct selection *k)
{
	uint32_t i, v;
	bool more = false;

	for (i = 0; i < k->d.n; i++) {
		uint32_t o = k->d.v[i].s;

		if (k->chosen[i] || k->d.v[i].op != OP_MODIFY ||
		    k->s->object[o].class == N_SaPlmEE)
			continue;
		for (v = k->s->attr[k->s->object[o].attr].value;
		    v < k->s->attr[k->s->object[o + 1].attr].value; v++) {
			uint32_t x = delta_named(k, k->s->value[v]);

			if (x == NONE || !k->chosen[x] ||
			    k->d.v[x].op != OP_REMOVE)
				continue;
			choose(k, i, x);
			more = true;
			break;
		}
	}
	close_selection(k);
	return more;
}

/* --- old types and bundles --- */

/* Marks every name that is used once the selection is made. */
static bool *
used_names(const struct selection *k)
{
	bool *used = mem_alloc(k->nname, sizeof(*used));
	uint32_t o, v;

	for (o = 0; o < k->s->nobject; o++) {
		uint32_t x = delta_named(k, k->s->object[o].dn), p;
		const struct model *m = k->s;
		uint32_t from = o;

		if (x != NONE && k->chosen[x]) {
			if (k->d.v[x].op == OP_REMOVE)
				continue;
			m = k->t;
			from = k->d.v[x].t;
		}
		for (v = m->attr[m->object[from].attr].value;
		    v < m->attr[m->object[from + 1].attr].value; v++)
			used[m->value[v]] = true;
		p = m->object[from].parent;
		if (p != NONE)
			used[m->object[p].dn] = true;
	}
	return used;
}

static bool
drop_unused_types(struct selection *k)
{
	bool *used = used_names(k), more = false;
	uint32_t i;

	for (i = 0; i < k->d.n; i++)
		if (!k->chosen[i] && k->d.v[i].op == OP_REMOVE &&
		    ride_is_type(k->s, k->d.v[i].s) &&
		    !used[k->s->object[k->d.v[i].s].dn]) {
			k->chosen[i] = true;
			more = true;
		}
	free(used);
	return more;
}

/* --- is anything broken? --- */

static void
explain_chain(struct selection *k, uint32_t i)
{
	int depth;

	for (depth = 0; depth < 10 && k->because[i] != NONE; depth++) {
		diag_note(k->diag, (struct place){ 0 }, "\"%s\" is taken in "
		    "for \"%s\"", name_str(diff_dn(&k->d, &k->d.v[i])),
		    name_str(diff_dn(&k->d, &k->d.v[k->because[i]])));
		i = k->because[i];
	}
}

static bool
check_name(struct selection *k, uint32_t o, uint32_t value)
{
	uint32_t x = delta_named(k, value);

	if (x == NONE || !k->chosen[x] || k->d.v[x].op != OP_REMOVE)
		return true;
	diag_report(k->diag, DIAG_SELECT_BREAKS, model_dn_place(k->s, o),
	    k->s->object[o].dn, "\"%s\" is not selected, but names \"%s\", "
	    "which the selection removes", name_str(k->s->object[o].dn),
	    name_str(value));
	explain_chain(k, x);
	return false;
}

/* Every object that stays as it is in the source. */
static bool
check_rest(struct selection *k)
{
	uint32_t o, v;
	bool ok = true;

	for (o = 0; o < k->s->nobject; o++) {
		uint32_t x = delta_named(k, k->s->object[o].dn);

		if (x != NONE && k->chosen[x])
			continue;
		for (v = k->s->attr[k->s->object[o].attr].value;
		    v < k->s->attr[k->s->object[o + 1].attr].value; v++)
			ok &= check_name(k, o, k->s->value[v]);
		if (k->s->object[o].parent != NONE)
			ok &= check_name(k, o, k->s->object[
			    k->s->object[o].parent].dn);
	}
	return ok;
}

/* --- the resulting model --- */

static void
copy_object(struct model *to, const struct model *from, uint32_t o, bool keep)
{
	uint32_t a;
	size_t n, i;

	model_add_object(to, from->object[o].dn, from->object[o].class,
	    keep ? from->object[o].pos : (uint32_t)SRC_WHOLE);
	for (a = from->object[o].attr; a < from->object[o + 1].attr; a++) {
		const uint32_t *v = attr_values(from, a, &n);

		model_add_attr(to, from->attr[a].name, keep ?
		    model_attr_pos(from, a) : (uint32_t)SRC_WHOLE);
		for (i = 0; i < n; i++)
			model_add_value(to, v[i]);
	}
}

static void
copy_classes(struct model *to, const struct model *from)
{
	size_t i, k;

	for (i = 0; i < from->nclass; i++) {
		for (k = 0; k < to->nclass; k++)
			if (to->class[k].name == from->class[i].name)
				break;
		if (k == to->nclass)
			*model_add_class(to, from->class[i].name, 0) =
			    from->class[i];
	}
}

static struct model *
build(const struct selection *k)
{
	struct model *m = mem_alloc(1, sizeof(*m));
	uint32_t o, i;

	m->src = k->t->src;
	m->borrowed_src = true;
	copy_classes(m, k->t);
	copy_classes(m, k->s);
	for (o = 0; o < k->s->nobject; o++) {
		uint32_t x = delta_named(k, k->s->object[o].dn);

		if (x == NONE || !k->chosen[x])
			copy_object(m, k->s, o, false);
		else if (k->d.v[x].op == OP_MODIFY)
			copy_object(m, k->t, k->d.v[x].t, true);
	}
	for (i = 0; i < k->d.n; i++)
		if (k->chosen[i] && k->d.v[i].op == OP_ADD)
			copy_object(m, k->t, k->d.v[i].t, true);
	model_index(m);
	return m;
}

/* --- the whole --- */

/* Does the glob fit the object, what it is below, or the EE it rides on? */
static bool
means(const struct selection *k, const char *glob, uint32_t i)
{
	const struct delta *d = &k->d.v[i];
	const struct model *m = d->s != NONE ? k->s : k->t;
	uint32_t o;

	for (o = d->s != NONE ? d->s : d->t; o != NONE; o = m->object[o].parent)
		if (glob_match(glob, name_str(m->object[o].dn)))
			return true;
	return k->owner[i] != NONE &&
	    glob_match(glob, name_str(k->f.v[k->owner[i]].dn));
}

/* The changed object that was probably meant by a name, or NULL. */
static const char *
nearest(const struct selection *k, const char *name)
{
	const char **v, *near;
	size_t n = 0;
	uint32_t i;

	if (strpbrk(name, "*?") != NULL)
		return NULL;
	v = mem_alloc(k->d.n, sizeof(*v));
	for (i = 0; i < k->d.n; i++) {
		const struct delta *d = &k->d.v[i];

		v[n++] = name_str(d->s != NONE ? k->s->object[d->s].dn :
		    k->t->object[d->t].dn);
	}
	near = near_match(name, v, n);
	free(v);
	return near;
}

static bool
choose_matching(struct selection *k, const char *glob)
{
	uint32_t i;
	const char *near;
	bool any = false;

	for (i = 0; i < k->d.n; i++)
		if (means(k, glob, i)) {
			choose(k, i, NONE);
			any = true;
		}
	if (any)
		return true;
	near = nearest(k, glob);
	return diag_report(k->diag, DIAG_SELECT_NOTHING, (struct place){ 0 },
	    NAME_NONE, "--select=%s matches nothing that changes%s%s%s",
	    glob, near == NULL ? "" : "; did you mean \"",
	    near == NULL ? "" : near, near == NULL ? "" : "\"?");
}

static void
begin(struct selection *k)
{
	uint32_t i;

	diff_run(&k->d, k->s, k->t);
	tree_build(&k->f, &k->d, NULL, NULL);
	k->chosen = mem_alloc(k->d.n, sizeof(*k->chosen));
	k->because = mem_alloc(k->d.n, sizeof(*k->because));
	k->stack = mem_alloc(k->d.n, sizeof(*k->stack));
	k->owner = mem_alloc(k->d.n, sizeof(*k->owner));
	k->nname = intern_count();
	k->delta_of = mem_realloc(NULL, k->nname, sizeof(*k->delta_of));
	memset(k->delta_of, 0xff, k->nname * sizeof(*k->delta_of));
	for (i = 0; i < k->d.n; i++) {
		const struct delta *d = &k->d.v[i];

		k->delta_of[diff_dn(&k->d, d)] = i;
		k->owner[i] = d->t != NONE ?
		    service_owner(&k->f, k->t, d->t) :
		    service_owner(&k->f, k->s, d->s);
	}
}

struct model *
select_run(const struct model *source, const struct model *target,
    const char *const *globs, size_t nglob, struct diag *diag)
{
	struct selection k = { .s = source, .t = target, .diag = diag };
	struct model *m = NULL;
	size_t i;
	bool ok = true, more = true;

	begin(&k);
	for (i = 0; i < nglob; i++)
		ok &= choose_matching(&k, globs[i]);
	close_selection(&k);
	while (more) {
		more = take_riders(&k);
		more |= take_drops(&k);
		more |= drop_unused_types(&k);
	}
	if (ok && check_rest(&k))
		m = build(&k);
	free(k.chosen);
	free(k.because);
	free(k.stack);
	free(k.owner);
	free(k.delta_of);
	tree_free(&k.f);
	diff_free(&k.d);
	return m;
}
