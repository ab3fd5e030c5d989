/*
 * P1 for software: has every EE that comes up what its type needs, and does
 * nothing stay behind? What is installed is followed bundle by bundle, its
 * online and its offline part, as far as the bundle has commands for them. It
 * must be executed on the layer below. Units share what their node has; of
 * them it is asked where, and whether a component of theirs has that bundle.
 */
#include <stdlib.h>

#include "dn.h"
#include "policy.h"
#include "proving.h"

enum { ONLINE = 1, OFFLINE = 2 };

struct installed { /* of an EE */
	uint32_t bundle, ee;
	uint8_t parts;
	uint32_t next; /* + 1 */
};

struct need { /* a component of a unit has this bundle */
	uint32_t bundle, next; /* + 1 */
};

struct needs { /* of one model */
	struct need *v;
	size_t n, cap;
	struct idmap first; /* by unit; + 1 */
};

struct software {
	struct needs source, target;
	struct installed *v;
	size_t n, cap;
	uint32_t *first; /* by EE; + 1 */
	size_t nfirst;
};

void
software_free(struct software *s)
{
	if (s == NULL)
		return;
	free(s->v);
	free(s->first);
	free(s->source.v);
	free(s->target.v);
	idmap_free(&s->source.first);
	idmap_free(&s->target.first);
	free(s);
}

/* --- what a bundle has --- */

static uint8_t
commands(const struct prover *p, uint32_t bundle, uint32_t online,
    uint32_t offline)
{
	return (world_value(p->w, bundle, online) == NAME_NONE ? 0 : ONLINE) |
	    (world_value(p->w, bundle, offline) == NAME_NONE ? 0 : OFFLINE);
}

static uint8_t
installs(const struct prover *p, uint32_t bundle)
{
	return commands(p, bundle, N_saSmfBundleInstallOnlineCmdUri,
	    N_saSmfBundleInstallOfflineCmdUri);
}

/* One without commands is there or not: an online part. */
static uint8_t
parts_of(const struct prover *p, uint32_t bundle)
{
	uint8_t any = installs(p, bundle) | commands(p, bundle,
	    N_saSmfBundleRemoveOnlineCmdUri, N_saSmfBundleRemoveOfflineCmdUri);

	return any != 0 ? any : ONLINE;
}

static uint32_t
bundle_of(const struct prover *p, uint32_t ee)
{
	uint32_t b = world_value(p->w, world_value(p->w, p->y->ee[ee].dn,
	    N_saPlmEEType), N_saPlmEetSwBundle);

	return world_class(p->w, b) == N_SaSmfSwBundle ? b :
	    (uint32_t)NAME_NONE;
}

/* --- what is installed --- */

static uint32_t
first_of(const struct software *s, uint32_t ee)
{
	return ee < s->nfirst ? s->first[ee] : 0;
}

static struct installed *
entry(struct software *s, uint32_t ee, uint32_t bundle)
{
	uint32_t i;

	for (i = first_of(s, ee); i != 0; i = s->v[i - 1].next)
		if (s->v[i - 1].bundle == bundle)
			return &s->v[i - 1];
	while (s->nfirst <= ee) {
		s->first = mem_realloc(s->first, 2 * (ee + 1u),
		    sizeof(*s->first));
		while (s->nfirst < 2 * (ee + 1u))
			s->first[s->nfirst++] = 0;
	}
	s->v = mem_grow(s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n] = (struct installed){ bundle, ee, 0, s->first[ee] };
	s->first[ee] = (uint32_t)++s->n;
	return &s->v[s->n - 1];
}

static void
set_parts(struct prover *p, struct installed *e, uint8_t parts)
{
	uint64_t what = system_mix(p->y->ee[e->ee].dn, e->bundle);

	if (e->parts != 0)
		p->y->hash ^= system_mix(what, e->parts);
	e->parts = parts;
	if (e->parts != 0)
		p->y->hash ^= system_mix(what, e->parts);
}

static void
find_needs(struct needs *n, const struct model *m)
{
	size_t i;
	uint32_t *first, type, bundle;

	for (i = 0; i < m->nobject; i++) {
		if (m->object[i].class != N_SaAmfComp)
			continue;
		type = model_find(m, model_value(m, (uint32_t)i,
		    N_saAmfCompType));
		bundle = type == NONE ? (uint32_t)NAME_NONE :
		    model_value(m, type, N_saAmfCtSwBundle);
		first = idmap_at(&n->first, dn_parent_known(m->object[i].dn));
		n->v = mem_grow(n->v, n->n, &n->cap, sizeof(*n->v));
		n->v[n->n] = (struct need){ bundle, *first };
		*first = (uint32_t)++n->n;
	}
}

