/* The inside of a cluster, for the files cluster*.c. */
#ifndef CG_CLUSTER_STATE_H
#define CG_CLUSTER_STATE_H

#include "apply.h"
#include "cluster.h"
#include "idmap.h"

enum {
	IS_EE = 1, /* else an AMF node, a service unit or not yet known */
	EXISTS = 2,
	UNLOCKED = 4,
	UP = 8, /* instantiated */
	ON_DOMAIN = 16, /* directly below the domain: may be a migratable VM */
	NAMED = 32, /* a VM configuration object says it is one */
	CHANGED = 64, /* since the last cluster_save_changed */
	FRESH = 128, /* a new unit: comes up with its EE, if not by an order */
};

struct software {
	uint32_t bundle;
	uint8_t parts; /* CLUSTER_ONLINE | CLUSTER_OFFLINE */
};

struct entity {
	uint32_t dn;
	uint8_t flags, flags0; /* now, and as cluster_new made them */
	uint8_t parts0;
	uint32_t bundle0;
	uint32_t parent, child, next; /* EEs in EEs; NONE */
	uint32_t dep; /* the first of its dependencies; NONE */
	/* DN of the VMM it stands on; of AMF entities what is next below,
	 * where a change of the model made it another than at the start */
	uint32_t host, host0;
	uint32_t visits; /* EE: how often it got to another VMM since the start */
	struct software *sw; /* sorted by name */
	size_t nsw, sw_cap;
};

struct dependency {
	uint32_t dn;
	uint32_t owner; /* entity */
	uint32_t next; /* of the owner; NONE */
	uint32_t min;
	size_t n; /* 0: the object is gone */
	uint32_t *name;
	size_t nlinked, linked_cap;
	uint32_t *linked; /* all it ever named */
	bool touched; /* may differ from the start */
	bool changed; /* since the last cluster_save_changed */
};

struct cluster_link { /* name -> dependency that names it, or did */
	uint32_t dep, next; /* next: plus one; 0: the last */
};

struct cluster {
	struct world *start;
	struct entity *v;
	size_t n, cap;
	struct idmap by_dn; /* index plus one */
	struct dependency *dep;
	size_t ndep, dep_cap;
	struct idmap dep_by_dn; /* index plus one */
	struct cluster_link *link;
	size_t nlink, link_cap;
	struct idmap named; /* first link plus one */
	bool any_config; /* VM configuration objects say who is a VM */
	uint32_t *changed, *changed_dep;
	size_t nchanged, nchanged_dep, changed_cap, changed_dep_cap;
};

/* The record of a name, NULL if there is none; cluster_at makes it. */
struct entity *cluster_find(const struct cluster *, uint32_t dn);
struct entity *cluster_at(struct cluster *, uint32_t dn);

/* That of an AMF entity: one that was never met is up. */
struct entity *cluster_met(struct cluster *, uint32_t dn);

/* It is about to be changed. */
void cluster_note(struct cluster *, struct entity *);
void cluster_set(struct cluster *, struct entity *, unsigned flags);

/* An EE is there (again): what contains it is found by its name. */
void cluster_attach(struct cluster *, struct entity *);

/* The dependency object of that name is now this list; n 0: it is gone. */
void cluster_set_dep(struct cluster *, uint32_t dn, uint32_t min,
    const uint32_t *name, size_t n);
/* As the world has it. */
void cluster_read_dep(struct cluster *, const struct world *, uint32_t dn);
uint32_t cluster_dep_min(const struct world *, uint32_t dn);

/* It stands there now, or on nothing (NAME_NONE). */
void cluster_move(struct cluster *, struct entity *vm, uint32_t host);
/* Which parts of a bundle it has, 0 to forget it; and those it has. */
void cluster_set_software(struct cluster *, struct entity *, uint32_t bundle,
    unsigned parts);
unsigned cluster_parts(const struct entity *, uint32_t bundle);

/* The parts of a bundle: those it has any command for, both if it has none;
 * those it has a command to install for. */
unsigned cluster_bundle_parts(const struct world *, uint32_t bundle);
unsigned cluster_bundle_installs(const struct world *, uint32_t bundle);
/* The bundle of an EE's type, or NAME_NONE. */
uint32_t cluster_bundle_of(const struct world *, uint32_t ee);

bool cluster_is_vm(const struct cluster *, const struct entity *);
bool cluster_serves(const struct cluster *, const struct entity *);
/* The first of the list that is an EE in service, not counting one. */
uint32_t cluster_first(const struct cluster *, const uint32_t *name, size_t n,
    uint32_t except);
bool cluster_lists(const struct cluster *, const struct entity *, uint32_t dn);
/* The EE that an AMF or CLM node or a service unit stands on now. */
uint32_t cluster_ee_below(const struct world *, uint32_t dn);
/* What is next below it: SU, AMF node, CLM node, EE; or NAME_NONE. */
uint32_t cluster_next_below(const struct world *, uint32_t dn);

#endif
