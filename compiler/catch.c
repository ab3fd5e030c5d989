/*
 * Which VMM does each changing VM get? Legal sponsors first, then safety,
 * then preference.
 *
 * A VM that finds all its sponsors forbidden makes others move (augmenting
 * paths, as in a matching); when that fails, the VMs that are linked with it
 * by service groups are searched exhaustively (linked.c).
 */
#include <stdlib.h>

#include "catch.h"
#include "catcher.h"
#include "diag.h"
#include "linked.h"
#include "stand.h"

enum { PATH_DEPTH = 64 };

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

/* --- augmenting paths --- */

static bool place(struct catcher *, uint32_t v, int depth);

/* v shall stand on x: asks VM w, which is in the way, to go elsewhere. */
static bool
displace(struct catcher *c, uint32_t v, uint32_t x, uint32_t w, int depth)
{
	uint32_t old = c->f->v[w].host;
	struct conflict k;

	if (old == NONE || w == v || c->stamp[w] == c->path)
		return false;
	catcher_lift(c, w);
	if (catcher_try(c, v, x, &k)) {
		if (place(c, w, depth + 1))
			return true;
		catcher_lift(c, v);
	}
	catcher_put(c, w, old);
	return false;
}

static bool
displace_unit(struct catcher *c, uint32_t v, uint32_t x, uint32_t sg, int depth)
{
	uint32_t u;

	for (u = c->sv->sg[sg].first; u != NONE; u = c->sv->su[u].next) {
		uint32_t e = stand_location(c->f, &c->sv->su[u]);

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

static bool
place(struct catcher *c, uint32_t v, int depth)
{
	size_t n, i;
	struct choice *r = catcher_choices(c, v, &n);
	struct conflict k = { NONE };
	uint32_t blocked = NAME_NONE;
	bool done = false;

	c->stamp[v] = c->path;
	for (i = 0; i < n && !done; i++) {
		done = catcher_try(c, v, r[i].vmm, &k);
		if (done)
			catcher_remember(c, v, r, i, blocked);
		else if (i == 0)
			blocked = k.sg == NONE ? c->f->v[r[0].vmm].dn :
			    c->sv->sg[k.sg].dn;
	}
	for (i = 0; i < n && !done && depth < PATH_DEPTH; i++) {
		if (catcher_try(c, v, r[i].vmm, &k))
			done = true;
		else if (k.sg == NONE)
			done = displace_guest(c, v, r[i].vmm, depth);
		else
			done = displace_unit(c, v, r[i].vmm, k.sg, depth);
		if (done)
			catcher_remember(c, v, r, i, blocked);
	}
	free(r);
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
	const uint32_t *list = catcher_candidates(f, v, d, &n);
	struct conflict k;

	if (c->diag == NULL)
		return;
	diag_report(c->diag, legal ? DIAG_NO_SAFE_CATCH :
	    DIAG_NO_LEGAL_SPONSOR, at, f->v[v].dn, legal ?
	    "\"%s\" (%s) has no sponsor that has room and keeps services up" :
	    "\"%s\" (%s) has no sponsor it could be caught on",
	    name_str(f->v[v].dn), diff_op_name((enum op)f->v[v].op));
	for (i = 0; i < n; i++) {
		const char *out;
		const char *dn = name_str(f->v[list[i]].dn);

		at.what = SRC_VALUE + i;
		if (catcher_rank(c, v, d, list[i], &out) < 0)
			diag_note(c->diag, at, "\"%s\" %s", dn, out);
		else if (catcher_try(c, v, list[i], &k))
			catcher_lift(c, v);
		else if (k.sg == NONE)
			diag_note(c->diag, at, "\"%s\" has no room left", dn);
		else
			diag_note(c->diag, at, "\"%s\" would put all units of "
			    "\"%s\" into one procedure", dn,
			    name_str(c->sv->sg[k.sg].dn));
	}
}

/* --- the whole --- */

static bool
catch_one(struct catcher *c, uint32_t v)
{
	size_t n;
	struct choice *r = catcher_choices(c, v, &n);

	free(r);
	if (n == 0) {
		report(c, v, false);
		return false;
	}
	c->path++;
	c->apart = c->wish->wave != NULL;
	if (c->apart && place(c, v, 0))
		return true;
	c->path += c->apart;
	c->apart = false;
	if (place(c, v, 0) || linked_search(c, v))
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

	catcher_begin(&c);
	for (e = 0; e < f->n; e++)
		if (catch_dep(f, e) != NONE)
			ok &= catch_one(&c, e);
	if (ok)
		hang(f);
	catcher_end(&c);
	if (!ok) {
		free(c.why);
		return NULL;
	}
	return c.why;
}
