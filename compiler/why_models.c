/*
 * What do the two models say of an object? Where it stands in the files, what
 * differs, attribute by attribute, and what no campaign tells: who may sponsor
 * it, which units stand on it and which services need them.
 */
#include <stdlib.h>
#include <string.h>

#include "reply.h"
#include "buf.h"
#include "campaign.h"
#include "diff.h"
#include "diff_group.h"
#include "dn.h"
#include "domain.h"
#include "service.h"
#include "show.h"
#include "why.h"

enum { LISTED = 10 };

struct view {
	struct reply *a;
	const struct why_input *in;
	const struct model *s, *t;
	uint32_t so, to; /* the object in both, or NONE */
	struct forest f;
	struct services sv;
};

/* "source.xml:14:5", or "" where the text is not known. */
static const char *
place_text(struct reply *a, struct place at)
{
	struct arena lines = { 0 };
	struct spot spot = { 0 };
	const char *s = "";

	if (at.src == NULL || at.off == SRC_WHOLE)
		return s;
	src_locate(at.src, &at, &spot, 1, &lines);
	if (spot.line > 0)
		s = reply_printed(a, "%s:%llu:%llu", at.src->path,
		    (unsigned long long)spot.line,
		    (unsigned long long)spot.col);
	arena_free(&lines);
	return s;
}

/* Puts the place behind a statement as a fact; the text in brackets. */
static const char *
bracket(struct reply *a, const char *place)
{
	return *place == '\0' ? "" : reply_printed(a, " (%s)", place);
}

static void
tell_place(struct view *v, bool target, uint32_t o)
{
	const struct model *m = target ? v->t : v->s;
	const char *which = target ? "target" : "source", *at = "";

	if (o == NONE) {
		reply_say(v->a, 1, "not-there", "it is not in the %s",
		    which);
		reply_text(v->a, "model", which);
		return;
	}
	if (!target || v->in->has_target)
		at = place_text(v->a, model_dn_place(m, o));
	reply_say(v->a, 1, "place", "in the %s%s, of class %s", which,
	    bracket(v->a, at), reply_shown(v->a, m->object[o].class));
	reply_text(v->a, "model", which);
	if (*at != '\0')
		reply_text(v->a, "place", at);
	reply_name(v->a, "class", m->object[o].class);
}

/* --- what differs --- */

/* "a | b", or "(none)". */
static const char *
listed(struct reply *a, const uint32_t *value, size_t n)
{
	struct buf b = { 0 };

	if (n == 0)
		return "(none)";
	show_values(&b, value, n);
	return reply_kept(a, &b);
}

/* " (3 min)" behind a time, else "". */
static const char *
time_of(struct reply *a, const struct model *m, uint32_t object, uint32_t attr)
{
	struct buf b = { 0 };
	const uint32_t *v;
	size_t n;

	if (attr == NONE || model_attr_type(m, m->object[object].class,
	    m->attr[attr].name) != TYPE_TIME)
		return "";
	v = attr_values(m, attr, &n);
	show_time_of(&b, v, n);
	return reply_kept(a, &b);
}

/* Of one attribute on both sides, without secrets. */
static void
values_of(struct view *v, uint32_t so, uint32_t to, uint32_t name,
    const char **old, const char **new)
{
	struct delta x = { so, to, to == NONE ? OP_REMOVE : OP_MODIFY };
	struct diff d = { .s = v->s, .t = v->t };
	struct diff_attr a = { name,
		so == NONE ? NONE : model_attr(v->s, so, name),
		to == NONE ? NONE : model_attr(v->t, to, name) };
	struct diff_sides sides = { 0 };

	diff_sides(&sides, &d, &x, &a);
	*old = listed(v->a, sides.old.v, sides.old.n);
	*new = listed(v->a, sides.new.v, sides.new.n);
	diff_sides_free(&sides);
}

