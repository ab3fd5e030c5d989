/*
 * Who may stand on whom at this moment? The models say it for the beginning
 * and the end; in between a VM that stays must neither name what is gone nor
 * be promised what is not there yet, and must keep something to stand on.
 *
 * L1  A list in force names only EEs that exist.
 * L2  A list that stays never gets shorter than its minimum number, unless the
 *     target's minimum is smaller: then that is written with it.
 * L3  A caught VM's list is its one VMM from campInitAction to
 *     campCompleteAction.
 */
#include <stdlib.h>
#include <string.h>

#include "ids.h"
#include "lists.h"

void
lists_begin(struct lists *l, struct forest *f, struct arena *arena,
    uint32_t *proc_of, size_t nproc)
{
	size_t i;

	*l = (struct lists){ .f = f, .arena = arena, .proc_of = proc_of };
	l->exists = mem_alloc(f->n, sizeof(*l->exists));
	l->done = mem_alloc(nproc, sizeof(*l->done));
	l->down = mem_alloc(f->n, sizeof(*l->down));
	l->mark = mem_alloc(f->n, sizeof(*l->mark));
	l->layer = mem_alloc(f->n, sizeof(*l->layer));
	l->lost = mem_alloc(f->ndep, sizeof(*l->lost));
	l->lost_mark = mem_alloc(f->ndep, sizeof(*l->lost_mark));
	for (i = 0; i < f->n; i++)
		l->exists[i] = f->v[i].s != NONE;
	for (i = 0; i < f->ndep; i++) {
		struct dep *d = &f->dep[i];

		d->gone = NONE;
		d->settled = d->ordered = false;
		d->ncur = d->ns; /* L1: all are in the source */
		d->min_cur = d->s != NONE ? d->min_s : d->min_t;
		if (d->ns > 0)
			memcpy(d->cur, d->names_s, d->ns * sizeof(*d->cur));
	}
}

void
lists_end(struct lists *l)
{
	free(l->exists);
	free(l->done);
	free(l->down);
	free(l->mark);
	free(l->layer);
	free(l->lost);
	free(l->lost_mark);
}

static void
bind(struct dep *d, uint32_t vmm)
{
	d->cur[0] = vmm;
	d->ncur = 1;
	d->min_cur = 1;
}

void
lists_catch(struct lists *l)
{
	size_t i;

	for (i = 0; i < l->f->ndep; i++) {
		struct dep *d = &l->f->dep[i];

		if (d->caught && l->f->v[d->ee].op != OP_ADD)
			bind(d, l->f->v[d->ee].host); /* L3 */
	}
}

void
lists_add(struct lists *l, uint32_t e)
{
	uint32_t i, k;

	l->exists[e] = true;
	for (i = l->f->v[e].dep; i != NONE; i = l->f->dep[i].next) {
		struct dep *d = &l->f->dep[i];

		if (d->caught) {
			bind(d, l->f->v[e].host); /* L3 */
			continue;
		}
		d->ncur = 0;
		for (k = 0; k < d->nt; k++) /* L1 */
			if (l->exists[d->names_t[k]])
				d->cur[d->ncur++] = d->names_t[k];
		d->min_cur = d->min_t;
		if (d->min_cur > d->ncur + d->others_t)
			d->min_cur = d->ncur + d->others_t;
	}
}

void
lists_remove(struct lists *l, uint32_t e)
{
	l->exists[e] = false;
}

/* A list of an EE that is there all the time and is not caught. */
static bool
stays(const struct lists *l, const struct dep *d)
{
	const struct ee *e = &l->f->v[d->ee];

	return !d->caught && d->s != NONE && e->s != NONE && e->t != NONE;
}

/* Records the list as it is now; a list already in the record is updated, so
 * that one unit writes each list once. */
