/*
 * When does each object enter, change or leave the model?
 *
 * P1  What rides on an EE or a service unit does so in its procedure (ride.c).
 * P2  New objects that ride on nothing come first (campInitAction), gone ones
 *     last (campCompleteAction); types and bundles go after the commit.
 *     Dependencies between services are the other way round.
 * P3  A reference to something added is written no earlier than that is
 *     created, one to something removed is gone before that is deleted. An
 *     object is created later or deleted earlier for that (refs.c), unless
 *     something bound to a procedure needs it; then only the value is held
 *     back, or dropped early (partial.c).
 * P4  Within a slot objects stand by the depth of their names, then by name,
 *     whatever the order of the input.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "place.h"
#include "refs.h"

uint32_t
place_delta(const struct places *w, uint32_t dn)
{
	return dn < w->nname ? w->delta_of[dn] : NONE;
}

static void
place_unit(struct places *w, uint32_t i, uint32_t su)
{
	uint32_t k = w->p->proc_of_su[su];
	enum op op = w->p->d->v[i].op;
	bool both = w->p->proc[k].kind == PROC_AMF_MODIFY &&
	    w->unit_modified[su];

	if (both && op != OP_MODIFY)
		w->slot[i] = place_slot(k, op == OP_ADD ? PART_WRAPUP : PART_INIT);
	else
		w->slot[i] = place_slot(k, PART_STEP);
}

/* Is the object the EE's own, or a service unit's? Those a template of the
 * step reaches; nodes and configuration objects it does not. */
static bool
template_reaches(const struct places *w, const struct delta *d)
{
	const struct model *m = w->p->d->t;
	uint32_t o;

	for (o = d->t; o != NONE; o = m->object[o].parent)
		if (m->object[o].class == N_SaPlmEE ||
		    m->object[o].class == N_SaAmfSU)
			return true;
	return false;
}

/* A service that depends on another goes down with it: while procedures run,
 * only what source and target say both may be in force. */
static bool
is_si_dependency(const struct places *w, const struct delta *d)
{
	return d->s != NONE ?
	    w->p->d->s->object[d->s].class == N_SaAmfSIDependency :
	    w->p->d->t->object[d->t].class == N_SaAmfSIDependency;
}

static uint32_t
free_slot(const struct places *w, const struct delta *d)
{
	const struct model *s = w->p->d->s;

	if (d->op != OP_MODIFY && is_si_dependency(w, d))
		return d->op == OP_ADD ? w->complete : SLOT_INIT; /* P2 */
	switch (d->op) {
	case OP_ADD:
		return SLOT_INIT;
	case OP_REMOVE:
		if (s->object[d->s].class == N_SaSmfSwBundle)
			return w->remove;
		return ride_is_type(s, d->s) ? w->wrapup : w->complete;
	default:
		return w->complete;
	}
}

static void
first_place(struct places *w, uint32_t i)
{
	const struct delta *d = &w->p->d->v[i];
	const struct ride *r = &w->ride[i];
	uint32_t k;

	switch (r->kind) {
	case RIDE_EE: /* P1 */
		w->slot[i] = place_slot(w->p->proc_of[r->with], PART_STEP);
		break;
	case RIDE_EE_CHANGE:
		k = w->p->proc_of[r->with];
		if (d->op == OP_MODIFY ? template_reaches(w, d) :
		    w->units_in[k])
			w->slot[i] = place_slot(k, PART_STEP);
		else
			w->slot[i] = place_slot(k, d->op == OP_REMOVE ?
			    PART_INIT : PART_WRAPUP);
		break;
	case RIDE_UNIT: /* P1 */
		place_unit(w, i, r->with);
		break;
	case RIDE_LIST: /* some are deleted earlier, see below */
		w->slot[i] = w->complete;
		break;
	case RIDE_MOVE: /* set from the procedures */
		break;
	default:
		w->slot[i] = free_slot(w, d); /* P2 */
	}
}

static void
look_at_ride(struct places *w, uint32_t i)
{
	const struct delta *d = &w->p->d->v[i];
	const struct ride *r = &w->ride[i];

	if (r->kind == RIDE_UNIT && d->op == OP_MODIFY)
		w->unit_modified[r->with] = true;
	if (r->kind == RIDE_EE_CHANGE && d->op != OP_MODIFY &&
	    ride_unit(w->p, d) != NONE)
		w->units_in[w->p->proc_of[r->with]] = true;
}

static void
first_places(struct places *w)
{
	const struct diff *d = w->p->d;
	uint32_t i, k;

	for (i = 0; i < d->n; i++) {
		w->ride[i] = ride_of(w->p, &d->v[i]);
		look_at_ride(w, i);
	}
	for (i = 0; i < d->n; i++)
		first_place(w, i);
	for (i = 0; i < w->p->f->ndep; i++)
		if (w->p->f->dep[i].gone != NONE)
			w->slot[place_delta(w, d->s->object[
			    w->p->f->dep[i].s].dn)] =
			    place_slot(w->p->f->dep[i].gone, PART_INIT);
	for (k = 0; k < w->p->n; k++)
		if (w->p->proc[k].kind == PROC_MORPH)
			w->slot[place_delta(w, w->p->f->v[
			    w->p->proc[k].root].dn)] = place_slot(k, PART_INIT);
		else if (w->p->proc[k].kind == PROC_MOVE)
			w->slot[place_delta(w, d->t->object[
			    w->p->proc[k].root].dn)] = place_slot(k, PART_STEP);
}

