/*
 * What does an order mean where virtual machines are libvirt's, and was it
 * done? Nothing of libvirt is called in this process: it may block for longer
 * than anybody wants to wait, and only a process can be ended from outside.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "asked.h"
#include "driver_libvirt.h"
#include "intern.h"
#include "teller.h"
#include "virt.h"
#include "who.h"

enum { WHY = 512, INSIDE = 65536 };
#define SECOND INT64_C(1000000000)
#define FORGETTING (60 * SECOND)
#define SLACK (2 * SECOND) /* the runtime gives up before the keeper */

struct known {
	struct who *who;
	struct teller *teller;
	struct vm vm; /* of the latest order */
	struct stage stage;
	char *label[2];
	size_t last; /* the host that had the machine last asked about */
};

/* What is done for each verb, and for how long where nobody says. */
static const struct deed {
	enum verb verb;
	int (*run)(void *);
	int64_t limit, grace; /* grace: from being told to end */
} deeds[] = {
	{ VERB_INSTANTIATE, virt_start, 120 * SECOND, SECOND },
	{ VERB_TERMINATE, virt_stop, 300 * SECOND, SECOND },
	{ VERB_RESTART, virt_restart, 420 * SECOND, SECOND },
	{ VERB_MIGRATE, virt_migrate, 600 * SECOND, 20 * SECOND },
	{ VERB_SNAPSHOT, virt_snapshot, 300 * SECOND, SECOND },
	{ VERB_REVERT, virt_revert, 300 * SECOND, SECOND },
};

static const struct deed *
deed_of(enum verb v)
{
	size_t i, n = sizeof(deeds) / sizeof(deeds[0]);

	for (i = 0; i < n && deeds[i].verb != v; i++)
		;
	return i < n ? &deeds[i] : NULL;
}

/* --- orders --- */

/* What finds its host itself. */
static bool
is_of_snapshots(enum verb v)
{
	return v == VERB_SNAPSHOT || v == VERB_REVERT;
}

