/*
 * Is every service that must stay up really up, at every step? For each
 * procedure: which units go down with it, and does any group have none left?
 */
#include <stdlib.h>

#include "diag.h"
#include "policy.h"
#include "verify.h"

struct state {
	const struct places *w;
	const struct plan *p;
	const struct services *sv;
	const struct policy *policy;
	struct diag *diag;
	struct outages *out;
	uint32_t *loc; /* by SU: the EE it is in service on now, or NONE */
	uint32_t *up; /* by SG: units in service */
	uint32_t *down; /* by SG: units down in this procedure */
	uint32_t *touched; /* SGs with units down */
	size_t ntouched;
	uint32_t *si_at, *si; /* SIs by SG (objects of the source) */
	bool *warned; /* by SG */
	size_t nwarned;
	bool ok;
};

static void
come(struct state *v, uint32_t u, uint32_t ee)
{
	if (v->loc[u] == NONE && ee != NONE && v->sv->su[u].sg != NONE)
		v->up[v->sv->su[u].sg]++;
	if (v->sv->su[u].sg != NONE)
		v->loc[u] = ee;
}

static void
go(struct state *v, uint32_t u)
{
	if (v->loc[u] == NONE)
		return;
	v->up[v->sv->su[u].sg]--;
	v->loc[u] = NONE;
}

static void
take_down(struct state *v, uint32_t u)
{
	uint32_t sg = v->sv->su[u].sg;

	if (v->loc[u] == NONE)
		return;
	if (v->down[sg]++ == 0)
		v->touched[v->ntouched++] = sg;
}

static void
each_on(struct state *v, uint32_t ee, void (*fn)(struct state *, uint32_t))
{
	const struct services *sv = v->sv;
	uint32_t u, next;

	for (u = sv->first_s[ee]; u != NONE; u = next) {
		next = sv->su[u].next_s;
		if (v->loc[u] == ee)
			fn(v, u);
	}
	for (u = sv->first_t[ee]; u != NONE; u = next) {
		next = sv->su[u].next_t;
		if (v->loc[u] == ee && sv->su[u].ee_s != ee)
			fn(v, u);
	}
}

/* --- what goes down --- */

/* Units whose node, or whose node's CLM node, is this object. */
static bool
on_node(const struct model *m, uint32_t node, uint32_t moved)
{
	if (node == NONE)
		return false;
	return m->object[node].dn == moved ||
	    model_value(m, node, N_saAmfNodeClmNode) == moved;
}

static void
each_moved(struct state *v, const struct proc *p,
    void (*fn)(struct state *, uint32_t))
{
	const struct model *s = v->p->d->s, *t = v->p->d->t;
	uint32_t dn = t->object[p->root].dn, u, next;
	uint32_t from = service_node_ee(v->p->f, s, model_find(s, dn));

	for (u = from == NONE ? NONE : v->sv->first_s[from]; u != NONE;
	    u = next) {
		next = v->sv->su[u].next_s;
		if (on_node(s, v->sv->su[u].node_s, dn) ||
		    on_node(t, v->sv->su[u].node_t, dn))
			fn(v, u);
	}
}

static void
all_down(struct state *v, const struct proc *p)
{
	size_t i;

	v->ntouched = 0;
	switch (p->kind) {
	case PROC_MODIFY:
	case PROC_REMOVE:
		for (i = 0; i < p->nrole; i++)
			each_on(v, p->role[i].ee, take_down);
		break;
	case PROC_MOVE:
		each_moved(v, p, take_down);
		break;
	case PROC_AMF_MODIFY:
	case PROC_AMF_REMOVE:
		take_down(v, p->root);
		break;
	default:
		break;
	}
}

/* --- reports --- */

