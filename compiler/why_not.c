/*
 * Why not there? From the campaign alone: the order of the kinds, and what
 * stands on what the other level takes down. All else needs the models.
 */
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "dn.h"
#include "idmap.h"
#include "reply.h"
#include "why.h"
#include "why_not.h"

enum kind { KIND_ADD, KIND_MODIFY, KIND_REMOVE };

static const char *const kind_words[] = { "adds", "modifies", "removes" };

void
why_not_because(struct why_not *w, const char *reason, const char *fmt, ...)
{
	va_list ap;
	const char *text;

	va_start(ap, fmt);
	text = arena_vprintf(&w->reply->arena, fmt, ap);
	va_end(ap);
	reply_say(w->reply, 1, "forbids", "%s", text);
	reply_text(w->reply, "reason", reason);
	w->nreason++;
}

static bool
is_ee(uint32_t dn)
{
	return strncmp(name_str(dn), "safEE=", 6) == 0;
}

static enum kind
kind_of(const struct procedure *p)
{
	bool removes = false, modifies = false;
	size_t i, k;

	for (i = 0; i < p->nstep; i++) {
		const struct step *s = &p->step[i];

		for (k = 0; k < s->activation.nadded; k++)
			if (is_ee(s->activation.added[k].dn))
				return KIND_ADD;
		removes |= s->deactivation.removed.nname > 0;
		modifies |= s->scope != SCOPE_ADD_REMOVE;
	}
	return removes && !modifies ? KIND_REMOVE : KIND_MODIFY;
}

static const char *
shown(struct why_not *w, uint32_t name)
{
	return reply_shown(w->reply, name);
}

static bool
in_waves(const struct campaign *c)
{
	return c->schedule != NAME_NONE &&
	    strcmp(name_str(c->schedule), "waves") == 0;
}

/* --- beginning and end --- */

static bool
has_level(const struct campaign *c, uint32_t level)
{
	size_t i;

	for (i = 0; i < c->nprocedure; i++)
		if (c->procedure[i].level == level)
			return true;
	return false;
}

/* Which wave of the plan is that? Plans count them from 1, levels are from 0
 * and may leave some out. */
static size_t
wave_of(const struct campaign *c, uint32_t level)
{
	struct idmap seen = { 0 };
	size_t wave = 1, i;

	for (i = 0; i < c->nprocedure; i++) {
		uint32_t its = c->procedure[i].level;

		if (its < level)
			wave += (*idmap_at(&seen, its))++ == 0;
	}
	idmap_free(&seen);
	return wave;
}

static uint32_t
last_level(const struct campaign *c)
{
	uint32_t last = 0;
	size_t i;

	for (i = 0; i < c->nprocedure; i++)
		if (c->procedure[i].level > last)
			last = c->procedure[i].level;
	return last;
}

/* The answer is one line: there is nothing to be tested. */
static bool
answer_at_once(struct why_not *w)
{
	struct reply *a = w->reply;

	if (w->p == NULL) {
		reply_say(a, 0, "summary", "no step acts on %s, so it is on no "
		    "level; campgen why tells what becomes of it",
		    shown(w, w->object));
		reply_text(a, "answer", "no level");
	} else if (w->p->level == w->level) {
		reply_say(a, 0, "summary", "%s is on level %u, which is "
		    "wave %zu of the plan", shown(w, w->object), w->level,
		    wave_of(w->c, w->level));
		reply_text(a, "answer", "it is there");
	} else if (!has_level(w->c, w->level)) {
		reply_say(a, 0, "summary", "the campaign has no level %u: "
		    "the last is %u, which is wave %zu of the plan", w->level,
		    last_level(w->c), wave_of(w->c, last_level(w->c)));
		reply_text(a, "answer", "no such level");
	}
	return a->n > 0;
}

bool
why_not_begin(struct why_not *w, struct reply *a)
{
	uint32_t on;

	w->reply = a;
	w->p = why_procedure(w->c, w->object);
	if (answer_at_once(w))
		return false;
	reply_say(a, 0, "summary", "%s", "");
	on = why_caught_on(w->c, w->object);
	if (on != NAME_NONE) {
		reply_say(a, 1, "caught", "it is caught on %s, so that it goes "
		    "down with it: what moves is the whole procedure",
		    shown(w, on));
		reply_name(a, "on", on);
	}
	return true;
}

/* One procedure a level: whose level it is now, which the one that is asked
 * about would come before, or after. NULL: they run side by side. */
static const struct procedure *
neighbour(const struct why_not *w)
{
	const struct procedure *p = w->c->procedure;
	size_t i;

	for (i = 0; i < w->c->nprocedure && !in_waves(w->c); i++)
		if (p[i].level == w->level)
			return &p[i];
	return NULL;
}