static void
tell_attribute(struct view *v, uint32_t so, uint32_t to, uint32_t name,
    unsigned depth)
{
	uint32_t x = so == NONE ? NONE : model_attr(v->s, so, name);
	uint32_t y = to == NONE ? NONE : model_attr(v->t, to, name);
	const char *old, *new;
	const char *at = x == NONE ? "" :
	    place_text(v->a, model_attr_place(v->s, x));
	const char *to_at = y == NONE || !v->in->has_target ? "" :
	    place_text(v->a, model_attr_place(v->t, y));

	values_of(v, so, to, name, &old, &new);
	reply_say(v->a, depth, "differs", "%s: %s%s -> %s%s%s%s",
	    reply_shown(v->a, name), old, time_of(v->a, v->s, so, x), new,
	    time_of(v->a, v->t, to, y), bracket(v->a, at),
	    bracket(v->a, to_at));
	reply_name(v->a, "attribute", name);
	reply_text(v->a, "old", old);
	reply_text(v->a, "new", new);
	if (*at != '\0')
		reply_text(v->a, "source", at);
	if (*to_at != '\0')
		reply_text(v->a, "target", to_at);
}

/* All attributes of an object of both models that are not the same; returns
 * how many. */
static size_t
tell_difference(struct view *v, uint32_t so, uint32_t to, unsigned depth)
{
	const struct object *s = &v->s->object[so], *t = &v->t->object[to];
	uint32_t i;
	size_t n = 0;

	for (i = s->attr; i < s[1].attr; i++)
		if (v->s->attr[i].name != N_saAmfSUHostedByNode &&
		    diff_attr_differs(v->s, so, v->t, to,
		    v->s->attr[i].name)) {
			tell_attribute(v, so, to, v->s->attr[i].name, depth);
			n++;
		}
	for (i = t->attr; i < t[1].attr; i++)
		if (v->t->attr[i].name != N_saAmfSUHostedByNode &&
		    model_attr(v->s, so, v->t->attr[i].name) == NONE) {
			tell_attribute(v, so, to, v->t->attr[i].name, depth);
			n++;
		}
	return n;
}

static void
tell_models(struct view *v)
{
	reply_say(v->a, 0, "models", "in the models");
	tell_place(v, false, v->so);
	tell_place(v, true, v->to);
	if (v->so == NONE || v->to == NONE)
		return;
	if (tell_difference(v, v->so, v->to, 1) == 0)
		reply_say(v->a, 1, "equal", "its own attributes are the same "
		    "in both");
}

/* --- who it depends on --- */

static void
tell_sponsors(struct view *v, const struct dep *d, bool target)
{
	const struct model *m = target ? v->t : v->s;
	uint32_t o = target ? d->t : d->s, a;
	const char *at = "", *list;
	const uint32_t *names;
	size_t n;

	if (o == NONE)
		return;
	a = model_attr(m, o, N_saPlmDepNames);
	names = diff_values(m, a, &n);
	list = listed(v->a, names, n);
	if (a != NONE && (!target || v->in->has_target))
		at = place_text(v->a, model_attr_place(m, a));
	reply_say(v->a, 1, "may-stand-on", "in the %s it may stand on %s; at "
	    "least %u%s", target ? "target" : "source", list,
	    target ? d->min_t : d->min_s, bracket(v->a, at));
	reply_text(v->a, "model", target ? "target" : "source");
	reply_text(v->a, "sponsors", list);
	reply_number(v->a, "least", target ? d->min_t : d->min_s);
	if (*at != '\0')
		reply_text(v->a, "place", at);
}

/* On which levels what it may stand on is down: there a VM that stays has to
 * go elsewhere. */
static void
tell_when_down(struct view *v, const struct dep *d)
{
	const uint32_t *names = d->s != NONE ? d->names_s : d->names_t;
	uint32_t n = d->s != NONE ? d->ns : d->nt, i;

	for (i = 0; i < n && i < LISTED; i++) {
		uint32_t dn = v->f.v[names[i]].dn;
		const struct procedure *p = why_procedure(v->in->c, dn);

		if (p == NULL)
			continue;
		reply_say(v->a, 2, "sponsor", "%s %s on level %u, with %s",
		    reply_shown(v->a, dn), d->s != NONE ? "goes down" :
		    "changes", p->level, reply_shown(v->a, p->name));
		reply_name(v->a, "sponsor", dn);
		reply_number(v->a, "level", p->level);
		reply_name(v->a, "procedure", p->name);
	}
}

