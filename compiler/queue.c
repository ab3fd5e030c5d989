/*
 * Which of many comes next? The smallest of them stands first, and none is
 * smaller than the one half as far on.
 */
#include "queue.h"

void
queue_push(struct queue *q, uint64_t x)
{
	size_t i = q->n++, up;

	for (; i > 0 && q->v[up = (i - 1) / 2] > x; i = up)
		q->v[i] = q->v[up];
	q->v[i] = x;
}

uint64_t
queue_pop(struct queue *q)
{
	uint64_t top = q->v[0], x = q->v[--q->n];
	size_t i = 0, k;

	for (; (k = 2 * i + 1) < q->n; i = k) {
		if (k + 1 < q->n && q->v[k + 1] < q->v[k])
			k++;
		if (q->v[k] >= x)
			break;
		q->v[i] = q->v[k];
	}
	q->v[i] = x;
	return top;
}