static struct dep_change *
record_order(struct lists *l, struct dep_changes *out, uint32_t dep,
    const char *why)
{
	struct dep *d = &l->f->dep[dep];
	struct dep_change *c;
	size_t i;

	for (i = out->n; i-- > 0 && out->n - i < 64;)
		if (out->v[i].dep == dep)
			break;
	if (i >= out->n || out->v[i].dep != dep) {
		i = out->n;
		out->v = mem_grow(out->v, out->n++, &out->cap,
		    sizeof(*out->v));
	}
	c = &out->v[i];
	*c = (struct dep_change){ .dep = dep, .n = d->ncur, .min = d->min_cur,
		.why = why };
	c->names = arena_array(l->arena, d->ncur + 1, sizeof(*c->names));
	memcpy(c->names, d->cur, d->ncur * sizeof(*c->names));
	return c;
}

static void
record(struct lists *l, struct dep_changes *out, uint32_t dep, const char *why)
{
	struct dep *d = &l->f->dep[dep];

	/* Once it holds what the target says, it is in the target's order. */
	if (values_equal(d->cur, d->ncur, d->names_t, d->nt) && d->nt > 0)
		memcpy(d->cur, d->names_t, d->nt * sizeof(*d->cur));
	record_order(l, out, dep, why);
}

struct dep_change *
lists_order(struct lists *l, uint32_t dep, struct dep_changes *out)
{
	l->f->dep[dep].ordered = true;
	return record_order(l, out, dep, "the first has room when the VM must leave");
}

/* Is EE x what the target promises with it? */
static bool
is_ready(const struct lists *l, uint32_t x)
{
	switch (l->f->v[x].op) {
	case OP_MODIFY:
		return l->proc_of[x] == NONE || l->done[l->proc_of[x]];
	case OP_REMOVE:
		return false;
	default:
		return l->exists[x];
	}
}

/* Lists that were never complete because something they name came later. */
static bool
grows(const struct lists *l, const struct dep *d)
{
	return stays(l, d) && d->t != NONE;
}

void
lists_join_ready(struct lists *l, struct dep_changes *out)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < l->f->ndep; i++) {
		struct dep *d = &l->f->dep[i];
		uint32_t before = d->ncur;

		if (!grows(l, d))
			continue;
		for (k = 0; k < d->nt; k++)
			if (l->f->v[d->names_t[k]].op != OP_MODIFY &&
			    is_ready(l, d->names_t[k]) && /* L1 */
			    !ids_have(d->cur, d->ncur, d->names_t[k]))
				d->cur[d->ncur++] = d->names_t[k];
		if (d->ncur != before)
			record(l, out, (uint32_t)i, "sponsors that the target "
			    "adds and that need no change join");
	}
}

/* cur without the EEs that leave now; the count. */
static uint32_t
without(const struct lists *l, const struct dep *d, uint32_t proc,
    uint32_t *left)
{
	uint32_t i, n = 0;

	for (i = 0; i < d->ncur; i++) {
		uint32_t x = d->cur[i];
		bool leaves = l->proc_of[x] == proc &&
		    (l->f->v[x].op == OP_REMOVE ||
		    (l->f->v[x].op == OP_MODIFY && stays(l, d) &&
		    !dep_lists(d, true, x)));

		if (!leaves)
			left[n++] = x;
	}
	return n;
}

/* The smallest minimum a list of n names (and others) may have now, or 0 if
 * none is allowed (L2). A list the target has not at all may get short. */
static uint32_t
allowed_min(const struct lists *l, const struct dep *d, uint32_t n)
{
	uint32_t have = n + d->others_s;

	if (have >= 1 && have >= d->min_cur)
		return d->min_cur;
	if (have >= 1 && d->t == NONE && stays(l, d))
		return have;
	if (d->t != NONE && d->min_t >= 1 && have >= d->min_t)
		return d->min_t;
	return 0;
}

/* A list that cannot do without what this procedure removes gets, in the step
 * itself while all of it is down, what the procedure leaves behind. */
