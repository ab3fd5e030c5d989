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

#include "prove_wave.h"

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

uint32_t
wave_at_work(const struct prover *p)
{
	const struct act *a = prove_act(p);

	return a == NULL ? NONE : a->proc;
}

const char *
wave_name(const struct prover *p, uint32_t proc)
{
	return name_str(p->a->proc[proc].p->name);
}

struct changed *
wave_changed(struct wave *w, uint32_t dn)
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

/* --- questions --- */

uint32_t
wave_other(const struct prover *p, uint32_t self, uint32_t dn)
{
	uint32_t k = dn == NAME_NONE ? 0 : idmap_get(&p->wave->acts, dn);

	return k == 0 || k - 1 == self ? NONE : k - 1;
}

bool
wave_is_others(const struct prover *p, uint32_t dn)
{
	return p->wave->end > 0 && wave_other(p, wave_at_work(p), dn) != NONE;
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
	if (!c->comes_or_goes || c->proc == wave_at_work(p))
		return false;
	*other = wave_name(p, c->proc);
	return true;
}

static bool
is_others_list(void *arg, uint32_t dep)
{
	const struct prover *p = arg;
	uint32_t i = idmap_get(&p->wave->of, dep);

	return i != 0 && p->wave->changed[i - 1].proc != wave_at_work(p);
}

/* --- telling --- */

static void
note_other(struct prover *p, uint32_t dn)
{
	uint32_t k = wave_other(p, wave_at_work(p), dn);

	if (k != NONE)
		prove_note(p, "\"%s\" of the same level acts on \"%s\", and "
		    "may do so at any moment", wave_name(p, k), name_str(dn));
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
		if (i != 0 && p->wave->changed[i - 1].proc != wave_at_work(p))
			prove_note(p, "\"%s\" of the same level changes the "
			    "list \"%s\"", wave_name(p,
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
		k = i == 0 ? wave_at_work(p) : p->wave->changed[i - 1].proc;
		if (k != wave_at_work(p))
			return prove_fail(p, DIAG_ORDER, p->y->ee[ee].dn,
			    "\"%s\" takes a place by a list that \"%s\" of the "
			    "same level changes: \"%s\"",
			    name_str(p->y->ee[ee].dn), wave_name(p, k),
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
	    wave_name(p, *k - 1), wave_name(p, a->proc), name_str(a->entity));
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
				wave_changed(w, p->touched.v[p->span[i].first +
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
	ok = wave_try_forward(p, &quiet);
	world_revert(p->w, mark);
	if (ok && wave_look_before(p)) {
		wave_try_reverse(p, &quiet);
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
