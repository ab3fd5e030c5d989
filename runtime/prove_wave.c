/*
 * May the procedures of one level run at the same time? They are carried out
 * one after the other here; this is why that is enough.
 *
 * A procedure is a fixed list of actions. Undo and retry move it back and
 * forth along that list, through states it had before (P3), and rolling back
 * does no more. So at any moment each procedure of a level has done some first
 * part of its list, and whatever the parts are, they can meet. The rules below
 * make each answer depend on one procedure alone, or on the worst of all
 * others; then every meeting is judged by the pass that goes through them in
 * turn.
 *
 * W1  No two act on one entity or change one object, and none changes what
 *     another acts on, or its sponsors or components.
 * W2  What a procedure acts on, executes software on or moves a VM to stands on
 *     nothing that another one acts on; nor does it move what another one acts
 *     on, so that a VM leaves its place for the sake of one only. P6 is asked
 *     with all that the others act on taken as out of service. As a single
 *     step takes all of its entities down before it brings one back, there is
 *     a moment when that is true; where a procedure takes them down in turn it
 *     may be too strict.
 * W3  A list of sponsors that one changes is its business: it is asked before
 *     the first change, after each, and whenever that one acts on a sponsor,
 *     with what the others act on away, and by nobody else.
 * W4  The changes of the model give the same objects in document order and in
 *     the reverse; each pair is seen in both orders.
 * W5  No object that one changes names what another creates or deletes, nor
 *     lies below it: each of its states meets every moment of the other (P9).
 * W6  A unit's service depends on one procedure (W2), so the fewest that serve
 *     at once are those at the beginning less the most that each procedure
 *     takes away (P4, in prove_service.c). That is exact.
 *
 * P5 and P7 are about what one procedure changes, P8 about no moment. P1, P2
 * and P3 need no more than W4: the last state of a level is one state, and the
 * way back from it is the way there reversed.
 *
 * To know who changes what, the changes of a level are made twice and taken
 * back before it begins; all the rest is a look into a map.
 */
#include <stdlib.h>

#include "dn.h"
#include "proving.h"

struct changed { /* an object that a procedure of the level changes */
	uint32_t dn, proc;
	uint32_t was; /* of an SI: the group that it has at the beginning */
	uint32_t on[3]; /* of a unit or node: what it stands on then */
	bool comes_or_goes;
	uint64_t print; /* when all are through */
};

struct wave {
	size_t first, end; /* its procedures; end 0: there is no wave */
	struct idmap acts; /* entity: procedure + 1 */
	struct idmap of; /* object: index of changed, + 1 */
	struct changed *changed;
	size_t nchanged, changed_cap;
	/* while the changes are tried */
	uint32_t proc;
	bool again; /* in the reverse order */
};

struct wave *
wave_new(void)
{
	return mem_alloc(1, sizeof(struct wave));
}

static void
clear(struct wave *v)
{
	idmap_free(&v->acts);
	idmap_free(&v->of);
	v->nchanged = v->first = v->end = 0;
}

void
wave_free(struct wave *v)
{
	if (v == NULL)
		return;
	clear(v);
	free(v->changed);
	free(v);
}

static uint32_t
at_work(const struct prover *p)
{
	const struct act *a = prove_act(p);

	return a == NULL ? NONE : a->proc;
}

static const char *
name_of(const struct prover *p, uint32_t proc)
{
	return name_str(p->a->proc[proc].p->name);
}

/* --- questions --- */

/* The other procedure of the level that acts on it, or NONE. */
static uint32_t
other_at(const struct prover *p, uint32_t self, uint32_t dn)
{
	uint32_t k = dn == NAME_NONE ? 0 : idmap_get(&p->wave->acts, dn);

	return k == 0 || k - 1 == self ? NONE : k - 1;
}

bool
wave_is_others(const struct prover *p, uint32_t dn)
{
	return p->wave->end > 0 && other_at(p, at_work(p), dn) != NONE;
}

static bool
away(void *arg, uint32_t dn)
{
	return wave_is_others(arg, dn);
}

bool
wave_may_miss(const struct prover *p, uint32_t named, const char **other)
{
	uint32_t i = p->wave->end > 0 ? idmap_get(&p->wave->of, named) : 0;
	const struct changed *c;

	if (i == 0)
		return false;
	c = &p->wave->changed[i - 1];
	if (!c->comes_or_goes || c->proc == at_work(p))
		return false;
	*other = name_of(p, c->proc);
	return true;
}

