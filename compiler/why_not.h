/* campgen why-not: what forbids an object's procedure another level? */
#ifndef CG_WHY_NOT_H
#define CG_WHY_NOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct campaign;
struct places;
struct policy;
struct procedure;
struct reply;

struct why_not { /* zero but for the first group */
	const struct campaign *c;
	const struct policy *policy; /* or NULL */
	uint32_t object, level;
	/* found by why_not_begin */
	const struct procedure *p;
	struct reply *reply;
	size_t nreason;
	bool tested;
};

/* Finds the procedure that acts on the object; false if there is none, or it
 * is on that level already, or there is no such level: then that is the
 * answer. The first statement is kept free. */
bool why_not_begin(struct why_not *, struct reply *);

/* What the campaign alone tells. */
void why_not_campaign(struct why_not *);

/* The real test: the procedure is moved in the plan that the campaign came
 * from, and both the checks and the planner are asked. */
void why_not_test(struct why_not *, struct places *);

/* Fills the first statement. */
void why_not_end(struct why_not *);

/* One more reason why not; facts may follow. */
void why_not_because(struct why_not *, const char *reason, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

#endif
