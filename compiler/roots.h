/* Which EE procedures there are, before they have their places: one root each,
 * what changes with it, and which must come before which (T6-T8). */
#ifndef CG_ROOTS_H
#define CG_ROOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

struct root {
	uint32_t ee, dn;
	enum proc_kind kind;
	uint32_t first, n; /* changed EEs: member[first .. first + n) */
	uint32_t nbefore; /* roots of this kind that must come first */
	uint32_t waiting; /* roots waiting for this one (list) */
	uint32_t next_waiting, waits_for; /* NONE: for none */
	bool done;
};

struct edge { /* a root must be done before another */
	uint32_t after;
	uint32_t next; /* further edge of the same root, or NONE */
};

struct roots {
	const struct forest *f;
	const struct services *sv;
	const struct needs *needs; /* set after roots_find; or NULL */
	struct root *v; /* by kind, then in natural order */
	size_t n;
	uint32_t *of; /* by EE: the root it changes with, or NONE; borrowed */
	uint32_t *member; /* EEs by root */
	struct edge *edge;
	size_t nedge, edge_cap;
	uint32_t *edge_at; /* by root: first edge that leads away from it */
};

/* Finds the roots; of has room for an entry an EE and stays the caller's.
 * roots_free frees the rest. */
void roots_find(struct roots *, const struct forest *,
    const struct services *, uint32_t *of);
void roots_free(struct roots *);

/* The EEs that change with a root. */
const uint32_t *roots_members(const struct roots *, uint32_t root, size_t *n);

/* The first root at or after from that is of another kind, or n. */
size_t roots_end(const struct roots *, size_t from, enum proc_kind);

/* Enters what must come before what: edge, edge_at, nbefore (precede.c). */
void roots_precede(struct roots *);

#endif
