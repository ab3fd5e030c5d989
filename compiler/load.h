/* How full are the EEs that others stand on? By the capacities and demands of
 * the policy, for the types that one of the two models gives them, or both. */
#ifndef CG_LOAD_H
#define CG_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree.h"

struct policy;

enum load_types {
	LOAD_SOURCE, LOAD_TARGET,
	LOAD_BOTH /* the larger need; the room as it is at first */
};

struct load {
	const struct forest *f;
	const struct policy *policy; /* or NULL: there are no resources */
	enum load_types types;
	size_t nres; /* 0: nothing is known of room */
	int64_t *use; /* [ee * nres + resource] */
};

/* Nothing stands anywhere; forest and policy must outlive it. */
void load_open(struct load *, const struct forest *, const struct policy *,
    enum load_types);
void load_close(struct load *);

/* The EE stands there, or (sign -1) does so no more. */
void load_take(struct load *, uint32_t ee, uint32_t on, int sign);

/* Is there room for the EE, of all it needs any of? */
bool load_fits(const struct load *, uint32_t ee, uint32_t on);

/* What an EE needs of a resource; what is left of it there, below 0 if it is
 * too full, INT64_MAX if there is no limit. */
int64_t load_need(const struct load *, uint32_t ee, size_t resource);
int64_t load_left(const struct load *, uint32_t on, size_t resource);

/* The type by which it offers room. */
uint32_t load_type(const struct load *, uint32_t on);

#endif
