/*
 * Which actions does a campaign mean, in which order? Each procedure's nested
 * steps give their verbs (one row per step type below), tear-down outermost to
 * innermost, one change of the model, build-up innermost to outermost. Where
 * VMs stand on the way, and so which of them migrate, is in expander.c.
 */
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "admin.h"
#include "apply.h"
#include "diag.h"
#include "dn.h"
#include "expander.h"
#include "roll.h"

/* --- step types: what is done to old and new, before and after the model --- */

enum who { OLD, NEW }; /* deactivation or activation unit */

struct beat {
	enum verb verb;
	enum who who;
};

enum { MOST = 6 };

struct rhythm {
	struct beat down[MOST], up[MOST];
	int ndown, nup;
};

static const struct rhythm in_phase = {
	{ { VERB_LOCK, OLD }, { VERB_TERMINATE, OLD },
	    { VERB_OFFLINE_UNINSTALL, OLD }, { VERB_ONLINE_UNINSTALL, OLD } },
	{ { VERB_ONLINE_INSTALL, NEW }, { VERB_OFFLINE_INSTALL, NEW },
	    { VERB_INSTANTIATE, NEW }, { VERB_UNLOCK, NEW } }, 4, 4
};
static const struct rhythm out_of_phase = {
	{ { VERB_ONLINE_INSTALL, NEW }, { VERB_LOCK, OLD },
	    { VERB_TERMINATE, OLD }, { VERB_OFFLINE_UNINSTALL, OLD } },
	{ { VERB_OFFLINE_INSTALL, NEW }, { VERB_INSTANTIATE, NEW },
	    { VERB_UNLOCK, NEW }, { VERB_ONLINE_UNINSTALL, OLD } }, 4, 4
};
static const struct rhythm reduced = {
	{ { VERB_ONLINE_INSTALL, NEW } },
	{ { VERB_RESTART, NEW }, { VERB_ONLINE_UNINSTALL, OLD } }, 1, 2
};
static const struct rhythm locked_reduced = {
	{ { VERB_ONLINE_INSTALL, NEW }, { VERB_LOCK, OLD } },
	{ { VERB_RESTART, NEW }, { VERB_UNLOCK, NEW },
	    { VERB_ONLINE_UNINSTALL, OLD } }, 2, 3
};

static const struct rhythm *
rhythm_of(const struct step *s)
{
	if (s->restart)
		return s->locked_reduced ? &locked_reduced : &reduced;
	return s->in_phase ? &in_phase : &out_of_phase;
}

/* --- refusing --- */

/* The first thing that cannot be carried out is what is told. */
static void
refuse(struct expander *x, const char *why, uint32_t pos)
{
	if (x->a->is_refused)
		return;
	x->a->is_refused = true;
	x->a->refused = why;
	x->a->refused_pos = pos;
}

/* --- actions outside steps --- */

static void
do_ccb(struct expander *x, const struct action *ccb, uint8_t part)
{
	size_t mark;

	expander_emit(x, (struct act){ .verb = VERB_MODIFY_IM, .part = part,
	    .entity = ccb->nop == 1 ? ccb->op[0].dn : (uint32_t)NAME_NONE,
	    .ccb = ccb });
	mark = world_mark(x->w);
	apply_ccb(x->w, x->c, ccb, &x->diag);
	expander_follow(x, mark, part, 0);
}

/* --- one nested step --- */

/* Where software of an entity can be executed. */
struct place_of {
	uint32_t ee, clm_node, amf_node; /* DNs or NAME_NONE */
};

/* The node a unit stands on: the one it names, or was seen on, or the only one
 * of the node group that it, or else its service group, names. */
static uint32_t
node_of(const struct world *w, uint32_t su)
{
	uint32_t host = world_value(w, su, N_saAmfSUHostNodeOrNodeGroup), node;
	const uint32_t *v;
	size_t n;

	if (world_class(w, host) == N_SaAmfNode)
		return host;
	node = world_value(w, su, N_saAmfSUHostedByNode);
	if (world_class(w, node) == N_SaAmfNode)
		return node;
	if (host == NAME_NONE)
		host = world_value(w, dn_parent_known(su),
		    N_saAmfSGSuHostNodeGroup);
	if (world_class(w, host) != N_SaAmfNodeGroup)
		return NAME_NONE;
	v = world_values(w, host, N_saAmfNGNodeList, &n);
	return n == 1 ? v[0] : (uint32_t)NAME_NONE;
}

