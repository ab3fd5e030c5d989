/*
 * Which procedures are there, in which order, and what does each take down?
 *
 * The order is natural (host2 before host10) within ADD, MODIFY and REMOVE.
 * It is left only where it must be: a VM that stays would lose its last
 * sponsor although a later procedure brings it a new one, a unit would be
 * removed before the one that outlives it is back, an EE would be removed
 * before what depends on it. The system is played through as the procedures
 * are laid down, so that each knows what stands on what when it begins.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "dn.h"
#include "lists.h"
#include "plan.h"

struct root { /* an EE procedure before it has its place */
	uint32_t ee;
	enum proc_kind kind;
	uint32_t first, n; /* changed EEs: member[first .. first + n) */
	uint32_t nbefore; /* roots of this kind that must come first */
	uint32_t waiting; /* roots waiting for this one (list) */
	uint32_t next_waiting;
	bool done;
};

struct edge { /* before must be done before after */
	uint32_t before, after, next;
};

struct planner {
	struct plan *p;
	struct forest *f;
	struct lists l;
	struct root *root;
	size_t nroot;
	uint32_t *member;
	struct edge *edge;
	size_t nedge, edge_cap;
	uint32_t *edge_at; /* by root: first edge that leads away from it */
	struct dep_changes pending; /* joins, until a procedure carries them */
	bool joined;
	struct diag *diag;
};

const char *
plan_kind_word(enum proc_kind k)
{
	static const char *const word[] = { "Add", "Add", "Modify", "Modify",
		"Modify", "Remove", "Remove" };

	return word[k];
}

/* --- roots and what belongs to them --- */

static uint32_t
top_of(const struct forest *f, uint32_t e)
{
	uint32_t g, p;

	if (f->v[e].op != OP_ADD) {
		g = catch_group(f, e);
		if (g != NONE)
			return g;
	}
	for (; (p = tree_parent(f, e)) != NONE && f->v[p].op == f->v[e].op;)
		e = p;
	return e;
}

/* A removed EE that cannot do without what a MODIFY procedure removes is
 * removed there too; the root of that procedure, or NONE. */
static uint32_t
follows(const struct forest *f, uint32_t e)
{
	uint32_t d, i;

	for (d = f->v[e].dep; d != NONE; d = f->dep[d].next) {
		const struct dep *x = &f->dep[d];
		uint32_t left = x->others_s, to = NONE;

		for (i = 0; i < x->ns && !x->caught; i++) {
			uint32_t s = x->names_s[i], g = catch_group(f, s);

			if (f->v[s].op != OP_REMOVE || g == NONE)
				left++;
			else if (to == NONE || dn_natural(f->v[g].dn,
			    f->v[to].dn) < 0)
				to = g;
		}
		if (to != NONE && left < x->min_s)
			return to;
	}
	return NONE;
}

/* The root an EE's change belongs to. */
static uint32_t
root_of(const struct forest *f, uint32_t e)
{
	uint32_t x, to;

	if (f->v[e].op == OP_REMOVE && catch_group(f, e) == NONE)
		for (x = e; x != NONE && f->v[x].op == OP_REMOVE;
		    x = tree_parent(f, x)) {
			to = follows(f, x);
			if (to != NONE)
				return to;
		}
	return top_of(f, e);
}

static enum proc_kind
kind_of(const struct forest *f, uint32_t root)
{
	switch (f->v[root].op) {
	case OP_ADD:
		return PROC_ADD;
	case OP_REMOVE:
		return PROC_REMOVE;
	default:
		return PROC_MODIFY;
	}
}

static const struct forest *sort_forest;

static int
by_root_name(const void *a, const void *b)
{
	const struct root *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return dn_natural(sort_forest->v[x->ee].dn, sort_forest->v[y->ee].dn);
}

