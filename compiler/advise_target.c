/*
 * What becomes different? The type of a machine, and who comes first among its
 * sponsors. A type that is not there yet is made like the one it replaces, with
 * the bundle of its class.
 */
#include <stdlib.h>
#include <string.h>

#include "advise.h"
#include "advise_target.h"
#include "arena.h"
#include "buf.h"
#include "diag.h"
#include "dn.h"
#include "world.h"

struct target {
	const struct advise *a;
	uint32_t *config; /* by EE: the object that calls it a VM, or NONE */
	struct world *w;
	struct arena arena;
};

static bool
has(const struct advise *a, uint32_t dn)
{
	return dn != NAME_NONE && model_find(a->m, dn) != NONE;
}

static bool
is_advised(const struct advise *a, size_t class)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].best == class && (a->v[i].verdict == CHANGES ||
		    a->v[i].verdict == STAYS_NEW))
			return true;
	return false;
}

static void
check_class(const struct advise *a, size_t i, struct diag *d)
{
	struct policy_class c = policy_class(a->classes, i);
	uint32_t bundle = c.bundle == NULL ? (uint32_t)NAME_NONE :
	    intern_str(c.bundle);
	const char *type = name_str(c.type);

	if (has(a, c.type) || !is_advised(a, i))
		return;
	if (!has(a, dn_parent(c.type)))
		diag_report(d, DIAG_CLASS_TYPE, policy_class_place(a->classes,
		    i), c.type, "the model has neither the type \"%s\" nor its "
		    "base type", type);
	else if (c.bundle != NULL && !has(a, bundle))
		diag_report(d, DIAG_CLASS_TYPE, policy_class_place(a->classes,
		    i), c.type, "the model has neither the type \"%s\" nor the "
		    "bundle \"%s\" that brings it", type, c.bundle);
}

void
advise_check_classes(const struct advise *a, struct diag *d)
{
	size_t i, n = policy_nclass(a->classes);

	for (i = 0; i < n; i++)
		check_class(a, i, d);
}

/* --- changes --- */

static struct cattr
attribute(struct target *t, uint32_t name, uint32_t value)
{
	uint32_t *v = arena_array(&t->arena, 1, sizeof(*v));

	*v = value;
	return (struct cattr){ .name = name, .type = TYPE_NAME, .nvalue = 1,
		.value = v };
}

static void
replace(struct target *t, uint32_t dn, struct cattr attr)
{
	world_modify(t->w, dn, MODIFY_REPLACE, &attr);
}

/* What an object has, to be had by another; how many, and room for one more. */
static struct cattr *
copy_attrs(struct target *t, uint32_t o, uint32_t but, uint32_t *n)
{
	const struct model *m = t->a->m;
	uint32_t i, first = m->object[o].attr, end = m->object[o + 1].attr;
	struct cattr *v = arena_array(&t->arena, end - first + 1, sizeof(*v));
	const char *name = name_str(m->object[o].dn);
	uint32_t own = intern(name, dn_attr_len(name, strlen(name)));
	size_t count;

	*n = 0;
	for (i = first; i < end; i++) {
		const uint32_t *value = attr_values(m, i, &count);

		if (m->attr[i].name != but && m->attr[i].name != own &&
		    count > 0)
			v[(*n)++] = (struct cattr){ .name = m->attr[i].name,
				.type = model_attr_type(m, m->object[o].class,
				m->attr[i].name) & 15,
				.nvalue = (uint32_t)count & 0xfffffff,
				.value = value };
	}
	return v;
}

/* The type of a class, made like that of the machine if it is not there. */
static uint32_t
type_for(struct target *t, const struct advice *v)
{
	struct policy_class c = policy_class(t->a->classes, v->best);
	uint32_t like = model_find(t->a->m, policy_class(t->a->classes,
	    v->now).type), n;
	struct cattr *attr;

	if (world_exists(t->w, c.type) || like == NONE)
		return c.type;
	attr = copy_attrs(t, like, N_saPlmEetSwBundle, &n);
	if (c.bundle != NULL)
		attr[n++] = attribute(t, N_saPlmEetSwBundle,
		    intern_str(c.bundle));
	world_create(t->w, c.type, N_SaPlmEEType, attr, n);
	return c.type;
}

/* The dependency as the advice has it: where the machine goes comes first. */
static void
put_first(struct target *t, const struct advice *v)
{
	const struct dep *d = &t->a->f.dep[t->a->f.v[v->ee].dep];
	uint32_t dn = t->a->m->object[d->s].dn, first = t->a->f.v[v->on].dn;
	const uint32_t *was;
	uint32_t *now;
	size_t n, i, k = 1;

	was = world_values(t->w, dn, N_saPlmDepNames, &n);
	now = arena_array(&t->arena, n, sizeof(*now));
	now[0] = first;
	for (i = 0; i < n; i++)
		if (was[i] != first && k < n)
			now[k++] = was[i];
	replace(t, dn, (struct cattr){ .name = N_saPlmDepNames,
		.type = TYPE_NAME, .nvalue = (uint32_t)n & 0xfffffff,
		.value = now });
}

