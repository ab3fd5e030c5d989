/*
 * What does the policy say of what may go wrong: which snapshots are taken,
 * how many of them are kept, and of what a failure is none?
 */
#include "ids.h"
#include "policy_rules.h"

/* So many states that failed are kept where nothing says how many. */
enum { FAILED_KEPT = 10 };

static const struct rule *
first_rule(const struct policy *p, enum policy_section section, uint32_t dn,
    uint32_t type, uint32_t action)
{
	const struct rules *l = policy_rules(p, section);
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct rule *r = &l->v[i];

		if ((r->action == 0 || r->action == action) &&
		    pattern_fits(&r->match, dn) &&
		    pattern_fits(&r->type, type))
			return r;
	}
	return NULL;
}

struct policy_snapshot
policy_snapshot(const struct policy *p, uint32_t dn, uint32_t type)
{
	const struct rule *r = first_rule(p, POLICY_SNAPSHOTS, dn, type, 0);

	if (r == NULL || r->want != TRI_YES)
		return (struct policy_snapshot){ 0 };
	return (struct policy_snapshot){ .take = true,
		.failed = r->canary != TRI_NO, .revert = r->gate != TRI_NO,
		.may_fail = r->unsafe == TRI_YES };
}

static const struct rule *
retention(const struct policy *p)
{
	const struct rules *l = policy_rules(p, POLICY_RETENTION);

	return l->n == 0 ? NULL : &l->v[0];
}

struct place
policy_retention_place(const struct policy *p)
{
	const struct rule *r = retention(p);

	return r == NULL ? (struct place){ .what = SRC_TOKEN } :
	    rule_at(p, r);
}

const char *
policy_retention_folder(const struct policy *p, size_t i)
{
	const struct rule *r = retention(p);

	return r == NULL || i >= r->goal.n ? NULL : r->goal.v[i];
}

size_t
policy_nsnapshot(const struct policy *p)
{
	return policy_rules(p, POLICY_SNAPSHOTS)->n;
}

struct policy_retention
policy_retention(const struct policy *p)
{
	const struct rule *r = retention(p);

	if (r == NULL)
		return (struct policy_retention){ FAILED_KEPT, -1, -1, -1, -1,
			false };
	return (struct policy_retention){ .number = r->count < 0 ?
	    FAILED_KEPT : r->count, .age = r->longest,
	    .space = r->percentile, .reserve = r->headroom, .each = r->gain,
	    .good = r->want == TRI_YES };
}

bool
policy_may_fail(const struct policy *p, uint32_t dn, uint32_t type,
    unsigned verb)
{
	return first_rule(p, POLICY_MAY_FAIL, dn, type, verb + 1) != NULL;
}
