/*
 * Which machine and which host does an order mean? The policy says it, else
 * the configuration objects of the model that name domains and sessions. These
 * come and go with what they are about, so they are looked for again when one
 * is missing; what they say is read from the model as it is then.
 *
 * Nothing of libvirt is called in this process: it may block for longer than
 * anybody wants to wait, and only a process can be ended from outside.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "driver_libvirt.h"
#include "idmap.h"
#include "intern.h"
#include "os.h"
#include "policy_rules.h"
#include "virt.h"

enum { WHY = 512 };
#define SECOND INT64_C(1000000000)
#define GRACE (30 * SECOND) /* to shut down */
#define ASKING (15 * SECOND)
#define LOOK INT64_C(10000000)
#define SLACK (2 * SECOND) /* the runtime gives up before the keeper */

struct hosts {
	const char **uri;
	size_t n, cap;
};

struct known {
	struct driver_options opt;
	uint32_t session, domain; /* names of attributes */
	struct idmap config; /* of an EE: the object that says what it is */
	const struct world *w; /* while it is looked through */
	struct hosts hosts;
	struct vm vm; /* of the latest order */
	struct stage stage;
	char *label[2];
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

/* --- who is who --- */

/* The first rule from i on that is about it; NULL: none. */
static const struct rule *
next_rule(const struct known *k, const struct world *w, uint32_t ee, size_t *i)
{
	const struct rules *l;
	const struct rule *r;

	if (k->opt.policy == NULL || ee == NAME_NONE)
		return NULL;
	l = &k->opt.policy->section[POLICY_LIBVIRT];
	while (*i < l->n) {
		r = &l->v[(*i)++];
		if (pattern_fits(&r->match, ee) && pattern_fits(&r->type,
		    world_value(w, ee, N_saPlmEEType)))
			return r;
	}
	return NULL;
}

static const char *
ruled_session(const struct known *k, const struct world *w, uint32_t ee)
{
	const struct rule *r;
	size_t i = 0;

	while ((r = next_rule(k, w, ee, &i)) != NULL)
		if (r->session != NULL)
			return r->session;
	return NULL;
}

static const char *
ruled_domain(const struct known *k, const struct world *w, uint32_t ee)
{
	const struct rule *r;
	size_t i = 0;

	while ((r = next_rule(k, w, ee, &i)) != NULL)
		if (r->domain != NULL)
			return r->domain;
	return NULL;
}

static void
add_host(struct hosts *h, const char *uri)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (strcmp(h->uri[i], uri) == 0)
			return;
	h->uri = mem_grow(h->uri, h->n, &h->cap, sizeof(*h->uri));
	h->uri[h->n++] = uri;
}

static const char *
configured(const struct known *k, const struct world *w, uint32_t ee,
    uint32_t attr)
{
	uint32_t dn = ee == NAME_NONE ? 0 : idmap_get(&k->config, ee), value;

	if (dn == 0 || !world_exists(w, dn) ||
	    world_value(w, dn, N_saPlmEE) != ee)
		return NULL;
	value = world_value(w, dn, attr);
	return value == NAME_NONE || value == NAME_EMPTY ? NULL :
	    name_str(value);
}

static void
note_object(void *arg, uint32_t dn)
{
	struct known *k = arg;
	uint32_t class = world_class(k->w, dn), ee = NAME_NONE;
	const char *uri = NULL;

	if (class == N_OpenSafPlmVirtualMachineMonitorConfig ||
	    class == N_OpenSafPlmVirtualMachineConfig)
		ee = world_value(k->w, dn, N_saPlmEE);
	if (ee != NAME_NONE) {
		*idmap_at(&k->config, ee) = dn;
		uri = configured(k, k->w, ee, k->session);
	} else if (class == N_SaPlmEE) {
		uri = ruled_session(k, k->w, dn);
	}
	if (uri != NULL)
		add_host(&k->hosts, uri);
}

static void
look_through(struct known *k, const struct world *w)
{
	k->w = w;
	world_each(w, note_object, k);
	k->w = NULL;
}

/* The URI of a host; NULL: it is none. */
static const char *
session_of(struct known *k, const struct world *w, uint32_t ee)
{
	const char *s = ruled_session(k, w, ee);

	return s != NULL ? s : configured(k, w, ee, k->session);
}

/* The domain of a machine; NULL: it is none. */
static const char *
domain_of(struct known *k, const struct world *w, uint32_t ee)
{
	const char *s = ruled_domain(k, w, ee);

	return s != NULL ? s : configured(k, w, ee, k->domain);
}

/* What the policy wishes of a machine. */
static void
read_wishes(const struct known *k, const struct world *w, uint32_t ee,
    struct vm *v)
{
	enum tri unsafe = TRI_UNKNOWN, peer = TRI_UNKNOWN;
	const struct rule *r;
	size_t i = 0;

	while ((r = next_rule(k, w, ee, &i)) != NULL) {
		if (v->definitions == NULL)
			v->definitions = r->definitions;
		if (v->grace == 0 && r->max > 0)
			v->grace = r->max;
		if (v->bandwidth == 0 && r->count > 0)
			v->bandwidth = r->count;
		if (unsafe == TRI_UNKNOWN)
			unsafe = r->unsafe;
		if (peer == TRI_UNKNOWN)
			peer = r->peer;
	}
	v->unsafe = unsafe == TRI_YES;
	v->peer = peer == TRI_YES;
	if (v->grace == 0)
		v->grace = GRACE;
}

