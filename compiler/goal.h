/* Where VMs that stay stand for good once the waves are over. */
#ifndef CG_GOAL_H
#define CG_GOAL_H

#include "room.h"

/* Fills in room->goal of each VM for which the waves that hosts are meant for
 * leave a place to which it need move but once, or else but twice; turn and
 * where VMs stand at first must be known. */
struct goals *goals_find(struct room *);
void goals_free(struct goals *);

/* A VM stands elsewhere than before; goals of others follow where it took
 * their place. */
void goals_arrive(struct goals *, uint32_t vm);

#endif
