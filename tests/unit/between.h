/* A driver between the executor and the simulated one: it passes on whatever
 * it is told. A test puts functions of its own in where it listens or does
 * harm; these get what was given as self. */
#ifndef CG_TEST_BETWEEN_H
#define CG_TEST_BETWEEN_H

#include "driver.h"

struct between {
	struct driver driver; /* the executor's */
	struct driver *sim; /* who does it */
};

static inline enum outcome
pass_begin(void *self, const struct order *o, char *why)
{
	struct between *b = self;

	return b->sim->begin(b->sim->self, o, why);
}

static inline enum outcome
pass_wait(void *self, int64_t ns, char *why)
{
	struct between *b = self;

	return b->sim->wait(b->sim->self, ns, why);
}

static inline void
pass_cancel(void *self)
{
	struct between *b = self;

	b->sim->cancel(b->sim->self);
}

static inline enum probed
pass_probe(void *self, const struct order *o)
{
	struct between *b = self;

	return b->sim->probe(b->sim->self, o);
}

static inline enum outcome
pass_settled(void *self, const struct order *o, char *why)
{
	struct between *b = self;

	return b->sim->settled(b->sim->self, o, why);
}

static inline enum outcome
pass_sync(void *self, char *why)
{
	struct between *b = self;

	return b->sim->sync(b->sim->self, why);
}

static inline enum outcome
pass_restore(void *self, char *why)
{
	struct between *b = self;

	return b->sim->restore(b->sim->self, why);
}

/* self: the same, or what has it as its first member. */
static inline void
between_begin(struct between *b)
{
	b->driver = (struct driver){ .name = "between", .begin = pass_begin,
		.wait = pass_wait, .cancel = pass_cancel,
		.probe = pass_probe, .settled = pass_settled,
		.sync = pass_sync, .restore = pass_restore, .self = b };
}

#endif
