/* Which class should each virtual machine be of? (R2, R3) */
#ifndef CG_ADVISE_H
#define CG_ADVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diff.h"
#include "fit.h"
#include "metrics.h"
#include "policy.h"
#include "service.h"

enum verdict {
	STAYS_GOOD, /* carries what it uses, no cheaper class does */
	STAYS_GAIN, /* a cheaper class does, but saves too little */
	STAYS_KEPT, /* the policy wants it left alone */
	STAYS_UNKNOWN, /* too little is known of what it uses */
	STAYS_NO_CLASS, /* its type is no class */
	STAYS_NO_FIT, /* it should change, but no class carries it */
	STAYS_NO_ROOM, /* or its class has room nowhere */
	STAYS_NEW, /* or only a new machine beside it has */
	CHANGES, /* to a class it should be of */
};

enum cause { CAUSE_NONE, CAUSE_USE, CAUSE_NEEDS, CAUSE_FEATURE, CAUSE_PRICE };

struct advice { /* for one machine */
	uint32_t ee;
	size_t now, best; /* classes, or SIZE_MAX */
	enum verdict verdict;
	enum cause cause; /* of a change, or of what would be one */
	size_t tight; /* of CAUSE_USE and _NEEDS: the resource that matters
	               * most */
	size_t lacks; /* of no room: what there is too little of where it is;
	               * SIZE_MAX: others would lack it if a domain failed */
	const char *feature; /* of CAUSE_FEATURE: what is missing */
	uint32_t on, was; /* what it stands on then and now, or NONE */
	uint32_t spare; /* of STAYS_NEW: the second sponsor */
	uint32_t urgency; /* use in thousandths of what it has */
	bool grows;
	struct policy_advice wish; /* with what is usual where no rule says */
};

struct advise {
	const struct model *m;
	const struct policy *classes; /* has the section classes */
	const struct policy *policy; /* of all else, or NULL */
	const struct metrics *metrics; /* by machine: advice index */
	size_t nres;
	size_t *resource; /* by resource of classes: of the policy's */
	struct diff d;
	struct forest f;
	struct services sv;
	struct fit fit;
	struct advice *v; /* in natural order of names */
	size_t n;
	uint32_t *of_ee; /* by EE: advice index + 1 */
	int64_t *need; /* advise_need's */
	bool *bad; /* by part of the cluster: as advised, some would find no
	            * room if a fault domain failed, now as before */
};

/* Finds the machines of the model. advise_close frees; model and policies are
 * the caller's. Classes are counted in their own resources. */
void advise_open(struct advise *, const struct model *,
    const struct policy *classes, const struct policy *);
void advise_close(struct advise *);

/* Fills the advice from what was measured (metrics by the index into v, and
 * resources as classes have them) and checks it on the whole cluster: no VM
 * loses the place it would have if a fault domain failed. */
void advise_decide(struct advise *, const struct metrics *);

/* What it should have of a resource at least, in units: use with headroom, or
 * what the policy says; -1: nothing is known. */
int64_t advise_need(const struct advise *, size_t vm, size_t resource);

/* What a class has of it; 0 where nothing is said. */
int64_t advise_has(const struct advise *, size_t class, size_t resource);

#endif
