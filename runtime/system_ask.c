/*
 * Can it stand? Questions about what runs and what stands on what, each
 * answered from the world as it is.
 */
#include <stdlib.h>

#include "system.h"

/* --- questions --- */

bool
system_serves(const struct system *y, uint32_t dn)
{
	uint32_t e = system_find(y, SYS_EE, dn);

	if (e == NONE)
		return world_exists(y->world, dn); /* hardware is not moved */
	return y->ee[e].exists && y->ee[e].up && !y->ee[e].locked;
}

bool
system_dep_counts(const struct system *y, uint32_t dep)
{
	size_t n, i;
	const uint32_t *v = world_values(y->world, y->dep[dep].dn,
	    N_saPlmDepNames, &n);
	uint32_t e;

	for (i = 0; i < n; i++) {
		e = system_find(y, SYS_EE, v[i]);
		if (e != NONE && y->ee[e].exists)
			return true;
	}
	return false;
}

bool
system_depends(const struct system *y, uint32_t ee)
{
	uint32_t d;

	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next)
		if (world_exists(y->world, y->dep[d].dn) &&
		    system_dep_counts(y, d))
			return true;
	return false;
}

bool
system_lists(const struct system *y, uint32_t ee, uint32_t dn)
{
	uint32_t d;
	size_t n, i;
	const uint32_t *v;

	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next) {
		v = world_values(y->world, y->dep[d].dn, N_saPlmDepNames, &n);
		for (i = 0; i < n; i++)
			if (v[i] == dn)
				return true;
	}
	return false;
}

uint32_t
system_min_number(const struct system *y, uint32_t dep)
{
	uint32_t v = world_value(y->world, y->dep[dep].dn,
	    N_saPlmDepMinNumber);
	unsigned long n;
	char *end;

	if (v == NAME_NONE)
		return 1;
	n = strtoul(name_str(v), &end, 10);
	return *end != '\0' || n > UINT32_MAX ? 1 : (uint32_t)n;
}

static bool
is_away(const struct system *y, uint32_t dn)
{
	return y->away != NULL && y->away(y->arg, dn);
}

static bool
enough(const struct system *y, uint32_t dep, uint32_t skip)
{
	size_t n, i, up = 0, least = system_min_number(y, dep);
	const uint32_t *v = world_values(y->world, y->dep[dep].dn,
	    N_saPlmDepNames, &n);

	for (i = 0; i < n; i++)
		if (system_serves(y, v[i]) && (skip == NONE ||
		    v[i] != y->ee[skip].dn) && !is_away(y, v[i]))
			up++;
	return up >= (least < n ? least : n);
}

const char *
system_lacks(const struct system *y, uint32_t i, uint32_t skip,
    uint32_t *name)
{
	uint32_t c = y->ee[i].container, d;

	while (c != NONE && !y->ee[c].exists)
		c = y->ee[c].container;
	if (c != NONE && (c == skip || !y->ee[c].up || y->ee[c].locked ||
	    is_away(y, y->ee[c].dn))) {
		*name = y->ee[c].dn;
		return "which contains it, does not run";
	}
	for (d = y->ee[i].dep; d != NONE; d = y->dep[d].next) {
		if (!world_exists(y->world, y->dep[d].dn) ||
		    !system_dep_counts(y, d) || enough(y, d, skip) ||
		    (y->others_list != NULL &&
		    y->others_list(y->arg, y->dep[d].dn)))
			continue;
		*name = y->dep[d].dn;
		return "has too few sponsors in service";
	}
	return NULL;
}
