/* Waves: how many, and what goes in which. */
#ifndef CG_DEAL_H
#define CG_DEAL_H

#include <stdbool.h>

struct compile_options;
struct diag;
struct work;

/* Plans in as few waves as are found, no more than there are procedures, and
 * tells if services that cannot all be kept make them more. False if there is
 * no safe plan; then the last one tried is left to be asked why. */
bool deal_run(struct work *, const struct compile_options *, struct diag *);

#endif
