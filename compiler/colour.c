/*
 * Which hosts may go down together, when it is still open where each VM is
 * caught?
 *
 * A service group that can spare k units asks that at most k of them go down
 * in one wave; a VM that stays asks that enough of its sponsors stay up. Each
 * is a limit over items: an EE that goes down with its root whatever comes, or
 * a VM that goes down with whichever root it is caught under. A limit holds if
 * the items can be given colours of their roots with no colour given too
 * often: a small matching. Hosts are coloured evenly at first, then the search
 * recolours one host after the other of limits that do not hold, the one with
 * the least damage first, and leaves a host alone for a while once it was
 * changed. The dice are the same in every run.
 */
#include <stdlib.h>
#include <string.h>

#include "catcher.h"
#include "colour.h"
#include "ids.h"
#include "stand.h"
#include "wave.h"

enum { MATCH_MAX = 32, EFFORT = 48, REST = 7 };

/* --- the problem --- */

static uint32_t
root_number(struct colours *c, uint32_t e)
{
	uint32_t g = stand_group(c->f, e);

	return g == NONE ? (uint32_t)NONE : c->number[g];
}

static void
find_roots(struct colours *c)
{
	uint32_t e;

	c->number = mem_alloc(c->f->n, sizeof(*c->number));
	for (e = 0; e < c->f->n; e++) {
		c->number[e] = NONE;
		if (c->f->v[e].op != OP_MODIFY || stand_group(c->f, e) != e ||
		    catch_dep(c->f, e) != NONE)
			continue;
		c->number[e] = (uint32_t)c->nroot;
		c->root = mem_grow(c->root, c->nroot, &c->root_cap,
		    sizeof(*c->root));
		c->root[c->nroot++] = e;
	}
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Numbers the phases that have roots; each takes a wave at least. */
static void
find_phases(struct colours *c, const uint32_t *of)
{
	uint32_t *v = mem_alloc(c->nroot, sizeof(*v));
	size_t i, n = 0;

	c->phase = mem_alloc(c->nroot, sizeof(*c->phase));
	for (i = 0; i < c->nroot && of != NULL; i++)
		v[i] = of[c->root[i]];
	qsort(v, c->nroot, sizeof(*v), by_number);
	for (i = 0; i < c->nroot; i++)
		if (i == 0 || v[i] != v[n - 1])
			v[n++] = v[i];
	for (i = 0; i < c->nroot && of != NULL; i++)
		c->phase[i] = (uint32_t)ids_below(v, n, sizeof(*v),
		    of[c->root[i]]);
	c->nphase = n > 0 ? (uint32_t)n : 1;
	c->bound = c->nphase;
	free(v);
}

static struct colour_item *
add_item(struct colours *c)
{
	c->item = mem_grow(c->item, c->nitem, &c->item_cap, sizeof(*c->item));
	c->item[c->nitem] = (struct colour_item){ .own = NONE,
		.first = (uint32_t)c->nchoice };
	return &c->item[c->nitem++];
}

static void
add_choice(struct colours *c, struct colour_item *i, uint32_t root)
{
	if (ids_have(c->choice + i->first, i->n, root))
		return;
	c->choice = mem_grow(c->choice, c->nchoice, &c->choice_cap,
	    sizeof(*c->choice));
	c->choice[c->nchoice++] = root;
	i->n++;
}

static void
drop_item(struct colours *c)
{
	c->nchoice = c->item[--c->nitem].first;
}

/* A VM that is caught goes down with one of its legal sponsors, or alone where
 * that stays up; what does neither is no item. */
static void
add_caught(struct colours *c, const struct catcher *k, uint32_t v)
{
	const struct dep *d = &c->f->dep[catch_dep(c->f, v)];
	struct colour_item *it = add_item(c);
	uint32_t n, i;
	const uint32_t *list = catcher_candidates(c->f, v, d, &n);
	const char *out;
	bool spared = false;

	for (i = 0; i < n; i++) {
		uint32_t g;

		if (catcher_rank(k, v, d, list[i], &out) < 0)
			continue;
		g = root_number(c, list[i]);
		if (g != NONE)
			add_choice(c, it, g);
		else if (c->f->v[v].op == OP_MODIFY)
			it->own = v;
		else
			spared = true;
	}
	if (spared || (it->n == 0 && it->own == NONE))
		drop_item(c);
}

/* What a unit's EE goes down with. */
static void
add_located(struct colours *c, const struct catcher *k, uint32_t e)
{
	uint32_t g;

	if (catch_dep(c->f, e) != NONE) {
		add_caught(c, k, e);
		return;
	}
	g = stand_down_group(c->f, e);
	if (g != NONE && c->number[g] != NONE)
		add_choice(c, add_item(c), c->number[g]);
}

/* How often does the root come that comes most often among the items that have
 * no choice? So many go down at once, whatever the limit. */
static uint32_t
heaviest(const struct colours *c, uint32_t first)
{
	uint32_t i, k, n, most = 0;

	for (i = first; i < c->nitem; i++) {
		const struct colour_item *it = &c->item[i];

		for (n = 0, k = first; k <= i; k++)
			n += c->item[k].n == 1 && it->n == 1 &&
			    it->own == NONE && c->item[k].own == NONE &&
			    c->choice[c->item[k].first] ==
			    c->choice[it->first];
		most = n > most ? n : most;
	}
	return most;
}

static void
add_limit(struct colours *c, uint32_t first, uint32_t cap, bool firm)
{
	c->limit = mem_grow(c->limit, c->nlimit, &c->limit_cap,
	    sizeof(*c->limit));
	c->limit[c->nlimit++] = (struct colour_limit){ .first = first,
		.n = (uint32_t)c->nitem - first, .cap = cap, .firm = firm };
}

/* So many waves it takes if n must go down, no more than cap at once. */
static void
raise_bound(struct colours *c, uint32_t n, uint32_t cap)
{
	uint32_t waves = cap == 0 ? 1 : (n + cap - 1) / cap;

	if (waves > c->bound)
		c->bound = waves;
}

/* Drops the items of a limit that always holds. */
static void
forget_items(struct colours *c, uint32_t first)
{
	if (c->nitem > first) {
		c->nchoice = c->item[first].first;
		c->nitem = first;
	}
}

static void
limit_group(struct colours *c, const struct catcher *k, uint32_t sg,
    bool eased)
{
	const struct services *sv = c->sv;
	uint32_t first = (uint32_t)c->nitem, total = 0, keep, n, u, e, cap;
	bool firm;

	keep = wave_keep(sv, sg);
	if (keep > sv->sg[sg].need && c->soft == NONE &&
	    sv->sg[sg].nsi > 0)
		c->soft = sg;
	if (eased && keep > sv->sg[sg].need)
		keep = sv->sg[sg].need;
	if (keep == 0)
		return;
	for (u = sv->sg[sg].first; u != NONE; u = sv->su[u].next) {
		e = stand_location(c->f, &sv->su[u]);
		if (e == NONE)
			continue;
		total++;
		add_located(c, k, e);
	}
	n = (uint32_t)c->nitem - first;
	if (sv->sg[sg].need > 0 && total > sv->sg[sg].need)
		raise_bound(c, n, total - sv->sg[sg].need);
	if (keep >= total)
		keep = total - 1;
	cap = total - keep;
	firm = keep == sv->sg[sg].need;
	if (n > cap && n <= MATCH_MAX && heaviest(c, first) > cap) {
		cap = heaviest(c, first);
		firm = false;
	}
	if (n > cap)
		add_limit(c, first, cap, firm);
	else
		forget_items(c, first);
}

/* Does the list change, so that procedures write it on the way? */
static bool
moves(const struct dep *d)
{
	uint32_t i;

	if (d->s == NONE || d->t == NONE || d->ns != d->nt)
		return true;
	for (i = 0; i < d->ns; i++)
		if (!dep_lists(d, true, d->names_s[i]))
			return true;
	return false;
}

/* A VM or EE that stays, and its sponsors; two under one root count as one
 * that it cannot do without. */
static void
limit_list(struct colours *c, uint32_t dep)
{
	const struct dep *d = &c->f->dep[dep];
	uint32_t first = (uint32_t)c->nitem, i, g, n, down = 0, spare;
	bool still = !moves(d), firm;

	for (i = 0; i < d->ns; i++) {
		g = root_number(c, d->names_s[i]);
		if (g == NONE)
			continue;
		if (c->until[g] == dep + 1) {
			still = false;
			continue;
		}
		c->until[g] = dep + 1;
		add_choice(c, add_item(c), g);
		down++;
	}
	n = d->ns + d->others_s;
	spare = n > d->min_s ? n - d->min_s : 0;
	if (still && spare > 0)
		raise_bound(c, down, spare);
	firm = still && spare > 0;
	if (!still || spare == 0)
		spare = 1;
	if (down > spare)
		add_limit(c, first, spare, firm);
	else
		forget_items(c, first);
}

/* --- by root --- */

static void
each_touch(const struct colours *c, uint32_t *fill, uint32_t *touch)
{
	uint32_t i, k, j, r, *last = mem_alloc(c->nroot, sizeof(*last));

	for (i = 0; i < c->nlimit; i++)
		for (k = 0; k < c->limit[i].n; k++) {
			const struct colour_item *it =
			    &c->item[c->limit[i].first + k];

			for (j = 0; j < it->n; j++) {
				r = c->choice[it->first + j];
				if (last[r] == i + 1)
					continue;
				last[r] = i + 1;
				if (touch != NULL)
					touch[fill[r]] = i;
				fill[r]++;
			}
		}
	free(last);
}

static void
index_roots(struct colours *c)
{
	uint32_t *fill = mem_alloc(c->nroot + 1, sizeof(*fill));
	size_t r;

	c->at = mem_alloc(c->nroot + 1, sizeof(*c->at));
	each_touch(c, fill, NULL);
	for (r = 0; r < c->nroot; r++) {
		c->at[r + 1] = c->at[r] + fill[r];
		fill[r] = c->at[r];
	}
	c->touch = mem_alloc(c->at[c->nroot], sizeof(*c->touch));
	each_touch(c, fill, c->touch);
	free(fill);
}

void
colours_find(struct colours *c, const struct forest *f,
    const struct services *sv, const struct policy *policy,
    const struct catch_wishes *wish, const uint32_t *phase, bool eased)
{
	struct catcher k = { .f = (struct forest *)f, .sv = sv,
		.policy = policy, .wish = wish };
	uint32_t i;

	*c = (struct colours){ .f = f, .sv = sv, .soft = NONE };
	find_roots(c);
	find_phases(c, phase);
	c->until = mem_alloc(c->nroot, sizeof(*c->until));
	for (i = 0; i < sv->nsg; i++)
		limit_group(c, &k, i, eased);
	for (i = 0; i < f->ndep; i++)
		if (catch_dep(f, f->dep[i].ee) == NONE &&
		    f->dep[i].ns > 1)
			limit_list(c, i);
	index_roots(c);
	c->of = mem_alloc(f->n, sizeof(*c->of));
	c->now = mem_alloc(c->nroot, sizeof(*c->now));
	c->bad = mem_alloc(c->nlimit, sizeof(*c->bad));
}

void
colours_free(struct colours *c)
{
	free(c->of);
	free(c->root);
	free(c->phase);
	free(c->number);
	free(c->limit);
	free(c->item);
	free(c->choice);
	free(c->at);
	free(c->touch);
	free(c->now);
	free(c->until);
	free(c->bad);
	*c = (struct colours){ 0 };
}

/* --- does a limit hold? --- */

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
	uint64_t mask[MATCH_MAX];
	uint8_t got[MATCH_MAX]; /* colour */
	uint8_t used[COLOURS_MAX];
	uint32_t n, cap, ncolour;
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

static bool
match_all(const struct colours *c, const struct colour_limit *l,
    struct match *m)
{
	uint32_t i;

	m->n = l->n;
	m->cap = l->cap;
	m->ncolour = c->n;
	memset(m->used, 0, sizeof(m->used));
	for (i = 0; i < l->n; i++) {
		m->mask[i] = colours_of(c, &c->item[l->first + i]);
		m->seen = 0;
		if (!match_one(m, i))
			return false;
	}
	return true;
}

static bool
holds(const struct colours *c, const struct colour_limit *l)
{
	struct match m;

	if (l->n == 2 && l->cap == 1)
		return !is_single(colours_of(c, &c->item[l->first]) |
		    colours_of(c, &c->item[l->first + 1]));
	if (l->n > MATCH_MAX)
		return holds_by_count(c, l);
	return match_all(c, l, &m);
}

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
		set_bad(c, (uint32_t)i, !holds(c, &c->limit[i]));
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

		d += (int)!holds(c, l) - (int)l->bad;
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
		set_bad(c, c->touch[k], !holds(c, &c->limit[c->touch[k]]));
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

	for (k = 0; k < l->n && k < MATCH_MAX; k++) {
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
	struct match m;
	uint32_t i, k;

	for (i = 0; i < c->nlimit; i++) {
		const struct colour_limit *l = &c->limit[i];

		if (l->n > MATCH_MAX || !match_all(c, l, &m))
			continue;
		for (k = 0; k < l->n; k++)
			if (c->item[l->first + k].own != NONE)
				c->of[c->item[l->first + k].own] = m.got[k];
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