void
why_not_end(struct why_not *w)
{
	const struct procedure *by = neighbour(w);
	const char *side = w->level < w->p->level ? "before" : "after";
	struct reply *a = w->reply;
	size_t n = a->n;
	const char *answer = w->nreason > 0 ? "forbidden" :
	    w->tested ? "nothing forbids it" : "not known";

	a->n = 0; /* it was kept free */
	reply_say(a, 0, "summary", "%s is on level %u, by %s; on level %u, "
	    "wave %zu of the plan%s: %s", shown(w, w->object), w->p->level,
	    shown(w, w->p->name), w->level, wave_of(w->c, w->level),
	    by == NULL ? "" : reply_printed(a, ", %s %s", side,
	    shown(w, by->name)), answer);
	reply_text(a, "answer", answer);
	reply_number(a, "level", w->p->level);
	reply_name(a, "procedure", w->p->name);
	reply_number(a, "asked", w->level);
	if (by != NULL)
		reply_name(a, side, by->name);
	a->n = n;
}

/* --- what the campaign alone tells --- */

/* Does a stand on b, by its name or by its catch? */
static bool
stands_on(const struct why_not *w, uint32_t a, uint32_t b)
{
	const char *s = name_str(a);
	size_t n = name_len(a), k = name_len(b);

	return (n > k + 1 && s[n - k - 1] == ',' &&
	    memcmp(s + n - k, name_str(b), k) == 0) ||
	    why_caught_on(w->c, a) == b;
}

static void
look_at_pair(struct why_not *w, uint32_t mine, uint32_t other,
    const struct procedure *p)
{
	if (!is_ee(mine) || !is_ee(other))
		return;
	if (stands_on(w, mine, other))
		why_not_because(w, "stands on", "%s stands on %s, which %s "
		    "takes down there", shown(w, mine), shown(w, other),
		    shown(w, p->name));
	else if (stands_on(w, other, mine))
		why_not_because(w, "stands on", "%s, which %s acts on there, "
		    "stands on %s", shown(w, other), shown(w, p->name),
		    shown(w, mine));
}

static const struct entity_list *
acted_on(const struct step *s)
{
	return s->scope == SCOPE_MODIFY ? &s->activation.acted_on :
	    &s->deactivation.acted_on;
}

static void
look_at_stands(struct why_not *w, const struct procedure *p)
{
	const struct entity_list *a, *b;
	size_t i, k, m, n, before = w->nreason;

	for (i = 0; i < w->p->nstep; i++)
		for (k = 0; k < p->nstep; k++) {
			a = acted_on(&w->p->step[i]);
			b = acted_on(&p->step[k]);
			for (m = 0; m < a->nname; m++)
				for (n = 0; n < b->nname &&
				    w->nreason == before; n++)
					look_at_pair(w, a->name[m],
					    b->name[n], p);
		}
}

/* Would the procedure stand on the wrong side of one of another kind? */
static bool
is_out_of_order(const struct why_not *w, const struct procedure *p)
{
	enum kind mine = kind_of(w->p), other = kind_of(p);
	bool earlier = w->level < w->p->level;

	if (p->level == w->level && in_waves(w->c))
		return mine != other; /* kinds share no level */
	return earlier ? p->level >= w->level && p->level < w->p->level &&
	    other < mine : p->level <= w->level && p->level > w->p->level &&
	    other > mine;
}

static void
look_at_kinds(struct why_not *w)
{
	size_t i;

	for (i = 0; i < w->c->nprocedure; i++) {
		const struct procedure *p = &w->c->procedure[i];

		if (p == w->p || !is_out_of_order(w, p))
			continue;
		why_not_because(w, "kinds", "procedures that add come first, "
		    "then those that modify, then those that remove: it %s, "
		    "and %s on level %u %s", kind_words[kind_of(w->p)],
		    shown(w, p->name), p->level, kind_words[kind_of(p)]);
		return;
	}
}

void
why_not_campaign(struct why_not *w)
{
	size_t i;

	reply_say(w->reply, 0, "part", "what the campaign alone tells");
	look_at_kinds(w);
	for (i = 0; i < w->c->nprocedure; i++)
		if (w->c->procedure[i].level == w->level && in_waves(w->c))
			look_at_stands(w, &w->c->procedure[i]);
	if (w->nreason == 0)
		reply_say(w->reply, 1, "nothing", "neither the order of kinds "
		    "nor what stands on what forbids it");
	reply_say(w->reply, 1, "unknown", "services, sponsors, room and the "
	    "limits of a policy are tested with --source=MODEL (and -p FILE "
	    "if there was one)");
}
