/*
 * Can everything be instantiated in some order, and in how many layers? An
 * entity stands on what contains it and on its sponsors. One depth-first walk
 * along these links, with a stack of its own, finds circles and counts the
 * layers.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "check.h"

/* --- what is known about the platform --- */

uint32_t
plm_node(const struct check *c, uint32_t o)
{
	if (check_is(c, o, OF(EE)))
		return c->rank[o];
	if (check_is(c, o, OF(HE)))
		return (uint32_t)kind_count(c, KIND_EE) + c->rank[o];
	return NONE;
}

uint32_t
plm_object(const struct check *c, uint32_t node)
{
	size_t nee = kind_count(c, KIND_EE);

	if (node < nee)
		return c->of_kind[c->start[KIND_EE] + node];
	return c->of_kind[c->start[KIND_HE] + (node - nee)];
}

const uint32_t *
plm_sponsors(const struct check *c, uint32_t dependency, size_t *n,
    uint32_t *attr)
{
	*n = 0;
	*attr = model_attr(c->m, dependency, N_saPlmDepNames);
	return *attr == NONE ? NULL : attr_values(c->m, *attr, n);
}

static bool
names_ee(const struct check *c, uint32_t dependency)
{
	uint32_t attr;
	size_t n, k;
	const uint32_t *v = plm_sponsors(c, dependency, &n, &attr);

	for (k = 0; k < n; k++)
		if (check_is(c, model_find(c->m, v[k]), OF(EE)))
			return true;
	return false;
}

bool
plm_names_ee(struct check *c, uint32_t dependency)
{
	return plm_of(c)->names_ee[c->rank[dependency]];
}

static uint32_t
dependency_at(const struct check *c, uint32_t rank)
{
	return c->of_kind[c->start[KIND_DEPENDENCY] + rank];
}

/* Hangs every dependency on its node, in file order. */
static void
hang_dependencies(struct check *c, struct plm *p)
{
	size_t i;

	for (i = kind_count(c, KIND_DEPENDENCY); i-- > 0;) {
		uint32_t o = dependency_at(c, (uint32_t)i), node;

		p->names_ee[i] = names_ee(c, o);
		p->next[i] = NONE;
		node = plm_node(c, c->m->object[o].parent);
		if (!passed(c, o, SOUND) || node == NONE)
			continue;
		p->next[i] = p->first[node];
		p->first[node] = (uint32_t)i;
		if (p->names_ee[i])
			p->on_ee[node] = o;
	}
}

static void
set_flag(struct check *c, struct plm *p, uint32_t o, unsigned flag)
{
	uint32_t node = plm_node(c, o);

	if (node != NONE)
		p->flags[node] |= (uint8_t)flag;
}

static void
flag_named(struct check *c, struct plm *p, enum kind config, unsigned flag)
{
	size_t i;

	for (i = c->start[config]; i < c->start[config + 1]; i++)
		set_flag(c, p, check_follow(c, c->of_kind[i], N_saPlmEE), flag);
}

/* Is the owner of this dependency a migratable VM by it? */
static bool
makes_vm(struct check *c, const struct plm *p, uint32_t dependency)
{
	uint32_t ee = c->m->object[dependency].parent;

	if (!check_is(c, ee, OF(EE)) ||
	    !check_is(c, c->m->object[ee].parent, OF(DOMAIN)))
		return false;
	if (kind_count(c, KIND_VM_CONFIG) > 0 &&
	    (p->flags[plm_node(c, ee)] & PLM_NAMED_VM) == 0)
		return false;
	return p->names_ee[c->rank[dependency]];
}

static void
flag_vms(struct check *c, struct plm *p)
{
	size_t i, k, n;

	for (i = 0; i < kind_count(c, KIND_DEPENDENCY); i++) {
		uint32_t o = dependency_at(c, (uint32_t)i), attr;
		const uint32_t *v;

		if (!passed(c, o, SOUND) || !makes_vm(c, p, o))
			continue;
		set_flag(c, p, c->m->object[o].parent, PLM_VM);
		v = plm_sponsors(c, o, &n, &attr);
		for (k = 0; k < n; k++)
			set_flag(c, p, model_find(c->m, v[k]), PLM_VMM);
	}
}

