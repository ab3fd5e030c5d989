/*
 * Which service units serve? A unit stands on an AMF node, that on a CLM
 * node, that on an EE; it is in service while it was instantiated and nothing
 * of that chain is locked or down. Its group is counted at every change.
 */
#include <stdlib.h>

#include "dn.h"
#include "system.h"

/* --- things by name, made when first met --- */

static uint32_t
group_of(struct system *y, uint32_t dn)
{
	uint32_t i = system_find(y, SYS_SG, dn);

	if (i != NONE || dn == NAME_NONE)
		return i;
	y->sg = mem_grow(y->sg, y->nsg, &y->sg_cap, sizeof(*y->sg));
	y->sg[y->nsg] = (struct sys_sg){ .dn = dn, .wanted = 1 };
	system_index(y, SYS_SG, dn, y->nsg);
	y->nsg++;
	return system_find(y, SYS_SG, dn);
}

static uint32_t
node_of(struct system *y, uint32_t dn)
{
	uint32_t i = system_find(y, SYS_NODE, dn);

	if (i != NONE || dn == NAME_NONE)
		return i;
	y->node = mem_grow(y->node, y->nnode, &y->node_cap,
	    sizeof(*y->node));
	y->node[y->nnode] = (struct sys_node){ .dn = dn };
	system_index(y, SYS_NODE, dn, y->nnode);
	y->nnode++;
	return system_find(y, SYS_NODE, dn);
}

static uint32_t
add_su(struct system *y, uint32_t dn)
{
	uint32_t i = (uint32_t)y->nsu, sg = group_of(y, dn_parent_known(dn));

	if (sg == NONE)
		return NONE;
	y->su = mem_grow(y->su, y->nsu, &y->su_cap, sizeof(*y->su));
	y->su[y->nsu++] = (struct sys_su){ .dn = dn, .sg = sg, .ee = NONE };
	system_index(y, SYS_SU, dn, i);
	y->sg[sg].su = system_link(y, i, y->sg[sg].su);
	return system_find(y, SYS_SU, dn);
}

/* --- in service --- */

static uint64_t
su_hash(const struct sys_su *u)
{
	return !u->exists ? 0 : system_mix(u->dn, 64u |
	    (uint32_t)u->locked << 1 | (uint32_t)u->down << 2 |
	    (uint32_t)u->in_service << 4);
}

static bool
node_locked(const struct system *y, uint32_t dn)
{
	uint32_t n = system_find(y, SYS_NODE, dn), clm;

	if (n != NONE && y->node[n].locked)
		return true;
	clm = system_find(y, SYS_NODE, world_value(y->world, dn,
	    N_saAmfNodeClmNode));
	return clm != NONE && y->node[clm].locked;
}

static bool
serves(const struct system *y, const struct sys_su *u)
{
	if (!u->exists || u->locked || u->down || u->ee == NONE)
		return false;
	return y->ee[u->ee].exists && y->ee[u->ee].up &&
	    !y->ee[u->ee].locked && !node_locked(y, u->node);
}

static void
recount(struct system *y, uint32_t i)
{
	struct sys_su *u = &y->su[i];
	bool now = serves(y, u);

	if (now == u->in_service)
		return;
	y->hash ^= su_hash(u);
	u->in_service = now;
	y->hash ^= su_hash(u);
	u->by = y->act;
	if (now)
		y->sg[u->sg].up++;
	else
		y->sg[u->sg].up--;
	if (y->service != NULL)
		y->service(y->arg, i, now);
}

void
system_recount(struct system *y, uint32_t ee)
{
	uint32_t l, su;

	for (l = y->ee[ee].hosted; l != 0; l = y->link[l - 1].next) {
		su = y->link[l - 1].to;
		if (y->su[su].ee == ee)
			recount(y, su);
	}
}

void
system_su(struct system *y, uint32_t i, bool down, bool locked)
{
	struct sys_su *u = &y->su[i];

	y->hash ^= su_hash(u);
	u->down = down;
	u->locked = locked;
	y->hash ^= su_hash(u);
	recount(y, i);
}

/* --- where units stand --- */

static uint32_t
amf_node(const struct system *y, uint32_t su)
{
	uint32_t v = world_value(y->world, su, N_saAmfSUHostNodeOrNodeGroup);
	uint32_t o;

	if (v != NAME_NONE && world_class(y->world, v) == N_SaAmfNode)
		return v;
	v = world_value(y->world, su, N_saAmfSUHostedByNode);
	if (v == NAME_NONE) {
		o = model_find(y->target, su);
		if (o != NONE)
			v = model_value(y->target, o, N_saAmfSUHostedByNode);
	}
	return v != NAME_NONE && world_exists(y->world, v) ? v :
	    (uint32_t)NAME_NONE;
}

/* A node of the chain hosts the unit; noted when it is another than before. */
static void
note_host(struct system *y, uint32_t su, uint32_t *was, uint32_t dn)
{
	uint32_t n;

	if (*was == dn)
		return;
	*was = dn;
	n = node_of(y, dn);
	if (n != NONE)
		y->node[n].hosted = system_link(y, su, y->node[n].hosted);
}

static void
place(struct system *y, uint32_t i)
{
	struct sys_su *u = &y->su[i];
	uint32_t node = u->exists ? amf_node(y, u->dn) : (uint32_t)NAME_NONE;
	uint32_t clm = world_value(y->world, node, N_saAmfNodeClmNode);
	uint32_t ee = world_value(y->world, clm, N_saClmNodeEE);

	note_host(y, i, &u->node, node);
	note_host(y, i, &u->clm, clm);
	ee = ee == NAME_NONE ? NONE : system_find(y, SYS_EE, ee);
	if (ee != u->ee && u->in_service && y->moved != NULL)
		y->moved(y->arg, i, ee);
	if (ee != u->ee && ee != NONE)
		y->ee[ee].hosted = system_link(y, i, y->ee[ee].hosted);
	u->ee = ee;
	if (ee != NONE)
		y->sg[u->sg].known = true;
	recount(y, i);
}

