/*
 * Which part of the campaign holds what? The parts are written in
 * the order of execution; a part that would be empty is left out.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "dn.h"
#include "emit_build.h"
#include "ids.h"
#include "nodebundle.h"
#include "policy.h"

/* --- the parts of a CCB --- */

static void
creates(struct emitter *e, uint32_t slot, const bool *skip, struct ops *ops)
{
	uint32_t i;

	for (i = e->w->at[slot]; i < e->w->at[slot + 1]; i++) {
		uint32_t x = e->w->order[i];
		const struct delta *d = &e->p->d->v[x];

		if (d->op == OP_ADD && (skip == NULL || !skip[x]))
			emit_put(ops, emit_create(e, d->t, slot));
	}
}

static void
deletes(struct emitter *e, uint32_t slot, struct ops *ops)
{
	uint32_t i;

	for (i = e->w->at[slot + 1]; i-- > e->w->at[slot];) {
		const struct delta *d = &e->p->d->v[e->w->order[i]];

		if (d->op == OP_REMOVE)
			emit_put(ops, emit_delete(diff_dn(e->p->d, d)));
	}
}

static struct partial *
first_partial(const struct places *w, uint32_t slot)
{
	return w->partial + ids_below(w->partial, w->npartial,
	    sizeof(*w->partial), slot);
}

static const char *
why_partial(const struct places *w, uint32_t slot)
{
	if (slot == w->complete)
		return "what it names is there now";
	return slot >= SLOT_FIRST && (slot - SLOT_FIRST) % 3 == PART_INIT ?
	    "names something that goes with this procedure" :
	    "names something that goes with the next procedures";
}

static void
partials(struct emitter *e, uint32_t slot, struct ops *ops)
{
	const struct partial *p = first_partial(e->w, slot);
	const struct partial *end = e->w->partial + e->w->npartial;

	for (; p < end && p->slot == slot; p++)
		emit_modify(e, ops, p->dn, p->class, p->attr,
		    emit_copy(e, p->value, p->n, sizeof(*p->value)), p->n,
		    emit_copy(e, p->old, p->nold, sizeof(*p->old)), p->nold,
		    why_partial(e->w, slot));
}

/* Modifications of objects that no step changes. */
static void
modifies(struct emitter *e, uint32_t slot, struct ops *ops)
{
	uint32_t i;

	for (i = e->w->at[slot]; i < e->w->at[slot + 1]; i++) {
		const struct delta *d = &e->p->d->v[e->w->order[i]];
		bool list = e->w->ride[e->w->order[i]].kind == RIDE_LIST;
		struct modification *mod = NULL;
		size_t n = 0, cap = 0, k;
		uint32_t dn = diff_dn(e->p->d, d);

		if (d->op != OP_MODIFY)
			continue;
		emit_changes(e, d, slot, &mod, &n, &cap, list);
		for (k = 0; k < n; k++) {
			if (e->w->has_final[e->w->order[i]] &&
			    partial_is_final(e->w, dn, mod[k].attr->name))
				continue;
			emit_put(ops, (struct ccb_op){ .kind = CCB_MODIFY,
			    .dn = dn, .class = e->t->object[d->t].class,
			    .op = mod[k].op, .nattr = 1,
			    .attr = mod[k].attr });
		}
		free(mod);
	}
}

/* --- initialization --- */

static void
emit_init(struct emitter *e)
{
	struct ops ops = { 0 };
	bool *done = emit_bundles(e);

	creates(e, SLOT_INIT, done, &ops);
	partials(e, SLOT_INIT, &ops);
	deletes(e, SLOT_INIT, &ops);
	emit_ccb(e, &e->c->init, &ops);
	emit_catches(e);
	free(done);
}

/* --- procedures --- */

static size_t
count_roles(const struct proc *p, enum op op)
{
	size_t i, n = 0;

	for (i = 0; i < p->nrole; i++)
		n += p->role[i].op == op;
	return n;
}