/* Roots sorted by kind, then naturally; proc_of is the root's number. */
static void
find_roots(struct planner *r)
{
	struct forest *f = r->f;
	uint32_t *top = mem_alloc(f->n, sizeof(*top)), e, at = 0;
	uint32_t *number = mem_alloc(f->n, sizeof(*number));
	size_t i;

	for (e = 0; e < f->n; e++) {
		top[e] = f->v[e].op == OP_NONE ? (uint32_t)NONE : root_of(f, e);
		r->nroot += top[e] == e;
	}
	r->root = mem_alloc(r->nroot, sizeof(*r->root));
	for (e = 0, i = 0; e < f->n; e++)
		if (top[e] == e)
			r->root[i++] = (struct root){ .ee = e,
				.kind = kind_of(f, e), .waiting = NONE };
	sort_forest = f;
	qsort(r->root, r->nroot, sizeof(*r->root), by_root_name);
	for (i = 0; i < r->nroot; i++)
		number[r->root[i].ee] = (uint32_t)i;
	for (e = 0; e < f->n; e++) {
		r->p->proc_of[e] = top[e] == NONE ? (uint32_t)NONE :
		    number[top[e]];
		if (top[e] != NONE)
			r->root[number[top[e]]].n++;
	}
	r->member = mem_alloc(f->n, sizeof(*r->member));
	for (i = 0; i < r->nroot; i++) {
		r->root[i].first = at;
		at += r->root[i].n;
		r->root[i].n = 0;
	}
	for (e = 0; e < f->n; e++)
		if (top[e] != NONE) {
			struct root *x = &r->root[number[top[e]]];

			r->member[x->first + x->n++] = e;
		}
	free(top);
	free(number);
}

/* --- what must come before what --- */

static void
add_edge(struct planner *r, uint32_t before, uint32_t after)
{
	uint32_t i;

	if (before == after || before == NONE || after == NONE ||
	    r->root[before].kind != r->root[after].kind)
		return;
	for (i = r->edge_at[before]; i != NONE; i = r->edge[i].next)
		if (r->edge[i].after == after)
			return;
	r->edge = mem_grow(r->edge, r->nedge, &r->edge_cap, sizeof(*r->edge));
	r->edge[r->nedge] = (struct edge){ before, after, r->edge_at[before] };
	r->edge_at[before] = (uint32_t)r->nedge++;
	r->root[after].nbefore++;
}

/* Added: sponsors first. Removed: what depends on them first. */
static void
order_by_dependency(struct planner *r)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < r->f->ndep; i++) {
		const struct dep *d = &r->f->dep[i];
		uint32_t mine = r->p->proc_of[d->ee];

		if (mine == NONE || d->caught)
			continue;
		for (k = 0; k < d->nt && r->f->v[d->ee].op == OP_ADD; k++)
			if (r->f->v[d->names_t[k]].op == OP_ADD)
				add_edge(r, r->p->proc_of[d->names_t[k]], mine);
		for (k = 0; k < d->ns && r->f->v[d->ee].op == OP_REMOVE; k++)
			if (r->f->v[d->names_s[k]].op == OP_REMOVE)
				add_edge(r, mine, r->p->proc_of[d->names_s[k]]);
	}
}

/* Does the unit leave in a MODIFY procedure? Then it no longer helps the ones
 * after it. */
static bool
leaves_early(const struct forest *f, const struct su *u, uint32_t e)
{
	if (catch_group(f, e) == NONE)
		return false;
	return f->v[e].op == OP_REMOVE ||
	    (u->t == NONE && f->v[e].op == OP_MODIFY);
}

/* If the units that outlive the MODIFY phase all go down in one procedure, it
 * comes before those that remove the other units. */
static uint32_t
common_procedure(const struct planner *r, const struct sg *g, bool *early)
{
	const struct services *sv = r->p->sv;
	uint32_t u, all = NONE, n = 0;

	*early = false;
	for (u = g->first; u != NONE; u = sv->su[u].next) {
		uint32_t e = catch_location(r->f, &sv->su[u]), x;

		if (e == NONE)
			continue;
		if (leaves_early(r->f, &sv->su[u], e)) {
			*early = true;
			continue;
		}
		x = catch_down_group(r->f, e);
		if (n++ == 0)
			all = x;
		else if (x != all)
			all = NONE;
		if (all == NONE)
			return NONE;
	}
	return all;
}

