/* Has what is advised room in the cluster, also without any one domain? */
#ifndef CG_ADVISE_ROOM_H
#define CG_ADVISE_ROOM_H

struct advise;

/* Turns down what has none, and looks for a place for a new machine then. */
void advise_room(struct advise *);

#endif
