/*
 * Which hosts may go down together, when it is still open where each VM is
 * caught? Such that the limits hold (colour_limit.c, colour_match.c).
 *
 * Hosts are coloured evenly at first, then the search recolours one host after
 * the other of limits that do not hold, the one with the least damage first,
 * and leaves a host alone for a while once it was changed. The dice are the
 * same in every run.
 */
#include <string.h>

#include "colour_match.h"

enum { EFFORT = 48, REST = 7 };

/* --- the search --- */

uint32_t
colours_roll(struct colours *c, uint32_t n)
{
	c->dice = c->dice * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)((c->dice >> 33) % n);
}

static void
set_bad(struct colours *c, uint32_t i, bool bad)
{
	struct colour_limit *l = &c->limit[i];

	if (l->bad == bad)
		return;
	l->bad = bad;
	if (bad) {
		l->at = (uint32_t)c->nbad;
		c->bad[c->nbad++] = i;
		return;
	}
	c->bad[l->at] = c->bad[--c->nbad];
	c->limit[c->bad[l->at]].at = l->at;
}

/* --- phases --- */

/* Who should get another colour: the phase of the roots that were most in each
 * other's way, or where none was, the one that has most for each colour. */
static uint32_t
neediest(const struct colours *c)
{
	size_t in_way[COLOURS_MAX] = { 0 }, roots[COLOURS_MAX] = { 0 };
	uint32_t best = 0, p, i, k, j;

	for (i = 0; i < c->nroot; i++)
		roots[c->phase[i]]++;
	for (i = 0; i < c->nbad; i++)
		for (k = 0; k < c->limit[c->bad[i]].n; k++) {
			const struct colour_item *it =
			    &c->item[c->limit[c->bad[i]].first + k];

			for (j = 0; j < it->n; j++)
				in_way[c->phase[c->choice[it->first + j]]]++;
		}
	for (p = 1; p < c->nphase; p++)
		if (in_way[p] > in_way[best] || (in_way[p] == in_way[best] &&
		    roots[p] * c->share[best] > roots[best] * c->share[p]))
			best = p;
	return best;
}

/* Which colours has each phase, of n? The same for the same n. */
static void
share_colours(struct colours *c, uint32_t n)
{
	uint32_t p, i;

	while (c->ngrew < n) {
		p = c->ngrew < c->nphase ? c->ngrew : neediest(c);
		c->grew[c->ngrew++] = (uint8_t)p;
		c->share[p]++;
	}
	memset(c->share, 0, sizeof(c->share));
	for (i = 0; i < n; i++)
		c->share[c->grew[i]]++;
	for (p = i = 0; p < c->nphase; i += c->share[p++])
		c->before[p] = i;
}

/* In an order that has nothing to do with names; evenly, or where room is short
 * as many as are to go in each wave. */
static void
deal_colours(struct colours *c)
{
	int64_t part[COLOURS_MAX], upto = 0;
	size_t i = 0, k;

	if (c->nphase > 1) {
		for (; i < c->nroot; i++)
			c->now[i] = (uint8_t)(c->before[c->phase[i]] +
			    i % c->share[c->phase[i]]);
		return;
	}
	if (c->shortage.waves <= 1) {
		for (; i < c->nroot; i++)
			c->now[i] = (uint8_t)(i % c->n);
		return;
	}
	stagger(&c->shortage, c->n, part);
	for (k = 0; k < c->n; k++) {
		upto += part[k];
		while (i < c->nroot && (k + 1 == c->n || (int64_t)(2 * i + 1) *
		    STAGGER_ONE < 2 * upto * (int64_t)c->nroot))
			c->now[i++] = (uint8_t)k;
	}
}

static void
first_colours(struct colours *c)
{
	size_t i;

	c->dice = c->first_dice;
	deal_colours(c);
	for (i = 0; i < c->nroot; i++)
		c->until[i] = 0;
	for (i = c->nroot; i > 1; i--) {
		size_t k = colours_roll(c, (uint32_t)i);
		uint8_t x = c->now[i - 1];

		if (c->phase[i - 1] != c->phase[k])
			continue;
		c->now[i - 1] = c->now[k];
		c->now[k] = x;
	}
	c->nbad = 0;
	for (i = 0; i < c->nlimit; i++) {
		c->limit[i].bad = false;
		set_bad(c, (uint32_t)i, !colours_hold(c, &c->limit[i]));
	}
}

