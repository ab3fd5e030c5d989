/*
 * What contains what, and what depends on what? One node for each EE of
 * either model, in DN order. Hardware elements are no nodes: their EEs hang on
 * the domain, but the outermost one is remembered as the fault domain.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "tree.h"

enum { SHORT_LIST = 16 }; /* looked through from end to end */

static bool
is_class(const struct model *m, uint32_t o, uint32_t class)
{
	return o != NONE && m->object[o].class == class;
}

static void
add_ee(struct forest *f, size_t *cap, uint32_t dn, uint32_t s, uint32_t t)
{
	f->v = mem_grow(f->v, f->n, cap, sizeof(*f->v));
	f->v[f->n] = (struct ee){ .dn = dn, .s = s, .t = t, .parent = NONE,
		.child = NONE, .next = NONE, .dep = NONE, .host = NONE,
		.guest = NONE, .next_guest = NONE };
	f->by_name[dn] = (uint32_t)f->n++;
}

/* Source EEs in DN order, then the added ones: order within is by DN, and all
 * lists that people see are sorted naturally when they are written. */
static void
collect(struct forest *f)
{
	const struct model *s = f->s, *t = f->t;
	size_t i, cap = 0;

	for (i = 0; i < s->nobject; i++) {
		uint32_t o = s->order[i], dn = s->object[o].dn;
		uint32_t other = model_find(t, dn);

		if (is_class(s, o, N_SaPlmEE))
			add_ee(f, &cap, dn, o,
			    is_class(t, other, N_SaPlmEE) ? other : NONE);
	}
	for (i = 0; i < t->nobject; i++) {
		uint32_t o = t->order[i], dn = t->object[o].dn;

		if (is_class(t, o, N_SaPlmEE) && tree_find(f, dn) == NONE)
			add_ee(f, &cap, dn, NONE, o);
	}
}

/* The model and object to climb the DN tree in. */
static const struct model *
home(const struct forest *f, const struct ee *e, uint32_t *o)
{
	*o = e->s != NONE ? e->s : e->t;
	return e->s != NONE ? f->s : f->t;
}

static void
place_in_tree(struct forest *f, uint32_t i)
{
	struct ee *e = &f->v[i];
	uint32_t o, p;
	const struct model *m = home(f, e, &o);

	e->fault = e->dn;
	for (p = m->object[o].parent; p != NONE; p = m->object[p].parent) {
		if (m->object[p].class == N_SaPlmEE) {
			if (e->parent == NONE)
				e->parent = f->by_name[m->object[p].dn];
			e->fault = m->object[p].dn;
		} else if (m->object[p].class == N_SaPlmHE) {
			e->fault = m->object[p].dn;
		}
	}
	if (e->parent != NONE) {
		e->next = f->v[e->parent].child;
		f->v[e->parent].child = i;
	}
}

uint32_t
tree_offline_attr(const struct forest *f, const struct ee *e,
    tree_online *online, const void *arg)
{
	const struct model *side[2] = { f->t, f->s };
	uint32_t object[2] = { e->t, e->s }, i;
	int k;

	for (k = 0; k < 2; k++)
		for (i = side[k]->object[object[k]].attr;
		    i < side[k]->object[object[k] + 1].attr; i++) {
			uint32_t name = side[k]->attr[i].name;

			if (diff_attr_differs(f->s, e->s, f->t, e->t, name) &&
			    !online(arg, e->dn, name))
				return name;
		}
	return NAME_NONE;
}

static void
set_ops(struct forest *f, const struct diff *d, tree_online *online,
    const void *arg)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		uint32_t e = tree_find(f, diff_dn(d, &d->v[i]));

		if (e == NONE)
			continue;
		if (d->v[i].op == OP_MODIFY && (f->v[e].s == NONE ||
		    f->v[e].t == NONE || (online != NULL &&
		    tree_offline_attr(f, &f->v[e], online, arg) ==
		    NAME_NONE)))
			continue;
		f->v[e].op = (uint8_t)d->v[i].op;
	}
}

/* The names of a dependency that are EEs, as indices. */
static const uint32_t *
sponsors(struct forest *f, const struct model *m, uint32_t o, uint32_t *n,
    uint32_t *others)
{
	uint32_t a = o == NONE ? NONE : model_attr(m, o, N_saPlmDepNames);
	const uint32_t *value;
	uint32_t *v;
	size_t nv, i;

	*n = *others = 0;
	if (a == NONE)
		return NULL;
	value = attr_values(m, a, &nv);
	if (nv == 0)
		return NULL;
	v = arena_array(&f->arena, nv, sizeof(*v));
	for (i = 0; i < nv; i++) {
		uint32_t e = tree_find(f, value[i]);

		if (e == NONE)
			++*others;
		else
			v[(*n)++] = e;
	}
	return v;
}

