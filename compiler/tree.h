/* Both models' execution environments as one forest (T2): an EE's place in
 * the containment tree is its DN, the same in source and target; what differs
 * is whether it exists there and what it depends on. */
#ifndef CG_TREE_H
#define CG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "diff.h"
#include "ids.h"

struct dep { /* one SaPlmDependency that names EEs, in both models */
	uint32_t ee; /* index of the dependent EE */
	uint32_t s, t; /* its object in source and target, or NONE */
	uint32_t next; /* further dependency of the same EE, or NONE */
	uint32_t ns, nt, ncur; /* numbers of names */
	const uint32_t *names_s, *names_t; /* EE indices, in listed order */
	const uint32_t *sorted_s, *sorted_t; /* ascending; NULL if short */
	uint32_t *cur; /* in force now (planning); room for ns + nt */
	uint32_t min_s, min_t, min_cur;
	uint32_t others_s, others_t; /* names that are no EEs */
	uint32_t gone; /* root number of the procedure it is deleted before, as
	                * all it names goes and the target has none; or NONE */
	bool caught;
	bool ordered; /* its order was written on the way */
	bool settled; /* no name in cur is the source's alone */
};

struct ee {
	uint32_t dn;
	uint32_t s, t; /* object in source and target, or NONE */
	uint32_t type[2]; /* in source and target: tree_type */
	uint32_t parent; /* containing EE, or NONE */
	uint32_t child, next; /* contained EEs */
	uint32_t dep; /* first dependency, or NONE */
	uint32_t fault; /* DN of its fault domain */
	uint32_t host; /* the VMM it is caught on, or NONE */
	uint32_t guest, next_guest; /* VMs caught on it */
	uint8_t op; /* enum op */
	bool vm_s, vm_t; /* migratable VM there */
};

struct forest {
	const struct model *s, *t;
	struct arena arena;
	struct ee *v;
	size_t n;
	struct dep *dep;
	size_t ndep;
	uint32_t *by_name; /* index by interned DN, NAMED_ + what it is */
	uint32_t nname;
	/* who may ever list EE i as sponsor: rev[rev_at[i] .. rev_at[i+1]) */
	uint32_t *rev_at, *rev;
};

/* Does it need no outage that this attribute of the EE changes? */
typedef bool tree_online(const void *arg, uint32_t ee_dn, uint32_t attr);

/* Builds the forest; diff says which EEs changed. online NULL: each change
 * needs an outage. */
void tree_build(struct forest *, const struct diff *, tree_online *online,
    const void *arg);
void tree_free(struct forest *);

/* The first attribute that differs, and for which the EE must go down; or
 * NAME_NONE. It is in both models. */
uint32_t tree_offline_attr(const struct forest *, const struct ee *,
    tree_online *online, const void *arg);

/* EEs, service units and groups share one index of names. */
#define NAMED_EE 0u
#define NAMED_SU (1u << 30)
#define NAMED_SG (2u << 30)
#define NAMED_KIND (3u << 30)

/* The EE of that DN, or NONE. */
uint32_t tree_find(const struct forest *, uint32_t dn);

/* The thing of that DN and kind (NAMED_SU, NAMED_SG), or NONE. */
uint32_t tree_named(const struct forest *, uint32_t dn, uint32_t kind);

/* The EE's type in one model, or NAME_NONE. */
uint32_t tree_type(const struct forest *, uint32_t ee, bool target);

/* Hangs a VM under the VMM it is caught on. */
void tree_hang(struct forest *, uint32_t vm, uint32_t vmm);

/* Parent in the re-hung tree: the catch, else the container, else NONE. */
static inline uint32_t
tree_parent(const struct forest *f, uint32_t e)
{
	return f->v[e].host != NONE ? f->v[e].host : f->v[e].parent;
}

/* The first list of sponsors that an EE has in that model, or NONE. */
uint32_t tree_list(const struct forest *, uint32_t ee, bool target);

/* Does the dependency list the EE in that model? */
static inline bool
dep_lists(const struct dep *d, bool target, uint32_t ee)
{
	const uint32_t *sorted = target ? d->sorted_t : d->sorted_s;
	size_t n = target ? d->nt : d->ns;

	return sorted != NULL ? ids_find(sorted, n, ee) :
	    ids_have(target ? d->names_t : d->names_s, n, ee);
}

#endif
