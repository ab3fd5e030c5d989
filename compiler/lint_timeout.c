/*
 * How long may an action take? The runtime asks the policy, then the entity,
 * then its type; a bundle says it of its commands. Where nobody does, an
 * action that hangs is never given up.
 */
#include <stdlib.h>

#include "check.h"
#include "lint.h"
#include "policy.h"

/* Actions as the policy knows them. */
enum {
#define VERB(id, name, idempotent) V_##id,
#include "verbs.def"
#undef VERB
};

static const struct {
	unsigned verb;
	uint32_t own, type; /* attributes of the EE and of its type */
	const char *what;
} timeouts[] = {
	{ V_INSTANTIATE, N_saPlmEEInstantiateTimeout,
	    N_saPlmEetDefInstantiateTimeout, "instantiate" },
	{ V_TERMINATE, N_saPlmEETerminateTimeout,
	    N_saPlmEetDefTerminateTimeout, "terminate" },
};

static const uint32_t commands[] = {
	N_saSmfBundleInstallOnlineCmdUri, N_saSmfBundleInstallOfflineCmdUri,
	N_saSmfBundleRemoveOnlineCmdUri, N_saSmfBundleRemoveOfflineCmdUri,
};

static bool
has_time(const struct check *c, uint32_t o, uint32_t attr)
{
	uint32_t v = o == NONE ? (uint32_t)NAME_NONE :
	    model_value(c->m, o, attr);

	return v != NAME_NONE && strtoll(name_str(v), NULL, 0) > 0;
}

static void
ask_ee(struct check *c, const struct policy *p, uint32_t ee)
{
	uint32_t type = check_follow(c, ee, N_saPlmEEType);
	size_t i;

	for (i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		if (has_time(c, ee, timeouts[i].own) ||
		    has_time(c, type, timeouts[i].type) ||
		    policy_timeout(p, object_dn(c, ee), model_value(c->m, ee,
		    N_saPlmEEType), timeouts[i].verb) >= 0)
			continue;
		check_fold(c, DIAG_NO_TIMEOUT, (uint32_t)i, 0,
		    model_dn_place(c->m, ee), object_dn(c, ee),
		    "nothing says how long it may take to %s \"%s\"",
		    timeouts[i].what, dn_str(c, ee));
	}
}

static void
ask_bundle(struct check *c, const struct policy *p, uint32_t o)
{
	bool some = false;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		some |= model_attr(c->m, o, commands[i]) != NONE;
	if (!some || has_time(c, o, N_saSmfBundleDefaultCmdTimeout) ||
	    policy_timeout(p, object_dn(c, o), NAME_NONE,
	    V_OFFLINE_INSTALL) >= 0)
		return;
	check_fold(c, DIAG_NO_TIMEOUT, UINT32_MAX, 0, model_dn_place(c->m, o),
	    object_dn(c, o), "nothing says how long a command of \"%s\" may "
	    "run", dn_str(c, o));
}

void
lint_timeouts(struct check *c, const struct policy *p)
{
	size_t i;

	for (i = c->start[KIND_EE]; i < c->start[KIND_EE + 1]; i++)
		ask_ee(c, p, c->of_kind[i]);
	for (i = c->start[KIND_BUNDLE]; i < c->start[KIND_BUNDLE + 1]; i++)
		ask_bundle(c, p, c->of_kind[i]);
}