/* A unit without components is an extract: anything may be right. */
static bool
needs(const struct needs *n, uint32_t su, uint32_t bundle)
{
	uint32_t i = idmap_get(&n->first, su);

	if (i == 0)
		return true;
	while (i != 0 && n->v[i - 1].bundle != bundle)
		i = n->v[i - 1].next;
	return i != 0;
}

void
prove_software_first(struct prover *p)
{
	uint32_t i, b;

	p->software = mem_alloc(1, sizeof(*p->software));
	find_needs(&p->software->source, p->source);
	find_needs(&p->software->target, p->target);
	for (i = 0; i < p->y->nee; i++) {
		b = p->y->ee[i].exists ? bundle_of(p, i) :
		    (uint32_t)NAME_NONE;
		if (b != NAME_NONE)
			set_parts(p, entry(p->software, i, b), parts_of(p, b));
	}
}

/* --- actions --- */

/* Does the bundle go where the EE stands, or a unit's EE does? */
static bool
is_below(const struct prover *p, uint32_t ee, uint32_t on)
{
	const struct sys_ee *e = &p->y->ee[ee];

	if (!e->exists || on == NAME_NONE)
		return true; /* what it stands on is not known yet */
	if (e->container != NONE)
		return on == p->y->ee[e->container].dn;
	if (!(e->vm_s || e->vm_t) || !system_depends(p->y, ee))
		return on == e->dn;
	return e->at != NONE ? on == p->y->ee[e->at].dn :
	    system_lists(p->y, ee, on);
}

static bool
is_under_unit(const struct prover *p, uint32_t su, uint32_t on)
{
	const struct sys_su *u = &p->y->su[su];

	return u->ee == NONE || !u->exists || on == NAME_NONE ||
	    on == p->y->ee[u->ee].dn || on == u->node || on == u->clm;
}

static bool
place_is_right(struct prover *p, const struct act *a)
{
	uint32_t ee = system_find(p->y, SYS_EE, a->entity);
	uint32_t su = system_find(p->y, SYS_SU, a->entity);

	if ((ee == NONE || is_below(p, ee, a->on)) &&
	    (su == NONE || is_under_unit(p, su, a->on)))
		return true;
	return prove_fail(p, DIAG_NOTHING_BELOW, a->entity, "the software "
	    "\"%s\" of \"%s\" is changed on \"%s\", where that does not stand",
	    name_str(a->bundle), name_str(a->entity), name_str(a->on));
}

/* Is something that the bundle needs on the EE, or on what it stands on? */
static bool
has_needed(const struct prover *p, uint32_t ee, uint32_t bundle, size_t need)
{
	const struct sys_ee *e = &p->y->ee[ee];
	const struct software *s = p->software;
	uint32_t i;

	for (i = first_of(s, ee); i != 0; i = s->v[i - 1].next)
		if (s->v[i - 1].parts != 0 && s->v[i - 1].bundle != bundle &&
		    policy_prerequisite_is(p->policy, bundle, need,
		    s->v[i - 1].bundle))
			return true;
	if (e->container != NONE && has_needed(p, e->container, bundle, need))
		return true;
	return e->at != NONE && has_needed(p, e->at, bundle, need);
}

/* What the components of the units on the EE bring in source or target may be
 * what is needed; that is not followed here. */
static bool
may_be_components(const struct prover *p, uint32_t bundle, size_t need)
{
	const struct needs *n[] = { &p->software->source,
		&p->software->target };
	size_t k, i;

	for (k = 0; k < 2; k++)
		for (i = 0; i < n[k]->n; i++)
			if (n[k]->v[i].bundle != NAME_NONE &&
			    policy_prerequisite_is(p->policy, bundle, need,
			    n[k]->v[i].bundle))
				return true;
	return false;
}

/* U2: what the policy says a bundle needs is there before it. An EE that stands
 * nowhere yet is installed on what it is to stand on. */
