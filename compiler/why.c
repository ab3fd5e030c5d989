/*
 * Why is this where it is? The campaign is read in the order of execution, and
 * whatever is about the object is told: who acts on it and by which rule, what
 * it stands on then, which attribute changes, which sponsor lists name it. The
 * numbers of actions are those of the plan.
 */
#include <stdlib.h>
#include <string.h>

#include "reply.h"
#include "buf.h"
#include "campaign.h"
#include "dn.h"
#include "report.h"
#include "show.h"
#include "why.h"

enum { LISTED = 10, CHAIN_MAX = 16 };

enum deed { DEED_NONE, DEED_ACT, DEED_MODIFY, DEED_ADD, DEED_REMOVE };

struct why {
	struct reply *a;
	const struct why_input *in;
	const struct campaign *c;
	uint32_t dn;
	struct report report;
	const char *title; /* of a part about which nothing was said yet */
	const struct procedure *p;
	uint64_t change; /* number of the action in which its steps change the
	                  * model */
	/* what happens to it in all, for the first line */
	enum deed deed;
	const struct procedure *where;
	size_t nact; /* procedures that act on it besides */
	size_t nuse, nmore; /* that use it as a type or bundle: told, not told */
	const struct procedure *more; /* the last of these */
	bool touched;
};

static const char *
shown(const struct why *w, uint32_t name)
{
	return reply_shown(w->a, name);
}

static bool
is_below(const struct why *w, uint32_t dn)
{
	const char *s = name_str(dn);
	size_t n = name_len(dn), k = name_len(w->dn);

	return n > k + 1 && s[n - k - 1] == ',' && s[n - k - 2] != '\\' &&
	    memcmp(s + n - k, name_str(w->dn), k) == 0;
}

/* Once something is said about a part, its title stands above. */
static void
open_part(struct why *w)
{
	if (w->title == NULL)
		return;
	if (w->p == NULL) {
		reply_say(w->a, 0, "part", "%s", w->title);
	} else {
		reply_say(w->a, 0, "procedure", "level %u: %s", w->p->level,
		    shown(w, w->p->name));
		reply_number(w->a, "level", w->p->level);
		reply_name(w->a, "procedure", w->p->name);
		if (w->p->reason != NAME_NONE) {
			reply_say(w->a, 1, "why", "why here: %s",
			    shown(w, w->p->reason));
			reply_name(w->a, "reason", w->p->reason);
		}
	}
	w->title = NULL;
	w->touched = true;
}

static void
tell_why(struct why *w, unsigned depth, uint32_t reason)
{
	if (reason == NAME_NONE)
		return;
	reply_say(w->a, depth, "why", "why: %s", shown(w, reason));
	reply_name(w->a, "reason", reason);
}

static const char *
values(struct why *w, const struct cattr *a)
{
	struct buf b = { 0 };
	const char *s;

	if (a->nvalue == 0)
		return "(none)";
	show_values(&b, a->value, a->nvalue);
	s = arena_strdup(&w->a->arena, b.data, b.len);
	buf_free(&b);
	return s;
}

/* --- changes of the model --- */

static const char *
operator_of(const struct ccb_op *op)
{
	static const char *const signs[] = { [MODIFY_ADD] = "+=",
		[MODIFY_DELETE] = "-=", [MODIFY_REPLACE] = ":=" };

	return op->kind == CCB_MODIFY ? signs[op->op] : ":=";
}

static bool
names_it(const struct why *w, const struct cattr *a)
{
	uint32_t i;

	for (i = 0; i < a->nvalue; i++)
		if (a->value[i] == w->dn)
			return true;
	return false;
}

