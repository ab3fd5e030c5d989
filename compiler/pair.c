/*
 * Can one system become the other at all? What PLM refuses is an error; where
 * an assumption of the method does not hold, a warning says what breaks.
 */
#include <stdlib.h>
#include <string.h>

#include "catch.h"
#include "diag.h"
#include "dn.h"
#include "ids.h"
#include "pair.h"
#include "policy.h"
#include "steptype.h"

struct pair {
	const struct diff *d;
	const struct forest *f;
	const struct services *sv;
	const struct policy *policy;
	struct diag *diag;
	bool ok;
};

/* --- errors --- */

/* The first attribute of a modified object that differs, by name: NAME_NONE if
 * only the class does. Where it is in the target, or in the source if it is
 * gone. */
static uint32_t
changed_attr(const struct pair *p, const struct delta *x, struct place *at)
{
	const struct model *m[] = { p->d->t, p->d->s };
	const uint32_t o[] = { x->t, x->s };
	uint32_t a, name;
	int i;

	for (i = 0; i < 2; i++)
		for (a = m[i]->object[o[i]].attr;
		    a < m[i]->object[o[i] + 1].attr; a++) {
			name = m[i]->attr[a].name;
			if (!diff_attr_differs(p->d->s, x->s, p->d->t, x->t,
			    name))
				continue;
			*at = model_attr_place(m[i], a);
			return name;
		}
	*at = model_dn_place(p->d->t, x->t);
	return NAME_NONE;
}

static void
report_domain(struct pair *p, const struct delta *x)
{
	struct place at;
	uint32_t attr = changed_attr(p, x, &at);

	p->ok = diag_report(p->diag, DIAG_DOMAIN_CHANGED, at, diff_dn(p->d, x),
	    "the domain \"%s\" differs between source and target%s%s%s; one "
	    "campaign works within one unchanged domain",
	    name_str(diff_dn(p->d, x)), attr == NAME_NONE ? "" : " in \"",
	    attr == NAME_NONE ? "" : name_str(attr),
	    attr == NAME_NONE ? "" : "\"");
}

static void
check_domain(struct pair *p, const struct delta *x)
{
	const struct model *s = p->d->s, *t = p->d->t;
	uint32_t o = x->s != NONE ? x->s : x->t;
	const struct model *m = x->s != NONE ? s : t;

	if (m->object[o].class != N_SaPlmDomain)
		return;
	if (x->op == OP_MODIFY) {
		report_domain(p, x);
		return;
	}
	p->ok = diag_report(p->diag, DIAG_DOMAIN_CHANGED, model_dn_place(m, o),
	    m->object[o].dn, "the domain \"%s\" is only in the %s; one "
	    "campaign works within one unchanged domain",
	    name_str(m->object[o].dn), x->op == OP_ADD ? "target" : "source");
}

static void
check_class(struct pair *p, const struct delta *x)
{
	const struct model *s = p->d->s, *t = p->d->t;

	if (x->op != OP_MODIFY ||
	    s->object[x->s].class == t->object[x->t].class)
		return;
	p->ok = diag_report(p->diag, DIAG_CLASS_CHANGED,
	    model_dn_place(t, x->t), t->object[x->t].dn,
	    "\"%s\" is of class \"%s\" in the source and \"%s\" in the target",
	    name_str(t->object[x->t].dn), name_str(s->object[x->s].class),
	    name_str(t->object[x->t].class));
	diag_note(p->diag, model_dn_place(s, x->s), "the object in the source");
}

static bool
is_type(uint32_t class)
{
	const char *s = name_str(class);
	size_t n = strlen(s);

	return class == N_SaSmfSwBundle || (n > 4 &&
	    class != N_SaAmfCompCsType &&
	    strcmp(s + n - 4, "Type") == 0 && (strncmp(s, "SaAmf", 5) == 0 ||
	    strncmp(s, "SaPlmEE", 7) == 0 || strncmp(s, "SaPlmHE", 7) == 0));
}

