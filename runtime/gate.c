/*
 * What is at stake? At a gate that is all a phase acts on, which nobody has
 * written down: it follows from the actions that come after it.
 */
#include <stdio.h>
#include <string.h>

#include "callback.h"
#include "gate.h"
#include "idmap.h"
#include "impact.h"
#include "intern.h"
#include "plugin.h"

static bool
is_gate(const struct act *a)
{
	return a->verb == VERB_NOTIFY && a->part == PART_PROC_INIT &&
	    callback_is_gate(a->callback);
}

void
gate_span(const struct actions *a, size_t i, size_t *first, size_t *end)
{
	const struct act *at = &a->act[i];
	const struct run_proc *p = at->proc == NONE ? NULL :
	    &a->proc[at->proc];

	*first = i + 1;
	*end = p == NULL ? i + 1 : p->first + p->n;
	if (p != NULL && callback_is_validation(at->callback)) {
		*first = p->first;
		return;
	}
	if (!is_gate(at))
		return;
	for (*end = i + 1; *end < a->complete && !is_gate(&a->act[*end]);)
		++*end;
}

void
gate_touches(const struct actions *a, size_t i,
    void (*visit)(void *, uint32_t), void *arg)
{
	struct idmap seen = { 0 };
	size_t end;
	uint32_t *was;

	gate_span(a, i, &i, &end);
	for (; i < end; i++) {
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

static void
show_some(const char *what, const struct ids *l)
{
	enum { MOST = 5 };
	size_t i;

	if (l->n == 0)
		return;
	fprintf(stderr, "  %s:", what);
	for (i = 0; i < l->n && i < MOST; i++)
		fprintf(stderr, "%s %s", i == 0 ? "" : ";", name_str(l->v[i]));
	fprintf(stderr, l->n > MOST ? "; ... and %zu more\n" : "\n",
	    l->n - MOST);
}

/* What the phase does to services, procedure by procedure. */
static void
show_risk(const struct order *o)
{
	const struct actions *a = o->actions;
	char why[512];
	const struct plugin *p = plugin_load("prove", why);
	size_t i, end;

	if (p == NULL || p->services == NULL ||
	    a->act[o->seq - 1].proc == NONE)
		return;
	gate_span(a, o->seq - 1, &i, &end);
	p->services(a, a->act[o->seq - 1].proc,
	    a->act[end - 1].proc == NONE ? a->nproc : a->act[end - 1].proc + 1);
}

static void
show_services(const struct order *o)
{
	struct impact m;

	if (o->actions == NULL)
		return;
	impact_find(o->before, o->actions, o, &m);
	show_risk(o);
	show_some("products", &m.bundles);
	show_some("services that stand there", &m.services);
	show_some("services they depend on", &m.upstream);
	show_some("services that depend on them", &m.downstream);
	impact_free(&m);
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
	show_services(o);
	fputs("Begin? [yes/no] ", stderr);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	    strncmp(answer, "yes", 3) == 0;
}