/* A unit stands on an AMF node, that on a CLM node, that on an EE. */
static struct place_of
place_of(struct expander *x, uint32_t dn)
{
	struct place_of p = { NAME_NONE, NAME_NONE, NAME_NONE };
	uint32_t class = world_class(x->w, dn);

	if (class == N_SaAmfSU) {
		dn = node_of(x->w, dn);
		class = world_class(x->w, dn);
	}
	if (class == N_SaAmfNode) {
		p.amf_node = dn;
		dn = world_value(x->w, dn, N_saAmfNodeClmNode);
		class = world_class(x->w, dn);
	}
	if (class == N_SaClmNode) {
		p.clm_node = dn;
		p.ee = world_value(x->w, dn, N_saClmNodeEE);
	}
	return p;
}

/* Where the entity's software is executed, of the places the bundle names. */
static uint32_t
environment(struct expander *x, const struct bundle_ref *b, uint32_t entity)
{
	struct place_of p = place_of(x, entity);
	uint32_t below = p.ee != NAME_NONE ? p.ee : p.clm_node != NAME_NONE ?
	    p.clm_node : p.amf_node != NAME_NONE ? p.amf_node :
	    expander_layer_below(x, entity);
	size_t i;

	for (i = 0; i < b->nenv; i++)
		if ((b->env[i].ee != NAME_NONE && b->env[i].ee == below) ||
		    (b->env[i].clm_node != NAME_NONE &&
		    b->env[i].clm_node == p.clm_node) ||
		    (b->env[i].amf_node != NAME_NONE &&
		    b->env[i].amf_node == p.amf_node))
			return below;
	if (b->nenv == 0)
		return below;
	if (b->env[0].ee != NAME_NONE)
		return b->env[0].ee;
	return b->env[0].amf_node != NAME_NONE ? b->env[0].amf_node :
	    b->env[0].clm_node;
}

struct units { /* entities of a nested step, old and new */
	uint32_t *dn[2];
	size_t n[2], most; /* most: room for new ones */
};

static void
add_entity(struct expander *x, struct units *u, enum who who, uint32_t dn,
    size_t most)
{
	if (u->dn[who] == NULL)
		u->dn[who] = arena_array(&x->a->arena, most, sizeof(uint32_t));
	u->dn[who][u->n[who]++] = dn;
}

static void
add_created(struct expander *x, struct units *u, const struct unit *up,
    uint32_t class)
{
	size_t i;

	for (i = 0; i < up->nadded; i++)
		if (up->added[i].class == class)
			add_entity(x, u, NEW, up->added[i].dn, u->most);
}

static int
by_name(const void *a, const void *b)
{
	return dn_natural(*(const uint32_t *)a, *(const uint32_t *)b);
}

/* Whom a list means now: those it names, in its order, then those that its
 * templates find, in the order of their names. */
static void
select(struct expander *x, const struct step *s, const struct entity_list *l,
    struct dn_list *out)
{
	struct idmap seen = { 0 };
	size_t i, n = 0;
	uint32_t *was;

	reach_entities(x->w, l, out);
	if (l->ntemplate == 0)
		return;
	if (out->n == l->nname) {
		refuse(x, NULL, s->pos);
		return;
	}
	qsort(out->v + l->nname, out->n - l->nname, sizeof(*out->v), by_name);
	for (i = 0; i < out->n; i++) {
		was = idmap_at(&seen, out->v[i]);
		if (*was == 0)
			out->v[n++] = out->v[i];
		*was = 1;
	}
	out->n = n;
	idmap_free(&seen);
}

/* New service units come up with the EE they are on; they are brought up
 * themselves where nothing else is. */
