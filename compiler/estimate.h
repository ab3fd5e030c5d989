/* How long may each procedure take, as far as that is known? */
#ifndef CG_ESTIMATE_H
#define CG_ESTIMATE_H

struct campaign;
struct model;
struct policy;

/* Writes the period of each procedure, 0 where one of its actions may take as
 * long as it likes, and how long the campaign is expected to take if all are
 * known: on each level as long as its longest procedure. Policy NULL: none. */
void estimate_run(struct campaign *, const struct model *source,
    const struct model *target, const struct policy *);

#endif