static uint32_t
min_number(const struct model *m, uint32_t o)
{
	uint32_t v = o == NONE ? NAME_NONE :
	    model_value(m, o, N_saPlmDepMinNumber);
	unsigned long n = v == NAME_NONE ? 1 : strtoul(name_str(v), NULL, 0);

	return n > 1000000 ? 1000000 : (uint32_t)n;
}

/* The dependency of the EE with that name in the source, or NONE. */
static uint32_t
find_dep(const struct forest *f, uint32_t e, uint32_t dn)
{
	uint32_t d;

	for (d = f->v[e].dep; d != NONE; d = f->dep[d].next)
		if (f->dep[d].s != NONE && f->s->object[f->dep[d].s].dn == dn)
			return d;
	return NONE;
}

/* A VM's sponsor list that is called otherwise in the target is still that
 * list: the one whose old name is gone. */
static uint32_t
find_renamed(const struct forest *f, uint32_t e)
{
	uint32_t d, found = NONE;

	if (!f->v[e].vm_s || !f->v[e].vm_t)
		return NONE;
	for (d = f->v[e].dep; d != NONE; d = f->dep[d].next) {
		if (f->dep[d].t != NONE || f->dep[d].s == NONE ||
		    model_find(f->t, f->s->object[f->dep[d].s].dn) != NONE)
			continue;
		if (found != NONE)
			return NONE;
		found = d;
	}
	return found;
}

static uint32_t
dependent(const struct forest *f, const struct model *m, uint32_t o)
{
	uint32_t p = m->object[o].parent;

	if (m->object[o].class != N_SaPlmDependency || p == NONE)
		return NONE;
	return tree_find(f, m->object[p].dn);
}

static uint32_t
new_dep(struct forest *f, size_t *cap, uint32_t e)
{
	f->dep = mem_grow(f->dep, f->ndep, cap, sizeof(*f->dep));
	f->dep[f->ndep] = (struct dep){ .ee = e, .s = NONE, .t = NONE,
		.gone = NONE,
		.next = f->v[e].dep };
	f->v[e].dep = (uint32_t)f->ndep;
	return (uint32_t)f->ndep++;
}

static void
add_deps(struct forest *f, const struct model *m, bool target, size_t *cap)
{
	size_t i;

	for (i = 0; i < m->nobject; i++) {
		uint32_t o = m->order[i], e = dependent(f, m, o), d, n, others;
		const uint32_t *names;

		if (e == NONE)
			continue;
		names = sponsors(f, m, o, &n, &others);
		d = target ? find_dep(f, e, m->object[o].dn) : NONE;
		if (d == NONE && target && n > 0)
			d = find_renamed(f, e);
		if (n == 0 && d == NONE)
			continue;
		if (d == NONE)
			d = new_dep(f, cap, e);
		if (target && n == f->dep[d].ns && n > 0 && memcmp(names,
		    f->dep[d].names_s, n * sizeof(*names)) == 0)
			names = f->dep[d].names_s; /* mostly they are equal */
		if (target) {
			f->dep[d].t = o;
			if (f->dep[d].s == NONE)
				f->dep[d].s = model_find(f->s, m->object[o].dn);
			f->dep[d].names_t = names;
			f->dep[d].nt = n;
			f->dep[d].others_t = others;
			f->dep[d].min_t = min_number(m, o);
		} else {
			f->dep[d].s = o;
			f->dep[d].names_s = names;
			f->dep[d].ns = n;
			f->dep[d].others_s = others;
			f->dep[d].min_s = min_number(m, o);
		}
	}
}

/* Migratable: directly under the domain, and with a dependency on EEs; where
 * VM configuration objects exist they say which EEs are VMs. */
static void
mark_vms(struct forest *f, const struct model *m, bool target)
{
	bool *named = mem_alloc(f->n, sizeof(*named)), any = false;
	size_t i;

	for (i = 0; i < m->nobject; i++) {
		uint32_t e;

		if (m->object[i].class != N_OpenSafPlmVirtualMachineConfig)
			continue;
		any = true;
		e = tree_find(f, model_value(m, (uint32_t)i, N_saPlmEE));
		if (e != NONE)
			named[e] = true;
	}
	for (i = 0; i < m->nobject; i++) {
		uint32_t o = (uint32_t)i, e = dependent(f, m, o), p, n, others;

		if (e == NONE || (any && !named[e]))
			continue;
		p = m->object[m->object[o].parent].parent;
		sponsors(f, m, o, &n, &others);
		if (n == 0 || !is_class(m, p, N_SaPlmDomain))
			continue;
		if (target)
			f->v[e].vm_t = true;
		else
			f->v[e].vm_s = true;
	}
	free(named);
}

static const uint32_t *
sorted(struct forest *f, const uint32_t *v, size_t n)
{
	uint32_t *copy;

	if (n <= SHORT_LIST)
		return NULL;
	copy = arena_array(&f->arena, n, sizeof(*copy));
	memcpy(copy, v, n * sizeof(*v));
	ids_sort(copy, n);
	return copy;
}