static void
count_word(struct buf *b, size_t n, const char *what, bool *first)
{
	if (n == 0)
		return;
	buf_printf(b, "%s%s %zu", *first ? "" : ", ", what, n);
	*first = false;
}

static const char *
why_here(const struct plan *p, const struct proc *x)
{
	static const char *const why[] = {
		[PROC_ADD] = "additions come first: services gain units "
		    "before any goes down",
		[PROC_AMF_ADD] = "a service unit enters",
		[PROC_MOVE] = "a node gets its new execution environment "
		    "before the old one goes down",
		[PROC_AMF_MODIFY] = "a service unit changes, no other with it",
		[PROC_MORPH] = "changes while it runs, before anything goes "
		    "down",
		[PROC_MODIFY] = "changed in place, one host at a time",
		[PROC_AMF_REMOVE] = "a service unit leaves after what replaces "
		    "it is there",
		[PROC_REMOVE] = "removals come last: what replaces them is "
		    "there",
	};

	if (p->waves && x->kind == PROC_MODIFY)
		return "changed in place, side by side with what no service "
		    "needs meanwhile";
	return why[x->kind];
}

static uint32_t
proc_reason(const struct plan *plan, const struct proc *p)
{
	struct buf b = { 0 };
	bool first = true;

	count_word(&b, count_roles(p, OP_ADD), "adds", &first);
	count_word(&b, count_roles(p, OP_MODIFY), "modifies", &first);
	count_word(&b, count_roles(p, OP_REMOVE), "removes", &first);
	count_word(&b, count_roles(p, OP_NONE), "acts on", &first);
	if (p->morph != NULL) {
		buf_printf(&b, "morphs from \"%s\" to \"%s\"",
		    name_str(p->morph->from), name_str(p->morph->to));
		first = false;
	}
	buf_printf(&b, "%s%s", first ? "" : "; ", why_here(plan, p));
	if (p->forced)
		buf_str(&b, "; no order spares all VMs that stay");
	return intern_buf(&b);
}

static void
emit_outage(struct emitter *e, uint32_t k, struct procedure *out,
    uint32_t **down_si)
{
	size_t n = 0;

	out->outage = policy_accepts_all(e->policy) ? OUTAGE_ALL :
	    OUTAGE_NONE;
	out->outage_max = -1;
	if (out->outage == OUTAGE_ALL || down_si == NULL ||
	    down_si[k] == NULL)
		return;
	while (down_si[k][n] != NAME_NONE)
		n++;
	if (n == 0)
		return;
	out->outage = OUTAGE_SOME;
	out->outage_max = (int64_t)n;
	out->accepted = emit_copy(e, down_si[k], n, sizeof(uint32_t));
	out->naccepted = n;
}

/* A callback that stands for a phase: gate:PHASE. */
static struct callback
phase_callback(const char *kind, const char *phase)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s:%s", kind, phase);
	return emit_callback(&b, NAME_NONE);
}

/* What comes in procInitAction before everything else. */
static void
emit_gate(struct emitter *e, const char *phase, struct action_list *l)
{
	struct action *a = arena_alloc(&e->c->arena, sizeof(*a));

	*a = (struct action){ .kind = ACTION_CALLBACK,
		.callback = phase_callback("gate", phase),
		.reason = intern_str("the policy wants a gate before this "
		    "phase") };
	*l = (struct action_list){ 1, a };
}

/* The last thing that the outermost step does: if it fails, all of the step is
 * undone. One that restarts without a lock has nothing to unlock. */
static void
emit_validation(struct emitter *e, uint32_t phase, struct procedure *out)
{
	struct step *s = out->nstep == 0 ? NULL : &out->step[0];

	if (s == NULL || phase == 0 || phase > policy_nphase(e->policy) ||
	    !policy_phase_validates(e->policy, phase))
		return;
	s->callback = arena_alloc(&e->c->arena, sizeof(*s->callback));
	s->callback[0] = phase_callback("validate",
	    policy_phase(e->policy, phase));
	s->callback[0].at = intern_str(s->restart && !s->locked_reduced ?
	    "afterInstantiation" : "afterUnlock");
	s->ncallback = 1;
}

