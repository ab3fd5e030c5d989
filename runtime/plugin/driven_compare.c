/*
 * Is the system ready, and as the model says? Asked before a campaign begins,
 * so that nothing is begun that could not be ended: every action has somebody
 * who does it, can be done as far as its rule has a check, and what a rule
 * wants compared runs.
 */
#include <stdlib.h>
#include <unistd.h>

#include "asked.h"
#include "dn.h"
#include "driven_private.h"
#include "idmap.h"
#include "images.h"
#include "intern.h"
#include "policy.h"

struct comparing {
	struct driven *d;
	const struct world *w;
	struct idmap sponsor; /* of a VM: the first of its list */
	FILE *f;
	size_t n, max;
};

static void
note_sponsor(void *arg, uint32_t dn)
{
	struct comparing *c = arg;

	if (world_class(c->w, dn) == N_SaPlmDependency)
		*idmap_at(&c->sponsor, dn_parent(dn)) = world_value(c->w, dn,
		    N_saPlmDepNames);
}

static uint32_t
place_of(const struct comparing *c, uint32_t ee)
{
	uint32_t at = idmap_get(&c->sponsor, ee), parent = dn_parent(ee);

	if (at != NAME_NONE)
		return at;
	return parent != NAME_NONE && world_class(c->w, parent) == N_SaPlmEE ?
	    parent : ee;
}

static void
differs(struct comparing *c, uint32_t dn, const char *what, const char *more)
{
	if (c->n++ < c->max)
		fprintf(c->f, "camprun: \"%s\" %s%s%s\n", name_str(dn), what,
		    more[0] == '\0' ? "" : ": ", more);
}

/* Is there somebody to take the snapshot that the policy wants of it? */
static void
compare_snapshot(struct comparing *c, uint32_t dn)
{
	struct policy_snapshot p = policy_snapshot(c->d->opt.policy, dn,
	    world_value(c->w, dn, N_saPlmEEType));
	struct order o = { .verb = VERB_SNAPSHOT, .seq = 1, .entity = dn,
		.on = place_of(c, dn), .to = NAME_NONE, .bundle = NAME_NONE,
		.before = c->w };
	struct job j;
	char why[WHY];

	if (p.take && driven_means(c->d, &o, &j, why) == MEANT_NOBODY)
		differs(c, dn, "is to have a snapshot, and nobody takes it",
		    why);
	o.verb = VERB_REVERT;
	if (p.take && p.revert &&
	    driven_means(c->d, &o, &j, why) == MEANT_NOBODY)
		differs(c, dn, "is to be reverted, and nobody does it", why);
}

static void
compare_one(void *arg, uint32_t dn)
{
	struct comparing *c = arg;
	struct ending e;
	struct job j;
	char why[WHY] = "";

	if (world_class(c->w, dn) != N_SaPlmEE)
		return;
	if (c->d->doer.is_so != NULL && !c->d->doer.is_so(c->d->doer.self,
	    c->w, dn, place_of(c, dn), why))
		differs(c, dn, "is not as the model says", why);
	compare_snapshot(c, dn);
	if (!programs_monitor(c->d->programs, c->w, dn, place_of(c, dn), &j))
		return;
	if (!driven_ask(c->d, &j, &e, why))
		differs(c, dn, "is not known to run", why);
	else if (e.how == ENDED_EXIT && e.code == 7)
		differs(c, dn, "does not run", "");
	else if (e.how != ENDED_EXIT || e.code != 0) {
		runner_last_words(c->d->runner, &j, why, sizeof(why));
		differs(c, dn, "is not known to run", why);
	}
}

/* What the rule has for it is asked whether it can be done: is the image there,
 * the package? */