static void
entities(struct expander *x, const struct step *s, struct units *u)
{
	const struct unit *down = s->scope == SCOPE_MODIFY ? &s->activation :
	    &s->deactivation, *up = &s->activation;
	struct dn_list old = { 0 }, new = { 0 }, gone = { 0 };
	size_t i;

	*u = (struct units){ .most = 0 };
	select(x, s, &down->acted_on, &old);
	select(x, s, &up->acted_on, &new);
	if (down->removed.ntemplate > 0)
		select(x, s, &down->removed, &gone); /* there must be some */
	u->most = new.n + up->nadded;
	for (i = 0; i < old.n; i++)
		add_entity(x, u, OLD, old.v[i], old.n);
	for (i = 0; i < new.n; i++)
		add_entity(x, u, NEW, new.v[i], u->most);
	dn_list_free(&old);
	dn_list_free(&new);
	dn_list_free(&gone);
	add_created(x, u, up, N_SaPlmEE);
	if (u->n[NEW] == 0)
		add_created(x, u, up, N_SaAmfSU);
}

static void
do_entity(struct expander *x, enum verb verb, uint32_t dn, uint8_t part,
    uint16_t nested)
{
	struct act a = { .verb = (uint8_t)verb, .part = part,
		.nested = nested, .entity = dn };

	if (verb == VERB_INSTANTIATE && expander_is_ee(x, dn))
		a.on = expander_bring_up(x, dn);
	else if (expander_is_ee(x, dn))
		a.on = expander_layer_below(x, dn);
	expander_emit(x, a);
	if (verb == VERB_LOCK)
		expander_take_down(x, dn, part, nested);
	else if (verb == VERB_UNLOCK)
		*idmap_at(&x->down, dn) = 0;
}

/* --- callbacks and other actions outside steps --- */

static void
do_callbacks(struct expander *x, const struct callback *v, size_t n,
    uint8_t part, uint16_t nested)
{
	size_t i;

	for (i = 0; i < n; i++)
		expander_emit(x, (struct act){ .verb = VERB_NOTIFY,
		    .part = part, .nested = nested, .callback = &v[i] });
}

/* Those of a step that are called at this point. */
static void
call_at(struct expander *x, const struct step *s, const char *point,
    uint8_t part, uint16_t nested)
{
	size_t i;

	for (i = 0; i < s->ncallback; i++)
		if (strcmp(name_str(s->callback[i].at), point) == 0)
			do_callbacks(x, &s->callback[i], 1, part, nested);
}

/* The machine goes where it is told to, if it is not there. */
static void
do_morph(struct expander *x, const struct action *op, uint8_t part)
{
	uint32_t dn = op->forward.dn, on = expander_layer_below(x, dn);
	uint32_t to = admin_param(&op->forward, "to", 0);

	if (to == on)
		to = NAME_NONE;
	expander_emit(x, (struct act){ .verb = VERB_MORPH, .part = part,
	    .entity = dn, .on = on, .to = to });
	if (to != NAME_NONE)
		expander_move(x, dn, to);
}

static void
do_admin(struct expander *x, const struct action *op, uint8_t part)
{
	uint32_t dn = op->forward.dn;
	size_t at = x->a->n;
	const char *why = admin_fault(&op->forward, dn == NAME_NONE ?
	    (uint32_t)NAME_NONE : world_class(x->w, dn));

	if (why == NULL)
		why = admin_undo_fault(op);
	if (why == NULL && part == PART_WRAPUP)
		why = "orders an administrative operation when it is "
		    "committed";
	if (why != NULL) {
		if (!x->a->is_refused)
			x->a->refused_op = &op->forward;
		refuse(x, why, op->pos);
		return;
	}
	if (admin_verb(op->forward.operation) == VERB_MORPH)
		do_morph(x, op, part);
	else
		do_entity(x, admin_verb(op->forward.operation), dn, part, 0);
	x->a->act[at].ccb = op;
}

