/* How many may go down at once, as the policy wishes (section waves). */
#ifndef CG_PACE_H
#define CG_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idmap.h"
#include "plan.h"

/* A rule of the policy's waves, seen from the root of a procedure. */
struct policy_wave pace_rule(const struct forest *, const struct policy *,
    size_t i, uint32_t root);

struct pace {
	const struct forest *f;
	const struct policy *policy;
	size_t nrule;
	struct pace_count { /* by rule, of this wave */
		size_t n; /* that match */
		size_t other; /* that match what is to be apart */
		bool tried; /* in an earlier wave: the canary is through */
		struct idmap of; /* by domain: its place in domain, from 1 */
	} *count;
	size_t n; /* procedures in the wave */
	bool closed; /* nobody else may join */
	struct pace_domain { /* of a rule per domain */
		uint32_t wave, n; /* that match, in that wave */
	} *domain;
	size_t ndomain, domain_cap;
	uint32_t wave; /* number of this one */
};

/* Without a policy, or wishes in it, everything is admitted. */
void pace_open(struct pace *, const struct forest *, const struct policy *);
void pace_close(struct pace *);

/* An empty wave. */
void pace_begin(struct pace *);

/* May a procedure with this root join? An empty wave admits it. */
bool pace_admits(const struct pace *, uint32_t root);
void pace_take(struct pace *, uint32_t root);

/* If it does not admit the root: the number, from 0, of a rule that is against
 * it; SIZE_MAX if it does. */
size_t pace_against(const struct pace *, uint32_t root);

/* So many waves it takes for these EEs, as far as the wishes say. */
uint32_t pace_bound(const struct forest *, const struct policy *,
    const uint32_t *root, size_t n);

#endif
