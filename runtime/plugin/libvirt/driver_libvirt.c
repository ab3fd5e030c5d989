/*
 * What does an order mean where virtual machines are libvirt's, and was it
 * done? Nothing of libvirt is called in this process: it may block for longer
 * than anybody wants to wait, and only a process can be ended from outside.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "arena.h"
#include "asked.h"
#include "driver_libvirt.h"
#include "intern.h"
#include "known.h"
#include "virt.h"

#define SECOND INT64_C(1000000000)
#define ASKING (15 * SECOND)
#define SLACK (2 * SECOND) /* the runtime gives up before the keeper */

/* What is done for each verb, and for how long where nobody says. */
static const struct deed {
	enum verb verb;
	int (*run)(void *);
	int64_t limit, grace; /* grace: from being told to end */
	enum { ANYWHERE, AT, AT_AND_TO } where; /* must be known */
} deeds[] = {
	{ VERB_INSTANTIATE, virt_start, 120 * SECOND, SECOND, AT },
	{ VERB_TERMINATE, virt_stop, 300 * SECOND, SECOND, AT },
	{ VERB_RESTART, virt_restart, 420 * SECOND, SECOND, AT },
	{ VERB_MIGRATE, virt_migrate, 600 * SECOND, 20 * SECOND, AT_AND_TO },
	{ VERB_SNAPSHOT, virt_snapshot, 300 * SECOND, SECOND, ANYWHERE },
	{ VERB_REVERT, virt_revert, 300 * SECOND, SECOND, ANYWHERE },
	{ VERB_DISCARD, virt_forget, 300 * SECOND, SECOND, ANYWHERE },
	{ VERB_UNPLUG, virt_plug, 120 * SECOND, SECOND, ANYWHERE },
	{ VERB_MORPH, virt_migrate, 600 * SECOND, 20 * SECOND, AT_AND_TO },
	{ VERB_PLUG, virt_plug, 120 * SECOND, SECOND, ANYWHERE },
};

/* A morph of what stays where it is. */
static const struct deed in_place = { VERB_MORPH, virt_stay, 60 * SECOND,
	SECOND, ANYWHERE };
/* A host that no program starts comes up by itself. */
static const struct deed reach = { VERB_INSTANTIATE, virt_reach, 120 * SECOND,
	SECOND, AT };

static const struct deed *
deed_of(const struct order *o)
{
	size_t i, n = sizeof(deeds) / sizeof(deeds[0]);

	if (o->verb == VERB_MORPH && o->to == NAME_NONE)
		return &in_place;
	for (i = 0; i < n && deeds[i].verb != o->verb; i++)
		;
	return i < n ? &deeds[i] : NULL;
}

/* --- orders --- */

static const char *
param(const struct order *o, const char *name)
{
	uint32_t value = o->operation == NULL ? NAME_NONE :
	    admin_param(o->operation, name, 0);

	return value == NAME_NONE ? "" : name_str(value);
}

/* What changes of a machine that runs. */
static void
read_change(struct known *k, const struct order *o, struct vm *v)
{
	unsigned long unit;

	if (o->verb == VERB_MORPH)
		v->paused = strcmp(param(o, "migration"),
		    "save-and-restore") == 0;
	if (o->verb != VERB_PLUG && o->verb != VERB_UNPLUG)
		return;
	v->resource = param(o, "resource");
	v->plugged = who_counts(k->who, o->before, o->entity, v->resource,
	    &unit);
	if (v->plugged != PLUGGED_MEMORY)
		unit = 1;
	v->from = strtoul(param(o, "from"), NULL, 10) * unit;
	v->to_have = strtoul(param(o, "to"), NULL, 10) * unit;
}

/* The machine that an order is about, and where; false: it is none. */
static bool
find_vm(struct known *k, const struct order *o, const struct deed *d)
{
	struct vm *v = &k->vm;

	*v = (struct vm){ .domain = who_domain(k->who, o->before, o->entity),
		.at = who_session(k->who, o->before, o->on),
		.host = who_hosts(k->who)->uri,
		.nhost = who_hosts(k->who)->n };
	if (v->domain == NULL || (v->at == NULL && d->where != ANYWHERE))
		return false;
	snprintf(v->snapshot, sizeof(v->snapshot), "%s", o->snapshot == NULL ?
	    VIRT_SNAPSHOT : o->snapshot);
	if (d->where == AT_AND_TO)
		v->to = who_session(k->who, o->before, o->to);
	who_wishes(k->who, o->before, o->entity, v);
	read_change(k, o, v);
	return d->where != AT_AND_TO || v->to != NULL;
}

static enum meant
make_job(struct known *k, const struct order *o, const struct deed *d,
    struct job *j)
{
	*j = (struct job){ .number = o->number, .name = "order", .n = 1,
		.grace = d->grace, .limit = o->timeout > 0 ?
		    o->timeout + SLACK : d->limit, .stage = &k->stage };
	k->stage = (struct stage){ .argv = k->label, .run = d->run,
		.arg = &k->vm, .success = { 1 } };
	return MEANT_JOB;
}

/* What a machine sees of its host is settled when it starts. */
static bool
may_be_shown(const struct order *o, char *why)
{
	static const char *const features[] = { "emulate", "expose", "hide" };
	size_t i;

	for (i = 0; i < 3; i++)
		if (param(o, features[i])[0] != '\0') {
			snprintf(why, WHY, "libvirt cannot %s \"%.200s\" while "
			    "a machine runs; a program of the policy's section "
			    "exec may", features[i], param(o, features[i]));
			return false;
		}
	return true;
}

