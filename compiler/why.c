/*
 * Why is this where it is? The campaign is read in the order of execution, and
 * whatever is about the object is told: who acts on it and by which rule, what
 * it stands on then, which attribute changes, which sponsor lists name it. The
 * numbers of actions are those of the plan.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "show.h"
#include "visible.h"
#include "why_part.h"

const char *
why_shown(const struct why *w, uint32_t name)
{
	return reply_shown(w->a, name);
}

bool
why_is_below(const struct why *w, uint32_t dn)
{
	const char *s = name_str(dn);
	size_t n = name_len(dn), k = name_len(w->dn);

	return n > k + 1 && s[n - k - 1] == ',' && s[n - k - 2] != '\\' &&
	    memcmp(s + n - k, name_str(w->dn), k) == 0;
}

/* Once something is said about a part, its title stands above. */
void
why_open(struct why *w)
{
	if (w->title == NULL)
		return;
	if (w->p == NULL) {
		reply_say(w->a, 0, "part", "%s", w->title);
	} else {
		reply_say(w->a, 0, "procedure", "level %u: %s", w->p->level,
		    why_shown(w, w->p->name));
		reply_number(w->a, "level", w->p->level);
		reply_name(w->a, "procedure", w->p->name);
		if (w->p->reason != NAME_NONE) {
			reply_say(w->a, 1, "why", "why here: %s",
			    why_shown(w, w->p->reason));
			reply_name(w->a, "reason", w->p->reason);
		}
	}
	w->title = NULL;
	w->touched = true;
}

void
why_reason(struct why *w, unsigned depth, uint32_t reason)
{
	if (reason == NAME_NONE)
		return;
	reply_say(w->a, depth, "why", "why: %s", why_shown(w, reason));
	reply_name(w->a, "reason", reason);
}

const char *
why_values(struct why *w, const struct cattr *a)
{
	struct visible_list l = { 0 };
	struct buf b = { 0 };

	if (a->nvalue == 0)
		return "(none)";
	visible_values(&l, a->name, a->type, a->value, a->nvalue, NULL, 0);
	show_values(&b, l.v, l.n);
	visible_free(&l);
	return reply_kept(w->a, &b);
}

const char *
why_time(struct why *w, const struct cattr *a)
{
	struct buf b = { 0 };

	if (a->type == TYPE_TIME)
		show_time_of(&b, a->value, a->nvalue);
	return reply_kept(w->a, &b);
}

/* --- the parts --- */

/* The number of the action that changes the model in the nested steps. */
static uint64_t
change_number(const struct report_node *n)
{
	const char *phase;

	for (n = why_next_action(n); n != NULL; n = why_next_action(n->next)) {
		phase = report_text(n, "phase");
		if (phase != NULL && strcmp(phase, "change") == 0)
			return report_number(n, "number");
	}
	return 0;
}

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
		why_open(w);
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
look_at_procedure(struct why *w, const struct procedure *p,
    const struct report_node *n)
{
	const struct report_node *rest;

	w->p = p;
	w->title = "procedure";
	w->change = change_number(n->child);
	if (p->name == w->dn)
		why_tell_nested(w);
	rest = why_look_at_list(w, &p->init, n->child);
	why_tell_rolling(w);
	why_look_at_steps(w);
	why_tell_actions(w, n->child);
	tell_services(w, n);
	while (rest != NULL && (rest->kind != REPORT_ACTION ||
	    report_text(rest, "phase") == NULL ||
	    strcmp(report_text(rest, "phase"), "finish") != 0))
		rest = rest->next;
	why_look_at_list(w, &p->wrapup, rest);
	w->p = NULL;
}

static void
look_before(struct why *w, const struct report_node *n)
{
	const struct report_node *a = why_next_action(n->child);
	size_t i;

	w->title = "before the first procedure";
	if (w->c->nbundle + w->c->ntype > 0 && a != NULL) {
		uint64_t number = report_number(a, "number");

		for (i = 0; i < w->c->nbundle; i++)
			if (w->c->bundle[i].name == w->dn) {
				why_open(w);
				reply_say(w->a, 1, "change", "it is created "
				    "(action %llu)",
				    (unsigned long long)number);
				reply_number(w->a, "action", number);
			}
		why_look_at_ops(w, w->c->type, w->c->ntype, number);
		a = a->next;
	}
	why_look_at_list(w, &w->c->init, a);
}

static void
look_at_commit(struct why *w, const struct report_node *n)
{
	size_t i;

	w->title = "at the commit";
	why_look_at_list(w, &w->c->wrapup, n->child);
	for (i = 0; i < w->c->nremove_type; i++)
		if (w->c->remove_type[i] == w->dn) {
			why_open(w);
			reply_say(w->a, 1, "change", "it is deleted");
		}
	for (i = 0; i < w->c->nremove_bundle; i++)
		if (w->c->remove_bundle[i].bundle == w->dn) {
			why_open(w);
			reply_say(w->a, 1, "change", "it is deleted");
		}
}

static void
tell_more(struct why *w)
{
	if (w->nmore == 0)
		return;
	reply_say(w->a, 0, "more", "and %s more like these",
	    reply_count(w->a, w->nmore, "procedure"));
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
			why_look_at_list(w, &w->c->complete, n->child);
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
	const char *dn = why_shown(w, w->dn);

	w->a->n = 0; /* it was kept free */
	if (w->where != NULL)
		reply_say(w->a, 0, "summary", "%s is %s on level %u, by %s%s",
		    dn, why_deed_word(w->deed), w->where->level,
		    why_shown(w, w->where->name), w->nact == 0 ? "" :
		    ", and acted on besides");
	else if (strncmp(dn, "safSmfProc=", 11) == 0)
		reply_say(w->a, 0, "summary", "%s is a procedure of the "
		    "campaign", dn);
	else if (w->morph != NULL)
		reply_say(w->a, 0, "summary", "%s changes its type while it "
		    "runs, on level %u, by %s", dn, w->morph->level,
		    why_shown(w, w->morph->name));
	else if (w->touched)
		reply_say(w->a, 0, "summary", "no step acts on %s; the model "
		    "changes around it", dn);
	else
		reply_say(w->a, 0, "summary", "no step acts on %s, and it does "
		    "not change", dn);
	reply_text(w->a, "deed", why_deed_word(w->deed));
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
