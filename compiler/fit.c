/*
 * Room is counted where machines stand, not guessed from sums. If a domain is
 * down its machines are put, larger ones first, on the first of their sponsors
 * that has room; those that could only be there are down with it and ask for
 * none.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fit.h"
#include "idmap.h"
#include "service.h"

static uint32_t
find(const struct fit *t, uint32_t x)
{
	while (t->part[x] != x) {
		t->part[x] = t->part[t->part[x]];
		x = t->part[x];
	}
	return x;
}

const uint32_t *
fit_sponsors(const struct fit *t, uint32_t vm, size_t *n)
{
	const struct ee *e = &t->f->v[vm];

	*n = 0;
	if (!e->vm_s || e->dep == NONE)
		return NULL;
	*n = t->f->dep[e->dep].ns;
	return t->f->dep[e->dep].names_s;
}

static void
charge(struct fit *t, uint32_t vm, int sign)
{
	size_t i;

	if (t->on[vm] == NONE)
		return;
	for (i = 0; i < t->nres; i++)
		t->use[t->on[vm] * t->nres + i] += sign *
		    t->need[vm * t->nres + i];
}

/* What a VM, or what a monitor contains, stands on. */
static uint32_t
place_of(const struct fit *t, uint32_t ee)
{
	const struct ee *e = &t->f->v[ee];
	size_t n;
	const uint32_t *v = fit_sponsors(t, ee, &n);

	if (e->s == NONE)
		return NONE;
	return n > 0 ? v[0] : e->parent;
}

static void
join(struct fit *t)
{
	const uint32_t *v;
	size_t i, k, n;

	for (i = 0; i < t->f->n; i++)
		t->part[i] = (uint32_t)i;
	for (i = 0; i < t->f->n; i++) {
		v = fit_sponsors(t, (uint32_t)i, &n);
		for (k = 0; k < n; k++)
			t->part[find(t, v[k])] = find(t, (uint32_t)i);
	}
}

void
fit_open(struct fit *t, const struct forest *f, const struct services *sv,
    size_t nres, int64_t *cap, int64_t *need)
{
	size_t i;

	*t = (struct fit){ .f = f, .services = sv, .nres = nres, .cap = cap,
		.need = need };
	t->use = mem_alloc(f->n * nres, sizeof(*t->use));
	t->on = mem_alloc(f->n, sizeof(*t->on));
	t->part = mem_alloc(f->n, sizeof(*t->part));
	t->domain = mem_alloc(f->n, sizeof(*t->domain));
	t->first = mem_alloc(f->n, sizeof(*t->first));
	t->next = mem_alloc(f->n, sizeof(*t->next));
	t->guest = mem_alloc(f->n, sizeof(*t->guest));
	join(t);
	for (i = 0; i < f->n; i++) {
		t->on[i] = place_of(t, (uint32_t)i);
		charge(t, (uint32_t)i, 1);
	}
}

void
fit_close(struct fit *t)
{
	free(t->cap);
	free(t->need);
	free(t->use);
	free(t->on);
	free(t->part);
	free(t->domain);
	free(t->first);
	free(t->next);
	free(t->guest);
}

uint32_t
fit_part(const struct fit *t, uint32_t ee)
{
	return find(t, ee);
}

bool
fit_has_room(const struct fit *t, uint32_t on, const int64_t *need,
    size_t *tight)
{
	size_t i;

	for (i = 0; i < t->nres; i++) {
		int64_t cap = t->cap[on * t->nres + i];

		if (cap >= 0 && need[i] > 0 &&
		    t->use[on * t->nres + i] > cap - need[i]) {
			*tight = i;
			return false;
		}
	}
	return true;
}

bool
fit_has_replica(const struct fit *t, uint32_t vm, uint32_t on)
{
	const struct services *s = t->services;
	uint32_t su, other, at;

	for (su = s->first_s[vm]; su != NONE; su = s->su[su].next_s)
		for (other = s->sg[s->su[su].sg].first; other != NONE;
		    other = s->su[other].next) {
			at = s->su[other].ee_s;
			if (at == NONE || at == vm)
				continue;
			at = t->on[at] != NONE ? t->on[at] : at;
			if (t->f->v[at].fault == t->f->v[on].fault)
				return true;
		}
	return false;
}

