/*
 * Steps instead of values: their number does not depend on how much was
 * measured, nor does the answer on the order. It errs upwards only, by less
 * than one percent, so that nobody is advised to have less than was used.
 */
#include <stdlib.h>

#include "arena.h"
#include "histogram.h"

enum { STEPS = 128, BITS = 7 };

/* Which doubling: 0 for what is below STEPS. */
static unsigned
doubling(int64_t v)
{
	return v < STEPS ? 0 :
	    (unsigned)(63 - BITS - __builtin_clzll((uint64_t)v)) + 1;
}

void
histogram_add(struct histogram *h, int64_t v)
{
	unsigned d = doubling(v);

	if (h->step[d] == NULL)
		h->step[d] = mem_alloc(STEPS, sizeof(*h->step[d]));
	h->step[d][d == 0 ? v : (v >> (d - 1)) - STEPS]++;
	h->n++;
	if (v > h->most)
		h->most = v;
}

/* The largest value of a step. */
static int64_t
step_end(unsigned d, int64_t i)
{
	if (d == 0)
		return i;
	return (int64_t)((((uint64_t)(i + STEPS) + 1) << (d - 1)) - 1);
}

int64_t
histogram_percentile(const struct histogram *h, unsigned percent)
{
	uint64_t want = h->n / 100 * percent +
	    (h->n % 100 * percent + 99) / 100, seen = 0;
	unsigned d;
	int64_t i, end;

	for (d = 0; d < sizeof(h->step) / sizeof(h->step[0]); d++)
		for (i = 0; h->step[d] != NULL && i < STEPS; i++) {
			seen += h->step[d][i];
			if (h->step[d][i] == 0 || seen < want)
				continue;
			end = step_end(d, i);
			return end < h->most ? end : h->most;
		}
	return h->most;
}

void
histogram_free(struct histogram *h)
{
	unsigned d;

	for (d = 0; d < sizeof(h->step) / sizeof(h->step[0]); d++)
		free(h->step[d]);
}