static void
flag_holders(struct check *c, struct plm *p)
{
	uint32_t i;

	for (i = 0; i < p->nnode; i++)
		if ((p->flags[i] & (PLM_VMM | PLM_NAMED_VMM)) != 0)
			set_flag(c, p,
			    c->m->object[plm_object(c, i)].parent,
			    PLM_HOLDS_VMM);
}

struct plm *
plm_of(struct check *c)
{
	struct plm *p = c->plm;

	if (p != NULL)
		return p;
	c->plm = p = mem_alloc(1, sizeof(*p));
	p->nnode = (uint32_t)(kind_count(c, KIND_EE) + kind_count(c, KIND_HE));
	p->flags = mem_alloc(p->nnode, sizeof(*p->flags));
	p->first = mem_alloc(p->nnode, sizeof(*p->first));
	memset(p->first, 0xff, p->nnode * sizeof(*p->first));
	p->on_ee = mem_alloc(p->nnode, sizeof(*p->on_ee));
	memset(p->on_ee, 0xff, p->nnode * sizeof(*p->on_ee));
	p->next = mem_alloc(kind_count(c, KIND_DEPENDENCY), sizeof(*p->next));
	p->names_ee = mem_alloc(kind_count(c, KIND_DEPENDENCY),
	    sizeof(*p->names_ee));
	hang_dependencies(c, p);
	flag_named(c, p, KIND_VM_CONFIG, PLM_NAMED_VM);
	flag_named(c, p, KIND_VMM_CONFIG, PLM_NAMED_VMM);
	flag_vms(c, p);
	flag_holders(c, p);
	return p;
}

void
plm_free(struct plm *p)
{
	if (p == NULL)
		return;
	free(p->flags);
	free(p->first);
	free(p->on_ee);
	free(p->next);
	free(p->names_ee);
	free(p->domain);
	free(p);
}

unsigned
plm_flags(struct check *c, uint32_t o)
{
	uint32_t node = plm_node(c, o);

	return node == NONE ? 0 : plm_of(c)->flags[node];
}

/* --- one dependency --- */

bool
check_not_self(struct check *c, uint32_t o)
{
	uint32_t owner = c->m->object[o].parent, attr;
	size_t n, k;
	const uint32_t *v = plm_sponsors(c, o, &n, &attr);

	for (k = 0; k < n; k++)
		if (v[k] == object_dn(c, owner))
			return diag_report(c->d, DIAG_SELF_SPONSOR,
			    model_value_place(c->m, attr, k), object_dn(c, o),
			    "\"%s\" is listed as its own sponsor",
			    name_str(v[k]));
	return true;
}

bool
check_distinct(struct check *c, uint32_t o)
{
	uint32_t attr;
	size_t n, k;
	const uint32_t *v = plm_sponsors(c, o, &n, &attr);
	bool good = true;

	check_round(c);
	for (k = 0; k < n; k++)
		if (v[k] != NAME_EMPTY && check_seen(c, v[k]))
			good = diag_report(c->d, DIAG_SPONSOR_TWICE,
			    model_value_place(c->m, attr, k), object_dn(c, o),
			    "\"%s\" lists the sponsor \"%s\" twice",
			    dn_str(c, o), name_str(v[k]));
	return good;
}

/* Does the DN of inner end in "," and that of outer? */
static bool
is_below(uint32_t inner, uint32_t outer)
{
	size_t n = name_len(inner), len = name_len(outer);
	const char *s = name_str(inner);

	return n > len + 1 && s[n - len - 1] == ',' && s[n - len - 2] != '\\' &&
	    memcmp(s + n - len, name_str(outer), len) == 0;
}

bool
check_not_container(struct check *c, uint32_t o)
{
	uint32_t owner = c->m->object[o].parent, attr;
	size_t n, k;
	const uint32_t *v = plm_sponsors(c, o, &n, &attr);

	for (k = 0; k < n; k++)
		if (v[k] != NAME_EMPTY && is_below(object_dn(c, owner), v[k]))
			return check_fold(c, DIAG_SPONSOR_CONTAINS, 0, 0,
			    model_value_place(c->m, attr, k), object_dn(c, o),
			    "the sponsor \"%s\" already contains \"%s\"",
			    name_str(v[k]), dn_str(c, owner));
	return true;
}

