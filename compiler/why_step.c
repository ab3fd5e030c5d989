/*
 * What does a procedure do to an object, and what does that stand on then? Told
 * nested step by nested step, with the rule, what changes, and the numbers of
 * the actions.
 */
#include <string.h>

#include "buf.h"
#include "dn.h"
#include "show.h"
#include "why_part.h"

enum { CHAIN_MAX = 16 };

/* --- what it stands on --- */

/* The one sponsor that some changes give a VM, or NAME_NONE. */
static uint32_t
caught_by(const struct ccb_op *op, size_t n, uint32_t vm)
{
	const struct cattr *a;
	size_t i;

	for (i = 0; i < n; i++) {
		a = why_sponsors(&op[i]);
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

bool
why_is_ee(uint32_t dn)
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
		    type_of_ee == why_is_ee(dn))
			return true;
	}
	return false;
}

enum deed
why_deed(const struct step *s, uint32_t dn)
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
			d = why_deed(&p->step[k], dn);
			if (d > best) {
				best = d;
				found = p;
			}
		}
	}
	return found;
}

const char *
why_deed_word(enum deed d)
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
		d = why_deed(&w->p->step[i], dn);
	return d;
}

/* From the object down to what nothing of this procedure is below. */
static void
tell_chain(struct why *w)
{
	uint32_t dn = w->dn, on;
	int n;

	for (n = 0; n < CHAIN_MAX && why_is_ee(dn); n++, dn = on) {
		const char *how = "it is caught on";
		enum deed d;

		on = catcher(w, dn);
		if (on == NAME_NONE) {
			on = dn_parent(dn);
			how = "it is contained in";
		}
		if (!why_is_ee(on))
			return;
		d = deed_here(w, on);
		reply_say(w->a, 2 + (unsigned)n, "stands-on", "%s %s, %s%s",
		    how, why_shown(w, on), why_deed_word(d), d == DEED_NONE ?
		    " by this procedure" : " here too");
		reply_name(w->a, "on", on);
		reply_text(w->a, "deed", why_deed_word(d));
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
		    type_of_ee != why_is_ee(w->dn))
			continue;
		for (k = 0; k < t->nmod; k++)
			for (m = 0; m < t->mod[k].nattr; m++) {
				const struct cattr *a = &t->mod[k].attr[m];
				bool old = t->type != NAME_NONE &&
				    (a->name == N_saPlmEEType ||
				    a->name == N_saAmfSUType);

				reply_say(w->a, 2, "attribute", old ?
				    "%s: %s -> %s%s" : "%s%s := %s%s",
				    why_shown(w, a->name), old ?
				    why_shown(w, t->type) : "",
				    why_values(w, a), why_time(w, a));
				reply_name(w->a, "attribute", a->name);
				if (old)
					reply_name(w->a, "old", t->type);
				reply_text(w->a, "new", why_values(w, a));
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

	why_open(w);
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
	reply_text(w->a, "deed", why_deed_word(d));
	why_reason(w, 2, s->reason);
	tell_changes(w, s);
	tell_chain(w);
}

/* The actions on it, a line for each phase. */
void
why_tell_actions(struct why *w, const struct report_node *n)
{
	const char *phase = "", *verb, *p, *e;
	struct buf b = { 0 };
	uint64_t last = 0;

	for (n = why_next_action(n);; n = why_next_action(n->next)) {
		if (n != NULL) {
			e = report_text(n, "entity");
			p = report_text(n, "phase");
			if (e == NULL || p == NULL ||
			    strcmp(e, name_str(w->dn)) != 0)
				continue;
		}
		if (b.len > 0 && (n == NULL || strcmp(p, phase) != 0)) {
			why_open(w);
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

/* --- nodes that it rolls over, types, bundles --- */

void
why_tell_rolling(struct why *w)
{
	const struct step *s;
	size_t i;

	if (w->p->method != METHOD_ROLLING || w->p->nstep == 0)
		return;
	s = &w->p->step[w->p->nstep - 1];
	for (i = 0; i < s->nunit_template; i++)
		if (s->unit_template[i].parent == w->dn) {
			why_open(w);
			reply_say(w->a, 1, "rolling", "it is one of the %zu "
			    "nodes that the procedure rolls over, one after "
			    "the other", s->nunit_template);
			reply_number(w->a, "nodes", s->nunit_template);
			why_reason(w, 2, s->reason);
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
	why_open(w);
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
	    why_shown(w, a->name), why_values(w, a), why_shown(w, t->type));
	reply_number(w->a, "step", step + 1);
	reply_name(w->a, "attribute", a->name);
	reply_name(w->a, "old", t->type);
	reply_text(w->a, "new", why_values(w, a));
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
				    !why_names(w, a)) || !open_use(w))
					continue;
				tell_type(w, t, a, step);
			}
}

/* --- all of its steps --- */

void
why_look_at_steps(struct why *w)
{
	size_t i;

	for (i = 0; i < w->p->nstep; i++) {
		const struct step *s = &w->p->step[i];
		enum deed d = why_deed(s, w->dn);
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
				why_look_at_op(w, &s->activation.added[k],
				    w->change, &r);
		for (k = 0; k < gone->nname; k++)
			if (why_is_below(w, gone->name[k]) &&
			    r.nbelow++ < LISTED)
				r.below[r.nbelow - 1] = gone->name[k];
		why_tell_around(w, &r, w->change);
	}
}

/* Of a procedure itself: its nested steps and whom they are about. */
void
why_tell_nested(struct why *w)
{
	size_t i, k, n;

	why_open(w);
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
		why_reason(w, 2, s->reason);
		for (k = 0; k < n && k < LISTED; k++) {
			uint32_t dn = l->nname > 0 ? l->name[k] :
			    s->activation.added[k].dn;

			reply_say(w->a, 2, "entity", "%s", why_shown(w, dn));
			reply_name(w->a, "entity", dn);
		}
		if (n > LISTED)
			reply_say(w->a, 2, "more", "and %zu more", n - LISTED);
	}
}
