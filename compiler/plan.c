/*
 * In which order do the procedures come, and what does each take down?
 *
 * The system is played through as the procedures are laid down, so that each
 * knows what stands on what when it begins.
 *
 * O1  Kinds follow each other as enum proc_kind lists them; within a kind the
 *     order is natural (host2 before host10), but for O2 and O3.
 * O2  Nothing is laid before what must precede it: a sponsor that is added, an
 *     EE whose sponsor is removed, units that a service still needs (roots.h).
 * O3  A MODIFY procedure waits if a VM that stays would lose its last sponsor
 *     although a later one could spare it that.
 * O4  Where O2 and O3 leave nothing that could go next, the first that only
 *     waits for the sake of VMs goes, and acts on them; a knot of O2 is a
 *     finding.
 * O5  A change of sponsor lists is carried by the procedure laid last or next,
 *     never lost.
 * O6  With waves, as many as can run side by side (wave.h) share a level; what
 *     must follow one of them waits for the next. Kinds never share one.
 * O7  What a phase of the policy takes down goes before what a later one does,
 *     and waits for nothing of that; O2 is stronger.
 */
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "mobilise.h"
#include "naming.h"
#include "phase.h"
#include "planner.h"

/* --- AMF procedures and moves --- */

static enum proc_kind
unit_kind(const struct su *u)
{
	if (u->s == NONE)
		return PROC_AMF_ADD;
	return u->t == NONE ? PROC_AMF_REMOVE : PROC_AMF_MODIFY;
}

static void
lay_units(struct planner *r, const struct plan_input *in, enum proc_kind kind)
{
	size_t i;

	for (i = 0; i < in->nunit; i++) {
		const struct su *u = &r->p->sv->su[in->unit[i]];

		if (unit_kind(u) != kind)
			continue;
		r->p->proc_of_su[in->unit[i]] = (uint32_t)r->p->n;
		planner_carry(r, planner_new(r, kind, in->unit[i]));
		r->p->nlevel++;
	}
}

static void
lay_moves(struct planner *r, const struct plan_input *in)
{
	size_t i;

	for (i = 0; i < in->nmove; i++) {
		planner_carry(r, planner_new(r, PROC_MOVE, in->move[i]));
		r->p->nlevel++;
	}
}

/* Machines change one after the other, each on a level of its own. */
static void
lay_morphs(struct planner *r)
{
	const struct morphs *l = r->p->morphs;
	struct proc *x;
	size_t i;

	for (i = 0; l != NULL && i < l->n; i++) {
		x = planner_new(r, PROC_MORPH, l->v[i].ee);
		x->morph = &l->v[i];
		planner_carry(r, x);
		r->p->nlevel++;
	}
}

/* --- the whole --- */

/* From numbers of roots to places in the order. */
static void
renumber(const struct planner *r)
{
	struct plan *p = r->p;
	uint32_t *place = mem_alloc(r->roots.n, sizeof(*place));
	uint32_t *of_ee = mem_alloc(p->f->n, sizeof(*of_ee));
	size_t i;

	for (i = 0; i < p->n; i++)
		if (plan_has_ee(p->proc[i].kind))
			of_ee[p->proc[i].root] = (uint32_t)i;
	for (i = 0; i < r->roots.n; i++)
		place[i] = of_ee[r->roots.v[i].ee];
	for (i = 0; i < p->f->n; i++)
		if (p->proc_of[i] != NONE)
			p->proc_of[i] = place[p->proc_of[i]];
	for (i = 0; i < p->f->ndep; i++)
		if (p->f->dep[i].gone != NONE)
			p->f->dep[i].gone = place[p->f->dep[i].gone];
	free(place);
	free(of_ee);
}

