/* How often each value was measured, in bounded memory. */
#ifndef CG_HISTOGRAM_H
#define CG_HISTOGRAM_H

#include <stdint.h>

/* Values up to 127 are told exactly, others up to 1/128 of themselves: each
 * doubling of a value is cut into 128 steps. Zero-initialise. */
struct histogram {
	uint64_t *step[57]; /* by doubling; NULL: none was seen there */
	uint64_t n;
	int64_t most;
};

/* Adds a value, not negative. */
void histogram_add(struct histogram *, int64_t);

/* The least value that so many percent of all are not above, rounded up to
 * the end of its step; 0 if there are no values. */
int64_t histogram_percentile(const struct histogram *, unsigned percent);

void histogram_free(struct histogram *);

#endif
