/* Between room.c, which knows the waves, and room_find.c, which finds one VM
 * its place. Entities are indexes of the forest. */
#ifndef CG_ROOM_FIND_H
#define CG_ROOM_FIND_H

#include "room.h"

/* Counts what a VM needs as used there (sign 1), or no more (-1). */
void room_take(struct room *, uint32_t vm, uint32_t on, int sign);

/* The VM is one of those that stand there; what it uses is not counted. */
void room_stand_on(struct room *, uint32_t vm, uint32_t on);

/* The VM is to go there in this wave, and takes its room there; NONE: it is to
 * go nowhere. Logged, so that an attempt can be taken back. */
void room_go_to(struct room *, uint32_t vm, uint32_t on);

/* The VM leaves what it stands on for the root that asks: the room there is
 * free. */
void room_add_guest(struct room *, uint32_t vm);

/* The VM leaves what it stands on, though that stays up, for the root for which
 * another leaves: that needs the room. */
void room_push_guest(struct room *, uint32_t vm, uint32_t other);

/* The one that was added last stays where it stood. */
void room_drop_guest(struct room *);

/* A VM is pushed, or (sign -1) is so no more. */
void room_hold(struct room *, uint32_t vm, int sign);

enum { ROOM_PUSHES = 64 }; /* for one root, at most */

/* The guests that are pushed for a root, as indexes, in an order in which each
 * finds room when it goes; how many, or SIZE_MAX if there is none (or there are
 * too many). order: room for ROOM_PUSHES. */
size_t room_push_order(const struct room *, uint32_t root, uint32_t *order);

/* Finds a VM that leaves its place, and others theirs if need be: of those
 * that leave, or by pushing such as could stay. False: it has none, and
 * r->stuck is the VM; nothing has changed but the log. */
bool room_find_place(struct room *, uint32_t vm);

#endif
