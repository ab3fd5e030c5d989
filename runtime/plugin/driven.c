/*
 * Was it done, when programs do it? A keeper writes how the program of the
 * latest order ended, so what a killed runtime began is known in the end. Only
 * of a program that failed, was given up or lost its keeper nobody knows how
 * much it did: then the probe is asked, if the policy names one.
 *
 * A program for a notice is not waited for, but only one program runs at a
 * time, so it has until the next order and NOTICE more.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "dn.h"
#include "asked.h"
#include "driven.h"
#include "fault.h"
#include "identity.h"
#include "idmap.h"
#include "images.h"
#include "intern.h"
#include "os.h"
#include "policy.h"
#include "programs.h"
#include "text.h"

enum { WHY = 512, ANSWER = 4096 };
#define ASKING INT64_C(10000000000) /* ns */
#define NOTICE INT64_C(30000000000) /* ns */

struct driven {
	struct driver driver;
	struct driver_options opt;
	struct doer doer;
	struct programs *programs;
	struct runner *runner;
	struct job job; /* of what runs */
	const struct order *order; /* what runs, or is to */
	enum mishap mishap; /* ordered for it */
	bool begun; /* its program runs */
	bool noticing; /* the program of a notice may still run */
	bool half; /* the latest was done, and said to be half done */
	int64_t due; /* by os_clock: it is begun then */
};

/* --- orders --- */

/* Waits for what a notice started. */
static void
end_notice(struct driven *d)
{
	char why[WHY];

	if (!d->noticing)
		return;
	d->noticing = false;
	if (runner_wait(d->runner, NOTICE, why) == OUTCOME_RUNNING)
		runner_cancel(d->runner);
}

static bool
is_notice(const struct order *o)
{
	return o->callback != NULL && o->callback->time == 0;
}

/* What an order means; what no program is for, the doer may know. */
static enum meant
means(struct driven *d, const struct order *o, struct job *j, char *why)
{
	char nobody[WHY];
	enum meant m = programs_of(d->programs, o, j, nobody);

	if (m == MEANT_NOBODY && d->doer.of != NULL)
		m = d->doer.of(d->doer.self, o, j, nobody);
	if (m == MEANT_NOBODY && o->verb == VERB_DISCARD)
		return MEANT_NOTHING; /* its folder goes all the same */
	if (m == MEANT_NOBODY) /* why is left alone where all is well */
		snprintf(why, WHY, "%s", nobody);
	return m;
}

static enum outcome
start(struct driven *d, const struct order *o, char *why)
{
	enum outcome out;

	end_notice(d);
	switch (means(d, o, &d->job, why)) {
	case MEANT_NOTHING:
		return OUTCOME_OK;
	case MEANT_NOBODY:
		return OUTCOME_FAILED;
	case MEANT_JOB:
		break;
	}
	out = runner_begin(d->runner, &d->job, why);
	if (out != OUTCOME_RUNNING || !is_notice(o))
		return out;
	d->noticing = true;
	return OUTCOME_OK;
}

static enum outcome
as_ordered(const struct order *o, const char *how, char *why)
{
	snprintf(why, WHY, "%s of \"%.200s\" failed%s as ordered",
	    verb_name(o->verb), o->entity == NAME_NONE ? "" :
	    name_str(o->entity), how);
	return OUTCOME_FAILED;
}

static enum outcome
finish(struct driven *d, enum outcome out, char *why)
{
	const struct order *o = d->order;
	struct ending e;

	if (out == OUTCOME_RUNNING)
		return out;
	d->order = NULL;
	if (out == OUTCOME_OK && d->mishap == MISHAP_HALF) {
		d->half = true;
		return as_ordered(o, " half done", why);
	}
	if (out == OUTCOME_FAILED && d->begun && runner_ending(d->runner,
	    d->job.name, &e) && e.number == o->number &&
	    e.how == ENDED_EXIT && strlen(why) + 40 < WHY)
		strcat(why, programs_status(e.code));
	return out;
}

