/*
 * Is a VM where the campaign has put it? A caught one has exactly one sponsor
 * from the initialization to the completion, and the campaign never moves it in
 * between: so what must hold can be asked at any time and needs no memory, in a
 * resumed run as in an undisturbed one. Only where a driver does not know the
 * monitor's machine is the VM compared with where it was first seen in this
 * procedure. That it was away and is back shows only against what was last seen
 * of it, so this is for as long as nothing is done that could be why.
 *
 * An action after which a VM has strayed was done all the same: the driver's
 * own probe says so, and it is undone like what fails.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "dn.h"
#include "identity.h"
#include "idmap.h"
#include "intern.h"
#include "stray.h"
#include "strayed.h"

enum { WHY = 512 };

struct watched { /* a VM of the procedure */
	uint32_t dn;
	bool seen;
	struct identity first;
	char visit[IDENTITY_TEXT]; /* when it was last seen; "": it may be
	                            * another next time */
};

struct stray {
	struct driver driver, *inner;
	struct driver_options opt;
	struct idmap list; /* of an EE: its dependency object */
	struct idmap configured; /* 1: an object says that it is a VM */
	bool any_config;
	struct idmap moves; /* 1: the campaign moves it in a procedure */
	struct idmap known; /* number plus one of the procedure it is in v of */
	uint32_t proc; /* whose VMs v are, or NONE */
	struct watched *v;
	size_t n, cap;
	const struct order *order; /* what runs */
	const struct world *w; /* while it is looked through */
};

/* --- who is caught --- */

/* EEs directly below the domain that depend on EEs; where configuration objects
 * say who is a VM, only these are. */
static void
note_object(void *arg, uint32_t dn)
{
	struct stray *s = arg;
	uint32_t class = world_class(s->w, dn), ee = NAME_NONE;

	if (class == N_OpenSafPlmVirtualMachineConfig) {
		s->any_config = true;
		ee = world_value(s->w, dn, N_saPlmEE);
		if (ee != NAME_NONE)
			*idmap_at(&s->configured, ee) = 1;
		return;
	}
	ee = class == N_SaPlmDependency ? dn_parent_known(dn) :
	    (uint32_t)NAME_NONE;
	if (ee != NAME_NONE && world_class(s->w, dn_parent_known(ee)) ==
	    N_SaPlmDomain && world_class(s->w, world_value(s->w, dn,
	    N_saPlmDepNames)) == N_SaPlmEE)
		*idmap_at(&s->list, ee) = dn;
}

static void
note_lists(struct stray *s, const struct order *o)
{
	size_t i;

	s->w = o->after;
	for (i = 0; o->after != NULL && i < o->ntouched; i++)
		note_object(s, o->touched[i]);
	s->w = NULL;
}

static void
note_moves(struct stray *s)
{
	const struct actions *a = s->opt.actions;
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->act[i].verb == VERB_MIGRATE && a->act[i].proc != NONE)
			*idmap_at(&s->moves, a->act[i].entity) = 1;
}

/* The VMs that a procedure acts on, and does not move. */
static void
enter(struct stray *s, uint32_t proc)
{
	const struct run_proc *p = &s->opt.actions->proc[proc];
	uint32_t ee, *known;
	size_t i;

	if (proc == s->proc)
		return;
	s->proc = proc;
	s->n = 0;
	for (i = p->first; i < p->first + p->n; i++) {
		ee = s->opt.actions->act[i].entity;
		if (ee == NAME_NONE || idmap_get(&s->moves, ee) != 0)
			continue;
		known = idmap_at(&s->known, ee);
		if (*known == proc + 1)
			continue;
		*known = proc + 1;
		s->v = mem_grow(s->v, s->n, &s->cap, sizeof(*s->v));
		s->v[s->n++] = (struct watched){ .dn = ee };
	}
}

