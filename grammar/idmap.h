/* A small map from ids, or pairs of them in one number, to numbers: open
 * addressing, no removal. */
#ifndef CG_IDMAP_H
#define CG_IDMAP_H

#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; idmap_free empties it. */
struct idmap {
	struct idmap_pair {
		uint64_t key;
		uint32_t value;
	} *pair;
	size_t n, cap;
};

/* The number of key (not 0: NAME_NONE is no key), 0 if it was never entered. */
uint32_t idmap_get(const struct idmap *, uint64_t key);

/* Where the number of key is kept; entered as 0 if new. Good until the next
 * call. */
uint32_t *idmap_at(struct idmap *, uint64_t key);

void idmap_free(struct idmap *);

#endif
