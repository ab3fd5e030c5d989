/*
 * Which changes of the model are about an object? Its own, those of its sponsor
 * list, those that name it, and those of what is below it.
 */
#include <string.h>

#include "admin.h"
#include "dn.h"
#include "why_part.h"

static const char *
operator_of(const struct ccb_op *op)
{
	static const char *const signs[] = { [MODIFY_ADD] = "+=",
		[MODIFY_DELETE] = "-=", [MODIFY_REPLACE] = ":=" };

	return op->kind == CCB_MODIFY ? signs[op->op] : ":=";
}

bool
why_names(const struct why *w, const struct cattr *a)
{
	uint32_t i;

	for (i = 0; i < a->nvalue; i++)
		if (a->value[i] == w->dn)
			return true;
	return false;
}

const struct cattr *
why_sponsors(const struct ccb_op *op)
{
	uint32_t i;

	for (i = 0; i < op->nattr && op->kind != CCB_DELETE; i++)
		if (op->attr[i].name == N_saPlmDepNames)
			return &op->attr[i];
	return NULL;
}

static void
own_change(struct why *w, const struct ccb_op *op, uint64_t number)
{
	static const char *const verbs[] = { [CCB_CREATE] = "it is created",
		[CCB_DELETE] = "it is deleted",
		[CCB_MODIFY] = "it is modified" };
	uint32_t i;

	why_open(w);
	reply_say(w->a, 1, "change", "%s (action %llu)", verbs[op->kind],
	    (unsigned long long)number);
	reply_text(w->a, "how", op->kind == CCB_CREATE ? "create" :
	    op->kind == CCB_DELETE ? "delete" : "modify");
	reply_number(w->a, "action", number);
	why_reason(w, 2, op->reason);
	for (i = 0; i < op->nattr && op->kind == CCB_MODIFY; i++) {
		reply_say(w->a, 2, "attribute", "%s %s %s%s",
		    why_shown(w, op->attr[i].name), operator_of(op),
		    why_values(w, &op->attr[i]),
		    why_time(w, &op->attr[i]));
		reply_name(w->a, "attribute", op->attr[i].name);
		reply_text(w->a, "new", why_values(w, &op->attr[i]));
	}
}

/* Its own sponsors are cut, written on the way, or restored. */
static void
own_sponsors(struct why *w, const struct ccb_op *op, uint64_t number)
{
	const struct cattr *a = why_sponsors(op);

	why_open(w);
	reply_say(w->a, 1, "sponsors", "it is sponsored by %s (action %llu)",
	    why_values(w, a), (unsigned long long)number);
	reply_text(w->a, "sponsors", why_values(w, a));
	reply_number(w->a, "action", number);
	why_reason(w, 2, op->reason);
}

void
why_tell_around(struct why *w, const struct around *r, uint64_t number)
{
	const struct ccb_op *op;
	size_t i;

	for (i = 0; i < r->nnamed && i < LISTED; i++) {
		op = r->named[i];
		why_open(w);
		if (why_sponsors(op) != NULL)
			reply_say(w->a, 1, "sponsor-of", "%s is sponsored by "
			    "%s (action %llu)", why_shown(w, dn_parent(op->dn)),
			    why_values(w, why_sponsors(op)),
			    (unsigned long long)number);
		else
			reply_say(w->a, 1, "named-by", "%s names it (action "
			    "%llu)", why_shown(w, op->dn),
			    (unsigned long long)number);
		reply_name(w->a, "by", op->dn);
		reply_number(w->a, "action", number);
		why_reason(w, 2, op->reason);
	}
	if (r->nnamed > LISTED) {
		reply_say(w->a, 1, "more", "and %zu more like these",
		    r->nnamed - LISTED);
		reply_number(w->a, "count", r->nnamed - LISTED);
	}
	for (i = 0; i < r->nbelow && i < LISTED; i++) {
		why_open(w);
		reply_say(w->a, 1, "below", "below it, %s changes too "
		    "(action %llu)", why_shown(w, r->below[i]),
		    (unsigned long long)number);
		reply_name(w->a, "object", r->below[i]);
		reply_number(w->a, "action", number);
	}
	if (r->nbelow > LISTED) {
		reply_say(w->a, 1, "more", "and %zu more below it",
		    r->nbelow - LISTED);
		reply_number(w->a, "count", r->nbelow - LISTED);
	}
}

void
why_look_at_op(struct why *w, const struct ccb_op *op, uint64_t number,
    struct around *r)
{
	uint32_t i;

	if (op->dn == w->dn) {
		own_change(w, op, number);
		return;
	}
	if (why_is_below(w, op->dn)) {
		if (why_sponsors(op) != NULL && dn_parent(op->dn) == w->dn)
			own_sponsors(w, op, number);
		else if (r->nbelow++ < LISTED)
			r->below[r->nbelow - 1] = op->dn;
		return;
	}
	for (i = 0; i < op->nattr; i++)
		if (why_names(w, &op->attr[i])) {
			if (r->nnamed++ < LISTED)
				r->named[r->nnamed - 1] = op;
			return;
		}
}

void
why_look_at_ops(struct why *w, const struct ccb_op *op, size_t n,
    uint64_t number)
{
	struct around r = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		why_look_at_op(w, &op[i], number, &r);
	why_tell_around(w, &r, number);
}

/* The next action of a node of the report, or NULL. */
const struct report_node *
why_next_action(const struct report_node *n)
{
	while (n != NULL && n->kind != REPORT_ACTION)
		n = n->next;
	return n;
}

/* A list of actions and the nodes that stand for it; the node after. */
const struct report_node *
why_look_at_list(struct why *w, const struct action_list *l,
    const struct report_node *n)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const char *what;
		uint64_t number;

		n = why_next_action(n);
		if (n == NULL)
			return NULL;
		number = report_number(n, "number");
		what = report_text(n, "parameters");
		n = n->next;
		if (l->v[i].kind == ACTION_CCB)
			why_look_at_ops(w, l->v[i].op, l->v[i].nop, number);
		if (l->v[i].kind != ACTION_ADMIN || l->v[i].forward.dn != w->dn)
			continue;
		if (admin_morphs(&l->v[i]))
			w->morph = w->p;
		why_open(w);
		reply_say(w->a, 1, "admin", "%s%s%s (action %llu)",
		    why_shown(w, l->v[i].forward.operation),
		    what == NULL ? "" : ": ", what == NULL ? "" : what,
		    (unsigned long long)number);
		reply_name(w->a, "operation", l->v[i].forward.operation);
		reply_number(w->a, "action", number);
		why_reason(w, 2, l->v[i].reason);
	}
	return n;
}
