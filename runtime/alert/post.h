/* The delivery of what is in the outbox: a worker for each channel, and
 * longer and longer pauses where a channel does not take anything. */
#ifndef CG_POST_H
#define CG_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outbox;
struct policy;
struct post;

/* Both must outlive it. post_free ends what is under way. */
struct post *post_new(struct outbox *, const struct policy *);
void post_free(struct post *);

/* Hears what workers say and starts those that have something to do; impatient:
 * pauses are short. 0, or the -errno of the outbox, which is final. */
int post_go(struct post *, bool impatient);

/* Is anything under way? */
bool post_is_busy(const struct post *);

/* Waits until a worker says something, at most so many ns. */
void post_wait(const struct post *, int64_t ns);

#endif
