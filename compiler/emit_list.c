/*
 * How do sponsor lists change? The catching writes one sponsor for each caught
 * VM, procedures write what VMs that stay may stand on meanwhile, and at the
 * end all lists are mobilised: they become what the target says.
 */
#include <stdlib.h>

#include "buf.h"
#include "emit_build.h"

/* --- lists on the way --- */

const uint32_t *
emit_list(struct emitter *e, const struct dep *d, const uint32_t *ees,
    uint32_t n, uint32_t *count)
{
	bool target = d->s == NONE || e->f->v[d->ee].s == NONE;
	const struct model *m = target ? e->t : e->s;
	uint32_t a = model_attr(m, target ? d->t : d->s, N_saPlmDepNames), i;
	uint32_t *r;
	size_t nv = 0, k;
	const uint32_t *v = a == NONE ? NULL : attr_values(m, a, &nv);

	r = arena_array(&e->c->arena, n + nv, sizeof(*r));
	*count = 0;
	for (i = 0; i < n; i++)
		r[(*count)++] = e->f->v[ees[i]].dn;
	for (k = 0; k < nv && !d->caught; k++)
		if (tree_find(e->f, v[k]) == NONE)
			r[(*count)++] = v[k];
	return r;
}

/* A list in force, as modifies of its dependency object. */
static void
list_modifies(struct emitter *e, const struct dep_change *c, uint32_t min_was,
    struct ops *ops)
{
	const struct dep *d = &e->f->dep[c->dep];
	uint32_t dn = d->s != NONE ? e->s->object[d->s].dn :
	    e->t->object[d->t].dn, n;
	const uint32_t *v = emit_list(e, d, c->names, c->n, &n);
	uint32_t *min;

	emit_modify(e, ops, dn, N_SaPlmDependency, N_saPlmDepNames, v, n, NULL,
	    0, c->why);
	if (c->min == min_was)
		return;
	min = arena_alloc(&e->c->arena, sizeof(*min));
	*min = emit_number(c->min);
	emit_modify(e, ops, dn, N_SaPlmDependency, N_saPlmDepMinNumber, min, 1,
	    NULL, 0, c->why);
}

/* Each list once, as it is at the end of the unit. */
void
emit_list_changes(struct emitter *e, const struct dep_changes *c,
    struct ops *ops)
{
	size_t i;

	for (i = c->n; i-- > 0;)
		e->last_change[c->v[i].dep] = 0;
	for (i = 0; i < c->n; i++)
		e->last_change[c->v[i].dep] = i;
	for (i = 0; i < c->n; i++) {
		uint32_t *was = &e->min_now[c->v[i].dep];

		if (e->last_change[c->v[i].dep] != i)
			continue;
		list_modifies(e, &c->v[i], *was, ops);
		*was = c->v[i].min;
	}
}

/* --- the catching --- */

uint32_t
emit_catch_reason(struct emitter *e, uint32_t vm)
{
	static const char *const modify[] = {
		"sponsor in source and target, changed together with the VM",
		"sponsor in source and target, not changed itself",
		"sponsor in the source only, changed together with the VM",
		"sponsor in the source only, not changed itself" };
	static const char *const add[] = {
		"added with the VM", "not changed",
		"changed later, when the VM is acted on" };
	static const char *const rem[] = {
		"removed with the VM",
		"changed in the procedure that removes the VM",
		"not changed", "kept free of MODIFY procedures" };
	const struct caught *w = &e->p->why[vm];
	const char *text = e->f->v[vm].op == OP_MODIFY ? modify[w->rank & 3] :
	    e->f->v[vm].op == OP_ADD ? add[w->rank % 3] : rem[w->rank & 3];
	struct buf b = { 0 };

	buf_printf(&b, "caught for %s: %s", diff_op_name((enum op)
	    e->f->v[vm].op), text);
	if (w->forced && w->blocked != NAME_NONE)
		buf_printf(&b, tree_find(e->f, w->blocked) == NONE ?
		    "; a sponsor it prefers would cost %s" :
		    "; a sponsor it prefers has no room: %s",
		    name_str(w->blocked));
	else if (w->forced)
		buf_str(&b, "; a sponsor it prefers would cost a service or "
		    "room");
	return intern_buf(&b);
}

void
emit_catches(struct emitter *e)
{
	struct ops ops = { 0 };
	size_t i;

	for (i = 0; i < e->p->nbind; i++) {
		const struct dep *d = &e->f->dep[e->p->bind[i]];
		struct ccb_op op = { .kind = CCB_MODIFY,
			.class = N_SaPlmDependency, .op = MODIFY_REPLACE };
		uint32_t *v;

		op.nattr = d->min_s > 1 ? 2 : 1;
		v = arena_array(&e->c->arena, op.nattr, sizeof(*v));
		v[0] = e->f->v[e->f->v[d->ee].host].dn;
		op.dn = e->s->object[d->s].dn;
		op.attr = arena_array(&e->c->arena, op.nattr,
		    sizeof(*op.attr));
		op.attr[0] = (struct cattr){ N_saPlmDepNames, TYPE_NAME, 1,
			v };
		if (op.nattr == 2) {
			v[1] = emit_number(1);
			op.attr[1] = (struct cattr){ N_saPlmDepMinNumber,
				TYPE_UINT32, 1, v + 1 };
		}
		op.reason = emit_catch_reason(e, d->ee);
		emit_put(&ops, op);
	}
	emit_ccb(e, &e->c->init, &ops);
}

