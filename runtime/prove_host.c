/*
 * P6: on which EE does each virtual machine stand, and may it? One that runs
 * stands on a sponsor of its list. When that is locked, or leaves the list, it
 * migrates to one that is in service; when the lock or the change is taken
 * back, it goes back. So every migration is judged in both directions, and
 * after each action with its migrations nobody is left where he may not be.
 */
#include "proving.h"

static bool
is_vm(const struct prover *p, uint32_t ee)
{
	const struct sys_ee *e = &p->y->ee[ee];

	return (e->vm_s || e->vm_t) && system_depends(p->y, ee);
}

static uint32_t
first_sponsor(const struct prover *p, uint32_t ee)
{
	const struct system *y = p->y;
	uint32_t d, s;
	const uint32_t *v;
	size_t n, i;

	for (d = y->ee[ee].dep; d != NONE; d = y->dep[d].next) {
		v = world_values(p->w, y->dep[d].dn, N_saPlmDepNames, &n);
		for (i = 0; i < n; i++) {
			s = system_find(y, SYS_EE, v[i]);
			if (s != NONE && system_serves(y, v[i]))
				return s;
		}
	}
	return NONE;
}

void
prove_stand_first(struct prover *p)
{
	uint32_t i;

	for (i = 0; i < p->y->nee; i++)
		if (p->y->ee[i].exists && p->y->ee[i].vm_s)
			system_stand(p->y, i, first_sponsor(p, i));
}

/* Can the VM stand there? what: as of prove_has_room. */
static bool
may_stand(struct prover *p, uint32_t ee, uint32_t on, const char *what)
{
	uint32_t vm = p->y->ee[ee].dn, s = system_find(p->y, SYS_EE, on);
	bool listed = system_lists(p->y, ee, on);

	if (s != NONE && listed && system_serves(p->y, on))
		return true;
	prove_fail(p, DIAG_NOTHING_BELOW, vm, "\"%s\" %s \"%s\", which is "
	    "%s", name_str(vm), what, name_str(on), s == NONE ? "no EE" :
	    listed ? "not in service" : "not among its sponsors");
	if (s != NONE)
		prove_note_ee(p, s);
	return false;
}

bool
prove_comes_up(struct prover *p, uint32_t ee, uint32_t on)
{
	if (!is_vm(p, ee))
		return true;
	if (on == NAME_NONE)
		return prove_fail(p, DIAG_NOTHING_BELOW, p->y->ee[ee].dn,
		    "\"%s\" comes up, but none of its sponsors is in service",
		    name_str(p->y->ee[ee].dn));
	if (!may_stand(p, ee, on, "comes up on") ||
	    !wave_apart(p, p->y->ee[ee].dn, on))
		return false;
	system_stand(p->y, ee, system_find(p->y, SYS_EE, on));
	return prove_has_room(p, ee, "comes up on");
}

bool
prove_goes(struct prover *p, uint32_t ee, const struct act *a,
    const char *there, const char *back)
{
	uint32_t to = p->way == WAY_BACK ? a->on : a->to;

	if (!may_stand(p, ee, to, p->way == WAY_BACK ? back : there) ||
	    !wave_apart(p, a->entity, a->entity) ||
	    !wave_apart(p, a->entity, to) || !wave_list_is_own(p, ee))
		return false;
	system_stand(p->y, ee, system_find(p->y, SYS_EE, to));
	return prove_has_room(p, ee, there);
}

bool
prove_migrate(struct prover *p, const struct act *a)
{
	uint32_t ee = system_find(p->y, SYS_EE, a->entity);

	if (ee == NONE || !p->y->ee[ee].exists || !p->y->ee[ee].up)
		return prove_fail(p, DIAG_NOTHING_BELOW, a->entity,
		    "\"%s\" migrates, but does not run",
		    name_str(a->entity));
	return prove_goes(p, ee, a, "migrates to", "migrates back to");
}

bool
prove_no_guests(struct prover *p, uint32_t ee, const char *what)
{
	const struct system *y = p->y;
	uint32_t g = y->ee[ee].guest;

	if (g == NONE)
		return true;
	prove_fail(p, DIAG_NOTHING_BELOW, y->ee[g].dn, "\"%s\" stands on "
	    "\"%s\" while that is %s", name_str(y->ee[g].dn),
	    name_str(y->ee[ee].dn), what);
	prove_note_ee(p, g);
	return false;
}

/* One that serves must stand on what serves. */
static bool
left_on(struct prover *p, uint32_t vm)
{
	const struct sys_ee *e = &p->y->ee[vm];

	if (!e->exists || !e->up || e->locked || e->at == NONE)
		return true;
	return may_stand(p, vm, p->y->ee[e->at].dn, "is left standing on");
}

static bool
guests_moved(struct prover *p, uint32_t ee)
{
	uint32_t g;

	if (!p->y->ee[ee].locked)
		return true;
	for (g = p->y->ee[ee].guest; g != NONE; g = p->y->ee[g].next_guest)
		if (!left_on(p, g))
			return false;
	return true;
}

/* An EE that runs may become a VM where it stands, or be none any more. */
static bool
list_followed(struct prover *p, uint32_t dn)
{
	uint32_t d = system_find(p->y, SYS_DEP, dn), ee;
	struct sys_ee *e;

	if (d == NONE)
		return true;
	ee = p->y->dep[d].ee;
	e = &p->y->ee[ee];
	if (!e->exists || !e->up)
		return true;
	if (!is_vm(p, ee))
		system_stand(p->y, ee, NONE);
	else if (e->at == NONE)
		system_stand(p->y, ee, first_sponsor(p, ee));
	return left_on(p, ee);
}

bool
prove_settled(struct prover *p, size_t cause)
{
	const struct act *a = &p->a->act[cause];
	const struct unit_span *u = &p->span[cause];
	uint32_t ee;
	size_t i;

	if (a->verb == VERB_MODIFY_IM) {
		for (i = 0; i < u->n; i++)
			if (!list_followed(p, p->touched.v[u->first + i]))
				return false;
		return true;
	}
	ee = a->entity == NAME_NONE ? NONE :
	    system_find(p->y, SYS_EE, a->entity);
	return ee == NONE || guests_moved(p, ee);
}
