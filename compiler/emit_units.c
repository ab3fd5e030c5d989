/*
 * Which service units enter or leave with an EE that is modified? Those, and
 * the components that come and go, are nested steps outside the EEs'.
 */
#include <stdlib.h>

#include "dn.h"
#include "group.h"
#include "policy.h"

/* They are a layer of their own, above the EEs: units that leave outermost,
 * then those that gain or lose components, then those that enter. */
enum { UNITS_LEAVE, UNITS_CHANGE, UNITS_ENTER, NUNITS };

struct units {
	struct group g[NUNITS];
	uint32_t *name[NUNITS]; /* DNs of the units */
	size_t n[NUNITS], cap[NUNITS];
	bool used[NUNITS];
};

static int
unit_group(const struct emitter *e, uint32_t su, enum op op)
{
	if (su != NONE && e->p->sv->su[su].s != NONE &&
	    e->p->sv->su[su].t != NONE)
		return UNITS_CHANGE;
	return op == OP_REMOVE ? UNITS_LEAVE : UNITS_ENTER;
}

static void
name_unit(struct units *u, int k, uint32_t dn)
{
	size_t i;

	for (i = 0; i < u->n[k]; i++)
		if (u->name[k][i] == dn)
			return;
	u->name[k] = mem_grow(u->name[k], u->n[k], &u->cap[k],
	    sizeof(**u->name));
	u->name[k][u->n[k]++] = dn;
}

static void
collect(struct emitter *e, uint32_t proc, struct units *u)
{
	uint32_t slot = place_slot(proc, PART_STEP), i, n;

	n = e->w->at[slot + 1] - e->w->at[slot];
	for (i = 0; i < 2 * n; i++) {
		/* Creates parents first, then deletes children first. */
		bool add = i < n;
		uint32_t x = e->w->order[e->w->at[slot] +
		    (add ? i : 2 * n - 1 - i)], su;
		const struct delta *d = &e->p->d->v[x];
		int k;

		if (e->w->ride[x].kind != RIDE_EE_CHANGE ||
		    d->op != (add ? OP_ADD : OP_REMOVE))
			continue;
		su = ride_unit(e->p, d);
		k = unit_group(e, su, d->op);
		u->used[k] = true;
		if (su != NONE)
			name_unit(u, k, e->p->sv->su[su].dn);
		if (add)
			group_create(&u->g[k], emit_create(e, d->t, slot));
		else
			group_remove(&u->g[k], diff_dn(e->p->d, d));
	}
}

static void
fill_units(struct emitter *e, struct step *s, struct units *u, int k)
{
	static const char *const why[] = {
		"leave with the change below them; in-phase: an outer step "
		    "that adds or removes",
		"gain or lose components with the change below them; "
		    "in-phase: an outer step that adds or removes",
		"enter with the change below them; in-phase: an outer step "
		    "that adds or removes" };
	const struct group *g = &u->g[k];

	s->scope = SCOPE_ADD_REMOVE;
	s->in_phase = true;
	s->max_retry = policy_max_retry(e->policy, u->n[k] > 0 ?
	    u->name[k][0] : (uint32_t)NAME_EMPTY);
	s->reason = intern_str(why[k]);
	dn_sort(u->name[k], u->n[k]);
	s->deactivation.acted_on.name = k == UNITS_ENTER ? NULL :
	    emit_copy(e, u->name[k], u->n[k], sizeof(uint32_t));
	s->deactivation.acted_on.nname = k == UNITS_ENTER ? 0 : u->n[k];
	s->activation.acted_on.name = s->deactivation.acted_on.name;
	s->activation.acted_on.nname = k == UNITS_CHANGE ? u->n[k] : 0;
	s->deactivation.removed.name = emit_copy(e, g->removed, g->nremoved,
	    sizeof(uint32_t));
	s->deactivation.removed.nname = g->nremoved;
	s->activation.added = emit_copy(e, g->added.v, g->added.n,
	    sizeof(*g->added.v));
	s->activation.nadded = g->added.n;
	free(g->added.v);
	free(g->removed);
	free(u->name[k]);
}

void
emit_units(struct emitter *e, uint32_t k, struct procedure *out, size_t more)
{
	struct units u = { 0 };
	int i;

	collect(e, k, &u);
	for (i = 0; i < NUNITS; i++)
		more += u.used[i];
	out->step = arena_array(&e->c->arena, more, sizeof(*out->step));
	for (i = 0; i < NUNITS; i++)
		if (u.used[i])
			fill_units(e, &out->step[out->nstep++], &u, i);
}