static void
report_lost(struct state *v, const struct proc *p, uint32_t sg)
{
	const struct model *s = v->p->d->s;
	const struct sg *g = &v->sv->sg[sg];
	uint32_t u, si = v->si[v->si_at[sg]];
	size_t n = 0;

	v->ok = false;
	if (v->diag == NULL)
		return;
	diag_report(v->diag, DIAG_SERVICE_DOWN, model_dn_place(s, si),
	    s->object[si].dn, "\"%s\" would have no service unit left during "
	    "\"%s\"", name_str(s->object[si].dn), name_str(p->name));
	for (u = g->first; u != NONE && n < 8; u = v->sv->su[u].next) {
		const struct su *x = &v->sv->su[u];

		if (v->loc[u] == NONE)
			diag_note(v->diag, (struct place){ 0 },
			    "\"%s\" is not in service then", name_str(x->dn));
		else
			diag_note(v->diag, (struct place){ 0 },
			    "\"%s\" goes down with \"%s\"", name_str(x->dn),
			    name_str(v->p->f->v[v->loc[u]].dn));
		n++;
	}
}

/* Not redundant, and the policy has not accepted it: said once a group. */
static void
warn_lost(struct state *v, const struct proc *p, uint32_t sg)
{
	const struct model *s = v->p->d->s;
	uint32_t si = v->si[v->si_at[sg]];

	if (v->warned[sg] || v->diag == NULL)
		return;
	v->warned[sg] = true;
	if (v->nwarned++ >= 3)
		return;
	diag_report(v->diag, DIAG_OUTAGE, model_dn_place(s, si),
	    s->object[si].dn, "\"%s\" is not redundant and goes down during "
	    "\"%s\"", name_str(s->object[si].dn), name_str(p->name));
}

static void
record_accepted(struct state *v, uint32_t k, uint32_t si)
{
	uint32_t **list = &v->out->by_proc[k];
	size_t n = 0;

	while (*list != NULL && (*list)[n] != NAME_NONE)
		n++;
	*list = mem_realloc(*list, n + 2, sizeof(**list));
	(*list)[n] = v->p->d->s->object[si].dn;
	(*list)[n + 1] = NAME_NONE;
}

static void
judge(struct state *v, uint32_t k)
{
	const struct proc *p = &v->p->proc[k];
	size_t i;
	uint32_t x;

	for (i = 0; i < v->ntouched; i++) {
		uint32_t sg = v->touched[i];
		bool wanted = false;

		if (v->down[sg] < v->up[sg]) {
			v->down[sg] = 0;
			continue;
		}
		v->down[sg] = 0;
		for (x = v->si_at[sg]; x < v->si_at[sg + 1]; x++) {
			if (policy_accepts_outage(v->policy,
			    v->p->d->s->object[v->si[x]].dn))
				record_accepted(v, k, v->si[x]);
			else
				wanted = true;
		}
		if (wanted && v->sv->sg[sg].redundant)
			report_lost(v, p, sg);
		else if (wanted)
			warn_lost(v, p, sg);
	}
}

/* --- what has changed afterwards --- */

static void
changes(struct state *v, uint32_t slot, enum op op)
{
	uint32_t i;

	for (i = v->w->at[slot]; i < v->w->at[slot + 1]; i++) {
		const struct delta *d = &v->p->d->v[v->w->order[i]];
		uint32_t u;

		if (d->op != op)
			continue;
		u = service_find_su(v->sv, diff_dn(v->p->d, d));
		if (u == NONE)
			continue;
		if (op == OP_REMOVE)
			go(v, u);
		else
			come(v, u, v->sv->su[u].ee_t);
	}
}

static void
relocate(struct state *v, uint32_t u)
{
	if (v->loc[u] != NONE && v->sv->su[u].ee_t != NONE)
		v->loc[u] = v->sv->su[u].ee_t; /* of the node, if it leaves */
}

static void
play(struct state *v, uint32_t k)
{
	const struct proc *p = &v->p->proc[k];

	/* Deleted just before it would go down anyway: it counts as down. */
	all_down(v, p);
	judge(v, k);
	changes(v, place_slot(k, PART_INIT), OP_REMOVE);
	changes(v, place_slot(k, PART_STEP), OP_REMOVE);
	changes(v, place_slot(k, PART_STEP), OP_ADD);
	changes(v, place_slot(k, PART_WRAPUP), OP_ADD);
	if (p->kind == PROC_MOVE)
		each_moved(v, p, relocate);
	if (p->kind == PROC_AMF_MODIFY)
		relocate(v, p->root);
}

