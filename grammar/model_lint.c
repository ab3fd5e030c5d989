/*
 * What is there to say to the author of a model? All checks, the doubts among
 * them, and what was probably meant; a program that only wants to know whether
 * a model is right does without this file.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "check.h"
#include "near.h"

static const struct check_row all[CHECK_COUNT] = {
#include "check_rows.h"
};

/* Guessing ends after so many names: a model of a million objects may be wrong
 * often. */
enum { MOST_TRIED = 200000 };

/* Is the object named by the same attribute as the name? */
static bool
is_like(const struct check *c, uint32_t o, const char *name)
{
	size_t n = strcspn(name, "=") + 1;

	return passed(c, o, SOUND) && strncmp(dn_str(c, o), name, n) == 0;
}

static const char *
near_object(struct check *c, uint32_t kinds, const char *name)
{
	const char **candidate, *found;
	size_t i, n = 0;

	if (c->m->nobject > MOST_TRIED - c->tried)
		return NULL;
	c->tried += c->m->nobject;
	candidate = mem_alloc(c->m->nobject, sizeof(*candidate));
	for (i = 0; i < c->m->nobject; i++)
		if (kinds != 0 ? check_is(c, (uint32_t)i, kinds) :
		    is_like(c, (uint32_t)i, name))
			candidate[n++] = dn_str(c, (uint32_t)i);
	found = near_match(name, candidate, n);
	free(candidate);
	return found;
}

bool
model_check(const struct model *m, struct diag *d)
{
	const struct check_how how = { all, false, near_object };

	return check_run(m, &how, d);
}

bool
model_lint(const struct model *m, struct diag *d)
{
	const struct check_how how = { all, true, near_object };

	return check_run(m, &how, d);
}
