/* campgen explain CODE: what a finding means and what to do about it. */
#ifndef CG_EXPLAIN_H
#define CG_EXPLAIN_H

#include <stdbool.h>

#include "diag.h"

struct arena;
struct buf;

/* What each code means, in whole sentences and an example, by code; the
 * arena's. */
const struct diag_rule *explain_rules(struct arena *);

/* Writes the explanation of a code ("M007", case counts little) to out.
 * Returns false if there is no such code; then a sentence that names the
 * nearest one stands in out instead. */
bool explain(const char *code, struct buf *out);

#endif
