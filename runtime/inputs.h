/* What a campaign is proved and carried out with: the campaign and the models
 * it leads from and to, read and found good. */
#ifndef CG_INPUTS_H
#define CG_INPUTS_H

#include <stdbool.h>

struct campaign;
struct diag;
struct model;
struct statedir;

struct inputs {
	struct campaign *campaign;
	struct model *source, *target; /* target NULL: none was named */
};

/* Reads from paths ("-": standard input; target may be NULL) and checks; what
 * is merely doubtful about a model was told when the campaign was made, and is
 * not said again. EXIT_DONE; EXIT_ERRORS, reported; or EXIT_SYSTEM, said.
 * inputs_free in any case. */
int inputs_read(struct inputs *, const char *campaign, const char *source,
    const char *target, struct diag *);

/* The same of a run, from what it keeps: no target. */
int inputs_read_kept(struct inputs *, const struct statedir *, struct diag *);

/* Is the campaign for this source, as far as it says? Reports if not. */
bool inputs_match(const struct inputs *, const char *source, struct diag *);

void inputs_free(struct inputs *);

#endif
