/* What a phase is about besides what it acts on (U3, U4): services and what
 * they depend on, products. */
#ifndef CG_IMPACT_H
#define CG_IMPACT_H

#include "actions.h"
#include "apply.h"
#include "buf.h"
#include "driver.h"

struct ids { /* each once, in order of first meeting */
	uint32_t *v;
	size_t n, cap;
};

struct impact {
	struct ids bundles; /* installed or removed */
	struct ids units; /* service units that stand on what is touched */
	struct ids services; /* service instances they serve */
	struct ids upstream; /* what those depend on, by how many steps ever */
	struct ids downstream; /* what depends on them */
	struct ids applications; /* of all of these */
};

/* Of a callback: what its order says is touched. impact_free frees. */
void impact_find(const struct world *, const struct actions *,
    const struct order *, struct impact *);
void impact_free(struct impact *);

/* All of it as JSON: one object, a line feed at the end. */
void impact_write(const struct order *, const struct impact *, struct buf *);

#endif
