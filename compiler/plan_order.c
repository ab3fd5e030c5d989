/*
 * Which procedure of a kind is next, and which go side by side? O1 to O4, O6
 * and O7 of plan.c: those that may go now stand in a queue; a wave takes of
 * them what it admits, and what must wait for one of them comes back when that
 * is laid down.
 */
#include <stdlib.h>

#include "planner.h"
#include "queue.h"

/* In the key of a queue: phase, wave, root. */
enum { PHASE_SHIFT = 32 + 20 };

/* --- the order within one kind --- */

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
		r->roots.v[w].waits_for = NONE;
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

static bool
refuse(struct planner *r, uint32_t x, enum refused why)
{
	if (r->p->refusal != NULL)
		r->p->refusal[r->roots.v[x].ee] = (struct refusal){ why,
			r->room.stuck };
	return false;
}

/* Does a root that goes alone leave room for all that must make way for it? */
static bool
may_go_alone(struct planner *r, uint32_t number)
{
	wave_begin(&r->wave, &r->pending);
	room_begin(&r->room);
	lists_down(&r->l, r->roots.v[number].ee);
	return room_admits(&r->room, number) ||
	    refuse(r, number, REFUSED_ROOM);
}

/* Nothing can go first: the first in natural order that only waits for the
 * sake of VMs goes all the same (they are acted on); else those that are in
 * each other's way for a service. NONE if there is no room for it. */
static uint32_t
break_deadlock(struct planner *r, size_t from, size_t to, bool *hard)
{
	size_t i;
	uint32_t first = NONE;

	*hard = false;
	for (i = from; i < to; i++) {
		if (r->roots.v[i].done)
			continue;
		if (r->roots.v[i].nbefore == 0) {
			r->no_room = !may_go_alone(r, (uint32_t)i);
			if (!r->no_room)
				return (uint32_t)i;
		}
		if (first == NONE)
			first = (uint32_t)i;
	}
	*hard = !r->no_room;
	return *hard ? first : (uint32_t)NONE;
}

static void
unwait(struct planner *r, uint32_t number)
{
	uint32_t w = r->roots.v[number].waits_for, *at;

	if (w == NONE)
		return;
	for (at = &r->roots.v[w].waiting; *at != number;)
		at = &r->roots.v[*at].next_waiting;
	*at = r->roots.v[number].next_waiting;
	r->roots.v[number].waits_for = NONE;
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
	r->roots.v[x].waits_for = w;
	return true;
}

/* One of those that stand in each other's way goes, on a level of its own.
 * False if that costs a service, and then stuck is it, or if there is no
 * room. */
static bool
lay_forced(struct planner *r, size_t from, size_t to, struct queue *q,
    uint32_t *stuck)
{
	bool hard;
	uint32_t x = break_deadlock(r, from, to, &hard); /* O4 */

	if (r->no_room)
		return false;
	unwait(r, x);
	r->roots.v[x].nbefore = UINT32_MAX / 2;
	planner_lay(r, x, true);
	room_end(&r->room);
	wave_left(&r->wave, x);
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

	if (r->roots.v[x].kind != PROC_ADD &&
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
	if (r->roots.v[x].kind != PROC_ADD) {
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
		planner_lay(r, s->in[i], false);
	room_end(&r->room);
	for (i = 0; i < s->nin; i++) {
		wave_left(&r->wave, s->in[i]);
		release(r, s->in[i], q);
	}
	for (i = 0; i < s->nout; i++)
		queue_push(q, (stage + r->p->waves) << 32 |
		    (uint32_t)s->out[i]);
	r->p->nlevel += s->nin > 0;
	return s->nin;
}

bool
planner_lay_kind(struct planner *r, size_t from, size_t to, uint32_t *stuck)
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
	while (left > 0 && !r->no_room) {
		if (q.n > 0) {
			left -= lay_wave(r, &q, &s);
			r->no_room = s.nin == 0 && s.nout > 0 &&
			    s.nout == q.n;
			continue;
		}
		while (r->roots.v[from].done)
			from++;
		if (!lay_forced(r, from, to, &q, &one) && *stuck == NONE)
			*stuck = one;
		left--;
	}
	free(q.v);
	free(s.in);
	free(s.out);
	return one == NONE;
}
