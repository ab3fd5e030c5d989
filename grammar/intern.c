/*
 * One copy of each name. Bytes stand one after the other in blocks that never
 * move; a string's id indexes its pointer, an open-addressing table of ids
 * finds it again. Hashes are kept so that growing the table reads no string.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "intern.h"

enum { BYTES = 1024 * 1024 };

struct entry {
	const char *str;
	uint32_t len;
	uint32_t hash;
};

struct block {
	struct block *next;
	char bytes[];
};

static struct entry *entries;
static size_t nentry, cap;
static uint32_t *slots;
static size_t nslot;
static struct block *blocks;
static size_t room;
static char *next_byte;
static uint32_t generation = 1;

static uint32_t
hash_bytes(const char *s, size_t len)
{
	uint64_t h = len * UINT64_C(0x9e3779b97f4a7c15), w;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&w, s, 8);
		h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, s, len);
	h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 29;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(h >> 32);
}

static const char *
keep(const char *s, size_t len)
{
	char *p;

	if (room < len + 1) {
		size_t n = len + 1 > BYTES ? len + 1 : BYTES;
		struct block *b = mem_realloc(NULL, 1, sizeof(*b) + n);

		b->next = blocks;
		blocks = b;
		next_byte = b->bytes;
		room = n;
	}
	p = next_byte;
	memcpy(p, s, len);
	p[len] = '\0';
	next_byte += len + 1;
	room -= len + 1;
	return p;
}

static void
grow_slots(void)
{
	size_t i, k;

	nslot = nslot == 0 ? 4096 : nslot * 2;
	free(slots);
	slots = mem_alloc(nslot, sizeof(*slots));
	for (i = 1; i < nentry; i++) {
		for (k = entries[i].hash & (nslot - 1); slots[k] != 0;)
			k = (k + 1) & (nslot - 1);
		slots[k] = (uint32_t)i;
	}
}

static void
start(void)
{
	static const char *const known[] = {
		"",
#define NAME(x) #x,
#include "names.def"
#undef NAME
	};
	size_t i;

	entries = mem_grow(entries, nentry, &cap, sizeof(*entries));
	entries[nentry++] = (struct entry){ "", 0, 0 };
	grow_slots();
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		intern(known[i], strlen(known[i]));
}

/* The slot that holds the string, or the free one where it belongs. */
static size_t
find_slot(const char *s, size_t len, uint32_t hash)
{
	size_t k = hash & (nslot - 1);

	for (; slots[k] != 0; k = (k + 1) & (nslot - 1)) {
		const struct entry *e = &entries[slots[k]];

		if (e->hash == hash && e->len == len &&
		    memcmp(e->str, s, len) == 0)
			break;
	}
	return k;
}

uint32_t
intern(const char *s, size_t len)
{
	uint32_t hash = hash_bytes(s, len);
	size_t k;

	if (entries == NULL)
		start();
	k = find_slot(s, len, hash);
	if (slots[k] != 0)
		return slots[k];
	if (nentry * 4 >= nslot * 3) {
		grow_slots();
		k = find_slot(s, len, hash);
	}
	entries = mem_grow(entries, nentry, &cap, sizeof(*entries));
	entries[nentry] = (struct entry){ keep(s, len), (uint32_t)len, hash };
	slots[k] = (uint32_t)nentry;
	return (uint32_t)nentry++;
}

uint32_t
intern_str(const char *s)
{
	return intern(s, strlen(s));
}

uint32_t
intern_find(const char *s, size_t len)
{
	if (entries == NULL)
		start();
	return slots[find_slot(s, len, hash_bytes(s, len))];
}

const char *
name_str(uint32_t id)
{
	return entries == NULL ? "" : entries[id].str;
}

size_t
name_len(uint32_t id)
{
	return entries == NULL ? 0 : entries[id].len;
}

uint32_t
intern_count(void)
{
	if (entries == NULL)
		start();
	return (uint32_t)nentry;
}

void
intern_clear(void)
{
	struct block *next;

	for (; blocks != NULL; blocks = next) {
		next = blocks->next;
		free(blocks);
	}
	free(entries);
	free(slots);
	entries = NULL;
	slots = NULL;
	next_byte = NULL;
	nentry = cap = nslot = room = 0;
	generation++;
}

uint32_t
intern_generation(void)
{
	return generation;
}