static bool
has_prerequisites(struct prover *p, const struct act *a, uint32_t ee)
{
	uint32_t on = a->on == NAME_NONE ? NONE :
	    system_find(p->y, SYS_EE, a->on);
	const char *need;
	size_t i;

	if (policy_nprerequisite(p->policy) == 0)
		return true;
	for (i = 0; (need = policy_prerequisite(p->policy, a->bundle, i)) !=
	    NULL; i++)
		if (!has_needed(p, ee, a->bundle, i) && (on == NONE ||
		    !has_needed(p, on, a->bundle, i)) &&
		    !may_be_components(p, a->bundle, i))
			return prove_fail(p, DIAG_NO_PREREQUISITE, a->entity,
			    "\"%s\" is installed for \"%s\", but there is no "
			    "\"%s\", which it needs, there or below",
			    name_str(a->bundle), name_str(a->entity), need);
	return true;
}

static bool
change(struct prover *p, const struct act *a, uint32_t ee, uint8_t part,
    bool install)
{
	struct installed *e = entry(p->software, ee, a->bundle);

	if (part == OFFLINE && p->y->ee[ee].exists && p->y->ee[ee].up) {
		prove_fail(p, DIAG_NOTHING_BELOW, a->entity, "the software "
		    "\"%s\" of \"%s\" is changed offline while that runs",
		    name_str(a->bundle), name_str(a->entity));
		prove_note_ee(p, ee);
		return false;
	}
	if (((e->parts & part) != 0) == install)
		return prove_fail(p, DIAG_WRONG_SOFTWARE, a->entity,
		    "\"%s\" is %s \"%s\", which has it %s",
		    name_str(a->bundle), install ? "installed for" :
		    "removed from", name_str(a->entity), install ? "already" :
		    "not");
	set_parts(p, e, install ? e->parts | part :
	    (uint8_t)(e->parts & ~part));
	return true;
}

/* Of a unit: what it brings its target needs, what it takes away its source
 * did; asked on the way forward. */
static bool
unit_needs(struct prover *p, const struct act *a)
{
	bool add = a->verb == VERB_ONLINE_INSTALL ||
	    a->verb == VERB_OFFLINE_INSTALL;

	if (system_find(p->y, SYS_SU, a->entity) == NONE || needs(add ?
	    &p->software->target : &p->software->source, a->entity, a->bundle))
		return true;
	return prove_fail(p, DIAG_WRONG_SOFTWARE, a->entity, "\"%s\" is %s "
	    "\"%s\", but is the software of none of its components",
	    name_str(a->bundle), add ? "installed for" : "removed from",
	    name_str(a->entity));
}

bool
prove_software(struct prover *p, enum verb verb, const struct act *a)
{
	uint32_t ee = system_find(p->y, SYS_EE, a->entity);
	bool online = verb == VERB_ONLINE_INSTALL ||
	    verb == VERB_ONLINE_UNINSTALL;
	uint8_t part = online ? ONLINE : OFFLINE;
	bool install;

	if (!place_is_right(p, a) || !unit_needs(p, a))
		return false;
	if (ee == NONE || (parts_of(p, a->bundle) & part) == 0)
		return true;
	install = verb == VERB_ONLINE_INSTALL || verb == VERB_OFFLINE_INSTALL;
	return (!install || verb != a->verb || /* what comes back was there */
	    has_prerequisites(p, a, ee)) && change(p, a, ee, part, install);
}

/* What comes up needs the software of its type. */
bool
prove_has_software(struct prover *p, uint32_t ee)
{
	uint32_t b = bundle_of(p, ee);
	struct installed *e;
	uint8_t need;

	if (b == NAME_NONE)
		return true;
	e = entry(p->software, ee, b);
	need = installs(p, b);
	if (e->parts != 0 && (e->parts & need) == need)
		return true;
	return prove_fail(p, DIAG_WRONG_SOFTWARE, p->y->ee[ee].dn,
	    "\"%s\" comes up without \"%s\", the software of its type",
	    name_str(p->y->ee[ee].dn), name_str(b));
}

/* At the end: of each EE there is what its type says, and nothing more. */
bool
prove_software_left(struct prover *p)
{
	const struct software *s = p->software;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct installed *e = &s->v[i];
		const struct sys_ee *x = &p->y->ee[e->ee];

		if (e->parts == 0 || (x->exists &&
		    bundle_of(p, e->ee) == e->bundle))
			continue;
		return prove_fail(p, DIAG_WRONG_SOFTWARE, x->dn, "\"%s\" is "
		    "never removed from \"%s\", %s", name_str(e->bundle),
		    name_str(x->dn), x->exists ?
		    "whose type does not need it any more" :
		    "which is removed itself");
	}
	return true;
}
