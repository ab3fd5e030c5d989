/* What the printers of findings get: private to diag*.c. */
#ifndef CG_DIAG_PRINT_H
#define CG_DIAG_PRINT_H

#include "arena.h"
#include "buf.h"
#include "diag.h"

struct shown {
	const struct diag_item *item;
	struct spot spot;
	struct spot *note; /* one for each note that was kept */
};

struct report {
	const char *program;
	const struct diag_rule *rule; /* by code, or NULL */
	struct shown *v; /* in the order of printing */
	size_t n;
	size_t rest[DIAG_ERROR + 1]; /* by level: reported, not shown */
	size_t nexcused;
	bool is_partial;
	struct buf out;
	struct arena arena;
};

/* What is said of a report in which findings may be missing. */
#define DIAG_PARTIAL "not all could be read or written: see standard error"

/* All findings and their sum in that format. */
void diag_print_text(struct report *);
void diag_print_json(struct report *);
void diag_print_sarif(struct report *);
void diag_print_junit(struct report *);
void diag_print_github(struct report *);
void diag_print_gcc(struct report *);

/* Text as one line that is safe on a terminal: control characters, also those
 * that turn the direction of writing, and bytes that are no UTF-8 are shown as
 * symbols of one column. */
void diag_safe(struct buf *, const char *);

/* "1,203 more findings (1,200 errors, 3 warnings)"; false if there are none. */
bool diag_rest(struct report *, struct buf *);

#endif