static enum outcome
driven_begin(void *self, const struct order *o, char *why)
{
	struct driven *d = self;
	int64_t delay;

	d->mishap = fault_befalls(d->opt.faults, o, &delay);
	/* Real machines cannot be told to. */
	if (d->mishap == MISHAP_STRAY || d->mishap == MISHAP_WANDER)
		d->mishap = MISHAP_NONE;
	d->half = d->begun = false;
	if (d->mishap == MISHAP_FAIL)
		return as_ordered(o, "", why);
	d->order = o;
	d->due = os_clock() + delay;
	if (delay > 0 || d->mishap == MISHAP_HANG)
		return OUTCOME_RUNNING;
	d->begun = true;
	return finish(d, start(d, o, why), why);
}

static enum outcome
driven_wait(void *self, int64_t ns, char *why)
{
	struct driven *d = self;
	int64_t left = d->mishap == MISHAP_HANG ? INT64_MAX :
	    d->due - os_clock();

	if (d->begun)
		return finish(d, runner_wait(d->runner, ns, why), why);
	if (left > 0) {
		os_sleep(left < ns ? left : ns);
		return OUTCOME_RUNNING;
	}
	d->begun = true;
	return finish(d, start(d, d->order, why), why);
}

static void
driven_cancel(void *self)
{
	struct driven *d = self;

	if (d->begun && d->order != NULL)
		runner_cancel(d->runner);
	d->order = NULL;
}

/* --- what is so --- */

/* Runs the job that asks; false: no answer. */
static bool
ask(struct driven *d, const struct job *j, struct ending *e, char *why)
{
	return runner_do(d->runner, j, why) != OUTCOME_SYSTEM &&
	    runner_ending(d->runner, j->name, e);
}

static enum probed
driven_probe(void *self, const struct order *o)
{
	struct driven *d = self;
	struct ending e;
	struct job j;
	char why[WHY];

	end_notice(d);
	runner_settle(d->runner, o->timeout);
	if (!runner_ending(d->runner, "order", &e) || e.number != o->number)
		return PROBE_NOT_DONE; /* its program was never started */
	if (e.good)
		return d->half ? PROBE_UNKNOWN : PROBE_DONE;
	if (e.how == ENDED_NO_START && e.stage == 0)
		return PROBE_NOT_DONE;
	if (!programs_probe(d->programs, o, &j))
		return d->doer.probe == NULL ? PROBE_UNKNOWN :
		    d->doer.probe(d->doer.self, o);
	return ask(d, &j, &e, why) ? programs_judge(d->programs, o, &e) :
	    PROBE_UNKNOWN;
}

/* --- before the start --- */

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

	if (p.take && means(c->d, &o, &j, why) == MEANT_NOBODY)
		differs(c, dn, "is to have a snapshot, and nobody takes it",
		    why);
	o.verb = VERB_REVERT;
	if (p.take && p.revert && means(c->d, &o, &j, why) == MEANT_NOBODY)
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
	if (!ask(c->d, &j, &e, why))
		differs(c, dn, "is not known to run", why);
	else if (e.how == ENDED_EXIT && e.code == 7)
		differs(c, dn, "does not run", "");
	else if (e.how != ENDED_EXIT || e.code != 0) {
		runner_last_words(c->d->runner, &j, why, sizeof(why));
		differs(c, dn, "is not known to run", why);
	}
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
	switch (means(c->d, &o, &j, why)) {
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
	    means(c->d, &o, &j, why) == MEANT_JOB;
}

static size_t
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

static enum outcome
driven_restore(void *self, char *why)
{
	(void)self;
	snprintf(why, WHY, "programs keep no backup of how everything was "
	    "before the start: put it back by hand");
	return OUTCOME_FAILED;
}

/* --- which machine --- */

/* What the policy's program says, by the statuses of OCF: 7, it does not
 * run. */
static enum identified
judge_identity(const struct job *j, const struct said *a,
    struct identity *id, char *why)
{
	char words[300];

	if (a->how == ENDED_EXIT && a->code == 7)
		return IDENTIFIED_DOWN;
	if (a->how == ENDED_EXIT && a->code == 0 && identity_parse(a->out, id))
		return IDENTIFIED;
	said_tell(a, words, sizeof(words));
	snprintf(why, WHY, "\"%.180s\" does not say which machine: it %.280s",
	    j->stage[0].argv[0], words);
	return IDENTIFIED_UNKNOWN;
}

