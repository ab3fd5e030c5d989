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
value_of(const struct model *m, uint32_t dn, uint32_t attr)
{
	uint32_t o = dn == NAME_NONE ? NONE : model_find(m, dn);

	return o == NONE ? (uint32_t)NAME_NONE : model_value(m, o, attr);
}

static uint32_t
class_of(const struct model *m, uint32_t dn)
{
	uint32_t o = dn == NAME_NONE ? NONE : model_find(m, dn);

	return o == NONE ? (uint32_t)NAME_NONE : m->object[o].class;
}

/* Does the model place the unit by a node group alone? Then *node is the only
 * node of that, or NAME_NONE. */
static bool
by_group(const struct model *m, uint32_t su, uint32_t *node)
{
	uint32_t host = value_of(m, su, N_saAmfSUHostNodeOrNodeGroup), a;
	const uint32_t *v = NULL;
	size_t n = 0;

	if (class_of(m, su) != N_SaAmfSU ||
	    class_of(m, host) == N_SaAmfNode || class_of(m, value_of(m, su,
	    N_saAmfSUHostedByNode)) == N_SaAmfNode)
		return false;
	*node = NAME_NONE;
	if (host == NAME_NONE)
		host = value_of(m, dn_parent_known(su),
		    N_saAmfSGSuHostNodeGroup);
	if (class_of(m, host) != N_SaAmfNodeGroup)
		return true;
	a = model_attr(m, model_find(m, host), N_saAmfNGNodeList);
	if (a != NONE)
		v = attr_values(m, a, &n);
	if (n == 1 && class_of(m, v[0]) == N_SaAmfNode)
		*node = v[0];
	return true;
}

/* The node of a unit that is placed by a group, or NAME_NONE. No unit moves
 * because its group changes, so source and target must agree. */
static uint32_t
group_node(const struct system *y, uint32_t su)
{
	uint32_t s = NAME_NONE, t = NAME_NONE;
	bool in_s = by_group(y->source, su, &s);
	bool in_t = by_group(y->target, su, &t);

	if (in_s && in_t && s != t)
		return NAME_NONE;
	return in_s ? s : t;
}

static uint32_t
add_su(struct system *y, uint32_t dn)
{
	uint32_t i = (uint32_t)y->nsu, sg = group_of(y, dn_parent_known(dn));

	if (sg == NONE)
		return NONE;
	y->su = mem_grow(y->su, y->nsu, &y->su_cap, sizeof(*y->su));
	y->su[y->nsu++] = (struct sys_su){ .dn = dn, .sg = sg, .ee = NONE,
		.group_node = group_node(y, dn) };
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

static uint64_t
node_hash(const struct sys_node *n)
{
	return system_mix(n->dn, (uint32_t)n->locked |
	    (uint32_t)n->down << 1);
}

static bool
node_locked(const struct system *y, uint32_t dn)
{
	uint32_t n = system_find(y, SYS_NODE, dn), clm;

	if (n != NONE && (y->node[n].locked || y->node[n].down))
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
amf_node(const struct system *y, const struct sys_su *u)
{
	uint32_t v = world_value(y->world, u->dn,
	    N_saAmfSUHostNodeOrNodeGroup);

	if (v != NAME_NONE && world_class(y->world, v) == N_SaAmfNode)
		return v;
	v = world_value(y->world, u->dn, N_saAmfSUHostedByNode);
	if (v == NAME_NONE)
		v = value_of(y->target, u->dn, N_saAmfSUHostedByNode);
	if (v == NAME_NONE || !world_exists(y->world, v))
		v = u->group_node;
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
	uint32_t node = u->exists ? amf_node(y, u) : (uint32_t)NAME_NONE;
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
system_node(struct system *y, uint32_t node, bool down, bool locked)
{
	uint32_t l;

	y->hash ^= node_hash(&y->node[node]);
	y->node[node].locked = locked;
	y->node[node].down = down;
	y->hash ^= node_hash(&y->node[node]);
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

/* The EE of a unit in the target, or NAME_NONE. */
static uint32_t
target_ee(const struct system *y, uint32_t su)
{
	const struct model *t = y->target;
	uint32_t v = value_of(t, su, N_saAmfSUHostNodeOrNodeGroup);

	if (class_of(t, v) != N_SaAmfNode)
		v = value_of(t, su, N_saAmfSUHostedByNode);
	if (class_of(t, v) != N_SaAmfNode)
		v = group_node(y, su);
	return value_of(t, value_of(t, v, N_saAmfNodeClmNode), N_saClmNodeEE);
}

/* How many units of each group does the target place? */
static void
find_placed(const struct system *y, uint32_t *placed)
{
	const struct model *t = y->target;
	uint32_t sg, dn;
	size_t i;

	for (i = 0; i < t->nobject; i++) {
		dn = t->object[i].dn;
		if (t->object[i].class != N_SaAmfSU)
			continue;
		sg = system_find(y, SYS_SG, dn_parent_known(dn));
		if (sg != NONE)
			placed[sg] += class_of(t, target_ee(y, dn)) ==
			    N_SaPlmEE;
	}
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
	uint32_t *placed;
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
