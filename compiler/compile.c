/*
 * How does a pair of models become a campaign? The passes in order; each has
 * a file of its own.
 */
#include <stdlib.h>

#include "apart.h"
#include "apply.h"
#include "campaign.h"
#include "catch.h"
#include "compile_part.h"
#include "deal.h"
#include "diag.h"
#include "digest.h"
#include "domain.h"
#include "emit.h"
#include "estimate.h"
#include "fold.h"
#include "pair.h"
#include "phase.h"
#include "place.h"
#include "policy.h"
#include "moves.h"
#include "need.h"
#include "risk.h"
#include "verify.h"
#include "window.h"

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

void
compile_forget(struct work *k)
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

/* One way through catching, order and places; diag NULL: without a word. */
static bool
try_plan(struct work *k, const struct compile_options *opt,
    const struct attempt *a, struct diag *diag)
{
	struct catch_wishes wish = { opt->balanced, a->careful, a->waves,
		a->wave };
	struct plan_input in;
	bool ok;

	compile_forget(k);
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

bool
compile_try(struct work *k, const struct compile_options *opt,
    struct attempt a)
{
	if (try_plan(k, opt, &a, NULL))
		return true;
	a.careful = true;
	return try_plan(k, opt, &a, NULL);
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
	bool ok = opt->waves ? deal_run(k, opt, diag) :
	    compile_try(k, opt, (struct attempt){ .waves = false });

	if (!ok)
		return try_plan(k, opt, &(struct attempt){
		    .waves = opt->waves && k->no_room }, diag);
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
	compile_forget(k);
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