static void
sort_deps(struct forest *f)
{
	size_t i;

	for (i = 0; i < f->ndep; i++) {
		struct dep *d = &f->dep[i];

		d->sorted_s = sorted(f, d->names_s, d->ns);
		d->sorted_t = d->names_t == d->names_s && d->nt == d->ns ?
		    d->sorted_s : sorted(f, d->names_t, d->nt);
	}
}

static void
reverse(struct forest *f)
{
	size_t i, k, total = 0;

	f->rev_at = mem_alloc(f->n + 2, sizeof(*f->rev_at));
	for (i = 0; i < f->ndep; i++) {
		struct dep *d = &f->dep[i];

		for (k = 0; k < d->ns; k++)
			f->rev_at[d->names_s[k] + 2]++;
		for (k = 0; k < d->nt; k++)
			if (!dep_lists(d, false, d->names_t[k]))
				f->rev_at[d->names_t[k] + 2]++;
	}
	for (i = 2; i < f->n + 2; i++)
		f->rev_at[i] += f->rev_at[i - 1];
	total = f->rev_at[f->n + 1];
	f->rev = mem_alloc(total, sizeof(*f->rev));
	for (i = 0; i < f->ndep; i++) {
		struct dep *d = &f->dep[i];

		for (k = 0; k < d->ns; k++)
			f->rev[f->rev_at[d->names_s[k] + 1]++] = (uint32_t)i;
		for (k = 0; k < d->nt; k++)
			if (!dep_lists(d, false, d->names_t[k]))
				f->rev[f->rev_at[d->names_t[k] + 1]++] =
				    (uint32_t)i;
	}
}

/* What is in force before anything has happened. */
static void
start_deps(struct forest *f)
{
	size_t i;

	for (i = 0; i < f->ndep; i++) {
		struct dep *d = &f->dep[i];

		d->cur = arena_array(&f->arena, d->ns + 1 + (d->names_s ==
		    d->names_t ? 0 : d->nt), sizeof(*d->cur));
		d->ncur = d->ns;
		d->min_cur = d->s != NONE ? d->min_s : d->min_t;
		if (d->ns > 0)
			memcpy(d->cur, d->names_s, d->ns * sizeof(*d->cur));
	}
}

static uint32_t
type_of(const struct model *m, uint32_t object)
{
	return object == NONE ? NAME_NONE :
	    model_value(m, object, N_saPlmEEType);
}

void
tree_build(struct forest *f, const struct diff *d, tree_online *online,
    const void *arg)
{
	size_t i, cap = 0;

	*f = (struct forest){ .s = d->s, .t = d->t };
	f->nname = intern_count();
	f->by_name = mem_realloc(NULL, f->nname, sizeof(*f->by_name));
	memset(f->by_name, 0xff, f->nname * sizeof(*f->by_name));
	collect(f);
	for (i = 0; i < f->n; i++) {
		f->v[i].type[0] = type_of(f->s, f->v[i].s);
		f->v[i].type[1] = type_of(f->t, f->v[i].t);
	}
	for (i = f->n; i-- > 0;)
		place_in_tree(f, (uint32_t)i);
	set_ops(f, d, online, arg);
	mark_vms(f, f->s, false);
	mark_vms(f, f->t, true);
	add_deps(f, f->s, false, &cap);
	add_deps(f, f->t, true, &cap);
	sort_deps(f);
	reverse(f);
	start_deps(f);
}

uint32_t
tree_named(const struct forest *f, uint32_t dn, uint32_t kind)
{
	uint32_t x;

	if (dn == NAME_NONE || dn >= f->nname)
		return NONE;
	x = f->by_name[dn];
	return (x & NAMED_KIND) == kind ? x & ~NAMED_KIND : (uint32_t)NONE;
}

uint32_t
tree_find(const struct forest *f, uint32_t dn)
{
	return tree_named(f, dn, NAMED_EE);
}

uint32_t
tree_type(const struct forest *f, uint32_t ee, bool target)
{
	return f->v[ee].type[target];
}

uint32_t
tree_list(const struct forest *f, uint32_t ee, bool target)
{
	uint32_t d = f->v[ee].dep;

	while (d != NONE && (target ? f->dep[d].nt : f->dep[d].ns) == 0)
		d = f->dep[d].next;
	return d;
}

void
tree_hang(struct forest *f, uint32_t vm, uint32_t vmm)
{
	f->v[vm].host = vmm;
	f->v[vm].next_guest = f->v[vmm].guest;
	f->v[vmm].guest = vm;
}

void
tree_free(struct forest *f)
{
	free(f->v);
	free(f->dep);
	free(f->by_name);
	free(f->rev_at);
	free(f->rev);
	arena_free(&f->arena);
	*f = (struct forest){ 0 };
}
