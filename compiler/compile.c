/*
 * How does a pair of models become a campaign? The passes in order; each has
 * a file of its own.
 */
#include <stdlib.h>

#include "apart.h"
#include "apply.h"
#include "bound.h"
#include "campaign.h"
#include "catch.h"
#include "colour.h"
#include "compile.h"
#include "diag.h"
#include "digest.h"
#include "domain.h"
#include "emit.h"
#include "estimate.h"
#include "fold.h"
#include "once.h"
#include "pair.h"
#include "phase.h"
#include "place.h"
#include "policy.h"
#include "moves.h"
#include "need.h"
#include "risk.h"
#include "room.h"
#include "verify.h"
#include "window.h"

enum {
	TRIES = 3, /* numbers of waves that are tried and are no better */
	DEALT = 128 /* hosts that are dealt to waves more than once */
};

struct work {
	struct diff d;
	struct forest f;
	struct services sv;
	struct plan p;
	struct places w;
	struct outages outages;
	struct caught *why;
	uint32_t *phase; /* phase_find's */
	struct needs *needs;
	struct morphs morphs;
	bool no_room; /* the last plan failed because a VM has nowhere to go */
};

struct online {
	const struct policy *policy;
	const struct diff *d;
};

static bool
is_online(const void *arg, uint32_t ee, uint32_t attr)
{
	const struct online *o = arg;

	return policy_online_attr(o->policy, ee, attr) ||
	    (attr == N_saPlmEEType && morph_may_run(o->policy, o->d->s,
	    o->d->t, ee));
}

static void
forget_plan(struct work *k)
{
	verify_free(&k->outages);
	place_free(&k->w);
	plan_free(&k->p);
	free(k->why);
	k->why = NULL;
	catch_clear(&k->f);
}

/* Levels are split until what is written on each may come in any order; each
 * round splits one at least. */
static void
place_all(struct work *k)
{
	place_run(&k->w, &k->p);
	while (apart_run(&k->w, &k->p)) {
		place_free(&k->w);
		place_run(&k->w, &k->p);
	}
}

struct attempt { /* one way to plan */
	bool waves; /* procedures may share levels */
	const uint32_t *wave; /* catch_wishes.wave */
	bool careful; /* catch_wishes.careful */
};

/* One way through catching, order and places; diag NULL: without a word. */
static bool
try_plan(struct work *k, const struct compile_options *opt,
    const struct attempt *a, struct diag *diag)
{
	struct catch_wishes wish = { opt->balanced, a->careful, a->waves,
		a->wave };
	struct plan_input in;
	bool ok;

	forget_plan(k);
	k->why = catch_run(&k->f, &k->sv, opt->policy, &wish, diag);
	if (k->why == NULL)
		return false;
	k->p = (struct plan){ .f = &k->f, .sv = &k->sv, .d = &k->d,
		.why = k->why, .waves = a->waves, .hint = a->wave,
		.policy = opt->policy, .phase = k->phase,
		.needs = k->needs, .morphs = &k->morphs };
	ride_input(&k->p, &in);
	ok = plan_run(&k->p, &in, diag);
	k->no_room = k->p.no_room;
	free(in.move);
	free(in.unit);
	if (!ok)
		return false;
	place_all(k);
	return verify_services(&k->w, opt->policy, &k->outages, diag) &&
	    verify_stands(&k->p, NULL);
}

/* What pleases most is tried first; where that costs a service, replicas that
 * leave on the way are no longer relied upon. */
static bool
try_both(struct work *k, const struct compile_options *opt, struct attempt a)
{
	if (try_plan(k, opt, &a, NULL))
		return true;
	a.careful = true;
	return try_plan(k, opt, &a, NULL);
}

