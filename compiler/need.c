/*
 * Is what software needs there (U2)? A bundle finds it among the bundles of its
 * own EE, of the components on it, and of what the EE stands on: what contains
 * it, and all sponsors of a dependency, as it may stand on any of them. What
 * is needed there is a bundle with needs of its own, so nothing has to be
 * closed.
 */
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "diag.h"
#include "dn.h"
#include "idmap.h"
#include "near.h"
#include "need.h"
#include "policy.h"
#include "sequence.h"

struct brought { /* a bundle on an EE */
	uint32_t bundle, next; /* next + 1 */
};

struct side { /* of one model */
	uint32_t *first; /* by EE: into v, + 1 */
	struct brought *v;
	size_t n, cap;
};

struct needs {
	const struct forest *f;
	const struct services *sv;
	const struct policy *policy;
	struct side s, t;
};

/* --- what is where --- */

static void
put(struct side *side, uint32_t ee, uint32_t bundle)
{
	uint32_t i;

	if (ee == NONE || bundle == NAME_NONE)
		return;
	for (i = side->first[ee]; i != 0; i = side->v[i - 1].next)
		if (side->v[i - 1].bundle == bundle)
			return;
	side->v = mem_grow(side->v, side->n, &side->cap, sizeof(*side->v));
	side->v[side->n] = (struct brought){ bundle, side->first[ee] };
	side->first[ee] = (uint32_t)++side->n;
}

static uint32_t
bundle_of(const struct model *m, uint32_t type, uint32_t attr)
{
	uint32_t o = type == NAME_NONE ? NONE : model_find(m, type);

	return o == NONE ? (uint32_t)NAME_NONE : model_value(m, o, attr);
}

static void
find_side(struct needs *n, struct side *side, bool target)
{
	const struct model *m = target ? n->f->t : n->f->s;
	uint32_t i, su;

	side->first = mem_alloc(n->f->n + 1, sizeof(*side->first));
	for (i = 0; i < n->f->n; i++)
		if ((target ? n->f->v[i].t : n->f->v[i].s) != NONE)
			put(side, i, bundle_of(m, tree_type(n->f, i, target),
			    N_saPlmEetSwBundle));
	for (i = 0; i < m->nobject; i++) {
		if (m->object[i].class != N_SaAmfComp)
			continue;
		su = tree_named(n->f, dn_parent_known(m->object[i].dn),
		    NAMED_SU);
		if (su != NONE)
			put(side, target ? n->sv->su[su].ee_t :
			    n->sv->su[su].ee_s, bundle_of(m, model_value(m, i,
			    N_saAmfCompType), N_saAmfCtSwBundle));
	}
}

struct needs *
need_new(const struct forest *f, const struct services *sv,
    const struct policy *p)
{
	struct needs *n;

	if (policy_nprerequisite(p) == 0)
		return NULL;
	n = mem_alloc(1, sizeof(*n));
	*n = (struct needs){ .f = f, .sv = sv, .policy = p };
	find_side(n, &n->s, false);
	find_side(n, &n->t, true);
	return n;
}

void
need_free(struct needs *n)
{
	if (n == NULL)
		return;
	free(n->s.first);
	free(n->s.v);
	free(n->t.first);
	free(n->t.v);
	free(n);
}

/* --- is it there? --- */

struct wish { /* one thing that a bundle needs */
	const struct needs *n;
	uint32_t bundle;
	size_t need; /* of policy_prerequisite */
};

static bool
has_it(const struct wish *w, const struct side *side, uint32_t ee)
{
	uint32_t i;

	for (i = side->first[ee]; i != 0; i = side->v[i - 1].next)
		if (side->v[i - 1].bundle != w->bundle &&
		    policy_prerequisite_is(w->n->policy, w->bundle, w->need,
		    side->v[i - 1].bundle))
			return true;
	return false;
}

/* *lacks: an EE below that has it not, if there is one. */
static bool
is_there(const struct wish *w, bool target, uint32_t ee, uint32_t *lacks)
{
	const struct side *side = target ? &w->n->t : &w->n->s;
	const struct forest *f = w->n->f;
	const struct ee *e = &f->v[ee];
	uint32_t d, k, nname;

	if (has_it(w, side, ee))
		return true;
	*lacks = ee;
	if (e->parent != NONE && is_there(w, target, e->parent, lacks))
		return true;
	for (d = e->dep; d != NONE; d = f->dep[d].next) {
		nname = target ? f->dep[d].nt : f->dep[d].ns;
		for (k = 0; k < nname; k++)
			if (!is_there(w, target, target ?
			    f->dep[d].names_t[k] : f->dep[d].names_s[k],
			    lacks))
				break;
		if (k == nname && nname > 0)
			return true;
	}
	return false;
}

static bool
had(const struct side *s, uint32_t ee, uint32_t bundle)
{
	uint32_t i;

	for (i = s->first[ee]; i != 0; i = s->v[i - 1].next)
		if (s->v[i - 1].bundle == bundle)
			return true;
	return false;
}

/* --- what is missing --- */

struct missing { /* of a bundle, the first time */
	uint32_t ee, bundle, lacks;
	size_t need, count;
};

