/*
 * P5: is every migratable VM that is modified or removed caught, that is, has
 * it exactly one sponsor, a legal one, from the initialization until it is
 * mobilised, and comes every new one up on one? Whether a VM is modified in a
 * step or only online is known when a step does it; so what is wrong with a
 * catch is kept until then.
 */
#include "dn.h"
#include "proving.h"

static bool
lists_in(const struct model *m, const struct system *y, uint32_t ee,
    uint32_t sponsor)
{
	uint32_t d, o, a;
	const uint32_t *v;
	size_t n, i;

	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next) {
		o = model_find(m, y->dep[d].dn);
		a = o == NONE ? NONE : model_attr(m, o, N_saPlmDepNames);
		if (a == NONE)
			continue;
		v = attr_values(m, a, &n);
		for (i = 0; i < n; i++)
			if (v[i] == sponsor)
				return true;
	}
	return false;
}

static const char *
illegal(const struct prover *p, uint32_t ee, uint32_t sponsor)
{
	uint32_t s = system_find(p->y, SYS_EE, sponsor);

	if (s == NONE)
		return "is caught on something that is no EE";
	if (p->y->ee[ee].op == EE_ADD)
		return lists_in(p->target, p->y, ee, sponsor) ? NULL :
		    "comes up on an EE that is not its sponsor in the target";
	if (!lists_in(p->source, p->y, ee, sponsor))
		return "is caught on an EE that is not its sponsor in the "
		    "source";
	if (p->y->ee[ee].op == EE_MODIFY && p->y->ee[s].op != EE_MODIFY &&
	    p->y->ee[s].op != EE_SAME)
		return "is modified, but caught on an EE that is removed";
	return NULL;
}

/* Why the VM is not caught now, or NULL; the sponsor in *host. */
static const char *
uncaught(const struct prover *p, uint32_t ee, uint32_t *host)
{
	const struct system *y = p->y;
	uint32_t d, list = NONE;
	size_t n;
	const uint32_t *v;

	*host = NAME_NONE;
	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next) {
		if (!world_exists(p->w, y->dep[d].dn) ||
		    !system_dep_counts(y, d))
			continue;
		if (list != NONE)
			return "has two dependencies on EEs";
		list = d;
	}
	if (list == NONE)
		return "has no dependency on an EE";
	v = world_values(p->w, y->dep[list].dn, N_saPlmDepNames, &n);
	*host = v[0];
	if (n != 1)
		return "has more than one sponsor";
	if (system_min_number(y, list) != 1)
		return "needs more sponsors than the one it is caught on";
	return illegal(p, ee, v[0]);
}

/* What its list says, and since when. */
static void
note_list(struct prover *p, uint32_t ee)
{
	const struct sys_ee *e = &p->y->ee[ee];
	size_t n;
	const uint32_t *v = world_values(p->w, p->y->dep[e->dep].dn,
	    N_saPlmDepNames, &n);

	if (n > 1)
		prove_note(p, "its sponsors are \"%s\", \"%s\"%s",
		    name_str(v[0]), name_str(v[1]), n > 2 ? ", ..." : "");
	if (e->listed != 0)
		prove_note(p, "they are that since action %u of %zu",
		    (unsigned)e->listed, p->a->n);
	else
		prove_note(p, "no action before this one changed its list");
}

static bool
tell(struct prover *p, uint32_t ee, uint32_t host, const char *why)
{
	uint32_t s = system_find(p->y, SYS_EE, host);

	prove_fail(p, DIAG_NOT_CAUGHT, p->y->ee[ee].dn, "\"%s\" %s",
	    name_str(p->y->ee[ee].dn), why);
	if (s != NONE)
		prove_note_ee(p, s);
	else if (host != NAME_NONE)
		prove_note(p, "it names \"%s\"", name_str(host));
	if (p->y->ee[ee].dep != NONE)
		note_list(p, ee);
	return false;
}

