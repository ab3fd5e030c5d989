/* The system as a campaign moves it: which EEs run, what they stand on, which
 * service units serve. Read from a world and followed as that changes; every
 * question costs what it touches. */
#ifndef CG_SYSTEM_H
#define CG_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply.h"

struct policy;

enum ee_op { EE_SAME, EE_ADD, EE_REMOVE, EE_MODIFY };

struct sys_ee {
	uint32_t dn;
	uint32_t container; /* the EE that contains it, index or NONE */
	uint32_t kid, next_kid; /* EEs it contains, index or NONE */
	uint32_t dep; /* its dependency objects, index or NONE */
	uint32_t sponsored; /* links to dependencies that name it, + 1 */
	uint32_t hosted; /* links to service units on it, + 1 */
	uint32_t fault; /* DN of what it fails with; VMs: of their own */
	uint8_t op; /* enum ee_op: source against target */
	bool vm_s, vm_t; /* migratable VM there */
	bool exists, up, locked;
	uint32_t by; /* act that changed it last, + 1 */
	uint32_t at; /* a VM: the EE it stands on, index or NONE */
	uint32_t guest, next_guest, prev_guest; /* VMs on it; or NONE */
	/* for the proof */
	uint32_t nested, nested_proc; /* step it is in; of procedure + 1 */
	uint32_t changed; /* procedure + 1 that changed it in a step */
	uint32_t outside; /* act + 1 that changed it outside any step */
	uint32_t morphed; /* procedure + 1 that changes it while it runs */
	uint32_t host; /* sponsor it is caught on, DN or NAME_NONE */
	const char *uncaught; /* why it is not, to be told when it matters */
	uint32_t listed; /* the action that wrote its sponsors; 0: none */
	uint32_t promised; /* act + 1 that made it a sponsor too early; */
	uint32_t promised_to; /* and of which EE, index */
	uint32_t type; /* its EE type; told when it changes */
};

struct sys_dep { /* a SaPlmDependency object */
	uint32_t dn, ee, next;
};

struct sys_su {
	uint32_t dn, sg; /* sg: index */
	uint32_t ee; /* where it stands now, index or NONE */
	uint32_t node, clm; /* its AMF node, that one's CLM node: DNs */
	uint32_t group_node; /* the only node of its node group, or NAME_NONE */
	bool exists, locked, down; /* down: terminated, or never begun */
	bool in_service;
	bool fresh; /* created by the change being made */
	uint32_t by; /* act that changed its service last, + 1 */
	uint32_t left; /* act + 1 that took it out of service last */
	uint32_t level; /* level + 1 in which that was */
};

struct sys_sg {
	uint32_t dn;
	uint32_t up; /* units in service */
	/* The level, + 1, and the procedure, + 1, in which that changed last;
	 * how many there were when it began, and the fewest since; how many
	 * those before it on the level leave at worst. */
	uint32_t level, proc, begun, fewest;
	int64_t rest;
	uint32_t su, si; /* links to units, to SIs; + 1 */
	bool known; /* a unit had a known place at some time */
	uint32_t nsi; /* SIs that count */
	uint32_t wanted; /* units it takes to have all of them up */
	uint32_t least; /* as many of these as one failure leaves; 0: none */
	bool lacks; /* source or target have too few for all of its SIs */
};

struct sys_si {
	uint32_t dn, sg; /* sg: index or NONE */
	uint32_t on, by; /* links to dependencies: its own, on it; + 1 */
	bool exists;
	bool counts; /* in the source, and wanted in the target */
	bool watched; /* counts, and its group can keep some units up */
	bool safe; /* its group and all it depends on can keep it up */
	bool blind; /* of its units too little is known to say when it is
	             * down */
	bool was_down; /* counted among the outages */
	uint32_t seen; /* mark of the proof */
	uint32_t leave; /* procedure (and way) whose leave it took */
};

struct sys_need { /* a SaAmfSIDependency object */
	uint32_t dn, si, sponsor; /* sponsor: the SI it depends on */
};

struct sys_node { /* an AMF or CLM node */
	uint32_t dn;
	uint32_t hosted; /* links to units or AMF nodes, + 1 */
	bool locked, down; /* down: its units are terminated */
};

struct sys_link {
	uint32_t to, next; /* next + 1 */
};

enum sys_kind { SYS_NONE, SYS_EE, SYS_DEP, SYS_SU, SYS_SG, SYS_SI, SYS_NODE,
	SYS_NEED };

