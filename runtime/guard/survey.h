/* What virtual machines can do while they run (M5): looked for inside them,
 * where the policy authorises it, and written as capabilities(5) says. */
#ifndef CG_SURVEY_H
#define CG_SURVEY_H

#include <signal.h>

#include "buf.h"
#include "inside.h"

struct survey {
	struct inside inside;
	bool augment; /* put in what is authorised */
	/* Where is kept what was put in for now; NULL: nothing is put in. */
	const char *folder;
	const volatile sig_atomic_t *stop; /* non-zero: take out, and end */
	size_t stuck; /* packages that could not be taken out */
};

/* Are the policy's detectors and packages what they should be? Reports what is
 * wrong with them. */
bool survey_check(const struct policy *, struct diag *);

/* Takes out what an earlier survey that was killed has left in machines, and
 * says so. 0 or -errno. */
int survey_clean(struct survey *);

/* One machine, as a JSON object. False: it was told to stop. */
bool survey_machine(struct survey *, uint32_t vm, struct buf *);

#endif
