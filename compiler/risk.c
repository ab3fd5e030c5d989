/*
 * What would one further failure take down while a procedure runs? The units
 * of a group that the level leaves in service stand on EEs, these on others, on
 * hardware, and on a sponsor where there is no other. What so carries more of
 * them than can be spared takes the services down when it fails; only the
 * smallest such things are told.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "dn.h"
#include "ids.h"
#include "risk.h"
#include "verify.h"
#include "words.h"

enum { NAMED_MOST = 4 }; /* units, each of which is told where it stands */

struct list { /* of names */
	uint32_t *v;
	size_t n, cap;
};

struct sponsors { /* in force; names of EEs */
	const uint32_t *names;
	uint32_t n, others, min;
};

struct writer {
	const struct plan *p;
	const struct services *sv;
	const struct forest *f;
	struct buf *text; /* by procedure */
	struct sponsors *now; /* by dependency */
	uint32_t first, behind; /* procedures of the level */
	uint32_t *most; /* by group: units + 1 that one thing carries at
	                 * most, wherever they stand; 0: not asked yet */
	bool *told; /* by group: its services have been named */
	uint32_t *seen; /* by SI: group + 1 whose dependents have it */
	struct list chain, carry, fail, above;
	struct list goes; /* dependencies that go on the way */
	bool ever; /* whatever any list names counts */
	uint32_t *si; /* scratch */
};

static void
put(struct list *l, uint32_t x)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = x;
}

static bool
put_once(struct list *l, size_t from, uint32_t x)
{
	if (ids_have(l->v + from, l->n - from, x))
		return false;
	put(l, x);
	return true;
}

/* --- sponsors --- */

static void
write_lists(struct writer *w, const struct dep_changes *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		struct sponsors *s = &w->now[c->v[i].dep];

		s->names = c->v[i].names;
		s->n = c->v[i].n;
		s->min = c->v[i].min;
	}
}

static void
begin_lists(struct writer *w)
{
	const struct forest *f = w->f;
	size_t i;

	for (i = 0; i < f->ndep; i++) {
		const struct dep *d = &f->dep[i];
		bool s = d->s != NONE;

		w->now[i] = d->caught ?
		    (struct sponsors){ &f->v[d->ee].host, 1, 0, 1 } :
		    s ? (struct sponsors){ d->names_s, d->ns, d->others_s,
			d->min_s } :
		    (struct sponsors){ d->names_t, d->nt, d->others_t,
			d->min_t };
		if (d->gone != NONE)
			put(&w->goes, (uint32_t)i);
	}
}

/* The lists as the procedures of that level find them. */
static void
go_to(struct writer *w, uint32_t proc)
{
	const struct proc *p = w->p->proc;
	uint32_t k;
	size_t i;

	if (proc < w->behind)
		return;
	for (k = w->first; p[k].level != p[proc].level; k++) {
		if (k >= w->behind)
			write_lists(w, &p[k].init);
		write_lists(w, &p[k].in_step);
		write_lists(w, &p[k].wrapup);
	}
	w->first = k;
	for (; k < w->p->n && p[k].level == p[proc].level; k++)
		write_lists(w, &p[k].init);
	w->behind = k;
	for (i = 0; i < w->goes.n; i++)
		if (w->f->dep[w->goes.v[i]].gone < w->behind)
			w->now[w->goes.v[i]] = (struct sponsors){ 0 };
}

/* --- what carries a unit --- */

static bool
is_hardware(const struct model *m, uint32_t dn)
{
	uint32_t o = model_find(m, dn);

	return o != NONE && m->object[o].class == N_SaPlmHE;
}

/* Appends the EE's name and those of all it cannot do without now. */
static void
carriers(const struct writer *w, struct list *l, size_t from, uint32_t ee)
{
	const struct forest *f = w->f;
	const struct ee *e = &f->v[ee];
	uint32_t dn = e->dn, d, i;

	if (!put_once(l, from, dn))
		return;
	while ((dn = model_parent(f->s, dn)) != NAME_NONE) {
		uint32_t in = tree_find(f, dn);

		if (in != NONE)
			carriers(w, l, from, in);
		else if (is_hardware(f->s, dn) || is_hardware(f->t, dn))
			put_once(l, from, dn);
	}
	for (d = e->dep; d != NONE; d = f->dep[d].next) {
		const struct sponsors *s = &w->now[d];
		const struct dep *x = &f->dep[d];

		for (i = 0; w->ever && i < x->ns; i++)
			carriers(w, l, from, x->names_s[i]);
		for (i = 0; w->ever && i < x->nt; i++)
			carriers(w, l, from, x->names_t[i]);
		for (i = 0; s->n + s->others <= s->min && i < s->n; i++)
			carriers(w, l, from, s->names[i]);
	}
}

