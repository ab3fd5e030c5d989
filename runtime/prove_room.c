/*
 * P6: has a VM room where it comes? What the policy says a monitor can carry
 * is asked whenever one arrives, with all that stand there at that moment: one
 * takes room before it leaves room elsewhere. What was too full before, and
 * takes nobody in, is not the campaign's doing.
 */
#include <inttypes.h>

#include "policy.h"
#include "proving.h"

int64_t
prove_used(const struct prover *p, const struct sys_ee *host, size_t k)
{
	const struct sys_ee *g;
	int64_t sum = 0;
	uint32_t i;

	for (i = host->guest; i != NONE; i = g->next_guest) {
		g = &p->y->ee[i];
		sum += policy_demand(p->policy, g->dn, g->type, k);
	}
	return sum;
}

bool
prove_has_room(struct prover *p, uint32_t ee, const char *what)
{
	const struct sys_ee *e = &p->y->ee[ee], *host;
	int64_t cap, sum;
	size_t k;

	if (p->way == WAY_BACK || e->at == NONE)
		return true;
	host = &p->y->ee[e->at];
	for (k = 0; k < policy_nresource(p->policy); k++) {
		cap = policy_capacity(p->policy, host->dn, host->type, k);
		if (cap < 0 || policy_demand(p->policy, e->dn, e->type, k) <= 0)
			continue;
		sum = prove_used(p, host, k);
		if (sum > cap)
			return prove_fail(p, DIAG_NO_ROOM_THERE, e->dn,
			    "\"%s\" %s \"%s\", which has no room for it: "
			    "%" PRIi64 " %s where %" PRIi64 " fit",
			    name_str(e->dn), what, name_str(host->dn), sum,
			    policy_resource(p->policy, k), cap);
	}
	return true;
}
