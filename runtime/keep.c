/*
 * Which snapshots are there? What the journal says of them, put together. A
 * snapshot is in the journal before a driver hears of it, so none is ever
 * there that nobody knows of; and its removal is before it is removed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <stdio.h>

#include "arena.h"
#include "intern.h"
#include "keep.h"
#include "record.h"

static struct kept *
find(const struct keep *k, uint32_t number)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->v[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low < k->n && k->v[low].number == number ? &k->v[low] : NULL;
}

static void
add(struct keep *k, const struct record *r)
{
	uint32_t dn = intern(r->text, r->len), *latest;

	k->v = mem_grow(k->v, k->n, &k->cap, sizeof(*k->v));
	k->v[k->n++] = (struct kept){ .number = (uint32_t)r->number,
		.kind = (enum keep_kind)r->b, .deed = KEEP_TAKING,
		.latest = r->number, .seq = r->c, .wants = r->e,
		.entity = dn, .time = r->time };
	if (r->b != KEEP_BEFORE || r->e == 0)
		return; /* nothing goes back to it by itself */
	latest = idmap_at(&k->before, dn);
	k->v[k->n - 1].earlier = *latest;
	*latest = (uint32_t)k->n;
}

struct keep_place *
keep_place(struct keep *k, uint32_t name)
{
	size_t i;

	for (i = 0; i < k->nplace; i++)
		if (k->place[i].name == name)
			return &k->place[i];
	k->place = mem_grow(k->place, k->nplace, &k->place_cap,
	    sizeof(*k->place));
	k->place[k->nplace] = (struct keep_place){ .name = name };
	return &k->place[k->nplace++];
}

static void
note_place(struct keep *k, const struct record *r)
{
	struct keep_place *p = keep_place(k, intern(r->text, r->len));

	p->is_short = r->a == KEEP_SHORT;
	p->mib = r->f;
}

bool
keep_record(struct keep *k, const struct record *r)
{
	struct kept *s;

	if (r->kind != RECORD_KEEP)
		return true;
	if (r->a > KEEP_AMPLE || r->b > KEEP_FAILED)
		return false;
	if (r->a == KEEP_TAKING && r->d == 0) {
		add(k, r);
		return true;
	}
	if (r->a >= KEEP_SHORT) {
		note_place(k, r);
		return true;
	}
	s = find(k, r->d);
	if (s == NULL)
		return false;
	s->deed = (enum keep_deed)r->a;
	s->latest = r->number;
	if (r->a == KEEP_TAKEN)
		s->kib = r->f;
	return true;
}

void
keep_free(struct keep *k)
{
	free(k->v);
	free(k->place);
	idmap_free(&k->before);
	*k = (struct keep){ 0 };
}

void
keep_name(const struct keep *k, const struct kept *s, char out[KEEP_NAME])
{
	snprintf(out, KEEP_NAME, "camprun-%08" PRIx32 "-%" PRIu32, k->run,
	    s->number);
}

bool
keep_is_there(const struct kept *s)
{
	return s->deed != KEEP_REMOVED;
}

const char *
keep_kind_name(enum keep_kind kind)
{
	return record_keep_kinds[kind];
}

const char *
keep_deed_name(enum keep_deed deed)
{
	return record_keep_deeds[deed];
}
