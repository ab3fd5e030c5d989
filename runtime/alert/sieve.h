/* Which channels hear of what happens: the rules of the policy, and what they
 * say of repetitions. */
#ifndef CG_SIEVE_H
#define CG_SIEVE_H

#include <stddef.h>

#include "happening.h"

struct sieve;

struct sieve *sieve_new(const struct policy *);
void sieve_free(struct sieve *);

/* Calls to for each channel (an index), in order, once. Happenings must come
 * in the order in which they happened. */
void sieve_take(struct sieve *, const struct happening *,
    void (*to)(void *arg, size_t channel), void *arg);

#endif
