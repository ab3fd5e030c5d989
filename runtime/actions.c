/*
 * Which actions does a campaign mean, in which order? Each procedure's nested
 * steps give their verbs (one row per step type below), tear-down outermost to
 * innermost, one change of the model, build-up innermost to outermost. The
 * system is followed on the way, as far as it takes to know which VMs migrate:
 * away from a monitor that is locked, and to the monitor they are caught on.
 * Procedures of one level may run at the same time: none of their VMs goes to
 * where another of them will be at work, if it can go anywhere else.
 */
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "admin.h"
#include "apply.h"
#include "diag.h"
#include "dn.h"
#include "idmap.h"
#include "roll.h"
#include "world.h"

/* --- step types: what is done to old and new, before and after the model --- */

enum who { OLD, NEW }; /* deactivation or activation unit */

struct beat {
	enum verb verb;
	enum who who;
};

enum { MOST = 6 };

struct rhythm {
	struct beat down[MOST], up[MOST];
	int ndown, nup;
};

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

static const struct rhythm *
rhythm_of(const struct step *s)
{
	if (s->restart)
		return s->locked_reduced ? &locked_reduced : &reduced;
	return s->in_phase ? &in_phase : &out_of_phase;
}

/* --- the system on the way --- */

struct vm {
	uint32_t dn, list; /* its dependency object, or NAME_NONE */
	uint32_t at; /* the VMM it stands on, or NAME_NONE */
	uint32_t next; /* further VM on the same VMM, index + 1 */
};

struct expander {
	struct actions *a;
	const struct campaign *c;
	const struct model *source;
	struct world *w;
	struct diag diag;
	struct vm *vm;
	size_t nvm, vm_cap, act_cap;
	struct idmap of_vm; /* DN -> VM index + 1 */
	struct idmap guests; /* VMM -> first VM, index + 1 */
	struct idmap down; /* EE -> 1 while it is out of service */
	struct idmap configured; /* EEs that VM configuration objects name */
	bool any_config;
	struct dn_list touched; /* by the change of the model at hand */
	uint32_t proc;
	const size_t *order; /* of the campaign's procedures */
	size_t proc_cap;
	struct idmap taken; /* EE -> level + 1 that acts on it */
	uint32_t level;
	bool shared; /* the level has several procedures: taken counts */
};

static void
emit(struct expander *x, struct act a)
{
	x->a->act = mem_grow(x->a->act, x->a->n, &x->act_cap,
	    sizeof(*x->a->act));
	a.proc = x->proc;
	x->a->act[x->a->n++] = a;
}

/* The first thing that cannot be carried out is what is told. */
static void
refuse(struct expander *x, const char *why, uint32_t pos)
{
	if (x->a->is_refused)
		return;
	x->a->is_refused = true;
	x->a->refused = why;
	x->a->refused_pos = pos;
}

static bool
is_ee(const struct expander *x, uint32_t dn)
{
	return dn != NAME_NONE && world_class(x->w, dn) == N_SaPlmEE;
}

static bool
in_service(const struct expander *x, uint32_t dn)
{
	for (; dn != NAME_NONE; dn = dn_parent_known(dn))
		if (idmap_get(&x->down, dn) != 0)
			return false;
	return true;
}