/* By delta index + 1 of a changed type: the first object that uses it. */
struct users {
	uint32_t *by_name; /* interned DN of a changed type -> delta + 1 */
	uint32_t *user; /* by delta: object of the target, or NONE */
	bool *named; /* by interned name: some object has it as a value */
	uint32_t nname;
};

/* A type uses what it names or is a version of only if it is used itself. */
static bool
is_user(const struct model *t, const struct users *u, uint32_t o)
{
	return !is_type(t->object[o].class) || u->named[t->object[o].dn];
}

static void
note_user(struct users *u, uint32_t name, uint32_t o)
{
	uint32_t k = name < u->nname ? u->by_name[name] : 0;

	if (k > 0 && u->user[k - 1] == NONE)
		u->user[k - 1] = o;
}

static void
find_users(const struct pair *p, struct users *u)
{
	const struct model *t = p->d->t;
	uint32_t o, v;
	size_t i;

	for (i = 0; i < t->nvalue; i++)
		u->named[t->value[i]] = true;
	for (o = 0; o < t->nobject; o++) {
		uint32_t parent = t->object[o].parent;

		if (!is_user(t, u, o))
			continue;
		for (v = t->attr[t->object[o].attr].value;
		    v < t->attr[t->object[o + 1].attr].value; v++)
			note_user(u, t->value[v], o);
		if (parent != NONE && is_type(t->object[o].class))
			note_user(u, t->object[parent].dn, o);
	}
}

static void
report_in_place(struct pair *p, uint32_t i, uint32_t user)
{
	const struct model *t = p->d->t;
	const struct delta *x = &p->d->v[i];
	struct place at;
	uint32_t attr = changed_attr(p, x, &at);

	p->ok = diag_report(p->diag, DIAG_TYPE_IN_PLACE, at, diff_dn(p->d, x),
	    "%s%s%s\"%s\" changes in place while \"%s\" uses it",
	    attr == NAME_NONE ? "" : "\"",
	    attr == NAME_NONE ? "" : name_str(attr),
	    attr == NAME_NONE ? "" : "\" of ", name_str(diff_dn(p->d, x)),
	    name_str(t->object[user].dn));
}

static void
check_types(struct pair *p)
{
	struct users u = { .nname = intern_count() };
	size_t i;
	bool any = false;

	u.by_name = mem_alloc(u.nname, sizeof(*u.by_name));
	u.named = mem_alloc(u.nname, sizeof(*u.named));
	u.user = mem_realloc(NULL, p->d->n + 1, sizeof(*u.user));
	memset(u.user, 0xff, (p->d->n + 1) * sizeof(*u.user));
	for (i = 0; i < p->d->n; i++) {
		const struct delta *x = &p->d->v[i];

		if (x->op != OP_MODIFY ||
		    !is_type(p->d->t->object[x->t].class))
			continue;
		u.by_name[p->d->t->object[x->t].dn] = (uint32_t)i + 1;
		any = true;
	}
	if (any) {
		find_users(p, &u);
		for (i = 0; i < p->d->n; i++)
			if (u.user[i] != NONE)
				report_in_place(p, (uint32_t)i, u.user[i]);
	}
	free(u.by_name);
	free(u.named);
	free(u.user);
}

/* --- warnings: one finding of a kind, then a count --- */

struct fold {
	size_t n;
};

/* May this one be shown? The rest is counted. */
static bool
show(struct fold *f)
{
	return f->n++ < 3;
}

static void
finish(struct pair *p, const struct fold *f, enum diag_code code)
{
	if (f->n > 3)
		diag_report(p->diag, code, (struct place){ 0 }, NAME_NONE,
		    "and %zu more like these", f->n - 3);
}

static struct place
ee_place(const struct pair *p, uint32_t e)
{
	const struct ee *v = &p->f->v[e];

	return v->t != NONE ? model_dn_place(p->f->t, v->t) :
	    model_dn_place(p->f->s, v->s);
}

/* The k-th EE that e stands on or may stand on in the target: what contains
 * it, then its sponsors in the order of the list. NONE behind the last. */
