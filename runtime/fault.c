/*
 * Which orders meet with what? A fault names a phase, an action, a pattern of
 * names and how often it hits; the last ":" and what follows is a number only
 * if it is all digits, since names may hold colons.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "fault_read.h"
#include "policy.h"

enum { WHY = 512 };

void
faults_free(struct faults *l)
{
	free(l->v);
	*l = (struct faults){ 0 };
}

struct fault *
fault_push(struct faults *l, const struct fault *f)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = *f;
	return &l->v[l->n++];
}

/* --- reading --- */

static const char *
skip(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

static enum direction
take_phase(const char **s)
{
	const char *rest = skip(*s, "undo/");

	if (rest != NULL) {
		*s = rest;
		return DO_UNDO;
	}
	rest = skip(*s, "rollback/");
	if (rest == NULL)
		return DO_FORWARD;
	*s = rest;
	return DO_ROLLBACK;
}

static bool
take_action(const char **s, bool any, enum verb *verb)
{
	size_t n = strcspn(*s, ":");
	char word[32];

	if ((*s)[n] == '\0' || n >= sizeof(word))
		return false;
	memcpy(word, *s, n);
	word[n] = '\0';
	*verb = verb_find(word);
	*s += n + 1;
	return *verb != VERB_COUNT || (any && strcmp(word, "*") == 0);
}

/* How long the pattern is; times is what stands behind it, if there is. */
static size_t
take_times(const char *s, uint32_t *times)
{
	const char *colon = strrchr(s, ':'), *p;
	unsigned long n;

	if (colon == NULL || colon[1] == '\0')
		return strlen(s);
	for (p = colon + 1; *p != '\0'; p++)
		if (!isdigit((unsigned char)*p))
			return strlen(s);
	n = strtoul(colon + 1, NULL, 10);
	*times = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
	return (size_t)(colon - s);
}

bool
fault_parse(const char *text, bool any, struct fault *f, char *why)
{
	const char *s = text;
	size_t n;

	f->direction = take_phase(&s);
	if (!take_action(&s, any, &f->verb)) {
		snprintf(why, WHY, "\"%.200s\" does not begin with an action "
		    "and a colon: [undo/|rollback/]ACTION:DN-GLOB[:TIMES]",
		    text);
		return false;
	}
	n = take_times(s, &f->times);
	if (n == 0) {
		snprintf(why, WHY, "\"%.200s\" names no entity; * stands for "
		    "all", text);
		return false;
	}
	if (f->times == 0) {
		snprintf(why, WHY, "\"%.200s\" would never hit", text);
		return false;
	}
	f->glob = name_str(intern(s, n));
	return true;
}

bool
fault_add(struct faults *l, const char *text, char *why)
{
	struct fault f = { .mishap = MISHAP_FAIL, .times = 1,
		.chance = FAULT_ALWAYS };

	if (!fault_parse(text, false, &f, why))
		return false;
	fault_push(l, &f);
	return true;
}

/* --- hitting --- */

/* A change of the model is about all that it touches, a callback about its
 * label. */
static bool
is_about(const struct fault *f, const struct order *o)
{
	size_t i;

	if (o->callback != NULL)
		return glob_match(f->glob, name_str(o->callback->label));
	for (i = 0; i < o->ntouched; i++)
		if (glob_match(f->glob, name_str(o->touched[i])))
			return true;
	return glob_match(f->glob, o->entity == NAME_NONE ? "" :
	    name_str(o->entity));
}

/* One step of splitmix64: every bit of x decides every bit of the result. */
static uint64_t
stir(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static bool
falls(const struct faults *l, size_t i, const struct order *o)
{
	uint64_t x = stir(stir(stir(l->seed) ^ i) ^ o->seq);

	x = stir(x ^ ((uint64_t)o->direction << 32 | o->attempt));
	return x % FAULT_ALWAYS < l->v[i].chance;
}

static bool
hits(const struct faults *l, size_t i, const struct order *o)
{
	const struct fault *f = &l->v[i];

	return f->times > 0 && f->direction == o->direction &&
	    (f->verb == VERB_COUNT || f->verb == o->verb) &&
	    is_about(f, o) && falls(l, i, o);
}

enum mishap
fault_befalls(struct faults *l, const struct order *o, int64_t *delay)
{
	enum mishap m = MISHAP_NONE;
	size_t i;
	bool late = false;

	*delay = 0;
	for (i = 0; i < (l == NULL ? 0 : l->n); i++) {
		struct fault *f = &l->v[i];
		bool is_delay = f->mishap == MISHAP_DELAY;

		if ((is_delay ? late : m != MISHAP_NONE) || !hits(l, i, o))
			continue;
		if (f->times != UINT32_MAX)
			f->times--;
		if (is_delay) {
			*delay = f->delay;
			late = true;
		} else {
			m = f->mishap;
		}
	}
	return m;
}