static enum meant
virt_of(void *self, const struct order *o, struct job *j, char *why)
{
	const struct deed *d = o->callback != NULL ? NULL : deed_of(o);
	struct known *k = self;

	if (d == NULL || !may_be_shown(o, why))
		return MEANT_NOBODY;
	if (!find_vm(k, o, d))
		who_look(k->who, o->before);
	if (find_vm(k, o, d))
		return make_job(k, o, d, j);
	k->vm.at = who_session(k->who, o->before, o->entity);
	if (o->verb != VERB_INSTANTIATE || k->vm.at == NULL)
		return MEANT_NOBODY;
	k->vm.domain = name_str(o->entity);
	return make_job(k, o, &reach, j);
}

/* --- what is so --- */

static enum running
known_runs(struct known *k, const char *uri, const char *domain)
{
	return teller_runs(k->teller, uri, domain, NULL);
}

/* Asks by a function in a process of its own; its status, or -1 with why. */
static int
ask(struct known *k, int (*f)(void *), struct vm *v, int64_t limit, char *why)
{
	struct stage s = { .argv = k->label, .run = f, .arg = v };
	struct said a;
	int status;

	if (!asked_run(&s, NULL, 0, limit, WHY, &a)) {
		snprintf(why, WHY, "cannot start a process");
		return -1;
	}
	status = a.how == ENDED_EXIT ? a.code : -1;
	if (status != 0)
		said_tell(&a, why, WHY);
	said_free(&a);
	return status;
}

static enum probed
plugged(struct known *k)
{
	char why[WHY];

	switch (ask(k, virt_has, &k->vm, ASKING, why)) {
	case VIRT_HAS:
		return PROBE_DONE;
	case VIRT_HAD:
		return PROBE_NOT_DONE;
	default:
		return PROBE_UNKNOWN;
	}
}

/* What was switched off meanwhile was not moved: there is nothing to reverse. */
static enum probed
moved(enum running to, enum running at)
{
	if (to == RUNS)
		return PROBE_DONE;
	return at == RUNS || (at == RUNS_NOT && to == RUNS_NOT) ?
	    PROBE_NOT_DONE : PROBE_UNKNOWN;
}

static enum probed
virt_probe(void *self, const struct order *o)
{
	static const enum probed started[] = { PROBE_DONE, PROBE_NOT_DONE,
		PROBE_UNKNOWN };
	static const enum probed ended[] = { PROBE_NOT_DONE, PROBE_DONE,
		PROBE_UNKNOWN };
	const struct deed *d = deed_of(o);
	struct known *k = self;

	if (d == NULL || !find_vm(k, o, d))
		return PROBE_UNKNOWN;
	switch (o->verb) {
	case VERB_INSTANTIATE:
		return started[known_runs(k, k->vm.at, k->vm.domain)];
	case VERB_TERMINATE:
		return ended[known_runs(k, k->vm.at, k->vm.domain)];
	case VERB_UNPLUG:
	case VERB_PLUG:
		return plugged(k);
	case VERB_MORPH:
	case VERB_MIGRATE:
		return d->where != AT_AND_TO ? PROBE_NOT_DONE :
		    moved(known_runs(k, k->vm.to, k->vm.domain),
		    known_runs(k, k->vm.at, k->vm.domain));
	default:
		return PROBE_UNKNOWN;
	}
}

static bool
host_is_so(struct known *k, const char *uri, char *why)
{
	if (known_runs(k, uri, "") != RUNS_UNKNOWN)
		return true;
	snprintf(why, WHY, "\"%.300s\" does not answer", uri);
	return false;
}

/* Where it is, if it is not where it should be. */
static void
say_where(struct known *k, const char *at, const char *domain, char *why)
{
	const struct who_hosts *h = who_hosts(k->who);
	size_t i;

	for (i = 0; i < h->n; i++)
		if (known_runs(k, h->uri[i], domain) == RUNS) {
			snprintf(why, WHY, "\"%.80s\" runs on \"%.150s\", not "
			    "on \"%.150s\"", domain, h->uri[i], at);
			return;
		}
	snprintf(why, WHY, "\"%.80s\" does not run on \"%.200s\"", domain, at);
}

static bool
virt_is_so(void *self, const struct world *w, uint32_t ee, uint32_t at,
    char *why)
{
	struct known *k = self;
	const char *uri = who_session(k->who, w, ee);
	const char *domain = who_domain(k->who, w, ee);

	if (uri != NULL)
		return host_is_so(k, uri, why);
	uri = who_session(k->who, w, at);
	if (domain == NULL || uri == NULL ||
	    known_runs(k, uri, domain) == RUNS)
		return true;
	say_where(k, uri, domain, why);
	return false;
}

/* --- making --- */

static void
virt_free(void *self)
{
	struct known *k = self;

	teller_free(k->teller);
	who_free(k->who);
	free(k);
}

struct driver *
driver_libvirt(const struct driver_options *opt, char *why)
{
	static char label[] = "libvirt";
	struct known *k = mem_alloc(1, sizeof(*k));
	const struct doer doer = { .name = "libvirt", .of = virt_of,
		.probe = virt_probe, .is_so = virt_is_so,
		.identify = look_identify, .inside = look_inside,
		.able = look_able, .room = look_room,
		.free = virt_free, .self = k };

	k->label[0] = label;
	k->source = opt->source;
	k->policy = opt->policy;
	k->who = who_new(opt->source, opt->policy);
	k->teller = teller_new();
	return driven_new(&doer, opt, why);
}