bool
check_minimum(struct check *c, uint32_t o)
{
	uint32_t a = model_attr(c->m, o, N_saPlmDepMinNumber), attr;
	struct integer min;
	size_t n;

	if (a == NONE || !check_integer(
	    name_str(model_value(c->m, o, N_saPlmDepMinNumber)), &min))
		return true;
	plm_sponsors(c, o, &n, &attr);
	if (min.n == 0)
		return check_fold(c, DIAG_MINIMUM_ZERO, 0, 0,
		    model_value_place(c->m, a, 0), object_dn(c, o),
		    "\"%s\" requires no sponsor in service", dn_str(c, o));
	if (min.n <= n)
		return true;
	return diag_report(c->d, DIAG_MINIMUM_TOO_LARGE,
	    model_value_place(c->m, a, 0), object_dn(c, o),
	    "\"%s\" requires %llu sponsors but lists %zu", dn_str(c, o),
	    (unsigned long long)min.n, n);
}

bool
check_one_dependency(struct check *c, uint32_t o)
{
	uint32_t owner = c->m->object[o].parent, first;

	if ((plm_flags(c, owner) & PLM_VM) == 0 || !plm_names_ee(c, o))
		return true;
	first = plm_of(c)->on_ee[plm_node(c, owner)];
	if (first == o)
		return true;
	diag_report(c->d, DIAG_SECOND_DEPENDENCY, model_dn_place(c->m, o),
	    object_dn(c, o), "\"%s\" is a second dependency of the VM \"%s\" "
	    "on execution environments", dn_str(c, o), dn_str(c, owner));
	diag_note(c->d, model_dn_place(c->m, first), "the first is \"%s\"",
	    dn_str(c, first));
	return false;
}

/* --- circles and layers --- */

enum { WHITE, GREY, BLACK };
enum { LAYERS = 3, MOST_NOTES = 20 };
/* EEs that stand on each other, ordinary dependencies counted too: each EE of
 * a chain is acted on with each below it, so campaigns grow with the square. */
enum { CHAIN = 32 };

struct frame {
	uint32_t node;
	uint32_t dep; /* rank of the dependency being read */
	uint32_t k; /* next value of it; NONE: the container comes first */
	uint32_t circle; /* how much of the stack ends in a known circle */
};

struct walk {
	struct check *c;
	struct plm *p;
	struct frame *stack;
	uint32_t depth; /* of the stack */
	uint8_t *colour;
	uint32_t *at; /* of a grey node, in the stack */
	uint32_t *layer; /* of a black node: only VMs stand on sponsors */
	uint32_t *chain; /* of a black node: all do */
};

/* The next node that the top of the stack stands on, or NONE. */
static uint32_t
next_below(const struct walk *w, struct frame *f)
{
	const struct check *c = w->c;
	uint32_t attr, to;
	const uint32_t *v;
	size_t n;

	if (f->k == NONE) {
		f->k = 0;
		to = plm_node(c, c->m->object[plm_object(c, f->node)].parent);
		if (to != NONE)
			return to;
	}
	for (; f->dep != NONE; f->dep = w->p->next[f->dep], f->k = 0) {
		v = plm_sponsors(c, dependency_at(c, f->dep), &n, &attr);
		while (f->k < n) {
			to = plm_node(c, model_find(c->m, v[f->k++]));
			if (to != NONE && to != f->node)
				return to;
		}
	}
	return NONE;
}

static void
push(struct walk *w, uint32_t node)
{
	w->colour[node] = GREY;
	w->at[node] = w->depth;
	w->stack[w->depth] = (struct frame){ node, w->p->first[node], NONE,
		w->depth > 0 ? w->stack[w->depth - 1].circle : 0 };
	w->depth++;
}

