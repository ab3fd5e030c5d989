/*
 * How many units of a group does a procedure take down? A plain
 * open-addressing table: pairs that were never counted cost nothing.
 */
#include <stdlib.h>

#include "arena.h"
#include "tally.h"

static size_t
tally_slot(const struct tally *t, uint64_t key)
{
	size_t k = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) &
	    (t->nslot - 1);

	while (t->key[k] != 0 && t->key[k] != key)
		k = (k + 1) & (t->nslot - 1);
	return k;
}

static void
tally_grow(struct tally *t)
{
	struct tally old = *t;
	size_t i;

	t->nslot = old.nslot == 0 ? 1024 : old.nslot * 2;
	t->key = mem_alloc(t->nslot, sizeof(*t->key));
	t->count = mem_alloc(t->nslot, sizeof(*t->count));
	for (i = 0; i < old.nslot; i++) {
		size_t k;

		if (old.key[i] == 0)
			continue;
		k = tally_slot(t, old.key[i]);
		t->key[k] = old.key[i];
		t->count[k] = old.count[i];
	}
	free(old.key);
	free(old.count);
}

uint32_t *
tally_at(struct tally *t, uint32_t sg, uint32_t proc)
{
	uint64_t key = ((uint64_t)(sg + 1) << 32) | proc;
	size_t k;

	if (t->used * 2 >= t->nslot)
		tally_grow(t);
	k = tally_slot(t, key);
	if (t->key[k] == 0) {
		t->key[k] = key;
		t->used++;
	}
	return &t->count[k];
}

void
tally_free(struct tally *t)
{
	free(t->key);
	free(t->count);
	*t = (struct tally){ 0 };
}
