/*
 * Is every service that must stay up really up, at every step? For each level:
 * which units go down with its procedures, all at once, and does any group
 * have fewer left than it needs?
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
	uint32_t *down; /* by SG: units down on this level */
	uint32_t *last; /* by SG: the procedure that took one down last */
	uint32_t now; /* the procedure that is looked at */
	uint32_t *touched; /* SGs with units down */
	size_t ntouched;
	uint32_t *by; /* by SU: procedure + 1 that takes it down now, 0: none */
	uint32_t *gone; /* those units */
	size_t ngone;
	struct blame { /* who takes down units of which SG now */
		uint32_t sg, proc;
	} *blame;
	size_t nblame, blame_cap;
	bool *falls; /* by SG: some of its SIs are down on this level */
	uint32_t *fallen; /* SIs, scratch */
	uint32_t *told; /* by SI: procedure + 1 whose outage it was told for */
	bool *warned; /* by SG */
	void (*lost)(void *arg, const struct verify_loss *); /* or NULL */
	void *arg;
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

	if (v->loc[u] == NONE || v->by[u] != 0)
		return;
	v->by[u] = v->now + 1;
	v->gone[v->ngone++] = u;
	if (v->down[sg]++ == 0)
		v->touched[v->ntouched++] = sg;
	else if (v->last[sg] == v->now)
		return;
	v->last[sg] = v->now;
	v->blame = mem_grow(v->blame, v->nblame, &v->blame_cap,
	    sizeof(*v->blame));
	v->blame[v->nblame++] = (struct blame){ sg, v->now };
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
	/* Units that were added to the node before are the target's alone. */
	from = service_node_ee(v->p->f, t, p->root);
	for (u = from == NONE ? NONE : v->sv->first_t[from]; u != NONE;
	    u = next) {
		next = v->sv->su[u].next_t;
		if (v->sv->su[u].s == NONE &&
		    on_node(t, v->sv->su[u].node_t, dn))
			fn(v, u);
	}
}

