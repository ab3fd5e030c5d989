/* Drivers that carry actions out by programs, and by what they do besides. */
#ifndef CG_DRIVEN_H
#define CG_DRIVEN_H

#include "driver.h"
#include "programs.h"

/* What a driver does where the policy names no program; any function may be
 * NULL. */
struct doer {
	const char *name; /* of the driver, and of its folder in STATE */
	/* The job of an order that no program is for; NOBODY: it does not do
	 * that either, and may say why. */
	enum meant (*of)(void *self, const struct order *, struct job *,
	    char *why);
	/* Was it done? Asked where the policy has no probe. */
	enum probed (*probe)(void *self, const struct order *);
	/* Is this EE, which stands at a place, as the model says? Else why
	 * says how it is. */
	bool (*is_so)(void *self, const struct world *, uint32_t ee,
	    uint32_t at, char *why);
	/* On which machine does it run? As driver.h says of identify; asked
	 * where no program of the policy says. */
	enum identified (*identify)(void *self, const struct world *,
	    uint32_t ee, struct identity *, char *why);
	/* Runs a program inside; as driver.h says. */
	bool (*inside)(void *self, const struct world *, uint32_t ee,
	    char *const *argv, int64_t limit, struct said *, char *why);
	/* What is it able to? As driver.h says. */
	enum able (*able)(void *self, const struct world *, uint32_t ee,
	    enum able_way, const char *resource, char *why);
	/* Where do snapshots go, and how much room is left? As driver.h says;
	 * besides what a program of the policy says. */
	bool (*room)(void *self, room_function tell, void *arg, char *why);
	void (*free)(void *self);
	void *self;
};

/* One program, or a few, for each action, as the policy says; see programs.h
 * and runner.h. What they say is kept in STATE/NAME. STATE may be renamed only
 * while nothing runs. NULL with why, and the doer is freed. */
struct driver *driven_new(const struct doer *, const struct driver_options *,
    char *why);

#endif