struct system {
	const struct model *source, *target;
	struct world *world;
	uint32_t *of; /* by name: kind in the top bits, index below */
	size_t nof;
	struct sys_ee *ee;
	struct sys_dep *dep;
	struct sys_su *su;
	struct sys_sg *sg;
	struct sys_si *si;
	struct sys_node *node;
	struct sys_need *need;
	struct sys_link *link;
	size_t nee, ee_cap, ndep, dep_cap, nsu, su_cap, nsg, sg_cap, nsi,
	    si_cap, nnode, node_cap, nneed, need_cap, nlink, link_cap;
	int64_t longest; /* no outage lasts as long, ns; -1: not known */
	uint64_t hash; /* of all that runs and serves */
	uint32_t act; /* the action being done, + 1 */
	/* Called when a unit begins (up) or ends to be in service, after its
	 * group was counted anew. */
	void (*service)(void *, uint32_t su, bool up);
	/* Called when a unit in service is to stand on another EE. */
	void (*moved)(void *, uint32_t su, uint32_t ee);
	/* May the EE be out of service at this moment for the sake of something
	 * that goes on at the same time? NULL: nothing does. */
	bool (*away)(void *, uint32_t dn);
	/* Is the dependency asked about elsewhere? NULL: none is. */
	bool (*others_list)(void *, uint32_t dn);
	void *arg;
};

/* The world is as the source says; what the target adds is known by name.
 * All three must outlive the system. The policy (or NULL) says what fails
 * together, and how long outages last. */
struct system *system_new(const struct model *source,
    const struct model *target, struct world *, const struct policy *);
void system_free(struct system *);

/* The index of the thing of that kind and name, or NONE. */
uint32_t system_find(const struct system *, enum sys_kind, uint32_t dn);

/* Follows a change of the object in the world. What is new is down and
 * locked until an action says otherwise; again: it comes back as it went. */
void system_sync(struct system *, uint32_t dn, bool again);

/* What actions do. */
void system_ee(struct system *, uint32_t ee, bool up, bool locked);
void system_su(struct system *, uint32_t su, bool down, bool locked);
/* A VM comes to stand on another EE; NONE: on none. */
void system_stand(struct system *, uint32_t vm, uint32_t at);
void system_node(struct system *, uint32_t node, bool down, bool locked);

/* Does the EE run, unlocked, so that others can stand on it? */
bool system_serves(const struct system *, uint32_t dn);

/* Why the EE cannot stand now, as the end of a sentence with one name, or
 * NULL. skip is taken as out of service (index or NONE). */
const char *system_lacks(const struct system *, uint32_t ee, uint32_t skip,
    uint32_t *name);

/* Does a dependency of the EE name it now? */
bool system_lists(const struct system *, uint32_t ee, uint32_t dn);
/* Has it a dependency on EEs now? */
bool system_depends(const struct system *, uint32_t ee);
/* Does the dependency name an EE now? */
bool system_dep_counts(const struct system *, uint32_t dep);
uint32_t system_min_number(const struct system *, uint32_t dep);

/* The SI a dependency depends on while it is in force now, or NONE. */
uint32_t system_sponsor(const struct system *, uint32_t need);

/* Has the SI all units its group wants? True also if nothing is known of
 * where they are. */
bool system_si_up(const struct system *, uint32_t si);

/* --- inside: system_*.c --- */

/* Makes a thing's index be found by its name. */
void system_index(struct system *, enum sys_kind, uint32_t dn, size_t i);

/* A new first link of a list that begins with next (+ 1); its number + 1. */
uint32_t system_link(struct system *, uint32_t to, uint32_t next);

/* A hash of both. */
uint64_t system_mix(uint64_t a, uint64_t b);

/* system_models.c: what becomes of an EE; what fails together by the policy's
 * lowest level of fault domains; which EEs are VMs that can move. */
enum ee_op system_op(const struct system *, uint32_t dn);
void system_domains(struct system *, const struct policy *);
/* The fault domain of an EE on that level of the policy. */
uint32_t system_domain(const struct system *, const struct policy *,
    size_t level, uint32_t ee);
void system_vms(struct system *);

/* The first reading of services; then a change of an object of that class. */
void system_services(struct system *);
void system_sync_service(struct system *, uint32_t dn, uint32_t class,
    bool again);

/* Asks the units on an EE anew whether they serve. */
void system_recount(struct system *, uint32_t ee);

/* The index of an SI, which is entered if it is new. */
uint32_t system_si(struct system *, uint32_t dn);

/* Follows a change of a dependency between SIs. */
void system_sync_need(struct system *, uint32_t dn);

/* What the groups need; placed: how many known units each has in the target. */
void system_groups(struct system *, const uint32_t *placed);

#endif
