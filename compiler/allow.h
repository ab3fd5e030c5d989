/* Findings that somebody allows: by a comment in a model, or by the policy. */
#ifndef CG_ALLOW_H
#define CG_ALLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"

struct model;
struct policy;
struct allow_rule;
struct allow_model;

/* Zero-initialise, set today; allow_free. */
struct allow {
	uint32_t today; /* 20270131; 0: what has an end is over */
	struct arena arena;
	const struct policy *policy;
	struct allow_rule *by_policy;
	size_t nby_policy;
	struct allow_model *model;
	size_t nmodel, cap;
};

/* A day as 20270131 from "2027-01-31"; 0 if it is none. */
uint32_t allow_day(const char *);

/* Today by SOURCE_DATE_EPOCH, or where that is not set by the clock. */
uint32_t allow_today(void);

/* Takes what the policy allows, or the comments of a model, both of which
 * stay in use; reports what is wrong with it. To be called before the model is
 * checked. */
void allow_policy(struct allow *, const struct policy *, struct diag *);
void allow_model(struct allow *, const struct model *, struct diag *);

/* Makes the findings ask the list. */
void allow_begin(struct allow *, struct diag *);

/* Reports those of phases (letters of codes) that nothing was found for. */
void allow_unused(struct allow *, const char *phases, struct diag *);

void allow_free(struct allow *);

#endif
