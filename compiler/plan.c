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

#include "diag.h"
#include "dn.h"
#include "lists.h"
#include "mobilise.h"
#include "naming.h"
#include "pace.h"
#include "phase.h"
#include "plan.h"
#include "room.h"
#include "roots.h"
#include "wave.h"

/* In the key of a queue: phase, wave, root. */
enum { PHASE_SHIFT = 32 + 20 };

struct planner {
	struct plan *p;
	struct forest *f;
	struct lists l;
	struct roots roots;
	struct dep_changes pending; /* joins, until a procedure carries them */
	struct wave wave;
	struct room room;
	struct pace pace;
	uint32_t *phase; /* by root, or NULL */
	bool no_room; /* a VM has nowhere to go */
	size_t homeless; /* of the morphs the first that has no place, or n */
};

/* --- laying procedures down --- */

static struct proc *
new_proc(struct planner *r, enum proc_kind kind, uint32_t root)
{
	struct plan *p = r->p;

	p->proc = mem_grow(p->proc, p->n, &p->cap, sizeof(*p->proc));
	p->proc[p->n] = (struct proc){ .kind = kind, .root = root,
		.level = p->nlevel };
	return &p->proc[p->n++];
}

static int
by_layer(const void *a, const void *b)
{
	static const uint8_t rank[] = { [OP_REMOVE] = 0, [OP_MODIFY] = 1,
		[OP_ADD] = 1, [OP_NONE] = 2 };
	const struct role *x = a, *y = b;

	if (x->layer != y->layer)
		return x->layer > y->layer ? -1 : 1;
	if (x->op != y->op)
		return rank[x->op] < rank[y->op] ? -1 : 1;
	return dn_natural(x->dn, y->dn);
}

static void
set_roles(struct planner *r, struct proc *p, uint32_t number)
{
	size_t i;

	p->nrole = r->l.ndown;
	p->role = arena_array(&r->p->arena, p->nrole, sizeof(*p->role));
	for (i = 0; i < p->nrole; i++) {
		uint32_t e = r->l.down[i];

		p->role[i] = (struct role){ .ee = e, .dn = r->f->v[e].dn,
			.layer = r->l.layer[e] & 0xffffff,
			.op = r->p->proc_of[e] == number ? r->f->v[e].op :
			    (uint8_t)OP_NONE };
	}
	qsort(p->role, p->nrole, sizeof(*p->role), by_layer);
}

static void
lay_add(struct planner *r, uint32_t number)
{
	size_t n, i;
	const uint32_t *v = roots_members(&r->roots, number, &n);
	struct proc *p = new_proc(r, PROC_ADD, r->roots.v[number].ee);

	for (i = 0; i < n; i++)
		lists_add(&r->l, v[i]);
	/* What was just added can only stand on what is below it. */
	lists_down(&r->l, r->roots.v[number].ee);
	set_roles(r, p, number);
	r->p->last_add = (uint32_t)r->p->n - 1;
	r->l.done[number] = true;
}

/* Joins that wait for a procedure to carry them go with this one. */
static void
carry_pending(struct planner *r, struct proc *p)
{
	if (r->pending.n == 0)
		return;
	p->init = r->pending; /* O5 */
	r->pending = (struct dep_changes){ 0 };
}

static void
lay_change(struct planner *r, uint32_t number, bool forced)
{
	size_t n, i;
	const uint32_t *v = roots_members(&r->roots, number, &n);
	struct proc *p = new_proc(r, r->roots.v[number].kind,
	    r->roots.v[number].ee);

	carry_pending(r, p);
	p->forced = forced;
	p->phase = r->phase == NULL ? 0 : r->phase[number];
	lists_leave(&r->l, v, n, number, &p->init);
	room_write(&r->room, number, p);
	lists_down(&r->l, r->roots.v[number].ee);
	set_roles(r, p, number);
	lists_switch(&r->l, v, n, number, &p->in_step);
	for (i = 0; i < n; i++)
		if (r->f->v[v[i]].op == OP_REMOVE)
			lists_remove(&r->l, v[i]);
	lists_join(&r->l, v, n, number, &p->wrapup);
}

