/*
 * In which order do ids stand that mean nothing by it? Ascending.
 */
#include <stdlib.h>

#include "ids.h"

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void
ids_sort(uint32_t *v, size_t n)
{
	if (n > 1)
		qsort(v, n, sizeof(*v), ascending);
}
