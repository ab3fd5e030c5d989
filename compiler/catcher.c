/*
 * May this VM stand on that sponsor, given where the others stand?
 *
 * Legal is what the tables in catcher_rank say; safe is counted per service
 * group: for each MODIFY procedure g the number of the group's units that g
 * takes down. A catch is safe while for no g fewer of them are left than the
 * group needs. Both numbers are kept as VMs are placed, so a trial costs as
 * many steps as the VM has units, whatever the size of the group.
 */
#include <stdlib.h>

#include "catcher.h"
#include "ids.h"
#include "policy.h"
#include "room.h"
#include "stand.h"
#include "wave.h"

/* --- what counts --- */

bool
catcher_counts(const struct catcher *c, uint32_t sg)
{
	return c->sv->sg[sg].need > 0 ||
	    (c->wish->wave != NULL && wave_keep(c->sv, sg) > 0);
}

/* Does the unit leave while MODIFY procedures run, or with a VM that might? */
static bool
may_leave(const struct forest *f, const struct su *u, uint32_t e)
{
	return f->v[e].op == OP_REMOVE ||
	    (u->t == NONE && f->v[e].op == OP_MODIFY);
}

/* Does the unit count as one of its group's replicas on e? */
static bool
is_replica(const struct catcher *c, const struct su *u, uint32_t e)
{
	return u->sg != NONE && catcher_counts(c, u->sg) &&
	    stand_location(c->f, u) == e &&
	    !(c->wish->careful && may_leave(c->f, u, e));
}

/* The procedure that would take VM v down if it were caught on c. */
static uint32_t
group_on(const struct forest *f, uint32_t v, uint32_t c)
{
	uint32_t g = stand_group(f, c);

	return g == NONE && f->v[v].op == OP_MODIFY ? v : g;
}

/* Calls fn for each unit that stands on e in the MODIFY phase and whose SG is
 * to be kept up. */
static void
each_unit(struct catcher *c, uint32_t e, uint32_t g,
    void (*fn)(struct catcher *, uint32_t sg, uint32_t g))
{
	const struct services *sv = c->sv;
	uint32_t u;

	for (u = service_first_on(sv, e); u != NONE;
	    u = service_next_on(sv, e, u))
		if (is_replica(c, &sv->su[u], e))
			fn(c, sv->su[u].sg, g);
}

static void
count_in(struct catcher *c, uint32_t sg, uint32_t g)
{
	++*tally_at(&c->tally, sg, g);
	if (c->wish->wave != NULL)
		++*tally_at(&c->waves, sg, c->wish->wave[g]);
}

static void
count_out(struct catcher *c, uint32_t sg, uint32_t g)
{
	--*tally_at(&c->tally, sg, g);
	if (c->wish->wave != NULL)
		--*tally_at(&c->waves, sg, c->wish->wave[g]);
}

static void
count_total(struct catcher *c, uint32_t sg, uint32_t g)
{
	(void)g;
	c->total[sg]++;
}

/* --- candidates --- */

/* Does the policy say that the VM as it comes up does not run on the VMM as it
 * is then? An added VM comes up before the VMM is modified. */
static bool
is_incompatible(const struct catcher *c, uint32_t v, uint32_t x)
{
	uint32_t vm = tree_type(c->f, v, true);
	bool old = c->f->v[v].op == OP_ADD && c->f->v[x].op == OP_MODIFY;

	if (c->policy == NULL || c->f->v[v].op == OP_REMOVE)
		return false;
	return policy_compatible(c->policy, vm, tree_type(c->f, x, !old)) ==
	    TRI_NO || (old && policy_compatible(c->policy, vm,
	    tree_type(c->f, x, true)) == TRI_NO);
}

