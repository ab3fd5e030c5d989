/*
 * What can a VM be, and what is wished of advice? The sections classes and
 * advise; a resource is counted as section resources lists it.
 */
#include "policy_rules.h"

size_t
policy_nclass(const struct policy *p)
{
	return policy_rules(p, POLICY_CLASSES)->n;
}

struct place
policy_class_place(const struct policy *p, size_t i)
{
	return rule_at(p, &p->section[POLICY_CLASSES].v[i]);
}

struct policy_class
policy_class(const struct policy *p, size_t i)
{
	const struct rule *r = &p->section[POLICY_CLASSES].v[i];

	return (struct policy_class){ r->match.name, r->count, r->amount,
		r->bundle, r->nlist };
}

const char *
policy_class_feature(const struct policy *p, size_t i, size_t k)
{
	return p->section[POLICY_CLASSES].v[i].list[k].glob;
}

/* --- advice --- */

static void
take(struct policy_advice *a, const struct rule *r, const struct policy *p)
{
	const struct rules *l = &p->section[POLICY_ADVISE];

	if (a->percentile < 0)
		a->percentile = r->percentile;
	if (a->headroom < 0)
		a->headroom = r->headroom;
	if (a->gain < 0)
		a->gain = r->gain;
	if (a->history < 0)
		a->history = r->longest;
	if (a->keep == TRI_UNKNOWN)
		a->keep = r->want;
	if (a->instances == TRI_UNKNOWN)
		a->instances = r->online;
	if (a->name == NULL)
		a->name = r->domain;
	if (a->features == POLICY_NO_RULE && r->list != NULL) {
		a->features = (size_t)(r - l->v);
		a->nfeature = r->nlist;
	}
}

struct policy_advice
policy_advice(const struct policy *p, uint32_t dn, uint32_t type)
{
	struct policy_advice a = { .percentile = -1, .headroom = -1,
		.gain = -1, .history = -1, .features = POLICY_NO_RULE };
	const struct rules *l = policy_rules(p, POLICY_ADVISE);
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct rule *r = &l->v[i];

		if (pattern_fits(&r->match, dn) && pattern_fits(&r->type, type))
			take(&a, r, p);
	}
	return a;
}

const char *
policy_advice_feature(const struct policy *p, const struct policy_advice *a,
    size_t k)
{
	return p->section[POLICY_ADVISE].v[a->features].list[k].glob;
}

bool
policy_says_needs(const struct policy *p)
{
	const struct rules *l = policy_rules(p, POLICY_ADVISE);
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct rule *r = &l->v[i];

		if (r->amount != NULL || r->list != NULL)
			return true;
	}
	return false;
}

int64_t
policy_advice_need(const struct policy *p, uint32_t dn, uint32_t type,
    size_t resource)
{
	const struct rules *l = policy_rules(p, POLICY_ADVISE);
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct rule *r = &l->v[i];

		if (r->amount != NULL && r->amount[resource] >= 0 &&
		    pattern_fits(&r->match, dn) && pattern_fits(&r->type, type))
			return r->amount[resource];
	}
	return -1;
}