/* The first procedure of a phase has its gate. Phases of what is removed come
 * again, and need no leave again. */
static void
emit_phase(struct emitter *e, uint32_t phase, struct procedure *out)
{
	const char *name;

	if (phase == 0 || phase > policy_nphase(e->policy))
		return;
	name = policy_phase(e->policy, phase);
	out->phase = intern_str(name);
	if (!policy_phase_gate(e->policy, phase) || e->begun[phase])
		return;
	e->begun[phase] = true;
	emit_gate(e, name, &out->init);
}

/* A procedure has a step, though nothing goes down in it. */
static void
emit_empty_step(struct emitter *e, struct procedure *out, uint32_t dn)
{
	out->nstep = 1;
	out->step = arena_alloc(&e->c->arena, sizeof(*out->step));
	out->step->scope = SCOPE_ADD_REMOVE;
	out->step->in_phase = true;
	out->step->max_retry = policy_max_retry(e->policy, dn);
	out->step->reason = intern_str("nothing is acted on; in-phase: "
	    "always right");
}

static void
emit_procedure(struct emitter *e, uint32_t k, uint32_t **down_si)
{
	const struct proc *p = &e->p->proc[k];
	struct procedure *out = &e->c->procedure[k];
	struct ops ops = { 0 };
	size_t i;

	out->name = p->name;
	out->level = p->level;
	out->method = METHOD_SINGLE_STEP;
	out->reason = proc_reason(e->p, p);
	emit_outage(e, k, out, down_si);
	emit_phase(e, p->phase, out);
	emit_list_changes(e, &p->init, &ops);
	partials(e, place_slot(k, PART_INIT), &ops);
	deletes(e, place_slot(k, PART_INIT), &ops);
	emit_ccb(e, &out->init, &ops);
	if (p->kind == PROC_MORPH) {
		modifies(e, place_slot(k, PART_INIT), &ops);
		emit_morph(e, p->morph, &ops, &out->init);
		emit_empty_step(e, out, e->f->v[p->root].dn);
	} else {
		emit_steps(e, k, out);
	}
	emit_validation(e, p->phase, out);
	for (i = 0; i < p->in_step.n; i++)
		e->min_now[p->in_step.v[i].dep] = p->in_step.v[i].min;
	creates(e, place_slot(k, PART_WRAPUP), NULL, &ops);
	emit_list_changes(e, &p->wrapup, &ops);
	partials(e, place_slot(k, PART_WRAPUP), &ops);
	modifies(e, place_slot(k, PART_WRAPUP), &ops);
	deletes(e, place_slot(k, PART_WRAPUP), &ops);
	emit_ccb(e, &out->wrapup, &ops);
}

/* Changes outside PLM and AMF need no procedure, but a campaign has one. */
static void
emit_empty_procedure(struct emitter *e)
{
	struct procedure *out;
	struct ops ops = { 0 };

	e->c->procedure = arena_alloc(&e->c->arena, sizeof(*out));
	e->c->nprocedure = 1;
	out = e->c->procedure;
	out->name = intern_str("safSmfProc=ModelChanges");
	out->outage_max = -1;
	out->reason = intern_str("nothing has to go down: only the model "
	    "changes");
	emit_empty_step(e, out, NAME_EMPTY);
	emit_list_changes(e, &e->p->loose, &ops);
	emit_ccb(e, &out->init, &ops);
}

static void
emit_procedures(struct emitter *e, uint32_t **down_si)
{
	uint32_t k;

	if (e->p->n == 0) {
		emit_empty_procedure(e);
		return;
	}
	e->c->procedure = arena_array(&e->c->arena, e->p->n,
	    sizeof(*e->c->procedure));
	e->c->nprocedure = e->p->n;
	for (k = 0; k < e->p->n; k++)
		emit_procedure(e, k, down_si);
}