static void
order_by_service(struct planner *r)
{
	const struct services *sv = r->p->sv;
	size_t i;
	uint32_t u;

	for (i = 0; i < sv->nsg; i++) {
		const struct sg *g = &sv->sg[i];
		bool early;
		uint32_t all;

		if (!g->redundant || g->nsi == 0 || g->accepted)
			continue;
		all = common_procedure(r, g, &early);
		if (all == NONE || !early)
			continue;
		for (u = g->first; u != NONE; u = sv->su[u].next) {
			uint32_t e = catch_location(r->f, &sv->su[u]);

			if (e != NONE && leaves_early(r->f, &sv->su[u], e))
				add_edge(r, r->p->proc_of[all], r->p->proc_of[
				    catch_group(r->f, e)]);
		}
	}
}

/* --- laying procedures down --- */

static struct proc *
new_proc(struct planner *r, enum proc_kind kind, uint32_t root)
{
	struct plan *p = r->p;

	p->proc = mem_grow(p->proc, p->n, &p->cap, sizeof(*p->proc));
	p->proc[p->n] = (struct proc){ .kind = kind, .root = root };
	return &p->proc[p->n++];
}

static int
by_layer(const void *a, const void *b)
{
	static const uint8_t rank[] = { [OP_REMOVE] = 0, [OP_MODIFY] = 1,
		[OP_ADD] = 1, [OP_NONE] = 2 };
	const struct role *x = a, *y = b;

	if (x->layer != y->layer)
		return x->layer > y->layer ? -1 : 1;
	if (x->op != y->op)
		return rank[x->op] < rank[y->op] ? -1 : 1;
	return dn_natural(sort_forest->v[x->ee].dn, sort_forest->v[y->ee].dn);
}

static void
set_roles(struct planner *r, struct proc *p, uint32_t number)
{
	size_t i;

	p->nrole = r->l.ndown;
	p->role = arena_array(&r->p->arena, p->nrole, sizeof(*p->role));
	for (i = 0; i < p->nrole; i++) {
		uint32_t e = r->l.down[i];

		p->role[i] = (struct role){ .ee = e,
			.layer = (uint16_t)r->l.layer[e],
			.op = r->p->proc_of[e] == number ? r->f->v[e].op :
			    (uint8_t)OP_NONE };
	}
	qsort(p->role, p->nrole, sizeof(*p->role), by_layer);
}

static const uint32_t *
members(const struct planner *r, uint32_t number, size_t *n)
{
	*n = r->root[number].n;
	return &r->member[r->root[number].first];
}

static void
lay_add(struct planner *r, uint32_t number)
{
	size_t n, i;
	const uint32_t *v = members(r, number, &n);
	struct proc *p = new_proc(r, PROC_ADD, r->root[number].ee);

	for (i = 0; i < n; i++)
		lists_add(&r->l, v[i]);
	/* What was just added can only stand on what is below it. */
	lists_down(&r->l, r->root[number].ee);
	set_roles(r, p, number);
	r->p->last_add = (uint32_t)r->p->n - 1;
	r->l.done[number] = true;
}

/* Joins that wait for a procedure to carry them go with this one. */
static void
carry_pending(struct planner *r, struct proc *p)
{
	if (r->pending.n == 0)
		return;
	p->init = r->pending;
	r->pending = (struct dep_changes){ 0 };
}

static void
lay_change(struct planner *r, uint32_t number, bool forced)
{
	size_t n, i;
	const uint32_t *v = members(r, number, &n);
	struct proc *p = new_proc(r, r->root[number].kind,
	    r->root[number].ee);

	carry_pending(r, p);
	p->forced = forced;
	lists_leave(&r->l, v, n, number, &p->init);
	lists_down(&r->l, r->root[number].ee);
	set_roles(r, p, number);
	lists_switch(&r->l, v, n, number, &p->in_step);
	for (i = 0; i < n; i++)
		if (r->f->v[v[i]].op == OP_REMOVE)
			lists_remove(&r->l, v[i]);
	lists_join(&r->l, v, n, number, &p->wrapup);
}