static void
report_circle(struct walk *w, uint32_t from)
{
	struct check *c = w->c;
	uint32_t i, first = w->at[from], n = w->depth - first, o, next;

	if (w->stack[w->depth - 1].circle > first)
		return;
	o = plm_object(c, from);
	diag_report(c->d, DIAG_SPONSOR_CIRCLE, model_dn_place(c->m, o),
	    object_dn(c, o), "\"%s\" stands on itself, in a circle of %u",
	    dn_str(c, o), n);
	for (i = first; i < w->depth; i++) {
		w->stack[i].circle = i + 1;
		o = plm_object(c, w->stack[i].node);
		c->failed[o] |= NEED(circle);
		if (i - first >= MOST_NOTES)
			continue;
		next = plm_object(c,
		    i + 1 < w->depth ? w->stack[i + 1].node : from);
		diag_note(c->d, model_dn_place(c->m, o),
		    "\"%s\" stands on \"%s\"", dn_str(c, o), dn_str(c, next));
	}
}

/* How high a node stands, where all that it stands on is known: one above the
 * highest of its container and, if they count, its sponsors. HEs are no step
 * up. */
static uint32_t
height(const struct walk *w, uint32_t node, const uint32_t *known,
    bool sponsors)
{
	const struct check *c = w->c;
	uint32_t o = plm_object(c, node), most = 0, to, attr;
	uint32_t d = sponsors ? w->p->first[node] : NONE;
	const uint32_t *v;
	size_t n, k;

	to = plm_node(c, c->m->object[o].parent);
	if (to != NONE)
		most = known[to];
	for (; d != NONE; d = w->p->next[d]) {
		v = plm_sponsors(c, dependency_at(c, d), &n, &attr);
		for (k = 0; k < n; k++) {
			to = plm_node(c, model_find(c->m, v[k]));
			if (to != NONE && known[to] > most)
				most = known[to];
		}
	}
	return most + check_is(c, o, OF(EE));
}

static void
report_chain(const struct walk *w, uint32_t node)
{
	struct check *c = w->c;
	uint32_t o = plm_object(c, node);

	diag_report(c->d, DIAG_TOO_MANY_LAYERS, model_dn_place(c->m, o),
	    object_dn(c, o), "\"%s\" is the last of %d execution environments "
	    "that stand on each other; there can be %d", dn_str(c, o),
	    CHAIN + 1, CHAIN);
}

static void
pop(struct walk *w)
{
	struct check *c = w->c;
	uint32_t node = w->stack[--w->depth].node, o = plm_object(c, node);

	w->colour[node] = BLACK;
	w->layer[node] = height(w, node, w->layer,
	    (w->p->flags[node] & PLM_VM) != 0);
	w->chain[node] = height(w, node, w->chain, true);
	if (w->chain[node] == CHAIN + 1 && w->layer[node] <= LAYERS &&
	    passed(c, o, SOUND | NEED(circle)))
		report_chain(w, node);
	/* What stands higher still is a consequence. */
	if (w->layer[node] != LAYERS + 1 || !passed(c, o, SOUND | NEED(circle)))
		return;
	diag_report(c->d, DIAG_TOO_MANY_LAYERS, model_dn_place(c->m, o),
	    object_dn(c, o), "\"%s\" is in layer %d of execution environments; "
	    "there can be %d", dn_str(c, o), LAYERS + 1, LAYERS);
}

static void
walk_from(struct walk *w, uint32_t root)
{
	uint32_t to;

	push(w, root);
	while (w->depth > 0) {
		to = next_below(w, &w->stack[w->depth - 1]);
		if (to == NONE)
			pop(w);
		else if (w->colour[to] == WHITE)
			push(w, to);
		else if (w->colour[to] == GREY)
			report_circle(w, to);
	}
}

bool
check_circle(struct check *c)
{
	struct plm *p = plm_of(c);
	struct walk w = { .c = c, .p = p };
	uint32_t i;

	w.stack = mem_alloc(p->nnode, sizeof(*w.stack));
	w.colour = mem_alloc(p->nnode, sizeof(*w.colour));
	w.at = mem_alloc(p->nnode, sizeof(*w.at));
	w.layer = mem_alloc(p->nnode, sizeof(*w.layer));
	w.chain = mem_alloc(p->nnode, sizeof(*w.chain));
	for (i = 0; i < p->nnode; i++)
		if (w.colour[i] == WHITE)
			walk_from(&w, i);
	free(w.stack);
	free(w.colour);
	free(w.at);
	free(w.layer);
	free(w.chain);
	return true;
}
