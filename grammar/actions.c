/*
 * Which actions does a campaign mean, in which order? Each procedure's nested
 * steps give their verbs (actions_step.c), tear-down outermost to innermost,
 * one change of the model, build-up innermost to outermost; what is ordered
 * around them is actions_order.c's. Where VMs stand on the way, and so which of
 * them migrate, is in expander.c.
 */
#include <stdlib.h>

#include "apply.h"
#include "expander_part.h"
#include "roll.h"

/* --- one procedure --- */

/* The step's model changes: new EEs are not in service yet, lists may have
 * changed. */
static void
do_model(struct expander *x, const struct procedure *p)
{
	size_t i, k;
	uint16_t last = (uint16_t)(p->nstep - 1);
	const struct entity_list *l = &p->step[last].activation.acted_on;
	size_t mark;

	expander_emit(x, (struct act){ .verb = VERB_MODIFY_IM,
	    .part = PART_MODIFY, .nested = last, .entity = l->nname > 0 ?
	    l->name[0] : (uint32_t)NAME_NONE });
	mark = world_mark(x->w);
	apply_step(x->w, x->c, p, &x->diag);
	for (i = 0; i < p->nstep; i++) {
		const struct unit *u = &p->step[i].activation;

		for (k = 0; k < u->nadded; k++)
			if (u->added[k].class == N_SaPlmEE)
				*idmap_at(&x->down, u->added[k].dn) = 1;
	}
	expander_follow(x, mark, PART_MODIFY, last);
	for (i = 0; i < p->nstep; i++)
		expander_call_at(x, &p->step[i], "afterImmModification", PART_MODIFY,
		    last);
}

static void
take_list(struct expander *x, const struct entity_list *l)
{
	struct dn_list all = { 0 };
	size_t i;

	reach_entities(x->w, l, &all);
	for (i = 0; i < all.n; i++)
		*idmap_at(&x->taken, all.v[i]) = x->level + 1;
	dn_list_free(&all);
}

static void
take(struct expander *x, const struct procedure *p)
{
	size_t i, n;

	for (i = 0; i < p->nstep; i++) {
		const struct unit *up = &p->step[i].activation;

		take_list(x, &p->step[i].deactivation.acted_on);
		take_list(x, &up->acted_on);
		for (n = 0; n < up->nadded; n++)
			if (up->added[n].class == N_SaPlmEE)
				*idmap_at(&x->taken, up->added[n].dn) =
				    x->level + 1;
	}
}

static const struct procedure *
in_order(const struct expander *x, size_t i)
{
	return i < x->c->nprocedure ? &x->c->procedure[x->order[i]] : NULL;
}

/* The level that begins with the procedure that is i in order. */
static void
begin_level(struct expander *x, size_t i)
{
	const struct procedure *p = in_order(x, i), *next = in_order(x, i + 1);

	x->level = p->level;
	x->shared = next != NULL && next->level == x->level;
	for (; x->shared && p != NULL && p->level == x->level;
	    p = in_order(x, ++i))
		take(x, p);
}

static void
do_procedure(struct expander *x, const struct procedure *p, bool rolling,
    uint32_t step)
{
	struct units *u = mem_alloc(p->nstep, sizeof(*u));
	size_t k = x->a->nproc++, i;

	x->a->proc = mem_grow(x->a->proc, k, &x->proc_cap,
	    sizeof(*x->a->proc));
	x->a->proc[k] = (struct run_proc){ .p = p, .rolling = rolling,
		.step = step, .first = x->a->n };
	x->proc = (uint32_t)k;
	expander_do_list(x, &p->init, PART_PROC_INIT);
	for (i = 0; i < p->nstep; i++)
		expander_units(x, &p->step[i], &u[i]);
	for (i = 0; i < p->nstep; i++)
		expander_beats(x, &p->step[i], expander_rhythm(&p->step[i])->down,
		    expander_rhythm(&p->step[i])->ndown, &u[i], PART_TEAR_DOWN,
		    (uint16_t)i);
	if (p->nstep > 0)
		do_model(x, p);
	for (i = p->nstep; i-- > 0;)
		expander_beats(x, &p->step[i], expander_rhythm(&p->step[i])->up,
		    expander_rhythm(&p->step[i])->nup, &u[i], PART_BUILD_UP,
		    (uint16_t)i);
	expander_do_list(x, &p->wrapup, PART_PROC_WRAPUP);
	x->a->proc[k].n = x->a->n - x->a->proc[k].first;
	free(u);
}