static void
begin(struct planner *r)
{
	struct plan *p = r->p;

	p->last_add = NONE;
	p->proc_of = mem_alloc(p->f->n, sizeof(*p->proc_of));
	p->proc_of_su = mem_realloc(NULL, p->sv->nsu + 1,
	    sizeof(*p->proc_of_su));
	memset(p->proc_of_su, 0xff, p->sv->nsu * sizeof(*p->proc_of_su));
	roots_find(&r->roots, p->f, p->sv, p->proc_of);
	r->roots.needs = p->needs;
	roots_precede(&r->roots);
	r->phase = phase_of_roots(&r->roots, p->phase);
	lists_begin(&r->l, p->f, &p->arena, p->proc_of, r->roots.n);
	lists_catch(&r->l);
	if (p->morphs != NULL)
		r->homeless = morphs_place(p->morphs, p->f, p->policy);
	wave_open(&r->wave, p, &r->l, &r->roots);
	pace_open(&r->pace, p->f, p->waves ? p->policy : NULL);
	room_open(&r->room, p, p->policy, &r->l, &r->wave);
	r->l.at = r->room.at;
	r->l.to = r->room.to;
}

/* Sponsors that are ready join with the last procedure that adds; it is then
 * alone on its level, so that they are all there. */
static void
join_added(struct planner *r)
{
	struct proc *last = &r->p->proc[r->p->last_add];

	lists_join_ready(&r->l, &last->wrapup); /* O5 */
	if (last->wrapup.n > 0 && r->p->last_add > 0 &&
	    last[-1].level == last->level)
		last->level = r->p->nlevel++;
}

/* All kinds in their order. False if there is a knot; stuck is one of it. */
static bool
lay_all(struct planner *r, const struct plan_input *in, uint32_t *stuck)
{
	struct plan *p = r->p;
	size_t modify = roots_end(&r->roots, 0, PROC_ADD);
	size_t remove = roots_end(&r->roots, modify, PROC_MODIFY);
	bool ok = planner_lay_kind(r, 0, modify, stuck); /* O1 */

	if (p->last_add != NONE)
		join_added(r);
	else
		lists_join_ready(&r->l, &r->pending);
	lay_units(r, in, PROC_AMF_ADD);
	lay_moves(r, in);
	lay_units(r, in, PROC_AMF_MODIFY);
	lay_morphs(r);
	ok &= planner_lay_kind(r, modify, remove, stuck);
	lay_units(r, in, PROC_AMF_REMOVE);
	ok &= planner_lay_kind(r, remove, r->roots.n, stuck);
	p->loose = r->pending; /* O5: if nothing but sponsor lists changed */
	return ok;
}

bool
plan_run(struct plan *p, const struct plan_input *in, struct diag *diag)
{
	struct planner r = { .p = p, .f = p->f };
	uint32_t stuck = NONE;
	bool ok;

	begin(&r);
	ok = lay_all(&r, in, &stuck);
	if (!ok)
		ok = planner_knot(&r, stuck, diag);
	if (r.no_room) {
		room_report(&r.room, diag);
		ok = false;
	}
	if (p->morphs != NULL && r.homeless < p->morphs->n) {
		if (diag != NULL)
			morph_report_place(&p->morphs->v[r.homeless], p->f,
			    p->policy, diag);
		ok = false;
	}
	if (ok && (!bind_order(p, diag) ||
	    !mobilise_run(p, &r.room, diag))) {
		r.no_room = true;
		ok = false;
	}
	p->no_room = r.no_room;
	p->nmigration = r.room.nmigration;
	p->nleaver = r.room.nleaver;
	if (!r.no_room) {
		naming_run(p);
		renumber(&r);
	}
	free(r.phase);
	pace_close(&r.pace);
	room_close(&r.room);
	wave_close(&r.wave);
	lists_end(&r.l);
	roots_free(&r.roots);
	return ok;
}

void
plan_free(struct plan *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->proc[i].init.v);
		free(p->proc[i].in_step.v);
		free(p->proc[i].wrapup.v);
	}
	free(p->loose.v);
	free(p->proc);
	free(p->proc_of);
	free(p->proc_of_su);
	arena_free(&p->arena);
	*p = (struct plan){ .f = p->f, .sv = p->sv, .d = p->d, .why = p->why,
		.waves = p->waves, .hint = p->hint, .policy = p->policy,
		.phase = p->phase, .morphs = p->morphs };
}