static bool
is_others_list(void *arg, uint32_t dep)
{
	const struct prover *p = arg;
	uint32_t i = idmap_get(&p->wave->of, dep);

	return i != 0 && p->wave->changed[i - 1].proc != at_work(p);
}

/* --- telling --- */

static void
note_other(struct prover *p, uint32_t dn)
{
	uint32_t k = other_at(p, at_work(p), dn);

	if (k != NONE)
		prove_note(p, "\"%s\" of the same level acts on \"%s\", and "
		    "may do so at any moment", name_of(p, k), name_str(dn));
}

static void
note_others_of_list(struct prover *p, const uint32_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		note_other(p, v[i]);
}

void
wave_note(struct prover *p, uint32_t ee)
{
	const struct system *y = p->y;
	uint32_t c = y->ee[ee].container, d, i;
	const uint32_t *v;
	size_t n;

	if (p->wave->end == 0)
		return;
	if (c != NONE)
		note_other(p, y->ee[c].dn);
	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next) {
		v = world_values(p->w, y->dep[d].dn, N_saPlmDepNames, &n);
		note_others_of_list(p, v, n);
		i = idmap_get(&p->wave->of, y->dep[d].dn);
		if (i != 0 && p->wave->changed[i - 1].proc != at_work(p))
			prove_note(p, "\"%s\" of the same level changes the "
			    "list \"%s\"", name_of(p,
			    p->wave->changed[i - 1].proc),
			    name_str(y->dep[d].dn));
	}
}

bool
wave_apart(struct prover *p, uint32_t upper, uint32_t lower)
{
	if (!wave_is_others(p, lower))
		return true;
	prove_fail(p, DIAG_NOTHING_BELOW, upper, "\"%s\" needs \"%s\", which "
	    "another procedure of its level takes out of service",
	    name_str(upper), name_str(lower));
	note_other(p, lower);
	return false;
}

bool
wave_list_is_own(struct prover *p, uint32_t ee)
{
	uint32_t d, i, k;

	for (d = p->y->ee[ee].dep; p->wave->end > 0 && d != NONE;
	    d = p->y->dep[d].next) {
		i = idmap_get(&p->wave->of, p->y->dep[d].dn);
		k = i == 0 ? at_work(p) : p->wave->changed[i - 1].proc;
		if (k != at_work(p))
			return prove_fail(p, DIAG_ORDER, p->y->ee[ee].dn,
			    "\"%s\" takes a place by a list that \"%s\" of the "
			    "same level changes: \"%s\"",
			    name_str(p->y->ee[ee].dn), name_of(p, k),
			    name_str(p->y->dep[d].dn));
	}
	return true;
}

/* --- W1: who acts on what --- */

static bool
acts_on(enum verb v)
{
	return v == VERB_LOCK || v == VERB_UNLOCK || v == VERB_TERMINATE ||
	    v == VERB_INSTANTIATE || v == VERB_RESTART || v == VERB_MORPH;
}

static bool
note_act(struct prover *p, size_t i)
{
	const struct act *a = &p->a->act[i];
	uint32_t *k;

	if (!acts_on((enum verb)a->verb) || a->entity == NAME_NONE)
		return true;
	k = idmap_at(&p->wave->acts, a->entity);
	if (*k == 0 || *k - 1 == a->proc) {
		*k = a->proc + 1;
		return true;
	}
	p->now = i;
	return prove_fail(p, DIAG_ORDER, a->entity,
	    "\"%s\" and \"%s\" are on one level and both act on \"%s\"",
	    name_of(p, *k - 1), name_of(p, a->proc), name_str(a->entity));
}

static bool
note_acts(struct prover *p)
{
	const struct wave *w = p->wave;
	const struct run_proc *r = p->a->proc;
	size_t k, i;

	for (k = w->first; k < w->end; k++)
		for (i = r[k].first; i < r[k].first + r[k].n; i++)
			if (!note_act(p, i))
				return false;
	return true;
}

/* --- W1, W3, W4: who changes what --- */