/* How often the most frequent of the sorted names is there. */
static uint32_t
most_frequent(const struct list *l)
{
	size_t i, from = 0, most = 0;

	for (i = 0; i < l->n; i++) {
		if (l->v[i] != l->v[from])
			from = i;
		most = i + 1 - from > most ? i + 1 - from : most;
	}
	return (uint32_t)most;
}


/* An upper bound, whenever that is asked. */
static uint32_t
carried_at_most(struct writer *w, uint32_t sg)
{
	uint32_t u;
	size_t from;

	if (w->most[sg] != 0)
		return w->most[sg] - 1;
	w->chain.n = 0;
	w->ever = true;
	for (u = w->sv->sg[sg].first; u != NONE; u = w->sv->su[u].next) {
		const struct su *x = &w->sv->su[u];

		from = w->chain.n;
		if (x->ee_s != NONE)
			carriers(w, &w->chain, from, x->ee_s);
		if (x->ee_t != NONE)
			carriers(w, &w->chain, from, x->ee_t);
	}
	w->ever = false;
	ids_sort(w->chain.v, w->chain.n);
	w->most[sg] = most_frequent(&w->chain) + 1;
	return w->most[sg] - 1;
}

/* --- what may fail --- */

/* How many of the sorted names are this one? */
static size_t
times(const struct list *sorted, uint32_t dn)
{
	size_t low = 0, high = sorted->n, mid, i;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (sorted->v[mid] < dn)
			low = mid + 1;
		else
			high = mid;
	}
	for (i = low; i < sorted->n && sorted->v[i] == dn; i++)
		continue;
	return i - low;
}

/* Leaves in fail what nothing smaller of it carries. */
static void
keep_smallest(struct writer *w)
{
	size_t i, n = 0;
	uint32_t ee;

	w->above.n = 0;
	for (i = 0; i < w->fail.n; i++) {
		ee = tree_find(w->f, w->fail.v[i]);
		w->chain.n = 0;
		if (ee != NONE)
			carriers(w, &w->chain, 0, ee);
		for (n = 1; n < w->chain.n; n++)
			put(&w->above, w->chain.v[n]);
	}
	for (i = n = 0; i < w->fail.n; i++)
		if (!ids_have(w->above.v, w->above.n, w->fail.v[i]))
			w->fail.v[n++] = w->fail.v[i];
	w->fail.n = n;
}

/* Fills fail; true in its place: whichever EE has a unit left. */
static bool
find_failures(struct writer *w, const struct verify_loss *l)
{
	const struct sg *g = &w->sv->sg[l->sg];
	uint32_t spare = l->left - g->wanted, u;
	size_t i;

	w->fail.n = w->chain.n = w->carry.n = 0;
	if (l->left < g->wanted || spare >= carried_at_most(w, l->sg))
		return false;
	if (spare == 0 && l->left > NAMED_MOST)
		return true;
	w->chain.n = 0;
	for (u = g->first; u != NONE; u = w->sv->su[u].next)
		if (l->loc[u] != NONE && l->by[u] == 0)
			carriers(w, &w->chain, w->chain.n, l->loc[u]);
	for (i = 0; i < w->chain.n; i++)
		put(&w->carry, w->chain.v[i]);
	ids_sort(w->carry.v, w->carry.n);
	for (i = 0; i < w->chain.n; i++)
		if (times(&w->carry, w->chain.v[i]) > spare)
			put_once(&w->fail, 0, w->chain.v[i]);
	keep_smallest(w);
	return false;
}

/* --- the text --- */

static uint32_t
si_name(const struct writer *w, uint32_t si)
{
	return w->f->s->object[w->sv->si[si].s].dn;
}

/* The services of the group and then what depends on them; how many. */
static size_t
dependents(struct writer *w, uint32_t sg, size_t *own)
{
	const struct services *sv = w->sv;
	uint32_t si, k;
	size_t n = 0, i;

	for (si = sv->sg[sg].first_si; si != NONE; si = sv->si[si].next) {
		w->seen[si] = sg + 1;
		w->si[n++] = si;
	}
	*own = n;
	for (i = 0; i < n; i++)
		for (k = sv->si[w->si[i]].by; k != NONE; k = sv->link[k].next)
			if (w->seen[sv->link[k].si] != sg + 1) {
				w->seen[sv->link[k].si] = sg + 1;
				w->si[n++] = sv->link[k].si;
			}
	return n;
}

/* The service, if it stands alone; else the group, the first time with its
 * services and with what depends on them. */
