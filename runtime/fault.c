/*
 * Which orders are to fail? A fault names a phase, an action, a pattern of
 * names and how often it hits; the last ":" and what follows is a number only
 * if it is all digits, since names may hold colons.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "policy.h"

enum { WHY = 512 };

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
take_action(const char **s, enum verb *verb)
{
	size_t n = strcspn(*s, ":");
	char word[32];

	if ((*s)[n] == '\0' || n >= sizeof(word))
		return false;
	memcpy(word, *s, n);
	word[n] = '\0';
	*verb = verb_find(word);
	*s += n + 1;
	return *verb != VERB_COUNT;
}

/* How long the pattern is; times is what stands behind it. */
static size_t
take_times(const char *s, uint32_t *times)
{
	const char *colon = strrchr(s, ':'), *p;
	unsigned long n;

	*times = 1;
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
fault_parse(const char *text, struct fault *f, char *why)
{
	const char *s = text;
	size_t n;

	f->direction = take_phase(&s);
	if (!take_action(&s, &f->verb)) {
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
		snprintf(why, WHY, "\"%.200s\" would never fail", text);
		return false;
	}
	f->glob = name_str(intern(s, n));
	return true;
}

/* A change of the model is about all that it touches. */
static bool
is_about(const struct fault *f, const struct order *o)
{
	size_t i;

	for (i = 0; i < o->ntouched; i++)
		if (glob_match(f->glob, name_str(o->touched[i])))
			return true;
	return glob_match(f->glob, o->entity == NAME_NONE ? "" :
	    name_str(o->entity));
}

bool
fault_hits(struct fault *f, size_t n, const struct order *o)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (f[i].times > 0 && f[i].direction == o->direction &&
		    f[i].verb == o->verb && is_about(&f[i], o)) {
			f[i].times--;
			return true;
		}
	return false;
}
