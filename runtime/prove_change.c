/*
 * What does one change of the model do? It is applied as the language says,
 * the objects it touched are looked at by every rule, and the system follows.
 * A fingerprint of all that changed is kept, so that taking a change back can
 * be seen to restore what was.
 */
#include "dn.h"
#include "proving.h"

struct print {
	uint64_t sum;
};

static void
print_attr(void *arg, uint32_t attr, const uint32_t *v, size_t n)
{
	struct print *f = arg;
	uint64_t h = attr;
	size_t i;

	for (i = 0; i < n; i++)
		h = system_mix(h, v[i]);
	f->sum += h; /* attributes come in no particular order */
}

uint64_t
prove_print(const struct world *w, uint32_t dn)
{
	struct print f = { 0 };

	if (!world_exists(w, dn))
		return 0;
	world_each_attr(w, dn, print_attr, &f);
	return system_mix(system_mix(dn, world_class(w, dn)), f.sum);
}

static void
note_print(struct prover *p, uint32_t dn)
{
	uint32_t *i = idmap_at(&p->seen, dn);
	uint64_t now = prove_print(p->w, dn), *was;

	if (*i == 0) {
		p->object_hash = mem_grow(p->object_hash, p->nseen,
		    &p->seen_cap, sizeof(*p->object_hash));
		p->object_hash[p->nseen++] = prove_print(p->base, dn);
		*i = (uint32_t)p->nseen;
	}
	was = &p->object_hash[*i - 1];
	p->world_hash ^= *was ^ now;
	*was = now;
}

static void
note_touched(void *arg, uint32_t dn)
{
	struct prover *p = arg;

	dn_list_add(&p->touched, dn);
}

static bool
apply(struct prover *p, const struct act *a)
{
	size_t errors = p->diag->nerror;

	if (a->part == PART_MODIFY)
		apply_step(p->w, p->c, prove_procedure(p), p->diag);
	else if (a->ccb != NULL)
		apply_ccb(p->w, p->c, a->ccb, p->diag);
	else if (a->part == PART_INIT)
		apply_add_to_imm(p->w, p->c, p->diag);
	else
		apply_remove_from_imm(p->w, p->c, p->diag);
	if (p->diag->nerror == errors)
		return true;
	p->failed = true; /* it is told already */
	return false;
}

static bool
restarts(const struct procedure *q)
{
	return q->nstep > 0 && q->step[q->nstep - 1].restart;
}

/* The unit that an object is, or is part of. */
static uint32_t
unit_of(const struct prover *p, uint32_t dn)
{
	uint32_t i = system_find(p->y, SYS_SU, dn);

	if (i == NONE && world_class(p->w, dn) == N_SaAmfComp)
		i = system_find(p->y, SYS_SU, dn_parent_known(dn));
	return i;
}

/* A step changes units and components that it took out of service. */
static bool
may_change_unit(struct prover *p, uint32_t dn)
{
	const struct act *a = prove_act(p);
	uint32_t i;

	if (a->part != PART_MODIFY || restarts(prove_procedure(p)))
		return true;
	i = unit_of(p, dn);
	if (i == NONE || !p->y->su[i].in_service ||
	    !world_exists(p->w, p->y->su[i].dn))
		return true;
	prove_fail(p, DIAG_NOTHING_BELOW, dn, "\"%s\" is changed by a step "
	    "while it is in service", name_str(dn));
	prove_note_su(p, i);
	return false;
}

void
prove_nodes_first(struct prover *p)
{
	const struct model *m = p->source;
	size_t i;
	uint32_t clm;

	for (i = 0; i < m->nobject; i++) {
		if (m->object[i].class != N_SaAmfNode)
			continue;
		clm = model_value(m, (uint32_t)i, N_saAmfNodeClmNode);
		if (clm != NAME_NONE)
			*idmap_at(&p->amf_on, clm) = m->object[i].dn + 1;
	}
}

/* A CLM node leaves an EE that serves only while its AMF node is locked, even
 * if no unit stands there now. */
static bool
may_move_node(struct prover *p, uint32_t clm)
{
	uint32_t was = world_value(p->base, clm, N_saClmNodeEE);
	uint32_t now = world_value(p->w, clm, N_saClmNodeEE);
	uint32_t amf = idmap_get(&p->amf_on, clm), n = NONE;

	if (was == NAME_NONE || now == NAME_NONE || was == now || amf == 0 ||
	    !system_serves(p->y, was) || !world_exists(p->w, amf - 1))
		return true;
	n = system_find(p->y, SYS_NODE, amf - 1);
	if (n != NONE && p->y->node[n].locked)
		return true;
	n = system_find(p->y, SYS_NODE, clm);
	if (n != NONE && p->y->node[n].locked)
		return true;
	return prove_fail(p, DIAG_NOTHING_BELOW, clm, "\"%s\" leaves \"%s\" "
	    "while \"%s\" on it is not locked", name_str(clm),
	    name_str(was), name_str(amf - 1));
}

