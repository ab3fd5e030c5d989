/* Services: which service units protect which service instances, and on which
 * EE each unit stands. */
#ifndef CG_SERVICE_H
#define CG_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree.h"

struct policy;

struct su {
	uint32_t dn;
	uint32_t s, t; /* objects, or NONE */
	uint32_t sg;
	uint32_t ee_s, ee_t; /* EE it stands on, or NONE: not known; of a unit
	                      * that leaves, ee_t is where its node goes */
	uint32_t node_s, node_t; /* its AMF node object, or NONE */
	uint32_t next; /* next SU of the same SG */
	uint32_t next_s, next_t; /* next SU on the same EE, by model */
};

/* A group and what its services ask of it. Units count that the source has and
 * whose EE is known; services count that the source has and the target wants.
 *
 *   below need     one of them is down that could have been kept up: an error
 *   below wanted   one of them is down, and nothing can be done about it
 *   below prefer   all are up, some degraded
 *
 * need is 0 for a group that may go down altogether. */
struct sg {
	uint32_t dn;
	uint32_t s; /* object in the source, or NONE */
	uint32_t first; /* SU */
	uint32_t first_si; /* SI, or NONE */
	uint32_t nsi; /* services that count */
	uint32_t nunit; /* units that count */
	uint32_t need; /* least units that must be in service at any moment */
	uint32_t wanted; /* units it takes to have all its SIs up */
	uint32_t prefer; /* units it takes to have none degraded */
};

struct si { /* a service that counts */
	uint32_t s; /* object in the source */
	uint32_t sg, next; /* next of the same group */
	uint32_t on, by; /* links: SIs it depends on, that depend on it */
	bool accepted; /* the policy accepts its outage, by whatever cause */
	bool safe; /* its group and all it depends on can keep it up */
};

struct si_link { /* one end of a dependency between SIs */
	uint32_t si, next;
};

struct services {
	struct su *su;
	size_t nsu;
	struct sg *sg;
	size_t nsg;
	struct si *si; /* in the order of their names */
	size_t nsi;
	struct si_link *link;
	size_t nlink;
	const struct forest *f; /* whose index of names has SUs and SGs too */
	uint32_t *first_s, *first_t; /* first SU on EE i, by model */
	bool bare; /* groups keep in waves only what they must */
};

/* Builds the tables and enters SUs and SGs into the forest's index of names;
 * the policy (or NULL) says which outages are accepted. */
void service_build(struct services *, struct forest *, const struct policy *);
void service_free(struct services *);

/* The index of the unit or group of that name, or NONE. */
uint32_t service_find_su(const struct services *, uint32_t dn);
uint32_t service_find_sg(const struct services *, uint32_t dn);

/* Walks the units that stand on an EE in either model, each once: the first,
 * and the one after; NONE ends. */
uint32_t service_first_on(const struct services *, uint32_t ee);
uint32_t service_next_on(const struct services *, uint32_t ee, uint32_t su);

/* The EE an object rides on in one model (T16): the EE it is below, or the one
 * its CLM node, AMF node or service unit is hosted on, or the one a VM
 * configuration object names; NONE if it rides on none. */
uint32_t service_owner(const struct forest *, const struct model *, uint32_t o);

/* The service unit an object is or is below, as object index, or NONE. */
uint32_t service_su_of(const struct model *, uint32_t o);

/* The AMF node object a service unit is hosted on, or NONE. */
uint32_t service_node(const struct model *, uint32_t su);

/* The EE below an AMF node or CLM node object, or NONE. */
uint32_t service_node_ee(const struct forest *, const struct model *,
    uint32_t node);

#endif
