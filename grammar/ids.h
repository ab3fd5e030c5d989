/* Lists of 32-bit ids: names, indices. */
#ifndef CG_IDS_H
#define CG_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is x one of the n ids at v? */
static inline bool
ids_have(const uint32_t *v, size_t n, uint32_t x)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

/* The same for ids in ascending order. */
static inline bool
ids_find(const uint32_t *v, size_t n, uint32_t x)
{
	size_t at = 0;

	while (n > 0) {
		size_t half = n / 2;

		if (v[at + half] == x)
			return true;
		if (v[at + half] < x) {
			at += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return false;
}

/* Of n records of size bytes that begin with an id and ascend by it: how many
 * are below x. */
static inline size_t
ids_below(const void *records, size_t n, size_t size, uint32_t x)
{
	const char *v = records;
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (*(const uint32_t *)(const void *)(v + mid * size) < x)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Puts the ids in ascending order. */
void ids_sort(uint32_t *, size_t n);

#endif
