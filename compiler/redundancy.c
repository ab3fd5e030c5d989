/*
 * How many units must a service group have in service?
 *
 * wanted  So many that each of its SIs can be assigned. The table says how
 *         many SIs one unit can be active for, by the redundancy model.
 * need    As many of these as are left whichever fault domain fails: what no
 *         campaign can keep up none is asked to. With one unit wanted this is
 *         1 if two units can stand in different fault domains, else 0.
 * prefer  So many that no SI is degraded.
 */
#include <stdlib.h>

#include "ids.h"
#include "redundancy.h"

enum per_unit {
	PER_UNIT_ALL, /* one unit is active for all SIs */
	PER_UNIT_LIMIT, /* for saAmfSGMaxActiveSIsperSU of them; 0: all */
	PER_UNIT_ONE,
};

enum preferred {
	PREFER_WANTED,
	PREFER_PAIR, /* an active and a standby */
	PREFER_GROUP, /* saAmfSGNumPrefActiveSUs and ...StandbySUs */
	PREFER_STANDBYS, /* one and saAmfSIPrefStandbyAssignments */
	PREFER_ACTIVES, /* saAmfSIPrefActiveAssignments; 0: all units */
};

/* By saAmfSgtRedundancyModel; 0 and what is unknown: nothing is said. */
static const struct {
	enum per_unit per_unit;
	enum preferred prefer;
} models[] = {
	[0] = { PER_UNIT_ALL, PREFER_WANTED },
	[1] = { PER_UNIT_ALL, PREFER_PAIR }, /* 2N */
	[2] = { PER_UNIT_LIMIT, PREFER_GROUP }, /* N+M */
	[3] = { PER_UNIT_LIMIT, PREFER_STANDBYS }, /* N-way */
	[4] = { PER_UNIT_LIMIT, PREFER_ACTIVES }, /* N-way active */
	[5] = { PER_UNIT_ONE, PREFER_WANTED }, /* no redundancy */
};
enum { NMODEL = sizeof(models) / sizeof(models[0]) };

/* --- what the models say --- */

static uint32_t
number(const struct model *m, uint32_t o, uint32_t attr, uint32_t otherwise)
{
	uint32_t v = o == NONE ? NAME_NONE : model_value(m, o, attr);
	unsigned long n;

	if (v == NAME_NONE)
		return otherwise;
	n = strtoul(name_str(v), NULL, 0);
	return n > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)n;
}

static size_t
model_of(const struct model *m, uint32_t sg)
{
	uint32_t type, n;

	if (sg == NONE)
		return 0;
	type = model_find(m, model_value(m, sg, N_saAmfSGType));
	n = number(m, type, N_saAmfSgtRedundancyModel, 0);
	return n < NMODEL ? n : 0;
}

/* How many SIs one unit can be active for. */
static uint32_t
per_unit(const struct model *m, const struct sg *g)
{
	uint32_t most;

	switch (models[model_of(m, g->s)].per_unit) {
	case PER_UNIT_ONE:
		return 1;
	case PER_UNIT_LIMIT:
		most = number(m, g->s, N_saAmfSGMaxActiveSIsperSU, 0);
		return most == 0 ? UINT32_MAX : most;
	default:
		return UINT32_MAX;
	}
}

/* The most that one of the group's SIs asks for by an attribute. */
static uint32_t
most_of(const struct services *v, const struct sg *g, uint32_t attr)
{
	uint32_t i, n, most = 0;

	for (i = g->first_si; i != NONE; i = v->si[i].next) {
		n = number(v->f->s, v->si[i].s, attr, 1);
		if (n == 0 && attr == N_saAmfSIPrefActiveAssignments)
			n = g->nunit;
		most = n > most ? n : most;
	}
	return most;
}

static uint32_t
preferred(const struct services *v, const struct sg *g)
{
	const struct model *m = v->f->s;

	switch (models[model_of(m, g->s)].prefer) {
	case PREFER_PAIR:
		return 2;
	case PREFER_GROUP:
		return number(m, g->s, N_saAmfSGNumPrefActiveSUs, 1) +
		    number(m, g->s, N_saAmfSGNumPrefStandbySUs, 1);
	case PREFER_STANDBYS:
		return 1 + most_of(v, g, N_saAmfSIPrefStandbyAssignments);
	case PREFER_ACTIVES:
		return most_of(v, g, N_saAmfSIPrefActiveAssignments);
	default:
		return g->wanted;
	}
}

