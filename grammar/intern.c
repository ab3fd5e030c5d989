/*
 * How is there one copy of each name, and how is it found? Bytes stand one
 * after the other in blocks that never move, each string after its length; a
 * string's id indexes its pointer. An open-addressing table finds it again: a
 * slot holds hash and id together, so that only a string that is most likely
 * the right one is ever looked at.
 *
 * Two models of one system name the same things in about the same order. So
 * before any hashing the string entered next after the one found last is
 * tried: most of a second model is recognised by reading memory in order.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "intern.h"

enum { BYTES = 1024 * 1024 };

struct slot {
	uint32_t hash;
	uint32_t id; /* 0: free */
};

struct block {
	struct block *next;
	char bytes[];
};

static const char **entries; /* by id; the length stands before the bytes */
static size_t nentry, cap;
static struct slot *slots;
static size_t nslot;
static struct block *blocks;
static size_t room;
static char *next_byte;
static size_t guess; /* the id to try first */
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

static size_t
length(const char *kept)
{
	uint32_t n;

	memcpy(&n, kept - sizeof(n), sizeof(n));
	return n;
}

/* A copy of the string behind its length. */
static const char *
keep(const char *s, size_t len)
{
	uint32_t n = (uint32_t)len;
	size_t need = sizeof(n) + len + 1;
	char *p;

	if (room < need) {
		size_t size = need > BYTES ? need : BYTES;
		struct block *b = mem_realloc(NULL, 1, sizeof(*b) + size);

		b->next = blocks;
		blocks = b;
		next_byte = b->bytes;
		room = size;
	}
	p = next_byte + sizeof(n);
	memcpy(next_byte, &n, sizeof(n));
	memcpy(p, s, len);
	p[len] = '\0';
	next_byte += need;
	room -= need;
	return p;
}

static void
put_slot(struct slot x)
{
	size_t k = x.hash & (nslot - 1);

	while (slots[k].id != 0)
		k = (k + 1) & (nslot - 1);
	slots[k] = x;
}

static void
grow_slots(void)
{
	struct slot *old = slots;
	size_t i, n = nslot;

	nslot = nslot == 0 ? 4096 : nslot * 2;
	slots = mem_alloc(nslot, sizeof(*slots));
	for (i = 0; i < n; i++)
		if (old[i].id != 0)
			put_slot(old[i]);
	free(old);
}

static uint32_t
enter(const char *s, size_t len, uint32_t hash)
{
	if (nentry * 4 >= nslot * 3)
		grow_slots();
	entries = mem_grow(entries, nentry, &cap, sizeof(*entries));
	entries[nentry] = keep(s, len);
	put_slot((struct slot){ hash, (uint32_t)nentry });
	return (uint32_t)nentry++;
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

	grow_slots();
	entries = mem_grow(entries, nentry, &cap, sizeof(*entries));
	entries[nentry++] = keep("", 0);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		enter(known[i], strlen(known[i]),
		    hash_bytes(known[i], strlen(known[i])));
}

static bool
is_at(size_t id, const char *s, size_t len)
{
	return length(entries[id]) == len &&
	    memcmp(entries[id], s, len) == 0;
}

static uint32_t
lookup(const char *s, size_t len, uint32_t hash)
{
	size_t k = hash & (nslot - 1);

	for (; slots[k].id != 0; k = (k + 1) & (nslot - 1))
		if (slots[k].hash == hash && is_at(slots[k].id, s, len))
			return slots[k].id;
	return NAME_NONE;
}

uint32_t
intern(const char *s, size_t len)
{
	uint32_t hash, id;

	if (entries == NULL)
		start();
	if (guess < nentry && is_at(guess, s, len))
		return (uint32_t)guess++;
	hash = hash_bytes(s, len);
	id = lookup(s, len, hash);
	if (id == NAME_NONE)
		return enter(s, len, hash);
	/* A name of its own, not one that many things share, shows where
	 * the other model has got to. */
	if (id > guess || guess - id > 1000)
		guess = id + 1;
	return id;
}

uint32_t
intern_str(const char *s)
{
	return intern(s, strlen(s));
}

uint32_t
intern_buf(struct buf *b)
{
	uint32_t id = intern(b->len == 0 ? "" : b->data, b->len);

	buf_free(b);
	return id;
}

uint32_t
intern_find(const char *s, size_t len)
{
	if (entries == NULL)
		start();
	return lookup(s, len, hash_bytes(s, len));
}

const char *
name_str(uint32_t id)
{
	return entries == NULL ? "" : entries[id];
}

size_t
name_len(uint32_t id)
{
	return entries == NULL ? 0 : length(entries[id]);
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
	nentry = cap = nslot = room = guess = 0;
	generation++;
}

uint32_t
intern_generation(void)
{
	return generation;
}
