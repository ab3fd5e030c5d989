/*
 * How long must something stay locked? As briefly as the facts allow:
 * reduced steps (a restart) before out-of-phase steps (software installed
 * while the old one still runs) before in-phase steps, which are always right
 * and therefore what is chosen when facts are missing.
 */
#include "dn.h"
#include "policy.h"
#include "steptype.h"

uint32_t
steptype_bundle(const struct model *m, uint32_t type)
{
	uint32_t o = model_find(m, type);

	if (o == NONE)
		return NAME_NONE;
	if (m->object[o].class == N_SaAmfCompType)
		return model_value(m, o, N_saAmfCtSwBundle);
	return model_value(m, o, N_saPlmEetSwBundle);
}

bool
steptype_base_changes(const struct forest *f, uint32_t e)
{
	uint32_t a = tree_type(f, e, false), b = tree_type(f, e, true);

	return a != b && a != NAME_NONE && b != NAME_NONE &&
	    dn_parent(a) != dn_parent(b);
}

/* Has the bundle a command that needs the entity out of service? */
static bool
has_offline(const struct model *m, uint32_t bundle, uint32_t command)
{
	uint32_t o = model_find(m, bundle), v;

	if (o == NONE)
		return false;
	v = model_value(m, o, command);
	return v != NAME_NONE && v != NAME_EMPTY;
}

static bool
needs_offline(const struct forest *f, uint32_t old_type, uint32_t new_type)
{
	return has_offline(f->s, steptype_bundle(f->s, old_type),
	    N_saSmfBundleRemoveOfflineCmdUri) ||
	    has_offline(f->t, steptype_bundle(f->t, new_type),
	    N_saSmfBundleInstallOfflineCmdUri);
}

static struct type_choice
choose(enum step_type type, const char *why)
{
	return (struct type_choice){ type, why };
}

/* May a VM stand there that is not taken down with it? Only a lock makes that
 * one migrate. */
static bool
may_carry_others(const struct forest *f, uint32_t e)
{
	uint32_t k;

	for (k = f->rev_at[e]; k < f->rev_at[e + 1]; k++) {
		const struct ee *vm = &f->v[f->dep[f->rev[k]].ee];

		if ((vm->vm_s || vm->vm_t) && vm->host != e)
			return true;
	}
	return false;
}

struct type_choice
steptype_ee(const struct forest *f, const struct policy *policy, uint32_t e,
    enum op op, bool innermost, bool below_base_changes)
{
	uint32_t a = tree_type(f, e, false), b = tree_type(f, e, true);
	struct step_facts k = policy_step_facts(policy, f->v[e].dn, a, b);

	if (op == OP_NONE)
		return choose(STEP_IN_PHASE, "not changed: it is taken down "
		    "and comes back");
	if (!innermost && op != OP_MODIFY)
		return choose(STEP_IN_PHASE, "an outer step that adds or "
		    "removes is always in-phase");
	if (k.online == TRI_UNKNOWN)
		return choose(STEP_IN_PHASE, "nothing is known of installing "
		    "online: in-phase is always right");
	if (k.online == TRI_NO)
		return choose(STEP_IN_PHASE, "the policy says it cannot be "
		    "installed online");
	if (steptype_base_changes(f, e))
		return choose(STEP_IN_PHASE, "its base type changes");
	if (below_base_changes)
		return choose(STEP_IN_PHASE, "the base type of the layer below "
		    "changes");
	if (op == OP_MODIFY && innermost && k.restartable == TRI_YES &&
	    !needs_offline(f, a, b)) {
		if (may_carry_others(f, e))
			return choose(STEP_LOCKED_REDUCED, "a restart is "
			    "enough, but virtual machines on it have to "
			    "migrate first");
		if (k.restart_time >= 0 && k.switchover_time >= 0 &&
		    k.restart_time < k.switchover_time)
			return choose(STEP_REDUCED, "no offline command, and "
			    "it restarts faster than services switch over");
		return choose(STEP_LOCKED_REDUCED, "no offline command, and a "
		    "restart is enough");
	}
	return choose(STEP_OUT_OF_PHASE, "its software can be installed and "
	    "removed online");
}

/* A fact about a component: its own word, else its type's. */
static bool
comp_restarts(const struct model *m, uint32_t comp)
{
	uint32_t v = model_value(m, comp, N_saAmfCompDisableRestart);
	uint32_t type = model_find(m, model_value(m, comp, N_saAmfCompType));

	if (v == NAME_NONE && type != NONE)
		v = model_value(m, type, N_saAmfCtDefDisableRestart);
	return v != NAME_NONE && name_str(v)[0] == '0' && name_len(v) == 1;
}

struct unit_facts {
	bool base_changes, offline, restarts, any;
};

static void
look_at_comp(const struct plan *p, uint32_t s, uint32_t t, struct unit_facts *k)
{
	uint32_t a = model_value(p->d->s, s, N_saAmfCompType);
	uint32_t b = model_value(p->d->t, t, N_saAmfCompType);

	k->any = true;
	if (a != b && dn_parent(a) != dn_parent(b))
		k->base_changes = true;
	if (a != b && needs_offline(p->f, a, b))
		k->offline = true;
	if (!comp_restarts(p->d->t, t))
		k->restarts = false;
}

struct type_choice
steptype_unit(const struct plan *p, const struct su *u, enum op op,
    const uint32_t *delta, size_t n)
{
	struct unit_facts k = { .restarts = true };
	size_t i;

	if (op != OP_MODIFY)
		return choose(STEP_IN_PHASE, "it enters or leaves as a whole");
	for (i = 0; i < n; i++) {
		const struct delta *d = &p->d->v[delta[i]];

		if (d->op != OP_MODIFY ||
		    p->d->t->object[d->t].class != N_SaAmfComp)
			continue;
		look_at_comp(p, d->s, d->t, &k);
	}
	if (k.base_changes)
		return choose(STEP_IN_PHASE, "a component's base type changes");
	if (diff_attr_differs(p->d->s, u->s, p->d->t, u->t, N_saAmfSUType) ||
	    u->ee_s != u->ee_t)
		return choose(STEP_IN_PHASE, "the unit itself gets another "
		    "type or place");
	if (k.any && k.restarts && !k.offline)
		return choose(STEP_LOCKED_REDUCED, "no offline command, and "
		    "its components may be restarted");
	return choose(STEP_OUT_OF_PHASE, "the layer below and the base types "
	    "stay: software can be installed beforehand");
}
