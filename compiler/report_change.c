/*
 * What does an action change in the model? Objects with the values of their
 * attributes, but for secrets; a value may also be the arguments of a command.
 */
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "census.h"
#include "report_part.h"
#include "show.h"
#include "visible.h"

static void
add_values(struct builder *b, struct report_node *n, const struct cattr *a)
{
	uint32_t i;

	for (i = 0; i < a->nvalue; i++)
		node_name(b, node_add(b, n, REPORT_VALUE), "text",
		    visible(a->name, a->type, a->value[i]));
}

/* Nanoseconds are counted by nobody. */
static void
add_time(struct builder *b, struct report_node *n, const struct cattr *a)
{
	struct buf t = { 0 };

	if (a->type == TYPE_TIME && a->nvalue == 1 &&
	    show_time(&t, a->value[0]))
		node_kept(b, n, "time", &t);
}

static struct report_node *
add_attribute(struct builder *b, struct report_node *change,
    const struct cattr *a, const char *operator)
{
	struct report_node *n = node_add(b, change, REPORT_ATTRIBUTE);

	node_name(b, n, "name", a->name);
	node_text(b, n, "operator", operator);
	add_time(b, n, a);
	add_values(b, n, a);
	return n;
}

static const char *
operator_of(enum modify_op op)
{
	static const char *const names[] = { [MODIFY_ADD] = "+=",
		[MODIFY_DELETE] = "-=", [MODIFY_REPLACE] = ":=" };

	return names[op];
}

struct report_node *
report_change(struct builder *b, struct report_node *action, const char *kind,
    uint32_t object)
{
	struct report_node *n = node_add(b, action, REPORT_CHANGE);

	node_text(b, n, "kind", kind);
	node_name(b, n, "object", object);
	return n;
}

void
report_ops(struct builder *b, struct report_node *action,
    const struct ccb_op *op, size_t n)
{
	static const char *const names[] = { [CCB_CREATE] = "create",
		[CCB_DELETE] = "delete", [CCB_MODIFY] = "modify" };
	size_t i;
	uint32_t k;

	for (i = 0; i < n; i++) {
		struct report_node *c = report_change(b, action,
		    names[op[i].kind], op[i].dn);

		if (op[i].kind == CCB_CREATE)
			node_name(b, c, "class", op[i].class);
		node_name(b, c, "vm", census_sponsored(&op[i]));
		node_name(b, c, "why", op[i].reason);
		for (k = 0; k < op[i].nattr; k++)
			add_attribute(b, c, &op[i].attr[k],
			    operator_of(op[i].kind == CCB_MODIFY ? op[i].op :
			    MODIFY_REPLACE));
	}
}

void
report_names(struct builder *b, struct report_node *action, const char *kind,
    const uint32_t *name, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		report_change(b, action, kind, name[i]);
}

/* What selects by type knows which type is replaced. */
static void
add_modification(struct builder *b, struct report_node *action,
    const struct target_template *t, const struct modification *m)
{
	struct report_node *c, *n;
	uint32_t k;

	for (k = 0; k < m->nattr; k++) {
		uint32_t name = m->attr[k].name;

		c = report_change(b, action, "modify", NAME_NONE);
		node_name(b, c, "type", t->type);
		node_name(b, c, "below", t->parent);
		if (m->rdn != NAME_EMPTY)
			node_name(b, c, "rdn", m->rdn);
		n = add_attribute(b, c, &m->attr[k], operator_of(m->op));
		if ((name == N_saPlmEEType || name == N_saAmfSUType ||
		    name == N_saAmfCompType) && m->op == MODIFY_REPLACE &&
		    (m->rdn == NAME_NONE || m->rdn == NAME_EMPTY))
			node_name(b, n, "old", t->type);
	}
}

void
report_unit_changes(struct builder *b, struct report_node *n,
    const struct procedure *p)
{
	size_t i, k, m;

	for (i = 0; i < p->nstep; i++)
		report_names(b, n, "delete",
		    p->step[i].deactivation.removed.name,
		    p->step[i].deactivation.removed.nname);
	for (i = 0; i < p->nstep; i++)
		for (k = 0; k < p->step[i].ntemplate; k++)
			for (m = 0; m < p->step[i].template[k].nmod; m++)
				add_modification(b, n,
				    &p->step[i].template[k],
				    &p->step[i].template[k].mod[m]);
	for (i = p->nstep; i-- > 0;)
		report_ops(b, n, p->step[i].activation.added,
		    p->step[i].activation.nadded);
}

