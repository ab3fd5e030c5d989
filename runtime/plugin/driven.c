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
#include "driven_private.h"
#include "fault.h"
#include "identity.h"
#include "idmap.h"
#include "intern.h"
#include "os.h"
#include "policy.h"
#include "programs.h"
#include "text.h"

#define NOTICE INT64_C(30000000000) /* ns */

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

enum meant
driven_means(struct driven *d, const struct order *o, struct job *j, char *why)
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
	switch (driven_means(d, o, &d->job, why)) {
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

bool
driven_ask(struct driven *d, const struct job *j, struct ending *e, char *why)
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
	return driven_ask(d, &j, &e, why) ? programs_judge(d->programs, o, &e) :
	    PROBE_UNKNOWN;
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

static enum able
driven_able(void *self, const struct world *w, uint32_t ee, enum able_way way,
    const char *resource, char *why)
{
	struct driven *d = self;

	return d->doer.able(d->doer.self, w, ee, way, resource, why);
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
		.able = doer->able == NULL ? NULL : driven_able,
		.free = driven_free, .self = d };
	d->programs = programs_new(opt);
	d->runner = opt->look ? NULL : runner_new(dir, why);
	free(dir);
	if (d->runner != NULL || opt->look)
		return &d->driver;
	driven_free(d);
	return NULL;
}
