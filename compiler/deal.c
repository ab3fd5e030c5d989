/*
 * Into how many waves do hosts go, and which of them together? Colours say it
 * beforehand: as few as there must be, then more while that may help. Groups
 * that have no unit to spare are to lose no more at once than one procedure
 * takes; where that makes it long it is tried without saying so beforehand, and
 * in the end it is told what it costs.
 */
#include <stdlib.h>

#include "bound.h"
#include "catch.h"
#include "colour.h"
#include "compile_part.h"
#include "deal.h"
#include "diag.h"
#include "intern.h"
#include "once.h"
#include "room.h"

enum {
	TRIES = 3, /* numbers of waves that are tried and are no better */
	DEALT = 128 /* hosts that are dealt to waves more than once */
};

static uint32_t
modify_levels(const struct plan *p)
{
	uint32_t i, n = 0;

	for (i = 0; i < p->n; i++)
		n += p->proc[i].kind == PROC_MODIFY && (i == 0 ||
		    p->proc[i - 1].kind != PROC_MODIFY ||
		    p->proc[i - 1].level != p->proc[i].level);
	return n;
}

/* Do VMs that must move do so but once, one in five excepted? */
static bool
moves_little(const struct plan *p)
{
	return p->nmigration * 5 <= p->nleaver * 6;
}

struct tried { /* what became of a number of colours */
	uint32_t n, levels;
	uint64_t dice; /* colours_run */
	bool little;
	size_t moves;
};

static bool
try_colours(struct work *k, const struct compile_options *opt,
    struct colours *c, struct tried *t)
{
	if (colours_run(c, t->n, t->dice) != 0)
		return false;
	if (c->shortage.waves > 1)
		once_order(c);
	if (!compile_try(k, opt, (struct attempt){ .waves = true,
	    .wave = c->of }))
		return false;
	t->levels = modify_levels(&k->p);
	t->little = moves_little(&k->p);
	t->moves = k->p.nmigration;
	return true;
}

/* Fewer waves are better, and then fewer moves; but one wave more than there
 * must be is not too many where VMs would move too often. */
static bool
is_better(const struct tried *a, const struct tried *b, uint32_t bound)
{
	uint32_t x = 2 * a->levels, y = 2 * b->levels;

	x -= a->little && a->levels <= bound + 1 ? 3 : 0;
	y -= b->little && b->levels <= bound + 1 ? 3 : 0;
	return x != y ? x < y : a->moves < b->moves;
}

/* So many colours; where room is short it depends on the hosts that go together
 * whether it is enough, and where they are few they are dealt more than once.
 * The best is kept; true if it could not be better. */
static bool
deal(struct work *k, const struct compile_options *opt, struct colours *c,
    uint32_t n, struct tried *best)
{
	uint64_t most = c->shortage.waves > 1 ? DEALT / (c->nroot + 1) : 0;
	struct tried now = { .n = n };

	for (now.dice = 1; now.dice <= most + 1; now.dice++) {
		if (!try_colours(k, opt, c, &now))
			continue;
		if (best->n == 0 || is_better(&now, best, c->bound))
			*best = now;
		if (now.levels <= n)
			return now.little;
	}
	return false;
}

/* As few colours as there may be, then more, while that may help. */
static bool
fewest_colours(struct work *k, const struct compile_options *opt,
    struct colours *c)
{
	struct tried best = { 0 };
	uint32_t n, idle = 0;

	for (n = c->bound; n <= COLOURS_MAX && idle < TRIES &&
	    (best.n == 0 || n <= best.levels + 1);
	    n += 1 + (n - c->bound) / 4) {
		if (deal(k, opt, c, n, &best))
			break;
		idle += best.n != 0;
	}
	if (best.n == c->n && best.dice == c->first_dice)
		return true; /* it was the last */
	return best.n != 0 && try_colours(k, opt, c, &best);
}

/* Never longer than one procedure a level would be. */
static bool
by_colours(struct work *k, const struct compile_options *opt,
    struct colours *c)
{
	bool ok = fewest_colours(k, opt, c);
	size_t least = SIZE_MAX;