/* How many more limits would not hold if the root had another colour? */
static int
damage(struct colours *c, uint32_t r, uint8_t colour, size_t *work)
{
	uint8_t was = c->now[r];
	uint32_t k;
	int d = 0;

	c->now[r] = colour;
	for (k = c->at[r]; k < c->at[r + 1]; k++) {
		const struct colour_limit *l = &c->limit[c->touch[k]];

		d += (int)!colours_hold(c, l) - (int)l->bad;
	}
	*work += c->at[r + 1] - c->at[r];
	c->now[r] = was;
	return d;
}

static void
recolour(struct colours *c, uint32_t r, uint8_t colour)
{
	uint32_t k;

	c->now[r] = colour;
	for (k = c->at[r]; k < c->at[r + 1]; k++)
		set_bad(c, c->touch[k], !colours_hold(c, &c->limit[c->touch[k]]));
}

struct move {
	uint32_t root;
	uint8_t colour;
	int damage;
};

static void
better(struct colours *c, struct move *best, uint32_t r, uint8_t colour,
    size_t *work, uint32_t *ties)
{
	int d = damage(c, r, colour, work);

	if (best->root != NONE && d > best->damage)
		return;
	if (best->root == NONE || d < best->damage)
		*ties = 0;
	else if (colours_roll(c, ++*ties + 1) != 0)
		return;
	*best = (struct move){ r, colour, d };
}

/* Recolours one host of a limit that does not hold; the work it took. */
static size_t
step(struct colours *c, uint32_t number)
{
	const struct colour_limit *l =
	    &c->limit[c->bad[colours_roll(c, (uint32_t)c->nbad)]];
	struct move best = { NONE, 0, 0 };
	size_t work = 1;
	uint32_t k, j, ties = 0, first, end, x;

	for (k = 0; k < l->n && k < COLOURS_MATCH_MAX; k++) {
		const struct colour_item *it = &c->item[l->first + k];

		for (j = 0; j < it->n; j++) {
			uint32_t r = c->choice[it->first + j];

			if (c->until[r] > number)
				continue;
			first = c->before[c->phase[r]];
			end = first + c->share[c->phase[r]];
			for (x = first; x < end; x++)
				if (x != c->now[r])
					better(c, &best, r, (uint8_t)x, &work,
					    &ties);
		}
	}
	if (best.root == NONE)
		return work;
	recolour(c, best.root, best.colour);
	c->until[best.root] = number + REST + colours_roll(c, REST);
	return work;
}

/* VMs that go down on their own get the colour that is left for them. */
static void
colour_own(struct colours *c)
{
	uint8_t got[COLOURS_MATCH_MAX];
	uint32_t i, k;

	for (i = 0; i < c->nlimit; i++) {
		const struct colour_limit *l = &c->limit[i];

		if (l->n > COLOURS_MATCH_MAX || !colours_match(c, l, got))
			continue;
		for (k = 0; k < l->n; k++)
			if (c->item[l->first + k].own != NONE)
				c->of[c->item[l->first + k].own] = got[k];
	}
}

void
colours_settle(struct colours *c)
{
	uint32_t i;

	memset(c->of, 0, c->f->n * sizeof(*c->of));
	for (i = 0; i < c->nroot; i++)
		c->of[c->root[i]] = c->now[i];
	colour_own(c);
}

bool
colours_swap(struct colours *c, uint32_t a, uint32_t b)
{
	uint8_t x = c->now[a], y = c->now[b];
	size_t before = c->nbad;

	if (c->phase[a] != c->phase[b])
		return false;
	recolour(c, a, y);
	recolour(c, b, x);
	if (c->nbad <= before)
		return true;
	recolour(c, a, x);
	recolour(c, b, y);
	return false;
}

size_t
colours_run(struct colours *c, uint32_t n, uint64_t dice)
{
	size_t work = 0, most = EFFORT * ((size_t)c->at[c->nroot] + 16);
	uint32_t number;

	c->n = n;
	share_colours(c, n);
	c->first_dice = dice;
	first_colours(c);
	for (number = 1; c->nbad > 0 && work < most; number++)
		work += step(c, number);
	colours_settle(c);
	return c->nbad;
}
