/* What a run comes to besides its actions: snapshots and the room for them,
 * validations, what failed and may, a rehearsal (U8, U9, U11, U12). */
#ifndef CG_LEDGER_H
#define CG_LEDGER_H

#include <stddef.h>

struct buf;
struct look;

/* Members of the object of JSON, each with a comma in front. */
void ledger_json(const struct look *, struct buf *);

/* Lines for a terminal; how many. */
size_t ledger_text(const struct look *, struct buf *);

/* Sections of the page; those that have nothing to say are left out. */
void ledger_page(const struct look *, struct buf *);

/* "trial" of the callback "validate:trial" that action i calls; NULL: it calls
 * no such one. */
const char *ledger_phase(const struct look *, size_t i);

/* How the rehearsal goes or went, in a few words; NULL: it is none. */
const char *ledger_rehearsal(const struct look *);

#endif