bool
fit_resize(struct fit *t, uint32_t vm, const int64_t *need, size_t *tight)
{
	uint32_t was = t->on[vm], to = was;
	size_t i, n, other;
	const uint32_t *v = fit_sponsors(t, vm, &n);

	charge(t, vm, -1);
	if (was != NONE && !fit_has_room(t, was, need, tight)) {
		for (i = 0; i < n; i++)
			if (v[i] != was && fit_has_room(t, v[i], need,
			    &other) && !fit_has_replica(t, vm, v[i]))
				break;
		to = i < n ? v[i] : NONE;
	}
	if (to != NONE || was == NONE) {
		memcpy(&t->need[vm * t->nres], need, t->nres * sizeof(*need));
		t->on[vm] = to;
	}
	charge(t, vm, 1);
	return to != NONE || was == NONE;
}

void
fit_restore(struct fit *t, uint32_t vm, const int64_t *need, uint32_t on)
{
	charge(t, vm, -1);
	memcpy(&t->need[vm * t->nres], need, t->nres * sizeof(*need));
	t->on[vm] = on;
	charge(t, vm, 1);
}

/* --- without a domain --- */

static const struct fit *sorted; /* qsort has no argument */

static int
larger_first(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	size_t i;

	for (i = 0; i < sorted->nres; i++) {
		int64_t n = sorted->need[x * sorted->nres + i];
		int64_t m = sorted->need[y * sorted->nres + i];

		if (n != m)
			return n > m ? -1 : 1;
	}
	return x < y ? -1 : x > y;
}

/* Can it be somewhere else than in that domain? */
static bool
can_leave(const struct fit *t, uint32_t vm, uint32_t domain)
{
	size_t i, n;
	const uint32_t *v = fit_sponsors(t, vm, &n);

	for (i = 0; i < n; i++)
		if (t->f->v[v[i]].fault != domain)
			return true;
	return false;
}

static bool
put_elsewhere(struct fit *t, uint32_t vm, uint32_t domain)
{
	size_t i, n, tight;
	const uint32_t *v = fit_sponsors(t, vm, &n);

	for (i = 0; i < n; i++)
		if (t->f->v[v[i]].fault != domain && fit_has_room(t, v[i],
		    &t->need[vm * t->nres], &tight)) {
			charge(t, vm, -1);
			t->on[vm] = v[i];
			charge(t, vm, 1);
			return true;
		}
	return false;
}

static void
without(struct fit *t, uint32_t *vm, size_t n, uint32_t domain, bool *bad)
{
	uint32_t *was = mem_alloc(n, sizeof(*was));
	size_t i;

	sorted = t;
	qsort(vm, n, sizeof(*vm), larger_first);
	for (i = 0; i < n; i++) {
		was[i] = t->on[vm[i]];
		if (!put_elsewhere(t, vm[i], domain))
			bad[find(t, vm[i])] = true;
	}
	for (i = n; i-- > 0;) {
		charge(t, vm[i], -1);
		t->on[vm[i]] = was[i];
		charge(t, vm[i], 1);
	}
	free(was);
}

/* Sorts those that could stand elsewhere by the domain they stand in; how many
 * domains there are. */
static size_t
part_by_domain(struct fit *t)
{
	struct idmap number = { 0 }; /* of a domain, from 1 */
	size_t i, ndomain = 0;
	uint32_t *at, d;

	for (i = 0; i < t->f->n; i++) {
		if (t->on[i] == NONE)
			continue;
		d = t->f->v[t->on[i]].fault;
		if (!can_leave(t, (uint32_t)i, d))
			continue;
		at = idmap_at(&number, d);
		if (*at == 0) {
			t->domain[ndomain] = d;
			t->first[ndomain] = NONE;
			*at = (uint32_t)++ndomain;
		}
		t->next[i] = t->first[*at - 1];
		t->first[*at - 1] = (uint32_t)i;
	}
	idmap_free(&number);
	return ndomain;
}

void
fit_without_each(struct fit *t, bool *bad)
{
	size_t i, n, ndomain = part_by_domain(t);
	uint32_t vm;

	for (i = 0; i < ndomain; i++) {
		for (n = 0, vm = t->first[i]; vm != NONE; vm = t->next[vm])
			t->guest[n++] = vm;
		without(t, t->guest, n, t->domain[i], bad);
	}
}
