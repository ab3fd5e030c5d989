/*
 * Why this class? First how many change and what that saves; then each machine
 * that should change, with its evidence; then those that stay, and why.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "advise.h"
#include "advise_report.h"
#include "buf.h"
#include "duration.h"
#include "reply.h"

#define MS INT64_C(1000000)

static const char *const verdicts[] = {
	[STAYS_GOOD] = "good", [STAYS_GAIN] = "small-gain",
	[STAYS_KEPT] = "kept", [STAYS_UNKNOWN] = "unknown",
	[STAYS_NO_CLASS] = "no-class", [STAYS_NO_FIT] = "no-fit",
	[STAYS_NO_ROOM] = "no-room", [STAYS_NEW] = "new",
	[CHANGES] = "change",
};

static const char *
class_name(const struct advise *a, struct reply *r, size_t class)
{
	return reply_shown(r, policy_class(a->classes, class).type);
}

static const char *
name_of(const struct advise *a, struct reply *r, uint32_t ee)
{
	return reply_shown(r, a->f.v[ee].dn);
}

static const char *
resource(const struct advise *a, size_t k)
{
	return policy_resource(a->classes, k);
}

/* Thousandths as a decimal number: 1.7, 2048. */
static const char *
decimal(char text[32], int64_t n)
{
	char *end;

	snprintf(text, 32, "%" PRId64 ".%03d", n / 1000, (int)(n % 1000));
	for (end = text + strlen(text) - 1; *end == '0'; end--)
		*end = '\0';
	if (*end == '.')
		*end = '\0';
	return text;
}

static const char *
duration(struct reply *r, int64_t ms)
{
	struct buf b = { 0 };
	int64_t s = ms / 1000;

	duration_write(&b, (s < 60 ? s : s / 60 * 60) * 1000 * MS);
	return reply_kept(r, &b);
}

/* "48 h", or "480 h, of which 12 h were measured". */
static const char *
span(struct reply *r, const struct measured *m)
{
	int64_t all = m->last - m->first, some = metrics_history(m);

	return some == all ? duration(r, all) : reply_printed(r, "%s, of which "
	    "%s were measured,", duration(r, all), duration(r, some));
}

/* How sure is it? Twice and four times what was asked for is surer. */
static const char *
confidence(const struct measured *m, const struct policy_advice *w)
{
	int64_t span = metrics_history(m), want = w->history / MS;

	return want == 0 || span / 4 >= want ? "high" : span / 2 >= want ?
	    "good" : span >= want ? "fair" : "too little";
}

/* --- evidence --- */

static void
say_measured(const struct advise *a, struct reply *r, size_t vm, size_t k)
{
	const struct advice *v = &a->v[vm];
	const struct measured *m = metrics_of(a->metrics, vm, k);
	int64_t use = histogram_percentile(&m->h,
	    (unsigned)v->wish.percentile), need = advise_need(a, vm, k);
	const char *sure = confidence(m, &v->wish);
	char text[32];

	if (need >= 0 && strcmp(sure, "too little") != 0)
		reply_say(r, 1, "use", "%s: %" PRId64 " %% of %" PRIu64
		    " measurements over %s are at most %s; with %" PRId64
		    " %% more it needs %" PRId64 ", and has %" PRId64
		    " (confidence: %s)",
		    resource(a, k), v->wish.percentile, m->h.n, span(r, m),
		    decimal(text, use), v->wish.headroom,
		    need, advise_has(a, v->now, k), sure);
	else
		reply_say(r, 1, "use", "%s: %s over %s %s too little to say: "
		    "%s are asked for%s", resource(a, k), reply_count(r,
		    m->h.n, "measurement"), span(r, m),
		    m->h.n == 1 ? "is" : "are", duration(r,
		    v->wish.history / MS),
		    v->wish.percentile == 100 ? "" : ", and that ten are "
		    "beyond the percentile");
	reply_text(r, "resource", resource(a, k));
	reply_number(r, "measurements", m->h.n);
	reply_number(r, "seconds", (uint64_t)metrics_history(m) / 1000);
	reply_number(r, "percentile", (uint64_t)v->wish.percentile);
	reply_text(r, "use", decimal(text, use));
	reply_number(r, "headroom", (uint64_t)v->wish.headroom);
	if (need >= 0)
		reply_number(r, "needs", (uint64_t)need);
	reply_number(r, "has", (uint64_t)advise_has(a, v->now, k));
	reply_text(r, "confidence", sure);
}

