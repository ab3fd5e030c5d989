/*
 * On which machine does an execution environment run? Down its monitors and
 * what contains it to the EE at the bottom; the hardware element nearest above
 * that is the machine, and its name all that a simulation has for a serial
 * number. And how does a virtual machine come to stand where nobody sent it?
 */
#include <string.h>

#include "cluster_state.h"
#include "crc32c.h"
#include "dn.h"

/* --- the machine --- */

/* What the EE stands on; NULL: it is at the bottom. */
static const struct entity *
below(const struct cluster *c, const struct entity *e)
{
	if (e->host != NAME_NONE)
		return cluster_find(c, e->host);
	return e->parent == NONE ? NULL : &c->v[e->parent];
}

static uint32_t
machine_of(const struct world *w, uint32_t ee)
{
	uint32_t dn = dn_parent_known(ee);

	while (dn != NAME_NONE && world_class(w, dn) != N_SaPlmHE)
		dn = dn_parent_known(dn);
	return dn == NAME_NONE ? ee : dn;
}

/* The name; of a long one what tells it from others. */
static void
put_name(char *text, uint32_t dn)
{
	size_t n = dn == NAME_NONE ? 0 : name_len(dn);

	text[0] = '\0';
	if (n >= IDENTITY_TEXT)
		snprintf(text, IDENTITY_TEXT, "%.200s...%08x", name_str(dn),
		    crc32c(0, name_str(dn), n));
	else if (n > 0)
		memcpy(text, name_str(dn), n + 1);
}

enum identified
cluster_identify(const struct cluster *c, const struct world *w, uint32_t ee,
    struct identity *id, char *why)
{
	const struct entity *e = cluster_find(c, ee), *next, *first = e;
	uint32_t machine;

	*id = (struct identity){ .on = NAME_NONE };
	if (e == NULL || !(e->flags & IS_EE)) {
		snprintf(why, CLUSTER_WHY, "\"%.300s\" is not in the simulated "
		    "cluster", name_str(ee));
		return IDENTIFIED_UNKNOWN;
	}
	for (next = e; next != NULL; e = next, next = below(c, e)) {
		if ((next->flags & (EXISTS | UP)) != (EXISTS | UP))
			return IDENTIFIED_DOWN;
		if (next != e && id->on == NAME_NONE)
			id->on = next->dn;
	}
	machine = machine_of(w, e->dn);
	put_name(id->serial, machine);
	put_name(id->type, machine == e->dn ? world_value(w, machine,
	    N_saPlmEEType) : world_value(w, machine, N_saPlmHEBaseHEType));
	snprintf(id->model, IDENTITY_TEXT, "simulated");
	if (first->host != NAME_NONE)
		snprintf(id->visit, IDENTITY_TEXT, "%u", first->visits + 1);
	return IDENTIFIED;
}

/* --- straying --- */

static bool
can_take(const struct cluster *c, const struct entity *vm, uint32_t dn,
    bool foreign)
{
	const struct entity *e = cluster_find(c, dn);

	return e != NULL && e != vm && dn != vm->host &&
	    (e->flags & IS_EE) && cluster_serves(c, e) &&
	    cluster_lists(c, vm, dn) != foreign;
}

/* The first that serves of what any list names. */
static uint32_t
elsewhere(const struct cluster *c, const struct entity *vm, bool foreign)
{
	size_t i, k;

	for (i = 0; i < c->ndep; i++)
		for (k = 0; k < c->dep[i].nlinked; k++)
			if (can_take(c, vm, c->dep[i].linked[k], foreign))
				return c->dep[i].linked[k];
	return NAME_NONE;
}

static bool
stray(struct cluster *c, struct entity *vm)
{
	bool at_home = cluster_lists(c, vm, vm->host);
	uint32_t to = elsewhere(c, vm, at_home);

	if (to == NAME_NONE)
		to = elsewhere(c, vm, !at_home);
	if (to == NAME_NONE)
		return false;
	cluster_move(c, vm, to);
	return true;
}

static bool
may_stray(const struct cluster *c, const struct entity *e)
{
	return e != NULL && (e->flags & (IS_EE | UP)) == (IS_EE | UP) &&
	    e->host != NAME_NONE && cluster_is_vm(c, e);
}

/* The EE, or else the first that stands on it; NULL: none that can stray. */
static struct entity *
who_strays(struct cluster *c, uint32_t ee)
{
	struct entity *e = cluster_find(c, ee);
	size_t i;

	if (may_stray(c, e))
		return e;
	for (i = 0; i < c->n; i++)
		if (c->v[i].host == ee && may_stray(c, &c->v[i]))
			return &c->v[i];
	return NULL;
}

bool
cluster_stray(struct cluster *c, uint32_t ee)
{
	struct entity *e = who_strays(c, ee);

	return e != NULL && stray(c, e);
}

bool
cluster_wander(struct cluster *c, uint32_t ee)
{
	struct entity *e = who_strays(c, ee);
	uint32_t home = e == NULL ? (uint32_t)NAME_NONE : e->host;

	if (e == NULL || !stray(c, e))
		return false;
	cluster_move(c, e, home);
	return true;
}