static void
switch_in_step(struct lists *l, uint32_t dep, uint32_t proc, uint32_t *left,
    uint32_t n, struct dep_changes *in_step)
{
	struct dep *d = &l->f->dep[dep];
	uint32_t k, was = n;

	for (k = 0; k < d->nt; k++)
		if (l->proc_of[d->names_t[k]] == proc &&
		    !ids_have(left, n, d->names_t[k]))
			left[n++] = d->names_t[k];
	for (k = 0; k < d->nt && n == was; k++)
		if (l->exists[d->names_t[k]] && /* L1 */
		    !ids_have(left, n, d->names_t[k]))
			left[n++] = d->names_t[k];
	memcpy(d->cur, left, n * sizeof(*left));
	d->ncur = n;
	if (d->min_cur > n + d->others_s)
		d->min_cur = n + d->others_s; /* L2 */
	record(l, in_step, dep, "what it stands on is replaced in this step");
}

/* Must one of the names go because it will not exist any more? */
static bool
loses_object(const struct lists *l, const struct dep *d, uint32_t proc)
{
	uint32_t i;

	for (i = 0; i < d->ncur; i++)
		if (l->proc_of[d->cur[i]] == proc &&
		    l->f->v[d->cur[i]].op == OP_REMOVE)
			return true;
	return false;
}

/* Nothing is left to depend on, and in the target it does not: the dependency
 * goes before the procedure. */
static void
vanish(struct dep *d, uint32_t proc)
{
	d->gone = proc;
	d->ncur = 0;
	d->min_cur = 0;
}

static void
leave(struct lists *l, uint32_t dep, uint32_t proc, struct dep_changes *out)
{
	struct dep *d = &l->f->dep[dep];
	uint32_t small[16], *left = small, n, min;

	if (d->ncur > 16)
		left = mem_alloc(d->ncur, sizeof(*left));
	n = without(l, d, proc, left);
	min = n == d->ncur ? 0 : allowed_min(l, d, n);
	if (min > 0) { /* L2 */
		memcpy(d->cur, left, n * sizeof(*left));
		d->ncur = n;
		d->min_cur = min;
		record(l, out, dep, "sponsors that the target does not keep "
		    "leave before they change");
	} else if (n + d->others_s == 0 && d->t == NONE && stays(l, d)) {
		vanish(d, proc);
	}
	if (left != small)
		free(left);
}

static void
switch_list(struct lists *l, uint32_t dep, uint32_t proc,
    struct dep_changes *in_step)
{
	struct dep *d = &l->f->dep[dep];
	uint32_t small[16], *left = small, n;

	if (!loses_object(l, d, proc))
		return;
	if (d->ncur + d->nt > 16)
		left = mem_alloc(d->ncur + d->nt, sizeof(*left));
	n = without(l, d, proc, left);
	switch_in_step(l, dep, proc, left, n, in_step);
	if (left != small)
		free(left);
}

/* Lists that name x and are not part of the procedure's own. */
static bool
is_concerned(const struct lists *l, const struct dep *d, uint32_t x,
    uint32_t proc)
{
	return l->exists[d->ee] && !d->caught && l->proc_of[d->ee] != proc &&
	    ids_have(d->cur, d->ncur, x);
}

/* Calls fn for each list that a procedure's changes concern. */
static void
each_concerned(struct lists *l, const uint32_t *changed, size_t n,
    uint32_t proc, struct dep_changes *out,
    void (*fn)(struct lists *, uint32_t, uint32_t, struct dep_changes *))
{
	const struct forest *f = l->f;
	size_t i;
	uint32_t k;

	for (i = 0; i < n; i++)
		for (k = f->rev_at[changed[i]]; k < f->rev_at[changed[i] + 1];
		    k++)
			if (is_concerned(l, &f->dep[f->rev[k]], changed[i],
			    proc))
				fn(l, f->rev[k], proc, out);
}

void
lists_leave(struct lists *l, const uint32_t *changed, size_t n, uint32_t proc,
    struct dep_changes *out)
{
	each_concerned(l, changed, n, proc, out, leave);
}

void
lists_switch(struct lists *l, const uint32_t *changed, size_t n,
    uint32_t proc, struct dep_changes *in_step)
{
	each_concerned(l, changed, n, proc, in_step, switch_list);
}

