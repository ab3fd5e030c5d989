/* A driver of programs: private to driven*.c. */
#ifndef CG_DRIVEN_PRIVATE_H
#define CG_DRIVEN_PRIVATE_H

#include "driven.h"
#include "fault.h"
#include "runner.h"

enum { WHY = 512, ANSWER = 4096 };
#define ASKING INT64_C(10000000000) /* ns that an answer may take */

struct driven {
	struct driver driver;
	struct driver_options opt;
	struct doer doer;
	struct programs *programs;
	struct runner *runner;
	struct job job; /* of what runs */
	const struct order *order; /* what runs, or is to */
	enum mishap mishap; /* ordered for it */
	bool begun; /* its program runs */
	bool noticing; /* the program of a notice may still run */
	bool half; /* the latest was done, and said to be half done */
	int64_t due; /* by os_clock: it is begun then */
};

/* What an order means; what no program is for, the doer may know. NOBODY with
 * why. */
enum meant driven_means(struct driven *, const struct order *, struct job *,
    char *why);

/* Runs the job that asks; false: no answer. */
bool driven_ask(struct driven *, const struct job *, struct ending *,
    char *why);

/* What differs between the system and the model, as driver.h says of compare:
 * is there a program for all that is to be done, can it be done, and does all
 * run that a rule wants compared? */
size_t driven_compare(void *self, const struct world *, FILE *, size_t max);

#endif
