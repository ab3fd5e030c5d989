/* Is a campaign right and safe? P1-P9 of DESIGN 8, judged from the campaign
 * and the models alone, whoever wrote it. */
#ifndef CG_PROVE_H
#define CG_PROVE_H

#include <stdbool.h>
#include <stddef.h>

#include "actions.h"

struct buf;
struct diag;
struct policy;

struct proof {
	size_t nactions, nfailures, nstates;
	size_t noutages; /* SIs that are not redundant and go down: listed */
};

/* Proves; target NULL: P1 and what needs the target is left out; the policy
 * (or NULL) says what fails together, and how long outages last. faults: also
 * every single failure, with undo, retry and rollback. False with the shortest
 * trace to the first violation in trace (and its place in diag, code R...). */
typedef bool prove_function(const struct campaign *, const struct actions *,
    const struct model *source, const struct model *target,
    const struct policy *, bool faults,
    struct proof *, struct buf *trace, struct diag *);
prove_function prove_run;

#endif