static const char *
services_of(struct view *v, uint32_t sg)
{
	struct buf b = { 0 };
	uint32_t si = sg == NONE ? (uint32_t)NONE : v->sv.sg[sg].first_si;

	for (; si != NONE; si = v->sv.si[si].next) {
		if (b.len > 0)
			buf_str(&b, " | ");
		show_name(&b, v->s->object[v->sv.si[si].s].dn);
	}
	return b.len == 0 ? "no service that counts" : reply_kept(v->a, &b);
}

static void
tell_unit(struct view *v, uint32_t u, const char *what)
{
	const struct su *su = &v->sv.su[u];
	const struct sg *g = su->sg == NONE ? NULL : &v->sv.sg[su->sg];
	const char *si = services_of(v, su->sg);

	reply_say(v->a, 1, "unit", "%s %s, for %s", what,
	    reply_shown(v->a, su->dn), si);
	reply_name(v->a, "unit", su->dn);
	reply_text(v->a, "services", si);
	if (g == NULL || g->nsi == 0)
		return;
	if (g->need > 0)
		reply_say(v->a, 2, "redundancy", "its group has %u units "
		    "that count; at any moment %u must be in service",
		    g->nunit, g->need);
	else
		reply_say(v->a, 2, "redundancy", "its group has %u units "
		    "that count, and may go down", g->nunit);
	reply_number(v->a, "units", g->nunit);
	reply_number(v->a, "needed", g->need);
}

static void
tell_ee(struct view *v, uint32_t e)
{
	uint32_t k, u;

	if (v->f.v[e].fault != NAME_NONE && !v->f.v[e].vm_s &&
	    !v->f.v[e].vm_t) {
		reply_say(v->a, 1, "fault-domain", "its fault domain is %s",
		    reply_shown(v->a, v->f.v[e].fault));
		reply_name(v->a, "domain", v->f.v[e].fault);
	}
	for (k = v->f.v[e].dep; k != NONE; k = v->f.dep[k].next) {
		tell_sponsors(v, &v->f.dep[k], false);
		tell_sponsors(v, &v->f.dep[k], true);
		tell_when_down(v, &v->f.dep[k]);
	}
	for (u = service_first_on(&v->sv, e); u != NONE;
	    u = service_next_on(&v->sv, e, u))
		tell_unit(v, u, "on it stands");
}

static void
tell_su(struct view *v, uint32_t u)
{
	const struct su *su = &v->sv.su[u];
	uint32_t s = su->ee_s, t = su->ee_t;

	if (s == NONE && t == NONE) {
		reply_say(v->a, 1, "stands", "it stands on no known node");
	} else {
		reply_say(v->a, 1, "stands", "it stands on %s%s%s",
		    s == NONE ? "no known node" :
		    reply_shown(v->a, v->f.v[s].dn),
		    s == t ? "" : ", in the target on ", s == t ? "" :
		    t == NONE ? "none" : reply_shown(v->a, v->f.v[t].dn));
		reply_name(v->a, "source", s == NONE ? (uint32_t)NAME_NONE :
		    v->f.v[s].dn);
		reply_name(v->a, "target", t == NONE ? (uint32_t)NAME_NONE :
		    v->f.v[t].dn);
	}
	tell_unit(v, u, "its service unit:");
}

void
why_models(struct reply *a, const struct why_input *in)
{
	struct view v = { .a = a, .in = in, .s = in->s, .t = in->t };
	const struct procedure *p;
	struct diff d;
	uint32_t e, u;

	v.so = model_find(in->s, in->object);
	v.to = model_find(in->t, in->object);
	p = why_procedure(in->c, in->object);
	if (v.so == NONE && v.to == NONE &&
	    (p == NULL || p->name != in->object))
		return;
	diff_run(&d, in->s, in->t);
	tree_build(&v.f, &d, NULL, NULL);
	domain_apply(&v.f, in->policy);
	service_build(&v.sv, &v.f, in->policy);
	if (v.so != NONE || v.to != NONE)
		tell_models(&v);
	else
		why_risk(a, in, &v.sv, p);
	e = tree_find(&v.f, in->object);
	u = service_find_su(&v.sv, in->object);
	if (e != NONE)
		tell_ee(&v, e);
	else if (u != NONE)
		tell_su(&v, u);
	why_service(a, in, &v.sv);
	service_free(&v.sv);
	tree_free(&v.f);
	diff_free(&d);
}
