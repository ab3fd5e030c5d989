/*
 * Is a disk about to be full? It is asked before a command begins, when
 * snapshots were taken, and when old ones were removed, so that it is known
 * before it is too late. What is short is a record that nothing depends on: for
 * status, report and alerts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "os.h"
#include "policy.h"
#include "spare.h"

#define MIB (1024 * 1024)
/* So many MiB are to be left where snapshots are taken and nobody says. */
enum { RESERVE = 256 };

int64_t
spare_reserve(const struct policy *p)
{
	int64_t reserve = policy_retention(p).reserve;

	return reserve < 0 && policy_nsnapshot(p) > 0 ? RESERVE : reserve;
}

bool
spare_each(const struct policy *p, const char *state, struct driver *dr,
    room_function tell, void *arg, char *why)
{
	const char *place = state;
	uint64_t left;
	size_t i = 0;
	int err;

	do {
		err = place == NULL ? 0 : os_free_space(place, &left);
		if (err != 0) {
			snprintf(why, 512, "\"%.300s\": %s", place,
			    strerror(-err));
			return false;
		}
		if (place != NULL)
			tell(arg, place, left);
		place = policy_retention_folder(p, i++);
	} while (place != NULL);
	return dr->room == NULL || dr->room(dr->self, tell, arg, why);
}

struct looking {
	struct exec *x;
	int64_t reserve; /* MiB */
	enum result e;
};

static void
say(struct exec *x, const struct keep_place *p, int64_t reserve)
{
	char why[120];

	snprintf(why, sizeof(why), "it has %" PRIu32 " MiB left, and is to "
	    "have %" PRId64 "; camprun snapshots says what can go", p->mib,
	    reserve);
	if (x->opt->kept != NULL)
		x->opt->kept(x->opt->arg, p->is_short ? "not enough room:" :
		    "enough room again:", p->name, p->is_short ? why : NULL);
}

static void
look_at(void *arg, const char *place, uint64_t left)
{
	struct looking *l = arg;
	struct keep_place *p = keep_place(&l->x->keep, intern_str(place));
	uint64_t mib = left / MIB < UINT32_MAX ? left / MIB : UINT32_MAX;
	bool is_short = left / MIB < (uint64_t)l->reserve;
	bool news = is_short != p->is_short;

	p->mib = (uint32_t)mib;
	p->is_short = is_short;
	if (news || (is_short && !p->said))
		say(l->x, p, l->reserve);
	p->said = p->seen = true;
	if (news && l->e == RESULT_OK)
		l->e = exec_keep_place(l->x, p);
}

/* What is no place for them any more is not short of room. */
static enum result
forget_rest(struct looking *l)
{
	struct keep *k = &l->x->keep;
	size_t i;

	for (i = 0; i < k->nplace && l->e == RESULT_OK; i++) {
		if (k->place[i].seen || !k->place[i].is_short)
			continue;
		k->place[i].is_short = false;
		l->e = exec_keep_place(l->x, &k->place[i]);
	}
	return l->e;
}

enum result
spare_look(struct exec *x)
{
	struct looking l = { x, spare_reserve(x->opt->policy), RESULT_OK };
	char why[512];
	size_t i;

	if (l.reserve < 0 || x->opt->state == NULL || x->room_unknown)
		return RESULT_OK; /* it was told that nobody knows */
	for (i = 0; i < x->keep.nplace; i++)
		x->keep.place[i].seen = false;
	if (spare_each(x->opt->policy, x->opt->state, x->opt->driver, look_at,
	    &l, why))
		return forget_rest(&l);
	fprintf(stderr, "camprun: nobody knows how much room is left for "
	    "snapshots: %s\n", why);
	x->room_unknown = true;
	return l.e;
}
