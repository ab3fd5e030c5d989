/* What differs between two models, object by object (T3). */
#ifndef CG_DIFF_H
#define CG_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

enum op { OP_NONE, OP_ADD, OP_REMOVE, OP_MODIFY };

struct delta {
	uint32_t s, t; /* object in source and target; NONE: not there */
	enum op op; /* never OP_NONE */
};

/* All changed objects in DN order; the vector is the struct's own. */
struct diff {
	const struct model *s, *t;
	struct delta *v;
	size_t n;
};

/* Of two models that are indexed; both must outlive it. Cannot fail. */
void diff_run(struct diff *, const struct model *s, const struct model *t);
void diff_free(struct diff *);

/* The DN of a changed object. */
uint32_t diff_dn(const struct diff *, const struct delta *);

/* "ADD", "REMOVE", "MODIFY", "NO_OPERATION". Static. */
const char *diff_op_name(enum op);

/* Are two objects (s in the source, t in the target) equal in class and all
 * configuration attributes, values as multisets? */
bool diff_equal(const struct model *sm, uint32_t s, const struct model *tm,
    uint32_t t);

/* Does this attribute (by name) of the two objects differ? */
bool diff_attr_differs(const struct model *sm, uint32_t s,
    const struct model *tm, uint32_t t, uint32_t name);

#endif
