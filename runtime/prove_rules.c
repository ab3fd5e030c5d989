/*
 * P7: are the rules of embedding and of step types kept? P8: do additions
 * come before modifications and these before removals, one procedure a level,
 * and does exactly one procedure change each EE that differs?
 */
#include <string.h>

#include "dn.h"
#include "proving.h"

/* --- P7 --- */

void
prove_step_begin(struct prover *p, const struct procedure *q)
{
	uint32_t self = prove_act(p)->proc + 1, e;
	size_t i, k;

	p->base_change = mem_realloc(p->base_change, q->nstep + 1,
	    sizeof(*p->base_change));
	p->like = mem_realloc(p->like, q->nstep + 1, sizeof(*p->like));
	for (i = 0; i < q->nstep; i++) {
		struct dn_list l = { 0 };

		p->base_change[i] = false;
		p->like[i] = 0;
		reach_acted_on(p->w, &q->step[i], &l);
		for (k = 0; k < l.n; k++) {
			e = system_find(p->y, SYS_EE, l.v[k]);
			if (e == NONE)
				continue;
			p->y->ee[e].nested = (uint32_t)i;
			p->y->ee[e].nested_proc = self;
		}
		dn_list_free(&l);
	}
}

static bool
breaks(struct prover *p, uint32_t dn, const char *what)
{
	return prove_fail(p, DIAG_EMBEDDING, dn, "%s", what);
}

static bool
has_offline_command(const struct prover *p, const struct bundle_ref *v,
    size_t n, uint32_t *dn)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*dn = v[i].bundle;
		if (world_value(p->w, *dn,
		    N_saSmfBundleInstallOfflineCmdUri) != NAME_NONE ||
		    world_value(p->w, *dn,
		    N_saSmfBundleRemoveOfflineCmdUri) != NAME_NONE)
			return true;
	}
	return false;
}

static bool
changes_objects(const struct step *s)
{
	return s->activation.nadded > 0 ||
	    s->deactivation.removed.nname > 0 ||
	    s->deactivation.removed.ntemplate > 0;
}

static bool
type_rules(struct prover *p, const struct step *s, bool innermost)
{
	uint32_t dn = NAME_NONE;

	if (step_type_name(s) == NULL)
		return breaks(p, dn, "the step is of no known type");
	if (s->restart && !innermost)
		return breaks(p, dn, "a step that restarts embeds another");
	if (!s->in_phase && !innermost && changes_objects(s))
		return breaks(p, dn, "an outer step adds or removes, but is "
		    "not in-phase");
	if (s->restart && (has_offline_command(p, s->activation.sw_remove,
	    s->activation.nremove, &dn) || has_offline_command(p,
	    s->activation.sw_add, s->activation.nadd, &dn) ||
	    has_offline_command(p, s->deactivation.sw_remove,
	    s->deactivation.nremove, &dn)))
		return prove_fail(p, DIAG_EMBEDDING, dn, "a step that only "
		    "restarts has software with an offline command: \"%s\"",
		    name_str(dn));
	return true;
}

static bool
base_changes_at(const struct prover *p, uint32_t dn, uint32_t i)
{
	uint32_t e = system_find(p->y, SYS_EE, dn);
	const struct sys_ee *x = e == NONE ? NULL : &p->y->ee[e];

	return x != NULL && x->nested_proc == prove_act(p)->proc + 1 &&
	    x->nested > i && p->base_change[x->nested];
}

/* Does the base type of a layer change that the EE stands on directly? */
static bool
base_changes_below(const struct prover *p, const struct sys_ee *e)
{
	const struct system *y = p->y;
	uint32_t d;
	const uint32_t *v;
	size_t n, i;

	if (e->container != NONE && base_changes_at(p,
	    y->ee[e->container].dn, e->nested))
		return true;
	for (d = e->dep; d != NONE; d = y->dep[d].next) {
		v = world_values(p->w, y->dep[d].dn, N_saPlmDepNames, &n);
		for (i = 0; i < n; i++)
			if (base_changes_at(p, v[i], e->nested))
				return true;
	}
	return false;
}