/* The one EE it may stand on; NAME_NONE: it is not caught. */
static uint32_t
catcher(const struct stray *s, const struct world *w, uint32_t vm)
{
	uint32_t list = idmap_get(&s->list, vm);
	const uint32_t *name;
	size_t n;

	if (list == 0 || !world_exists(w, list) ||
	    (s->any_config && idmap_get(&s->configured, vm) == 0))
		return NAME_NONE;
	name = world_values(w, list, N_saPlmDepNames, &n);
	return n == 1 && world_class(w, name[0]) == N_SaPlmEE ? name[0] :
	    (uint32_t)NAME_NONE;
}

/* --- where it is --- */

static bool
say(const struct stray *s, const struct order *o, uint32_t vm, uint32_t home,
    const struct identity *was, const struct identity *is, char *why)
{
	char moved[300];

	identity_moved(was, is, moved, sizeof(moved));
	snprintf(why, WHY, "\"%.60s\"" DRIVER_STRAYED "\"%.60s\", which caught "
	    "it: %s; move it back, then resume or roll back", name_str(vm),
	    name_str(home), moved);
	strayed_keep(s->opt.state_dir, &(struct strayed){ .vm = vm,
	    .procedure = name_str(s->opt.actions->proc[s->proc].p->name),
	    .order = o, .was = was, .is = is });
	return false;
}

/* The machine that the VM must be on, as far as that is known. */
static void
expected(struct stray *s, const struct world *w, struct watched *v,
    uint32_t home, const struct identity *is, struct identity *want)
{
	struct driver *dr = s->inner;
	char why[WHY];

	if (dr->identify(dr->self, w, home, want, why) == IDENTIFIED) {
		want->on = home;
	} else {
		if (!v->seen)
			v->first = *is;
		v->seen = true;
		*want = v->first;
	}
	memcpy(want->visit, v->visit, sizeof(want->visit));
	memcpy(v->visit, is->visit, sizeof(v->visit));
}

static bool
is_home(struct stray *s, const struct order *o, struct watched *v, char *why)
{
	struct driver *dr = s->inner;
	uint32_t home = catcher(s, o->before, v->dn);
	struct identity is, want;

	if (home == NAME_NONE || dr->identify(dr->self, o->before, v->dn, &is,
	    why) != IDENTIFIED) {
		v->seen = false; /* it may come up again elsewhere */
		v->visit[0] = '\0';
		return true;
	}
	expected(s, o->before, v, home, &is, &want);
	return identity_same(&is, &want) ||
	    say(s, o, v->dn, home, &want, &is, why);
}

/* May an order that brings a machine down and up again, or moves it, be about
 * this one or what is below it? Other caught ones are not below it. */
static bool
may_renew(const struct stray *s, const struct order *o, uint32_t vm)
{
	switch (o->verb) {
	case VERB_ONLINE_INSTALL:
	case VERB_ONLINE_UNINSTALL:
	case VERB_LOCK:
	case VERB_UNLOCK:
	case VERB_SNAPSHOT:
	case VERB_DISCARD:
	case VERB_VALIDATE:
	case VERB_NOTIFY:
		return false;
	default:
		return o->entity == vm ||
		    catcher(s, o->before, o->entity) == NAME_NONE;
	}
}

static void
forget_visits(struct stray *s, const struct order *o, bool all)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (all || may_renew(s, o, s->v[i].dn))
			s->v[i].visit[0] = '\0';
}

static bool
is_guarded(const struct stray *s, const struct order *o)
{
	return o->direction == DO_FORWARD && o->seq > 0 &&
	    o->seq <= s->opt.actions->n &&
	    s->opt.actions->act[o->seq - 1].proc != NONE;
}

static bool
all_home(struct stray *s, const struct order *o, char *why)
{
	size_t i;

	if (!is_guarded(s, o)) {
		forget_visits(s, o, true);
		return true;
	}
	enter(s, s->opt.actions->act[o->seq - 1].proc);
	for (i = 0; i < s->n; i++)
		if (!is_home(s, o, &s->v[i], why))
			return false;
	return true;
}