static const struct cattr *
sponsors(const struct ccb_op *op)
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
		[CCB_DELETE] = "it is deleted", [CCB_MODIFY] = "it is modified" };
	uint32_t i;

	open_part(w);
	reply_say(w->a, 1, "change", "%s (action %llu)", verbs[op->kind],
	    (unsigned long long)number);
	reply_text(w->a, "how", op->kind == CCB_CREATE ? "create" :
	    op->kind == CCB_DELETE ? "delete" : "modify");
	reply_number(w->a, "action", number);
	tell_why(w, 2, op->reason);
	for (i = 0; i < op->nattr && op->kind == CCB_MODIFY; i++) {
		reply_say(w->a, 2, "attribute", "%s %s %s",
		    shown(w, op->attr[i].name), operator_of(op),
		    values(w, &op->attr[i]));
		reply_name(w->a, "attribute", op->attr[i].name);
		reply_text(w->a, "new", values(w, &op->attr[i]));
	}
}

/* Its own sponsors are cut, written on the way, or restored. */
static void
own_sponsors(struct why *w, const struct ccb_op *op, uint64_t number)
{
	const struct cattr *a = sponsors(op);

	open_part(w);
	reply_say(w->a, 1, "sponsors", "it is sponsored by %s (action %llu)",
	    values(w, a), (unsigned long long)number);
	reply_text(w->a, "sponsors", values(w, a));
	reply_number(w->a, "action", number);
	tell_why(w, 2, op->reason);
}

/* What of a list of changes is about the object, beyond itself. */
struct around {
	size_t nbelow, nnamed;
	uint32_t below[LISTED];
	const struct ccb_op *named[LISTED];
};