static void
all_down(struct state *v, uint32_t k)
{
	const struct proc *p = &v->p->proc[k];
	size_t i;

	v->now = k;
	switch (p->kind) {
	case PROC_MODIFY:
	case PROC_REMOVE:
		for (i = 0; i < p->nrole; i++)
			each_on(v, p->role[i].ee, take_down);
		break;
	case PROC_MORPH: /* saved and restored, it is away for a moment */
		if (p->morph->pauses)
			each_on(v, p->root, take_down);
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

static uint32_t
si_dn(const struct state *v, uint32_t si)
{
	return v->p->d->s->object[v->sv->si[si].s].dn;
}

static struct place
si_place(const struct state *v, uint32_t si)
{
	return model_dn_place(v->p->d->s, v->sv->si[si].s);
}

static const struct role *
role_of(const struct proc *p, uint32_t ee)
{
	size_t i;

	for (i = 0; i < p->nrole; i++)
		if (p->role[i].ee == ee)
			return &p->role[i];
	return NULL;
}

static void
note_down(struct state *v, const struct proc *p, const char *su,
    const struct role *r, bool beside)
{
	static const char *const what[] = { [OP_NONE] = "acts on",
		[OP_ADD] = "adds", [OP_REMOVE] = "removes",
		[OP_MODIFY] = "modifies" };
	const struct role *root = &p->role[p->nrole - 1];
	unsigned step = p->role[0].layer - r->layer + 1;
	unsigned nstep = p->role[0].layer + 1;

	diag_note(v->diag, (struct place){ 0 }, "\"%s\" goes down: nested "
	    "step %u of %u %s \"%s\"%s%s%s%s%s%s", su, step, nstep,
	    what[r->op], name_str(r->dn), r->layer > 0 ? ", above \"" : "",
	    r->layer > 0 ? name_str(root->dn) : "",
	    r->layer > 0 ? "\"" : "", beside ? ", in \"" : "",
	    beside ? name_str(p->name) : "", beside ? "\"" : "");
}

/* What becomes of a unit in the procedure, and by which layer of it. */
static void
note_unit(struct state *v, const struct proc *p, uint32_t u)
{
	const char *su = name_str(v->sv->su[u].dn);
	const struct proc *q = v->by[u] == 0 ? p :
	    &v->p->proc[v->by[u] - 1];
	const struct role *r = v->loc[u] == NONE ? NULL :
	    role_of(q, v->loc[u]);

	if (v->loc[u] != NONE && v->by[u] != 0 && r != NULL)
		note_down(v, q, su, r, q != p);
	else if (v->loc[u] != NONE && v->by[u] != 0)
		diag_note(v->diag, (struct place){ 0 },
		    "\"%s\" goes down itself", su);
	else if (v->loc[u] != NONE)
		diag_note(v->diag, (struct place){ 0 },
		    "\"%s\" stays in service on \"%s\"", su,
		    name_str(v->p->f->v[v->loc[u]].dn));
	else
		diag_note(v->diag, (struct place){ 0 }, v->sv->su[u].s != NONE
		    && v->sv->su[u].ee_s == NONE ?
		    "\"%s\" stands on no known node" :
		    "\"%s\" is not in service then", su);
}

/* Its outage is accepted, but not that of one that depends on it: which? */
static void
note_dependent(struct state *v, uint32_t si)
{
	const struct services *sv = v->sv;
	uint32_t k, d;

	for (k = sv->si[si].by; k != NONE; k = sv->link[k].next) {
		d = sv->link[k].si;
		if (sv->si[d].accepted)
			continue;
		diag_note(v->diag, (struct place){ 0 }, "\"%s\" depends on "
		    "\"%s\" and would go down with it", name_str(si_dn(v, d)),
		    name_str(si_dn(v, si)));
		return;
	}
}

/* The first SI of a group whose outage nobody accepts. */
static uint32_t
kept(const struct state *v, uint32_t sg)
{
	uint32_t i = v->sv->sg[sg].first_si;

	while (v->sv->si[i].next != NONE && v->sv->si[i].accepted)
		i = v->sv->si[i].next;
	return i;
}

static void
report_lost(struct state *v, const struct proc *p, uint32_t sg, uint32_t left)
{
	const struct sg *g = &v->sv->sg[sg];
	uint32_t u, si = kept(v, sg);
	size_t n = 0;

	v->ok = false;
	if (v->diag == NULL)
		return;
	if (g->need == 1)
		diag_report(v->diag, DIAG_SERVICE_DOWN, si_place(v, si),
		    si_dn(v, si), "\"%s\" would have no service unit left "
		    "during \"%s\"", name_str(si_dn(v, si)),
		    name_str(p->name));
	else
		diag_report(v->diag, DIAG_SERVICE_DOWN, si_place(v, si),
		    si_dn(v, si), "\"%s\" would have %u of the %u service "
		    "units that its group needs during \"%s\"",
		    name_str(si_dn(v, si)), left, g->need, name_str(p->name));
	for (u = g->first; u != NONE && n < 8; u = v->sv->su[u].next, n++)
		note_unit(v, p, u);
	note_dependent(v, si);
}

/* It cannot be kept up, and the policy has not accepted it: said once a
 * group. */
static void
warn_lost(struct state *v, const struct proc *p, uint32_t si)
{
	uint32_t sg = v->sv->si[si].sg;

	if (v->warned[sg] || v->diag == NULL)
		return;
	v->warned[sg] = true;
	if (v->nwarned++ < 3)
		diag_report(v->diag, DIAG_OUTAGE, si_place(v, si),
		    si_dn(v, si), "\"%s\" is not redundant and goes down "
		    "during \"%s\"", name_str(si_dn(v, si)),
		    name_str(p->name));
}

static void
accept(struct state *v, uint32_t k, uint32_t si)
{
	uint32_t **list = &v->out->by_proc[k];
	size_t n = 0;

	while (*list != NULL && (*list)[n] != NAME_NONE)
		n++;
	*list = mem_realloc(*list, n + 2, sizeof(**list));
	(*list)[n] = si_dn(v, si);
	(*list)[n + 1] = NAME_NONE;
}

static void
push(struct state *v, uint32_t k, uint32_t si, size_t *n)
{
	if (v->told[si] == k + 1)
		return;
	v->told[si] = k + 1;
	v->fallen[(*n)++] = si;
}

/* The SIs of a group are down, and all that depends on them. */
static void
fall(struct state *v, uint32_t k, uint32_t sg)
{
	const struct services *sv = v->sv;
	size_t n = 0, i;
	uint32_t l, si;

	for (si = sv->sg[sg].first_si; si != NONE; si = sv->si[si].next)
		push(v, k, si, &n);
	for (i = 0; i < n; i++)
		for (l = sv->si[v->fallen[i]].by; l != NONE;
		    l = sv->link[l].next)
			push(v, k, sv->link[l].si, &n);
	for (i = 0; i < n; i++) {
		si = v->fallen[i];
		if (policy_accepts_outage(v->policy, si_dn(v, si)))
			accept(v, k, si);
		else
			warn_lost(v, &v->p->proc[k], si);
	}
}

static void
tell_losses(const struct state *v)
{
	struct verify_loss l = { .loc = v->loc, .by = v->by };
	size_t i;

	for (i = 0; i < v->nblame; i++) {
		l.sg = v->blame[i].sg;
		l.proc = v->blame[i].proc;
		l.up = v->up[l.sg];
		l.left = l.up - v->down[l.sg];
		v->lost(v->arg, &l);
	}
}

static void
judge(struct state *v)
{
	size_t i;

	if (v->lost != NULL)
		tell_losses(v);
	for (i = 0; i < v->ntouched; i++) {
		uint32_t sg = v->touched[i], left = v->up[sg] - v->down[sg];
		const struct sg *g = &v->sv->sg[sg];

		if (left < g->need)
			report_lost(v, &v->p->proc[v->last[sg]], sg, left);
		else
			v->falls[sg] = left < g->wanted;
		v->down[sg] = 0;
	}
	/* By every procedure that takes a part in it. */
	for (i = 0; i < v->nblame; i++)
		if (v->falls[v->blame[i].sg])
			fall(v, v->blame[i].proc, v->blame[i].sg);
	for (i = 0; i < v->ntouched; i++)
		v->falls[v->touched[i]] = false;
	for (i = 0; i < v->ngone; i++)
		v->by[v->gone[i]] = 0;
	v->ntouched = v->nblame = v->ngone = 0;
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
	const struct su *su = &v->sv->su[u];

	if (v->loc[u] != NONE && su->ee_t != NONE)
		v->loc[u] = su->ee_t; /* of the node, if it leaves */
	else if (su->t != NONE && su->node_t == NONE)
		go(v, u); /* nobody knows where it is now */
}

static void
pass(struct state *v, uint32_t k)
{
	const struct proc *p = &v->p->proc[k];

	changes(v, place_slot(k, PART_INIT), OP_REMOVE);
	changes(v, place_slot(k, PART_STEP), OP_REMOVE);
	changes(v, place_slot(k, PART_STEP), OP_ADD);
	changes(v, place_slot(k, PART_WRAPUP), OP_ADD);
	changes(v, place_slot(k, PART_WRAPUP), OP_REMOVE);
	if (p->kind == PROC_MOVE)
		each_moved(v, p, relocate);
	if (p->kind == PROC_AMF_MODIFY)
		relocate(v, p->root);
}

/* The procedures of one level; the first of the next. */
static uint32_t
play(struct state *v, uint32_t from)
{
	uint32_t level = v->p->proc[from].level, to, k;

	/* Deleted just before it would go down anyway: it counts as down. */
	for (to = from; to < v->p->n && v->p->proc[to].level == level; to++)
		all_down(v, to);
	judge(v);
	for (k = from; k < to; k++)
		pass(v, k);
	return to;
}

static void
begin(struct state *v)
{
	uint32_t i;

	v->ok = true;
	v->out->nproc = (uint32_t)v->p->n;
	v->out->by_proc = mem_alloc(v->p->n, sizeof(*v->out->by_proc));
	v->loc = mem_alloc(v->sv->nsu, sizeof(*v->loc));
	v->up = mem_alloc(v->sv->nsg, sizeof(*v->up));
	v->down = mem_alloc(v->sv->nsg, sizeof(*v->down));
	v->last = mem_alloc(v->sv->nsg, sizeof(*v->last));
	v->touched = mem_alloc(v->sv->nsg, sizeof(*v->touched));
	v->warned = mem_alloc(v->sv->nsg, sizeof(*v->warned));
	v->told = mem_alloc(v->sv->nsi, sizeof(*v->told));
	v->fallen = mem_alloc(v->sv->nsi, sizeof(*v->fallen));
	v->falls = mem_alloc(v->sv->nsg, sizeof(*v->falls));
	v->by = mem_alloc(v->sv->nsu, sizeof(*v->by));
	v->gone = mem_alloc(v->sv->nsu, sizeof(*v->gone));
	for (i = 0; i < v->sv->nsu; i++) {
		v->loc[i] = NONE;
		if (v->sv->su[i].s != NONE)
			come(v, i, v->sv->su[i].ee_s);
	}
	changes(v, SLOT_INIT, OP_REMOVE);
}

static void
end(struct state *v)
{
	free(v->loc);
	free(v->up);
	free(v->down);
	free(v->last);
	free(v->touched);
	free(v->blame);
	free(v->warned);
	free(v->told);
	free(v->fallen);
	free(v->falls);
	free(v->by);
	free(v->gone);
}

bool
verify_services(const struct places *w, const struct policy *policy,
    struct outages *out, struct diag *diag)
{
	struct state v = { .w = w, .p = w->p, .sv = w->p->sv,
		.policy = policy, .diag = diag, .out = out };
	uint32_t i;

	begin(&v);
	for (i = 0; i < v.p->n;)
		i = play(&v, i);
	if (v.nwarned > 3)
		diag_report(diag, DIAG_OUTAGE, (struct place){ 0 }, NAME_NONE,
		    "%zu more service groups are not redundant and go down "
		    "once", v.nwarned - 3);
	end(&v);
	return v.ok;
}

void
verify_losses(const struct places *w,
    void (*fn)(void *arg, const struct verify_loss *), void *arg)
{
	struct outages none = { 0 };
	struct state v = { .w = w, .p = w->p, .sv = w->p->sv, .out = &none,
		.lost = fn, .arg = arg };
	uint32_t i;

	begin(&v);
	for (i = 0; i < v.p->n;)
		i = play(&v, i);
	end(&v);
	verify_free(&none);
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
