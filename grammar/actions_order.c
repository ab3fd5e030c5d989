/*
 * What a campaign orders outside its steps, and what happens to one entity:
 * callbacks, changes of the model, administrative operations, commands. Where
 * something cannot be carried out the first such thing is kept.
 */
#include <string.h>

#include "admin.h"
#include "apply.h"
#include "expander_part.h"

void
expander_refuse(struct expander *x, const char *why, uint32_t pos)
{
	if (x->a->is_refused)
		return;
	x->a->is_refused = true;
	x->a->refused = why;
	x->a->refused_pos = pos;
}

void
expander_act(struct expander *x, enum verb verb, uint32_t dn, uint8_t part,
    uint16_t nested)
{
	struct act a = { .verb = (uint8_t)verb, .part = part,
		.nested = nested, .entity = dn };

	if (verb == VERB_INSTANTIATE && expander_is_ee(x, dn))
		a.on = expander_bring_up(x, dn);
	else if (expander_is_ee(x, dn))
		a.on = expander_layer_below(x, dn);
	expander_emit(x, a);
	if (verb == VERB_LOCK)
		expander_take_down(x, dn, part, nested);
	else if (verb == VERB_UNLOCK)
		*idmap_at(&x->down, dn) = 0;
}

static void
do_ccb(struct expander *x, const struct action *ccb, uint8_t part)
{
	size_t mark;

	expander_emit(x, (struct act){ .verb = VERB_MODIFY_IM, .part = part,
	    .entity = ccb->nop == 1 ? ccb->op[0].dn : (uint32_t)NAME_NONE,
	    .ccb = ccb });
	mark = world_mark(x->w);
	apply_ccb(x->w, x->c, ccb, &x->diag);
	expander_follow(x, mark, part, 0);
}

void
expander_call(struct expander *x, const struct callback *v, size_t n,
    uint8_t part, uint16_t nested)
{
	size_t i;

	for (i = 0; i < n; i++)
		expander_emit(x, (struct act){ .verb = VERB_NOTIFY,
		    .part = part, .nested = nested, .callback = &v[i] });
}

/* The machine goes where it is told to, if it is not there. */
static void
do_morph(struct expander *x, const struct action *op, uint8_t part)
{
	uint32_t dn = op->forward.dn, on = expander_layer_below(x, dn);
	uint32_t to = admin_param(&op->forward, "to", 0);

	if (to == on)
		to = NAME_NONE;
	expander_emit(x, (struct act){ .verb = VERB_MORPH, .part = part,
	    .entity = dn, .on = on, .to = to });
	if (to != NAME_NONE)
		expander_move(x, dn, to);
}

static void
do_admin(struct expander *x, const struct action *op, uint8_t part)
{
	uint32_t dn = op->forward.dn;
	size_t at = x->a->n;
	const char *why = admin_fault(&op->forward, dn == NAME_NONE ?
	    (uint32_t)NAME_NONE : world_class(x->w, dn));

	if (why == NULL)
		why = admin_undo_fault(op);
	if (why == NULL && part == PART_WRAPUP)
		why = "orders an administrative operation when it is "
		    "committed";
	if (why != NULL) {
		if (!x->a->is_refused)
			x->a->refused_op = &op->forward;
		expander_refuse(x, why, op->pos);
		return;
	}
	if (admin_verb(op->forward.operation) == VERB_MORPH)
		do_morph(x, op, part);
	else
		expander_act(x, admin_verb(op->forward.operation), dn, part, 0);
	x->a->act[at].ccb = op;
}

/* A command, in each place it is for. */
static void
do_command(struct expander *x, const struct action *a, uint8_t part)
{
	const struct plm_env *e;
	uint32_t dn;
	size_t i;

	for (i = 0; i < a->nenv; i++) {
		e = &a->env[i];
		dn = e->ee != NAME_NONE ? e->ee : e->amf_node != NAME_NONE ?
		    e->amf_node : e->clm_node;
		if (a->command == NAME_NONE || dn == NAME_NONE ||
		    !world_exists(x->w, dn))
			expander_refuse(x, "runs a command in a place that is not "
			    "there", a->pos);
		else
			expander_emit(x, (struct act){ .verb = VERB_COMMAND,
			    .part = part, .entity = dn, .on = dn, .ccb = a });
	}
}

void
expander_do_list(struct expander *x, const struct action_list *l, uint8_t part)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		switch (l->v[i].kind) {
		case ACTION_CCB:
			do_ccb(x, &l->v[i], part);
			break;
		case ACTION_ADMIN:
			do_admin(x, &l->v[i], part);
			break;
		case ACTION_CALLBACK:
			expander_call(x, &l->v[i].callback, 1, part, 0);
			break;
		case ACTION_CLI:
			do_command(x, &l->v[i], part);
		}
}
