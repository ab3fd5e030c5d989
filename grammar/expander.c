/*
 * Where do virtual machines stand while a campaign goes on? They leave a
 * monitor that is locked, and go to the one they are caught on when their list is
 * written: the first of it that is in service, and if there is one such, that
 * no other procedure of the level will take down.
 */
#include <stdlib.h>

#include "apply.h"
#include "dn.h"
#include "expander.h"

void
expander_emit(struct expander *x, struct act a)
{
	x->a->act = mem_grow(x->a->act, x->a->n, &x->act_cap,
	    sizeof(*x->a->act));
	a.proc = x->proc;
	x->a->act[x->a->n++] = a;
}

bool
expander_is_ee(const struct expander *x, uint32_t dn)
{
	return dn != NAME_NONE && world_class(x->w, dn) == N_SaPlmEE;
}

static bool
in_service(const struct expander *x, uint32_t dn)
{
	for (; dn != NAME_NONE; dn = model_parent(x->source, dn))
		if (idmap_get(&x->down, dn) != 0)
			return false;
	return true;
}

/* Does no procedure of this level take it down, nor what contains it? */
static bool
stays_up(const struct expander *x, uint32_t dn)
{
	for (; dn != NAME_NONE; dn = model_parent(x->source, dn))
		if (idmap_get(&x->taken, dn) == x->level + 1)
			return false;
	return true;
}

static void
leave(struct expander *x, struct vm *v)
{
	uint32_t self = (uint32_t)(v - x->vm) + 1;
	uint32_t *at;

	if (v->at == NAME_NONE)
		return;
	for (at = idmap_at(&x->guests, v->at); *at != 0;
	    at = &x->vm[*at - 1].next)
		if (*at == self) {
			*at = v->next;
			break;
		}
	v->at = NAME_NONE;
}

static void
enter(struct expander *x, struct vm *v, uint32_t vmm)
{
	uint32_t *first = idmap_at(&x->guests, vmm);

	v->at = vmm;
	v->next = *first;
	*first = (uint32_t)(v - x->vm) + 1;
}

/* The first sponsor of the list that is in service and, if there is one such,
 * stays so while the procedures of a level run; or NAME_NONE. */
static uint32_t
sponsor(const struct expander *x, const struct vm *v)
{
	size_t n, i;
	const uint32_t *name = world_values(x->w, v->list, N_saPlmDepNames,
	    &n);
	uint32_t first = NAME_NONE;

	for (i = 0; i < n; i++) {
		if (!expander_is_ee(x, name[i]) || !in_service(x, name[i]))
			continue;
		if (!x->shared || stays_up(x, name[i]))
			return name[i];
		if (first == NAME_NONE)
			first = name[i];
	}
	return first;
}

static bool
lists(const struct expander *x, const struct vm *v, uint32_t vmm)
{
	size_t n, i;
	const uint32_t *name = world_values(x->w, v->list, N_saPlmDepNames,
	    &n);

	for (i = 0; i < n; i++)
		if (name[i] == vmm)
			return true;
	return false;
}

static void
migrate(struct expander *x, struct vm *v, uint8_t part, uint16_t nested)
{
	uint32_t to = sponsor(x, v), from = v->at;

	if (to == NAME_NONE || to == from)
		return;
	leave(x, v);
	enter(x, v, to);
	expander_emit(x, (struct act){ .verb = VERB_MIGRATE, .part = part,
	    .nested = nested, .entity = v->dn, .on = from, .to = to });
}

/* Lists are kept of all that may be VMs; where configuration objects exist,
 * they say which are. */
static struct vm *
find_list(struct expander *x, uint32_t dn)
{
	uint32_t i = idmap_get(&x->of_vm, dn);

	return i == 0 ? NULL : &x->vm[i - 1];
}

static struct vm *
find_vm(struct expander *x, uint32_t dn)
{
	return x->any_config && idmap_get(&x->configured, dn) == 0 ? NULL :
	    find_list(x, dn);
}

/* --- which EEs are migratable VMs --- */

static bool
names_ees(const struct expander *x, uint32_t list)
{
	size_t n, i;
	const uint32_t *name = world_values(x->w, list, N_saPlmDepNames, &n);

	for (i = 0; i < n; i++)
		if (expander_is_ee(x, name[i]))
			return true;
	return false;
}

static struct vm *
vm_at(struct expander *x, uint32_t dn)
{
	uint32_t *i = idmap_at(&x->of_vm, dn);

	if (*i == 0) {
		x->vm = mem_grow(x->vm, x->nvm, &x->vm_cap, sizeof(*x->vm));
		x->vm[x->nvm] = (struct vm){ .dn = dn, .list = NAME_NONE,
			.at = NAME_NONE };
		*i = (uint32_t)++x->nvm;
	}
	return &x->vm[*i - 1];
}

/* A dependency object there is: it may be the list of a VM. */
static void
note_list(struct expander *x, uint32_t list)
{
	uint32_t dn = model_parent(x->source, list);

	if (expander_is_ee(x, dn) && names_ees(x, list) &&
	    world_class(x->w, model_parent(x->source, dn)) == N_SaPlmDomain)
		vm_at(x, dn)->list = list;
}