/* --- the mobilising --- */

static bool
same_list(const struct emitter *e, const struct dep *d, size_t *n,
    const uint32_t **v)
{
	uint32_t a = model_attr(e->t, d->t, N_saPlmDepNames), i, k = 0;
	uint32_t *now;
	bool same;

	*v = a == NONE ? NULL : attr_values(e->t, a, n);
	if (a == NONE)
		*n = 0;
	if (d->others_s + d->others_t > 0 || d->ordered)
		return false; /* names besides EEs: written to be sure */
	now = mem_alloc(d->ncur, sizeof(*now));
	for (i = 0; i < d->ncur; i++)
		now[k++] = e->f->v[d->cur[i]].dn;
	same = values_equal(now, k, *v, *n);
	free(now);
	return same;
}

/* What the plan says of how it is mobilised: by default at once, as listed. */
static struct mobile
move_of(const struct emitter *e, uint32_t dep)
{
	if (e->p->move == NULL || !e->p->move[dep].told)
		return (struct mobile){ NONE, 0, false };
	return e->p->move[dep];
}

/* The list, with the EE that has room first. */
static const uint32_t *
first_in_list(struct emitter *e, const uint32_t *v, size_t n, uint32_t ee)
{
	uint32_t *r = emit_copy(e, v, n, sizeof(*v));
	size_t i = 0;

	while (i < n && v[i] != e->f->v[ee].dn)
		i++;
	for (; i > 0; i--)
		r[i] = r[i - 1];
	if (n > 0)
		r[0] = e->f->v[ee].dn;
	return r;
}

static void
mobilise_names(struct emitter *e, uint32_t i, struct ops *ops)
{
	const struct dep *d = &e->f->dep[i];
	uint32_t to = move_of(e, i).to;
	const char *why = d->caught ? "mobilised: the sponsors of the target" :
	    "the sponsors of the target";
	const uint32_t *v;
	size_t n = 0;

	if (same_list(e, d, &n, &v))
		return;
	if (to != NONE) {
		v = first_in_list(e, v, n, to);
		why = "the sponsors of the target, first the one that has "
		    "room";
	}
	emit_modify(e, ops, e->t->object[d->t].dn, N_SaPlmDependency,
	    N_saPlmDepNames, v, n, NULL, 0, why);
}

static void
mobilise_minimum(struct emitter *e, const struct dep *d, struct ops *ops)
{
	uint32_t min = model_attr(e->t, d->t, N_saPlmDepMinNumber), a;
	size_t n = 0, nold = 0;
	const uint32_t *v = min == NONE ? NULL : attr_values(e->t, min, &n);
	const uint32_t *old = NULL;

	if (n == 1 && d->min_cur == d->min_t &&
	    (e->f->v[d->ee].s == NONE || d->min_s == d->min_t) &&
	    (d->s == NONE || !diff_attr_differs(e->s, d->s, e->t, d->t,
	    N_saPlmDepMinNumber)))
		return;
	if (n == 0 && d->s != NONE) {
		a = model_attr(e->s, d->s, N_saPlmDepMinNumber);
		old = a == NONE ? NULL : attr_values(e->s, a, &nold);
	}
	emit_modify(e, ops, e->t->object[d->t].dn, N_SaPlmDependency,
	    N_saPlmDepMinNumber, v, n, old, nold, NULL);
}

/* Is the list of the target an object that the campaign has to write? */
static bool
is_mobilised(const struct emitter *e, const struct dep *d)
{
	if (d->t == NONE || e->f->v[d->ee].t == NONE)
		return false;
	/* else created as the target has it */
	return e->f->v[d->ee].s == NONE || (d->s != NONE &&
	    e->s->object[d->s].dn == e->t->object[d->t].dn);
}

void
emit_mobilise(struct emitter *e, struct ops *ops)
{
	uint32_t i;

	for (i = 0; i < e->f->ndep; i++) {
		if (!is_mobilised(e, &e->f->dep[i]) ||
		    move_of(e, i).round > 0)
			continue;
		mobilise_names(e, i, ops);
		mobilise_minimum(e, &e->f->dep[i], ops);
	}
}

/* The second and later rounds, then the order of the target where another
 * name had to come first. */
void
emit_mobilise_late(struct emitter *e)
{
	struct ops ops = { 0 };
	uint32_t round, i;
	size_t n = 0;
	const uint32_t *v;

	for (round = 1; round < e->p->nround; round++) {
		for (i = 0; i < e->f->ndep; i++)
			if (move_of(e, i).round == round) {
				mobilise_names(e, i, &ops);
				mobilise_minimum(e, &e->f->dep[i], &ops);
			}
		emit_ccb(e, &e->c->complete, &ops);
	}
	for (i = 0; i < e->f->ndep; i++)
		if (move_of(e, i).to != NONE && !same_list(e, &e->f->dep[i], &n, &v))
			emit_modify(e, &ops, e->t->object[e->f->dep[i].t].dn,
			    N_SaPlmDependency, N_saPlmDepNames, v, n, NULL, 0,
			    "in the order of the target");
	emit_ccb(e, &e->c->complete, &ops);
}
