/* Differences as a person takes them in: by entity, and entities that change
 * in the same way together. */
#ifndef CG_DIFF_GROUP_H
#define CG_DIFF_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "diff.h"
#include "visible.h"

/* An execution environment, service unit or the like, and what is below it
 * but no entity itself; any other object is one of its own. */
struct diff_entity {
	uint32_t dn;
	uint32_t first, n; /* changed objects: order[first .. first + n) */
	uint32_t next; /* the next of its kind, or NONE */
};

/* Entities of one class that are added, removed, or modified in the same
 * attributes; the old and the new type are the same, too. */
struct diff_kind {
	enum op op;
	uint32_t class;
	uint32_t old_type, new_type; /* NAME_NONE: has none */
	uint32_t first, last, n; /* entities */
};

struct diff_groups {
	const struct diff *d;
	uint32_t *order; /* deltas by entity */
	struct diff_entity *entity; /* in the natural order of names */
	size_t nentity;
	struct diff_kind *kind; /* in the order of their first entities */
	size_t nkind;
};

/* Groups; the diff must outlive the groups. diff_group_free frees. */
void diff_group(struct diff_groups *, const struct diff *);
void diff_group_free(struct diff_groups *);

/* The object of the model in which a changed object is: the target's, or that
 * of the source for one that is removed. */
const struct model *diff_model(const struct diff *, const struct delta *,
    uint32_t *object);

/* The attribute that says the type of entities of a class, or NAME_NONE. */
uint32_t diff_type_attr(uint32_t class);

struct diff_walk {
	const struct model *s, *t;
	uint32_t *old, *new; /* attribute indices by name */
	size_t nold, nnew, at_old, at_new, old_cap, new_cap;
};

/* An attribute of either side; NONE where the side has none. */
struct diff_attr {
	uint32_t name, old, new;
};

/* Walks the attributes of an object in both models (NONE: not there) by name;
 * the walk may be used again, diff_walk_free frees it. */
void diff_walk_begin(struct diff_walk *, const struct diff *, uint32_t s,
    uint32_t t);
bool diff_walk_next(struct diff_walk *, struct diff_attr *);
/* The same without the attributes that are equal on both sides. */
bool diff_walk_changed(struct diff_walk *, struct diff_attr *);
void diff_walk_free(struct diff_walk *);

/* The values of one side; NULL and 0 where it has none. */
const uint32_t *diff_values(const struct model *, uint32_t attr, size_t *n);

struct diff_sides { /* zero-initialise; diff_sides_free empties it */
	struct visible_list old, new;
	bool is_time; /* they are times */
};

/* The values of both sides, without secrets, of an attribute of an object.
 * Good until the next. */
void diff_sides(struct diff_sides *, const struct diff *,
    const struct delta *, const struct diff_attr *);
void diff_sides_free(struct diff_sides *);

#endif