/* A command, in each place it is for. */
static void
do_command(struct expander *x, const struct action *a, uint8_t part)
{
	const struct plm_env *e;
	uint32_t dn;
	size_t i;

	for (i = 0; i < a->nenv; i++) {
		e = &a->env[i];
		dn = e->ee != NAME_NONE ? e->ee : e->amf_node != NAME_NONE ?
		    e->amf_node : e->clm_node;
		if (a->command == NAME_NONE || dn == NAME_NONE ||
		    !world_exists(x->w, dn))
			refuse(x, "runs a command in a place that is not "
			    "there", a->pos);
		else
			expander_emit(x, (struct act){ .verb = VERB_COMMAND,
			    .part = part, .entity = dn, .on = dn, .ccb = a });
	}
}

static void
do_list(struct expander *x, const struct action_list *l, uint8_t part)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		switch (l->v[i].kind) {
		case ACTION_CCB:
			do_ccb(x, &l->v[i], part);
			break;
		case ACTION_ADMIN:
			do_admin(x, &l->v[i], part);
			break;
		case ACTION_CALLBACK:
			do_callbacks(x, &l->v[i].callback, 1, part, 0);
			break;
		case ACTION_CLI:
			do_command(x, &l->v[i], part);
		}
}

/* --- the beats of a step --- */

static bool
is_software(enum verb v)
{
	return v == VERB_ONLINE_INSTALL || v == VERB_ONLINE_UNINSTALL ||
	    v == VERB_OFFLINE_INSTALL || v == VERB_OFFLINE_UNINSTALL;
}

static void
do_software(struct expander *x, const struct step *s, const struct beat *b,
    const struct units *u, uint8_t part, uint16_t nested)
{
	const struct unit *unit = b->who == NEW || s->scope == SCOPE_MODIFY ?
	    &s->activation : &s->deactivation;
	const struct bundle_ref *ref = b->who == NEW ? unit->sw_add :
	    unit->sw_remove;
	size_t n = b->who == NEW ? unit->nadd : unit->nremove, i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < u->n[b->who]; k++) {
			uint32_t dn = u->dn[b->who][k];

			expander_emit(x, (struct act){ .verb = (uint8_t)b->verb,
			    .part = part, .nested = nested, .entity = dn,
			    .on = environment(x, &ref[i], dn),
			    .bundle = ref[i].bundle });
		}
}

/* What callbacks are called before and after a verb. */
static const struct {
	const char *before, *after;
} points[VERB_COUNT] = {
	[VERB_LOCK] = { "beforeLock", NULL },
	[VERB_TERMINATE] = { "beforeTermination", NULL },
	[VERB_INSTANTIATE] = { NULL, "afterInstantiation" },
	[VERB_RESTART] = { NULL, "afterInstantiation" },
	[VERB_UNLOCK] = { NULL, "afterUnlock" },
};

static void
do_beats(struct expander *x, const struct step *s, const struct beat *b, int n,
    const struct units *u, uint8_t part, uint16_t nested)
{
	int i;
	size_t k;

	for (i = 0; i < n; i++) {
		if (is_software(b[i].verb)) {
			do_software(x, s, &b[i], u, part, nested);
			continue;
		}
		if (points[b[i].verb].before != NULL)
			call_at(x, s, points[b[i].verb].before, part, nested);
		for (k = 0; k < u->n[b[i].who]; k++)
			do_entity(x, b[i].verb, u->dn[b[i].who][k], part,
			    nested);
		if (points[b[i].verb].after != NULL)
			call_at(x, s, points[b[i].verb].after, part, nested);
	}
}

/* --- one procedure --- */

/* The step's model changes: new EEs are not in service yet, lists may have
 * changed. */
