/* How long may the rest of a run take, and where could it stop? For people: of
 * a run at work, from how fast it was and what the campaign says. */
#ifndef CG_REMAIN_H
#define CG_REMAIN_H

#include <stddef.h>
#include <stdint.h>

#include "actions.h"
#include "driver.h"

struct buf;

/* Writes ", about 3 min left, at most 20 min" of a run that went from action
 * (index) from to at in so many ns; what is not known is left out. */
void remain_write(struct buf *, const struct actions *, size_t from, size_t at,
    enum direction, int64_t spent);

/* Writes ", in about 40 s": until the action last is done, or taken back. */
void remain_write_until(struct buf *, const struct actions *, size_t from,
    size_t at, size_t last, int64_t spent);

/* So that one reads it at a glance: seconds, from two minutes on minutes. */
void remain_write_time(struct buf *, int64_t ns);

/* The last action (index) before the next safe point, which is between two
 * procedures; the last of all if none is left. */
size_t remain_until_safe(const struct actions *, size_t at, enum direction);

#endif