/* --- tables --- */

/* SIs of the source that the target wants too. Where all units the target has
 * for it have no known place it cannot be judged. */
static bool
is_wanted(const struct state *v, uint32_t o, uint32_t *sg)
{
	bool any = false;

	const struct model *s = v->p->d->s, *t = v->p->d->t;
	uint32_t dn = model_value(s, o, N_saAmfSIProtectedbySG), u;
	uint32_t other = model_find(t, s->object[o].dn);

	if (s->object[o].class != N_SaAmfSI || other == NONE ||
	    t->object[other].class != N_SaAmfSI)
		return false;
	*sg = service_find_sg(v->sv, dn);
	if (*sg == NONE)
		return false;
	for (u = v->sv->sg[*sg].first; u != NONE; u = v->sv->su[u].next) {
		if (v->sv->su[u].t == NONE)
			continue;
		if (v->sv->su[u].ee_t != NONE)
			return true;
		any = true;
	}
	return !any;
}

static void
index_instances(struct state *v)
{
	const struct model *s = v->p->d->s;
	uint32_t *sg_of = mem_alloc(s->nobject, sizeof(*sg_of)), i;
	size_t n = v->sv->nsg;

	v->si_at = mem_alloc(n + 2, sizeof(*v->si_at));
	for (i = 0; i < s->nobject; i++) {
		if (!is_wanted(v, s->order[i], &sg_of[i]))
			sg_of[i] = NONE;
		else
			v->si_at[sg_of[i] + 2]++;
	}
	for (i = 2; i < n + 2; i++)
		v->si_at[i] += v->si_at[i - 1];
	v->si = mem_alloc(v->si_at[n + 1], sizeof(*v->si));
	for (i = 0; i < s->nobject; i++)
		if (sg_of[i] != NONE)
			v->si[v->si_at[sg_of[i] + 1]++] = s->order[i];
	free(sg_of);
}

bool
verify_services(const struct places *w, const struct policy *policy,
    struct outages *out, struct diag *diag)
{
	struct state v = { .w = w, .p = w->p, .sv = w->p->sv,
		.policy = policy, .diag = diag, .out = out, .ok = true };
	uint32_t i;

	out->nproc = (uint32_t)v.p->n;
	out->by_proc = mem_alloc(v.p->n, sizeof(*out->by_proc));
	v.loc = mem_alloc(v.sv->nsu, sizeof(*v.loc));
	v.up = mem_alloc(v.sv->nsg, sizeof(*v.up));
	v.down = mem_alloc(v.sv->nsg, sizeof(*v.down));
	v.touched = mem_alloc(v.sv->nsg, sizeof(*v.touched));
	v.warned = mem_alloc(v.sv->nsg, sizeof(*v.warned));
	index_instances(&v);
	for (i = 0; i < v.sv->nsu; i++) {
		v.loc[i] = NONE;
		if (v.sv->su[i].s != NONE)
			come(&v, i, v.sv->su[i].ee_s);
	}
	for (i = 0; i < v.p->n; i++)
		play(&v, i);
	if (v.nwarned > 3)
		diag_report(diag, DIAG_OUTAGE, (struct place){ 0 }, NAME_NONE,
		    "%zu more service groups are not redundant and go down "
		    "once", v.nwarned - 3);
	free(v.loc);
	free(v.up);
	free(v.down);
	free(v.touched);
	free(v.warned);
	free(v.si);
	free(v.si_at);
	return v.ok;
}

void
verify_free(struct outages *o)
{
	uint32_t i;

	for (i = 0; i < o->nproc && o->by_proc != NULL; i++)
		free(o->by_proc[i]);
	free(o->by_proc);
	*o = (struct outages){ 0 };
}
