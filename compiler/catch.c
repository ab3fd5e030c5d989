/*
 * Which VMM does each changing VM get? Legal sponsors first, then safety,
 * then preference.
 *
 * Safety is counted per service group: for each MODIFY procedure g the number
 * of the group's units that g takes down. A catch is safe while for no g that
 * number is all of them. Both numbers are kept as VMs are placed, so a trial
 * costs as many steps as the VM has units, whatever the size of the group.
 *
 * A VM that finds all its sponsors forbidden makes others move (augmenting
 * paths, as in a matching); when that fails, the VMs that are linked with it
 * by service groups are searched exhaustively, within a bound.
 */
#include <stdlib.h>
#include <string.h>

#include "catch.h"
#include "diag.h"
#include "policy.h"

enum { SEARCH_BOUND = 500000, PATH_DEPTH = 64 };

struct tally { /* (group of units, procedure) -> units it takes down */
	uint64_t *key; /* 0: free */
	uint32_t *count;
	size_t nslot, used;
};

struct catcher {
	struct forest *f;
	const struct services *sv;
	const struct policy *policy;
	const struct catch_wishes *wish;
	struct diag *diag;
	struct tally tally;
	uint32_t *total; /* units of each SG that count */
	uint32_t *load; /* VMs caught on each EE */
	int64_t *use; /* [ee * nres + r] */
	size_t nres;
	uint32_t *stamp; /* by EE: visited in augmenting path number */
	uint32_t path;
	size_t steps; /* of the exhaustive search */
	struct caught *why;
};

struct choice {
	uint32_t vmm;
	uint8_t rank;
	uint32_t place; /* in the list */
};

/* --- the tally --- */

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

static uint32_t *
tally_at(struct tally *t, uint32_t sg, uint32_t g)
{
	uint64_t key = ((uint64_t)(sg + 1) << 32) | g;
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

/* --- where things stand --- */

static bool
sg_counts(const struct sg *g)
{
	return g->redundant && g->nsi > 0 && !g->accepted;
}

uint32_t
catch_dep(const struct forest *f, uint32_t e)
{
	const struct ee *v = &f->v[e];
	uint32_t d;

	if (v->op == OP_NONE || (v->op == OP_ADD ? !v->vm_t : !v->vm_s))
		return NONE;
	for (d = v->dep; d != NONE; d = f->dep[d].next)
		if (v->op == OP_ADD ? f->dep[d].nt > 0 : f->dep[d].ns > 0)
			return d;
	return NONE;
}

uint32_t
catch_group(const struct forest *f, uint32_t e)
{
	uint32_t g = NONE;

	for (; e != NONE; e = tree_parent(f, e))
		if (f->v[e].op == OP_MODIFY)
			g = e;
	return g;
}

/* The one group all sponsors of a list belong to, or NONE. */
static uint32_t
common_group(const struct forest *f, const struct dep *d)
{
	uint32_t all = NONE, i, n = d->ns + d->nt;

	for (i = 0; i < n; i++) {
		uint32_t g = catch_group(f, i < d->ns ? d->names_s[i] :
		    d->names_t[i - d->ns]);

		if (g == NONE || (i > 0 && g != all))
			return NONE;
		all = g;
	}
	return all;
}

uint32_t
catch_down_group(const struct forest *f, uint32_t e)
{
	uint32_t g = catch_group(f, e), d;

	for (d = f->v[e].dep; d != NONE && g == NONE; d = f->dep[d].next)
		if (!f->dep[d].caught)
			g = common_group(f, &f->dep[d]);
	return g;
}

uint32_t
catch_location(const struct forest *f, const struct su *u)
{
	if (u->ee_t != NONE) {
		if (u->s == NONE && f->v[u->ee_t].op == OP_MODIFY)
			return NONE;
		return u->ee_t;
	}
	return u->s != NONE ? u->ee_s : (uint32_t)NONE;
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
	return u->sg != NONE && sg_counts(&c->sv->sg[u->sg]) &&
	    catch_location(c->f, u) == e &&
	    !(c->wish->careful && may_leave(c->f, u, e));
}

/* The procedure that would take VM v down if it were caught on c. */
static uint32_t
group_on(const struct forest *f, uint32_t v, uint32_t c)
{
	uint32_t g = catch_group(f, c);

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

	for (u = sv->first_t[e]; u != NONE; u = sv->su[u].next_t)
		if (is_replica(c, &sv->su[u], e))
			fn(c, sv->su[u].sg, g);
	for (u = sv->first_s[e]; u != NONE; u = sv->su[u].next_s)
		if (sv->su[u].ee_t != e && is_replica(c, &sv->su[u], e))
			fn(c, sv->su[u].sg, g);
}

static void
count_in(struct catcher *c, uint32_t sg, uint32_t g)
{
	++*tally_at(&c->tally, sg, g);
}

static void
count_out(struct catcher *c, uint32_t sg, uint32_t g)
{
	--*tally_at(&c->tally, sg, g);
}

static void
count_total(struct catcher *c, uint32_t sg, uint32_t g)
{
	(void)g;
	c->total[sg]++;
}

/* --- candidates --- */

static bool
lists(const uint32_t *v, uint32_t n, uint32_t x)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

/* Rank of sponsor c for VM v, or -1 and why it is out. */
static int
rank_of(const struct catcher *c, uint32_t v, const struct dep *d, uint32_t x,
    const char **out)
{
	static const uint8_t add[] = { [OP_ADD] = 0, [OP_NONE] = 1,
		[OP_MODIFY] = 2 };
	static const uint8_t rem[] = { [OP_REMOVE] = 0, [OP_MODIFY] = 1,
		[OP_NONE] = 2 };
	enum op op = (enum op)c->f->v[x].op;

	*out = NULL;
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
		if (c->wish->careful && catch_group(c->f, x) != NONE)
			return 3;
		return rem[op];
	default:
		if (op == OP_MODIFY || op == OP_NONE)
			return (lists(d->names_t, d->nt, x) ? 0 : 2) +
			    (op == OP_NONE);
		*out = op == OP_REMOVE ?
		    "is removed, and the VM would have nothing to stand on" :
		    "is added, so not in the source";
		return -1;
	}
}