int
catcher_rank(const struct catcher *c, uint32_t v, const struct dep *d,
    uint32_t x, const char **out)
{
	static const uint8_t add[] = { [OP_ADD] = 0, [OP_NONE] = 1,
		[OP_MODIFY] = 2 };
	static const uint8_t rem[] = { [OP_REMOVE] = 0, [OP_MODIFY] = 1,
		[OP_NONE] = 2 };
	enum op op = (enum op)c->f->v[x].op;

	*out = NULL;
	if (is_incompatible(c, v, x)) {
		*out = "cannot carry it: the policy calls their types "
		    "incompatible";
		return -1;
	}
	switch (c->f->v[v].op) {
	case OP_ADD:
		if (op != OP_REMOVE)
			return add[op];
		*out = "is removed";
		return -1;
	case OP_REMOVE:
		if (op == OP_ADD) {
			*out = "is added, so not in the source";
			return -1;
		}
		if (c->wish->careful && stand_group(c->f, x) != NONE)
			return 3;
		return rem[op];
	default:
		if (op == OP_MODIFY || op == OP_NONE)
			return (dep_lists(d, true, x) ? 0 : 2) +
			    (op == OP_NONE);
		*out = op == OP_REMOVE ?
		    "is removed, and the VM would have nothing to stand on" :
		    "is added, so not in the source";
		return -1;
	}
}

const uint32_t *
catcher_candidates(const struct forest *f, uint32_t v, const struct dep *d,
    uint32_t *n)
{
	*n = f->v[v].op == OP_ADD ? d->nt : d->ns;
	return f->v[v].op == OP_ADD ? d->names_t : d->names_s;
}

static bool
before(const struct catcher *c, const struct choice *a, const struct choice *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (c->wish->balanced && c->ncaught[a->vmm] != c->ncaught[b->vmm])
		return c->ncaught[a->vmm] < c->ncaught[b->vmm];
	return a->place < b->place;
}

/* The legal sponsors of v in order of preference; freed with free(). */
struct choice *
catcher_choices(const struct catcher *c, uint32_t v, size_t *n)
{
	const struct dep *d = &c->f->dep[catch_dep(c->f, v)];
	uint32_t nn, i;
	const uint32_t *list = catcher_candidates(c->f, v, d, &nn);
	struct choice *r = mem_alloc(nn, sizeof(*r));
	const char *out;

	*n = 0;
	for (i = 0; i < nn; i++) {
		int rank = catcher_rank(c, v, d, list[i], &out);
		struct choice x = { list[i], (uint8_t)rank, i };
		size_t k;

		if (rank < 0)
			continue;
		for (k = (*n)++; k > 0 && before(c, &x, &r[k - 1]); k--)
			r[k] = r[k - 1];
		r[k] = x;
	}
	return r;
}

/* --- capacity --- */

/* Where there is too little already, not even what needs nothing fits. */
static bool
has_room(const struct load *l, uint32_t v, uint32_t x)
{
	size_t r;

	for (r = 0; r < l->nres; r++)
		if (load_need(l, v, r) > load_left(l, x, r))
			return false;
	return true;
}

/* --- placing --- */

/* Would too few of a group's units be left during procedure g, or its wave? */
static bool
is_lost(struct catcher *c, uint32_t sg, uint32_t g)
{
	uint32_t need = c->sv->sg[sg].need;

	if (need > 0 && *tally_at(&c->tally, sg, g) + need > c->total[sg])
		return true;
	return c->apart &&
	    *tally_at(&c->waves, sg, c->wish->wave[g]) > c->spare[sg];
}

/* The first SG that would have too few units left with e in procedure g. */
static uint32_t
lost_group(struct catcher *c, uint32_t e, uint32_t g)
{
	const struct services *sv = c->sv;
	uint32_t u;

	for (u = service_first_on(sv, e); u != NONE;
	    u = service_next_on(sv, e, u)) {
		uint32_t sg = sv->su[u].sg;

		if (is_replica(c, &sv->su[u], e) && is_lost(c, sg, g))
			return sg;
	}
	return NONE;
}