/* --- the order within one kind --- */

struct queue { /* of root numbers under their waves, smallest first */
	uint64_t *v;
	size_t n;
};

static void
queue_push(struct queue *q, uint64_t x)
{
	size_t i = q->n++, up;

	for (; i > 0 && q->v[up = (i - 1) / 2] > x; i = up)
		q->v[i] = q->v[up];
	q->v[i] = x;
}

static uint64_t
queue_pop(struct queue *q)
{
	uint64_t top = q->v[0], x = q->v[--q->n];
	size_t i = 0, k;

	for (; (k = 2 * i + 1) < q->n; i = k) {
		if (k + 1 < q->n && q->v[k + 1] < q->v[k])
			k++;
		if (q->v[k] >= x)
			break;
		q->v[i] = q->v[k];
	}
	q->v[i] = x;
	return top;
}

/* A root that may go now, no earlier than its phase and the wave it is meant
 * for. */
static void
queue_put(const struct planner *r, struct queue *q, uint32_t x)
{
	uint32_t hint = r->p->hint == NULL ? 0 :
	    r->p->hint[r->roots.v[x].ee];
	uint64_t phase = r->phase == NULL ? 0 : r->phase[x]; /* O7 */

	queue_push(q, phase << PHASE_SHIFT | (uint64_t)hint << 32 | x);
}

static void
release(struct planner *r, uint32_t number, struct queue *q)
{
	uint32_t i, w, next;

	r->roots.v[number].done = true;
	for (i = r->roots.edge_at[number]; i != NONE; i = r->roots.edge[i].next)
		if (--r->roots.v[r->roots.edge[i].after].nbefore == 0)
			queue_put(r, q, r->roots.edge[i].after); /* O2 */
	for (w = r->roots.v[number].waiting; w != NONE; w = next) {
		next = r->roots.v[w].next_waiting;
		queue_put(r, q, w);
	}
	r->roots.v[number].waiting = NONE;
}

/* Should this one wait, and for which? */
static uint32_t
must_wait(struct planner *r, uint32_t number)
{
	size_t n;
	const uint32_t *v = roots_members(&r->roots, number, &n);

	if (r->roots.v[number].kind != PROC_MODIFY)
		return NONE;
	lists_down(&r->l, r->roots.v[number].ee);
	return lists_could_wait(&r->l, v, n, number);
}

/* Nothing can go first: the first in natural order that only waits for the
 * sake of VMs goes all the same (they are acted on); else those that are in
 * each other's way for a service. */
static uint32_t
break_deadlock(struct planner *r, size_t from, size_t to, bool *hard)
{
	size_t i;
	uint32_t first = NONE;

	*hard = false;
	for (i = from; i < to; i++) {
		if (r->roots.v[i].done)
			continue;
		if (r->roots.v[i].nbefore == 0)
			return (uint32_t)i;
		if (first == NONE)
			first = (uint32_t)i;
	}
	*hard = true;
	return first;
}

static void
unwait(struct planner *r, size_t from, size_t to, uint32_t number)
{
	size_t i;
	uint32_t *at;

	for (i = from; i < to; i++)
		for (at = &r->roots.v[i].waiting; *at != NONE;
		    at = &r->roots.v[*at].next_waiting)
			if (*at == number) {
				*at = r->roots.v[number].next_waiting;
				return;
			}
}

static void
lay(struct planner *r, uint32_t number, bool forced)
{
	if (r->roots.v[number].kind == PROC_ADD)
		lay_add(r, number);
	else
		lay_change(r, number, forced);
}

/* Puts a root behind the one it waits for. False if it need not wait, or has
 * not the time. */
static bool
wait_for(struct planner *r, uint32_t x, uint32_t w)
{
	if (w == NONE || r->roots.v[w].done ||
	    (r->phase != NULL && r->phase[w] > r->phase[x])) /* O7 */
		return false;
	r->roots.v[x].next_waiting = r->roots.v[w].waiting;
	r->roots.v[w].waiting = x;
	return true;
}