static const uint32_t *
candidates(const struct forest *f, uint32_t v, const struct dep *d, uint32_t *n)
{
	*n = f->v[v].op == OP_ADD ? d->nt : d->ns;
	return f->v[v].op == OP_ADD ? d->names_t : d->names_s;
}

static bool
before(const struct catcher *c, const struct choice *a, const struct choice *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (c->wish->balanced && c->load[a->vmm] != c->load[b->vmm])
		return c->load[a->vmm] < c->load[b->vmm];
	return a->place < b->place;
}

/* The legal sponsors of v in order of preference; freed with free(). */
static struct choice *
choices(const struct catcher *c, uint32_t v, size_t *n)
{
	const struct dep *d = &c->f->dep[catch_dep(c->f, v)];
	uint32_t nn, i;
	const uint32_t *list = candidates(c->f, v, d, &nn);
	struct choice *r = mem_alloc(nn, sizeof(*r));
	const char *out;

	*n = 0;
	for (i = 0; i < nn; i++) {
		int rank = rank_of(c, v, d, list[i], &out);
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

static int64_t
demand(const struct catcher *c, uint32_t v, size_t r)
{
	int64_t a = policy_demand(c->policy, c->f->v[v].dn,
	    tree_type(c->f, v, false), r);
	int64_t b = policy_demand(c->policy, c->f->v[v].dn,
	    tree_type(c->f, v, true), r);

	return a > b ? a : b;
}

static bool
has_room(const struct catcher *c, uint32_t v, uint32_t x)
{
	size_t r;

	for (r = 0; r < c->nres; r++) {
		int64_t cap = policy_capacity(c->policy, c->f->v[x].dn,
		    tree_type(c->f, x, c->f->v[x].s == NONE), r);

		if (cap >= 0 && c->use[x * c->nres + r] + demand(c, v, r) > cap)
			return false;
	}
	return true;
}

static void
take_room(struct catcher *c, uint32_t v, uint32_t x, int sign)
{
	size_t r;

	for (r = 0; r < c->nres; r++)
		c->use[x * c->nres + r] += sign * demand(c, v, r);
}

/* --- placing --- */

struct conflict { /* what stands against a placing */
	uint32_t sg; /* NONE: room */
};

/* The first SG that would lose all its units with e in procedure g. */
static uint32_t
lost_group(struct catcher *c, uint32_t e, uint32_t g)
{
	const struct services *sv = c->sv;
	int pass;
	uint32_t u;

	for (pass = 0; pass < 2; pass++)
		for (u = pass == 0 ? sv->first_t[e] : sv->first_s[e]; u != NONE;
		    u = pass == 0 ? sv->su[u].next_t : sv->su[u].next_s) {
			uint32_t sg = sv->su[u].sg;

			if (!is_replica(c, &sv->su[u], e))
				continue;
			if (*tally_at(&c->tally, sg, g) >= c->total[sg])
				return sg;
		}
	return NONE;
}

static void
put(struct catcher *c, uint32_t v, uint32_t x)
{
	uint32_t g = group_on(c->f, v, x);

	if (g != NONE)
		each_unit(c, v, g, count_in);
	take_room(c, v, x, 1);
	c->load[x]++;
	c->f->v[v].host = x;
}

static void
lift(struct catcher *c, uint32_t v)
{
	uint32_t x = c->f->v[v].host, g = group_on(c->f, v, x);

	if (g != NONE)
		each_unit(c, v, g, count_out);
	take_room(c, v, x, -1);
	c->load[x]--;
	c->f->v[v].host = NONE;
}

/* Places v on x if that is safe; otherwise says what forbids it. */
static bool
try_put(struct catcher *c, uint32_t v, uint32_t x, struct conflict *k)
{
	uint32_t g = group_on(c->f, v, x);

	if (!has_room(c, v, x)) {
		k->sg = NONE;
		return false;
	}
	put(c, v, x);
	if (g == NONE)
		return true;
	k->sg = lost_group(c, v, g);
	if (k->sg == NONE)
		return true;
	lift(c, v);
	return false;
}

static bool place(struct catcher *, uint32_t v, int depth);

/* v shall stand on x: asks VM w, which is in the way, to go elsewhere. */
static bool
displace(struct catcher *c, uint32_t v, uint32_t x, uint32_t w, int depth)
{
	uint32_t old = c->f->v[w].host;
	struct conflict k;

	if (old == NONE || w == v || c->stamp[w] == c->path)
		return false;
	lift(c, w);
	if (try_put(c, v, x, &k)) {
		if (place(c, w, depth + 1))
			return true;
		lift(c, v);
	}
	put(c, w, old);
	return false;
}

static bool
displace_unit(struct catcher *c, uint32_t v, uint32_t x, uint32_t sg, int depth)
{
	uint32_t u;

	for (u = c->sv->sg[sg].first; u != NONE; u = c->sv->su[u].next) {
		uint32_t e = catch_location(c->f, &c->sv->su[u]);

		if (e != NONE && displace(c, v, x, e, depth))
			return true;
	}
	return false;
}

static bool
displace_guest(struct catcher *c, uint32_t v, uint32_t x, int depth)
{
	uint32_t i;

	/* Those who may ever stand on x are those who list it. */
	for (i = c->f->rev_at[x]; i < c->f->rev_at[x + 1]; i++) {
		uint32_t w = c->f->dep[c->f->rev[i]].ee;

		if (c->f->v[w].host == x && displace(c, v, x, w, depth))
			return true;
	}
	return false;
}

static void
remember(struct catcher *c, uint32_t v, const struct choice *r, size_t i,
    uint32_t blocked)
{
	c->why[v] = (struct caught){ .rank = r[i].rank, .forced = i > 0,
		.blocked = blocked };
}

static bool
place(struct catcher *c, uint32_t v, int depth)
{
	size_t n, i;
	struct choice *r = choices(c, v, &n);
	struct conflict k = { NONE };
	uint32_t blocked = NAME_NONE;
	bool done = false;

	c->stamp[v] = c->path;
	for (i = 0; i < n && !done; i++) {
		done = try_put(c, v, r[i].vmm, &k);
		if (done)
			remember(c, v, r, i, blocked);
		else if (i == 0)
			blocked = k.sg == NONE ? c->f->v[r[0].vmm].dn :
			    c->sv->sg[k.sg].dn;
	}
	for (i = 0; i < n && !done && depth < PATH_DEPTH; i++) {
		if (try_put(c, v, r[i].vmm, &k))
			done = true;
		else if (k.sg == NONE)
			done = displace_guest(c, v, r[i].vmm, depth);
		else
			done = displace_unit(c, v, r[i].vmm, k.sg, depth);
		if (done)
			remember(c, v, r, i, blocked);
	}
	free(r);
	return done;
}

/* --- exhaustive search of linked VMs --- */

struct group { /* VMs that share service groups, in DN order */
	uint32_t *vm;
	size_t n, cap;
};

static void
join(struct catcher *c, struct group *g, uint32_t v)
{
	if (c->stamp[v] == c->path || catch_dep(c->f, v) == NONE)
		return;
	c->stamp[v] = c->path;
	g->vm = mem_grow(g->vm, g->n, &g->cap, sizeof(*g->vm));
	g->vm[g->n++] = v;
}

static void
join_linked(struct catcher *c, struct group *g, uint32_t e)
{
	const struct services *sv = c->sv;
	int pass;
	uint32_t u, w;

	for (pass = 0; pass < 2; pass++)
		for (u = pass == 0 ? sv->first_t[e] : sv->first_s[e]; u != NONE;
		    u = pass == 0 ? sv->su[u].next_t : sv->su[u].next_s) {
			if (sv->su[u].sg == NONE ||
			    !sg_counts(&sv->sg[sv->su[u].sg]))
				continue;
			for (w = sv->sg[sv->su[u].sg].first; w != NONE;
			    w = sv->su[w].next) {
				uint32_t x = catch_location(c->f, &sv->su[w]);

				if (x != NONE)
					join(c, g, x);
			}
		}
}

static bool
search(struct catcher *c, const struct group *g, size_t at)
{
	size_t n, i;
	struct choice *r;
	struct conflict k;
	bool done = false;

	if (at == g->n)
		return true;
	if (c->steps++ >= SEARCH_BOUND)
		return false;
	r = choices(c, g->vm[at], &n);
	for (i = 0; i < n && !done; i++) {
		if (!try_put(c, g->vm[at], r[i].vmm, &k))
			continue;
		done = search(c, g, at + 1);
		if (done)
			remember(c, g->vm[at], r, i, NAME_NONE);
		else
			lift(c, g->vm[at]);
	}
	free(r);
	return done;
}

static bool
search_linked(struct catcher *c, uint32_t v)
{
	struct group g = { 0 };
	size_t i;
	bool done;
	uint32_t *old;

	c->path++;
	join(c, &g, v);
	for (i = 0; i < g.n; i++)
		join_linked(c, &g, g.vm[i]);
	old = mem_alloc(g.n, sizeof(*old));
	for (i = 0; i < g.n; i++) {
		old[i] = c->f->v[g.vm[i]].host;
		if (old[i] != NONE)
			lift(c, g.vm[i]);
	}
	c->steps = 0;
	done = search(c, &g, 0);
	for (i = 0; i < g.n && !done; i++)
		if (old[i] != NONE)
			put(c, g.vm[i], old[i]);
	free(old);
	free(g.vm);
	return done;
}

/* --- reports --- */

static struct place
dep_place(const struct forest *f, uint32_t v, const struct dep *d)
{
	const struct model *m = f->v[v].op == OP_ADD ? f->t : f->s;
	uint32_t o = f->v[v].op == OP_ADD ? d->t : d->s;
	uint32_t a = model_attr(m, o, N_saPlmDepNames);

	return a == NONE ? model_place(m, o) : model_attr_place(m, a);
}

static void
report(struct catcher *c, uint32_t v, bool legal)
{
	const struct forest *f = c->f;
	const struct dep *d = &f->dep[catch_dep(f, v)];
	struct place at = dep_place(f, v, d);
	uint32_t n, i;
	const uint32_t *list = candidates(f, v, d, &n);
	struct conflict k;

	if (c->diag == NULL)
		return;
	diag_report(c->diag, legal ? DIAG_NO_SAFE_CATCH :
	    DIAG_NO_LEGAL_SPONSOR, at, f->v[v].dn, legal ?
	    "\"%s\" (%s) can be caught nowhere without taking a service down" :
	    "\"%s\" (%s) has no sponsor it could be caught on",
	    name_str(f->v[v].dn), op_name((enum op)f->v[v].op));
	for (i = 0; i < n; i++) {
		const char *out;
		const char *dn = name_str(f->v[list[i]].dn);

		at.what = SRC_VALUE + i;
		if (rank_of(c, v, d, list[i], &out) < 0)
			diag_note(c->diag, at, "\"%s\" %s", dn, out);
		else if (try_put(c, v, list[i], &k))
			lift(c, v);
		else if (k.sg == NONE)
			diag_note(c->diag, at, "\"%s\" has no room left", dn);
		else
			diag_note(c->diag, at, "\"%s\" would put all units of "
			    "\"%s\" into one procedure", dn,
			    name_str(c->sv->sg[k.sg].dn));
	}
}

/* --- the whole --- */

/* Procedures that take an EE down which is not up for catching. */
static void
count_fixed(struct catcher *c, uint32_t e)
{
	uint32_t g = catch_down_group(c->f, e);

	if (g != NONE)
		each_unit(c, e, g, count_in);
}

static void
begin(struct catcher *c)
{
	uint32_t e, p;
	size_t r;

	c->nres = policy_nresource(c->policy);
	c->use = mem_alloc(c->f->n * (c->nres + 1), sizeof(*c->use));
	for (e = 0; e < c->f->n; e++) {
		each_unit(c, e, NONE, count_total);
		if (catch_dep(c->f, e) == NONE)
			count_fixed(c, e);
		p = c->f->v[e].parent;
		for (r = 0; p != NONE && r < c->nres; r++)
			c->use[p * c->nres + r] += demand(c, e, r);
	}
}

static bool
catch_one(struct catcher *c, uint32_t v)
{
	size_t n;
	struct choice *r = choices(c, v, &n);

	free(r);
	if (n == 0) {
		report(c, v, false);
		return false;
	}
	c->path++;
	if (place(c, v, 0) || search_linked(c, v))
		return true;
	report(c, v, true);
	return false;
}

static void
hang(struct forest *f)
{
	uint32_t e;

	for (e = (uint32_t)f->n; e-- > 0;)
		if (f->v[e].host != NONE) {
			f->dep[catch_dep(f, e)].caught = true;
			tree_hang(f, e, f->v[e].host);
		}
}

void
catch_clear(struct forest *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		f->v[i].host = f->v[i].guest = f->v[i].next_guest = NONE;
	for (i = 0; i < f->ndep; i++)
		f->dep[i].caught = false;
}

struct caught *
catch_run(struct forest *f, const struct services *sv,
    const struct policy *policy, const struct catch_wishes *wish,
    struct diag *diag)
{
	struct catcher c = { .f = f, .sv = sv, .policy = policy,
		.wish = wish, .diag = diag };
	bool ok = true;
	uint32_t e;

	c.total = mem_alloc(sv->nsg, sizeof(*c.total));
	c.load = mem_alloc(f->n, sizeof(*c.load));
	c.stamp = mem_alloc(f->n, sizeof(*c.stamp));
	c.why = mem_alloc(f->n, sizeof(*c.why));
	begin(&c);
	for (e = 0; e < f->n; e++)
		if (catch_dep(f, e) != NONE)
			ok &= catch_one(&c, e);
	if (ok)
		hang(f);
	free(c.total);
	free(c.load);
	free(c.stamp);
	free(c.use);
	free(c.tally.key);
	free(c.tally.count);
	if (!ok) {
		free(c.why);
		return NULL;
	}
	return c.why;
}
