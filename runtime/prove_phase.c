/*
 * R023: is everybody asked who is to be asked about a phase? The campaign says
 * of each procedure in which phase of the policy it is; where that has a gate it
 * stands before all of the phase, and where it is validated each of its
 * procedures is.
 */
#include <string.h>

#include "buf.h"
#include "dn.h"
#include "policy.h"
#include "proving.h"

/* The phase of that name, or 0. */
static uint32_t
phase_of(const struct policy *policy, uint32_t name)
{
	uint32_t i, n = name == NAME_NONE ? 0 : policy_nphase(policy);

	for (i = 1; i <= n; i++)
		if (strcmp(policy_phase(policy, i), name_str(name)) == 0)
			return i;
	return 0;
}

static uint32_t
label_of(const char *kind, uint32_t phase)
{
	struct buf label = { 0 };
	uint32_t id;

	buf_printf(&label, "%s:%s", kind, name_str(phase));
	id = intern(label.data, label.len);
	buf_free(&label);
	return id;
}

static bool
is_call(const struct act *a)
{
	return a->verb == VERB_NOTIFY;
}

bool
prove_is_called(const struct prover *p, const struct run_proc *r,
    uint32_t label)
{
	const struct act *a = &p->a->act[r->first];
	size_t i;

	for (i = 0; i < r->n; i++)
		if (is_call(&a[i]) && a[i].callback->label == label)
			return true;
	return false;
}

/* Notes all callbacks that come before that action. */
static void
hear(struct prover *p, size_t end)
{
	for (; p->heard < end; p->heard++)
		if (is_call(&p->a->act[p->heard]))
			*idmap_at(&p->labels, p->a->act[p->heard].
			    callback->label) = 1;
}

/* Where the procedure begins to do more than to ask. */
static size_t
begin_of(const struct actions *a, const struct run_proc *r)
{
	size_t i = r->first;

	while (i < r->first + r->n && is_call(&a->act[i]))
		i++;
	return i;
}

bool
prove_phase(struct prover *p, size_t k)
{
	const struct run_proc *r = &p->a->proc[k];
	uint32_t name = r->p->phase, phase;
	const char *lack = NULL;

	if (p->policy == NULL || r->n == 0)
		return true;
	hear(p, begin_of(p->a, r));
	phase = phase_of(p->policy, name);
	if (phase == 0)
		return true;
	if (policy_phase_gate(p->policy, phase) &&
	    idmap_get(&p->labels, label_of("gate", name)) == 0)
		lack = "gate";
	else if (policy_phase_validates(p->policy, phase) &&
	    !prove_is_called(p, r, label_of("validate", name)))
		lack = "validate";
	if (lack == NULL)
		return true;
	p->now = r->first;
	return prove_fail(p, DIAG_PHASE_UNASKED, r->p->name, "\"%s\" is in "
	    "phase \"%s\", but the callback %s:%s %s", name_str(r->p->name),
	    name_str(name), lack, name_str(name), lack[0] == 'g' ?
	    "does not come before it" : "is not in it");
}
