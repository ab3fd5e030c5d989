/*
 * What limits how many hosts go down in one wave, when it is still open where
 * each VM is caught?
 *
 * A service group that can spare k units asks that at most k of them go down
 * in one wave; a VM that stays asks that enough of its sponsors stay up. Each
 * is a limit over items: an EE that goes down with its root whatever comes, or
 * a VM that goes down with whichever root it is caught under.
 */
#include <stdlib.h>

#include "catcher.h"
#include "colour_match.h"
#include "ids.h"
#include "stand.h"
#include "wave.h"

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

/* Numbers the phases that have roots; each takes a wave at least. */
static void
find_phases(struct colours *c, const uint32_t *of)
{
	uint32_t *v = mem_alloc(c->nroot, sizeof(*v));
	size_t i, n = 0;

	c->phase = mem_alloc(c->nroot, sizeof(*c->phase));
	for (i = 0; i < c->nroot && of != NULL; i++)
		v[i] = of[c->root[i]];
	ids_sort(v, c->nroot);
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
	if (n > cap && n <= COLOURS_MATCH_MAX && heaviest(c, first) > cap) {
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
