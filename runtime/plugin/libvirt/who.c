/*
 * Which machine and which host does a name mean? The policy says it, else the
 * configuration objects of the model that name domains and sessions. These
 * come and go with what they are about, so they are looked for again when one
 * is missing; what they say is read from the model as it is then.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "idmap.h"
#include "intern.h"
#include "policy_rules.h"
#include "who.h"

#define GRACE INT64_C(30000000000) /* ns to shut down */
#define REACH INT64_C(3000000000) /* ns to reach a host */
#define TRY INT64_C(200000000)

struct who {
	const struct policy *policy; /* NULL: none */
	uint32_t session, domain; /* names of attributes */
	struct idmap config; /* of an EE: the object that says what it is */
	const struct world *w; /* while it is looked through */
	struct who_hosts hosts;
};

/* The first rule from i on that is about it; NULL: none. */
static const struct rule *
next_rule(const struct who *k, const struct world *w, uint32_t ee, size_t *i)
{
	const struct rules *l;
	const struct rule *r;

	if (k->policy == NULL || ee == NAME_NONE)
		return NULL;
	l = &k->policy->section[POLICY_LIBVIRT];
	while (*i < l->n) {
		r = &l->v[(*i)++];
		if (pattern_fits(&r->match, ee) && pattern_fits(&r->type,
		    world_value(w, ee, N_saPlmEEType)))
			return r;
	}
	return NULL;
}

static const char *
ruled_session(const struct who *k, const struct world *w, uint32_t ee)
{
	const struct rule *r;
	size_t i = 0;

	while ((r = next_rule(k, w, ee, &i)) != NULL)
		if (r->session != NULL)
			return r->session;
	return NULL;
}

static const char *
ruled_domain(const struct who *k, const struct world *w, uint32_t ee)
{
	const struct rule *r;
	size_t i = 0;

	while ((r = next_rule(k, w, ee, &i)) != NULL)
		if (r->domain != NULL)
			return r->domain;
	return NULL;
}

static void
add_host(struct who *k, uint32_t ee, const char *uri)
{
	struct who_hosts *h = &k->hosts;
	size_t i, cap = h->cap;

	for (i = 0; i < h->n; i++)
		if (strcmp(h->uri[i], uri) == 0)
			return;
	h->uri = mem_grow(h->uri, h->n, &cap, sizeof(*h->uri));
	h->ee = mem_grow(h->ee, h->n, &h->cap, sizeof(*h->ee));
	h->ee[h->n] = ee;
	h->uri[h->n++] = uri;
}

static const char *
configured(const struct who *k, const struct world *w, uint32_t ee,
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
	struct who *k = arg;
	uint32_t class = world_class(k->w, dn), ee = NAME_NONE;
	const char *uri = NULL;

	if (class == N_OpenSafPlmVirtualMachineMonitorConfig ||
	    class == N_OpenSafPlmVirtualMachineConfig)
		ee = world_value(k->w, dn, N_saPlmEE);
	if (ee != NAME_NONE) {
		*idmap_at(&k->config, ee) = dn;
		uri = configured(k, k->w, ee, k->session);
	} else if (class == N_SaPlmEE) {
		ee = dn;
		uri = ruled_session(k, k->w, dn);
	}
	if (uri != NULL)
		add_host(k, ee, uri);
}

void
who_look(struct who *k, const struct world *w)
{
	k->w = w;
	world_each(w, note_object, k);
	k->w = NULL;
}

const char *
who_session(const struct who *k, const struct world *w, uint32_t ee)
{
	const char *s = ruled_session(k, w, ee);

	return s != NULL ? s : configured(k, w, ee, k->session);
}

const char *
who_domain(const struct who *k, const struct world *w, uint32_t ee)
{
	const char *s = ruled_domain(k, w, ee);

	return s != NULL ? s : configured(k, w, ee, k->domain);
}

static int
tries_in(int64_t ns)
{
	int64_t n = 1 + ns / TRY;

	return n < INT_MAX ? (int)n : INT_MAX;
}

void
who_wishes(const struct who *k, const struct world *w, uint32_t ee,
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
		if (v->tries == 0 && r->longest >= 0)
			v->tries = tries_in(r->longest);
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
	if (v->tries == 0)
		v->tries = tries_in(REACH);
}

enum plugged
who_counts(const struct who *k, const struct world *w, uint32_t ee,
    const char *resource, unsigned long *unit)
{
	const char *vcpus = NULL, *memory = NULL;
	const struct rule *r;
	size_t i = 0;

	*unit = 0;
	while ((r = next_rule(k, w, ee, &i)) != NULL) {
		if (vcpus == NULL)
			vcpus = r->vcpus;
		if (memory == NULL)
			memory = r->memory;
		if (*unit == 0 && r->unit > 0)
			*unit = (unsigned long)r->unit;
	}
	if (strcmp(resource, vcpus == NULL ? "vcpu" : vcpus) == 0)
		return PLUGGED_VCPUS;
	if (strcmp(resource, memory == NULL ? "memory" : memory) != 0)
		return PLUGGED_DEVICES;
	*unit = *unit == 0 ? 1 : *unit;
	return PLUGGED_MEMORY;
}

const struct who_hosts *
who_hosts(const struct who *k)
{
	return &k->hosts;
}

struct who *
who_new(const struct model *source, const struct policy *policy)
{
	struct who *k = mem_alloc(1, sizeof(*k));
	struct world *w = world_new(source);

	k->policy = policy;
	k->session = intern_str("libVirtSession");
	k->domain = intern_str("libVirtDomainName");
	who_look(k, w);
	world_free(w);
	return k;
}

void
who_free(struct who *k)
{
	idmap_free(&k->config);
	free(k->hosts.uri);
	free(k->hosts.ee);
	free(k);
}
