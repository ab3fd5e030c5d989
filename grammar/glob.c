/*
 * Does a pattern fit a whole text? After a mismatch only the last * need take
 * one character more: what earlier ones took never has to be taken back. So
 * the work is at most length times length, whatever the pattern.
 */
#include <stddef.h>

#include "policy.h"

/* Past one character, all its bytes. */
static const char *
skip(const char *s)
{
	s++;
	while (((unsigned char)*s & 0xc0) == 0x80)
		s++;
	return s;
}

bool
glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *taken = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			taken = text;
		} else if (*pattern == '?') {
			pattern++;
			text = skip(text);
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = taken = skip(taken);
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}
