/* A system that is looked at from beside: a run that may be going on, or what a
 * model and a driver are named for. Nothing of a run is written. */
#ifndef CG_SITE_H
#define CG_SITE_H

#include "driver.h"
#include "exec.h"
#include "statedir.h"

struct diag;

struct site_options {
	const char *state; /* of a run; or only a folder, or NULL */
	const char *source, *driver, *policy; /* NULL: the run's own */
};

struct site {
	struct driver *driver;
	const struct world *w; /* the model as it is now */
	struct policy *policy; /* NULL: none */
	/* The rest is kept for those. */
	struct statedir *dir;
	struct campaign *c;
	struct actions *a;
	struct model *source;
	struct exec *x;
	struct world *own;
};

/* EXIT_DONE; or EXIT_ERRORS, EXIT_USAGE or EXIT_SYSTEM, said or reported.
 * site_close in any case. */
int site_open(struct site *, const struct site_options *, const char *program,
    struct diag *);
void site_close(struct site *);

/* The name of an EE of the model as it is now, interned; NAME_NONE, after a
 * word about it and about what was probably meant. */
uint32_t site_find_ee(const struct site *, const char *program,
    const char *dn);

#endif