static void
do_model(struct expander *x, const struct procedure *p)
{
	size_t i, k;
	uint16_t last = (uint16_t)(p->nstep - 1);
	size_t mark;

	expander_emit(x, (struct act){ .verb = VERB_MODIFY_IM,
	    .part = PART_MODIFY, .nested = last, .entity = p->step[last].activation.acted_on.nname >
	    0 ? p->step[last].activation.acted_on.name[0] :
	    (uint32_t)NAME_NONE });
	mark = world_mark(x->w);
	apply_step(x->w, x->c, p, &x->diag);
	for (i = 0; i < p->nstep; i++) {
		const struct unit *u = &p->step[i].activation;

		for (k = 0; k < u->nadded; k++)
			if (u->added[k].class == N_SaPlmEE)
				*idmap_at(&x->down, u->added[k].dn) = 1;
	}
	expander_follow(x, mark, PART_MODIFY, last);
	for (i = 0; i < p->nstep; i++)
		call_at(x, &p->step[i], "afterImmModification", PART_MODIFY,
		    last);
}

static void
take_list(struct expander *x, const struct entity_list *l)
{
	struct dn_list all = { 0 };
	size_t i;

	reach_entities(x->w, l, &all);
	for (i = 0; i < all.n; i++)
		*idmap_at(&x->taken, all.v[i]) = x->level + 1;
	dn_list_free(&all);
}

static void
take(struct expander *x, const struct procedure *p)
{
	size_t i, n;

	for (i = 0; i < p->nstep; i++) {
		const struct unit *up = &p->step[i].activation;

		take_list(x, &p->step[i].deactivation.acted_on);
		take_list(x, &up->acted_on);
		for (n = 0; n < up->nadded; n++)
			if (up->added[n].class == N_SaPlmEE)
				*idmap_at(&x->taken, up->added[n].dn) =
				    x->level + 1;
	}
}

static const struct procedure *
in_order(const struct expander *x, size_t i)
{
	return i < x->c->nprocedure ? &x->c->procedure[x->order[i]] : NULL;
}

/* The level that begins with the procedure that is i in order. */
static void
begin_level(struct expander *x, size_t i)
{
	const struct procedure *p = in_order(x, i), *next = in_order(x, i + 1);

	x->level = p->level;
	x->shared = next != NULL && next->level == x->level;
	for (; x->shared && p != NULL && p->level == x->level;
	    p = in_order(x, ++i))
		take(x, p);
}

static void
do_procedure(struct expander *x, const struct procedure *p, bool rolling,
    uint32_t step)
{
	struct units *u = mem_alloc(p->nstep, sizeof(*u));
	size_t k = x->a->nproc++, i;

	x->a->proc = mem_grow(x->a->proc, k, &x->proc_cap,
	    sizeof(*x->a->proc));
	x->a->proc[k] = (struct run_proc){ .p = p, .rolling = rolling,
		.step = step, .first = x->a->n };
	x->proc = (uint32_t)k;
	do_list(x, &p->init, PART_PROC_INIT);
	for (i = 0; i < p->nstep; i++)
		entities(x, &p->step[i], &u[i]);
	for (i = 0; i < p->nstep; i++)
		do_beats(x, &p->step[i], rhythm_of(&p->step[i])->down,
		    rhythm_of(&p->step[i])->ndown, &u[i], PART_TEAR_DOWN,
		    (uint16_t)i);
	if (p->nstep > 0)
		do_model(x, p);
	for (i = p->nstep; i-- > 0;)
		do_beats(x, &p->step[i], rhythm_of(&p->step[i])->up,
		    rhythm_of(&p->step[i])->nup, &u[i], PART_BUILD_UP,
		    (uint16_t)i);
	do_list(x, &p->wrapup, PART_PROC_WRAPUP);
	x->a->proc[k].n = x->a->n - x->a->proc[k].first;
	free(u);
}

/* Each node in turn, as it is when its turn comes. */
static void
do_rolling(struct expander *x, const struct procedure *p)
{
	struct roll r;
	size_t i;

	roll_begin(&r, x->w, p);
	if (r.nodes.n == 0)
		refuse(x, NULL, p->pos);
	for (i = 0; i == 0 || i < r.nodes.n; i++)
		do_procedure(x, roll_step(&r, i, &x->a->arena), true,
		    (uint32_t)i + 1);
	roll_end(&r);
}

