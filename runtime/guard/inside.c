/*
 * How is a program run in a machine that is not ours? Nothing is run there that
 * the policy does not name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "inside.h"
#include "intern.h"
#include "text.h"

enum { WHY = 512 };

static bool
by_words(const struct inside *k, const struct rule *guest, uint32_t vm,
    const struct texts *program, struct said *a, char *why)
{
	struct job j;

	programs_inside(k->programs, k->site->w, vm, &guest->program, program,
	    &j);
	if (asked_run(&j.stage[0], NULL, 0, k->limit, INSIDE_SAID, a))
		return true;
	snprintf(why, WHY, "no process can be started: %s", strerror(errno));
	return false;
}

static bool
by_driver(const struct inside *k, uint32_t vm, const struct texts *program,
    struct said *a, char *why)
{
	const struct driver *d = k->site->driver;
	char **argv = mem_alloc(program->n + 1, sizeof(*argv));
	size_t i;
	bool ok;

	for (i = 0; i < program->n; i++)
		argv[i] = text_join(program->v[i], "");
	argv[i] = NULL;
	ok = d->inside(d->self, k->site->w, vm, argv, k->limit, a, why);
	while (i-- > 0)
		free(argv[i]);
	free(argv);
	return ok;
}

bool
inside_run(const struct inside *k, const struct rule *guest, uint32_t vm,
    const struct texts *program, struct said *a, char *why)
{
	*a = (struct said){ 0 };
	if (guest->program.n > 0)
		return by_words(k, guest, vm, program, a, why);
	if (k->site->driver->inside != NULL)
		return by_driver(k, vm, program, a, why);
	snprintf(why, WHY, "the driver %s cannot look inside; \"program\" of "
	    "the policy's section guests says how", k->site->driver->name);
	return false;
}

bool
inside_ended(const struct said *a, int status)
{
	return a->how == ENDED_EXIT && a->code == status;
}
