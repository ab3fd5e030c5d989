/*
 * Which value belongs to an id? An open-addressing table that doubles before
 * it is crowded; for maps of names that are few among all, and for counts of
 * pairs of which most do not occur.
 */
#include <stdlib.h>

#include "arena.h"
#include "idmap.h"

/* The place of key, or the free one where it belongs. */
static struct idmap_pair *
find(const struct idmap *m, uint64_t key)
{
	size_t k = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	for (k &= m->cap - 1;; k = (k + 1) & (m->cap - 1))
		if (m->pair[k].key == key || m->pair[k].key == 0)
			return &m->pair[k];
}

static void
grow(struct idmap *m)
{
	struct idmap old = *m;
	size_t i;

	m->cap = old.cap == 0 ? 64 : old.cap * 2;
	m->pair = mem_alloc(m->cap, sizeof(*m->pair));
	for (i = 0; i < old.cap; i++)
		if (old.pair[i].key != 0)
			*find(m, old.pair[i].key) = old.pair[i];
	free(old.pair);
}

uint32_t
idmap_get(const struct idmap *m, uint64_t key)
{
	return m->cap == 0 ? 0 : find(m, key)->value;
}

uint32_t *
idmap_at(struct idmap *m, uint64_t key)
{
	struct idmap_pair *p;

	if ((m->n + 1) * 4 > m->cap * 3)
		grow(m);
	p = find(m, key);
	if (p->key == 0) {
		p->key = key;
		m->n++;
	}
	return &p->value;
}

void
idmap_free(struct idmap *m)
{
	free(m->pair);
	*m = (struct idmap){ 0 };
}