/* A node changed: all that ever stood on it are asked again. */
static void
place_all(struct system *y, uint32_t node)
{
	uint32_t l;

	for (l = y->node[node].hosted; l != 0; l = y->link[l - 1].next)
		place(y, y->link[l - 1].to);
}

void
system_node(struct system *y, uint32_t node, bool locked)
{
	uint32_t l;

	y->hash ^= system_mix(y->node[node].dn, y->node[node].locked);
	y->node[node].locked = locked;
	y->hash ^= system_mix(y->node[node].dn, locked);
	for (l = y->node[node].hosted; l != 0; l = y->link[l - 1].next)
		recount(y, y->link[l - 1].to);
}

static void
sync_su(struct system *y, uint32_t dn, bool exists, bool again)
{
	uint32_t i = system_find(y, SYS_SU, dn);
	struct sys_su *u;

	if (i == NONE)
		i = exists ? add_su(y, dn) : NONE;
	if (i == NONE)
		return;
	u = &y->su[i];
	if (u->exists != exists) {
		y->hash ^= su_hash(u);
		u->exists = exists;
		if (exists && !again)
			u->locked = u->down = u->fresh = true;
		y->hash ^= su_hash(u);
	}
	place(y, i);
}

uint32_t
system_si(struct system *y, uint32_t dn)
{
	uint32_t i = system_find(y, SYS_SI, dn);

	if (i != NONE || dn == NAME_NONE)
		return i;
	y->si = mem_grow(y->si, y->nsi, &y->si_cap, sizeof(*y->si));
	y->si[y->nsi] = (struct sys_si){ .dn = dn, .sg = NONE };
	system_index(y, SYS_SI, dn, y->nsi);
	y->nsi++;
	return system_find(y, SYS_SI, dn);
}

static void
sync_si(struct system *y, uint32_t dn, bool exists)
{
	uint32_t i = exists ? system_si(y, dn) : system_find(y, SYS_SI, dn);
	uint32_t sg;

	if (i == NONE)
		return;
	y->si[i].exists = exists;
	sg = exists ? group_of(y, world_value(y->world, dn,
	    N_saAmfSIProtectedbySG)) : NONE;
	if (sg != NONE && sg != y->si[i].sg)
		y->sg[sg].si = system_link(y, i, y->sg[sg].si);
	y->si[i].sg = sg;
}

static bool
is_node(uint32_t class)
{
	return class == N_SaAmfNode || class == N_SaClmNode;
}

void
system_sync_service(struct system *y, uint32_t dn, uint32_t class,
    bool again)
{
	uint32_t i;

	if (class == N_SaAmfSU || system_find(y, SYS_SU, dn) != NONE)
		sync_su(y, dn, class == N_SaAmfSU, again);
	else if (class == N_SaAmfSI || system_find(y, SYS_SI, dn) != NONE)
		sync_si(y, dn, class == N_SaAmfSI);
	else if (class == N_SaAmfSIDependency)
		system_sync_need(y, dn);
	i = is_node(class) ? node_of(y, dn) : system_find(y, SYS_NODE, dn);
	if (i != NONE)
		place_all(y, i);
}

/* --- the first reading --- */

/* Does the target place any unit of the group? */
static void
find_placed(const struct system *y, bool *placed)
{
	const struct model *t = y->target;
	struct world *w = world_new(t);
	uint32_t sg, v;
	size_t i;

	for (i = 0; i < t->nobject; i++) {
		if (t->object[i].class != N_SaAmfSU)
			continue;
		sg = system_find(y, SYS_SG, dn_parent_known(t->object[i].dn));
		if (sg == NONE || placed[sg])
			continue;
		v = world_value(w, t->object[i].dn,
		    N_saAmfSUHostNodeOrNodeGroup);
		if (v == NAME_NONE || world_class(w, v) != N_SaAmfNode)
			v = world_value(w, t->object[i].dn,
			    N_saAmfSUHostedByNode);
		v = v == NAME_NONE ? v : world_value(w, v,
		    N_saAmfNodeClmNode);
		v = v == NAME_NONE ? v : world_value(w, v, N_saClmNodeEE);
		placed[sg] = v != NAME_NONE && world_class(w, v) ==
		    N_SaPlmEE;
	}
	world_free(w);
}

/* The groups that the target's SIs name are known, too. */
static void
enter_groups(struct system *y)
{
	size_t i;

	for (i = 0; i < y->target->nobject; i++)
		if (y->target->object[i].class == N_SaAmfSI)
			group_of(y, model_value(y->target, (uint32_t)i,
			    N_saAmfSIProtectedbySG));
}

void
system_services(struct system *y)
{
	const struct model *m = y->source;
	bool *placed;
	size_t i;

	for (i = 0; i < m->nobject; i++)
		if (m->object[i].class == N_SaAmfSU)
			sync_su(y, m->object[i].dn, true, true);
		else if (m->object[i].class == N_SaAmfSI)
			sync_si(y, m->object[i].dn, true);
		else if (is_node(m->object[i].class))
			node_of(y, m->object[i].dn);
	enter_groups(y);
	placed = mem_alloc(y->nsg + 1, sizeof(*placed));
	find_placed(y, placed);
	system_groups(y, placed);
	free(placed);
}