static void
services(struct writer *w, struct buf *b, uint32_t sg)
{
	const struct sg *g = &w->sv->sg[sg];
	size_t n, own, i;

	if (g->nsi == 1 && w->sv->si[g->first_si].by == NONE) {
		words_put(b, si_name(w, g->first_si));
		return;
	}
	words_put(b, g->dn);
	if (w->told[sg])
		return;
	w->told[sg] = true;
	n = dependents(w, sg, &own);
	buf_str(b, " (");
	for (i = 0; i < n; i++) {
		buf_str(b, i == own ? " and" : "");
		words_put(b, si_name(w, w->si[i]));
	}
	buf_str(b, " )");
}

const char *const risk_words[RISK_STATES] = { [RISK_DEGRADED] = "degraded",
	[RISK_REDUCED] = "reduced", [RISK_DOWN] = "down" };

static void
head(struct buf *b, uint32_t left, uint32_t units, enum risk_state state)
{
	buf_str(b, b->len > 0 ? "; " : "");
	buf_printf(b, "%u/%u", left, units);
	if (state != RISK_DEGRADED)
		buf_printf(b, " %s", risk_words[state]);
}

static void
lost(void *arg, const struct verify_loss *l)
{
	struct writer *w = arg;
	const struct sg *g = &w->sv->sg[l->sg];
	struct buf *b = &w->text[l->proc];
	bool any;
	size_t i;

	if (g->nsi == 0 || l->up < g->wanted)
		return; /* it makes no difference */
	go_to(w, l->proc);
	head(b, l->left, l->up, l->left < g->wanted ? RISK_DOWN :
	    l->left < g->prefer ? RISK_DEGRADED : RISK_REDUCED);
	services(w, b, l->sg);
	any = find_failures(w, l);
	buf_str(b, any ? " if any" : w->fail.n > 0 ? " if" : "");
	for (i = 0; i < w->fail.n; i++)
		words_put(b, w->fail.v[i]);
}

void
risk_write(struct campaign *c, const struct places *places)
{
	const struct services *sv = places->p->sv;
	struct writer w = { .p = places->p, .sv = sv, .f = places->p->f };
	size_t k;

	w.text = mem_alloc(w.p->n, sizeof(*w.text));
	w.most = mem_alloc(sv->nsg, sizeof(*w.most));
	w.told = mem_alloc(sv->nsg, sizeof(*w.told));
	w.seen = mem_alloc(sv->nsi, sizeof(*w.seen));
	w.si = mem_alloc(sv->nsi, sizeof(*w.si));
	w.now = mem_alloc(w.f->ndep, sizeof(*w.now));
	begin_lists(&w);
	verify_losses(places, lost, &w);
	for (k = 0; k < w.p->n; k++) {
		if (w.text[k].len > 0)
			c->procedure[k].risk = intern(w.text[k].data,
			    w.text[k].len);
		buf_free(&w.text[k]);
	}
	free(w.text);
	free(w.now);
	free(w.most);
	free(w.told);
	free(w.seen);
	free(w.si);
	free(w.chain.v);
	free(w.goes.v);
	free(w.carry.v);
	free(w.fail.v);
	free(w.above.v);
}

/* --- procedures that become one --- */

struct sum { /* of services that fare alike */
	struct risk like;
	bool hangs;
};

static void
add(struct sum **v, size_t *n, size_t *cap, const struct risk *r)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if ((*v)[i].like.state == r->state &&
		    (*v)[i].like.left == r->left &&
		    (*v)[i].like.units == r->units &&
		    (*v)[i].hangs == risk_hangs(r))
			break;
	if (i == *n) {
		*v = mem_grow(*v, *n, cap, sizeof(**v));
		(*v)[(*n)++] = (struct sum){ *r, risk_hangs(r) };
		(*v)[i].like.count = 0;
	}
	(*v)[i].like.count += r->count > 0 ? r->count : r->nsi;
}

uint32_t
risk_fold(const struct risks *r, const size_t *order, size_t n)
{
	struct sum *v = NULL;
	size_t nv = 0, cap = 0, i, k;
	struct buf b = { 0 };
	uint32_t text;

	for (i = 0; i < n; i++)
		for (k = r->first[order[i]]; k < r->end[order[i]]; k++)
			add(&v, &nv, &cap, &r->v[k]);
	for (i = 0; i < nv; i++) {
		head(&b, v[i].like.left, v[i].like.units, v[i].like.state);
		buf_printf(&b, " *%llu%s",
		    (unsigned long long)v[i].like.count,
		    v[i].hangs ? " if any" : "");
	}
	text = b.len > 0 ? intern(b.data, b.len) : (uint32_t)NAME_NONE;
	buf_free(&b);
	free(v);
	return text;
}