/* The machine that an order is about, and where; false: it is none. */
static bool
find_vm(struct known *k, const struct order *o)
{
	struct vm *v = &k->vm;

	*v = (struct vm){ .domain = domain_of(k, o->before, o->entity),
		.at = session_of(k, o->before, o->on) };
	if (v->domain == NULL || v->at == NULL)
		return false;
	if (o->verb == VERB_MIGRATE)
		v->to = session_of(k, o->before, o->to);
	read_wishes(k, o->before, o->entity, v);
	v->host = k->hosts.uri;
	v->nhost = k->hosts.n;
	return o->verb != VERB_MIGRATE || v->to != NULL;
}

/* --- orders --- */

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
virt_of(void *self, const struct order *o, struct job *j, char *why)
{
	static const struct deed reach = { VERB_INSTANTIATE, virt_reach,
		120 * SECOND, SECOND };
	const struct deed *d = deed_of(o->verb);
	struct known *k = self;

	(void)why; /* says already that no program does it */
	if (d == NULL || o->callback != NULL)
		return MEANT_NOBODY;
	if (!find_vm(k, o)) {
		look_through(k, o->before);
		find_vm(k, o);
	}
	if (k->vm.domain != NULL && k->vm.at != NULL &&
	    (o->verb != VERB_MIGRATE || k->vm.to != NULL))
		return make_job(k, o, d, j);
	k->vm.at = session_of(k, o->before, o->entity);
	if (o->verb != VERB_INSTANTIATE || k->vm.at == NULL)
		return MEANT_NOBODY;
	k->vm.domain = name_str(o->entity); /* a host comes up by itself */
	return make_job(k, o, &reach, j);
}

/* --- what is so --- */

struct question {
	const char *uri, *domain;
};

/* The answer of a process that may be ended; -1: it gave none in time. */
static int
ask(int (*f)(void *), void *arg)
{
	int64_t end = os_clock() + ASKING;
	pid_t pid = fork(), dead = 0;
	int status = 0;

	if (pid == 0) {
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_IGN);
		_exit(f(arg));
	}
	if (pid < 0)
		return -1;
	while ((dead = waitpid(pid, &status, WNOHANG)) == 0 &&
	    os_clock() < end)
		os_sleep(LOOK);
	if (dead == 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
answer_runs(void *arg)
{
	const struct question *q = arg;

	return (int)virt_runs(q->uri, q->domain);
}

static enum running
runs_on(const char *uri, const char *domain)
{
	struct question q = { uri, domain };
	int answer = ask(answer_runs, &q);

	return answer < 0 ? RUNS_UNKNOWN : (enum running)answer;
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
		return started[runs_on(k->vm.at, k->vm.domain)];
	case VERB_TERMINATE:
		return ended[runs_on(k->vm.at, k->vm.domain)];
	case VERB_MIGRATE:
		if (runs_on(k->vm.to, k->vm.domain) == RUNS)
			return PROBE_DONE;
		return runs_on(k->vm.at, k->vm.domain) == RUNS ?
		    PROBE_NOT_DONE : PROBE_UNKNOWN;
	default:
		return PROBE_UNKNOWN;
	}
}

static bool
host_is_so(const char *uri, char *why)
{
	if (runs_on(uri, "") != RUNS_UNKNOWN)
		return true;
	snprintf(why, WHY, "\"%.300s\" does not answer", uri);
	return false;
}

/* Where it is, if it is not where it should be. */
static void
say_where(const struct known *k, const char *at, const char *domain, char *why)
{
	size_t i;

	for (i = 0; i < k->hosts.n; i++)
		if (runs_on(k->hosts.uri[i], domain) == RUNS) {
			snprintf(why, WHY, "\"%.80s\" runs on \"%.150s\", not "
			    "on \"%.150s\"", domain, k->hosts.uri[i], at);
			return;
		}
	snprintf(why, WHY, "\"%.80s\" does not run on \"%.200s\"", domain, at);
}

static bool
virt_is_so(void *self, const struct world *w, uint32_t ee, uint32_t at,
    char *why)
{
	struct known *k = self;
	const char *uri = session_of(k, w, ee), *domain = domain_of(k, w, ee);

	if (uri != NULL)
		return host_is_so(uri, why);
	uri = session_of(k, w, at);
	if (domain == NULL || uri == NULL ||
	    runs_on(uri, domain) == RUNS)
		return true;
	say_where(k, uri, domain, why);
	return false;
}

/* --- making --- */

static void
virt_free(void *self)
{
	struct known *k = self;

	idmap_free(&k->config);
	free(k->hosts.uri);
	free(k);
}

struct driver *
driver_libvirt(const struct driver_options *opt, char *why)
{
	static char label[] = "libvirt";
	struct known *k = mem_alloc(1, sizeof(*k));
	const struct doer doer = { .name = "libvirt", .of = virt_of,
		.probe = virt_probe, .is_so = virt_is_so, .free = virt_free,
		.self = k };
	struct world *w = world_new(opt->source);

	k->opt = *opt;
	k->label[0] = label;
	k->session = intern_str("libVirtSession");
	k->domain = intern_str("libVirtDomainName");
	look_through(k, w);
	world_free(w);
	return driven_new(&doer, opt, why);
}
