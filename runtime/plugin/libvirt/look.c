/*
 * Where is a machine, what is in it, and where does it keep its snapshots?
 * Nothing of this changes anything, and others than who carries orders out ask.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "intern.h"
#include "known.h"
#include "policy_rules.h"

enum { INSIDE = 65536 };
#define ASKING INT64_C(15000000000) /* ns */

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
	uint64_t visit = 0;
	enum running r;
	size_t i, at;

	for (i = 0; i < h->n; i++) {
		at = (k->last + i) % h->n;
		r = teller_runs(k->teller, h->uri[at], domain, &visit);
		if (r == RUNS) {
			k->last = at;
			id->on = h->ee[at];
			if (visit != 0)
				snprintf(id->visit, IDENTITY_TEXT, "%" PRIu64,
				    visit);
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

enum identified
look_identify(void *self, const struct world *w, uint32_t ee,
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

/* --- inside --- */

bool
look_inside(void *self, const struct world *w, uint32_t ee, char *const *argv,
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

/* --- what it is able to --- */

/* Which host has it and how its resource is counted; false: nothing is known
 * of that. */
static bool
find(struct known *k, const struct world *w, uint32_t ee, const char *resource,
    struct vm *v, char *why)
{
	struct identity id;
	unsigned long unit;

	v->domain = who_domain(k->who, w, ee);
	v->plugged = who_counts(k->who, w, ee, resource, &unit);
	if (v->domain == NULL || (v->able != VIRT_MOVE &&
	    v->plugged == PLUGGED_DEVICES) ||
	    where_it_runs(k, v->domain, &id, why) != IDENTIFIED)
		return false;
	v->host = who_hosts(k->who)->uri;
	v->nhost = who_hosts(k->who)->n;
	v->at = v->host[k->last];
	return true;
}

enum able
look_able(void *self, const struct world *w, uint32_t ee, enum able_way way,
    const char *resource, char *why)
{
	static const enum virt_able ways[] = { VIRT_PLUG, VIRT_UNPLUG,
		VIRT_MOVE };
	static const enum able answers[] = { ABLE, UNABLE, ABLE_UNKNOWN };
	struct known *k = self;
	struct vm v = { .able = ways[way] };
	struct stage s = { .argv = k->label, .run = virt_able, .arg = &v };
	struct said a;
	enum able so = ABLE_UNKNOWN;

	why[0] = '\0';
	if (!find(k, w, ee, resource, &v, why))
		return ABLE_UNKNOWN;
	if (asked_run(&s, NULL, 0, ASKING, WHY, &a)) {
		if (a.how == ENDED_EXIT && a.code <= VIRT_ABLE_UNKNOWN)
			so = answers[a.code];
		snprintf(why, WHY, "%.*s", (int)strcspn(a.out, "\n"), a.out);
	}
	said_free(&a);
	return so;
}

/* --- room --- */

struct rooms {
	struct known *k;
	const struct world *w;
	room_function tell;
	void *arg;
	char *why;
	bool ok;
};

/* The first host that knows the machine says where its disks are. */
static bool
ask_room(const struct rooms *r, const char *domain)
{
	const struct who_hosts *h = who_hosts(r->k->who);
	struct room room;
	size_t i;
	uint32_t n;

	for (i = 0; i < h->n; i++) {
		if (!teller_room(r->k->teller, h->uri[i], domain, 0, &room))
			continue;
		for (n = 1; room.place[0] != '\0'; n++) {
			r->tell(r->arg, room.place, room.left);
			if (!teller_room(r->k->teller, h->uri[i], domain, n,
			    &room))
				break;
		}
		return true;
	}
	snprintf(r->why, WHY, "no host says how much is left where \"%.300s\" "
	    "has its disks", domain);
	return false;
}

static void
look_at_machine(void *arg, uint32_t ee)
{
	struct rooms *r = arg;
	const char *domain;

	if (!r->ok || world_class(r->w, ee) != N_SaPlmEE ||
	    !policy_snapshot(r->k->policy, ee, world_value(r->w, ee,
	    N_saPlmEEType)).take)
		return;
	domain = who_domain(r->k->who, r->w, ee);
	if (domain != NULL)
		r->ok = ask_room(r, domain);
}

bool
look_room(void *self, room_function tell, void *arg, char *why)
{
	struct known *k = self;
	struct world *w;
	struct rooms r = { k, NULL, tell, arg, why, true };

	if (k->policy == NULL || k->policy->section[POLICY_SNAPSHOTS].n == 0)
		return true;
	r.w = w = world_new(k->source);
	world_each(w, look_at_machine, &r);
	world_free(w);
	return r.ok;
}
