/*
 * A VM that stays moves but once if one of its sponsors has gone down before
 * the one it stands on does. Which hosts come first is open as far as limits
 * go, so hosts exchange their waves where that leaves fewer VMs without such a
 * sponsor. Each host tries a few others, in a few rounds; VMs with many
 * sponsors find one anyhow and are not looked at, so that a round is linear.
 */
#include <stdlib.h>

#include "once.h"
#include "room.h"
#include "stand.h"

enum { ROUNDS = 3, TRIES = 6, SPONSORS_MAX = 16 };

struct mover { /* a VM: roots root[first .. first + n), its own first */
	uint32_t first, n;
};

struct order {
	struct colours *c;
	struct mover *vm;
	uint32_t *root;
	size_t nvm, vm_cap, nroot, root_cap;
	uint32_t *at, *touch; /* by root: VMs touch[at[r] .. at[r + 1]) */
	uint32_t *seen; /* by VM: number of the question */
	uint32_t asked;
};

static void
add_root(struct order *o, uint32_t root)
{
	o->root = mem_grow(o->root, o->nroot, &o->root_cap, sizeof(*o->root));
	o->root[o->nroot++] = root;
}

/* Nothing is to be gained with one that has a sponsor that stays up. */
static void
add_mover(struct order *o, const struct dep *d)
{
	const struct colours *c = o->c;
	uint32_t first = (uint32_t)o->nroot, i, g;

	for (i = 0; i < d->ns; i++) {
		g = stand_group(c->f, d->names_s[i]);
		if (g == NONE || c->number[g] == NONE) {
			o->nroot = first;
			return;
		}
		if (i == 0 || dep_lists(d, true, d->names_s[i]))
			add_root(o, c->number[g]);
	}
	o->vm = mem_grow(o->vm, o->nvm, &o->vm_cap, sizeof(*o->vm));
	o->vm[o->nvm++] = (struct mover){ first, (uint32_t)o->nroot - first };
}

static void
each_touch(const struct order *o, uint32_t *fill, uint32_t *touch)
{
	uint32_t i, k, r;

	for (i = 0; i < o->nvm; i++)
		for (k = 0; k < o->vm[i].n; k++) {
			r = o->root[o->vm[i].first + k];
			if (touch != NULL)
				touch[fill[r]] = i;
			fill[r]++;
		}
}

static void
index_movers(struct order *o)
{
	size_t n = o->c->nroot, r;
	uint32_t *fill = mem_alloc(n + 1, sizeof(*fill));

	o->at = mem_alloc(n + 1, sizeof(*o->at));
	each_touch(o, fill, NULL);
	for (r = 0; r < n; r++) {
		o->at[r + 1] = o->at[r] + fill[r];
		fill[r] = o->at[r];
	}
	o->touch = mem_alloc(o->at[n], sizeof(*o->touch));
	each_touch(o, fill, o->touch);
	o->seen = mem_alloc(o->nvm, sizeof(*o->seen));
	free(fill);
}

static void
find_movers(struct order *o)
{
	const struct forest *f = o->c->f;
	uint32_t e, d;

	for (e = 0; e < f->n; e++) {
		d = room_list(f, e);
		if (d != NONE && f->dep[d].ns > 1 &&
		    f->dep[d].ns <= SPONSORS_MAX)
			add_mover(o, &f->dep[d]);
	}
	index_movers(o);
}

/* Is there no sponsor that goes down before the one it stands on? */
static bool
leaves_early(const struct order *o, const struct mover *m)
{
	const uint32_t *root = o->root + m->first;
	uint32_t i;

	for (i = 1; i < m->n; i++)
		if (o->c->now[root[i]] < o->c->now[root[0]])
			return false;
	return true;
}

static size_t
early_at(struct order *o, uint32_t r)
{
	size_t n = 0;
	uint32_t k;

	for (k = o->at[r]; k < o->at[r + 1]; k++) {
		uint32_t v = o->touch[k];

		if (o->seen[v] == o->asked)
			continue;
		o->seen[v] = o->asked;
		n += leaves_early(o, &o->vm[v]);
	}
	return n;
}

/* VMs that leave early, of those that two hosts concern. */
static size_t
early(struct order *o, uint32_t a, uint32_t b)
{
	size_t n;

	o->asked++;
	n = early_at(o, a);
	return n + early_at(o, b);
}

static bool
exchange(struct order *o, uint32_t a, uint32_t b)
{
	uint8_t *now = o->c->now, x = now[a], y = now[b];
	size_t before = early(o, a, b), after;

	now[a] = y; /* limits, which take longer, are looked at where it helps */
	now[b] = x;
	after = early(o, a, b);
	now[a] = x;
	now[b] = y;
	return after < before && colours_swap(o->c, a, b);
}

static size_t
one_round(struct order *o)
{
	size_t n = o->c->nroot, done = 0;
	uint32_t a, b, i;

	for (a = 0; a < n; a++)
		for (i = 0; i < TRIES; i++) {
			b = colours_roll(o->c, (uint32_t)n);
			if (o->c->now[a] != o->c->now[b])
				done += exchange(o, a, b);
		}
	return done;
}

void
once_order(struct colours *c)
{
	struct order o = { .c = c };
	int i;

	find_movers(&o);
	for (i = 0; i < ROUNDS && o.nvm > 0; i++)
		if (one_round(&o) == 0)
			break;
	free(o.vm);
	free(o.root);
	free(o.at);
	free(o.touch);
	free(o.seen);
	colours_settle(c);
}