static void
do_procedures(struct expander *x)
{
	size_t i;

	for (i = 0; i < x->c->nprocedure; i++) {
		const struct procedure *p = in_order(x, i);

		if (i == 0 || in_order(x, i - 1)->level != p->level)
			begin_level(x, i);
		if (p->method == METHOD_ROLLING)
			do_rolling(x, p);
		else
			do_procedure(x, p, false, 1);
	}
}

/* --- the whole --- */

struct actions *
actions_expand(const struct campaign *c, const struct model *source)
{
	struct expander x = { .c = c, .source = source, .proc = NONE };
	size_t *order = campaign_order(c);

	x.a = mem_alloc(1, sizeof(*x.a));
	x.w = world_new(source);
	x.order = order;
	expander_begin(&x);
	do_callbacks(&x, c->at_init, c->nat_init, PART_INIT, 0);
	do_callbacks(&x, c->at_backup, c->nat_backup, PART_INIT, 0);
	if (c->nbundle > 0 || c->ntype > 0) {
		expander_emit(&x, (struct act){ .verb = VERB_MODIFY_IM,
		    .part = PART_INIT });
		apply_add_to_imm(x.w, c, &x.diag);
	}
	do_list(&x, &c->init, PART_INIT);
	x.a->init_end = x.a->n;
	do_procedures(&x);
	x.proc = NONE;
	x.shared = false;
	x.a->complete = x.a->n;
	do_list(&x, &c->complete, PART_COMPLETE);
	x.a->wrapup = x.a->n;
	do_callbacks(&x, c->at_commit, c->nat_commit, PART_WRAPUP, 0);
	do_list(&x, &c->wrapup, PART_WRAPUP);
	if (c->nremove_type > 0 || c->nremove_bundle > 0)
		expander_emit(&x, (struct act){ .verb = VERB_MODIFY_IM,
		    .part = PART_WRAPUP });
	x.a->rollback = x.a->n;
	do_callbacks(&x, c->at_rollback, c->nat_rollback, PART_INIT, 0);
	free(order);
	expander_free(&x);
	diag_free(&x.diag);
	world_free(x.w);
	return x.a;
}

bool
actions_shares_level(const struct actions *a, size_t k)
{
	return k > 0 && a->proc[k].step == 1 &&
	    a->proc[k].p->level == a->proc[k - 1].p->level;
}

size_t
actions_cause(const struct actions *a, size_t i)
{
	while (i > 0 && a->act[i].verb == VERB_MIGRATE)
		i--;
	return i;
}

static bool
is_restart(const struct act *a)
{
	return a->verb == VERB_RESTART && a->part == PART_BUILD_UP;
}

bool
actions_restarts(const struct actions *a, size_t i, size_t *restart,
    size_t *change)
{
	if (!is_restart(&a->act[i]))
		return false;
	while (i > 0 && is_restart(&a->act[i - 1]))
		i--;
	*restart = i;
	while (i > 0 && a->act[i - 1].part == PART_MODIFY &&
	    a->act[i - 1].proc == a->act[*restart].proc)
		i--;
	*change = i;
	return i < *restart;
}

void
actions_free(struct actions *a)
{
	if (a == NULL)
		return;
	free(a->act);
	free(a->proc);
	arena_free(&a->arena);
	free(a);
}

struct actions *
actions_make(const struct campaign *c, const struct model *source,
    const char *doing, struct diag *d)
{
	struct actions *a = actions_expand(c, source);

	struct place at;

	if (!a->is_refused)
		return a;
	at = campaign_place(c, a->refused_pos);
	if (a->refused == NULL)
		diag_report(d, DIAG_ACTS_ON_NONE, at, NAME_NONE, "a template "
		    "of this step finds nothing to act on or remove");
	else
		diag_report(d, DIAG_NOT_CARRIED_OUT, at, NAME_NONE, "the "
		    "campaign %s, which this version does not %s", a->refused,
		    doing);
	if (a->refused_op != NULL)
		diag_note(d, (struct place){ 0 }, "it is \"%.100s\" of "
		    "\"%.200s\"", name_str(a->refused_op->operation),
		    name_str(a->refused_op->dn));
	actions_free(a);
	return NULL;
}