bool
place_value_ready(const struct places *w, uint32_t value, uint32_t slot)
{
	uint32_t i = place_delta(w, value);

	return i == NONE || w->p->d->v[i].op != OP_ADD || w->slot[i] <= slot;
}

uint32_t
place_drop_slot(const struct places *w, uint32_t slot)
{
	if (slot < SLOT_FIRST || slot >= w->complete)
		return slot;
	return (slot - SLOT_FIRST) % 3 == PART_STEP ?
	    w->drop[(slot - SLOT_FIRST) / 3] : slot;
}

/* Procedures that share a level may come in any order: what several of them
 * would write goes together before all of them. */
static void
drop_slots(struct places *w)
{
	const struct proc *v = w->p->proc;
	uint32_t k, n = (uint32_t)w->p->n, first = 0;

	w->drop = mem_alloc(n, sizeof(*w->drop));
	for (k = 0; k < n; k++) {
		if (k > 0 && v[k].level != v[k - 1].level)
			first = k;
		if (k == first && (k + 1 == n || v[k + 1].level != v[k].level))
			w->drop[k] = place_slot(k, PART_INIT);
		else
			w->drop[k] = first == 0 ? (uint32_t)SLOT_INIT :
			    place_slot(first - 1, PART_WRAPUP);
	}
}

uint32_t
place_gone_from(const struct places *w, uint32_t value)
{
	uint32_t i = place_delta(w, value);

	if (i == NONE || w->p->d->v[i].op != OP_REMOVE)
		return NONE;
	return place_drop_slot(w, w->slot[i]);
}

bool
place_value_gone(const struct places *w, uint32_t value, uint32_t slot)
{
	return place_gone_from(w, value) < slot;
}

static uint32_t
depth_of(uint32_t dn)
{
	const char *s = name_str(dn);
	uint32_t n = 1;
	size_t i, len = name_len(dn);

	for (i = 1; i < len; i++)
		n += s[i] == ',' && s[i - 1] != '\\';
	return n;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Into slots by counting, then each slot by depth and index: as deltas are in
 * the order of their names, so is the result. */
static void
sort_places(struct places *w)
{
	uint32_t nslot = w->remove + 1, n = (uint32_t)w->p->d->n, i;
	uint64_t *key = mem_alloc(n, sizeof(*key));
	uint32_t *fill = mem_alloc(nslot, sizeof(*fill));

	w->order = mem_alloc(n, sizeof(*w->order));
	w->at = mem_alloc(nslot + 1, sizeof(*w->at));
	for (i = 0; i < n; i++)
		w->at[w->slot[i] + 1]++;
	for (i = 0; i < nslot; i++) {
		w->at[i + 1] += w->at[i];
		fill[i] = w->at[i];
	}
	for (i = 0; i < n; i++)
		key[fill[w->slot[i]]++] = (uint64_t)depth_of(diff_dn(w->p->d,
		    &w->p->d->v[i])) << 32 | i;
	for (i = 0; i < nslot; i++)
		if (w->at[i + 1] - w->at[i] > 1)
			qsort(key + w->at[i], w->at[i + 1] - w->at[i],
			    sizeof(*key), by_number); /* P4 */
	for (i = 0; i < n; i++)
		w->order[i] = (uint32_t)key[i];
	free(fill);
	free(key);
}

void
place_run(struct places *w, struct plan *p)
{
	uint32_t i;

	*w = (struct places){ .p = p };
	w->complete = place_slot((uint32_t)p->n, 0);
	w->wrapup = w->complete + 1;
	w->remove = w->complete + 2;
	w->slot = mem_alloc(p->d->n, sizeof(*w->slot));
	w->ride = mem_alloc(p->d->n, sizeof(*w->ride));
	w->has_final = mem_alloc(p->d->n, sizeof(*w->has_final));
	w->units_in = mem_alloc(p->n, sizeof(*w->units_in));
	w->unit_modified = mem_alloc(p->sv->nsu, sizeof(*w->unit_modified));
	w->nname = intern_count();
	w->delta_of = mem_realloc(NULL, w->nname, sizeof(*w->delta_of));
	memset(w->delta_of, 0xff, w->nname * sizeof(*w->delta_of));
	for (i = 0; i < p->d->n; i++)
		w->delta_of[diff_dn(p->d, &p->d->v[i])] = i;
	drop_slots(w);
	first_places(w);
	refs_delay(w); /* P3 */
	refs_hasten(w); /* P3 */
	partial_find(w); /* P3 */
	sort_places(w);
}

void
place_free(struct places *w)
{
	free(w->slot);
	free(w->ride);
	free(w->final);
	free(w->has_final);
	free(w->order);
	free(w->at);
	free(w->partial);
	free(w->units_in);
	free(w->unit_modified);
	free(w->drop);
	free(w->delta_of);
	arena_free(&w->arena);
	*w = (struct places){ 0 };
}
