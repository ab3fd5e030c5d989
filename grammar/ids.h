/* Short lists of 32-bit ids: names, indices. */
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

#endif
