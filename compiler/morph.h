/* Virtual machines that become one of another type while they run, by the
 * templates of the policy (M1, M2, M4). */
#ifndef CG_MORPH_H
#define CG_MORPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"
#include "tree.h"

struct load;
struct policy;
struct plan;

struct morph { /* one machine */
	uint32_t ee;
	uint32_t from, to; /* types */
	size_t template; /* of the policy */
	bool pauses; /* it serves nobody for a moment */
	uint32_t at, dest; /* EEs, set by morphs_place; dest NONE: it stays */
};

/* In the natural order of the machines' names: they change one by one. */
struct morphs {
	struct morph *v;
	size_t n, cap;
	uint32_t *home; /* by EE: where it was moved to, or NONE */
};

/* Has the policy a template for this change of the EE's type? Both models know
 * the EE; asked before it is known which EEs are machines. */
bool morph_may_run(const struct policy *, const struct model *s,
    const struct model *t, uint32_t ee);

/* What is no virtual machine goes down for its type, whatever template has a
 * pattern that fits it. After tree_build. */
void morph_only_machines(struct forest *, const struct policy *);

/* What is wrong with a template for two types, told one by one: how many
 * faults there are. */
typedef void morph_say(void *arg, enum diag_code, const char *text);
size_t morph_faults(const struct policy *, size_t template, uint32_t from,
    uint32_t to, morph_say *, void *arg);

/* Do both types come with the same software? Types that are not there have
 * none. */
bool morph_same_bundle(const struct model *s, uint32_t from,
    const struct model *t, uint32_t to);

/* Those of the forest, all checked: false if one is wrong, which is reported.
 * morphs_free frees. */
bool morphs_find(struct morphs *, const struct forest *, const struct policy *,
    struct diag *);
void morphs_free(struct morphs *);

/* How full each EE is, when machines begin to change; load_close ends it. */
void morph_load(struct load *, const struct forest *, const struct policy *);
/* Sets at and dest of one machine; false if it has nowhere to be. */
bool morph_find_place(const struct load *, struct morph *);

/* Where does each go? Needs the catches made. The index of the first that has
 * nowhere to be, or n. */
size_t morphs_place(struct morphs *, const struct forest *,
    const struct policy *);

/* Where a machine stands that was moved by that, or NONE. */
static inline uint32_t
morph_home(const struct morphs *l, uint32_t ee)
{
	return l == NULL || l->home == NULL ? NONE : l->home[ee];
}

/* That one has nowhere to be. */
void morph_report_place(const struct morph *, const struct forest *,
    const struct policy *, struct diag *);

#endif