	if (ok && modify_levels(&k->p) > c->nroot)
		least = k->p.nlevel;
	if (!ok || least != SIZE_MAX)
		ok = compile_try(k, opt, (struct attempt){ .waves = true });
	if (ok && k->p.nlevel > least)
		ok = try_colours(k, opt, c, &(struct tried){ .n = c->n,
		    .dice = c->first_dice });
	if (ok)
		k->p.bound = bound_levels(&k->p, c);
	return ok;
}

struct outcome { /* of one way to plan waves */
	bool ok;
	uint32_t soft; /* colours.soft */
	uint32_t levels, bound;
	uint64_t lack; /* units that groups miss at worst, of those they want */
};

struct lacks {
	const struct services *sv;
	uint32_t *most; /* by SG */
	uint64_t sum;
};

static void
lack(void *arg, const struct verify_loss *l)
{
	struct lacks *k = arg;
	uint32_t wanted = k->sv->sg[l->sg].wanted;
	uint32_t n = l->left < wanted ? wanted - l->left : 0;

	if (n > k->most[l->sg]) {
		k->sum += n - k->most[l->sg];
		k->most[l->sg] = n;
	}
}

static uint64_t
count_lacks(const struct work *k)
{
	struct lacks l = { .sv = &k->sv };

	l.most = mem_alloc(k->sv.nsg, sizeof(*l.most));
	verify_losses(&k->w, lack, &l);
	free(l.most);
	return l.sum;
}

static struct outcome
plan_waves(struct work *k, const struct compile_options *opt, bool eased)
{
	struct catch_wishes wish = { opt->balanced, false, true, NULL };
	struct outcome out;
	struct colours c;

	compile_forget(k);
	colours_find(&c, &k->f, &k->sv, opt->policy, &wish, k->phase, eased);
	c.shortage = room_shortage(&(struct plan){ .f = &k->f, .sv = &k->sv },
	    opt->policy);
	if (c.shortage.waves > c.bound)
		c.bound = c.shortage.waves;
	out = (struct outcome){ .ok = by_colours(k, opt, &c), .soft = c.soft };
	colours_free(&c);
	if (out.ok) {
		out.lack = out.soft == NONE ? 0 : count_lacks(k);
		out.levels = (uint32_t)k->p.nlevel;
		out.bound = k->p.bound;
	}
	return out;
}

static bool
is_long(const struct outcome *o)
{
	return o->soft != NONE && (!o->ok || o->levels > o->bound);
}

/* What it costs that groups without a spare unit lose few at a time. */
static void
tell(const struct work *k, const struct outcome *o, uint32_t bare,
    struct diag *diag)
{
	const struct si *si = &k->sv.si[k->sv.sg[o->soft].first_si];

	diag_report(diag, DIAG_SPARED, model_dn_place(k->f.s, si->s),
	    k->f.s->object[si->s].dn, "%u levels; %u would do if \"%s\", and "
	    "whatever else is not redundant, might lose several units at once",
	    o->levels, bare, name_str(k->f.s->object[si->s].dn));
}

/* Other ways, where it is long for what has no unit to spare; the best is made
 * again in the end. */
static struct outcome
shorten(struct work *k, const struct compile_options *opt, struct outcome o,
    struct diag *diag)
{
	struct outcome other = plan_waves(k, opt, true);
	bool eased = other.ok && (!o.ok || (other.levels < o.levels &&
	    other.lack <= o.lack));

	if (eased)
		o = other;
	if (!o.ok)
		return o;
	if (is_long(&o)) {
		k->sv.bare = true;
		other = plan_waves(k, opt, false);
		k->sv.bare = false;
		if (other.ok && other.levels < o.levels)
			tell(k, &o, other.levels, diag);
	} else if (eased) {
		return o; /* it was the last */
	}
	return plan_waves(k, opt, eased);
}

bool
deal_run(struct work *k, const struct compile_options *opt, struct diag *diag)
{
	struct outcome o = plan_waves(k, opt, false);

	if (is_long(&o))
		o = shorten(k, opt, o, diag);
	return o.ok || (!k->no_room &&
	    compile_try(k, opt, (struct attempt){ .waves = false }));
}
