/* Which tests are run at a callback (U4): what an operator put into a folder,
 * and what came with the bundles. */
#ifndef CG_TESTS_H
#define CG_TESTS_H

#include "driver.h"
#include "idmap.h"
#include "impact.h"

struct tests {
	char **path; /* of programs, in the order they are run in */
	size_t n, cap;
	const struct world *w;
	const struct order *o;
	struct idmap about; /* values of names that the callback concerns */
};

void tests_begin(struct tests *, const struct world *, const struct order *,
    const struct impact *);
void tests_end(struct tests *);

/* Every program of the folder, by name; then those of each folder in it that
 * is called like something the callback concerns. False with why (at least 512
 * bytes). */
bool tests_folder(struct tests *, const char *folder, char *why);

/* Those beside the files of the bundles: FILE.tests/before, or, after they are
 * installed, FILE.tests/after. None is no mistake. */
bool tests_bundles(struct tests *, const struct impact *, char *why);

#endif
