/*
 * R022: do the procedures of a level keep to what the policy wishes of waves,
 * how many go down at once, what goes alone first and what is kept apart? Each
 * counts by the environment that it takes down and that stands on none of the
 * others: its root. One that has the level for itself is always right.
 */
#include <stdio.h>
#include <stdlib.h>

#include "dn.h"
#include "policy.h"
#include "proving.h"

struct pace_rule {
	uint32_t n, other; /* on this level: that fit, that are to be apart */
	bool tried; /* on an earlier one */
};

struct pace {
	size_t nrule;
	struct pace_rule *rule;
};

void
pace_free(struct pace *p)
{
	if (p != NULL)
		free(p->rule);
	free(p);
}

static struct pace *
pace_new(const struct policy *policy)
{
	struct pace *p = mem_alloc(1, sizeof(*p));

	p->nrule = policy_nwave(policy);
	p->rule = mem_alloc(p->nrule, sizeof(*p->rule));
	return p;
}

/* Does one of the list stand above it? */
static bool
is_inside(const struct dn_list *l, uint32_t dn)
{
	size_t i;

	while ((dn = dn_parent_known(dn)) != NAME_NONE)
		for (i = 0; i < l->n; i++)
			if (l->v[i] == dn)
				return true;
	return false;
}

/* What the procedure takes down; NONE: no environment, or it adds them. */
static uint32_t
root_of(struct prover *p, const struct procedure *proc)
{
	struct dn_list l = { 0 };
	uint32_t ee = NONE;
	size_t i;

	if (proc->nstep > 0)
		reach_acted_on(p->w, &proc->step[proc->nstep - 1], &l);
	for (i = 0; i < l.n && ee == NONE; i++)
		if (world_class(p->w, l.v[i]) == N_SaPlmEE &&
		    !is_inside(&l, l.v[i]))
			ee = system_find(p->y, SYS_EE, l.v[i]);
	dn_list_free(&l);
	return ee;
}

static struct policy_wave
seen_by(const struct prover *p, size_t rule, uint32_t ee)
{
	size_t level = policy_wave_level(p->policy, rule);
	const struct sys_ee *e = &p->y->ee[ee];

	return policy_wave(p->policy, rule, level == SIZE_MAX ? e->dn :
	    system_domain(p->y, p->policy, level, ee), e->type);
}

static bool
fails(struct prover *p, size_t proc, size_t rule, uint32_t ee,
    const char *what)
{
	struct place at = policy_wave_place(p->policy, rule);
	uint32_t dn = p->y->ee[ee].dn;

	p->now = p->a->proc[proc].first;
	prove_fail(p, DIAG_PACE, dn, "\"%s\" goes down with others of its "
	    "level, but the policy %s", name_str(dn), what);
	diag_note(p->diag, at, "this rule");
	return false;
}

struct level {
	struct pace *pace;
	struct idmap domain; /* rule and fault domain: how many */
	uint32_t n; /* roots so far */
};

static uint32_t *
in_domain(struct prover *p, struct level *l, size_t rule, uint32_t ee)
{
	return idmap_at(&l->domain, (uint64_t)(rule + 1) << 32 |
	    p->y->ee[ee].fault);
}

static bool
is_full(struct prover *p, struct level *l, size_t rule,
    const struct policy_wave *r, uint32_t ee)
{
	uint32_t n = l->pace->rule[rule].n;

	if (!r->fits || r->max < 0)
		return false;
	if (r->per_domain)
		n = *in_domain(p, l, rule, ee);
	return n >= (uint64_t)r->max;
}

/* May it join those of the level, as far as the rule goes? */
static bool
rule_admits(struct prover *p, struct level *l, size_t rule, size_t proc,
    uint32_t ee)
{
	struct policy_wave r = seen_by(p, rule, ee);
	const struct pace_rule *c = &l->pace->rule[rule];
	char text[80];

	if (r.apart && ((r.fits && c->other > 0) || (r.other && c->n > 0)))
		return fails(p, proc, rule, ee, "keeps it apart from one of "
		    "them");
	if (r.canary && !c->tried && (r.fits || c->n > 0))
		return fails(p, proc, rule, ee, "wants the first that the rule "
		    "is about to go alone");
	if (!is_full(p, l, rule, &r, ee))
		return true;
	snprintf(text, sizeof(text), "lets at most %lld of those go at once%s",
	    (long long)r.max, r.per_domain ? " in a fault domain" : "");
	return fails(p, proc, rule, ee, text);
}

static void
take(struct prover *p, struct level *l, uint32_t ee)
{
	size_t i;

	for (i = 0; i < l->pace->nrule; i++) {
		struct policy_wave r = seen_by(p, i, ee);
		struct pace_rule *c = &l->pace->rule[i];

		c->other += r.apart && r.other;
		c->n += r.fits;
		if (r.fits && r.per_domain)
			++*in_domain(p, l, i, ee);
	}
	l->n++;
}

static bool
admits(struct prover *p, struct level *l, size_t proc, uint32_t ee)
{
	size_t i;

	for (i = 0; i < l->pace->nrule && l->n > 0; i++)
		if (!rule_admits(p, l, i, proc, ee))
			return false;
	return true;
}

bool
prove_pace(struct prover *p, size_t k)
{
	uint32_t level = p->a->proc[k].p->level, ee;
	struct level l = { 0 };
	bool ok = true;
	size_t i;

	if (p->policy == NULL || policy_nwave(p->policy) == 0)
		return true;
	if (p->pace == NULL)
		p->pace = pace_new(p->policy);
	l.pace = p->pace;
	for (; ok && k < p->a->nproc && p->a->proc[k].p->level == level; k++) {
		ee = p->a->proc[k].step > 1 ? (uint32_t)NONE :
		    root_of(p, p->a->proc[k].p);
		if (ee == NONE)
			continue;
		ok = admits(p, &l, k, ee);
		take(p, &l, ee);
	}
	for (i = 0; i < l.pace->nrule; i++) {
		l.pace->rule[i].tried |= l.pace->rule[i].n > 0;
		l.pace->rule[i].n = l.pace->rule[i].other = 0;
	}
	idmap_free(&l.domain);
	return ok;
}