/* --- the order within one kind --- */

struct queue { /* of root numbers, smallest first */
	uint32_t *v;
	size_t n;
};

static void
queue_put(struct queue *q, uint32_t x)
{
	size_t i = q->n++, up;

	for (; i > 0 && q->v[up = (i - 1) / 2] > x; i = up)
		q->v[i] = q->v[up];
	q->v[i] = x;
}

static uint32_t
queue_take(struct queue *q)
{
	uint32_t top = q->v[0], x = q->v[--q->n];
	size_t i = 0, k;

	for (; (k = 2 * i + 1) < q->n; i = k) {
		if (k + 1 < q->n && q->v[k + 1] < q->v[k])
			k++;
		if (q->v[k] >= x)
			break;
		q->v[i] = q->v[k];
	}
	q->v[i] = x;
	return top;
}

static void
release(struct planner *r, uint32_t number, struct queue *q)
{
	uint32_t i, w, next;

	r->root[number].done = true;
	for (i = r->edge_at[number]; i != NONE; i = r->edge[i].next)
		if (--r->root[r->edge[i].after].nbefore == 0)
			queue_put(q, r->edge[i].after);
	for (w = r->root[number].waiting; w != NONE; w = next) {
		next = r->root[w].next_waiting;
		queue_put(q, w);
	}
	r->root[number].waiting = NONE;
}

/* Should this one wait, and for which? */
static uint32_t
must_wait(struct planner *r, uint32_t number)
{
	size_t n;
	const uint32_t *v = members(r, number, &n);

	if (r->root[number].kind != PROC_MODIFY)
		return NONE;
	lists_down(&r->l, r->root[number].ee);
	return lists_could_wait(&r->l, v, n, number);
}

/* Nothing can go first: the first in natural order that only waits for the
 * sake of VMs goes all the same (they are acted on); else those that are in
 * each other's way for a service. */
static uint32_t
break_deadlock(struct planner *r, size_t from, size_t to, bool *hard)
{
	size_t i;
	uint32_t first = NONE;

	*hard = false;
	for (i = from; i < to; i++) {
		if (r->root[i].done)
			continue;
		if (r->root[i].nbefore == 0)
			return (uint32_t)i;
		if (first == NONE)
			first = (uint32_t)i;
	}
	*hard = true;
	return first;
}

static void
unwait(struct planner *r, size_t from, size_t to, uint32_t number)
{
	size_t i;
	uint32_t *at;

	for (i = from; i < to; i++)
		for (at = &r->root[i].waiting; *at != NONE;
		    at = &r->root[*at].next_waiting)
			if (*at == number) {
				*at = r->root[number].next_waiting;
				return;
			}
}

static void
lay(struct planner *r, uint32_t number, bool forced, struct queue *q)
{
	if (r->root[number].kind == PROC_ADD)
		lay_add(r, number);
	else
		lay_change(r, number, forced);
	release(r, number, q);
}

/* Lays down the roots from..to, all of one kind. False if a service would have
 * to be lost whatever comes first; then stuck is one of the knot. */
static bool
lay_kind(struct planner *r, size_t from, size_t to, uint32_t *stuck)
{
	struct queue q = { mem_alloc(to - from, sizeof(uint32_t)), 0 };
	size_t i, left = to - from;
	bool ok = true;

	for (i = from; i < to; i++)
		if (r->root[i].nbefore == 0)
			queue_put(&q, (uint32_t)i);
	while (left > 0) {
		uint32_t x, w = NONE;
		bool hard = false, forced = q.n == 0;

		if (forced) {
			x = break_deadlock(r, from, to, &hard);
			if (hard && ok) {
				ok = false;
				*stuck = x;
			}
			unwait(r, from, to, x);
			r->root[x].nbefore = UINT32_MAX / 2;
		} else {
			x = queue_take(&q);
			w = must_wait(r, x);
		}
		if (w != NONE && !r->root[w].done) {
			r->root[x].next_waiting = r->root[w].waiting;
			r->root[w].waiting = x;
			continue;
		}
		lay(r, x, forced, &q);
		left--;
	}
	free(q.v);
	return ok;
}

