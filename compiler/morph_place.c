/*
 * Where does a machine stand that changes its type while it runs, and where
 * does it go? When its turn comes nothing has been taken down yet, so it
 * stands on the first sponsor of its list; a template that moves it sends it
 * to the first sponsor of the target's list that is there by then, is not that
 * one, has room for the larger of what it was and what it becomes, and is not
 * known to be unfit for its new type. What stays as it is is preferred to what
 * is still to be modified.
 */
#include <string.h>

#include "load.h"
#include "morph.h"
#include "policy.h"

/* What a machine needs that becomes another, at any moment. */
static int64_t
need_as(const struct load *l, const struct morph *m, size_t k)
{
	uint32_t dn = l->f->v[m->ee].dn;
	int64_t a = policy_demand(l->policy, dn, m->from, k);
	int64_t b = policy_demand(l->policy, dn, m->to, k);

	return a > b ? a : b;
}

/* What it stands on when machines begin to change. */
static uint32_t
stands_on(const struct forest *f, uint32_t vm)
{
	uint32_t d = tree_list(f, vm, false);

	if (f->v[vm].vm_s && f->v[vm].host == NONE && d != NONE)
		return f->dep[d].names_s[0];
	return tree_parent(f, vm);
}

static bool
fits(const struct load *l, const struct morph *m, uint32_t on)
{
	int64_t need, more;
	size_t k;

	if (policy_compatible(l->policy, m->to, load_type(l, on)) == TRI_NO)
		return false;
	for (k = 0; k < l->nres; k++) {
		need = need_as(l, m, k);
		more = need - (on == m->at ? load_need(l, m->ee, k) : 0);
		if (need > 0 && more > load_left(l, on, k))
			return false;
	}
	return true;
}

/* Is it a sponsor by the time machines change? */
static bool
is_there(const struct forest *f, const struct dep *d, uint32_t x)
{
	return dep_lists(d, false, x) ? f->v[x].op != OP_REMOVE :
	    f->v[x].op == OP_ADD || f->v[x].op == OP_NONE;
}

static uint32_t
choose(const struct load *l, const struct morph *m)
{
	const struct forest *f = l->f;
	const struct dep *d = &f->dep[tree_list(f, m->ee, false)];
	uint32_t best = NONE, x, i;

	for (i = 0; i < d->nt; i++) {
		x = d->names_t[i];
		if (x == m->at || !is_there(f, d, x) || !fits(l, m, x))
			continue;
		if (f->v[x].op != OP_MODIFY)
			return x;
		if (best == NONE)
			best = x;
	}
	return best;
}

bool
morph_find_place(const struct load *l, struct morph *m)
{
	m->dest = NONE;
	m->at = stands_on(l->f, m->ee);
	if (m->at == NONE || tree_list(l->f, m->ee, false) == NONE)
		return false;
	if (policy_template(l->policy, m->template).migration ==
	    MIGRATION_NONE)
		return fits(l, m, m->at);
	m->dest = choose(l, m);
	return m->dest != NONE;
}

void
morph_load(struct load *l, const struct forest *f, const struct policy *p)
{
	uint32_t e, on;

	load_open(l, f, p, LOAD_BOTH);
	for (e = 0; e < f->n; e++) {
		on = stands_on(f, e);
		if (on != NONE)
			load_take(l, e, on, 1);
	}
}

size_t
morphs_place(struct morphs *l, const struct forest *f, const struct policy *p)
{
	struct load load;
	size_t i;

	if (l->n == 0)
		return 0;
	l->home = mem_realloc(l->home, f->n, sizeof(*l->home));
	memset(l->home, 0xff, f->n * sizeof(*l->home));
	morph_load(&load, f, p);
	for (i = 0; i < l->n && morph_find_place(&load, &l->v[i]); i++) {
		l->home[l->v[i].ee] = l->v[i].dest;
		if (l->v[i].dest == NONE)
			continue;
		load_take(&load, l->v[i].ee, l->v[i].at, -1);
		load_take(&load, l->v[i].ee, l->v[i].dest, 1);
	}
	load_close(&load);
	return i;
}

void
morph_report_place(const struct morph *m, const struct forest *f,
    const struct policy *p, struct diag *diag)
{
	const struct ee *e = &f->v[m->ee];
	struct policy_template t = policy_template(p, m->template);

	diag_report(diag, DIAG_TEMPLATE_PLACE, policy_template_place(p,
	    m->template), e->dn, t.migration == MIGRATION_NONE ?
	    "by the template \"%.100s\" \"%s\" becomes larger than there is "
	    "room for where it stands" : "the template \"%.100s\" moves "
	    "\"%s\", but no other of its sponsors can take it as it becomes",
	    t.name, name_str(e->dn));
	if (m->at != NONE)
		diag_note(diag, (struct place){ 0 }, "it stands on \"%s\"",
		    name_str(f->v[m->at].dn));
	diag_note(diag, model_dn_place(f->t, e->t), "it is to be a \"%s\" "
	    "here", name_str(m->to));
}
