/*
 * What is at stake? At a gate that is all a phase acts on, which nobody has
 * written down: it follows from the actions that come after it.
 */
#include <stdio.h>
#include <string.h>

#include "gate.h"
#include "idmap.h"
#include "intern.h"

static bool
is_gate(const struct act *a)
{
	return a->verb == VERB_NOTIFY && a->part == PART_PROC_INIT &&
	    strncmp(name_str(a->callback->label), "gate:", 5) == 0;
}

/* Where it ends what the callback stands in front of. */
static size_t
end_of(const struct actions *a, size_t i)
{
	const struct act *at = &a->act[i];
	size_t end = at->proc == NONE ? i : a->proc[at->proc].first +
	    a->proc[at->proc].n;

	if (!is_gate(at))
		return end;
	for (end = i + 1; end < a->complete && !is_gate(&a->act[end]); end++)
		;
	return end;
}

void
gate_touches(const struct actions *a, size_t i,
    void (*visit)(void *, uint32_t), void *arg)
{
	struct idmap seen = { 0 };
	size_t end = end_of(a, i);
	uint32_t *was;

	for (i++; i < end; i++) {
		const struct act *at = &a->act[i];

		if (at->entity == NAME_NONE || at->verb == VERB_MODIFY_IM ||
		    at->verb == VERB_COMMAND || at->verb == VERB_NOTIFY)
			continue;
		was = idmap_at(&seen, at->entity);
		if (*was == 0)
			visit(arg, at->entity);
		*was = 1;
	}
	idmap_free(&seen);
}

bool
gate_ask(const struct order *o)
{
	enum { MOST = 10 };
	char answer[16];
	size_t i;

	fprintf(stderr, "\n%s: %zu entities are acted on\n",
	    name_str(o->callback->label), o->ntouched);
	for (i = 0; i < o->ntouched && i < MOST; i++)
		fprintf(stderr, "  %s\n", name_str(o->touched[i]));
	if (i < o->ntouched)
		fprintf(stderr, "  ... and %zu more\n", o->ntouched - i);
	fputs("Begin? [yes/no] ", stderr);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	    strncmp(answer, "yes", 3) == 0;
}
