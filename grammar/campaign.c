/*
 * What is a campaign as data? Records in one arena, read by both programs.
 * Here are its beginning and end, and the two questions everybody asks: in
 * which order do procedures run, and of which type is a step?
 */
#include <stdlib.h>

#include "campaign.h"
#include "src.h"

struct campaign *
campaign_new(void)
{
	struct campaign *c = mem_alloc(1, sizeof(*c));

	c->expected_time = c->config_base = -1;
	return c;
}

void
campaign_free(struct campaign *c)
{
	if (c == NULL)
		return;
	if (c->src != NULL)
		src_close(c->src);
	arena_free(&c->arena);
	free(c);
}

struct slot {
	size_t index;
	uint32_t level;
};

static int
by_level(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

size_t *
campaign_order(const struct campaign *c)
{
	struct slot *slot = mem_alloc(c->nprocedure, sizeof(*slot));
	size_t *order = mem_alloc(c->nprocedure, sizeof(*order)), i;

	for (i = 0; i < c->nprocedure; i++)
		slot[i] = (struct slot){ i, c->procedure[i].level };
	qsort(slot, c->nprocedure, sizeof(*slot), by_level);
	for (i = 0; i < c->nprocedure; i++)
		order[i] = slot[i].index;
	free(slot);
	return order;
}

const char *
step_type_name(const struct step *s)
{
	if (!s->restart && !s->locked_reduced)
		return s->in_phase ? "in-phase" : "out-of-phase";
	if (s->restart && !s->in_phase)
		return s->locked_reduced ? "locked reduced" : "reduced";
	return NULL;
}

struct place
campaign_place(const struct campaign *c, uint32_t pos)
{
	return (struct place){ c->src, c->src == NULL ? SRC_WHOLE : pos,
		SRC_TOKEN };
}