static enum identified
driven_identify(void *self, const struct world *w, uint32_t ee,
    struct identity *id, char *why)
{
	struct driven *d = self;
	struct said a;
	struct job j;
	enum identified is = IDENTIFIED_UNKNOWN;

	*id = (struct identity){ .on = NAME_NONE };
	if (programs_identify(d->programs, w, ee, &j)) {
		if (asked_run(&j.stage[0], NULL, 0, ASKING, ANSWER, &a))
			is = judge_identity(&j, &a, id, why);
		else
			snprintf(why, WHY, "cannot start a process");
		said_free(&a);
		return is;
	}
	if (d->doer.identify != NULL)
		return d->doer.identify(d->doer.self, w, ee, id, why);
	snprintf(why, WHY, "no rule of the policy's section identify says "
	    "which machine \"%.300s\" runs on", name_str(ee));
	return IDENTIFIED_UNKNOWN;
}

/* --- room --- */

/* Lines "MIB PLACE"; false: something else. */
static bool
read_room(char *text, room_function tell, void *arg)
{
	char *line, *end, *next;
	unsigned long mib;
	bool any = false;

	for (line = text; *line != '\0'; line = next) {
		next = line + strcspn(line, "\n");
		if (*next != '\0')
			*next++ = '\0';
		mib = strtoul(line, &end, 10);
		if (*line < '0' || *line > '9' || *end != ' ' ||
		    end[1] == '\0' || mib > UINT32_MAX)
			return false;
		tell(arg, end + 1, (uint64_t)mib << 20);
		any = true;
	}
	return any;
}

static bool
ask_room(const struct job *j, room_function tell, void *arg, char *why)
{
	struct said a;
	char words[300];
	bool ok;

	if (!asked_run(&j->stage[0], NULL, 0, ASKING, ANSWER, &a)) {
		snprintf(why, WHY, "cannot start a process");
		said_free(&a);
		return false;
	}
	ok = a.how == ENDED_EXIT && a.code == 0 &&
	    read_room(a.out, tell, arg);
	if (!ok) {
		said_tell(&a, words, sizeof(words));
		snprintf(why, WHY, "\"%.150s\" does not say it in lines of MiB "
		    "and a place: it %.280s", j->stage[0].argv[0], words);
	}
	said_free(&a);
	return ok;
}

static bool
driven_room(void *self, room_function tell, void *arg, char *why)
{
	struct driven *d = self;
	struct world *w = world_new(d->opt.source);
	struct job j;
	bool ok = !programs_room(d->programs, w, &j) ||
	    ask_room(&j, tell, arg, why);

	world_free(w);
	return ok && (d->doer.room == NULL ||
	    d->doer.room(d->doer.self, tell, arg, why));
}

static bool
driven_inside(void *self, const struct world *w, uint32_t ee,
    char *const *argv, int64_t limit, struct said *a, char *why)
{
	struct driven *d = self;

	return d->doer.inside(d->doer.self, w, ee, argv, limit, a, why);
}

/* --- making --- */

static void
driven_free(void *self)
{
	struct driven *d = self;

	end_notice(d);
	runner_free(d->runner);
	programs_free(d->programs);
	if (d->doer.free != NULL)
		d->doer.free(d->doer.self);
	free(d);
}

struct driver *
driven_new(const struct doer *doer, const struct driver_options *opt,
    char *why)
{
	struct driven *d = mem_alloc(1, sizeof(*d));
	char *dir = opt->look ? NULL :
	    text_below(opt->state_dir, doer->name);

	d->opt = *opt;
	d->doer = *doer;
	d->driver = (struct driver){ .name = doer->name,
		.begin = driven_begin, .wait = driven_wait,
		.cancel = driven_cancel, .probe = driven_probe,
		.compare = driven_compare, .restore = driven_restore,
		.identify = driven_identify, .room = driven_room,
		.inside = doer->inside == NULL ? NULL : driven_inside,
		.free = driven_free, .self = d };
	d->programs = programs_new(opt);
	d->runner = opt->look ? NULL : runner_new(dir, why);
	free(dir);
	if (d->runner != NULL || opt->look)
		return &d->driver;
	driven_free(d);
	return NULL;
}