void
catcher_put(struct catcher *c, uint32_t v, uint32_t x)
{
	uint32_t g = group_on(c->f, v, x);

	if (g != NONE)
		each_unit(c, v, g, count_in);
	load_take(&c->load, v, x, 1);
	c->ncaught[x]++;
	c->f->v[v].host = x;
}

void
catcher_lift(struct catcher *c, uint32_t v)
{
	uint32_t x = c->f->v[v].host, g = group_on(c->f, v, x);

	if (g != NONE)
		each_unit(c, v, g, count_out);
	load_take(&c->load, v, x, -1);
	c->ncaught[x]--;
	c->f->v[v].host = NONE;
}

/* Places v on x if that is safe; otherwise says what forbids it. */
bool
catcher_try(struct catcher *c, uint32_t v, uint32_t x, struct conflict *k)
{
	uint32_t g = group_on(c->f, v, x);

	if (!has_room(&c->load, v, x)) {
		k->sg = NONE;
		return false;
	}
	catcher_put(c, v, x);
	if (g == NONE)
		return true;
	k->sg = lost_group(c, v, g);
	if (k->sg == NONE)
		return true;
	catcher_lift(c, v);
	return false;
}

void
catcher_remember(struct catcher *c, uint32_t v, const struct choice *r,
    size_t i, uint32_t blocked)
{
	c->why[v] = (struct caught){ .rank = r[i].rank, .forced = i > 0,
		.blocked = blocked };
}

/* --- the beginning --- */

/* Procedures that take an EE down which is not up for catching. */
static void
count_fixed(struct catcher *c, uint32_t e)
{
	uint32_t g = stand_down_group(c->f, e);

	if (g != NONE)
		each_unit(c, e, g, count_in);
}

/* What one wave may take: what all its services can do without, or where they
 * need all units, what a procedure may take. */
static void
find_spare(struct catcher *c)
{
	uint32_t i, keep;

	for (i = 0; i < c->sv->nsg; i++) {
		keep = wave_keep(c->sv, i);
		if (keep >= c->total[i])
			keep = c->sv->sg[i].need;
		if (keep >= c->total[i])
			keep = c->total[i] > 0 ? c->total[i] - 1 : 0;
		c->spare[i] = c->total[i] - keep;
	}
}

/* VMs that stay keep the room they have now. */
static void
keep_room(struct catcher *c)
{
	uint32_t e, d;

	for (e = 0; e < c->f->n && c->load.nres > 0; e++) {
		d = room_list(c->f, e);
		if (d != NONE)
			load_take(&c->load, e, c->f->dep[d].names_s[0], 1);
	}
}

void
catcher_begin(struct catcher *c)
{
	uint32_t e;

	c->total = mem_alloc(c->sv->nsg, sizeof(*c->total));
	c->spare = mem_alloc(c->sv->nsg, sizeof(*c->spare));
	c->ncaught = mem_alloc(c->f->n, sizeof(*c->ncaught));
	c->stamp = mem_alloc(c->f->n, sizeof(*c->stamp));
	c->why = mem_alloc(c->f->n, sizeof(*c->why));
	load_open(&c->load, c->f, c->policy, LOAD_BOTH);
	for (e = 0; e < c->f->n; e++) {
		each_unit(c, e, NONE, count_total);
		if (catch_dep(c->f, e) == NONE)
			count_fixed(c, e);
		if (c->f->v[e].parent != NONE)
			load_take(&c->load, e, c->f->v[e].parent, 1);
	}
	if (c->wish->wave != NULL)
		find_spare(c);
	if (c->wish->waves)
		keep_room(c);
}

void
catcher_end(struct catcher *c)
{
	free(c->total);
	free(c->spare);
	free(c->ncaught);
	free(c->stamp);
	load_close(&c->load);
	tally_free(&c->tally);
	tally_free(&c->waves);
}
