/*
 * Where does a machine stand that changes its type while it runs, and where
 * does it go? When its turn comes nothing has been taken down yet, so it
 * stands on the first sponsor of its list; a template that moves it sends it
 * to the first sponsor of the target's list that is there by then, is not that
 * one, has room for the larger of what it was and what it becomes, and is not
 * known to be unfit for its new type. What stays as it is is preferred to what
 * is still to be modified.
 */
#include <stdlib.h>
#include <string.h>

#include "catch.h"
#include "morph.h"
#include "policy.h"

struct morph_rooms { /* what is used where */
	const struct forest *f;
	const struct policy *p;
	size_t nres;
	int64_t *use; /* by EE and resource */
};

static int64_t
need(const struct morph_rooms *r, uint32_t vm, size_t k)
{
	int64_t a = policy_demand(r->p, r->f->v[vm].dn,
	    tree_type(r->f, vm, false), k);
	int64_t b = policy_demand(r->p, r->f->v[vm].dn,
	    tree_type(r->f, vm, true), k);

	return a > b ? a : b;
}

/* What a machine needs that becomes another, at any moment. */
static int64_t
need_as(const struct morph_rooms *r, const struct morph *m, size_t k)
{
	int64_t a = policy_demand(r->p, r->f->v[m->ee].dn, m->from, k);
	int64_t b = policy_demand(r->p, r->f->v[m->ee].dn, m->to, k);

	return a > b ? a : b;
}

static void
take(struct morph_rooms *r, uint32_t vm, uint32_t on, int sign)
{
	size_t k;

	for (k = 0; on != NONE && k < r->nres; k++)
		r->use[on * r->nres + k] += sign * need(r, vm, k);
}

/* Its dependency on EEs in the source, or NONE. */
static uint32_t
list_of(const struct forest *f, uint32_t vm)
{
	uint32_t d = f->v[vm].dep;

	while (d != NONE && f->dep[d].ns == 0)
		d = f->dep[d].next;
	return d;
}

/* What it stands on when machines begin to change. */
static uint32_t
stands_on(const struct forest *f, uint32_t vm)
{
	uint32_t d = list_of(f, vm);

	if (f->v[vm].vm_s && f->v[vm].host == NONE && d != NONE)
		return f->dep[d].names_s[0];
	return tree_parent(f, vm);
}

static bool
fits(const struct morph_rooms *r, const struct morph *m, uint32_t on)
{
	const struct ee *e = &r->f->v[on];
	uint32_t type = tree_type(r->f, on, e->s == NONE);
	int64_t cap, more;
	size_t k;

	if (policy_compatible(r->p, m->to, type) == TRI_NO)
		return false;
	for (k = 0; k < r->nres; k++) {
		cap = policy_capacity(r->p, e->dn, type, k);
		more = need_as(r, m, k) -
		    (on == m->at ? need(r, m->ee, k) : 0);
		if (cap >= 0 && need_as(r, m, k) > 0 &&
		    r->use[on * r->nres + k] + more > cap)
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
choose(const struct morph_rooms *r, const struct morph *m)
{
	const struct dep *d = &r->f->dep[list_of(r->f, m->ee)];
	uint32_t best = NONE, x, i;

	for (i = 0; i < d->nt; i++) {
		x = d->names_t[i];
		if (x == m->at || !is_there(r->f, d, x) || !fits(r, m, x))
			continue;
		if (r->f->v[x].op != OP_MODIFY)
			return x;
		if (best == NONE)
			best = x;
	}
	return best;
}

bool
morph_rooms_find(const struct morph_rooms *r, struct morph *m)
{
	m->dest = NONE;
	m->at = stands_on(r->f, m->ee);
	if (m->at == NONE || list_of(r->f, m->ee) == NONE)
		return false;
	if (policy_template(r->p, m->template).migration == MIGRATION_NONE)
		return fits(r, m, m->at);
	m->dest = choose(r, m);
	return m->dest != NONE;
}

struct morph_rooms *
morph_rooms_new(const struct forest *f, const struct policy *p)
{
	struct morph_rooms *r = mem_alloc(1, sizeof(*r));
	uint32_t e;

	*r = (struct morph_rooms){ .f = f, .p = p,
		.nres = policy_nresource(p) };
	r->use = mem_alloc(f->n * r->nres, sizeof(*r->use));
	for (e = 0; e < f->n; e++)
		take(r, e, stands_on(f, e), 1);
	return r;
}

void
morph_rooms_free(struct morph_rooms *r)
{
	free(r->use);
	free(r);
}

size_t
morphs_place(struct morphs *l, const struct forest *f, const struct policy *p)
{
	struct morph_rooms *r;
	size_t i;

	if (l->n == 0)
		return 0;
	l->home = mem_realloc(l->home, f->n, sizeof(*l->home));
	memset(l->home, 0xff, f->n * sizeof(*l->home));
	r = morph_rooms_new(f, p);
	for (i = 0; i < l->n && morph_rooms_find(r, &l->v[i]); i++) {
		l->home[l->v[i].ee] = l->v[i].dest;
		if (l->v[i].dest == NONE)
			continue;
		take(r, l->v[i].ee, l->v[i].at, -1);
		take(r, l->v[i].ee, l->v[i].dest, 1);
	}
	morph_rooms_free(r);
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
