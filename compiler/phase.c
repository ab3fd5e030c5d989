/*
 * In which phase does each procedure go? In that of the first rule of the
 * policy that its root fits; later, if something must come before it that is in
 * a later one. The planner keeps the order of phases as far as nothing is in a
 * knot, and waits for nothing that a later phase brings; what is late all the
 * same is told.
 */
#include <stdlib.h>

#include "diag.h"
#include "pace.h"
#include "phase.h"
#include "policy.h"

enum { SAID = 5 };

static uint32_t
wished(const struct forest *f, const struct policy *policy, uint32_t e)
{
	size_t i;

	for (i = 0; i < policy_nwave(policy); i++) {
		struct policy_wave r = pace_rule(f, policy, i, e);

		if (r.phase > 0 && r.fits)
			return r.phase;
	}
	return policy_nphase(policy) + 1;
}

uint32_t *
phase_find(const struct forest *f, const struct policy *policy)
{
	uint32_t *of, e;

	if (policy_nphase(policy) == 0)
		return NULL;
	of = mem_alloc(f->n, sizeof(*of));
	for (e = 0; e < f->n; e++)
		of[e] = wished(f, policy, e);
	return of;
}

/* Phases only ever rise, so this ends, even in a knot. */
uint32_t *
phase_of_roots(const struct roots *r, const uint32_t *want)
{
	uint32_t *of, *todo, x, i, after;
	size_t n = 0, cap = 0;

	if (want == NULL)
		return NULL;
	of = mem_alloc(r->n, sizeof(*of));
	todo = NULL;
	for (i = 0; i < r->n; i++) {
		of[i] = r->v[i].kind == PROC_ADD ? 0 : want[r->v[i].ee];
		todo = mem_grow(todo, n, &cap, sizeof(*todo));
		todo[n++] = i;
	}
	while (n > 0) {
		x = todo[--n];
		for (i = r->edge_at[x]; i != NONE; i = r->edge[i].next) {
			after = r->edge[i].after;
			if (of[after] >= of[x])
				continue;
			of[after] = of[x];
			todo = mem_grow(todo, n, &cap, sizeof(*todo));
			todo[n++] = after;
		}
	}
	free(todo);
	return of;
}

/* The rule that wishes the EE's phase. */
static struct place
rule_place(const struct plan *p, uint32_t e)
{
	size_t i;

	for (i = 0; i < policy_nwave(p->policy); i++) {
		struct policy_wave r = pace_rule(p->f, p->policy, i, e);

		if (r.phase > 0 && r.fits)
			return policy_wave_place(p->policy, i);
	}
	return (struct place){ 0 };
}

size_t
phase_check(const struct plan *p, struct diag *diag)
{
	uint32_t now = 0, k, want;
	enum proc_kind kind = PROC_ADD;
	size_t n = 0;

	for (k = 0; k < p->n && p->phase != NULL; k++) {
		const struct proc *x = &p->proc[k];

		if (!plan_has_ee(x->kind) || x->kind == PROC_ADD)
			continue;
		want = p->phase[x->root];
		now = x->kind != kind || want > now ? want : now;
		kind = x->kind;
		if (want == now || n++ >= SAID || diag == NULL)
			continue;
		diag_report(diag, DIAG_PHASE, rule_place(p, x->root),
		    p->f->v[x->root].dn, "\"%s\" goes down after phase \"%s\" "
		    "has begun, not in phase \"%s\"",
		    name_str(p->f->v[x->root].dn),
		    now <= policy_nphase(p->policy) ?
		    policy_phase(p->policy, now) : "(none)",
		    policy_phase(p->policy, want));
	}
	if (n > SAID && diag != NULL)
		diag_report(diag, DIAG_PHASE, (struct place){ 0 }, NAME_NONE,
		    "%zu more go down later than their phase", n - SAID);
	return n;
}
