/* Services: which service units protect which service instances, and on which
 * EE each unit stands. */
#ifndef CG_SERVICE_H
#define CG_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree.h"

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

struct sg {
	uint32_t dn;
	uint32_t first; /* SU */
	uint32_t si; /* one SI it must keep up (object in the source), or NONE */
	uint32_t nsi; /* SIs it protects that are wanted in the target */
	bool redundant; /* two of its units can stand in different domains */
	bool accepted; /* the policy accepts that all these SIs go down */
};

struct services {
	struct su *su;
	size_t nsu;
	struct sg *sg;
	size_t nsg;
	const struct forest *f; /* whose index of names has SUs and SGs too */
	uint32_t *first_s, *first_t; /* first SU on EE i, by model */
};

/* Builds the tables and enters SUs and SGs into the forest's index of names;
 * accepts(arg, SI's DN) asks the policy. */
void service_build(struct services *, struct forest *,
    bool (*accepts)(const void *, uint32_t), const void *arg);
void service_free(struct services *);

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
