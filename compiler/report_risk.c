/*
 * What becomes of services while a procedure, or a wave of them, is at work?
 */
#include "report_part.h"

static void
add_named(struct builder *b, struct report_node *n, enum report_kind kind,
    const uint32_t *name, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		node_name(b, node_add(b, n, kind), "name", name[i]);
}

static void
add_risk(struct builder *b, struct report_node *procedure,
    const struct risk *r)
{
	struct report_node *n = node_add(b, procedure, REPORT_RISK);

	node_text(b, n, "state", risk_words[r->state]);
	node_number(b, n, "units-left", r->left);
	node_number(b, n, "units", r->units);
	node_name(b, n, "group", r->group);
	if (r->count > 0)
		node_number(b, n, "service-count", r->count);
	if (r->any)
		node_text(b, n, "any-failure", "yes");
	add_named(b, n, REPORT_MEMBER, r->si, r->nsi);
	add_named(b, n, REPORT_DEPENDENT, r->si + r->nsi, r->ndependent);
	add_named(b, n, REPORT_FAILURE, r->fail, r->nfail);
}

void
report_risks(struct builder *b, struct report_node *procedure, size_t at)
{
	const struct risks *r = &b->census.risks;
	size_t i;

	for (i = r->first[at]; i < r->end[at]; i++)
		add_risk(b, procedure, &r->v[i]);
}

/* How many services fare how in procedures that run together. */
struct risk_sum
report_risk_sum(struct builder *b, struct report_node *n, const size_t *order,
    size_t count)
{
	struct risk_sum s = risk_count(&b->counter, &b->census.risks, order,
	    count);

	node_number(b, n, "services-reduced", s.reduced);
	node_number(b, n, "services-at-risk", s.at_risk);
	node_number(b, n, "services-down", s.down);
	return s;
}

void
report_failures(struct builder *b, struct report_node *n,
    const struct risk_sum *s)
{
	struct report_node *x;
	size_t i;

	for (i = 0; i < s->nfail; i++) {
		x = node_add(b, n, REPORT_FAILURE);
		node_name(b, x, "name", s->fail[i].name);
		node_number(b, x, "services-down", s->fail[i].services);
	}
}

