/*
 * How many waves must there be for lack of room? Two bounds: what can be
 * missing at once while those that stay still find room, and what all waves
 * together must have room for, on average. The larger one holds.
 */
#include <stdlib.h>

#include "catch.h"
#include "policy.h"
#include "room.h"
#include "stand.h"

enum { FRACTION_MAX = 16 };

static int
by_amount(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Of n monitors, the capacities of all that go down: how many waves if spare
 * is what may be missing at once? */
static uint32_t
waves_for(int64_t *down, size_t n, int64_t spare)
{
	size_t most = 0;
	int64_t sum = 0;

	qsort(down, n, sizeof(*down), by_amount);
	while (most < n && sum + down[most] <= spare)
		sum += down[most++];
	return most == 0 ? 1 : (uint32_t)((n + most - 1) / most);
}

/* What monitors have of a resource, and what is asked of them. */
struct supply {
	int64_t all; /* of all monitors */
	int64_t down; /* of those that go down */
	int64_t caught; /* VMs that go down with one of these, once */
	int64_t stay; /* VMs that need room in every wave */
	bool known;
};

/* a / b in parts of STAGGER_ONE, as far as anybody cares how large it is. */
static int64_t
fraction(int64_t a, int64_t b)
{
	while (a > INT64_MAX / STAGGER_ONE) {
		a /= 2;
		b /= 2;
	}
	if (b == 0 || a / b >= FRACTION_MAX)
		return (int64_t)FRACTION_MAX * STAGGER_ONE;
	return a * STAGGER_ONE / b;
}

/* Each monitor that goes down is missing in one wave, and so are the VMs that
 * are caught on them, wherever that is. In the others they take their room: all
 * waves together must have room for those that stay as often as there are
 * waves. */
static struct shortage
on_average(const struct supply *s)
{
	int64_t free = s->all - s->caught - s->stay, down = s->down - s->caught;

	if (!s->known || s->stay <= 0 || free <= 0 || down <= 0)
		return (struct shortage){ .waves = 1 };
	return (struct shortage){
		.waves = (uint32_t)((down + free - 1) / free),
		.share = fraction(free, down),
		.growth = fraction(free + s->stay, s->stay) };
}

/* Adds what a VM that stays needs, and marks what it may stand on. */
static void
ask(const struct room *r, uint32_t e, size_t k, bool *sponsor,
    struct supply *s)
{
	const struct forest *f = r->p->f;
	const struct dep *d;
	uint32_t i;

	if (r->dep[e] == NONE || stand_down_group(f, e) != NONE)
		return; /* goes down, as all its sponsors do at once */
	d = &f->dep[r->dep[e]];
	s->stay += r->need[e * r->nres + k];
	for (i = 0; i < d->ns + d->nt; i++)
		sponsor[i < d->ns ? d->names_s[i] : d->names_t[i - d->ns]] =
		    true;
}

/* Adds a VM that is caught on one of these monitors, whichever that is. */
static void
add_caught(const struct room *r, uint32_t e, size_t k, const bool *sponsor,
    struct supply *s)
{
	const struct forest *f = r->p->f;
	uint32_t d = f->v[e].op == OP_MODIFY ? catch_dep(f, e) : NONE, i;

	if (d == NONE)
		return;
	for (i = 0; i < f->dep[d].ns; i++)
		if (!sponsor[f->dep[d].names_s[i]])
			return;
	s->caught += r->need[e * r->nres + k];
}

static struct shortage
shortage_of(const struct room *r, size_t k)
{
	const struct forest *f = r->p->f;
	int64_t *down = mem_alloc(f->n, sizeof(*down));
	bool *sponsor = mem_alloc(f->n, sizeof(*sponsor));
	struct supply s = { .known = true };
	struct shortage found;
	uint32_t e, waves = 1;
	size_t n = 0;

	for (e = 0; e < f->n; e++)
		ask(r, e, k, sponsor, &s);
	for (e = 0; e < f->n; e++) {
		add_caught(r, e, k, sponsor, &s);
		if (!sponsor[e])
			continue;
		s.known &= r->cap[e * r->nres + k] >= 0;
		s.all += r->cap[e * r->nres + k];
		if (stand_group(f, e) == NONE)
			continue;
		down[n++] = r->cap[e * r->nres + k];
		s.down += r->cap[e * r->nres + k];
	}
	if (s.known && s.stay > 0 && n > 0)
		waves = waves_for(down, n, s.all - s.stay);
	found = on_average(&s);
	found.waves = waves > found.waves ? waves : found.waves;
	free(down);
	free(sponsor);
	return found;
}

struct shortage
room_shortage(const struct plan *p, const struct policy *policy)
{
	struct shortage worst = { .waves = 1 }, s;
	struct room r;
	size_t k;

	room_open(&r, p, policy, NULL, NULL);
	for (k = 0; k < r.nres; k++) {
		s = shortage_of(&r, k);
		if (s.waves > worst.waves)
			worst = s;
	}
	room_close(&r);
	return worst;
}
