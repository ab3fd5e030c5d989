/*
 * Who changes what in a level (W1, W3, W4 and W5 of prove_wave.c)? Its changes
 * are made in document order, looked at, and made in the reverse order: an
 * object that comes out otherwise has seen a pair whose order matters.
 */
#include "dn.h"
#include "prove_wave.h"

static bool
clash(struct prover *p, uint32_t proc, uint32_t dn, uint32_t other,
    const char *how)
{
	p->now = p->a->proc[proc].first;
	return prove_fail(p, DIAG_ORDER, dn, "\"%s\" and \"%s\" are on one "
	    "level, but one changes \"%s\" and the other %s",
	    wave_name(p, proc), wave_name(p, other), name_str(dn), how);
}

/* What a unit or node stands on now: AMF node, CLM node, EE. */
static void
find_place(const struct prover *p, uint32_t dn, uint32_t on[3])
{
	uint32_t class = world_class(p->w, dn);
	uint32_t su = system_find(p->y, SYS_SU, dn);

	on[0] = on[1] = on[2] = NAME_NONE;
	if (class == N_SaAmfSU) {
		on[0] = world_value(p->w, dn, N_saAmfSUHostNodeOrNodeGroup);
		if (world_class(p->w, on[0]) != N_SaAmfNode)
			on[0] = su == NONE ? (uint32_t)NAME_NONE :
			    p->y->su[su].node;
	} else if (class == N_SaAmfNode) {
		on[0] = dn;
	}
	on[1] = class == N_SaClmNode ? dn :
	    world_value(p->w, on[0], N_saAmfNodeClmNode);
	on[2] = world_value(p->w, on[1], N_saClmNodeEE);
}

/* Was it moved from, or to, where another procedure is at work? */
static bool
stands_apart(struct prover *p, const struct changed *c)
{
	uint32_t now[3], k;
	int i;

	find_place(p, c->dn, now);
	for (i = 0; i < 3; i++) {
		if (now[i] == c->on[i])
			continue;
		k = wave_other(p, c->proc, now[i]);
		if (k == NONE)
			k = wave_other(p, c->proc, c->on[i]);
		if (k != NONE)
			return clash(p, c->proc, c->dn, k, "acts on what it "
			    "stands on before or after");
	}
	return true;
}

static bool
was_there(const struct prover *p, uint32_t dn)
{
	uint32_t i = idmap_get(&p->seen, dn);

	return i == 0 ? world_exists(p->base, dn) :
	    p->object_hash[i - 1] != 0;
}

/* Is it a part of the entity above it, now or before? */
static bool
is_part(const struct prover *p, uint32_t dn)
{
	uint32_t class = world_class(p->w, dn);

	return class == N_SaAmfComp || class == N_SaPlmDependency ||
	    world_class(p->base, dn) == N_SaAmfComp ||
	    system_find(p->y, SYS_DEP, dn) != NONE;
}

/* One object, after one of the changes that are tried. */
static void
note_changed(void *arg, uint32_t dn)
{
	struct prover *p = arg;
	struct wave *w = p->wave;
	struct changed *c;
	uint32_t k;

	if (p->failed)
		return;
	c = wave_changed(w, dn);
	if (c->proc != w->proc) {
		clash(p, w->proc, dn, c->proc, "changes it too");
		return;
	}
	if (world_exists(p->w, dn) != was_there(p, dn))
		c->comes_or_goes = true;
	k = wave_other(p, w->proc, dn);
	if (k == NONE && is_part(p, dn))
		k = wave_other(p, w->proc, dn_parent_known(dn));
	if (k != NONE)
		clash(p, w->proc, dn, k, "acts on that");
	else if (w->again)
		stands_apart(p, c);
}

static bool
try_list(struct prover *p, const struct action_list *l, struct diag *d)
{
	size_t i, mark;

	for (i = 0; i < l->n; i++) {
		mark = world_mark(p->w);
		if (!apply_ccb(p->w, p->c, &l->v[i], d))
			return false;
		world_each_since(p->w, mark, note_changed, p);
	}
	return true;
}

static bool
try_procedure(struct prover *p, size_t k, struct diag *d)
{
	const struct procedure *q = p->a->proc[k].p;
	size_t mark;

	p->wave->proc = (uint32_t)k;
	if (!try_list(p, &q->init, d))
		return false;
	mark = world_mark(p->w);
	if (q->nstep > 0 && !apply_step(p->w, p->c, q, d))
		return false;
	world_each_since(p->w, mark, note_changed, p);
	return try_list(p, &q->wrapup, d);
}

bool
wave_try_forward(struct prover *p, struct diag *d)
{
	struct wave *w = p->wave;
	size_t k, i;

	w->again = false;
	for (k = w->first; k < w->end; k++)
		if (!try_procedure(p, k, d) || p->failed)
			return false;
	for (i = 0; i < w->nchanged; i++)
		w->changed[i].print = prove_print(p->w, w->changed[i].dn);
	return true;
}

static bool
order_matters(struct prover *p, uint32_t proc, uint32_t dn)
{
	p->now = p->a->proc[proc].first;
	return prove_fail(p, DIAG_ORDER, dn, "what \"%s\" makes of \"%s\" "
	    "depends on which procedures of its level are done before it, "
	    "from \"%s\" to \"%s\"", wave_name(p, proc), name_str(dn),
	    wave_name(p, (uint32_t)p->wave->first),
	    wave_name(p, (uint32_t)p->wave->end - 1));
}

bool
wave_try_reverse(struct prover *p, struct diag *d)
{
	struct wave *w = p->wave;
	size_t k, i, n = w->nchanged;
	uint32_t dn;

	w->again = true;
	for (k = w->end; k-- > w->first;) {
		if (try_procedure(p, k, d) && !p->failed)
			continue;
		dn = d->nitem == 0 ? (uint32_t)NAME_NONE :
		    d->item[d->nitem - 1].dn;
		return p->failed ? false : order_matters(p, (uint32_t)k, dn ==
		    NAME_NONE ? p->a->proc[k].p->name : dn);
	}
	for (i = 0; i < w->nchanged; i++)
		if (i >= n || w->changed[i].print !=
		    prove_print(p->w, w->changed[i].dn))
			return order_matters(p, w->changed[i].proc,
			    w->changed[i].dn);
	return true;
}

bool
wave_look_before(struct prover *p)
{
	struct wave *w = p->wave;
	const char *other;
	size_t i;

	for (i = 0; i < w->nchanged; i++) {
		struct changed *c = &w->changed[i];
		uint32_t dn = c->dn, dep = system_find(p->y, SYS_DEP, dn);

		p->now = p->a->proc[c->proc].first;
		if (dep != NONE && world_exists(p->w, dn) &&
		    !prove_list_stands(p, dep))
			return false;
		c->was = world_value(p->w, dn, N_saAmfSIProtectedbySG);
		find_place(p, dn, c->on);
		if (!prove_names_apart(p, dn))
			return false;
		if (c->comes_or_goes && wave_may_miss(p, dn_parent_known(dn),
		    &other))
			return prove_fail(p, DIAG_ORDER, dn, "\"%s\" is "
			    "created or deleted by \"%s\", and \"%s\", which "
			    "it is below, by \"%s\" of the same level",
			    name_str(dn), wave_name(p, c->proc),
			    name_str(dn_parent_known(dn)), other);
	}
	return true;
}