static void
say_evidence(const struct advise *a, struct reply *r, size_t vm)
{
	int64_t need, has;
	size_t k;

	for (k = 0; k < a->nres; k++) {
		need = advise_need(a, vm, k);
		has = advise_has(a, a->v[vm].now, k);
		if (metrics_of(a->metrics, vm, k)->h.n > 0) {
			say_measured(a, r, vm, k);
			continue;
		}
		if (need >= 0)
			reply_say(r, 1, "needs", "%s: nothing was measured; "
			    "the policy says it needs %" PRId64 ", and it has "
			    "%" PRId64, resource(a, k), need, has);
		else
			reply_say(r, 1, "unknown", "%s: nothing was measured, "
			    "so it keeps %" PRId64 " or more", resource(a, k),
			    has);
		reply_text(r, "resource", resource(a, k));
		if (need >= 0)
			reply_number(r, "needs", (uint64_t)need);
		reply_number(r, "has", (uint64_t)has);
	}
}

static void
say_price(const struct advise *a, struct reply *r, const struct advice *v)
{
	int64_t was = policy_class(a->classes, v->now).price;
	int64_t then = policy_class(a->classes, v->best).price;

	if (was < 0 || then < 0)
		return;
	if (then < was)
		reply_say(r, 1, "price", "it costs %" PRId64 " instead of %"
		    PRId64 ", %" PRId64 " %% less", then, was, (was - then) *
		    100 / was);
	else
		reply_say(r, 1, "price", "it costs %" PRId64 " instead of %"
		    PRId64, then, was);
	reply_number(r, "price", (uint64_t)then);
	reply_number(r, "price-now", (uint64_t)was);
}

static bool
room_is_known(const struct advise *a, uint32_t on)
{
	size_t k;

	for (k = 0; k < a->nres; k++)
		if (a->fit.cap[on * a->nres + k] >= 0)
			return true;
	return false;
}

static void
say_place(const struct advise *a, struct reply *r, const struct advice *v)
{
	const char *also = a->bad[fit_part(&a->fit, v->ee)] ?
	    "; if a fault domain failed, not all machines near it would have "
	    "some, now as before" : ", also if any one fault domain fails";

	if (v->on == NONE)
		return;
	if (!room_is_known(a, v->on))
		reply_say(r, 1, "place", "nothing is known of the room on %s",
		    name_of(a, r, v->on));
	else if (v->on == v->was)
		reply_say(r, 1, "place", "it has room on %s%s", name_of(a, r,
		    v->on), also);
	else
		reply_say(r, 1, "place", "it moves from %s, which has no "
		    "room for it, to %s, which has%s", name_of(a, r, v->was),
		    name_of(a, r, v->on), also);
	reply_name(r, "on", a->f.v[v->on].dn);
	reply_name(r, "on-now", a->f.v[v->was].dn);
}

/* --- machines --- */

static const char *
reason(const struct advise *a, struct reply *r, const struct advice *v)
{
	switch (v->cause) {
	case CAUSE_FEATURE:
		return reply_printed(r, "it must offer \"%s\"", v->feature);
	case CAUSE_USE:
		return reply_printed(r, "it is short of %s", resource(a,
		    v->tight));
	case CAUSE_NEEDS:
		return reply_printed(r, "it needs more %s", resource(a,
		    v->tight));
	case CAUSE_PRICE:
		return "less is enough, and cheaper";
	case CAUSE_NONE:
		break;
	}
	return "it has what it needs";
}

static void
add_facts(const struct advise *a, struct reply *r, const struct advice *v)
{
	reply_name(r, "vm", a->f.v[v->ee].dn);
	reply_text(r, "verdict", verdicts[v->verdict]);
	if (v->now != SIZE_MAX)
		reply_name(r, "class", policy_class(a->classes, v->now).type);
	if (v->best != SIZE_MAX)
		reply_name(r, "advised", policy_class(a->classes,
		    v->best).type);
	if (v->feature != NULL)
		reply_text(r, "feature", v->feature);
}

static void
say_change(const struct advise *a, struct reply *r, size_t vm)
{
	const struct advice *v = &a->v[vm];

	reply_say(r, 0, "change", "%s: from %s to %s, because %s",
	    name_of(a, r, v->ee), class_name(a, r, v->now), class_name(a, r,
	    v->best), reason(a, r, v));
	add_facts(a, r, v);
	say_evidence(a, r, vm);
	say_price(a, r, v);
	say_place(a, r, v);
}