static bool
phase_rules(struct prover *p, const struct step *s, size_t i)
{
	struct dn_list l = { 0 };
	bool ok = true;
	uint32_t e;
	size_t k;

	if (p->base_change[i])
		return breaks(p, NAME_NONE, "the base type of its entities "
		    "changes, but the step is not in-phase");
	reach_acted_on(p->w, s, &l);
	for (k = 0; ok && k < l.n; k++) {
		e = system_find(p->y, SYS_EE, l.v[k]);
		if (e != NONE && base_changes_below(p, &p->y->ee[e]))
			ok = prove_fail(p, DIAG_EMBEDDING, l.v[k],
			    "the base type of the layer below \"%s\" changes, "
			    "but the step is not in-phase",
			    name_str(l.v[k]));
	}
	dn_list_free(&l);
	return ok;
}

/* What a step's type alone allows, before anything of it is done. */
bool
prove_step_types(struct prover *p, const struct run_proc *r)
{
	const struct procedure *q = r->p;
	const struct act *a = &p->a->act[r->first], *end = a + r->n;
	size_t i;

	for (i = 0; i < q->nstep; i++) {
		while (a + 1 < end && (a->part == PART_PROC_INIT ||
		    (a->part == PART_TEAR_DOWN && a->nested < i)))
			a++;
		p->now = (size_t)(a - p->a->act);
		if (!type_rules(p, &q->step[i], i + 1 == q->nstep))
			return false;
	}
	return true;
}

bool
prove_step_rules(struct prover *p, const struct procedure *q)
{
	size_t i;

	for (i = 0; i < q->nstep; i++)
		if (!q->step[i].in_phase && !phase_rules(p, &q->step[i], i))
			return false;
	return true;
}

/* One nested step changes EEs of one type to one type. */
static bool
is_like(struct prover *p, uint32_t ee, uint32_t was)
{
	struct sys_ee *e = &p->y->ee[ee], *first;
	uint32_t s, t;

	if (e->nested_proc != prove_act(p)->proc + 1)
		return true;
	if (dn_parent_known(was) != dn_parent_known(e->type))
		p->base_change[e->nested] = true;
	if (p->like[e->nested] == 0) {
		p->like[e->nested] = ee + 1;
		return true;
	}
	first = &p->y->ee[p->like[e->nested] - 1];
	s = world_value(p->base, first->dn, N_saPlmEEType);
	t = first->type;
	if (s == was && t == e->type)
		return true;
	prove_fail(p, DIAG_EMBEDDING, e->dn, "one step modifies unlike "
	    "entities, \"%s\" and \"%s\"", name_str(first->dn),
	    name_str(e->dn));
	return false;
}

/* --- P8 --- */

static bool
is_sequential(const struct campaign *c)
{
	return c->schedule == NAME_NONE ||
	    strcmp(name_str(c->schedule), "waves") != 0;
}

static bool
modifies(const struct prover *p, const struct step *s,
    const struct target_template *t)
{
	const struct entity_list *l = &s->activation.acted_on;
	uint32_t e;
	size_t i;

	for (i = 0; i < l->nname; i++) {
		e = system_find(p->y, SYS_EE, l->name[i]);
		if (e != NONE && p->y->ee[e].op == EE_MODIFY &&
		    t->nmod > 0 && (t->type == p->y->ee[e].type ||
		    t->parent == l->name[i]))
			return true;
	}
	return false;
}

enum { RANK_NONE, RANK_ADD, RANK_MODIFY, RANK_REMOVE };

/* What a procedure does to EEs, as far as can be seen before it runs. */
static int
rank_of(const struct prover *p, const struct procedure *q)
{
	int rank = RANK_NONE;
	size_t i, k;
	uint32_t e;

	for (i = 0; i < q->nstep; i++) {
		const struct step *s = &q->step[i];
		const struct entity_list *l = &s->deactivation.removed;

		for (k = 0; k < s->ntemplate; k++)
			if (modifies(p, s, &s->template[k]))
				return RANK_MODIFY;
		for (k = 0; k < s->activation.nadded; k++)
			if (s->activation.added[k].class == N_SaPlmEE)
				rank = RANK_ADD;
		for (k = 0; k < l->nname && rank == RANK_NONE; k++) {
			e = system_find(p->y, SYS_EE, l->name[k]);
			if (e != NONE && p->y->ee[e].op == EE_REMOVE)
				rank = RANK_REMOVE;
		}
	}
	return rank;
}

