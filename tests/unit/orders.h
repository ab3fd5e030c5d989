/* Orders of a campaign, as the runtime gives them, for tests of what carries
 * them out. */
#ifndef CG_TEST_ORDERS_H
#define CG_TEST_ORDERS_H

#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "apply.h"
#include "diag.h"
#include "driver.h"

struct story {
	struct diag diag;
	struct model *m, *target;
	struct campaign *c;
	struct actions *a;
	struct world *w;
	size_t *mark;
	uint32_t *touched;
	size_t ntouched, cap;
};

static inline void
story_load(struct story *s, const char *source, const char *target,
    const char *campaign)
{
	memset(s, 0, sizeof(*s));
	s->m = model_load(source, &s->diag);
	s->target = model_load(target, &s->diag);
	s->c = campaign_load(campaign, &s->diag);
	assert_non_null(s->m);
	assert_non_null(s->target);
	assert_non_null(s->c);
	s->a = actions_expand(s->c, s->m);
	s->w = world_new(s->m);
	s->mark = mem_alloc(s->a->n, sizeof(*s->mark));
}

static inline void
story_free(struct story *s)
{
	world_free(s->w);
	actions_free(s->a);
	campaign_free(s->c);
	model_free(s->m);
	model_free(s->target);
	diag_free(&s->diag);
	free(s->mark);
	free(s->touched);
}

static inline void
story_touch(void *arg, uint32_t dn)
{
	struct story *s = arg;

	s->touched = mem_grow(s->touched, s->ntouched, &s->cap,
	    sizeof(*s->touched));
	s->touched[s->ntouched++] = dn;
}

static inline void
story_change(struct story *s, size_t i)
{
	const struct act *a = &s->a->act[i];

	s->mark[i] = world_mark(s->w);
	if (a->ccb != NULL)
		apply_ccb(s->w, s->c, a->ccb, &s->diag);
	else if (a->part == PART_INIT)
		apply_add_to_imm(s->w, s->c, &s->diag);
	else if (a->part == PART_WRAPUP)
		apply_remove_from_imm(s->w, s->c, &s->diag);
	else
		apply_step(s->w, s->c, s->a->proc[a->proc].p, &s->diag);
}

/* The order for action i; a change of the model is made or taken back in the
 * world before it is ordered. */
static inline struct order
story_order(struct story *s, size_t i, enum direction d, uint32_t attempt)
{
	const struct act *a = &s->a->act[i];
	struct order o = { .seq = (uint32_t)i + 1, .direction = d,
		.attempt = attempt, .verb = (enum verb)a->verb,
		.entity = a->entity, .on = a->on, .bundle = a->bundle,
		.to = a->to, .before = s->w };

	if (d != DO_FORWARD)
		o.verb = verb_reverse(o.verb);
	if (d != DO_FORWARD && a->verb == VERB_MIGRATE) {
		o.to = a->on;
		o.on = a->to;
	}
	if (a->verb != VERB_MODIFY_IM)
		return o;
	s->ntouched = 0;
	if (d == DO_FORWARD)
		story_change(s, i);
	world_each_since(s->w, s->mark[i], story_touch, s);
	if (d != DO_FORWARD)
		world_revert(s->w, s->mark[i]);
	o.after = s->w;
	o.touched = s->touched;
	o.ntouched = s->ntouched;
	o.online = a->part != PART_MODIFY ||
	    s->a->proc[a->proc].p->step[a->nested].restart;
	return o;
}

#endif