/* One of those that stand in each other's way goes, on a level of its own. */
static bool
lay_forced(struct planner *r, size_t from, size_t to, struct queue *q,
    uint32_t *stuck)
{
	bool hard;
	uint32_t x = break_deadlock(r, from, to, &hard); /* O4 */

	unwait(r, from, to, x);
	r->roots.v[x].nbefore = UINT32_MAX / 2;
	lay(r, x, true);
	r->p->nlevel++;
	release(r, x, q);
	if (hard)
		*stuck = x;
	return !hard;
}

struct side_by_side { /* the roots of a wave */
	uint32_t *in; /* laid down */
	size_t nin;
	uint64_t *out; /* refused: they try again in the next */
	size_t nout;
};

static bool
refuse(struct planner *r, uint32_t x, enum refused why)
{
	if (r->p->refusal != NULL)
		r->p->refusal[r->roots.v[x].ee] = (struct refusal){ why,
			r->room.stuck };
	return false;
}

/* May the root join the wave, with what goes down with it? */
static bool
is_admitted(struct planner *r, uint32_t x)
{
	if (!wave_admits(&r->wave, x))
		return refuse(r, x, REFUSED_WAVE);
	return room_admits(&r->room, x) || refuse(r, x, REFUSED_ROOM);
}

/* One root joins the wave, waits for another, or is refused. */
static void
try_wave(struct planner *r, uint64_t key, struct side_by_side *s)
{
	uint32_t x = (uint32_t)key;

	if (r->roots.v[x].kind != PROC_ADD && r->p->waves &&
	    !pace_admits(&r->pace, r->roots.v[x].ee)) {
		refuse(r, x, REFUSED_PACE);
		s->out[s->nout++] = key;
		return;
	}
	if (r->roots.v[x].kind == PROC_REMOVE)
		lists_down(&r->l, r->roots.v[x].ee);
	if (wait_for(r, x, must_wait(r, x))) { /* O3 */
		refuse(r, x, REFUSED_WAIT);
		return;
	}
	if (r->roots.v[x].kind != PROC_ADD && r->p->waves) {
		if (!is_admitted(r, x)) {
			s->out[s->nout++] = key;
			return;
		}
		pace_take(&r->pace, r->roots.v[x].ee);
		wave_take(&r->wave, x);
	}
	s->in[s->nin++] = x;
}

/* Lays down one wave; sequentially it is one procedure. */
static size_t
lay_wave(struct planner *r, struct queue *q, struct side_by_side *s)
{
	uint64_t stage = q->v[0] >> 32;
	size_t i;

	s->nin = s->nout = 0;
	wave_begin(&r->wave, &r->pending);
	pace_begin(&r->pace);
	room_begin(&r->room);
	while (q->n > 0 && (q->v[0] >> 32) <= stage &&
	    (r->p->waves || s->nin == 0))
		try_wave(r, queue_pop(q), s); /* O1, O6 */
	for (i = 0; i < s->nin; i++)
		lay(r, s->in[i], false);
	room_end(&r->room);
	for (i = 0; i < s->nin; i++) {
		wave_left(&r->wave, s->in[i]);
		release(r, s->in[i], q);
	}
	for (i = 0; i < s->nout; i++)
		queue_push(q, (stage + 1) << 32 | (uint32_t)s->out[i]);
	r->p->nlevel += s->nin > 0;
	return s->nin;
}

/* Lays down the roots from..to, all of one kind. False if a service would have
 * to be lost whatever comes first; then stuck is one of the knot. */
