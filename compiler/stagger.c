/*
 * VMs that leave in the first wave find nothing yet where they can stay for
 * good and move again, so that wave is as small as can be. The next ones grow
 * as fast as what has gone down takes in what leaves, no further than a little
 * more than all would have if all were equal: the fuller a wave, the fewer
 * choices have those that leave.
 */
#include "stagger.h"

enum {
	HALVINGS = 24,
	TAKEN_IN = 3, OF_ROOM = 5, /* so much of what is free finds takers */
	ABOVE = 4 /* a quarter of the way from equal to what may be */
};

static int64_t
times(int64_t a, int64_t b)
{
	return a * b / STAGGER_ONE;
}

/* The shares if the first is given; their sum. */
static int64_t
grow(const struct shortage *s, uint32_t n, int64_t first, int64_t *part)
{
	int64_t even = STAGGER_ONE / n, most, sum = first, next, share;
	uint32_t i;

	share = s->share > STAGGER_ONE ? STAGGER_ONE : s->share;
	most = even + (share > even ? (share - even) / ABOVE : 0);
	part[0] = first;
	for (i = 1; i < n; i++) {
		next = times(s->growth, sum) - (sum - first);
		next = next * TAKEN_IN / OF_ROOM;
		next = next > most ? most : next;
		part[i] = next < first ? first : next;
		sum += part[i];
	}
	return sum;
}

void
stagger(const struct shortage *s, uint32_t n, int64_t *part)
{
	int64_t low = 0, high = STAGGER_ONE / n, mid;
	int i;

	for (i = 0; i < HALVINGS && low + 1 < high; i++) {
		mid = (low + high) / 2;
		if (grow(s, n, mid, part) < STAGGER_ONE)
			low = mid;
		else
			high = mid;
	}
	/* what rounding leaves goes last */
	part[n - 1] += STAGGER_ONE - grow(s, n, low, part);
}