static uint32_t
below_in_target(const struct forest *f, uint32_t e, uint32_t k)
{
	uint32_t d;

	if (f->v[e].parent != NONE && k-- == 0)
		return f->v[e].parent;
	for (d = f->v[e].dep; d != NONE; d = f->dep[d].next) {
		if (k < f->dep[d].nt)
			return f->dep[d].names_t[k];
		k -= f->dep[d].nt;
	}
	return NONE;
}

/* What the EE stands on changes its base type, and it stays as it is. */
static void
warn_base_types(struct pair *p)
{
	struct fold k = { 0 };
	uint32_t e, i, below;

	for (e = 0; e < p->f->n; e++) {
		const struct ee *v = &p->f->v[e];

		for (i = 0; v->op == OP_NONE &&
		    (below = below_in_target(p->f, e, i)) != NONE; i++) {
			if (!steptype_base_changes(p->f, below) ||
			    policy_compatible(p->policy,
			    tree_type(p->f, e, true),
			    tree_type(p->f, below, true)) == TRI_YES)
				continue;
			if (show(&k))
				diag_report(p->diag, DIAG_BASE_TYPE_BELOW,
				    ee_place(p, e), v->dn, "\"%s\" stays as "
				    "it is while the base type of \"%s\" "
				    "below it changes: is it compatible?",
				    name_str(v->dn),
				    name_str(p->f->v[below].dn));
			break;
		}
	}
	finish(p, &k, DIAG_BASE_TYPE_BELOW);
}

static bool
incompatible(const struct pair *p, uint32_t e, uint32_t below)
{
	return policy_compatible(p->policy, tree_type(p->f, e, true),
	    tree_type(p->f, below, true)) == TRI_NO;
}

/* What e, as the target has it, cannot run on by the policy's word: what
 * contains it, or its first sponsor if none of them is any better. Or NONE. */
static uint32_t
unfit_below(const struct pair *p, uint32_t e)
{
	uint32_t contains = p->f->v[e].parent, i, below, first = NONE;

	for (i = 0; (below = below_in_target(p->f, e, i)) != NONE; i++) {
		bool bad = incompatible(p, e, below);

		if (below == contains && bad)
			return below;
		if (below != contains && !bad)
			return NONE;
		if (below != contains && first == NONE)
			first = below;
	}
	return first;
}

/* Pairs the policy calls incompatible, as they will stand in the target. */
static void
check_incompatible(struct pair *p)
{
	uint32_t e, below;

	for (e = 0; e < p->f->n && p->policy != NULL; e++) {
		const struct ee *v = &p->f->v[e];

		if (v->t == NONE || (below = unfit_below(p, e)) == NONE)
			continue;
		p->ok = diag_report(p->diag, DIAG_INCOMPATIBLE,
		    ee_place(p, e), v->dn, "\"%s\" cannot run on "
		    "\"%s\": the policy says that \"%s\" does not "
		    "go with \"%s\"", name_str(v->dn),
		    name_str(p->f->v[below].dn),
		    name_str(tree_type(p->f, e, true)),
		    name_str(tree_type(p->f, below, true)));
	}
}

static size_t
common(const struct dep *d)
{
	uint32_t i;
	size_t n = 0;

	for (i = 0; i < d->nt; i++)
		n += dep_lists(d, false, d->names_t[i]);
	return n;
}

/* A VM with sponsors it never had needs its storage there; one that keeps none
 * should be another VM. */
static void
warn_sponsors(struct pair *p)
{
	struct fold fresh = { 0 }, none = { 0 };
	uint32_t i;

	for (i = 0; i < p->f->ndep; i++) {
		const struct dep *d = &p->f->dep[i];
		const struct ee *v = &p->f->v[d->ee];

		if (!v->vm_s || !v->vm_t || d->ns == 0 || d->nt == 0)
			continue;
		if (common(d) == 0 && v->op == OP_MODIFY && show(&none))
			diag_report(p->diag, DIAG_ALL_SPONSORS_NEW,
			    ee_place(p, d->ee), v->dn, "\"%s\" is modified and "
			    "keeps none of its sponsors", name_str(v->dn));
		else if (common(d) < d->nt && show(&fresh))
			diag_report(p->diag, DIAG_STORAGE, ee_place(p, d->ee),
			    v->dn, "\"%s\" gets sponsors it never stood on: "
			    "its storage must be shared with them",
			    name_str(v->dn));
	}
	finish(p, &none, DIAG_ALL_SPONSORS_NEW);
	finish(p, &fresh, DIAG_STORAGE);
}