static void
change(struct target *t, const struct advice *v)
{
	replace(t, t->a->f.v[v->ee].dn, attribute(t, N_saPlmEEType,
	    type_for(t, v)));
	if (v->on != v->was && v->on != NONE)
		put_first(t, v);
}

/* --- new machines --- */

/* "safEE=VM1-new,..." of "safEE=VM1,...", or with a number behind it. */
static uint32_t
new_name(struct target *t, uint32_t dn)
{
	uint32_t rdn = dn_rdn(dn), id;
	struct buf b = { 0 };
	unsigned i;

	for (i = 1;; i++) {
		b.len = 0;
		buf_printf(&b, i == 1 ? "%s-new" : "%s-new%u", name_str(rdn),
		    i);
		id = dn_join(intern(b.data, b.len), dn_parent(dn));
		if (!world_exists(t->w, id))
			break;
	}
	buf_free(&b);
	return id;
}

/* Where such objects are, only they say what is a VM. */
static void
add_config(struct target *t, const struct advice *v, uint32_t ee)
{
	const struct model *m = t->a->m;
	uint32_t o = t->config[v->ee], n, i, k, dn, domain;
	struct cattr *attr;

	if (o == NONE)
		return;
	dn = new_name(t, m->object[o].dn);
	attr = copy_attrs(t, o, N_saPlmEE, &n);
	domain = model_value(m, o, N_libVirtDomainName);
	for (i = k = 0; i < n; i++)
		if (attr[i].name != N_libVirtDomainName)
			attr[k++] = attr[i];
	attr[k++] = attribute(t, N_saPlmEE, ee);
	if (domain != NAME_NONE) {
		struct buf b = { 0 };

		buf_printf(&b, "%s-new", name_str(domain));
		attr[k] = attribute(t, N_libVirtDomainName, intern_buf(&b));
		attr[k++].type = TYPE_STRING;
	}
	world_create(t->w, dn, m->object[o].class, attr, k);
}

static void
find_configs(struct target *t)
{
	const struct model *m = t->a->m;
	size_t i;

	t->config = mem_alloc(t->a->f.n, sizeof(*t->config));
	for (i = 0; i < t->a->f.n; i++)
		t->config[i] = NONE;
	for (i = 0; i < m->nobject; i++)
		if (m->object[i].class == N_OpenSafPlmVirtualMachineConfig) {
			uint32_t ee = service_owner(&t->a->f, m, (uint32_t)i);

			if (ee != NONE)
				t->config[ee] = (uint32_t)i;
		}
}

static void
add_machine(struct target *t, const struct advice *v)
{
	const struct forest *f = &t->a->f;
	const struct dep *d = &f->dep[f->v[v->ee].dep];
	uint32_t dn = new_name(t, f->v[v->ee].dn), n;
	uint32_t *sponsor = arena_array(&t->arena, 2, sizeof(*sponsor));
	struct cattr *attr = copy_attrs(t, f->v[v->ee].s, N_saPlmEEType, &n);

	attr[n++] = attribute(t, N_saPlmEEType, type_for(t, v));
	world_create(t->w, dn, N_SaPlmEE, attr, n);
	attr = copy_attrs(t, d->s, N_saPlmDepNames, &n);
	sponsor[0] = f->v[v->on].dn;
	sponsor[1] = f->v[v->spare].dn;
	attr[n++] = (struct cattr){ .name = N_saPlmDepNames, .type = TYPE_NAME,
		.nvalue = 2, .value = sponsor };
	world_create(t->w, dn_join(dn_rdn(t->a->m->object[d->s].dn), dn),
	    N_SaPlmDependency, attr, n);
	add_config(t, v, dn);
}

struct model *
advise_target(const struct advise *a)
{
	struct target t = { .a = a, .w = world_new(a->m) };
	struct model *m;
	size_t i;

	find_configs(&t);
	for (i = 0; i < a->n; i++) {
		if (a->v[i].verdict == CHANGES)
			change(&t, &a->v[i]);
		if (a->v[i].verdict == STAYS_NEW &&
		    a->v[i].wish.instances == TRI_YES)
			add_machine(&t, &a->v[i]);
	}
	m = world_export(t.w);
	world_free(t.w);
	arena_free(&t.arena);
	free(t.config);
	return m;
}
