/* The pipeline: two checked models in, one campaign out. */
#ifndef CG_COMPILE_H
#define CG_COMPILE_H

#include <stdbool.h>

struct campaign;
struct diag;
struct model;
struct policy;

struct places;

struct compile_options {
	const struct policy *policy; /* NULL: none */
	bool balanced; /* --catch=balanced */
	bool waves; /* --schedule=waves */
	bool rolling; /* --rolling; not with waves */
	/* Shown the plan once it is made, if set. It may spoil it. */
	void (*inspect)(void *arg, struct places *);
	void *inspect_arg;
};

enum compile_result {
	COMPILE_DONE, /* *out is the campaign */
	COMPILE_EQUAL, /* nothing to do */
	COMPILE_ERRORS, /* reported */
	COMPILE_BUG, /* the campaign does not lead to the target: reported */
};

/* Compiles. The models must have passed their checks. *out is freed with
 * campaign_free. Implements T2-T9, T11, T16, T17 and the self-check (X1). */
enum compile_result compile_run(const struct model *source,
    const struct model *target, const struct compile_options *,
    struct diag *, struct campaign **out);

/* The self-check: applies the campaign to the source and compares the result
 * with the target. A difference is reported (SELF_CHECK); then false. */
bool compile_check(const struct model *source, const struct model *target,
    const struct campaign *, struct diag *);

#endif
