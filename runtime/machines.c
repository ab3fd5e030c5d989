/* Which machines are there, and do they understand one another? From outer to
 * inner: the campaign's, the procedure's, the step's, and again the step's for
 * what an embedded step nests. */
#include <string.h>

#include "fsm.h"

static const struct fsm *const machines[] = {
	&campaign_fsm, &procedure_fsm, &step_fsm
};

enum { MACHINES = sizeof(machines) / sizeof(machines[0]) };

const struct fsm *
fsm_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < MACHINES; i++)
		if (strcmp(name, machines[i]->name) == 0)
			return machines[i];
	return NULL;
}

static bool
is_heard(const struct fsm *m, enum fsm_event event, enum fsm_who from)
{
	size_t i;

	for (i = 0; i < m->nhears; i++)
		if (m->hears[i].event == event && m->hears[i].from == from)
			return true;
	return false;
}

/* All that one says to the other's side is heard there as coming from this. */
static bool
is_understood(const struct fsm *speaker, enum fsm_who target,
    const struct fsm *listener, enum fsm_who from, FILE *f)
{
	const struct fsm_row *r;
	bool good = true;

	for (r = speaker->row; r < speaker->row + speaker->nrow; r++) {
		if (r->target != target || is_heard(listener, r->signal, from))
			continue;
		fprintf(f, "%s: signal \"%s\" is not heard by %s\n",
		    speaker->name, fsm_event_name(r->signal), listener->name);
		good = false;
	}
	return good;
}

static bool
neighbours(const struct fsm *outer, const struct fsm *inner, FILE *f)
{
	bool good = is_understood(outer, FSM_INNER, inner, FSM_OUTER, f);

	return is_understood(inner, FSM_OUTER, outer, FSM_INNER, f) && good;
}

bool
fsm_check_all(FILE *f)
{
	bool good = neighbours(&step_fsm, &step_fsm, f);
	size_t i;

	for (i = 0; i < MACHINES; i++)
		good = fsm_check(machines[i], f) && good;
	for (i = 0; i + 1 < MACHINES; i++)
		good = neighbours(machines[i], machines[i + 1], f) && good;
	return good;
}
