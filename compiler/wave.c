/*
 * May a procedure run side by side with those of a wave? All of a wave may be
 * down at once, in any interleaving, so it is judged as one large procedure:
 *
 * W1  Nothing goes down in two procedures of a wave.
 * W2  A service group of which several procedures of a wave take units down
 *     keeps as many as all its SIs want, unless all of those may go down. What
 *     one procedure alone takes is no worse than without waves.
 * W3  No EE falls because two procedures of a wave take sponsors from it that
 *     it could spare one at a time.
 * W4  A sponsor list that one procedure writes is no concern of another: the
 *     two could come in either order.
 *
 * Marks carry the number of the wave, so that no wave has to clear those of the
 * one before; a question costs as many steps as the procedure has EEs, units
 * and lists.
 */
#include <stdlib.h>

#include "ids.h"
#include "stand.h"
#include "wave.h"

uint32_t
wave_keep(const struct services *sv, uint32_t sg)
{
	uint32_t i;

	for (i = sv->sg[sg].first_si; i != NONE; i = sv->si[i].next)
		if (!sv->si[i].accepted)
			return sv->bare ? sv->sg[sg].need : sv->sg[sg].wanted;
	return 0;
}

void
wave_open(struct wave *w, const struct plan *p, struct lists *l,
    const struct roots *roots)
{
	size_t nee = p->f->n, ndep = p->f->ndep, nsg = p->sv->nsg;
	uint32_t i;

	*w = (struct wave){ .p = p, .l = l, .roots = roots };
	w->down = mem_alloc(nee, sizeof(*w->down));
	w->lost = mem_alloc(ndep, sizeof(*w->lost));
	w->lost_mark = mem_alloc(ndep, sizeof(*w->lost_mark));
	w->read = mem_alloc(ndep, sizeof(*w->read));
	w->written = mem_alloc(ndep, sizeof(*w->written));
	w->sg_down = mem_alloc(nsg, sizeof(*w->sg_down));
	w->sg_mark = mem_alloc(nsg, sizeof(*w->sg_mark));
	w->try = mem_alloc(nsg, sizeof(*w->try));
	w->try_mark = mem_alloc(nsg, sizeof(*w->try_mark));
	w->up = mem_alloc(nsg, sizeof(*w->up));
	w->gone = mem_alloc(p->sv->nsu, sizeof(*w->gone));
	w->keep = mem_alloc(nsg, sizeof(*w->keep));
	for (i = 0; i < nsg; i++)
		w->keep[i] = wave_keep(p->sv, i);
}

void
wave_close(struct wave *w)
{
	free(w->down);
	free(w->lost);
	free(w->lost_mark);
	free(w->read);
	free(w->written);
	free(w->sg_down);
	free(w->sg_mark);
	free(w->try);
	free(w->try_mark);
	free(w->keep);
	free(w->up);
	free(w->gone);
}

/* --- units --- */

/* The EE a unit is in service on between two waves, or NONE. */
static uint32_t
serves_on(const struct wave *w, uint32_t u)
{
	const struct su *x = &w->p->sv->su[u];
	uint32_t e = stand_location(w->p->f, x);

	if (e == NONE || w->gone[u] || x->sg == NONE || !w->l->exists[e] ||
	    w->keep[x->sg] == 0)
		return NONE;
	return e;
}

void
wave_count(struct wave *w, enum proc_kind kind)
{
	const struct services *sv = w->p->sv;
	uint32_t i, k;

	for (i = 0; i < sv->nsg; i++)
		w->up[i] = 0;
	for (i = 0; i < sv->nsu; i++) {
		k = w->p->proc_of_su[i];
		if (k != NONE && w->p->proc[k].kind == PROC_AMF_REMOVE &&
		    kind == PROC_REMOVE)
			w->gone[i] = true;
		if (serves_on(w, i) != NONE)
			w->up[sv->su[i].sg]++;
	}
}

/* Calls fn for each unit in service on an EE. */
static void
each_serving(struct wave *w, uint32_t e, void (*fn)(struct wave *, uint32_t))
{
	const struct services *sv = w->p->sv;
	uint32_t u;

	for (u = service_first_on(sv, e); u != NONE;
	    u = service_next_on(sv, e, u))
		if (serves_on(w, u) == e)
			fn(w, u);
}

static void
count_try(struct wave *w, uint32_t u)
{
	uint32_t sg = w->p->sv->su[u].sg;

	if (w->try_mark[sg] != w->asked) {
		w->try_mark[sg] = w->asked;
		w->try[sg] = w->sg_mark[sg] == w->number ? w->sg_down[sg] : 0;
	}
	w->try[sg]++;
}

static void
count_down(struct wave *w, uint32_t u)
{
	uint32_t sg = w->p->sv->su[u].sg;

	if (w->sg_mark[sg] != w->number) {
		w->sg_mark[sg] = w->number;
		w->sg_down[sg] = 0;
	}
	w->sg_down[sg]++;
}

static bool
keeps_services(struct wave *w)
{
	const struct lists *l = w->l;
	const struct services *sv = w->p->sv;
	size_t i;
	uint32_t u;

	w->asked++;
	for (i = 0; i < l->ndown; i++)
		each_serving(w, l->down[i], count_try);
	for (i = 0; i < l->ndown; i++)
		for (u = service_first_on(sv, l->down[i]); u != NONE;
		    u = service_next_on(sv, l->down[i], u)) {
			uint32_t sg = sv->su[u].sg;

			if (sg != NONE && w->try_mark[sg] == w->asked &&
			    w->sg_mark[sg] == w->number &&
			    w->up[sg] < w->try[sg] + w->keep[sg])
				return false; /* W2 */
		}
	return true;
}

/* --- sponsors --- */