/* --- AMF procedures and moves --- */

static enum proc_kind
unit_kind(const struct su *u)
{
	if (u->s == NONE)
		return PROC_AMF_ADD;
	return u->t == NONE ? PROC_AMF_REMOVE : PROC_AMF_MODIFY;
}

static void
lay_units(struct planner *r, const struct plan_input *in, enum proc_kind kind)
{
	size_t i;

	for (i = 0; i < in->nunit; i++) {
		const struct su *u = &r->p->sv->su[in->unit[i]];

		if (unit_kind(u) != kind)
			continue;
		r->p->proc_of_su[in->unit[i]] = (uint32_t)r->p->n;
		carry_pending(r, new_proc(r, kind, in->unit[i]));
	}
}

static void
lay_moves(struct planner *r, const struct plan_input *in)
{
	size_t i;

	for (i = 0; i < in->nmove; i++)
		carry_pending(r, new_proc(r, PROC_MOVE, in->move[i]));
}

/* --- names --- */

static uint32_t
root_dn(const struct plan *p, const struct proc *x)
{
	switch (x->kind) {
	case PROC_ADD:
	case PROC_MODIFY:
	case PROC_REMOVE:
		return p->f->v[x->root].dn;
	case PROC_MOVE:
		return p->f->t->object[x->root].dn;
	default:
		return p->sv->su[x->root].dn;
	}
}

/* The name with the values of the first n RDNs of dn. */
static uint32_t
proc_name(enum proc_kind kind, uint32_t dn, int n)
{
	const char *s = name_str(dn);
	size_t len = name_len(dn), rdn, eq;
	char *text = mem_alloc(len + 64, 1);
	uint32_t id;

	strcpy(text, "safSmfProc=");
	strcat(text, plan_kind_word(kind));
	strcat(text, "UpgradeProcedureAt");
	for (; n > 0 && len > 0; n--) {
		rdn = dn_rdn_len(s, len);
		eq = dn_attr_len(s, rdn);
		strncat(text, s + eq + 1, rdn - eq - 1);
		if (rdn == len)
			break;
		s += rdn + 1;
		len -= rdn + 1;
		if (n > 1)
			strcat(text, "-");
	}
	id = intern_str(text);
	free(text);
	return id;
}

struct naming {
	uint32_t name, index;
};