static const char *const kinds[] = { "", "adds", "modifies", "removes" };

/* One more procedure in the order of execution, after those of p->rank. */
static bool
follows(struct prover *p, const struct procedure *q, int rank)
{
	if (rank == RANK_NONE)
		return true;
	if (rank < p->rank)
		return prove_fail(p, DIAG_ORDER, q->name,
		    "\"%s\" %s entities after another procedure %s some",
		    name_str(q->name), kinds[rank], kinds[p->rank]);
	if (p->rank != 0 && rank != p->rank && q->level == p->rank_level)
		return prove_fail(p, DIAG_ORDER, q->name,
		    "\"%s\" %s entities on the level of one that %s some",
		    name_str(q->name), kinds[rank], kinds[p->rank]);
	p->rank = rank;
	p->rank_level = q->level;
	return true;
}

bool
prove_order(struct prover *p)
{
	const struct run_proc *r = p->a->proc;
	size_t i;

	for (i = 0; i < p->a->nproc; i++) {
		p->now = r[i].first;
		if (actions_shares_level(p->a, i) && is_sequential(p->c))
			return prove_fail(p, DIAG_ORDER, NAME_NONE,
			    "\"%s\" and \"%s\" are on one level, but the "
			    "schedule is not \"waves\"",
			    name_str(r[i - 1].p->name),
			    name_str(r[i].p->name));
		if (actions_shares_level(p->a, i) &&
		    (r[i].rolling || r[i - 1].rolling))
			return prove_fail(p, DIAG_ORDER, NAME_NONE,
			    "\"%s\" and \"%s\" are on one level, but a "
			    "rolling procedure has a level of its own",
			    name_str(r[i - 1].p->name),
			    name_str(r[i].p->name));
		if (!follows(p, r[i].p, rank_of(p, r[i].p)))
			return false;
	}
	p->rank = RANK_NONE;
	return true;
}

bool
prove_ee_changed(struct prover *p, uint32_t ee, uint32_t was)
{
	struct sys_ee *e = &p->y->ee[ee];
	const struct act *a = prove_act(p);
	bool same = e->exists && was != NAME_NONE;

	if (a->part != PART_MODIFY) {
		e->outside = (uint32_t)p->now + 1;
		if (same && was == e->type)
			return true;
		if (same)
			return prove_morphed(p, ee, was);
		return prove_fail(p, DIAG_ORDER, e->dn, "\"%s\" is changed "
		    "outside any step", name_str(e->dn));
	}
	if (e->op == EE_SAME)
		return prove_fail(p, DIAG_ORDER, e->dn, "\"%s\" is changed, "
		    "but the same in source and target", name_str(e->dn));
	if (e->changed != 0 || e->morphed != 0)
		return prove_fail(p, DIAG_ORDER, e->dn, "\"%s\" is changed "
		    "by two procedures, the first is \"%s\"",
		    name_str(e->dn), name_str(p->a->proc[(e->changed != 0 ?
		    e->changed : e->morphed) - 1].p->name));
	e->changed = a->proc + 1;
	if (!e->exists)
		p->nremove++;
	else if (e->op == EE_ADD)
		p->nadd++;
	else
		p->nmodify++;
	return (e->op != EE_MODIFY || !same || is_like(p, ee, was)) &&
	    prove_catch_changed(p, ee);
}

bool
prove_kind(struct prover *p)
{
	const struct procedure *q = prove_procedure(p);
	int rank = p->nmodify > 0 ? RANK_MODIFY : p->nadd > 0 ? RANK_ADD :
	    p->nremove > 0 ? RANK_REMOVE : RANK_NONE;

	if (p->nadd > 0 && p->nmodify + p->nremove > 0)
		return prove_fail(p, DIAG_ORDER, q->name,
		    "\"%s\" adds entities and does other things too",
		    name_str(q->name));
	p->nadd = p->nmodify = p->nremove = 0;
	return follows(p, q, rank);
}