static void
check_one(struct comparing *c, const struct order *o, uint32_t of)
{
	char why[WHY] = "", what[WHY];
	struct ending e;
	struct job j;

	if (!programs_check(c->d->programs, o, &j))
		return;
	if (driven_ask(c->d, &j, &e, why) && e.good)
		return;
	if (why[0] == '\0')
		runner_last_words(c->d->runner, &j, why, sizeof(why));
	snprintf(what, sizeof(what), "is not ready for %s%s%.300s%s",
	    verb_name(o->verb), o->bundle == NAME_NONE ? "" : " of \"",
	    o->bundle == NAME_NONE ? "" : name_str(o->bundle),
	    o->bundle == NAME_NONE ? "" : "\"");
	differs(c, of, what, why);
}

/* Is there a program for what the campaign does to what there is, and can it
 * be run? */
static void
prepare_one(struct comparing *c, const struct act *a)
{
	const struct order o = { .verb = (enum verb)a->verb, .seq = 1,
		.entity = a->entity, .on = a->on, .to = a->to,
		.bundle = a->bundle, .before = c->w,
		.callback = a->verb == VERB_NOTIFY ? a->callback : NULL,
		.operation = act_is_admin(a) ? &a->ccb->forward : NULL,
		.command = a->verb == VERB_COMMAND ? a->ccb->command :
		    NAME_NONE };
	uint32_t of = a->entity == NAME_NONE ? NAME_EMPTY : a->entity;
	struct job j;
	char why[WHY];
	size_t i;

	if (a->entity != NAME_NONE && !world_exists(c->w, a->entity))
		return; /* what it is will be known when it is there */
	switch (driven_means(c->d, &o, &j, why)) {
	case MEANT_NOTHING:
		return;
	case MEANT_NOBODY:
		differs(c, of, "has nobody who acts on it", why);
		return;
	case MEANT_JOB:
		break;
	}
	for (i = 0; i < j.n; i++)
		if (j.stage[i].run == NULL &&
		    access(j.stage[i].argv[0], X_OK) != 0)
			differs(c, of, "needs a program that cannot be run",
			    j.stage[i].argv[0]);
	check_one(c, &o, of);
}

/* Each place where something is done, once. */
static void
compare_place(struct comparing *c, uint32_t place, struct idmap *seen)
{
	struct said a;
	struct job j;
	char words[300], why[WHY];

	if (place == NAME_NONE || idmap_get(seen, place) != 0)
		return;
	*idmap_at(seen, place) = 1;
	if (!programs_reach(c->d->programs, c->w, place, &j))
		return;
	if (!asked_run(&j.stage[0], NULL, 0, ASKING, ANSWER, &a)) {
		differs(c, place, "cannot be reached",
		    "cannot start a process");
	} else if (a.how != ENDED_EXIT || a.code != 0) {
		said_tell(&a, words, sizeof(words));
		snprintf(why, sizeof(why), "its probe in section run-on %s",
		    words);
		differs(c, place, "cannot be reached", why);
	}
	said_free(&a);
}

/* Is the file needed here? Not where nothing is run, and not elsewhere. */
static bool
is_needed_here(void *arg, const struct act *a)
{
	struct comparing *c = arg;
	const struct order o = { .verb = (enum verb)a->verb, .seq = 1,
		.entity = a->entity, .on = a->on, .to = a->to,
		.bundle = a->bundle, .before = c->w };
	struct job j;
	char why[WHY];

	return !programs_go(c->d->programs, c->w, a->on) &&
	    driven_means(c->d, &o, &j, why) == MEANT_JOB;
}

size_t
driven_compare(void *self, const struct world *w, FILE *f, size_t max)
{
	struct comparing c = { .d = self, .w = w, .f = f, .max = max };
	const struct actions *a = c.d->opt.actions;
	struct idmap seen = { 0 };
	size_t i;

	for (i = 0; a != NULL && i < a->n; i++) {
		compare_place(&c, a->act[i].on, &seen);
		compare_place(&c, a->act[i].to, &seen);
		prepare_one(&c, &a->act[i]);
	}
	if (a != NULL && c.d->opt.campaign != NULL && c.d->opt.diag != NULL)
		images_check(&c.d->opt, is_needed_here, &c);
	world_each(w, note_sponsor, &c);
	world_each(w, compare_one, &c);
	idmap_free(&c.sponsor);
	idmap_free(&seen);
	return c.n;
}