/* --- what may fail at once --- */

/* The fault domains an EE may stand in: the i-th, or NAME_NONE behind the
 * last; one may come several times. */
static uint32_t
domain_of(const struct forest *f, uint32_t e, uint32_t i)
{
	const struct ee *v = &f->v[e];
	uint32_t d;

	if (!v->vm_s || v->s == NONE)
		return i == 0 ? v->fault : (uint32_t)NAME_NONE;
	for (d = v->dep; d != NONE; d = f->dep[d].next) {
		if (i < f->dep[d].ns)
			return f->v[f->dep[d].names_s[i]].fault;
		i -= f->dep[d].ns;
	}
	return NAME_NONE;
}

static bool
counts(const struct su *u)
{
	return u->s != NONE && u->ee_s != NONE;
}

/* Two units on different EEs that can stand in different fault domains? */
static bool
can_part(const struct services *v, const struct sg *g)
{
	uint32_t u, i, d, one = NAME_NONE, first = NONE;
	bool ees = false, domains = false;

	for (u = g->first; u != NONE && !(ees && domains);
	    u = v->su[u].next) {
		if (!counts(&v->su[u]))
			continue;
		if (first == NONE)
			first = v->su[u].ee_s;
		ees |= v->su[u].ee_s != first;
		for (i = 0; !domains && (d = domain_of(v->f, v->su[u].ee_s,
		    i)) != NAME_NONE; i++) {
			if (one == NAME_NONE)
				one = d;
			domains = d != one;
		}
	}
	return ees && domains;
}

struct list { /* of ids */
	uint32_t *v;
	size_t n, cap;
};

static void
put(struct list *l, uint32_t x)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = x;
}

/* How often the most frequent id is there, and how many different ones; frees
 * the list. */
static uint32_t
most_frequent(struct list *l, uint32_t *different)
{
	size_t i, from = 0;
	uint32_t most = 0;

	*different = 0;
	ids_sort(l->v, l->n);
	for (i = 1; i <= l->n; i++) {
		if (i < l->n && l->v[i] == l->v[from])
			continue;
		most = i - from > most ? (uint32_t)(i - from) : most;
		from = i;
		++*different;
	}
	free(l->v);
	return most;
}

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* How many units one failure may take at least, however they are placed: all
 * that can only be in one domain, all on one EE, and if they are spread
 * evenly, one domain's share. */
static uint32_t
one_failure(const struct services *v, const struct sg *g)
{
	struct list ees = { 0 }, domains = { 0 }, bound = { 0 };
	uint32_t u, i, d, most, n, ndomain;

	for (u = g->first; u != NONE; u = v->su[u].next) {
		uint32_t e = v->su[u].ee_s, one;
		bool only = true;

		if (!counts(&v->su[u]))
			continue;
		put(&ees, e);
		one = domain_of(v->f, e, 0);
		for (i = 0; (d = domain_of(v->f, e, i)) != NAME_NONE; i++) {
			put(&domains, d);
			only &= d == one;
		}
		if (only && one != NAME_NONE)
			put(&bound, one);
	}
	most = most_frequent(&ees, &n);
	most = larger(most, most_frequent(&bound, &n));
	most_frequent(&domains, &ndomain);
	return ndomain == 0 ? g->nunit :
	    larger(most, (g->nunit + ndomain - 1) / ndomain);
}

uint32_t
redundancy_need(const struct services *v, const struct sg *g)
{
	uint32_t left;

	if (g->wanted <= 1)
		return g->wanted == 1 && can_part(v, g);
	left = g->nunit - one_failure(v, g);
	return left < g->wanted ? left : g->wanted;
}

void
redundancy_find(struct services *v)
{
	size_t i;
	uint32_t u, most;

	for (i = 0; i < v->nsg; i++) {
		struct sg *g = &v->sg[i];

		if (g->nsi == 0)
			continue;
		for (u = g->first; u != NONE; u = v->su[u].next)
			g->nunit += counts(&v->su[u]);
		most = per_unit(v->f->s, g);
		g->wanted = (g->nsi - 1) / most + 1;
		g->need = redundancy_need(v, g);
		g->prefer = larger(preferred(v, g), g->wanted);
	}
}
