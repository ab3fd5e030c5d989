/* A campaign played on its source, with its rolling procedures written out. */
#ifndef CG_EXPAND_H
#define CG_EXPAND_H

#include <stdbool.h>

struct campaign;
struct diag;
struct model;
struct world;

struct expanded {
	struct campaign *campaign; /* a single-step procedure for each node; the
	                            * original's but for its procedures */
	struct model *target; /* what the source has become */
	struct world *world;
};

/* Plays the campaign, which must outlive the result. False if it cannot be
 * applied to the model: reported; expand_free frees in any case. */
bool expand_run(struct expanded *, const struct campaign *,
    const struct model *source, struct diag *);
void expand_free(struct expanded *);

#endif