bool
prove_catches(struct prover *p)
{
	uint32_t i, host;

	for (i = 0; i < p->y->nee; i++) {
		struct sys_ee *e = &p->y->ee[i];

		if (!e->vm_s || !e->exists ||
		    (e->op != EE_MODIFY && e->op != EE_REMOVE))
			continue;
		e->uncaught = uncaught(p, i, &host);
		e->host = host;
		if (e->uncaught != NULL && e->op == EE_REMOVE)
			return tell(p, i, host, e->uncaught);
	}
	p->caught = true;
	return true;
}

/* A VM that stays gets no sponsor that is not yet what the target says of it:
 * one that a step is still to modify. Whether a step does is seen then. */
static void
note_promises(struct prover *p, uint32_t dep)
{
	uint32_t ee = p->y->dep[dep].ee, s;
	size_t n, i;
	const uint32_t *v = world_values(p->w, p->y->dep[dep].dn,
	    N_saPlmDepNames, &n);

	for (i = 0; i < n; i++) {
		s = system_find(p->y, SYS_EE, v[i]);
		if (s == NONE || p->y->ee[s].op != EE_MODIFY ||
		    p->y->ee[s].changed != 0 || p->y->ee[s].promised != 0 ||
		    lists_in(p->source, p->y, ee, v[i]))
			continue;
		p->y->ee[s].promised = (uint32_t)p->now + 1;
		p->y->ee[s].promised_to = ee;
	}
}

/* Called when a step modifies the EE. */
static bool
keeps_promises(struct prover *p, uint32_t ee)
{
	const struct sys_ee *e = &p->y->ee[ee];

	if (e->promised == 0 || e->promised == p->now + 1)
		return true;
	prove_fail(p, DIAG_NOT_CAUGHT, e->dn, "\"%s\" is modified after \"%s\" "
	    "got it as a sponsor of the target", name_str(e->dn),
	    name_str(p->y->ee[e->promised_to].dn));
	prove_note(p, "it is in that list since action %u of %zu",
	    (unsigned)e->promised, p->a->n);
	return false;
}

bool
prove_catch(struct prover *p, uint32_t dep)
{
	uint32_t i = p->y->dep[dep].ee, host;
	struct sys_ee *e = &p->y->ee[i];
	const char *why;

	e->listed = (uint32_t)p->now + 1;
	if ((e->op == EE_SAME || e->morphed != 0) && e->exists && e->vm_s &&
	    e->vm_t)
		note_promises(p, dep);
	if (!p->caught || !e->exists || e->op == EE_SAME ||
	    (e->op == EE_ADD ? !e->vm_t : !e->vm_s))
		return true;
	why = uncaught(p, i, &host);
	if (why == NULL && e->host != NAME_NONE && e->host != host)
		why = "leaves the sponsor it is caught on";
	if (e->host == NAME_NONE)
		e->host = host;
	if (why != NULL && e->op == EE_MODIFY && e->changed == 0) {
		e->uncaught = why;
		return true;
	}
	return why == NULL || tell(p, i, host, why);
}

bool
prove_catch_changed(struct prover *p, uint32_t ee)
{
	struct sys_ee *e = &p->y->ee[ee];
	uint32_t host;

	if (e->op == EE_MODIFY && !keeps_promises(p, ee))
		return false;
	if (e->op != EE_MODIFY || !e->vm_s || e->uncaught == NULL)
		return true;
	uncaught(p, ee, &host);
	return tell(p, ee, host, e->uncaught);
}

/* A new VM has its list with the same change of the model. */
bool
prove_catch_added(struct prover *p, uint32_t ee)
{
	struct sys_ee *e = &p->y->ee[ee];
	const char *why;

	if (e->op != EE_ADD || !e->vm_t || !e->exists)
		return true;
	why = uncaught(p, ee, &e->host);
	return why == NULL || tell(p, ee, e->host, why);
}