static void
tell_around(struct why *w, const struct around *r, uint64_t number)
{
	const struct ccb_op *op;
	size_t i;

	for (i = 0; i < r->nnamed && i < LISTED; i++) {
		op = r->named[i];
		open_part(w);
		if (sponsors(op) != NULL)
			reply_say(w->a, 1, "sponsor-of", "%s is sponsored by "
			    "%s (action %llu)", shown(w, dn_parent(op->dn)),
			    values(w, sponsors(op)),
			    (unsigned long long)number);
		else
			reply_say(w->a, 1, "named-by", "%s names it (action "
			    "%llu)", shown(w, op->dn),
			    (unsigned long long)number);
		reply_name(w->a, "by", op->dn);
		reply_number(w->a, "action", number);
		tell_why(w, 2, op->reason);
	}
	if (r->nnamed > LISTED) {
		reply_say(w->a, 1, "more", "and %zu more like these",
		    r->nnamed - LISTED);
		reply_number(w->a, "count", r->nnamed - LISTED);
	}
	for (i = 0; i < r->nbelow && i < LISTED; i++) {
		open_part(w);
		reply_say(w->a, 1, "below", "below it, %s changes too "
		    "(action %llu)", shown(w, r->below[i]),
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

static void
look_at_op(struct why *w, const struct ccb_op *op, uint64_t number,
    struct around *r)
{
	uint32_t i;

	if (op->dn == w->dn) {
		own_change(w, op, number);
		return;
	}
	if (is_below(w, op->dn)) {
		if (sponsors(op) != NULL && dn_parent(op->dn) == w->dn)
			own_sponsors(w, op, number);
		else if (r->nbelow++ < LISTED)
			r->below[r->nbelow - 1] = op->dn;
		return;
	}
	for (i = 0; i < op->nattr; i++)
		if (names_it(w, &op->attr[i])) {
			if (r->nnamed++ < LISTED)
				r->named[r->nnamed - 1] = op;
			return;
		}
}

static void
look_at_ops(struct why *w, const struct ccb_op *op, size_t n, uint64_t number)
{
	struct around r = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		look_at_op(w, &op[i], number, &r);
	tell_around(w, &r, number);
}

/* The next action of a node of the report, or NULL. */
static const struct report_node *
next_action(const struct report_node *n)
{
	while (n != NULL && n->kind != REPORT_ACTION)
		n = n->next;
	return n;
}

/* The number of the action that changes the model in the nested steps. */
static uint64_t
change_number(const struct report_node *n)
{
	const char *phase;

	for (n = next_action(n); n != NULL; n = next_action(n->next)) {
		phase = report_text(n, "phase");
		if (phase != NULL && strcmp(phase, "change") == 0)
			return report_number(n, "number");
	}
	return 0;
}

/* A list of actions and the nodes that stand for it; the node after. */
static const struct report_node *
look_at_list(struct why *w, const struct action_list *l,
    const struct report_node *n)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		uint64_t number;

		n = next_action(n);
		if (n == NULL)
			return NULL;
		number = report_number(n, "number");
		n = n->next;
		if (l->v[i].kind == ACTION_CCB)
			look_at_ops(w, l->v[i].op, l->v[i].nop, number);
		if (l->v[i].kind != ACTION_ADMIN || l->v[i].forward.dn != w->dn)
			continue;
		open_part(w);
		reply_say(w->a, 1, "admin", "%s (action %llu)",
		    shown(w, l->v[i].forward.operation),
		    (unsigned long long)number);
		reply_name(w->a, "operation", l->v[i].forward.operation);
		reply_number(w->a, "action", number);
	}
	return n;
}

/* --- what it stands on --- */

/* The one sponsor that some changes give a VM, or NAME_NONE. */
static uint32_t
caught_by(const struct ccb_op *op, size_t n, uint32_t vm)
{
	const struct cattr *a;
	size_t i;

	for (i = 0; i < n; i++) {
		a = sponsors(&op[i]);
		if (a != NULL && a->nvalue == 1 && dn_parent(op[i].dn) == vm)
			return a->value[0];
	}
	return NAME_NONE;
}

uint32_t
why_caught_on(const struct campaign *c, uint32_t vm)
{
	const struct action_list *l = &c->init;
	size_t i;
	uint32_t on = NAME_NONE;

	for (i = 0; i < l->n && on == NAME_NONE; i++)
		on = caught_by(l->v[i].op, l->v[i].nop, vm);
	return on;
}

/* The same, also of a VM that this procedure adds. */
static uint32_t
catcher(const struct why *w, uint32_t vm)
{
	uint32_t on = why_caught_on(w->c, vm);
	size_t i;

	for (i = 0; i < w->p->nstep && on == NAME_NONE; i++)
		on = caught_by(w->p->step[i].activation.added,
		    w->p->step[i].activation.nadded, vm);
	return on;
}

static bool
is_ee(uint32_t dn)
{
	return dn != NAME_NONE && strncmp(name_str(dn), "safEE=", 6) == 0;
}

static bool
lists(const struct entity_list *l, uint32_t dn)
{
	size_t i;

	for (i = 0; i < l->nname; i++)
		if (l->name[i] == dn)
			return true;
	return false;
}

static bool
adds(const struct unit *u, uint32_t dn)
{
	size_t i;

	for (i = 0; i < u->nadded; i++)
		if (u->added[i].dn == dn)
			return true;
	return false;
}

/* Does a template of the step change the entity itself? */
static bool
is_changed(const struct step *s, uint32_t dn)
{
	size_t i;

	for (i = 0; i < s->ntemplate; i++) {
		const struct target_template *t = &s->template[i];
		bool type_of_ee = t->type != NAME_NONE &&
		    strstr(name_str(t->type), "safEEType=") != NULL;

		if (t->nmod == 0)
			continue;
		if (t->type == NAME_NONE ? t->parent == dn :
		    type_of_ee == is_ee(dn))
			return true;
	}
	return false;
}

static enum deed
deed_of(const struct step *s, uint32_t dn)
{
	if (adds(&s->activation, dn))
		return DEED_ADD;
	if (lists(&s->deactivation.removed, dn))
		return DEED_REMOVE;
	if (s->scope == SCOPE_MODIFY && lists(&s->activation.acted_on, dn))
		return is_changed(s, dn) ? DEED_MODIFY : DEED_ACT;
	if (lists(&s->activation.acted_on, dn) ||
	    lists(&s->deactivation.acted_on, dn))
		return DEED_ACT;
	return DEED_NONE;
}

const struct procedure *
why_procedure(const struct campaign *c, uint32_t dn)
{
	const struct procedure *found = NULL, *p;
	enum deed best = DEED_NONE, d;
	size_t i, k;

	for (i = 0; i < c->nprocedure; i++) {
		p = &c->procedure[i];
		if (p->name == dn)
			return p;
		for (k = 0; k < p->nstep; k++) {
			d = deed_of(&p->step[k], dn);
			if (d > best) {
				best = d;
				found = p;
			}
		}
	}
	return found;
}

static const char *
deed_word(enum deed d)
{
	static const char *const words[] = { [DEED_NONE] = "not touched",
		[DEED_ACT] = "acted on", [DEED_MODIFY] = "modified",
		[DEED_ADD] = "added", [DEED_REMOVE] = "removed" };

	return words[d];
}

static enum deed
deed_here(const struct why *w, uint32_t dn)
{
	enum deed d = DEED_NONE;
	size_t i;

	for (i = 0; i < w->p->nstep && d == DEED_NONE; i++)
		d = deed_of(&w->p->step[i], dn);
	return d;
}

/* From the object down to what nothing of this procedure is below. */
static void
tell_chain(struct why *w)
{
	uint32_t dn = w->dn, on;
	int n;

	for (n = 0; n < CHAIN_MAX && is_ee(dn); n++, dn = on) {
		const char *how = "it is caught on";
		enum deed d;

		on = catcher(w, dn);
		if (on == NAME_NONE) {
			on = dn_parent(dn);
			how = "it is contained in";
		}
		if (!is_ee(on))
			return;
		d = deed_here(w, on);
		reply_say(w->a, 2 + (unsigned)n, "stands-on", "%s %s, %s%s",
		    how, shown(w, on), deed_word(d), d == DEED_NONE ?
		    " by this procedure" : " here too");
		reply_name(w->a, "on", on);
		reply_text(w->a, "deed", deed_word(d));
	}
}

/* --- its nested steps --- */

static void
tell_changes(struct why *w, const struct step *s)
{
	size_t i, k;
	uint32_t m;

	for (i = 0; i < s->ntemplate; i++) {
		const struct target_template *t = &s->template[i];
		bool type_of_ee = t->type != NAME_NONE &&
		    strstr(name_str(t->type), "safEEType=") != NULL;

		if (t->type == NAME_NONE ? t->parent != w->dn :
		    type_of_ee != is_ee(w->dn))
			continue;
		for (k = 0; k < t->nmod; k++)
			for (m = 0; m < t->mod[k].nattr; m++) {
				const struct cattr *a = &t->mod[k].attr[m];
				bool old = t->type != NAME_NONE &&
				    (a->name == N_saPlmEEType ||
				    a->name == N_saAmfSUType);

				reply_say(w->a, 2, "attribute", old ?
				    "%s: %s -> %s" : "%s%s := %s",
				    shown(w, a->name), old ?
				    shown(w, t->type) : "", values(w, a));
				reply_name(w->a, "attribute", a->name);
				if (old)
					reply_name(w->a, "old", t->type);
				reply_text(w->a, "new", values(w, a));
			}
	}
}

static void
tell_step(struct why *w, const struct step *s, size_t i, enum deed d)
{
	static const char *const does[] = { [DEED_ACT] = "acts on it",
		[DEED_MODIFY] = "modifies it", [DEED_ADD] = "adds it",
		[DEED_REMOVE] = "removes it" };
	const char *type = step_type_name(s);

	open_part(w);
	if (w->deed < d) {
		w->nact += w->deed != DEED_NONE;
		w->deed = d;
		w->where = w->p;
	} else {
		w->nact++;
	}
	reply_say(w->a, 1, "step", "nested step %zu of %zu, %s, %s", i + 1,
	    w->p->nstep, type == NULL ? "of no type" : type, does[d]);
	reply_number(w->a, "step", i + 1);
	reply_number(w->a, "steps", w->p->nstep);
	reply_text(w->a, "deed", deed_word(d));
	tell_why(w, 2, s->reason);
	tell_changes(w, s);
	tell_chain(w);
}

/* The actions on it, a line for each phase. */
static void
tell_actions(struct why *w, const struct report_node *n)
{
	const char *phase = "", *verb, *p, *e;
	struct buf b = { 0 };
	uint64_t last = 0;

	for (n = next_action(n);; n = next_action(n->next)) {
		if (n != NULL) {
			e = report_text(n, "entity");
			p = report_text(n, "phase");
			if (e == NULL || p == NULL ||
			    strcmp(e, name_str(w->dn)) != 0)
				continue;
		}
		if (b.len > 0 && (n == NULL || strcmp(p, phase) != 0)) {
			open_part(w);
			reply_say(w->a, 1, "actions", "%s: %.*s", phase,
			    (int)b.len, b.data);
			reply_text(w->a, "phase", phase);
			reply_number(w->a, "last", last);
			b.len = 0;
		}
		if (n == NULL)
			break;
		phase = p;
		verb = report_text(n, "verb");
		last = report_number(n, "number");
		buf_printf(&b, "%s%s", b.len > 0 ? ", " : "", verb);
		if (report_text(n, "bundle") != NULL) {
			buf_char(&b, ' ');
			show_text(&b, report_text(n, "bundle"),
			    strlen(report_text(n, "bundle")));
		}
		buf_printf(&b, " (%llu)", (unsigned long long)last);
	}
	buf_free(&b);
}

/* --- services, nodes that a procedure rolls over --- */

static void
tell_services(struct why *w, const struct report_node *procedure)
{
	const struct report_node *n;
	const struct report_fact *f;

	for (n = procedure->child; n != NULL; n = n->next) {
		const char *name = report_text(n, "name");

		if (n->kind != REPORT_SERVICE || name == NULL ||
		    strcmp(name, name_str(w->dn)) != 0)
			continue;
		open_part(w);
		reply_say(w->a, 1, "service", "it is %s here",
		    report_text(n, "state") == NULL ? "at risk" :
		    report_text(n, "state"));
		for (f = n->fact; f != NULL; f = f->next)
			if (f->text != NULL && strcmp(f->name, "name") != 0)
				reply_text(w->a, f->name, f->text);
			else if (f->text == NULL)
				reply_number(w->a, f->name, f->number);
	}
}

static void
tell_rolling(struct why *w)
{
	const struct step *s;
	size_t i;

	if (w->p->method != METHOD_ROLLING || w->p->nstep == 0)
		return;
	s = &w->p->step[w->p->nstep - 1];
	for (i = 0; i < s->nunit_template; i++)
		if (s->unit_template[i].parent == w->dn) {
			open_part(w);
			reply_say(w->a, 1, "rolling", "it is one of the %zu "
			    "nodes that the procedure rolls over, one after "
			    "the other", s->nunit_template);
			reply_number(w->a, "nodes", s->nunit_template);
			tell_why(w, 2, s->reason);
			w->deed = DEED_MODIFY;
			w->where = w->p;
			return;
		}
}

/* Of the procedures that use a type or bundle the first ones are told. */
static bool
open_use(struct why *w)
{
	if (w->title != NULL && w->nuse >= LISTED) {
		w->nmore += w->more != w->p;
		w->more = w->p;
		return false;
	}
	w->nuse += w->title != NULL;
	open_part(w);
	return true;
}

static void
look_at_bundles(struct why *w, const struct unit *u)
{
	size_t i;

	for (i = 0; i < u->nremove + u->nadd; i++) {
		bool add = i >= u->nremove;
		const struct bundle_ref *b = add ? &u->sw_add[i - u->nremove] :
		    &u->sw_remove[i];

		if (b->bundle != w->dn || !open_use(w))
			continue;
		reply_say(w->a, 1, "bundle", "it is %s for %s", add ?
		    "installed" : "removed", reply_count(w->a,
		    u->acted_on.nname + (add ? u->nadded : 0), "entity"));
		reply_text(w->a, "how", add ? "install" : "remove");
	}
}

static void
tell_type(struct why *w, const struct target_template *t,
    const struct cattr *a, size_t step)
{
	reply_say(w->a, 1, "type", "nested step %zu of %zu writes %s := %s "
	    "where the type was %s", step + 1, w->p->nstep,
	    shown(w, a->name), values(w, a), shown(w, t->type));
	reply_number(w->a, "step", step + 1);
	reply_name(w->a, "attribute", a->name);
	reply_name(w->a, "old", t->type);
	reply_text(w->a, "new", values(w, a));
}

/* Is it a type that entities of the step leave, or get? */
static void
look_at_type(struct why *w, const struct step *s, size_t step)
{
	size_t i, k;
	uint32_t m;

	for (i = 0; i < s->ntemplate; i++)
		for (k = 0; k < s->template[i].nmod; k++)
			for (m = 0; m < s->template[i].mod[k].nattr; m++) {
				const struct target_template *t =
				    &s->template[i];
				const struct cattr *a = &t->mod[k].attr[m];

				if (t->type == NAME_NONE || (t->type != w->dn &&
				    !names_it(w, a)) || !open_use(w))
					continue;
				tell_type(w, t, a, step);
			}
}

/* --- the parts --- */

static void
look_at_steps(struct why *w)
{
	size_t i;

	for (i = 0; i < w->p->nstep; i++) {
		const struct step *s = &w->p->step[i];
		enum deed d = deed_of(s, w->dn);
		const struct entity_list *gone = &s->deactivation.removed;
		struct around r = { 0 };
		size_t k;

		if (d != DEED_NONE)
			tell_step(w, s, i, d);
		look_at_type(w, s, i);
		look_at_bundles(w, &s->deactivation);
		look_at_bundles(w, &s->activation);
		for (k = 0; k < s->activation.nadded; k++)
			if (s->activation.added[k].dn != w->dn)
				look_at_op(w, &s->activation.added[k], w->change,
				    &r);
		for (k = 0; k < gone->nname; k++)
			if (is_below(w, gone->name[k]) && r.nbelow++ < LISTED)
				r.below[r.nbelow - 1] = gone->name[k];
		tell_around(w, &r, w->change);
	}
}

/* Of a procedure itself: its nested steps and whom they are about. */
static void
tell_nested(struct why *w)
{
	size_t i, k, n;

	open_part(w);
	for (i = 0; i < w->p->nstep; i++) {
		const struct step *s = &w->p->step[i];
		const struct entity_list *l = s->activation.acted_on.nname > 0 ?
		    &s->activation.acted_on : &s->deactivation.acted_on;
		const char *type = step_type_name(s);

		n = l->nname > 0 ? l->nname : s->activation.nadded;
		reply_say(w->a, 1, "step", "nested step %zu of %zu, %s, of "
		    "%s", i + 1, w->p->nstep, type == NULL ? "of no type" :
		    type, reply_count(w->a, n, "entity"));
		reply_number(w->a, "step", i + 1);
		reply_number(w->a, "entities", n);
		tell_why(w, 2, s->reason);
		for (k = 0; k < n && k < LISTED; k++) {
			uint32_t dn = l->nname > 0 ? l->name[k] :
			    s->activation.added[k].dn;

			reply_say(w->a, 2, "entity", "%s", shown(w, dn));
			reply_name(w->a, "entity", dn);
		}
		if (n > LISTED)
			reply_say(w->a, 2, "more", "and %zu more", n - LISTED);
	}
}

static void
look_at_procedure(struct why *w, const struct procedure *p,
    const struct report_node *n)
{
	const struct report_node *rest;

	w->p = p;
	w->title = "procedure";
	w->change = change_number(n->child);
	if (p->name == w->dn)
		tell_nested(w);
	rest = look_at_list(w, &p->init, n->child);
	tell_rolling(w);
	look_at_steps(w);
	tell_actions(w, n->child);
	tell_services(w, n);
	while (rest != NULL && (rest->kind != REPORT_ACTION ||
	    report_text(rest, "phase") == NULL ||
	    strcmp(report_text(rest, "phase"), "finish") != 0))
		rest = rest->next;
	look_at_list(w, &p->wrapup, rest);
	w->p = NULL;
}

static void
look_before(struct why *w, const struct report_node *n)
{
	const struct report_node *a = next_action(n->child);
	size_t i;

	w->title = "before the first procedure";
	if (w->c->nbundle + w->c->ntype > 0 && a != NULL) {
		uint64_t number = report_number(a, "number");

		for (i = 0; i < w->c->nbundle; i++)
			if (w->c->bundle[i].name == w->dn) {
				open_part(w);
				reply_say(w->a, 1, "change", "it is created "
				    "(action %llu)",
				    (unsigned long long)number);
				reply_number(w->a, "action", number);
			}
		look_at_ops(w, w->c->type, w->c->ntype, number);
		a = a->next;
	}
	look_at_list(w, &w->c->init, a);
}

static void
look_at_commit(struct why *w, const struct report_node *n)
{
	size_t i;

	w->title = "at the commit";
	look_at_list(w, &w->c->wrapup, n->child);
	for (i = 0; i < w->c->nremove_type; i++)
		if (w->c->remove_type[i] == w->dn) {
			open_part(w);
			reply_say(w->a, 1, "change", "it is deleted");
		}
	for (i = 0; i < w->c->nremove_bundle; i++)
		if (w->c->remove_bundle[i].bundle == w->dn) {
			open_part(w);
			reply_say(w->a, 1, "change", "it is deleted");
		}
}

static void
tell_more(struct why *w)
{
	if (w->nmore == 0)
		return;
	reply_say(w->a, 0, "more", "and %s more like these", reply_count(w->a, w->nmore,
	    "procedure"));
	reply_number(w->a, "count", w->nmore);
}

static void
look_at_parts(struct why *w)
{
	size_t *order = campaign_order(w->c), i = 0;
	const struct report_node *n;

	for (n = w->report.root->child; n != NULL; n = n->next) {
		w->p = NULL;
		switch (n->kind) {
		case REPORT_BEFORE:
			look_before(w, n);
			break;
		case REPORT_PROCEDURE:
			look_at_procedure(w, &w->c->procedure[order[i++]], n);
			break;
		case REPORT_AFTER:
			tell_more(w);
			w->title = "after the last procedure";
			look_at_list(w, &w->c->complete, n->child);
			break;
		case REPORT_COMMIT:
			look_at_commit(w, n);
			break;
		default:
			break;
		}
	}
	free(order);
}

/* --- the first line, which is known last --- */

static void
tell_first(struct why *w)
{
	const char *dn = shown(w, w->dn);

	w->a->n = 0; /* it was kept free */
	if (w->where != NULL)
		reply_say(w->a, 0, "summary", "%s is %s on level %u, by %s%s",
		    dn, deed_word(w->deed), w->where->level,
		    shown(w, w->where->name), w->nact == 0 ? "" :
		    ", and acted on besides");
	else if (strncmp(dn, "safSmfProc=", 11) == 0)
		reply_say(w->a, 0, "summary", "%s is a procedure of the "
		    "campaign", dn);
	else if (w->touched)
		reply_say(w->a, 0, "summary", "no step acts on %s; the model "
		    "changes around it", dn);
	else
		reply_say(w->a, 0, "summary", "no step acts on %s, and it does "
		    "not change", dn);
	reply_text(w->a, "deed", deed_word(w->deed));
	if (w->where == NULL)
		return;
	reply_number(w->a, "level", w->where->level);
	reply_name(w->a, "procedure", w->where->name);
}

void
why_run(struct reply *a, const struct why_input *in)
{
	struct why w = { .a = a, .in = in, .c = in->c, .dn = in->object };
	struct why_input more = *in;
	size_t n;

	report_build(&w.report, in->c);
	reply_say(a, 0, "summary", "%s", "");
	look_at_parts(&w);
	n = a->n;
	tell_first(&w);
	a->n = n;
	more.report = &w.report;
	if (in->s != NULL)
		why_models(a, &more);
	else
		reply_say(a, 0, "unknown", "The campaign alone does not say "
		    "which services that concerns, nor "
		    "where it stands in the "
		    "models: --source=MODEL and --target=MODEL do.");
	report_free(&w.report);
}
