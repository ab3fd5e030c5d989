/* Where VMs that stay go when what they stand on goes down (capacities of the
 * policy). */
#ifndef CG_ROOM_H
#define CG_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lists.h"
#include "stagger.h"

struct goals;
struct policy;
struct wave;

struct guest { /* a VM that leaves in this wave */
	uint32_t vm;
	bool pushed; /* what it stood on stays up: another needs its room */
};

struct step_back { /* where a VM was to go before */
	uint32_t vm, to;
};

struct room {
	const struct plan *p;
	const struct policy *policy;
	struct lists *l;
	const struct wave *w; /* what is written in this wave */
	size_t nres; /* 0: nothing is known of room, nothing is planned */
	int64_t *cap; /* [ee * nres + resource], -1: no limit */
	int64_t *use; /* the same, now */
	int64_t *need; /* the same, of VMs */
	uint32_t *dep; /* by EE: the list of a VM that stays, or NONE */
	uint32_t *at; /* by EE: where such a VM stands before the wave */
	uint32_t *to; /* by EE: where it goes in it, or NONE */
	uint32_t *first, *next; /* VMs that stand on an EE */
	uint32_t *come, *next_come; /* VMs that go to an EE in this wave */
	uint32_t *closed; /* by EE: the last wave it goes down in, 0: none */
	bool *lasting; /* by EE: nothing takes it down */
	uint32_t *turn; /* by EE: the wave it is meant to go down in */
	uint32_t *goal; /* by EE: where a VM stands in the end, or NONE */
	struct goals *goals; /* NULL without turns */
	uint32_t *pinned; /* by EE: the wave in which a VM's place is final */
	uint32_t *shed; /* by EE: VMs that were pushed from it in this wave */
	uint32_t *pusher; /* by EE: the root they were pushed for, if any */
	int64_t *held; /* as use: what they used there */
	uint32_t *leaves_for; /* by EE: of a guest, the root that takes down what
	                       * it stood on, or needs its room */
	uint32_t root; /* that asks */
	uint32_t *seen; /* by EE: number of the walk */
	uint32_t walk, wave;
	struct guest *guest;
	size_t nguest, guest_cap;
	size_t npushed; /* of them */
	struct step_back *log; /* of this wave */
	size_t nlog, log_cap;
	uint32_t stuck; /* the VM that found no place last */
	size_t nmigration; /* migrations so far */
	size_t nleaver; /* VMs that cannot stay where they are at first */
};

/* The list of a VM that stays and can go from one sponsor to another, or
 * NONE. It stands on the first it names. */
uint32_t room_list(const struct forest *, uint32_t ee);

/* Reads who needs what and stands where once the VMs are caught. */
void room_open(struct room *, const struct plan *, const struct policy *,
    struct lists *, const struct wave *);
void room_close(struct room *);

/* Does another replica of one of a VM's services stand on an EE, if each stands
 * where place says? */
bool room_has_replica(const struct room *, uint32_t vm, uint32_t on,
    uint32_t (*place)(const struct room *, uint32_t));

/* Will no later wave take it down? */
bool room_is_settled(const struct room *, uint32_t ee);

/* n times NONE, to be freed. */
uint32_t *room_none_for(size_t n);

/* A wave begins, nobody leaves yet. */
void room_begin(struct room *);

/* After lists_down of a root: do all VMs that stood on it, or meant to go
 * there, find a sponsor that stays up in this wave, with room? If so the root
 * is part of the wave; if not nothing has changed. */
bool room_admits(struct room *, uint32_t root);

/* Puts the places that were found into the lists, as the change of a procedure
 * that is about to take its root down. */
void room_write(struct room *, uint32_t root, struct proc *);

/* The VMs have gone. */
void room_end(struct room *);

/* Tells which VM has no place, and why each of its sponsors is none. */
struct diag;
void room_report(const struct room *, struct diag *);

/* How many waves there must be for lack of room, and how much there is. */
struct shortage room_shortage(const struct plan *, const struct policy *);

#endif
