/* What is worth a word to the author of a model although it is right. */
#ifndef CG_LINT_H
#define CG_LINT_H

struct check;
struct diag;
struct model;
struct policy;

/* Reports what the rules of lint_*.c find in a model without errors; without a
 * policy (NULL) those that need one find nothing. */
void lint_advise(const struct model *, const struct policy *, struct diag *);

/* The rules; each looks at every object a constant number of times. */
void lint_timeouts(struct check *, const struct policy *);
void lint_replicas(struct check *);
void lint_sponsors(struct check *);
void lint_room(struct check *, const struct policy *);

#endif
