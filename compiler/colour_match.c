/*
 * Does a limit hold? If its items can be given colours of their roots with no
 * colour given too often: a small matching. Where there are too many items for
 * that, those that have no choice are counted.
 */
#include "colour_match.h"

static uint64_t
colours_of(const struct colours *c, const struct colour_item *it)
{
	uint64_t all = c->n == 64 ? UINT64_MAX : ((uint64_t)1 << c->n) - 1;
	uint64_t mask = 0;
	uint32_t j;

	if (it->own != NONE)
		return all;
	for (j = 0; j < it->n; j++)
		mask |= (uint64_t)1 << c->now[c->choice[it->first + j]];
	return mask;
}

static bool
is_single(uint64_t mask)
{
	return (mask & (mask - 1)) == 0;
}

struct match { /* items into colours */
	uint64_t mask[COLOURS_MATCH_MAX];
	uint8_t *got; /* colour, by item */
	uint8_t used[COLOURS_MAX];
	uint32_t cap, ncolour;
	uint64_t seen; /* colours on the way */
};

static bool
match_one(struct match *m, uint32_t i)
{
	uint32_t k, j;

	for (k = 0; k < m->ncolour; k++)
		if ((m->mask[i] & ~m->seen) >> k & 1 && m->used[k] < m->cap) {
			m->got[i] = (uint8_t)k;
			m->used[k]++;
			return true;
		}
	for (k = 0; k < m->ncolour; k++) {
		if (!((m->mask[i] & ~m->seen) >> k & 1))
			continue;
		m->seen |= (uint64_t)1 << k;
		for (j = 0; j < i; j++) {
			if (m->got[j] != k)
				continue;
			m->used[k]--;
			if (match_one(m, j)) {
				m->got[i] = (uint8_t)k;
				m->used[k]++;
				return true;
			}
			m->used[k]++;
		}
	}
	return false;
}

/* Where there are too many items to match, the colours that some cannot avoid
 * are counted. */
static bool
holds_by_count(const struct colours *c, const struct colour_limit *l)
{
	uint32_t used[COLOURS_MAX] = { 0 }, k;
	uint64_t mask;

	for (k = 0; k < l->n; k++) {
		mask = colours_of(c, &c->item[l->first + k]);
		if (is_single(mask) &&
		    ++used[(unsigned)__builtin_ctzll(mask)] > l->cap)
			return false;
	}
	return l->n <= (uint64_t)l->cap * c->n;
}

bool
colours_match(const struct colours *c, const struct colour_limit *l,
    uint8_t *got)
{
	struct match m = { .got = got, .cap = l->cap, .ncolour = c->n };
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		m.mask[i] = colours_of(c, &c->item[l->first + i]);
		m.seen = 0;
		if (!match_one(&m, i))
			return false;
	}
	return true;
}

bool
colours_hold(const struct colours *c, const struct colour_limit *l)
{
	uint8_t got[COLOURS_MATCH_MAX];

	if (l->n == 2 && l->cap == 1)
		return !is_single(colours_of(c, &c->item[l->first]) |
		    colours_of(c, &c->item[l->first + 1]));
	if (l->n > COLOURS_MATCH_MAX)
		return holds_by_count(c, l);
	return colours_match(c, l, got);
}
