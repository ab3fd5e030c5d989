/* Numbers of which the smallest comes next: a heap. */
#ifndef CG_QUEUE_H
#define CG_QUEUE_H

#include <stddef.h>
#include <stdint.h>

struct queue {
	uint64_t *v; /* the caller's, with room for all that are in it */
	size_t n;
};

void queue_push(struct queue *, uint64_t);
/* There must be one. */
uint64_t queue_pop(struct queue *);

#endif