/* --- completion and wrap-up --- */

static void
emit_complete(struct emitter *e)
{
	struct ops ops = { 0 };
	uint32_t slot = e->w->complete;

	creates(e, slot, NULL, &ops);
	emit_mobilise(e, &ops);
	modifies(e, slot, &ops);
	partials(e, slot, &ops);
	deletes(e, slot, &ops);
	emit_ccb(e, &e->c->complete, &ops);
	emit_mobilise_late(e);
}

static void
emit_wrapup(struct emitter *e)
{
	struct ops ops = { 0 };
	uint32_t i, n = 0, slot = e->w->remove;

	deletes(e, e->w->wrapup, &ops);
	emit_ccb(e, &e->c->wrapup, &ops);
	e->c->remove_bundle = arena_array(&e->c->arena,
	    e->w->at[slot + 1] - e->w->at[slot],
	    sizeof(*e->c->remove_bundle));
	for (i = e->w->at[slot]; i < e->w->at[slot + 1]; i++)
		e->c->remove_bundle[n++].bundle = diff_dn(e->p->d,
		    &e->p->d->v[e->w->order[i]]);
	e->c->nremove_bundle = n;
}

/* --- the whole --- */

/* The time of the configuration base: SOURCE_DATE_EPOCH, or none. */
static int64_t
base_time(void)
{
	const char *s = getenv("SOURCE_DATE_EPOCH");
	long long t = s == NULL ? 0 : strtoll(s, NULL, 10);

	if (t < 0 || t > INT64_MAX / 1000000000)
		return 0;
	return (int64_t)t * 1000000000;
}

static void
emit_head(struct emitter *e, const struct emit_input *in)
{
	struct buf b = { 0 };

	buf_printf(&b, "safSmfCampaign=Upgrade-%.8s-%.8s", in->source_digest,
	    in->target_digest);
	e->c->name = intern_buf(&b);
	e->c->expected_time = -1;
	if (e->p->waves)
		e->c->schedule = intern_str("waves");
	if (e->p->bound > 0)
		e->c->bound = emit_number(e->p->bound);
	e->c->config_base = base_time();
	e->c->source_digest = intern_str(in->source_digest);
	e->c->target_digest = intern_str(in->target_digest);
}

struct campaign *
emit_run(const struct emit_input *in, struct diag *diag)
{
	struct emitter e = { .c = campaign_new(), .w = in->places,
		.p = in->places->p, .policy = in->policy, .diag = diag };
	uint32_t i;

	e.f = e.p->f;
	e.s = e.p->d->s;
	e.t = e.p->d->t;
	e.on_node = nodebundle_new(e.p);
	e.group_of = mem_realloc(NULL, e.f->n + 1, sizeof(*e.group_of));
	memset(e.group_of, 0xff, (e.f->n + 1) * sizeof(*e.group_of));
	e.last_change = mem_alloc(e.f->ndep, sizeof(*e.last_change));
	e.min_now = mem_alloc(e.f->ndep, sizeof(*e.min_now));
	for (i = 0; i < e.f->ndep; i++)
		e.min_now[i] = e.f->dep[i].s != NONE ? e.f->dep[i].min_s :
		    e.f->dep[i].min_t;
	e.begun = mem_alloc(policy_nphase(in->policy) + 1, sizeof(*e.begun));
	emit_head(&e, in);
	emit_init(&e);
	emit_procedures(&e, in->down_si);
	emit_complete(&e);
	emit_wrapup(&e);
	nodebundle_free(e.on_node);
	free(e.group_of);
	free(e.last_change);
	free(e.min_now);
	free(e.begun);
	idmap_free(&e.named_by[0]);
	idmap_free(&e.named_by[1]);
	idmap_free(&e.bundle_said);
	return e.c;
}
