/* A question about an object of a campaign, as the command line puts it: what
 * all such commands read first. */
#ifndef CG_QUESTION_H
#define CG_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "expand.h"

struct reply;
struct model;
struct policy;
struct run;

struct question { /* zero-initialise; question_end */
	struct campaign *c;
	const struct model *s, *t; /* the run's, or the campaign's doing */
	bool has_target; /* t is a file's */
	struct expanded x; /* if s is known */
	struct policy *policy;
	uint32_t object;
};

/* False with findings or the status set. */
bool question_read(struct run *, struct question *);
void question_end(struct question *);

/* Prints the answer to the question ("why") unless findings forbid it, and
 * frees it. */
void question_answer(struct run *, const struct question *, const char *word,
    struct reply *);

#endif