/* Before the system follows: may this be changed now? */
static bool
may_change(struct prover *p, uint32_t dn)
{
	uint32_t e = system_find(p->y, SYS_EE, dn);
	bool now = world_class(p->w, dn) == N_SaPlmEE;
	const struct act *a = prove_act(p);

	if (world_class(p->w, dn) == N_SaClmNode && !may_move_node(p, dn))
		return false;
	if (e == NONE || !p->y->ee[e].exists || !p->y->ee[e].up ||
	    (now && (a->part != PART_MODIFY ||
	    restarts(prove_procedure(p)))))
		return may_change_unit(p, dn);
	prove_fail(p, DIAG_NOTHING_BELOW, dn, "\"%s\" is %s while it runs",
	    name_str(dn), now ? "changed" : "removed");
	prove_note_ee(p, e);
	return false;
}

static bool
look(struct prover *p, uint32_t dn)
{
	struct system *y = p->y;
	uint32_t i = system_find(y, SYS_EE, dn), was;

	if (i != NONE) {
		was = y->ee[i].type;
		y->ee[i].type = world_value(p->w, dn, N_saPlmEEType);
		if (y->ee[i].exists && was == NAME_NONE &&
		    prove_act(p)->part == PART_MODIFY)
			dn_list_add(&p->down, dn);
		return prove_ee_changed(p, i, was) &&
		    prove_catch_added(p, i);
	}
	i = system_find(y, SYS_DEP, dn);
	if (i != NONE)
		return prove_catch(p, i) && prove_list_stands(p, i);
	i = system_find(y, SYS_NEED, dn);
	if (i != NONE)
		return prove_need(p, i);
	i = system_find(y, SYS_SI, dn);
	return i == NONE || prove_si(p, i);
}

/* Does the procedure itself bring the entity up, later on? */
static bool
comes_up(struct prover *p, uint32_t dn)
{
	const struct act *a = prove_act(p);
	const struct run_proc *r = a->proc == NONE ? NULL :
	    &p->a->proc[a->proc];
	size_t i;

	if (r == NULL)
		return false;
	for (i = p->now + 1; p->coming_of != a->proc + 1 &&
	    i < r->first + r->n; i++)
		if (p->a->act[i].verb == VERB_INSTANTIATE)
			*idmap_at(&p->coming, p->a->act[i].entity) =
			    a->proc + 1;
	p->coming_of = a->proc + 1;
	return idmap_get(&p->coming, dn) == a->proc + 1;
}

/* A new unit on an EE that is down comes up with it; else it waits for
 * somebody to bring it up. */
static void
rides(struct prover *p, uint32_t dn)
{
	uint32_t i = system_find(p->y, SYS_SU, dn), e;

	if (i == NONE || !p->y->su[i].exists || !p->y->su[i].fresh)
		return;
	p->y->su[i].fresh = false;
	e = p->y->su[i].ee;
	if (e != NONE && !system_serves(p->y, p->y->ee[e].dn) &&
	    !comes_up(p, dn))
		system_su(p->y, i, false, false);
}

static bool
look_at_all(struct prover *p, const struct unit_span *u)
{
	size_t i;

	for (i = 0; i < u->n; i++)
		if (!may_change(p, p->touched.v[u->first + i]))
			return false;
	for (i = 0; i < u->n; i++) {
		note_print(p, p->touched.v[u->first + i]);
		system_sync(p->y, p->touched.v[u->first + i], false);
	}
	for (i = 0; i < u->n; i++)
		rides(p, p->touched.v[u->first + i]);
	for (i = 0; i < u->n && !p->failed; i++)
		look(p, p->touched.v[u->first + i]);
	return !p->failed;
}

bool
prove_change(struct prover *p)
{
	const struct act *a = prove_act(p);
	struct unit_span *u = &p->span[p->now];

	if (a->part == PART_MODIFY)
		prove_step_begin(p, prove_procedure(p));
	u->first = p->touched.n;
	u->mark = world_mark(p->w);
	if (!apply(p, a))
		return false;
	world_each_since(p->w, u->mark, note_touched, p);
	u->n = p->touched.n - u->first;
	return look_at_all(p, u) && (a->part != PART_MODIFY ||
	    prove_step_rules(p, prove_procedure(p))) &&
	    prove_names(p, p->touched.v + u->first, u->n);
}

bool
prove_change_back(struct prover *p)
{
	const struct unit_span *u = &p->span[p->now];
	size_t i;
	uint32_t d;

	if (u->mark == 0)
		return true;
	world_revert(p->w, u->mark);
	for (i = 0; i < u->n; i++)
		note_print(p, p->touched.v[u->first + i]);
	for (i = u->n; i-- > 0;)
		system_sync(p->y, p->touched.v[u->first + i], true);
	for (i = 0; i < u->n && !p->failed; i++) {
		d = system_find(p->y, SYS_DEP, p->touched.v[u->first + i]);
		if (d != NONE && world_exists(p->w, p->y->dep[d].dn))
			prove_list_stands(p, d);
		d = system_find(p->y, SYS_SI, p->touched.v[u->first + i]);
		if (d != NONE)
			prove_si(p, d);
		d = system_find(p->y, SYS_NEED, p->touched.v[u->first + i]);
		if (d != NONE)
			prove_need(p, d);
	}
	return !p->failed;
}
