/*
 * How long may an action take? What the policy says of it, or else what the
 * model says: an EE has a timeout for its instantiation and one for its
 * termination, of its own or of its type, and a bundle one for its commands.
 * Without either it may take as long as it likes.
 */
#include <stdlib.h>

#include "apply.h"
#include "callback.h"
#include "driver.h"
#include "policy.h"
#include "timeout.h"

static const struct {
	enum verb verb;
	uint32_t own, type; /* attributes of the EE and of its type */
} ees[] = {
	{ VERB_INSTANTIATE, N_saPlmEEInstantiateTimeout,
	    N_saPlmEetDefInstantiateTimeout },
	{ VERB_TERMINATE, N_saPlmEETerminateTimeout,
	    N_saPlmEetDefTerminateTimeout },
};

static int64_t
number(const struct world *w, uint32_t dn, uint32_t attr)
{
	uint32_t v = dn == NAME_NONE ? (uint32_t)NAME_NONE :
	    world_value(w, dn, attr);
	int64_t ns = v == NAME_NONE ? 0 : strtoll(name_str(v), NULL, 0);

	return ns < 0 ? 0 : ns;
}

static uint32_t
type_of(const struct world *w, uint32_t dn)
{
	switch (dn == NAME_NONE ? (uint32_t)NAME_NONE : world_class(w, dn)) {
	case N_SaPlmEE:
		return world_value(w, dn, N_saPlmEEType);
	case N_SaAmfSU:
		return world_value(w, dn, N_saAmfSUType);
	default:
		return NAME_NONE;
	}
}

static int64_t
of_model(const struct order *o, uint32_t type)
{
	const struct world *w = o->before;
	size_t i;
	int64_t own;

	if (o->callback != NULL)
		return callback_timeout(o->callback);
	if (o->bundle != NAME_NONE)
		return number(w, o->bundle, N_saSmfBundleDefaultCmdTimeout);
	for (i = 0; i < sizeof(ees) / sizeof(ees[0]); i++) {
		if (ees[i].verb != o->verb || o->entity == NAME_NONE ||
		    world_class(w, o->entity) != N_SaPlmEE)
			continue;
		own = number(w, o->entity, ees[i].own);
		return own > 0 ? own : number(w, type, ees[i].type);
	}
	return 0;
}

int64_t
timeout_of(const struct policy *p, const struct order *o)
{
	uint32_t type = type_of(o->before, o->entity);
	int64_t ns = o->entity == NAME_NONE && p != NULL ?
	    policy_timeout(p, NAME_EMPTY, type, (unsigned)o->verb) :
	    policy_timeout(p, o->entity, type, (unsigned)o->verb);

	return ns >= 0 ? ns : of_model(o, type);
}