/* --- the driver --- */

static enum outcome
after(struct stray *s, enum outcome out, char *why)
{
	const struct order *o = s->order;

	if (out == OUTCOME_RUNNING)
		return out;
	s->order = NULL;
	forget_visits(s, o, false);
	if (out != OUTCOME_OK)
		return out;
	note_lists(s, o);
	return all_home(s, o, why) ? OUTCOME_OK : OUTCOME_FAILED;
}

static enum outcome
stray_begin(void *self, const struct order *o, char *why)
{
	struct stray *s = self;

	if (!all_home(s, o, why))
		return OUTCOME_FAILED;
	s->order = o;
	return after(s, s->inner->begin(s->inner->self, o, why), why);
}

static enum outcome
stray_wait(void *self, int64_t ns, char *why)
{
	struct stray *s = self;

	return after(s, s->inner->wait(s->inner->self, ns, why), why);
}

static void
stray_cancel(void *self)
{
	struct stray *s = self;

	if (s->order != NULL)
		forget_visits(s, s->order, true);
	s->order = NULL;
	s->inner->cancel(s->inner->self);
}

static enum probed
stray_probe(void *self, const struct order *o)
{
	struct stray *s = self;

	return s->inner->probe(s->inner->self, o);
}

static enum outcome
stray_settled(void *self, const struct order *o, char *why)
{
	struct stray *s = self;

	note_lists(s, o);
	return s->inner->settled == NULL ? OUTCOME_OK :
	    s->inner->settled(s->inner->self, o, why);
}

static enum outcome
stray_sync(void *self, char *why)
{
	struct stray *s = self;

	return s->inner->sync(s->inner->self, why);
}

static size_t
stray_compare(void *self, const struct world *w, FILE *f, size_t max)
{
	struct stray *s = self;

	return s->inner->compare(s->inner->self, w, f, max);
}

static enum outcome
stray_restore(void *self, char *why)
{
	struct stray *s = self;

	return s->inner->restore(s->inner->self, why);
}

static enum identified
stray_identify(void *self, const struct world *w, uint32_t ee,
    struct identity *id, char *why)
{
	struct stray *s = self;

	return s->inner->identify(s->inner->self, w, ee, id, why);
}

static bool
stray_room(void *self, room_function tell, void *arg, char *why)
{
	struct stray *s = self;

	return s->inner->room(s->inner->self, tell, arg, why);
}

static void
stray_free(void *self)
{
	struct stray *s = self;

	s->inner->free(s->inner->self);
	idmap_free(&s->list);
	idmap_free(&s->configured);
	idmap_free(&s->moves);
	idmap_free(&s->known);
	free(s->v);
	free(s);
}

struct driver *
stray_watch(struct driver *inner, const struct driver_options *opt)
{
	struct stray *s;
	struct world *w;

	if (inner == NULL || inner->identify == NULL || opt->look ||
	    opt->actions == NULL || opt->state_dir == NULL)
		return inner;
	s = mem_alloc(1, sizeof(*s));
	*s = (struct stray){ .inner = inner, .opt = *opt, .proc = NONE };
	s->driver = (struct driver){ .name = inner->name,
		.begin = stray_begin,
		.wait = inner->wait == NULL ? NULL : stray_wait,
		.cancel = stray_cancel, .probe = stray_probe,
		.settled = stray_settled,
		.sync = inner->sync == NULL ? NULL : stray_sync,
		.compare = stray_compare, .restore = stray_restore,
		.identify = stray_identify,
		.room = inner->room == NULL ? NULL : stray_room,
		.free = stray_free, .self = s };
	w = world_new(opt->source);
	s->w = w;
	world_each(w, note_object, s);
	s->w = NULL;
	world_free(w);
	note_moves(s);
	return &s->driver;
}