/* Bundles of the target that would do, as a note. */
static void
suggest(const struct needs *n, const struct missing *x, struct diag *d)
{
	const struct model *m = n->f->t;
	uint32_t o, found = 0;
	enum { MOST = 3 };

	for (o = 0; o < m->nobject && found < MOST; o++) {
		uint32_t attr = m->object[o].class == N_SaPlmEEType ?
		    (uint32_t)N_saPlmEetSwBundle : m->object[o].class ==
		    N_SaAmfCompType ? (uint32_t)N_saAmfCtSwBundle :
		    (uint32_t)NAME_NONE;
		uint32_t bundle = attr == NAME_NONE ? (uint32_t)NAME_NONE :
		    model_value(m, o, attr);

		if (bundle == NAME_NONE || bundle == x->bundle ||
		    !policy_prerequisite_is(n->policy, x->bundle, x->need,
		    bundle))
			continue;
		found++;
		diag_note(d, model_dn_place(m, o), "\"%.200s\" comes with "
		    "\"%.200s\"", name_str(bundle),
		    name_str(m->object[o].dn));
	}
	if (found == 0)
		diag_note(d, (struct place){ 0 }, "no type of the target comes "
		    "with such a bundle");
}

static void
report(const struct needs *n, const struct missing *x, struct diag *d)
{
	const struct ee *e = &n->f->v[x->ee];
	const char *need = policy_prerequisite(n->policy, x->bundle, x->need);
	bool below = x->lacks != x->ee;
	char more[48] = "";

	if (x->count > 1)
		snprintf(more, sizeof(more), " and %zu more",
		    x->count - 1);
	diag_report(d, DIAG_NEED_MISSING, model_dn_place(n->f->t, e->t), e->dn,
	    "\"%.200s\" on \"%.200s\"%s needs \"%.200s\", which is neither "
	    "there nor %s%.200s%s", name_str(x->bundle), name_str(e->dn), more, need,
	    below ? "on \"" : "below", below ? name_str(n->f->v[x->lacks].dn) :
	    "", below ? "\"" : "");
	suggest(n, x, d);
}

/* What was missing in the source already and is not touched is somebody
 * else's. */
static bool
is_new(const struct wish *w, uint32_t ee)
{
	uint32_t lacks;

	return !had(&w->n->s, ee, w->bundle) ||
	    is_there(w, false, ee, &lacks);
}

bool
need_check(const struct needs *n, struct diag *d)
{
	struct idmap seen = { 0 };
	struct missing *v = NULL, *x;
	size_t nv = 0, cap = 0, k;
	uint32_t ee, i, lacks, *at;

	for (ee = 0; n != NULL && ee < n->f->n; ee++)
		for (i = n->t.first[ee]; i != 0; i = n->t.v[i - 1].next) {
			struct wish w = { n, n->t.v[i - 1].bundle, 0 };

			for (; policy_prerequisite(n->policy, w.bundle,
			    w.need) != NULL; w.need++) {
				if (is_there(&w, true, ee, &lacks) ||
				    !is_new(&w, ee))
					continue;
				at = idmap_at(&seen, (uint64_t)w.bundle << 32 |
				    (uint32_t)w.need);
				if (*at == 0) {
					v = mem_grow(v, nv, &cap, sizeof(*v));
					v[nv] = (struct missing){ ee, w.bundle,
						lacks, w.need, 0 };
					*at = (uint32_t)++nv;
				}
				v[*at - 1].count++;
			}
		}
	for (k = 0, x = v; k < nv; k++)
		report(n, x++, d);
	idmap_free(&seen);
	free(v);
	return nv == 0;
}

/* --- what comes before what --- */

/* EEs that bring what is needed, and change for it. */
static void
each_bringer(const struct wish *w, uint32_t ee, uint32_t of,
    void (*before)(void *, uint32_t, uint32_t), void *arg)
{
	const struct forest *f = w->n->f;
	const struct ee *e = &f->v[ee];
	uint32_t d, k;

	if (has_it(w, &w->n->t, ee) && !has_it(w, &w->n->s, ee) && ee != of)
		before(arg, ee, of);
	if (e->parent != NONE)
		each_bringer(w, e->parent, of, before, arg);
	for (d = e->dep; d != NONE; d = f->dep[d].next)
		for (k = 0; k < f->dep[d].nt; k++)
			each_bringer(w, f->dep[d].names_t[k], of, before, arg);
}

void
need_pairs(const struct needs *n, void (*before)(void *, uint32_t, uint32_t),
    void *arg)
{
	uint32_t ee, i;

	for (ee = 0; n != NULL && ee < n->f->n; ee++)
		for (i = n->t.first[ee]; i != 0; i = n->t.v[i - 1].next) {
			struct wish w = { n, n->t.v[i - 1].bundle, 0 };

			if (had(&n->s, ee, w.bundle))
				continue;
			for (; policy_prerequisite(n->policy, w.bundle,
			    w.need) != NULL; w.need++)
				each_bringer(&w, ee, ee, before, arg);
		}
}

/* --- in which order --- */

