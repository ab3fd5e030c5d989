/* A cluster as PLM sees it: which execution environments there are, whether
 * each is unlocked and instantiated, what software it has, and on which
 * monitor a virtual machine stands. Orders change it or are refused. Entities
 * are interned DNs. AMF nodes and service units are up unless an order took
 * them down themselves; what takes down what they stand on is not counted. */
#ifndef CG_CLUSTER_H
#define CG_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "driver.h"

struct buf;
struct cluster;
struct model;

enum { CLUSTER_WHY = 512 }; /* room for a sentence of refusal */

enum cluster_part { CLUSTER_ONLINE = 1, CLUSTER_OFFLINE = 2 };

/* Everything of the model is unlocked and instantiated, with the software of
 * its type; virtual machines stand on the first of their sponsors. The model
 * must outlive the cluster. */
struct cluster *cluster_new(const struct model *);
void cluster_free(struct cluster *);

/* Carries an order out. The world is the model as it is, for modify-im as it
 * is to be. False with a sentence in why: refused, and nothing has changed. */
bool cluster_apply(struct cluster *, const struct world *,
    const struct order *, char *why);

/* Questions; an unknown name exists not and is nothing. */
bool cluster_exists(const struct cluster *, uint32_t dn);
bool cluster_is_unlocked(const struct cluster *, uint32_t dn);
bool cluster_is_instantiated(const struct cluster *, uint32_t dn);
/* Unlocked and instantiated with all it stands on; of an AMF node and a
 * service unit, too. */
bool cluster_in_service(const struct cluster *, const struct world *,
    uint32_t dn);
/* The monitor a virtual machine stands on, or NAME_NONE. */
uint32_t cluster_host(const struct cluster *, uint32_t vm);
/* Calls visit for every virtual machine that stands on the monitor. */
void cluster_each_guest(const struct cluster *, uint32_t vmm,
    void (*visit)(void *, uint32_t vm), void *arg);
bool cluster_has(const struct cluster *, uint32_t ee, uint32_t bundle,
    enum cluster_part);

/* The machine an EE runs on (D1): of the hardware element nearest above the EE
 * at the bottom, or of that EE itself. As driver.h says of identify. */
enum identified cluster_identify(const struct cluster *, const struct world *,
    uint32_t ee, struct identity *, char *why);

/* A virtual machine leaves its monitor though nobody ordered that: the EE
 * itself, or else the first one that stands on it. It goes to a monitor that
 * is none of its sponsors, or if there is none, to any other; one that stands
 * on none of its sponsors goes back to the first that serves. False: there is
 * none such, or it has nowhere to go. */
bool cluster_stray(struct cluster *, uint32_t ee);
/* The same, and it comes back at once. */
bool cluster_wander(struct cluster *, uint32_t ee);

/* As text: one line for each entity and dependency that is not as cluster_new
 * makes it, sorted, and how often those moved that did. */
void cluster_save(const struct cluster *, struct buf *);
/* The same for those that changed since it was last called. */
void cluster_save_changed(struct cluster *, struct buf *);
/* Takes lines of either; what no line speaks of stays. False with a sentence
 * in why, in which case the cluster is good for nothing but cluster_free. */
bool cluster_load(struct cluster *, const char *text, size_t n, char *why);
/* Equal in everything that is saved but how often what moved. */
bool cluster_equal(const struct cluster *, const struct cluster *);

/* Writes what is not as the model promises, at most max lines; returns how
 * many differences there are. */
size_t cluster_compare(const struct cluster *, const struct world *, FILE *,
    size_t max);

#endif
