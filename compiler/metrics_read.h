/* For the readers of measurements: metrics*.c. */
#ifndef CG_METRICS_READ_H
#define CG_METRICS_READ_H

#include "intern.h"
#include "metrics.h"
#include "model.h"

/* A text line by line. */
struct lines {
	struct metrics *m;
	const struct src *src;
	char *text; /* without its end */
	size_t len, cap;
	uint64_t off, next; /* where it begins, and the one after it */
};

/* The next line; false at the end. */
bool lines_next(struct lines *);

/* A place in the current line, p being in its text. */
struct place lines_place(const struct lines *, const char *p);

/* The machine of a name, or NONE: said once of each name. */
uint32_t metrics_vm(struct metrics *, const char *name, size_t len,
    struct place);

/* The resource of a name, or NONE: the same if say is set. */
uint32_t metrics_resource(struct metrics *, const char *name, size_t len,
    bool say, struct place);

/* Thousandths of a number from 0 on; false: it is none. The whole text. */
bool metrics_number(const char *text, double *);
bool metrics_thousandths(double, int64_t *);

/* A time as milliseconds since 1970: seconds, or a day and time with its zone
 * (2027-01-31T12:00:00Z). False: it is none. */
bool metrics_time(const char *text, int64_t *ms);

/* A value, not negative, measured at that time (ms since 1970). */
void metrics_add(struct metrics *, uint32_t vm, uint32_t resource, int64_t ms,
    int64_t thousandths);

/* One finding: what is wrong there. */
bool metrics_wrong(struct metrics *, struct place, const char *what,
    const char *text);

/* The readers; each begins with the first line read. */
void metrics_rows(struct lines *);
void metrics_domstats(struct lines *);
void metrics_json(struct lines *);

#endif
