/*
 * What is at stake? The campaign carries what each procedure does to services
 * (cg:risk, see campaign(5)); the policy and the model say how long actions may
 * take. What neither says is told as well: silence is no promise.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "driver.h"
#include "duration.h"
#include "idmap.h"
#include "os.h"
#include "policy.h"
#include "preflight.h"
#include "text.h"
#include "timeout.h"

/* --- actions --- */

static size_t
count_verb(const struct actions *a, enum verb v)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += a->act[i].verb == v;
	return n;
}

/* The end of a noun of which there are so many. */
static const char *
s_of(size_t n)
{
	return n == 1 ? "" : "s";
}

/* How many procedures are on each level, where they share some. */
static void
show_waves(const struct actions *a)
{
	enum { MOST = 20 };
	size_t i, waves = 0, n[MOST] = { 0 };
	bool shared = false;

	for (i = 0; i < a->nproc; i++) {
		shared |= actions_shares_level(a, i);
		if (a->proc[i].step == 1 && !actions_shares_level(a, i))
			waves++;
		if (a->proc[i].step == 1 && waves <= MOST)
			n[waves - 1]++;
	}
	if (!shared)
		return;
	fprintf(stderr, "  %zu wave%s:", waves, s_of(waves));
	for (i = 0; i < waves && i < MOST; i++)
		fprintf(stderr, "%s%zu", i == 0 ? " " : ", ", n[i]);
	fprintf(stderr, "%s procedure%s\n", waves > MOST ? ", ..." : "",
	    s_of(waves == 1 ? n[0] : 2));
}

/* One procedure with all its nodes; returns how many of proc that is. */
static size_t
show_procedure(const struct actions *a, size_t k)
{
	size_t n = 1, acts = a->proc[k].n;

	for (; k + n < a->nproc && a->proc[k + n].step > 1; n++)
		acts += a->proc[k + n].n;
	fprintf(stderr, "  %u  %s, ", a->proc[k].p->level,
	    name_str(a->proc[k].p->name));
	if (n > 1)
		fprintf(stderr, "%zu nodes in turn, ", n);
	fprintf(stderr, "%zu action%s\n", acts, s_of(acts));
	return n;
}

static void
tell_actions(const struct campaign *c, const struct actions *a)
{
	size_t k, i = 0, n = c->nprocedure;
	size_t down = count_verb(a, VERB_TERMINATE);
	size_t move = count_verb(a, VERB_MIGRATE);
	size_t again = count_verb(a, VERB_RESTART);

	fprintf(stderr, "campaign %s\n  %zu procedure%s, %zu action%s: %zu "
	    "termination%s, %zu migration%s, %zu restart%s\n",
	    name_str(c->name), n, s_of(n), a->n, s_of(a->n), down,
	    s_of(down), move, s_of(move), again, s_of(again));
	show_waves(a);
	for (k = 0; k < a->nproc && i < 12; i++)
		k += show_procedure(a, k);
	if (n > 12)
		fprintf(stderr, "  ... and %zu more procedure%s\n", n - 12,
		    s_of(n - 12));
}

/* --- services --- */

enum { NAMED = 5 };

struct services {
	struct idmap seen; /* by name: how it was counted, STATE_ */
	size_t down, hanging, others;
	uint32_t name[NAMED]; /* of those that go down */
	size_t said; /* procedures that say something */
};

enum { STATE_LESS = 1, STATE_HANGS, STATE_DOWN };

/* Each counts as the worst that is said of it. */
static void
count(struct services *s, uint32_t name, uint32_t state)
{
	uint32_t *was = idmap_at(&s->seen, name);

	if (*was >= state)
		return;
	s->others -= *was == STATE_LESS;
	s->hanging -= *was == STATE_HANGS;
	*was = state;
	s->others += state == STATE_LESS;
	s->hanging += state == STATE_HANGS;
	if (state == STATE_DOWN && s->down++ < NAMED)
		s->name[s->down - 1] = name;
}

/* Is the word at s, of n bytes, this one? */
static bool
is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

/* What is said of one group: "1/2 [down|reduced] NAME... [if EE...]"; a group
 * in front of its services in brackets is not counted itself. */
static void
take_group(struct services *s, const char *text, size_t n)
{
	const char *p = text, *end = text + n;
	uint32_t state = STATE_LESS;
	size_t word, turn;
	bool names;

	for (turn = 0; turn < 2; turn++) { /* the state is known at the end */
		names = true;
		for (p = text; p < end; p += word + 1) {
			word = strcspn(p, " ;");
			if (word > (size_t)(end - p))
				word = (size_t)(end - p);
			if (is(p, word, "down"))
				state = STATE_DOWN;
			if (is(p, word, "if")) {
				names = false;
				if (state == STATE_LESS)
					state = STATE_HANGS;
			}
			if (turn == 1 && names && memchr(p, '=', word) !=
			    NULL && !(p + word + 2 < end && p[word + 1] == '('))
				count(s, intern(p, word), state);
		}
	}
}

