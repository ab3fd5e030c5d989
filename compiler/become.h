/* campgen options: what can a virtual machine become while it runs, and why
 * nothing else (M3)? */
#ifndef CG_BECOME_H
#define CG_BECOME_H

#include <stddef.h>

struct capables;
struct model;
struct policy;
struct reply;

struct become_input {
	const struct model *m;
	const struct policy *policy; /* or NULL: there are no templates */
	const struct capables *can; /* or NULL: nothing is known */
	const char *const *vm; /* globs over DNs */
	size_t nvm;
};

/* Answers for each machine that fits one of the globs; their number. */
size_t become_run(struct reply *, const struct become_input *);

#endif
