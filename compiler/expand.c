/*
 * What does a campaign do to each node, and what does it make of its source?
 * It is played on the model once; a rolling procedure is written out as what
 * it does on each of its nodes when its turn comes.
 */
#include <stdlib.h>

#include "apply.h"
#include "expand.h"
#include "moves.h"
#include "roll.h"

struct player {
	struct expanded *x;
	const struct campaign *c;
	struct diag *diag;
	size_t cap;
};

static bool
play_list(struct player *p, const struct action_list *l)
{
	size_t i;
	bool ok = true;

	for (i = 0; i < l->n; i++)
		ok &= apply_ccb(p->x->world, p->c, &l->v[i], p->diag);
	return ok;
}

static bool
play_procedure(struct player *p, const struct procedure *q)
{
	struct campaign *c = p->x->campaign;
	bool ok = play_list(p, &q->init);

	c->procedure = mem_grow(c->procedure, c->nprocedure, &p->cap,
	    sizeof(*c->procedure));
	c->procedure[c->nprocedure++] = *q;
	ok &= apply_step(p->x->world, p->c, q, p->diag);
	return play_list(p, &q->wrapup) && ok;
}

static bool
play_rolling(struct player *p, const struct procedure *q)
{
	struct roll r;
	bool ok = true;
	size_t i;

	roll_begin(&r, p->x->world, q);
	for (i = 0; i < r.nodes.n; i++)
		ok &= play_procedure(p, roll_step(&r, i,
		    &p->x->world->arena));
	roll_end(&r);
	return ok;
}

bool
expand_run(struct expanded *x, const struct campaign *c,
    const struct model *source, struct diag *diag)
{
	struct player p = { .x = x, .c = c, .diag = diag };
	size_t *order = campaign_order(c), i;
	bool ok;

	x->world = world_new(source);
	x->campaign = mem_alloc(1, sizeof(*x->campaign));
	*x->campaign = *c;
	x->campaign->procedure = NULL;
	x->campaign->nprocedure = 0;
	x->target = NULL;
	ok = apply_add_to_imm(x->world, c, diag) && play_list(&p, &c->init);
	for (i = 0; ok && i < c->nprocedure; i++) {
		const struct procedure *q = &c->procedure[order[i]];

		ok = q->method == METHOD_ROLLING ? play_rolling(&p, q) :
		    play_procedure(&p, q);
	}
	free(order);
	ok = ok && play_list(&p, &c->complete) && play_list(&p, &c->wrapup) &&
	    apply_remove_from_imm(x->world, c, diag);
	if (ok) {
		x->target = world_export(x->world);
		moves_write(x->campaign, source);
	}
	return ok;
}

void
expand_free(struct expanded *x)
{
	if (x->campaign != NULL)
		free(x->campaign->procedure);
	free(x->campaign);
	if (x->target != NULL)
		model_free(x->target);
	if (x->world != NULL)
		world_free(x->world);
	*x = (struct expanded){ 0 };
}
