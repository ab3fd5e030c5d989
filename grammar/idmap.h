/* A small map from interned ids to numbers: open addressing, no removal. */
#ifndef CG_IDMAP_H
#define CG_IDMAP_H

#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; idmap_free empties it. */
struct idmap {
	struct idmap_pair {
		uint32_t key, value;
	} *pair;
	size_t n, cap;
};

/* The number of key (not NAME_NONE), 0 if it was never entered. */
uint32_t idmap_get(const struct idmap *, uint32_t key);

/* Where the number of key is kept; entered as 0 if new. Good until the next
 * call. */
uint32_t *idmap_at(struct idmap *, uint32_t key);

void idmap_free(struct idmap *);

#endif