static bool
clash(struct prover *p, uint32_t proc, uint32_t dn, uint32_t other,
    const char *how)
{
	p->now = p->a->proc[proc].first;
	return prove_fail(p, DIAG_ORDER, dn, "\"%s\" and \"%s\" are on one "
	    "level, but one changes \"%s\" and the other %s",
	    name_of(p, proc), name_of(p, other), name_str(dn), how);
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
		k = other_at(p, c->proc, now[i]);
		if (k == NONE)
			k = other_at(p, c->proc, c->on[i]);
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

static struct changed *
find_changed(struct wave *w, uint32_t dn)
{
	uint32_t *i = idmap_at(&w->of, dn);

	if (*i != 0)
		return &w->changed[*i - 1];
	w->changed = mem_grow(w->changed, w->nchanged, &w->changed_cap,
	    sizeof(*w->changed));
	*i = (uint32_t)w->nchanged + 1;
	w->changed[w->nchanged] = (struct changed){ .dn = dn,
		.proc = w->proc, .was = NAME_NONE,
		.on = { NAME_NONE, NAME_NONE, NAME_NONE } };
	return &w->changed[w->nchanged++];
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
	c = find_changed(w, dn);
	if (c->proc != w->proc) {
		clash(p, w->proc, dn, c->proc, "changes it too");
		return;
	}
	if (world_exists(p->w, dn) != was_there(p, dn))
		c->comes_or_goes = true;
	k = other_at(p, w->proc, dn);
	if (k == NONE && is_part(p, dn))
		k = other_at(p, w->proc, dn_parent_known(dn));
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

/* False also if the changes cannot be made, which is told when it is their
 * turn. */
static bool
try_forward(struct prover *p, struct diag *d)
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
	    "from \"%s\" to \"%s\"", name_of(p, proc), name_str(dn),
	    name_of(p, (uint32_t)p->wave->first),
	    name_of(p, (uint32_t)p->wave->end - 1));
}

static bool
try_reverse(struct prover *p, struct diag *d)
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

/* What is to be known of the objects as they are before the level. */
static bool
look_before(struct prover *p)
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
			    name_str(dn), name_of(p, c->proc),
			    name_str(dn_parent_known(dn)), other);
	}
	return true;
}

/* --- levels --- */

static void
find_level(const struct prover *p, size_t k, struct wave *w)
{
	const struct run_proc *r = p->a->proc;
	size_t first = k, end = k + 1;

	while (first > 0 && r[first - 1].p->level == r[k].p->level)
		first--;
	while (end < p->a->nproc && r[end].p->level == r[k].p->level)
		end++;
	clear(w);
	if (end - first < 2 || r[first].rolling) /* node after node */
		return;
	w->first = first;
	w->end = end;
}

void
wave_none(struct prover *p)
{
	clear(p->wave);
	p->y->away = NULL;
	p->y->others_list = NULL;
}

/* On the way back it is known who changed what. */
static void
recall(struct prover *p)
{
	const struct run_proc *r = p->a->proc;
	struct wave *w = p->wave;
	size_t i, n;

	for (w->proc = (uint32_t)w->first; w->proc < w->end; w->proc++)
		for (i = r[w->proc].first; i < r[w->proc].first +
		    r[w->proc].n; i++)
			for (n = 0; n < p->span[i].n; n++)
				find_changed(w, p->touched.v[p->span[i].first +
				    n]);
}

bool
wave_begin(struct prover *p, size_t k)
{
	struct wave *w = p->wave;
	struct diag quiet = { 0 };
	size_t mark;
	bool ok;

	wave_none(p);
	find_level(p, k, w);
	if (w->end == 0)
		return true;
	p->y->away = away;
	p->y->others_list = is_others_list;
	if (!note_acts(p))
		return false;
	if (p->way == WAY_BACK) {
		recall(p);
		return true;
	}
	mark = world_mark(p->w);
	ok = try_forward(p, &quiet);
	world_revert(p->w, mark);
	if (ok && look_before(p)) {
		try_reverse(p, &quiet);
		world_revert(p->w, mark);
	}
	diag_free(&quiet);
	return !p->failed;
}

bool
wave_end(struct prover *p)
{
	const struct wave *w = p->wave;
	size_t i;
	uint32_t dn, si, need, now;

	for (i = 0; i < w->nchanged; i++) {
		dn = w->changed[i].dn;
		si = system_find(p->y, SYS_SI, dn);
		need = system_find(p->y, SYS_NEED, dn);
		now = world_value(p->w, dn, N_saAmfSIProtectedbySG);
		if (si != NONE && now != w->changed[i].was &&
		    (!prove_si_level(p, si, w->changed[i].was) ||
		    !prove_si_level(p, si, now)))
			return false;
		if (need != NONE && !prove_need_level(p, need))
			return false;
	}
	return true;
}
