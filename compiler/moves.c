/*
 * What does a campaign come to? The same actions that camprun carries out, by
 * the same function; only what no reader of the campaign can know is kept. Of
 * what rolls, that is what happens on the first node, and the sums.
 */
#include <stdlib.h>

#include "actions.h"
#include "buf.h"
#include "campaign.h"
#include "moves.h"
#include "words.h"

static uint32_t
text_of(struct buf *b)
{
	uint32_t text = b->len == 0 ? (uint32_t)NAME_NONE :
	    intern(b->data, b->len);

	buf_free(b);
	return text;
}

/* The migrations among the actions from first up to end. */
static uint32_t
migrations(const struct actions *a, size_t first, size_t end)
{
	struct buf b = { 0 };
	size_t i;

	for (i = first; i < end; i++) {
		const struct act *m = &a->act[i];

		if (m->verb != VERB_MIGRATE)
			continue;
		buf_printf(&b, "%s%zu", b.len > 0 ? "; " : "", i + 1);
		words_put(&b, m->entity);
		words_put(&b, m->on);
		words_put(&b, m->to);
	}
	return text_of(&b);
}

/* Where each machine stands that morphs. */
static void
write_stands(struct action_list *l, const struct actions *a,
    const struct run_proc *p)
{
	size_t i;

	for (i = p->first; i < p->first + p->n; i++)
		if (a->act[i].verb == VERB_MORPH &&
		    a->act[i].part == PART_PROC_INIT)
			l->v[a->act[i].ccb - l->v].on = a->act[i].on;
}

/* A list that has no action has no migration either. */
static void
write_list(struct action_list *l, const struct actions *a, size_t first,
    size_t end)
{
	if (l->n > 0)
		l->v[0].moves = migrations(a, first, end);
}

/* How many entities the nested step has: all come up or are taken down. */
static size_t
count_entities(const struct actions *a, const struct run_proc *p,
    size_t nested)
{
	size_t i, up = 0, down = 0;

	for (i = p->first; i < p->first + p->n; i++) {
		if (a->act[i].nested != nested)
			continue;
		up += a->act[i].verb == VERB_INSTANTIATE ||
		    a->act[i].verb == VERB_RESTART;
		down += a->act[i].verb == VERB_TERMINATE;
	}
	return up > down ? up : down;
}

/* All of a procedure that rolls: its nodes are proc[k .. end). */
static uint32_t
sums(const struct actions *a, size_t k, size_t end)
{
	const struct run_proc *p = &a->proc[k], *last = &a->proc[end - 1];
	struct buf b = { 0 };
	size_t i;

	buf_printf(&b, "%zu %zu", last->first + last->n - p->first, end - k);
	for (i = 0; i < p->p->nstep; i++)
		buf_printf(&b, " %zu", count_entities(a, p, i));
	return text_of(&b);
}

void
moves_write(struct campaign *c, const struct model *source)
{
	struct actions *a = actions_expand(c, source);
	size_t *order = campaign_order(c), i, k = 0, end;

	for (i = 0; i < c->nprocedure && !a->is_refused; i++, k = end) {
		struct procedure *p = &c->procedure[order[i]];

		p->moves = migrations(a, a->proc[k].first,
		    a->proc[k].first + a->proc[k].n);
		write_stands(&p->init, a, &a->proc[k]);
		for (end = k + 1; end < a->nproc && a->proc[end].step > 1;)
			end++;
		p->actions = a->proc[k].rolling ? sums(a, k, end) :
		    (uint32_t)NAME_NONE;
	}
	if (!a->is_refused) {
		write_list(&c->init, a, 0, a->init_end);
		write_list(&c->complete, a, a->complete, a->wrapup);
		write_list(&c->wrapup, a, a->wrapup, a->rollback);
	}
	free(order);
	actions_free(a);
}