/* Would an EE fall that each procedure alone leaves standing? */
static bool
falls_between(const struct wave *w, uint32_t dep)
{
	const struct lists *l = w->l;
	const struct dep *d = &w->p->f->dep[dep];
	uint32_t others = d->s == NONE ? d->others_t : d->others_s;
	uint32_t before = w->lost_mark[dep] == w->number ? w->lost[dep] : 0;
	uint32_t now = l->lost_mark[dep] == l->call ? l->lost[dep] : 0;

	return before > 0 && now > 0 &&
	    d->ncur + others < d->min_cur + before + now;
}

/* Is there a name that the target's list has not? */
static bool
lingers(struct dep *d)
{
	uint32_t i;

	for (i = 0; i < d->ncur && !d->settled; i++)
		if (!dep_lists(d, true, d->cur[i]))
			return true;
	d->settled = true; /* and never again, as lists_join knows */
	return false;
}

/* Will the procedure that changes x write this list? */
static bool
will_write(const struct wave *w, struct dep *d, uint32_t x)
{
	const struct ee *e = &w->p->f->v[x];
	bool old = dep_lists(d, false, x), new = dep_lists(d, true, x);

	if (d->caught || e->op == OP_ADD)
		return false;
	if (e->op == OP_REMOVE)
		return old || ids_have(d->cur, d->ncur, x);
	return old != new || lingers(d);
}

/* W3 and W4 for the lists that name an EE. */
static bool
lists_agree(const struct wave *w, uint32_t e, bool changed)
{
	const struct forest *f = w->p->f;
	uint32_t i;

	for (i = f->rev_at[e]; i < f->rev_at[e + 1]; i++) {
		uint32_t dep = f->rev[i];
		struct dep *d = &f->dep[dep];

		if (d->caught)
			continue;
		if (w->written[dep] == w->number || falls_between(w, dep))
			return false;
		if (changed && w->read[dep] == w->number &&
		    will_write(w, d, e))
			return false;
	}
	for (i = f->v[e].dep; i != NONE; i = f->dep[i].next)
		if (w->written[i] == w->number)
			return false;
	return true;
}

bool
wave_admits(struct wave *w, uint32_t root)
{
	const struct lists *l = w->l;
	size_t n, i;
	const uint32_t *changed = roots_members(w->roots, root, &n);

	if (w->n == 0)
		return true;
	for (i = 0; i < l->ndown; i++)
		if (w->down[l->down[i]] == w->number || /* W1 */
		    !lists_agree(w, l->down[i], false))
			return false;
	for (i = 0; i < n; i++)
		if (!lists_agree(w, changed[i], true))
			return false;
	return keeps_services(w);
}

/* --- joining --- */

static void
mark_read(struct wave *w, uint32_t e)
{
	const struct forest *f = w->p->f;
	uint32_t i;

	for (i = f->rev_at[e]; i < f->rev_at[e + 1]; i++)
		w->read[f->rev[i]] = w->number;
	for (i = f->v[e].dep; i != NONE; i = f->dep[i].next)
		w->read[i] = w->number;
}

/* The list named the EE when the procedure took it down. */
static void
mark_lost(struct wave *w, uint32_t e)
{
	const struct forest *f = w->p->f;
	uint32_t i;

	for (i = f->rev_at[e]; i < f->rev_at[e + 1]; i++) {
		uint32_t dep = f->rev[i];

		if (!ids_have(f->dep[dep].cur, f->dep[dep].ncur, e))
			continue;
		if (w->lost_mark[dep] != w->number) {
			w->lost_mark[dep] = w->number;
			w->lost[dep] = 0;
		}
		w->lost[dep]++;
	}
}

static void
mark_written(struct wave *w, uint32_t changed)
{
	const struct forest *f = w->p->f;
	uint32_t i;

	for (i = f->rev_at[changed]; i < f->rev_at[changed + 1]; i++)
		if (will_write(w, &f->dep[f->rev[i]], changed))
			w->written[f->rev[i]] = w->number;
}

/* Units that leave with what the procedure changes. */
static void
units_leave(struct wave *w, const uint32_t *changed, size_t n)
{
	const struct services *sv = w->p->sv;
	size_t i;
	uint32_t u;

	for (i = 0; i < n; i++)
		for (u = service_first_on(sv, changed[i]); u != NONE;
		    u = service_next_on(sv, changed[i], u)) {
			if (sv->su[u].t != NONE || w->gone[u] ||
			    w->p->proc_of_su[u] != NONE ||
			    stand_location(w->p->f, &sv->su[u]) != changed[i])
				continue;
			w->gone[u] = true;
			if (sv->su[u].sg != NONE && w->up[sv->su[u].sg] > 0)
				w->up[sv->su[u].sg]--;
		}
}

void
wave_begin(struct wave *w, const struct dep_changes *pending)
{
	size_t i;

	w->number++;
	w->n = 0;
	for (i = 0; i < pending->n; i++)
		w->written[pending->v[i].dep] = w->number;
}

void
wave_take(struct wave *w, uint32_t root)
{
	size_t i, n;
	const uint32_t *changed = roots_members(w->roots, root, &n);

	for (i = 0; i < w->l->ndown; i++) {
		uint32_t e = w->l->down[i];

		w->down[e] = w->number;
		mark_read(w, e);
		mark_lost(w, e);
		each_serving(w, e, count_down);
	}
	for (i = 0; i < n; i++)
		mark_read(w, changed[i]);
	for (i = 0; i < n; i++)
		mark_written(w, changed[i]);
	w->n++;
}

void
wave_left(struct wave *w, uint32_t root)
{
	size_t n;
	const uint32_t *changed = roots_members(w->roots, root, &n);

	units_leave(w, changed, n);
}