/* EEs added onto something that is modified later. */
static void
warn_added_on_old(struct pair *p)
{
	struct fold k = { 0 };
	uint32_t e;

	for (e = 0; e < p->f->n; e++) {
		const struct ee *v = &p->f->v[e];

		if (v->op != OP_ADD || v->parent == NONE ||
		    p->f->v[v->parent].op != OP_MODIFY || !show(&k))
			continue;
		diag_report(p->diag, DIAG_ADDED_ON_OLD, ee_place(p, e), v->dn,
		    "\"%s\" is added before \"%s\" below it is modified: it "
		    "must run on the old one too", name_str(v->dn),
		    name_str(p->f->v[v->parent].dn));
	}
	finish(p, &k, DIAG_ADDED_ON_OLD);
}

/* Other EEs that depended on a removed VM. */
static void
warn_removed_sponsor(struct pair *p)
{
	struct fold k = { 0 };
	uint32_t i, n;

	for (i = 0; i < p->f->ndep; i++) {
		const struct dep *d = &p->f->dep[i];
		const struct ee *v = &p->f->v[d->ee];

		for (n = 0; n < d->ns; n++) {
			const struct ee *x = &p->f->v[d->names_s[n]];

			if (!x->vm_s || x->op != OP_REMOVE || v->t == NONE ||
			    !show(&k))
				continue;
			diag_report(p->diag, DIAG_VM_NEEDED, ee_place(p, d->ee),
			    v->dn, "\"%s\" depended on the VM \"%s\", which is "
			    "removed", name_str(v->dn), name_str(x->dn));
		}
	}
	finish(p, &k, DIAG_VM_NEEDED);
}

/* Application software that changes with an EE whose bundle does not. */
static void
warn_rider_software(struct pair *p)
{
	struct fold k = { 0 };
	size_t i;

	for (i = 0; i < p->d->n; i++) {
		const struct delta *x = &p->d->v[i];
		uint32_t e;

		if (x->op != OP_MODIFY ||
		    p->d->t->object[x->t].class != N_SaAmfComp ||
		    !diff_attr_differs(p->d->s, x->s, p->d->t, x->t,
		    N_saAmfCompType))
			continue;
		e = service_owner(p->f, p->d->t, x->t);
		if (e == NONE || p->f->v[e].op != OP_MODIFY ||
		    steptype_bundle(p->f->s, tree_type(p->f, e, false)) !=
		    steptype_bundle(p->f->t, tree_type(p->f, e, true)) ||
		    !show(&k))
			continue;
		diag_report(p->diag, DIAG_RIDER_SOFTWARE,
		    model_dn_place(p->d->t, x->t), p->d->t->object[x->t].dn,
		    "\"%s\" changes its type with \"%s\", whose bundle stays: "
		    "nothing installs the new software",
		    name_str(p->d->t->object[x->t].dn),
		    name_str(p->f->v[e].dn));
	}
	finish(p, &k, DIAG_RIDER_SOFTWARE);
}

bool
pair_check(const struct diff *d, const struct forest *f,
    const struct services *sv, const struct policy *policy, struct diag *diag)
{
	struct pair p = { d, f, sv, policy, diag, true };
	size_t i;

	for (i = 0; i < d->n; i++) {
		check_domain(&p, &d->v[i]);
		check_class(&p, &d->v[i]);
	}
	check_types(&p);
	check_incompatible(&p);
	warn_base_types(&p);
	warn_sponsors(&p);
	warn_added_on_old(&p);
	warn_removed_sponsor(&p);
	warn_rider_software(&p);
	return p.ok;
}
