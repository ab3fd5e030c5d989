/*
 * In which order are VMs pushed for one root? One takes room where it comes
 * before it leaves room where it was, so of two that go the same way the one
 * ahead goes first. What comes for other roots may be there already, what is
 * pushed for them may be there still: they have no part in it.
 */
#include "room_find.h"

struct pushes {
	const struct room *r;
	uint32_t root;
	uint32_t v[ROOM_PUSHES]; /* indexes of guests */
	size_t n, done; /* v[0 .. done) have gone */
};

static const struct guest *
guest(const struct pushes *p, size_t i)
{
	return &p->r->guest[p->v[i]];
}

static bool
collect(struct pushes *p)
{
	size_t i;

	for (i = 0; i < p->r->nguest; i++) {
		const struct guest *g = &p->r->guest[i];

		if (!g->pushed || p->r->leaves_for[g->vm] != p->root)
			continue;
		if (p->n == ROOM_PUSHES)
			return false;
		p->v[p->n++] = (uint32_t)i;
	}
	return true;
}

/* What is used on an EE by now, if all others have come and none has left. */
static int64_t
used(const struct pushes *p, uint32_t on, size_t k)
{
	const struct room *r = p->r;
	int64_t sum = r->use[on * r->nres + k];
	uint32_t w;
	size_t i;

	for (w = r->come[on]; w != NONE; w = r->next_come[w])
		if (r->leaves_for[w] == p->root)
			sum -= r->need[w * r->nres + k];
	for (i = 0; i < p->n; i++) {
		w = guest(p, i)->vm;
		if (r->at[w] == on && i >= p->done)
			sum += r->need[w * r->nres + k];
		if (r->to[w] == on && i < p->done)
			sum += r->need[w * r->nres + k];
	}
	return sum;
}

static bool
may_go(const struct pushes *p, size_t i)
{
	const struct room *r = p->r;
	uint32_t vm = guest(p, i)->vm, on = r->to[vm];
	size_t k;

	if (r->shed[on] == 0 || r->pusher[on] != p->root)
		return true; /* nobody makes room there first */
	for (k = 0; k < r->nres; k++) {
		int64_t cap = r->cap[on * r->nres + k];
		int64_t need = r->need[vm * r->nres + k];

		if (cap >= 0 && need > 0 && used(p, on, k) + need > cap)
			return false;
	}
	return true;
}

size_t
room_push_order(const struct room *r, uint32_t root, uint32_t *order)
{
	struct pushes p = { .r = r, .root = root };
	size_t i;
	uint32_t x;

	if (!collect(&p))
		return SIZE_MAX;
	for (; p.done < p.n; p.done++) {
		for (i = p.done; i < p.n && !may_go(&p, i);)
			i++;
		if (i == p.n)
			return SIZE_MAX;
		x = p.v[i];
		p.v[i] = p.v[p.done];
		p.v[p.done] = x;
	}
	for (i = 0; i < p.n; i++)
		order[i] = p.v[i];
	return p.n;
}
