/*
 * What is on each level, and how long does that take? What a campaign says of
 * its procedures, put together; one of which it says nothing leaves its level
 * unknown.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "level.h"

static int64_t
plus(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* The label of the callback that waits for leave, or NAME_NONE. */
static uint32_t
gate_of(const struct procedure *p)
{
	size_t i;

	for (i = 0; i < p->init.n; i++)
		if (p->init.v[i].kind == ACTION_CALLBACK &&
		    p->init.v[i].callback.label != NAME_NONE &&
		    strncmp(name_str(p->init.v[i].callback.label), "gate:",
		    5) == 0)
			return p->init.v[i].callback.label;
	return NAME_NONE;
}

static void
add_procedure(struct level *l, const struct procedure *p)
{
	bool known = p->period > 0 && (l->n == 0 || l->longest > 0);

	if (l->n++ == 0) {
		l->phase = p->phase;
		l->gate = gate_of(p);
	}
	l->longest = !known ? 0 : p->period > l->longest ? p->period :
	    l->longest;
	l->sum = !known ? 0 : plus(l->sum, p->period);
}

void
levels_find(struct levels *l, const struct campaign *c, const size_t *order)
{
	bool known = c->nprocedure > 0;
	size_t i;

	*l = (struct levels){ .v = mem_alloc(c->nprocedure, sizeof(*l->v)) };
	for (i = 0; i < c->nprocedure; i++) {
		const struct procedure *p = &c->procedure[order[i]];

		if (l->n == 0 || l->v[l->n - 1].level != p->level)
			l->v[l->n++].level = p->level;
		add_procedure(&l->v[l->n - 1], p);
	}
	for (i = 0; i < l->n; i++) {
		known &= l->v[i].longest > 0;
		l->together = plus(l->together, l->v[i].longest);
		l->in_turn = plus(l->in_turn, l->v[i].sum);
	}
	if (!known)
		l->together = l->in_turn = 0;
}

void
levels_free(struct levels *l)
{
	free(l->v);
}