/* --- waves --- */

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
	if (!try_both(k, opt, (struct attempt){ .waves = true,
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
make_waves(struct work *k, const struct compile_options *opt)
{
	struct catch_wishes wish = { opt->balanced, false, true, NULL };
	struct colours c;
	bool ok;
	size_t least = SIZE_MAX;

	forget_plan(k);
	colours_find(&c, &k->f, &k->sv, opt->policy, &wish, k->phase);
	c.shortage = room_shortage(&(struct plan){ .f = &k->f, .sv = &k->sv },
	    opt->policy);
	if (c.shortage.waves > c.bound)
		c.bound = c.shortage.waves;
	ok = fewest_colours(k, opt, &c);
	if (ok && modify_levels(&k->p) > c.nroot)
		least = k->p.nlevel;
	if (!ok || least != SIZE_MAX)
		ok = try_both(k, opt, (struct attempt){ .waves = true });
	if (ok && k->p.nlevel > least)
		ok = try_colours(k, opt, &c, &(struct tried){ .n = c.n,
		    .dice = c.first_dice });
	if (ok)
		k->p.bound = bound_levels(&k->p, &c);
	colours_free(&c);
	return ok || (!k->no_room &&
	    try_both(k, opt, (struct attempt){ .waves = false }));
}

/* The campaign of the plan as it stands. */
static struct campaign *
write_down(struct work *k, const struct compile_options *opt,
    struct diag *diag)
{
	char source[DIGEST_TEXT], target[DIGEST_TEXT];
	struct emit_input in = { .places = &k->w, .policy = opt->policy,
		.source_digest = source, .target_digest = target,
		.down_si = k->outages.by_proc };
	struct campaign *c;

	digest_model(k->d.s, source);
	digest_model(k->d.t, target);
	c = emit_run(&in, diag);
	risk_write(c, &k->w);
	if (opt->waves)
		estimate_run(c, k->d.s, k->d.t, opt->policy);
	return c;
}

/* How long a wave takes is known of a campaign, so there must be one before
 * it is known which waves are to be split. */
static void
keep_windows(struct work *k, const struct compile_options *opt)
{
	struct diag quiet = { 0 };
	struct campaign *c;

	if (!opt->waves || !window_asked(&k->p))
		return;
	c = write_down(k, opt, &quiet);
	if (window_split(&k->p, c)) {
		place_free(&k->w);
		place_all(k);
	}
	campaign_free(c);
	diag_free(&quiet);
}

/* Only what remains is said. */
static bool
make_plan(struct work *k, const struct compile_options *opt, struct diag *diag)
{
	bool ok = opt->waves ? make_waves(k, opt) :
	    try_both(k, opt, (struct attempt){ .waves = false });

	if (!ok)
		return try_plan(k, opt, &(struct attempt){
		    .waves = k->no_room }, diag);
	keep_windows(k, opt);
	verify_free(&k->outages);
	return verify_services(&k->w, opt->policy, &k->outages, diag);
}

bool
compile_check(const struct model *source, const struct model *target,
    const struct campaign *c, struct diag *diag)
{
	struct world *w = world_new(source);
	struct diag found = { 0 };
	uint32_t dn = NAME_NONE;
	const char *why = "";
	bool applied = apply_campaign(w, c, &found);
	bool ok = applied && world_equals(w, target, &dn, &why);

	if (!ok) {
		diag_report(diag, DIAG_SELF_CHECK, (struct place){ 0 }, dn,
		    "the campaign that was made does not lead to the target: "
		    "\"%s\" %s", dn == NAME_NONE ? "a step" : name_str(dn),
		    applied ? why : found.nitem > 0 ? found.item[0].text :
		    "cannot be applied");
	}
	diag_free(&found);
	world_free(w);
	return ok;
}

static void
release(struct work *k)
{
	forget_plan(k);
	free(k->phase);
	k->phase = NULL;
	need_free(k->needs);
	k->needs = NULL;
	morphs_free(&k->morphs);
	service_free(&k->sv);
	tree_free(&k->f);
}

static enum compile_result
make(struct work *k, const struct compile_options *opt, struct diag *diag,
    struct campaign **out)
{
	const struct online online = { opt->policy, &k->d };
	size_t before = diag->nerror;

	tree_build(&k->f, &k->d, opt->policy == NULL ? NULL : is_online,
	    &online);
	morph_only_machines(&k->f, opt->policy);
	domain_apply(&k->f, opt->policy);
	service_build(&k->sv, &k->f, opt->policy);
	domain_check(&k->f, &k->sv, opt->policy, diag);
	domain_degraded(&k->sv, diag);
	if (!pair_check(&k->d, &k->f, &k->sv, opt->policy, diag))
		return COMPILE_ERRORS;
	k->needs = need_new(&k->f, &k->sv, opt->policy);
	if (!need_check(k->needs, diag) ||
	    !morphs_find(&k->morphs, &k->f, opt->policy, diag))
		return COMPILE_ERRORS;
	if (opt->waves)
		k->phase = phase_find(&k->f, opt->policy);
	if (!make_plan(k, opt, diag))
		return COMPILE_ERRORS;
	phase_check(&k->p, diag);
	*out = write_down(k, opt, diag);
	need_order(k->needs, *out, diag);
	if (diag->nerror > before)
		return COMPILE_ERRORS;
	if (opt->waves)
		window_check(&k->p, *out, diag);
	if (opt->inspect != NULL)
		opt->inspect(opt->inspect_arg, &k->w);
	release(k); /* the rest needs nothing of how it was made */
	if (opt->rolling)
		fold_run(*out, k->d.s);
	if (!compile_check(k->d.s, k->d.t, *out, diag))
		return COMPILE_BUG;
	moves_write(*out, k->d.s);
	return COMPILE_DONE;
}

enum compile_result
compile_run(const struct model *source, const struct model *target,
    const struct compile_options *opt, struct diag *diag,
    struct campaign **out)
{
	struct work k = { 0 };
	enum compile_result r = COMPILE_EQUAL;

	*out = NULL;
	diff_run(&k.d, source, target);
	if (k.d.n > 0)
		r = make(&k, opt, diag, out);
	if (r != COMPILE_DONE && *out != NULL) {
		campaign_free(*out);
		*out = NULL;
	}
	release(&k);
	diff_free(&k.d);
	return r;
}
