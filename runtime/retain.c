/*
 * What goes, so that disks never fill up unnoticed? What a rollback still
 * needs never does: the states of before stay until the campaign or its
 * rollback is committed, or completed where it can only be committed. States
 * that failed are of no use to the runtime: the oldest go first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign_fsm.h"
#include "os.h"
#include "policy.h"
#include "retain.h"
#include "spare.h"
#include "text.h"

char *
retain_folder(const char *state, const char *name)
{
	char *kept = text_below(state, "kept");
	char *path = text_below(kept, name);

	free(kept);
	return path;
}

bool
retain_forget(const char *state, const char *name, char *why)
{
	char *path = state == NULL ? NULL : retain_folder(state, name);
	char *kept = state == NULL ? NULL : text_below(state, "kept");
	int err = 0;

	if (path != NULL && os_exists(path))
		err = os_remove_tree(path);
	if (err == 0 && kept != NULL && os_exists(kept))
		err = os_sync_dir(kept);
	if (err != 0)
		snprintf(why, 512, "cannot remove \"%.300s\": %s", path,
		    strerror(-err));
	free(path);
	free(kept);
	return err == 0;
}

bool
retain_is_needed(const struct exec *x, const struct kept *s)
{
	return s->kind == KEEP_BEFORE && s->deed != KEEP_UNTAKEN &&
	    s->deed != KEEP_REMOVING && s->deed != KEEP_UNREMOVED &&
	    x->state != CMPG_CAMPAIGN_COMMITTED &&
	    x->state != CMPG_ROLLBACK_COMPLETED &&
	    x->state != CMPG_ROLLBACK_COMMITTED;
}

/* Newest first: is there room for it among those that are kept? */
struct room {
	struct policy_retention limit;
	int64_t number, kib, now;
};

static bool
has_room(struct room *r, const struct kept *s)
{
	const struct policy_retention *l = &r->limit;

	r->number++;
	r->kib += s->kib;
	return (l->number < 0 || r->number <= l->number) &&
	    (l->space < 0 || r->kib <= l->space * 1024) &&
	    (l->age < 0 || r->now - s->time <= l->age);
}

static bool
must_go(const struct exec *x, struct room *r, const struct kept *s)
{
	if (!keep_is_there(s) || retain_is_needed(x, s))
		return false;
	switch (s->deed) {
	case KEEP_TAKEN:
	case KEEP_REVERTED:
		return s->kind == KEEP_FAILED ? !has_room(r, s) :
		    !r->limit.good;
	case KEEP_REVERTING:
	case KEEP_UNREVERTED:
		return false; /* somebody has to see to it */
	default:
		return true; /* never whole, or half removed */
	}
}

enum result
retain_apply(struct exec *x)
{
	struct room r = { .limit = policy_retention(x->opt->policy),
		.now = os_now() };
	char why[sizeof(x->why)];
	enum result e = RESULT_OK;
	size_t i;

	memcpy(why, x->why, sizeof(why));
	for (i = x->keep.n; i-- > 0 && (e == RESULT_OK ||
	    e == RESULT_FAILED);)
		if (must_go(x, &r, &x->keep.v[i]))
			e = exec_keep_begin(x, i, KEEP_REMOVING);
	if (e == RESULT_OK || e == RESULT_FAILED)
		memcpy(x->why, why, sizeof(why));
	return e == RESULT_OK || e == RESULT_FAILED ? spare_look(x) : e;
}
