/* The inside of a world: what has become different, and what changes it. For
 * apply.c and reach.c; others need only apply.h. */
#ifndef CG_WORLD_H
#define CG_WORLD_H

#include "apply.h"
#include "idmap.h"

/* An object about which something is known that the base does not say. */
struct change {
	uint32_t dn, class;
	int32_t children; /* more (or fewer) than in the base */
	uint32_t nattr, cap; /* cap 0: attr is the campaign's, not ours */
	struct cattr *attr; /* nvalue 0: the attribute is gone */
	bool exists;
	bool fresh; /* created: nothing of a base object shows through */
	bool orphaned; /* it was missed as a parent, at orphan_pos */
	uint32_t orphan_pos;
	uint32_t saved; /* how long the log was when it was last saved */
};

struct dn_list {
	uint32_t *v;
	size_t n, cap;
};

struct world {
	const struct model *base;
	struct arena arena;
	struct change *change;
	size_t nchange, cap;
	struct idmap by_dn; /* index into change, plus one */
	uint32_t *base_children; /* by base object; made by the first delete */
	struct hosting *hosting; /* of reach.c; made when first asked for */
	struct world_log *log; /* of world_mark.c; NULL before the first mark */
};

/* The record of dn, NULL if nothing changed; world_change makes it, and whoever
 * changes a record asks it for the record first. */
const struct change *world_changed(const struct world *, uint32_t dn);
struct change *world_change(struct world *, uint32_t dn);

/* How many objects stand directly below it now. */
uint32_t world_children(struct world *, uint32_t dn);

/* Unchecked: the caller has looked. Attributes stay the caller's and must
 * outlive the world. */
void world_create(struct world *, uint32_t dn, uint32_t class,
    struct cattr *, uint32_t nattr);
void world_delete(struct world *, uint32_t dn);
void world_modify(struct world *, uint32_t dn, enum modify_op,
    const struct cattr *);

void dn_list_add(struct dn_list *, uint32_t dn);
/* Sorts by id and drops doubles. */
void dn_list_unique(struct dn_list *);
void dn_list_free(struct dn_list *);

/* Is dn below the object named parent? */
bool dn_is_below(uint32_t dn, uint32_t parent);

/* What a step acts on: names, and what its templates select now. */
void reach_acted_on(struct world *, const struct step *, struct dn_list *);

/* The entities of a list of names and templates, names in order first. */
void reach_entities(struct world *, const struct entity_list *,
    struct dn_list *);

/* The entities, and the units and components that they host; by id. */
void reach_hosted(struct world *, const struct dn_list *, struct dn_list *);

/* The EE and all EEs that stand on it now: those that it contains, those whose
 * dependencies have too few sponsors without it, and what stands on these. */
void reach_standing(struct world *, uint32_t ee, struct dn_list *);

/* The type of an EE, service unit or component now, or NAME_NONE. */
uint32_t reach_type(const struct world *, uint32_t dn);

/* The entities a target template selects, given what its step acts on. */
void reach_targets(struct world *, const struct target_template *,
    const struct dn_list *acted_on, struct dn_list *);

/* An object was created or what hosts it may have changed. */
void hosting_note(struct world *, uint32_t dn);
void hosting_free(struct hosting *);

/* How many entries there are (NULL: 0); the latest ones go until n are left. */
size_t hosting_count(const struct hosting *);
void hosting_cut(struct hosting *, size_t n);

/* Keeps the record as it is now, if marks ask for it; made: it is new. */
void world_save(struct world *, struct change *, bool made);
void world_log_free(struct world_log *);

#endif