/* A pending procedure that would give this list one more name. */
static uint32_t
helper(const struct lists *l, const struct dep *d, uint32_t proc)
{
	uint32_t k;

	if (!grows(l, d))
		return NONE;
	for (k = 0; k < d->nt; k++) {
		uint32_t x = d->names_t[k], p = l->proc_of[x];

		if (l->f->v[x].op == OP_MODIFY && p != NONE && p != proc &&
		    !l->done[p] && !ids_have(d->cur, d->ncur, x))
			return p;
	}
	return NONE;
}

/* As if those that leave had left: would the EE fall, and could it be
 * spared? */
static uint32_t
check_list(struct lists *l, uint32_t dep, uint32_t proc)
{
	struct dep *d = &l->f->dep[dep];
	uint32_t small[16], *left = small, n, i, up = 0, min, r = NONE;

	if (!l->exists[d->ee] || d->caught || l->proc_of[d->ee] == proc)
		return NONE; /* caught: L3 */
	if (d->ncur > 16)
		left = mem_alloc(d->ncur, sizeof(*left));
	n = without(l, d, proc, left);
	for (i = 0; i < n; i++)
		up += l->mark[left[i]] != l->call;
	min = allowed_min(l, d, n);
	if (min == 0 || up + d->others_s < min)
		r = helper(l, d, proc);
	if (left != small)
		free(left);
	return r;
}

uint32_t
lists_could_wait(struct lists *l, const uint32_t *changed, size_t n,
    uint32_t proc)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < l->ndown + n; i++) {
		uint32_t x = i < l->ndown ? l->down[i] : changed[i - l->ndown];

		for (k = l->f->rev_at[x]; k < l->f->rev_at[x + 1]; k++) {
			const struct dep *d = &l->f->dep[l->f->rev[k]];
			uint32_t p;

			if (!ids_have(d->cur, d->ncur, x))
				continue;
			p = check_list(l, l->f->rev[k], proc);
			if (p != NONE)
				return p;
		}
	}
	return NONE;
}

/* May a name of the list stay? One that the target has not is dropped once it
 * has changed, unless the VM stands on it: there is room for it there, and
 * nobody knows of any elsewhere. */
static bool
may_stay(const struct lists *l, const struct dep *d, uint32_t x)
{
	if (dep_lists(d, true, x) || l->f->v[x].op != OP_MODIFY ||
	    !is_ready(l, x))
		return true;
	return l->at != NULL && (l->at[d->ee] == x || l->to[d->ee] == x);
}

/* Drops source-only sponsors that could not leave in time. */
static bool
drop_lingering(struct lists *l, struct dep *d)
{
	uint32_t i, n = 0, keep = 0, old = 0;

	for (i = 0; i < d->ncur && !d->settled; i++) {
		old += !dep_lists(d, true, d->cur[i]);
		keep += may_stay(l, d, d->cur[i]);
	}
	if (old == 0) { /* and never again: lists gain the target's only */
		d->settled = true;
		return false;
	}
	if (keep == d->ncur || keep == 0 || keep + d->others_s < d->min_cur)
		return false; /* L2 */
	for (i = 0; i < d->ncur; i++)
		if (may_stay(l, d, d->cur[i]))
			d->cur[n++] = d->cur[i];
	d->ncur = n;
	return true;
}

void
lists_join(struct lists *l, const uint32_t *changed, size_t n, uint32_t proc,
    struct dep_changes *out)
{
	size_t i;
	uint32_t k;

	l->done[proc] = true;
	for (i = 0; i < n; i++) {
		uint32_t x = changed[i];

		if (l->f->v[x].op != OP_MODIFY)
			continue;
		for (k = l->f->rev_at[x]; k < l->f->rev_at[x + 1]; k++) {
			struct dep *d = &l->f->dep[l->f->rev[k]];
			bool touched = false;

			if (!grows(l, d))
				continue;
			if (dep_lists(d, true, x) &&
			    !ids_have(d->cur, d->ncur, x)) {
				d->cur[d->ncur++] = x;
				touched = true;
			}
			touched |= drop_lingering(l, d);
			if (touched)
				record(l, out, l->f->rev[k], "what it was "
				    "promised is there now");
		}
	}
}