static bool
lay_kind(struct planner *r, size_t from, size_t to, uint32_t *stuck)
{
	struct queue q = { mem_alloc(to - from, sizeof(*q.v)), 0 };
	struct side_by_side s = { mem_alloc(to - from, sizeof(*s.in)), 0,
		mem_alloc(to - from, sizeof(*s.out)), 0 };
	size_t i, left = to - from;
	uint32_t one = NONE;

	if (left > 0)
		wave_count(&r->wave, r->roots.v[from].kind);
	for (i = from; i < to; i++)
		if (r->roots.v[i].nbefore == 0)
			queue_put(r, &q, (uint32_t)i);
	while (left > 0) {
		if (q.n > 0) {
			left -= lay_wave(r, &q, &s);
			r->no_room = s.nin == 0 && s.nout > 0 &&
			    s.nout == q.n;
			if (r->no_room)
				break;
			continue;
		}
		if (!lay_forced(r, from, to, &q, &one) && *stuck == NONE)
			*stuck = one;
		left--;
	}
	free(q.v);
	free(s.in);
	free(s.out);
	return one == NONE;
}

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
		carry_pending(r, new_proc(r, kind, in->unit[i]));
		r->p->nlevel++;
	}
}

static void
lay_moves(struct planner *r, const struct plan_input *in)
{
	size_t i;

	for (i = 0; i < in->nmove; i++) {
		carry_pending(r, new_proc(r, PROC_MOVE, in->move[i]));
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
		x = new_proc(r, PROC_MORPH, l->v[i].ee);
		x->morph = &l->v[i];
		carry_pending(r, x);
		r->p->nlevel++;
	}
}

/* --- the whole --- */

static const char *
root_name(const struct planner *r, uint32_t root)
{
	return name_str(r->f->v[r->roots.v[root].ee].dn);
}

/* For each root the one before it on a shortest way from there; the way back
 * to there ends the search. NONE where no way leads. Free it. */
static uint32_t *
ways_from(const struct planner *r, uint32_t there)
{
	uint32_t *from = mem_alloc(r->roots.n, sizeof(*from));
	uint32_t *queue = mem_alloc(r->roots.n + 1, sizeof(*queue));
	size_t at, n = 0, i;
	uint32_t k;

	for (i = 0; i < r->roots.n; i++)
		from[i] = NONE;
	queue[n++] = there;
	for (at = 0; at < n && from[there] == NONE; at++)
		for (k = r->roots.edge_at[queue[at]]; k != NONE;
		    k = r->roots.edge[k].next) {
			uint32_t x = r->roots.edge[k].after;

			if (from[x] != NONE)
				continue;
			from[x] = queue[at];
			queue[n++] = x;
		}
	free(queue);
	return from;
}

static bool
knot(const struct planner *r, uint32_t stuck, struct diag *diag)
{
	const struct ee *e = &r->f->v[r->roots.v[stuck].ee];
	uint32_t *from, x = stuck;
	int notes = 0;

	if (diag == NULL)
		return false;
	diag_report(diag, DIAG_NO_ORDER, e->s != NONE ?
	    model_dn_place(r->f->s, e->s) : model_dn_place(r->f->t, e->t),
	    e->dn, "the procedure at \"%s\" and others must each come before "
	    "the other, or a service goes down", name_str(e->dn));
	from = ways_from(r, stuck);
	for (; from[x] != NONE && notes < 20; x = from[x], notes++) {
		diag_note(diag, (struct place){ 0 }, "\"%s\" must come before "
		    "\"%s\"", root_name(r, from[x]), root_name(r, x));
		if (from[x] == stuck)
			break;
	}
	free(from);
	return false;
}

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
	room_open(&r->room, p, p->waves ? p->policy : NULL, &r->l,
	    &r->wave);
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
	bool ok = lay_kind(r, 0, modify, stuck); /* O1 */

	if (p->last_add != NONE)
		join_added(r);
	else
		lists_join_ready(&r->l, &r->pending);
	lay_units(r, in, PROC_AMF_ADD);
	lay_moves(r, in);
	lay_units(r, in, PROC_AMF_MODIFY);
	lay_morphs(r);
	ok &= lay_kind(r, modify, remove, stuck);
	lay_units(r, in, PROC_AMF_REMOVE);
	ok &= lay_kind(r, remove, r->roots.n, stuck);
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
		ok = knot(&r, stuck, diag);
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
	if (ok && !mobilise_run(p, &r.room, diag)) {
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