static void
say_new(const struct advise *a, struct reply *r, size_t vm)
{
	const struct advice *v = &a->v[vm];

	reply_say(r, 0, "new", "%s: should be %s, because %s; its sponsors "
	    "have no room for that, but a new machine has",
	    name_of(a, r, v->ee), class_name(a, r, v->best), reason(a, r, v));
	add_facts(a, r, v);
	say_evidence(a, r, vm);
	reply_say(r, 1, "place", "the new one has room on %s and %s; what runs "
	    "in the old one is to be moved there%s", name_of(a, r, v->on),
	    name_of(a, r, v->spare), v->wish.instances == TRI_YES ?
	    "; the target has both" : "");
	reply_name(r, "on", a->f.v[v->on].dn);
	reply_name(r, "spare", a->f.v[v->spare].dn);
}

static const char *
why_stays(const struct advise *a, struct reply *r, const struct advice *v)
{
	switch (v->verdict) {
	case STAYS_GAIN:
		return reply_printed(r, "%s would save less than %" PRId64
		    " %%", class_name(a, r, v->best), v->wish.gain);
	case STAYS_KEPT:
		return "the policy wants it left alone";
	case STAYS_UNKNOWN:
		return "too little is known of what it uses";
	case STAYS_NO_CLASS:
		return "its type is none of the classes";
	case STAYS_NO_FIT:
		return reply_printed(r, "%s, but no class carries it: one is "
		    "missing", reason(a, r, v));
	case STAYS_NO_ROOM:
		return reply_printed(r, "%s; %s would do, but %s",
		    reason(a, r, v), class_name(a, r, v->best),
		    v->lacks == SIZE_MAX ? "machines would have no room if a "
		    "fault domain failed" : reply_printed(r, "there is too "
		    "little %s on its sponsors, and on others", resource(a,
		    v->lacks)));
	default:
		return "it has what it needs, and no cheaper class does";
	}
}

static void
say_stays(const struct advise *a, struct reply *r, size_t vm)
{
	const struct advice *v = &a->v[vm];

	reply_say(r, 0, "stays", "%s: stays %s: %s", name_of(a, r, v->ee),
	    v->now == SIZE_MAX ? "as it is" : class_name(a, r, v->now),
	    why_stays(a, r, v));
	add_facts(a, r, v);
	if (v->now != SIZE_MAX && v->verdict != STAYS_KEPT)
		say_evidence(a, r, vm);
}

/* --- all of it --- */

static bool
is_of(const struct advice *v, int group)
{
	return group == 0 ? v->verdict == CHANGES : group == 1 ?
	    v->verdict == STAYS_NEW : v->verdict < STAYS_NEW;
}

static void
say_first(const struct advise *a, struct reply *r)
{
	size_t i, n[3] = { 0 };
	int64_t was = 0, then = 0, p;
	bool priced = true;

	for (i = 0; i < a->n; i++) {
		const struct advice *v = &a->v[i];
		size_t to = v->verdict == CHANGES ? v->best : v->now;

		n[is_of(v, 0) ? 0 : is_of(v, 1) ? 1 : 2]++;
		if (v->now == SIZE_MAX)
			continue;
		p = policy_class(a->classes, v->now).price;
		priced &= p >= 0 && policy_class(a->classes, to).price >= 0;
		was += p;
		then += policy_class(a->classes, to).price;
	}
	reply_say(r, 0, "advice", "advice: %zu of %s should change class, %s%zu "
	    "should stay", n[0], reply_count(r, a->n, "virtual machine"),
	    n[1] == 0 ? "" : reply_printed(r, "%zu %s room only as new ones, ",
	    n[1], n[1] == 1 ? "has" : "have"), n[2]);
	reply_number(r, "machines", a->n);
	reply_number(r, "changes", n[0]);
	reply_number(r, "new", n[1]);
	reply_number(r, "stays", n[2]);
	if (!priced || n[0] == 0)
		return;
	reply_say(r, 1, "price", "price: %" PRId64 " instead of %" PRId64,
	    then, was);
	reply_number(r, "price", (uint64_t)then);
	reply_number(r, "price-now", (uint64_t)was);
}

void
advise_report(const struct advise *a, struct reply *r)
{
	static void (*const say[])(const struct advise *, struct reply *,
	    size_t) = { say_change, say_new, say_stays };
	int group;
	size_t i;

	say_first(a, r);
	for (group = 0; group < 3; group++)
		for (i = 0; i < a->n; i++)
			if (is_of(&a->v[i], group))
				say[group](a, r, i);
}
