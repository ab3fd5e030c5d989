/*
 * What is each verb called, may it be repeated, and what reverses it?
 */
#include <string.h>

#include "actions.h"
#include "admin.h"

struct verb_info {
	const char *name;
	bool idempotent;
};

static const struct verb_info verbs[] = {
#define VERB(id, name, idempotent) { name, idempotent },
#include "verbs.def"
#undef VERB
};

const char *
verb_name(enum verb v)
{
	return verbs[v].name;
}

enum verb
verb_find(const char *name)
{
	int v;

	for (v = 0; v < VERB_COUNT; v++)
		if (strcmp(verbs[v].name, name) == 0)
			break;
	return (enum verb)v;
}

bool
verb_is_idempotent(enum verb v)
{
	return verbs[v].idempotent;
}

bool
verb_is_software(enum verb v)
{
	return v == VERB_ONLINE_INSTALL || v == VERB_ONLINE_UNINSTALL ||
	    v == VERB_OFFLINE_INSTALL || v == VERB_OFFLINE_UNINSTALL;
}

enum verb
verb_reverse(enum verb v)
{
	switch (v) {
	case VERB_ONLINE_INSTALL:
		return VERB_ONLINE_UNINSTALL;
	case VERB_ONLINE_UNINSTALL:
		return VERB_ONLINE_INSTALL;
	case VERB_OFFLINE_INSTALL:
		return VERB_OFFLINE_UNINSTALL;
	case VERB_OFFLINE_UNINSTALL:
		return VERB_OFFLINE_INSTALL;
	case VERB_LOCK:
		return VERB_UNLOCK;
	case VERB_UNLOCK:
		return VERB_LOCK;
	case VERB_TERMINATE:
		return VERB_INSTANTIATE;
	case VERB_INSTANTIATE:
		return VERB_TERMINATE;
	default:
		return v; /* restart, modify-im, migrate: the other way round */
	}
}

bool
act_is_admin(const struct act *a)
{
	return a->verb != VERB_NOTIFY && a->verb != VERB_MODIFY_IM &&
	    a->verb != VERB_COMMAND && a->ccb != NULL;
}

bool
act_moves(const struct act *a)
{
	return a->verb == VERB_MIGRATE ||
	    (a->verb == VERB_MORPH && a->to != NAME_NONE);
}

enum verb
act_reverse(const struct act *a)
{
	if (a->verb == VERB_COMMAND)
		return a->ccb->undo_command == NAME_NONE ||
		    a->ccb->undo_command == NAME_EMPTY ? VERB_COUNT :
		    VERB_COMMAND;
	if (act_is_admin(a))
		return admin_verb(a->ccb->undo.operation);
	return verb_reverse((enum verb)a->verb);
}