static void
note_config(struct expander *x, uint32_t config)
{
	uint32_t ee = world_value(x->w, config, N_saPlmEE);

	if (ee != NAME_NONE)
		*idmap_at(&x->configured, ee) = 1;
}

void
expander_begin(struct expander *x)
{
	const struct model *m = x->source;
	size_t i;

	for (i = 0; i < m->nobject; i++)
		if (m->object[i].class == N_OpenSafPlmVirtualMachineConfig) {
			x->any_config = true;
			note_config(x, m->object[i].dn);
		}
	for (i = 0; i < m->nobject; i++)
		if (m->object[m->order[i]].class == N_SaPlmDependency)
			note_list(x, m->object[m->order[i]].dn);
	for (i = 0; i < x->nvm; i++) {
		uint32_t to = sponsor(x, &x->vm[i]);

		if (to != NAME_NONE && find_vm(x, x->vm[i].dn) != NULL)
			enter(x, &x->vm[i], to);
	}
}

/* --- model changes --- */

static void
touch(void *arg, uint32_t dn)
{
	dn_list_add(arg, dn);
}

/* Who is a VM now, and by which list? What has gone goes first: a list may
 * have got another name. */
static void
read_lists(struct expander *x)
{
	const uint32_t *t = x->touched.v;
	size_t n = x->touched.n, i;
	struct vm *v;

	for (i = 0; i < n; i++) {
		v = find_list(x, model_parent(x->source, t[i]));
		if (v != NULL && v->list == t[i] && !world_exists(x->w, t[i]))
			v->list = NAME_NONE;
		if (world_class(x->w, t[i]) ==
		    N_OpenSafPlmVirtualMachineConfig)
			note_config(x, t[i]);
	}
	for (i = 0; i < n; i++)
		if (world_class(x->w, t[i]) == N_SaPlmDependency)
			note_list(x, t[i]);
}

/* The list of a VM that runs was written: it may have to go to where it now
 * belongs. */
static void
follow(struct expander *x, struct vm *v, uint8_t part, uint16_t nested)
{
	uint32_t to;

	if (v->list == NAME_NONE || idmap_get(&x->down, v->dn) != 0)
		return;
	if (v->at == NAME_NONE) { /* it has become a VM where it stands */
		to = sponsor(x, v);
		if (to != NAME_NONE)
			enter(x, v, to);
	} else if (!lists(x, v, v->at)) {
		migrate(x, v, part, nested);
	}
}

void
expander_follow(struct expander *x, size_t mark, uint8_t part, uint16_t nested)
{
	struct vm *v;
	size_t i;

	x->touched.n = 0;
	world_each_since(x->w, mark, touch, &x->touched);
	read_lists(x);
	for (i = 0; i < x->touched.n; i++) {
		uint32_t dn = x->touched.v[i], ee = model_parent(x->source, dn);

		if (world_class(x->w, dn) == N_OpenSafPlmVirtualMachineConfig)
			ee = world_value(x->w, dn, N_saPlmEE);
		v = ee == NAME_NONE ? NULL : find_vm(x, ee);
		if (v != NULL && (v->list == dn ||
		    ee != model_parent(x->source, dn)))
			follow(x, v, part, nested);
	}
	world_forget(x->w);
}

/* --- what entities do --- */

uint32_t
expander_layer_below(struct expander *x, uint32_t dn)
{
	uint32_t p = model_parent(x->source, dn);
	struct vm *v = find_vm(x, dn);

	if (expander_is_ee(x, p))
		return p;
	if (v != NULL && v->at != NAME_NONE)
		return v->at;
	if (v != NULL && sponsor(x, v) != NAME_NONE)
		return sponsor(x, v);
	return dn;
}

void
expander_take_down(struct expander *x, uint32_t dn, uint8_t part,
    uint16_t nested)
{
	uint32_t i, next;

	if (!expander_is_ee(x, dn))
		return;
	*idmap_at(&x->down, dn) = 1;
	for (i = idmap_get(&x->guests, dn); i != 0; i = next) {
		struct vm *v = &x->vm[i - 1];

		next = v->next;
		if (idmap_get(&x->down, v->dn) == 0)
			migrate(x, v, part, nested);
	}
}

/* The VM that comes up does so on the first sponsor that serves. */
uint32_t
expander_bring_up(struct expander *x, uint32_t dn)
{
	struct vm *v = find_vm(x, dn);
	uint32_t to;

	if (v == NULL)
		return expander_layer_below(x, dn);
	to = sponsor(x, v);
	leave(x, v);
	if (to != NAME_NONE)
		enter(x, v, to);
	return to;
}

void
expander_move(struct expander *x, uint32_t dn, uint32_t to)
{
	struct vm *v = find_vm(x, dn);

	if (v == NULL)
		return;
	leave(x, v);
	enter(x, v, to);
}

void
expander_free(struct expander *x)
{
	free(x->vm);
	idmap_free(&x->of_vm);
	idmap_free(&x->guests);
	idmap_free(&x->down);
	idmap_free(&x->configured);
	idmap_free(&x->taken);
	dn_list_free(&x->touched);
}
