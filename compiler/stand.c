/*
 * What takes an EE or a unit down while MODIFY procedures run? The outermost
 * EE above it, in the tree with the caught VMs hung under their monitors, that
 * is modified.
 */
#include "stand.h"

uint32_t
stand_group(const struct forest *f, uint32_t e)
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
		uint32_t g = stand_group(f, i < d->ns ? d->names_s[i] :
		    d->names_t[i - d->ns]);

		if (g == NONE || (i > 0 && g != all))
			return NONE;
		all = g;
	}
	return all;
}

uint32_t
stand_down_group(const struct forest *f, uint32_t e)
{
	uint32_t g = stand_group(f, e), d;

	for (d = f->v[e].dep; d != NONE && g == NONE; d = f->dep[d].next)
		if (!f->dep[d].caught)
			g = common_group(f, &f->dep[d]);
	return g;
}

uint32_t
stand_location(const struct forest *f, const struct su *u)
{
	if (u->ee_t != NONE) {
		if (u->s == NONE && f->v[u->ee_t].op == OP_MODIFY)
			return NONE;
		return u->ee_t;
	}
	return u->s != NONE ? u->ee_s : (uint32_t)NONE;
}
