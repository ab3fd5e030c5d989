/* Groups of like EEs: nested steps in the making. */
#ifndef CG_GROUP_H
#define CG_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emit_build.h"

struct group { /* one nested step in the making */
	uint32_t layer;
	uint8_t op;
	bool template; /* forModify although nothing but a list changes */
	uint32_t old_type, new_type, delta; /* delta: interned signature */
	uint32_t *ee;
	size_t nee, ee_cap;
	struct ops added;
	uint32_t *removed; /* riders, deepest first */
	size_t nremoved, removed_cap;
	struct target_template *template_v;
	size_t ntemplate, template_cap;
};

struct grouping {
	struct group *v;
	size_t n, cap;
};

/* Sorts the EEs of a procedure into groups, outermost layer first; until
 * group_forget, group_find gives the group of an EE, or NULL. The groups and
 * their vector are the caller's (group_free, free). */
void group_all(struct emitter *, const struct proc *, struct grouping *);
void group_forget(struct emitter *, const struct proc *);
struct group *group_find(struct emitter *, struct grouping *, uint32_t ee);

/* Puts into a group: a template, valid until the next one; an object to be
 * created; the DN of one to be deleted; what changes in one that stays, as far
 * as the slot allows. */
struct target_template *group_template(struct group *, uint32_t parent,
    uint32_t type);
void group_create(struct group *, struct ccb_op);
void group_remove(struct group *, uint32_t dn);
void group_modify(struct emitter *, struct group *, const struct delta *,
    uint32_t slot);

void group_free(struct group *);

#endif