static int
by_name(const void *a, const void *b)
{
	const struct naming *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Procedures of one name get longer ones, and in the end a number. */
static void
name_procs(struct plan *p)
{
	struct naming *v = mem_alloc(p->n, sizeof(*v));
	size_t i, k;
	int depth;

	for (i = 0; i < p->n; i++)
		p->proc[i].name = proc_name(p->proc[i].kind,
		    root_dn(p, &p->proc[i]), 1);
	for (depth = 2; depth < 8; depth++) {
		bool clash = false;

		for (i = 0; i < p->n; i++)
			v[i] = (struct naming){ p->proc[i].name, (uint32_t)i };
		qsort(v, p->n, sizeof(*v), by_name);
		for (i = 0; i < p->n; i = k) {
			for (k = i + 1; k < p->n && v[k].name == v[i].name;)
				k++;
			if (k - i == 1)
				continue;
			clash = true;
			for (; i < k; i++) {
				struct proc *x = &p->proc[v[i].index];

				x->name = proc_name(x->kind, root_dn(p, x),
				    depth);
			}
		}
		if (!clash)
			break;
	}
	for (i = 0; i < p->n; i++)
		v[i] = (struct naming){ p->proc[i].name, (uint32_t)i };
	qsort(v, p->n, sizeof(*v), by_name);
	for (i = 1, k = 1; i < p->n; i++) {
		uint32_t base = v[i].name, text;
		struct buf b = { 0 };

		if (base != v[i - 1].name) {
			k = 1;
			continue;
		}
		buf_printf(&b, "%s-%zu", name_str(base), ++k);
		text = intern(b.data, b.len);
		buf_free(&b);
		p->proc[v[i].index].name = text;
	}
	free(v);
}

/* --- the whole --- */

static size_t
end_of(const struct planner *r, size_t from, enum proc_kind kind)
{
	while (from < r->nroot && r->root[from].kind == kind)
		from++;
	return from;
}

static bool
knot(struct planner *r, uint32_t stuck)
{
	uint32_t dn = r->f->v[r->root[stuck].ee].dn;

	if (r->diag != NULL)
		diag_report(r->diag, DIAG_NO_ORDER, (struct place){ 0 }, dn,
		    "the procedure at \"%s\" and others must each come before "
		    "the other, or a service goes down", name_str(dn));
	return false;
}

bool
plan_run(struct plan *p, const struct plan_input *in, struct diag *diag)
{
	struct planner r = { .p = p, .f = p->f, .diag = diag };
	size_t at, end, i;
	uint32_t stuck = NONE;
	bool ok;

	p->last_add = NONE;
	p->proc_of = mem_alloc(p->f->n, sizeof(*p->proc_of));
	p->proc_of_su = mem_realloc(NULL, p->sv->nsu + 1,
	    sizeof(*p->proc_of_su));
	memset(p->proc_of_su, 0xff, p->sv->nsu * sizeof(*p->proc_of_su));
	find_roots(&r);
	r.edge_at = mem_realloc(NULL, r.nroot + 1, sizeof(*r.edge_at));
	memset(r.edge_at, 0xff, r.nroot * sizeof(*r.edge_at));
	order_by_dependency(&r);
	order_by_service(&r);
	lists_begin(&r.l, p->f, &p->arena, p->proc_of, r.nroot);
	lists_catch(&r.l);

	end = end_of(&r, 0, PROC_ADD);
	ok = lay_kind(&r, 0, end, &stuck);
	if (p->last_add != NONE)
		lists_join_ready(&r.l, &p->proc[p->last_add].wrapup);
	else
		lists_join_ready(&r.l, &r.pending);
	lay_units(&r, in, PROC_AMF_ADD);
	lay_moves(&r, in);
	lay_units(&r, in, PROC_AMF_MODIFY);
	at = end;
	end = end_of(&r, at, PROC_MODIFY);
	ok &= lay_kind(&r, at, end, &stuck);
	lay_units(&r, in, PROC_AMF_REMOVE);
	ok &= lay_kind(&r, end, r.nroot, &stuck);
	if (r.pending.n > 0) /* nothing but sponsor lists changed */
		p->loose = r.pending;
	if (!ok)
		ok = knot(&r, stuck);
	name_procs(p);

	/* From numbers of roots to places in the order. */
	{
		uint32_t *place = mem_alloc(r.nroot, sizeof(*place));
		uint32_t *of_ee = mem_alloc(p->f->n, sizeof(*of_ee));

		for (i = 0; i < p->n; i++)
			if (p->proc[i].kind == PROC_ADD ||
			    p->proc[i].kind == PROC_MODIFY ||
			    p->proc[i].kind == PROC_REMOVE)
				of_ee[p->proc[i].root] = (uint32_t)i;
		for (i = 0; i < r.nroot; i++)
			place[i] = of_ee[r.root[i].ee];
		for (i = 0; i < p->f->n; i++)
			if (p->proc_of[i] != NONE)
				p->proc_of[i] = place[p->proc_of[i]];
		for (i = 0; i < p->f->ndep; i++)
			if (p->f->dep[i].gone != NONE)
				p->f->dep[i].gone = place[p->f->dep[i].gone];
		free(place);
		free(of_ee);
	}
	lists_end(&r.l);
	free(r.root);
	free(r.member);
	free(r.edge);
	free(r.edge_at);
	return ok;
}

void
plan_free(struct plan *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->proc[i].init.v);
		free(p->proc[i].in_step.v);
		free(p->proc[i].wrapup.v);
	}
	free(p->loose.v);
	free(p->proc);
	free(p->proc_of);
	free(p->proc_of_su);
	arena_free(&p->arena);
	*p = (struct plan){ .f = p->f, .sv = p->sv, .d = p->d, .why = p->why };
}