/* The machine that an order is about, and where; false: it is none. */
static bool
find_vm(struct known *k, const struct order *o)
{
	struct vm *v = &k->vm;

	*v = (struct vm){ .domain = who_domain(k->who, o->before, o->entity),
		.at = who_session(k->who, o->before, o->on) };
	snprintf(v->snapshot, sizeof(v->snapshot), VIRT_SNAPSHOT "%" PRIu32,
	    o->seq);
	if (v->at == NULL && is_of_snapshots(o->verb) &&
	    who_hosts(k->who)->n > 0)
		v->at = who_hosts(k->who)->uri[0];
	if (v->domain == NULL || v->at == NULL)
		return false;
	if (o->verb == VERB_MIGRATE)
		v->to = who_session(k->who, o->before, o->to);
	who_wishes(k->who, o->before, o->entity, v);
	v->host = who_hosts(k->who)->uri;
	v->nhost = who_hosts(k->who)->n;
	return o->verb != VERB_MIGRATE || v->to != NULL;
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

static enum meant
virt_of(void *self, const struct order *o, struct job *j)
{
	static const struct deed reach = { VERB_INSTANTIATE, virt_reach,
		120 * SECOND, SECOND };
	const struct deed *d = deed_of(o->verb);
	struct known *k = self;

	if (d == NULL || o->callback != NULL)
		return MEANT_NOBODY;
	if (!find_vm(k, o)) {
		who_look(k->who, o->before);
		find_vm(k, o);
	}
	if (k->vm.domain != NULL && k->vm.at != NULL &&
	    (o->verb != VERB_MIGRATE || k->vm.to != NULL))
		return make_job(k, o, d, j);
	k->vm.at = who_session(k->who, o->before, o->entity);
	if (o->verb != VERB_INSTANTIATE || k->vm.at == NULL)
		return MEANT_NOBODY;
	k->vm.domain = name_str(o->entity); /* a host comes up by itself */
	return make_job(k, o, &reach, j);
}

/* --- what is so --- */

static enum running
runs_on(struct known *k, const char *uri, const char *domain)
{
	return teller_runs(k->teller, uri, domain, NULL);
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
	struct known *k = self;

	if (!find_vm(k, o))
		return PROBE_UNKNOWN;
	switch (o->verb) {
	case VERB_INSTANTIATE:
		return started[runs_on(k, k->vm.at, k->vm.domain)];
	case VERB_TERMINATE:
		return ended[runs_on(k, k->vm.at, k->vm.domain)];
	case VERB_MIGRATE:
		return moved(runs_on(k, k->vm.to, k->vm.domain),
		    runs_on(k, k->vm.at, k->vm.domain));
	default:
		return PROBE_UNKNOWN;
	}
}

static bool
host_is_so(struct known *k, const char *uri, char *why)
{
	if (runs_on(k, uri, "") != RUNS_UNKNOWN)
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
		if (runs_on(k, h->uri[i], domain) == RUNS) {
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
	const char *uri = who_session(k->who, w, ee), *domain = who_domain(k->who, w, ee);

	if (uri != NULL)
		return host_is_so(k, uri, why);
	uri = who_session(k->who, w, at);
	if (domain == NULL || uri == NULL ||
	    runs_on(k, uri, domain) == RUNS)
		return true;
	say_where(k, uri, domain, why);
	return false;
}

/* --- which machine --- */

static enum identified
machine_under(struct known *k, const char *uri, struct identity *id, char *why)
{
	struct machine m;

	if (!teller_machine(k->teller, uri, &m)) {
		snprintf(why, WHY, "\"%.300s\" does not answer", uri);
		return IDENTIFIED_UNKNOWN;
	}
	snprintf(id->serial, IDENTITY_TEXT, "%s", m.serial);
	snprintf(id->type, IDENTITY_TEXT, "%s", m.type);
	snprintf(id->model, IDENTITY_TEXT, "%s", m.model);
	return IDENTIFIED;
}

/* Where it was is asked first, then all others. */
static enum identified
where_it_runs(struct known *k, const char *domain, struct identity *id,
    char *why)
{
	const struct who_hosts *h = who_hosts(k->who);
	const char *silent = NULL;
	enum running r;
	size_t i, at;

	for (i = 0; i < h->n; i++) {
		at = (k->last + i) % h->n;
		r = teller_runs(k->teller, h->uri[at], domain, &id->visit);
		if (r == RUNS) {
			k->last = at;
			id->on = h->ee[at];
			return machine_under(k, h->uri[at], id, why);
		}
		if (r == RUNS_UNKNOWN)
			silent = h->uri[at];
	}
	if (silent == NULL)
		return IDENTIFIED_DOWN;
	snprintf(why, WHY, "\"%.150s\" does not run elsewhere, and \"%.250s\" "
	    "does not answer", domain, silent);
	return IDENTIFIED_UNKNOWN;
}

static enum identified
virt_identify(void *self, const struct world *w, uint32_t ee,
    struct identity *id, char *why)
{
	struct known *k = self;
	const char *uri, *domain = who_domain(k->who, w, ee);

	*id = (struct identity){ .on = NAME_NONE };
	if (domain != NULL)
		return where_it_runs(k, domain, id, why);
	uri = who_session(k->who, w, ee);
	if (uri != NULL)
		return machine_under(k, uri, id, why);
	snprintf(why, WHY, "\"%.300s\" is neither a host nor a machine that "
	    "libvirt knows", name_str(ee));
	return IDENTIFIED_UNKNOWN;
}

/* --- snapshots --- */

static enum outcome
virt_drop(void *self, const struct world *w, uint32_t ee, uint32_t seq,
    char *why)
{
	struct known *k = self;
	struct vm v = { .domain = who_domain(k->who, w, ee),
		.host = who_hosts(k->who)->uri,
		.nhost = who_hosts(k->who)->n };
	struct stage s = { .argv = k->label, .run = virt_forget, .arg = &v };
	struct said a;
	bool good;

	if (v.domain == NULL)
		return OUTCOME_OK; /* what it is not can have none */
	snprintf(v.snapshot, sizeof(v.snapshot), VIRT_SNAPSHOT "%" PRIu32,
	    seq);
	if (!asked_run(&s, NULL, 0, FORGETTING, WHY, &a)) {
		snprintf(why, WHY, "cannot start a process");
		return OUTCOME_FAILED;
	}
	good = a.how == ENDED_EXIT && a.code == 0;
	if (!good)
		said_tell(&a, why, WHY);
	said_free(&a);
	return good ? OUTCOME_OK : OUTCOME_FAILED;
}

/* --- inside --- */

static bool
virt_in(void *self, const struct world *w, uint32_t ee, char *const *argv,
    int64_t limit, struct said *a, char *why)
{
	struct known *k = self;
	struct vm v = { .domain = who_domain(k->who, w, ee), .argv = argv };
	struct stage s = { .argv = k->label, .run = virt_inside, .arg = &v };
	struct identity id;

	if (v.domain == NULL) {
		snprintf(why, WHY, "\"%.300s\" is no machine that libvirt "
		    "knows", name_str(ee));
		return false;
	}
	switch (where_it_runs(k, v.domain, &id, why)) {
	case IDENTIFIED_UNKNOWN:
		return false;
	case IDENTIFIED_DOWN:
		snprintf(why, WHY, "\"%.300s\" does not run", v.domain);
		return false;
	case IDENTIFIED:
		break;
	}
	v.at = who_hosts(k->who)->uri[k->last];
	if (asked_run(&s, NULL, 0, limit, INSIDE, a))
		return true;
	snprintf(why, WHY, "cannot start a process");
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
		.identify = virt_identify, .forget = virt_drop,
		.inside = virt_in,
		.free = virt_free, .self = k };

	k->label[0] = label;
	k->who = who_new(opt->source, opt->policy);
	k->teller = teller_new();
	return driven_new(&doer, opt, why);
}