static void
take_risk(struct services *s, const char *text)
{
	size_t n;

	s->said++;
	for (; *text != '\0'; text += strspn(text, "; ")) {
		n = strcspn(text, ";");
		take_group(s, text, n);
		text += n;
	}
}

void
preflight_services(const struct actions *a, size_t first, size_t end)
{
	struct services s = { 0 };
	size_t k, i;

	for (k = first; k < end; k++)
		if (a->proc[k].step == 1 && a->proc[k].p->risk != NAME_NONE)
			take_risk(&s, name_str(a->proc[k].p->risk));
	if (s.down + s.hanging + s.others == 0)
		fprintf(stderr, "  services: the campaign says of none that it has "
		    "less on the way\n");
	else
		fprintf(stderr, "  services: %zu go%s down, %zu %s one failure "
		    "from that, %zu %s fewer units\n", s.down, s.down == 1 ?
		    "es" : "", s.hanging, s.hanging == 1 ? "is" : "are",
		    s.others, s.others == 1 ? "other has" :
		    "others have");
	for (i = 0; i < s.down && i < NAMED; i++)
		fprintf(stderr, "    down: %s\n", name_str(s.name[i]));
	if (s.down > NAMED)
		fprintf(stderr, "    ... and %zu more\n", s.down - NAMED);
	idmap_free(&s.seen);
}

/* --- time --- */

struct time_it_takes {
	int64_t most; /* of the actions whose limits are known, ns */
	size_t unknown; /* actions that may take as long as they like */
};

/* All actions one after the other, up to the commit. */
static struct time_it_takes
find_time(const struct actions *a, const struct model *source,
    const struct policy *p)
{
	struct time_it_takes t = { 0 };
	struct world *w = world_new(source);
	size_t i;

	for (i = 0; i < a->wrapup; i++) {
		const struct act *x = &a->act[i];
		struct order o = { .verb = (enum verb)x->verb,
			.entity = x->entity, .on = x->on, .bundle = x->bundle,
			.to = x->to, .callback = x->verb == VERB_NOTIFY ?
			    x->callback : NULL, .before = w };
		int64_t ns;

		if (x->verb == VERB_MODIFY_IM)
			continue;
		ns = timeout_of(p, &o);
		t.unknown += ns <= 0;
		if (ns > 0 && t.most <= INT64_MAX - ns)
			t.most += ns;
	}
	world_free(w);
	return t;
}

static void
tell_time(const struct time_it_takes *t)
{
	struct buf b = { 0 };

	buf_str(&b, "  time: ");
	if (t->most > 0) {
		buf_str(&b, "at most ");
		duration_write(&b, t->most);
	}
	if (t->unknown > 0)
		buf_printf(&b, "%s%zu action%s may take as long as %s",
		    t->most > 0 ? ", and " : "", t->unknown, s_of(t->unknown),
		    t->unknown == 1 ? "it likes" : "they like");
	if (t->most == 0 && t->unknown == 0)
		buf_str(&b, "no action takes any");
	fprintf(stderr, "%.*s\n", (int)b.len, b.data);
	buf_free(&b);
}

static bool
has_time(int64_t within, const struct time_it_takes *t)
{
	struct buf b = { 0 };

	if (within == 0 || (t->most <= within && t->unknown == 0))
		return true;
	buf_str(&b, "camprun: it is to take no longer than ");
	duration_write(&b, within);
	if (t->most > within) {
		buf_str(&b, ", and may take ");
		duration_write(&b, t->most);
	}
	if (t->unknown > 0)
		buf_printf(&b, ", and of %zu actions nobody knows; section "
		    "timeouts of the policy can say it", t->unknown);
	fprintf(stderr, "%.*s\n", (int)b.len, b.data);
	buf_free(&b);
	return false;
}

/* --- room --- */

/* Records of an action and its undo, an event for each, some output. */
enum { FOR_EACH = 4096, AT_LEAST = 1 << 20 };

/* What is left at dir, or the nearest folder above that is there; UINT64_MAX
 * if nobody can say. */
static uint64_t
space_left(const char *dir)
{
	char *path = text_join(dir, ""), *above;
	uint64_t left = UINT64_MAX;

	while (os_free_space(path, &left) != 0 && strcmp(path, ".") != 0 &&
	    strcmp(path, "/") != 0) {
		above = text_folder(path);
		free(path);
		path = above;
	}
	free(path);
	return left;
}

static bool
has_room(const char *dir, const struct actions *a)
{
	uint64_t need = (uint64_t)a->n * FOR_EACH + AT_LEAST;
	uint64_t left = space_left(dir);

	if (left >= need)
		return true;
	fprintf(stderr, "camprun: the run may write %" PRIu64 " MB below "
	    "\"%s\", where %" PRIu64 " MB are left\n", need >> 20, dir,
	    left >> 20);
	return false;
}

bool
preflight_run(const struct preflight *p)
{
	struct time_it_takes t = find_time(p->a, p->source, p->policy);
	bool ok;

	tell_actions(p->c, p->a);
	preflight_services(p->a, 0, p->a->nproc);
	tell_time(&t);
	ok = has_time(p->within, &t);
	return has_room(p->state, p->a) && ok;
}
