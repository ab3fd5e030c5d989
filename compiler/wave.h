/* Procedures that run side by side: may one more join those of a wave? */
#ifndef CG_WAVE_H
#define CG_WAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lists.h"
#include "roots.h"

struct wave {
	const struct plan *p;
	struct lists *l;
	const struct roots *roots;
	uint32_t number; /* of the wave; marks that differ are old */
	size_t n; /* procedures in it */
	uint32_t *down; /* by EE: mark, goes down in it */
	uint32_t *lost, *lost_mark; /* by dependency: sponsors that go down */
	uint32_t *read; /* by dependency: mark, a sponsor changes or goes down */
	uint32_t *written; /* by dependency: mark, its list is written */
	uint32_t *sg_down, *sg_mark; /* by SG: units that go down in it */
	uint32_t *try, *try_mark; /* by SG: those of the one that asks */
	uint32_t asked; /* number of the question */
	uint32_t *keep; /* by SG: wave_keep */
	uint32_t *up; /* by SG: units in service before the wave */
	bool *gone; /* by SU: left */
};

/* How many units of a group procedures that run side by side must leave in
 * service between them; 0: none, all its services may go down. */
uint32_t wave_keep(const struct services *, uint32_t sg);

/* Nothing has gone down yet; all three must outlive it. */
void wave_open(struct wave *, const struct plan *, struct lists *,
    const struct roots *);
void wave_close(struct wave *);

/* Counts the units in service before the waves of one kind. */
void wave_count(struct wave *, enum proc_kind);

/* An empty wave; the first to join it writes these lists, too. */
void wave_begin(struct wave *, const struct dep_changes *pending);

/* After lists_down of a root (MODIFY, REMOVE): with all of the wave and of it
 * down at once, does every service keep a unit, does nothing stand on what is
 * down, and is no sponsor list written by one and read by another? An empty
 * wave admits whatever comes. */
bool wave_admits(struct wave *, uint32_t root);

/* The root that lists_down was called for joins the wave. */
void wave_take(struct wave *, uint32_t root);

/* The wave is over: the units that leave with one of its roots have left. */
void wave_left(struct wave *, uint32_t root);

#endif