struct walk { /* through a campaign */
	const struct needs *n;
	struct idmap there; /* EE and bundle: 1 */
	struct idmap told; /* bundle and need: 1 */
	const struct procedure *procedure;
	struct diag *diag;
	bool ok;
};

static uint64_t
key_of(uint32_t ee, uint32_t bundle)
{
	return (uint64_t)ee << 32 | bundle;
}

/* Is one of the bundles that would do on the EE at this moment? */
static bool
has_now(const struct walk *k, const struct wish *w, uint32_t ee)
{
	const struct side *sides[] = { &w->n->s, &w->n->t };
	size_t s;
	uint32_t i;

	for (s = 0; s < 2; s++)
		for (i = sides[s]->first[ee]; i != 0;
		    i = sides[s]->v[i - 1].next)
			if (sides[s]->v[i - 1].bundle != w->bundle &&
			    idmap_get(&k->there, key_of(ee,
			    sides[s]->v[i - 1].bundle)) != 0 &&
			    policy_prerequisite_is(w->n->policy, w->bundle,
			    w->need, sides[s]->v[i - 1].bundle))
				return true;
	return false;
}

/* A VM that is caught stands on one host; another one may be anywhere. */
static bool
is_there_now(const struct walk *k, const struct wish *w, uint32_t ee)
{
	const struct forest *f = w->n->f;
	const struct ee *e = &f->v[ee];
	uint32_t d, i;

	if (has_now(k, w, ee) ||
	    (e->parent != NONE && is_there_now(k, w, e->parent)))
		return true;
	if (e->host != NONE)
		return is_there_now(k, w, e->host);
	for (d = e->dep; d != NONE; d = f->dep[d].next) {
		bool target = f->dep[d].nt > 0;
		uint32_t n = target ? f->dep[d].nt : f->dep[d].ns;

		for (i = 0; i < n; i++)
			if (!is_there_now(k, w, target ?
			    f->dep[d].names_t[i] : f->dep[d].names_s[i]))
				break;
		if (i == n && n > 0)
			return true;
	}
	return false;
}

static void
ask(struct walk *k, uint32_t ee, uint32_t bundle)
{
	struct wish w = { k->n, bundle, 0 };
	const char *need;
	uint32_t *told;

	for (; (need = policy_prerequisite(k->n->policy, bundle,
	    w.need)) != NULL; w.need++) {
		if (!is_new(&w, ee) || is_there_now(k, &w, ee))
			continue;
		told = idmap_at(&k->told, (uint64_t)bundle << 32 |
		    (uint32_t)w.need);
		if (*told != 0)
			continue;
		*told = 1;
		k->ok = diag_report(k->diag, DIAG_NEED_LATE,
		    model_dn_place(k->n->f->t, k->n->f->v[ee].t),
		    k->n->f->v[ee].dn, "\"%.200s\" would be installed on "
		    "\"%.200s\" by \"%.200s\" before there is \"%.200s\", "
		    "which it needs", name_str(bundle),
		    name_str(k->n->f->v[ee].dn),
		    name_str(k->procedure->name), need);
	}
}

static void
take_act(void *arg, const struct act *a)
{
	struct walk *k = arg;
	uint32_t ee = a->entity == NAME_NONE ? NONE :
	    tree_find(k->n->f, a->entity);

	if (ee == NONE || a->bundle == NAME_NONE || a->idle)
		return;
	if (a->verb == VERB_ONLINE_INSTALL || a->verb == VERB_OFFLINE_INSTALL) {
		if (k->n->f->v[ee].t != NONE &&
		    idmap_get(&k->there, key_of(ee, a->bundle)) == 0)
			ask(k, ee, a->bundle);
		*idmap_at(&k->there, key_of(ee, a->bundle)) = 1;
	}
}

/* Software of components comes when their units do, which is not followed
 * here: it counts as there once its EE is. */
bool
need_order(const struct needs *n, const struct campaign *c, struct diag *d)
{
	struct walk k = { .n = n, .diag = d, .ok = true };
	struct sequence *q;
	uint32_t ee, i, own;
	size_t p;

	if (n == NULL)
		return true;
	for (ee = 0; ee < n->f->n; ee++) {
		for (i = n->s.first[ee]; i != 0; i = n->s.v[i - 1].next)
			*idmap_at(&k.there, key_of(ee,
			    n->s.v[i - 1].bundle)) = 1;
		own = n->f->v[ee].t == NONE ? (uint32_t)NAME_NONE :
		    bundle_of(n->f->t, tree_type(n->f, ee, true),
		    N_saPlmEetSwBundle);
		for (i = n->t.first[ee]; i != 0; i = n->t.v[i - 1].next)
			if (n->t.v[i - 1].bundle != own)
				*idmap_at(&k.there, key_of(ee,
				    n->t.v[i - 1].bundle)) = 1;
	}
	q = sequence_new(c);
	for (p = 0; p < c->nprocedure; p++) {
		k.procedure = &c->procedure[p];
		sequence_run(q, k.procedure, take_act, &k);
	}
	sequence_free(q);
	idmap_free(&k.there);
	idmap_free(&k.told);
	return k.ok;
}