/* Each node in turn, as it is when its turn comes. */
static void
do_rolling(struct expander *x, const struct procedure *p)
{
	struct roll r;
	size_t i;

	roll_begin(&r, x->w, p);
	if (r.nodes.n == 0)
		expander_refuse(x, NULL, p->pos);
	for (i = 0; i == 0 || i < r.nodes.n; i++)
		do_procedure(x, roll_step(&r, i, &x->a->arena), true,
		    (uint32_t)i + 1);
	roll_end(&r);
}

static void
do_procedures(struct expander *x)
{
	size_t i;

	for (i = 0; i < x->c->nprocedure; i++) {
		const struct procedure *p = in_order(x, i);

		if (i == 0 || in_order(x, i - 1)->level != p->level)
			begin_level(x, i);
		if (p->method == METHOD_ROLLING)
			do_rolling(x, p);
		else
			do_procedure(x, p, false, 1);
	}
}

/* --- the whole --- */

struct actions *
actions_expand(const struct campaign *c, const struct model *source)
{
	struct expander x = { .c = c, .source = source, .proc = NONE };
	size_t *order = campaign_order(c);

	x.a = mem_alloc(1, sizeof(*x.a));
	x.w = world_new(source);
	x.order = order;
	expander_begin(&x);
	expander_call(&x, c->at_init, c->nat_init, PART_INIT, 0);
	expander_call(&x, c->at_backup, c->nat_backup, PART_INIT, 0);
	if (c->nbundle > 0 || c->ntype > 0) {
		expander_emit(&x, (struct act){ .verb = VERB_MODIFY_IM,
		    .part = PART_INIT });
		apply_add_to_imm(x.w, c, &x.diag);
	}
	expander_do_list(&x, &c->init, PART_INIT);
	x.a->init_end = x.a->n;
	do_procedures(&x);
	x.proc = NONE;
	x.shared = false;
	x.a->complete = x.a->n;
	expander_do_list(&x, &c->complete, PART_COMPLETE);
	x.a->wrapup = x.a->n;
	expander_call(&x, c->at_commit, c->nat_commit, PART_WRAPUP, 0);
	expander_do_list(&x, &c->wrapup, PART_WRAPUP);
	if (c->nremove_type > 0 || c->nremove_bundle > 0)
		expander_emit(&x, (struct act){ .verb = VERB_MODIFY_IM,
		    .part = PART_WRAPUP });
	x.a->rollback = x.a->n;
	expander_call(&x, c->at_rollback, c->nat_rollback, PART_INIT, 0);
	free(order);
	expander_free(&x);
	diag_free(&x.diag);
	world_free(x.w);
	return x.a;
}

bool
actions_shares_level(const struct actions *a, size_t k)
{
	return k > 0 && a->proc[k].step == 1 &&
	    a->proc[k].p->level == a->proc[k - 1].p->level;
}

size_t
actions_cause(const struct actions *a, size_t i)
{
	while (i > 0 && a->act[i].verb == VERB_MIGRATE)
		i--;
	return i;
}

static bool
is_restart(const struct act *a)
{
	return a->verb == VERB_RESTART && a->part == PART_BUILD_UP;
}

bool
actions_restarts(const struct actions *a, size_t i, size_t *restart,
    size_t *change)
{
	if (!is_restart(&a->act[i]))
		return false;
	while (i > 0 && is_restart(&a->act[i - 1]))
		i--;
	*restart = i;
	while (i > 0 && a->act[i - 1].part == PART_MODIFY &&
	    a->act[i - 1].proc == a->act[*restart].proc)
		i--;
	*change = i;
	return i < *restart;
}

void
actions_free(struct actions *a)
{
	if (a == NULL)
		return;
	free(a->act);
	free(a->proc);
	arena_free(&a->arena);
	free(a);
}

struct actions *
actions_make(const struct campaign *c, const struct model *source,
    const char *doing, struct diag *d)
{
	struct actions *a = actions_expand(c, source);
	struct place at;

	if (!a->is_refused)
		return a;
	at = campaign_place(c, a->refused_pos);
	if (a->refused == NULL)
		diag_report(d, DIAG_ACTS_ON_NONE, at, NAME_NONE, "a template "
		    "of this step finds nothing to act on or remove");
	else
		diag_report(d, DIAG_NOT_CARRIED_OUT, at, NAME_NONE, "the "
		    "campaign %s, which this version does not %s", a->refused,
		    doing);
	if (a->refused_op != NULL)
		diag_note(d, (struct place){ 0 }, "it is \"%.100s\" of "
		    "\"%.200s\"", name_str(a->refused_op->operation),
		    name_str(a->refused_op->dn));
	actions_free(a);
	return NULL;
}