/* Does no procedure of this level take it down, nor what contains it? */
static bool
stays_up(const struct expander *x, uint32_t dn)
{
	for (; dn != NAME_NONE; dn = dn_parent_known(dn))
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
		if (!is_ee(x, name[i]) || !in_service(x, name[i]))
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
	emit(x, (struct act){ .verb = VERB_MIGRATE, .part = part,
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
		if (is_ee(x, name[i]))
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
	uint32_t dn = dn_parent_known(list);

	if (is_ee(x, dn) && names_ees(x, list) &&
	    world_class(x->w, dn_parent_known(dn)) == N_SaPlmDomain)
		vm_at(x, dn)->list = list;
}

static void
note_config(struct expander *x, uint32_t config)
{
	uint32_t ee = world_value(x->w, config, N_saPlmEE);

	if (ee != NAME_NONE)
		*idmap_at(&x->configured, ee) = 1;
}

static void
begin(struct expander *x)
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
		v = find_list(x, dn_parent_known(t[i]));
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

/* After a change of the model, all since mark. */
static void
follow_change(struct expander *x, size_t mark, uint8_t part, uint16_t nested)
{
	struct vm *v;
	size_t i;

	x->touched.n = 0;
	world_each_since(x->w, mark, touch, &x->touched);
	read_lists(x);
	for (i = 0; i < x->touched.n; i++) {
		uint32_t dn = x->touched.v[i], ee = dn_parent_known(dn);

		if (world_class(x->w, dn) == N_OpenSafPlmVirtualMachineConfig)
			ee = world_value(x->w, dn, N_saPlmEE);
		v = ee == NAME_NONE ? NULL : find_vm(x, ee);
		if (v != NULL && (v->list == dn || ee != dn_parent_known(dn)))
			follow(x, v, part, nested);
	}
}

static void
do_ccb(struct expander *x, const struct action *ccb, uint8_t part)
{
	size_t mark;

	emit(x, (struct act){ .verb = VERB_MODIFY_IM, .part = part,
	    .entity = ccb->nop == 1 ? ccb->op[0].dn : (uint32_t)NAME_NONE,
	    .ccb = ccb });
	mark = world_mark(x->w);
	apply_ccb(x->w, x->c, ccb, &x->diag);
	follow_change(x, mark, part, 0);
}

/* --- one nested step --- */

/* What stands under an EE: its container, the VMM it is on or will be on,
 * itself where that is the hardware. */
static uint32_t
layer_below(struct expander *x, uint32_t dn)
{
	uint32_t p = dn_parent_known(dn);
	struct vm *v = find_vm(x, dn);

	if (is_ee(x, p))
		return p;
	if (v != NULL && v->at != NAME_NONE)
		return v->at;
	if (v != NULL && sponsor(x, v) != NAME_NONE)
		return sponsor(x, v);
	return dn;
}

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
	    layer_below(x, entity);
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
	if (b->env[0].amf_node != NAME_NONE)
		return b->env[0].amf_node;
	return b->env[0].ee != NAME_NONE ? b->env[0].ee : b->env[0].clm_node;
}

struct units { /* entities of a nested step, old and new */
	uint32_t *dn[2];
	size_t n[2], most; /* most: room for new ones */
};

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

static int
by_name(const void *a, const void *b)
{
	return dn_natural(*(const uint32_t *)a, *(const uint32_t *)b);
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
	if (out->n == l->nname)
		refuse(x, NULL, s->pos);
	qsort(out->v + l->nname, out->n - l->nname, sizeof(*out->v), by_name);
	for (i = 0; i < out->n; i++) {
		was = idmap_at(&seen, out->v[i]);
		if (*was == 0)
			out->v[n++] = out->v[i];
		*was = 1;
	}
	out->n = n;
	idmap_free(&seen);
}

/* New service units come up with the EE they are on; they are brought up
 * themselves where nothing else is. */
static void
entities(struct expander *x, const struct step *s, struct units *u)
{
	const struct unit *down = s->scope == SCOPE_MODIFY ? &s->activation :
	    &s->deactivation, *up = &s->activation;
	struct dn_list old = { 0 }, new = { 0 };
	size_t i;

	*u = (struct units){ .most = 0 };
	select(x, s, &down->acted_on, &old);
	select(x, s, &up->acted_on, &new);
	u->most = new.n + up->nadded;
	for (i = 0; i < old.n; i++)
		add_entity(x, u, OLD, old.v[i], old.n);
	for (i = 0; i < new.n; i++)
		add_entity(x, u, NEW, new.v[i], u->most);
	dn_list_free(&old);
	dn_list_free(&new);
	add_created(x, u, up, N_SaPlmEE);
	if (u->n[NEW] == 0)
		add_created(x, u, up, N_SaAmfSU);
}

static void
take_down(struct expander *x, uint32_t dn, uint8_t part, uint16_t nested)
{
	uint32_t i, next;

	if (!is_ee(x, dn))
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
static uint32_t
bring_up(struct expander *x, uint32_t dn)
{
	struct vm *v = find_vm(x, dn);
	uint32_t to;

	if (v == NULL)
		return layer_below(x, dn);
	to = sponsor(x, v);
	leave(x, v);
	if (to != NAME_NONE)
		enter(x, v, to);
	return to;
}

static void
do_entity(struct expander *x, enum verb verb, uint32_t dn, uint8_t part,
    uint16_t nested)
{
	struct act a = { .verb = (uint8_t)verb, .part = part,
		.nested = nested, .entity = dn };

	if (verb == VERB_INSTANTIATE && is_ee(x, dn))
		a.on = bring_up(x, dn);
	else if (is_ee(x, dn))
		a.on = layer_below(x, dn);
	emit(x, a);
	if (verb == VERB_LOCK)
		take_down(x, dn, part, nested);
	else if (verb == VERB_UNLOCK)
		*idmap_at(&x->down, dn) = 0;
}

/* --- callbacks and other actions outside steps --- */

static void
do_callbacks(struct expander *x, const struct callback *v, size_t n,
    uint8_t part, uint16_t nested)
{
	size_t i;

	for (i = 0; i < n; i++)
		emit(x, (struct act){ .verb = VERB_NOTIFY, .part = part,
		    .nested = nested, .callback = &v[i] });
}

/* Those of a step that are called at this point. */
static void
call_at(struct expander *x, const struct step *s, const char *point,
    uint8_t part, uint16_t nested)
{
	size_t i;

	for (i = 0; i < s->ncallback; i++)
		if (strcmp(name_str(s->callback[i].at), point) == 0)
			do_callbacks(x, &s->callback[i], 1, part, nested);
}

static void
do_admin(struct expander *x, const struct action *op, uint8_t part)
{
	uint32_t dn = op->forward.dn;
	size_t at = x->a->n;
	const char *why = admin_fault(&op->forward, dn == NAME_NONE ?
	    (uint32_t)NAME_NONE : world_class(x->w, dn));

	if (why == NULL)
		why = admin_undo_fault(op);
	if (why == NULL && part == PART_WRAPUP)
		why = "orders an administrative operation when it is "
		    "committed";
	if (why != NULL) {
		refuse(x, why, op->pos);
		return;
	}
	do_entity(x, admin_verb(op->forward.operation), dn, part, 0);
	x->a->act[at].ccb = op;
}

static void
do_list(struct expander *x, const struct action_list *l, uint8_t part)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		switch (l->v[i].kind) {
		case ACTION_CCB:
			do_ccb(x, &l->v[i], part);
			break;
		case ACTION_ADMIN:
			do_admin(x, &l->v[i], part);
			break;
		case ACTION_CALLBACK:
			do_callbacks(x, &l->v[i].callback, 1, part, 0);
			break;
		case ACTION_CLI:
			refuse(x, "runs commands (doCliCommand)", l->v[i].pos);
		}
}

/* --- the beats of a step --- */

static bool
is_software(enum verb v)
{
	return v == VERB_ONLINE_INSTALL || v == VERB_ONLINE_UNINSTALL ||
	    v == VERB_OFFLINE_INSTALL || v == VERB_OFFLINE_UNINSTALL;
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

			emit(x, (struct act){ .verb = (uint8_t)b->verb,
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

static void
do_beats(struct expander *x, const struct step *s, const struct beat *b, int n,
    const struct units *u, uint8_t part, uint16_t nested)
{
	int i;
	size_t k;

	for (i = 0; i < n; i++) {
		if (is_software(b[i].verb)) {
			do_software(x, s, &b[i], u, part, nested);
			continue;
		}
		if (points[b[i].verb].before != NULL)
			call_at(x, s, points[b[i].verb].before, part, nested);
		for (k = 0; k < u->n[b[i].who]; k++)
			do_entity(x, b[i].verb, u->dn[b[i].who][k], part,
			    nested);
		if (points[b[i].verb].after != NULL)
			call_at(x, s, points[b[i].verb].after, part, nested);
	}
}

/* --- one procedure --- */

/* The step's model changes: new EEs are not in service yet, lists may have
 * changed. */
static void
do_model(struct expander *x, const struct procedure *p)
{
	size_t i, k;
	uint16_t last = (uint16_t)(p->nstep - 1);
	size_t mark;

	emit(x, (struct act){ .verb = VERB_MODIFY_IM, .part = PART_MODIFY,
	    .nested = last, .entity = p->step[last].activation.acted_on.nname >
	    0 ? p->step[last].activation.acted_on.name[0] :
	    (uint32_t)NAME_NONE });
	mark = world_mark(x->w);
	apply_step(x->w, x->c, p, &x->diag);
	for (i = 0; i < p->nstep; i++) {
		const struct unit *u = &p->step[i].activation;

		for (k = 0; k < u->nadded; k++)
			if (u->added[k].class == N_SaPlmEE)
				*idmap_at(&x->down, u->added[k].dn) = 1;
	}
	follow_change(x, mark, PART_MODIFY, last);
	for (i = 0; i < p->nstep; i++)
		call_at(x, &p->step[i], "afterImmModification", PART_MODIFY,
		    last);
}

static void
take_list(struct expander *x, const struct entity_list *l)
{
	struct dn_list all = { 0 };
	size_t i;

	reach_entities(x->w, l, &all);
	for (i = 0; i < all.n; i++)
		*idmap_at(&x->taken, all.v[i]) = x->level + 1;
	dn_list_free(&all);
}

static void
take(struct expander *x, const struct procedure *p)
{
	size_t i, n;

	for (i = 0; i < p->nstep; i++) {
		const struct unit *up = &p->step[i].activation;

		take_list(x, &p->step[i].deactivation.acted_on);
		take_list(x, &up->acted_on);
		for (n = 0; n < up->nadded; n++)
			if (up->added[n].class == N_SaPlmEE)
				*idmap_at(&x->taken, up->added[n].dn) =
				    x->level + 1;
	}
}

static const struct procedure *
in_order(const struct expander *x, size_t i)
{
	return i < x->c->nprocedure ? &x->c->procedure[x->order[i]] : NULL;
}

/* The level that begins with the procedure that is i in order. */
static void
begin_level(struct expander *x, size_t i)
{
	const struct procedure *p = in_order(x, i), *next = in_order(x, i + 1);

	x->level = p->level;
	x->shared = next != NULL && next->level == x->level;
	for (; x->shared && p != NULL && p->level == x->level;
	    p = in_order(x, ++i))
		take(x, p);
}

static void
do_procedure(struct expander *x, const struct procedure *p, bool rolling,
    uint32_t step)
{
	struct units *u = mem_alloc(p->nstep, sizeof(*u));
	size_t k = x->a->nproc++, i;

	x->a->proc = mem_grow(x->a->proc, k, &x->proc_cap,
	    sizeof(*x->a->proc));
	x->a->proc[k] = (struct run_proc){ .p = p, .rolling = rolling,
		.step = step, .first = x->a->n };
	x->proc = (uint32_t)k;
	do_list(x, &p->init, PART_PROC_INIT);
	for (i = 0; i < p->nstep; i++)
		entities(x, &p->step[i], &u[i]);
	for (i = 0; i < p->nstep; i++)
		do_beats(x, &p->step[i], rhythm_of(&p->step[i])->down,
		    rhythm_of(&p->step[i])->ndown, &u[i], PART_TEAR_DOWN,
		    (uint16_t)i);
	if (p->nstep > 0)
		do_model(x, p);
	for (i = p->nstep; i-- > 0;)
		do_beats(x, &p->step[i], rhythm_of(&p->step[i])->up,
		    rhythm_of(&p->step[i])->nup, &u[i], PART_BUILD_UP,
		    (uint16_t)i);
	do_list(x, &p->wrapup, PART_PROC_WRAPUP);
	x->a->proc[k].n = x->a->n - x->a->proc[k].first;
	free(u);
}

/* Each node in turn, as it is when its turn comes. */
static void
do_rolling(struct expander *x, const struct procedure *p)
{
	struct dn_list nodes = { 0 };
	size_t i;

	roll_nodes(x->w, p, &nodes);
	if (nodes.n == 0)
		refuse(x, NULL, p->pos);
	for (i = 0; i == 0 || i < nodes.n; i++)
		do_procedure(x, roll_step(x->w, p, &nodes, i, &x->a->arena),
		    true, (uint32_t)i + 1);
	dn_list_free(&nodes);
}

static void
do_procedures(struct expander *x)
{
	size_t i;

	for (i = 0; i < x->c->nprocedure; i++) {
		const struct procedure *p = in_order(x, i);

		if (i == 0 || in_order(x, i - 1)->level != p->level)
			begin_level(x, i);
		if (p->method == METHOD_ROLLING)
			do_rolling(x, p);
		else
			do_procedure(x, p, false, 1);
	}
}

/* --- the whole --- */

struct actions *
actions_expand(const struct campaign *c, const struct model *source)
{
	struct expander x = { .c = c, .source = source, .proc = NONE };
	size_t *order = campaign_order(c);

	x.a = mem_alloc(1, sizeof(*x.a));
	x.w = world_new(source);
	x.order = order;
	begin(&x);
	do_callbacks(&x, c->at_init, c->nat_init, PART_INIT, 0);
	do_callbacks(&x, c->at_backup, c->nat_backup, PART_INIT, 0);
	if (c->nbundle > 0 || c->ntype > 0) {
		emit(&x, (struct act){ .verb = VERB_MODIFY_IM,
		    .part = PART_INIT });
		apply_add_to_imm(x.w, c, &x.diag);
	}
	do_list(&x, &c->init, PART_INIT);
	x.a->init_end = x.a->n;
	do_procedures(&x);
	x.proc = NONE;
	x.shared = false;
	x.a->complete = x.a->n;
	do_list(&x, &c->complete, PART_COMPLETE);
	x.a->wrapup = x.a->n;
	do_callbacks(&x, c->at_commit, c->nat_commit, PART_WRAPUP, 0);
	do_list(&x, &c->wrapup, PART_WRAPUP);
	if (c->nremove_type > 0 || c->nremove_bundle > 0)
		emit(&x, (struct act){ .verb = VERB_MODIFY_IM,
		    .part = PART_WRAPUP });
	x.a->rollback = x.a->n;
	do_callbacks(&x, c->at_rollback, c->nat_rollback, PART_INIT, 0);
	free(order);
	free(x.vm);
	idmap_free(&x.of_vm);
	idmap_free(&x.guests);
	idmap_free(&x.down);
	idmap_free(&x.configured);
	idmap_free(&x.taken);
	dn_list_free(&x.touched);
	diag_free(&x.diag);
	world_free(x.w);
	return x.a;
}

bool
actions_shares_level(const struct actions *a, size_t k)
{
	return k > 0 && a->proc[k].step == 1 &&
	    a->proc[k].p->level == a->proc[k - 1].p->level;
}

size_t
actions_cause(const struct actions *a, size_t i)
{
	while (i > 0 && a->act[i].verb == VERB_MIGRATE)
		i--;
	return i;
}

void
actions_free(struct actions *a)
{
	if (a == NULL)
		return;
	free(a->act);
	free(a->proc);
	arena_free(&a->arena);
	free(a);
}

struct actions *
actions_make(const struct campaign *c, const struct model *source,
    const char *doing, struct diag *d)
{
	struct actions *a = actions_expand(c, source);

	struct place at;

	if (!a->is_refused)
		return a;
	at = campaign_place(c, a->refused_pos);
	if (a->refused == NULL)
		diag_report(d, DIAG_ACTS_ON_NONE, at, NAME_NONE, "a template "
		    "of this step finds nothing to act on");
	else
		diag_report(d, DIAG_NOT_CARRIED_OUT, at, NAME_NONE, "the "
		    "campaign %s, which this version does not %s", a->refused,
		    doing);
	actions_free(a);
	return NULL;
}
