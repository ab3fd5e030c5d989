/* Mutations of XML for libFuzzer that leave most of it well-formed: elements
 * go, come twice, change places or become like another of their name, and
 * attributes and texts take each other's values. */
#ifndef CG_FUZZ_XML_MUTATE_H
#define CG_FUZZ_XML_MUTATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct piece {
	size_t at, n;
};

static inline uint32_t
xml_roll(uint32_t *seed, size_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return n == 0 ? 0 : (uint32_t)((*seed >> 8) % n);
}

static inline bool
xml_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Is the tag at s (behind its '<' and '/') of that name? */
static inline bool
xml_named(const uint8_t *s, const uint8_t *end, const uint8_t *name, size_t n)
{
	return (size_t)(end - s) > n && memcmp(s, name, n) == 0 &&
	    !xml_letter(s[n]);
}

/* The element that begins at s[at] == '<', to the end of its end tag. */
static inline struct piece
xml_element(const uint8_t *s, size_t size, size_t at)
{
	struct piece p = { at, 0 };
	const uint8_t *name = s + at + 1;
	size_t n = 0, i;
	int depth = 0;

	while (at + 1 + n < size && xml_letter(name[n]))
		n++;
	for (i = at; i < size; i++) {
		if (s[i] == '/' && i + 1 < size && s[i + 1] == '>' &&
		    depth == 1 && memchr(s + at, '>', i - at) == NULL)
			depth = 0; /* <name .../> */
		else if (s[i] == '<' && xml_named(s + i + 1, s + size, name,
		    n))
			depth++;
		else if (s[i] == '<' && i + 2 < size && s[i + 1] == '/' &&
		    xml_named(s + i + 2, s + size, name, n))
			depth--;
		if (s[i] == '>' && depth == 0) {
			p.n = i + 1 - at;
			return p;
		}
	}
	return p;
}

/* Any element, or the next of the same name as like. n 0: none. */
static inline struct piece
xml_any(const uint8_t *s, size_t size, uint32_t *seed, const uint8_t *like)
{
	struct piece none = { 0, 0 };
	size_t start = xml_roll(seed, size), i, k, n = 0;

	while (like != NULL && xml_letter(like[n]))
		n++;
	for (k = 0; k + 1 < size; k++) {
		i = (start + k) % (size - 1);
		if (s[i] == '<' && xml_letter(s[i + 1]) && (like == NULL ||
		    xml_named(s + i + 1, s + size, like, n)))
			return xml_element(s, size, i);
	}
	return none;
}

/* What stands between a pair of quotes, or between tags: a value. */
static inline struct piece
xml_value(const uint8_t *s, size_t size, uint32_t *seed)
{
	struct piece p = { 0, 0 };
	size_t start = xml_roll(seed, size), i, k;

	for (k = 0; k + 1 < size; k++) {
		i = (start + k) % size;
		if (i < 7 || (memcmp(s + i - 7, "<value>", 7) != 0 &&
		    memcmp(s + i - 2, "=\"", 2) != 0))
			continue;
		p.at = i;
		while (i < size && s[i] != '<' && s[i] != '"')
			i++;
		p.n = i - p.at;
		break;
	}
	return p;
}

/* Puts n bytes in the place of a piece; the new size. */
static inline size_t
xml_put(uint8_t *s, size_t size, size_t max, struct piece p,
    const uint8_t *by, size_t n)
{
	if (size - p.n + n > max)
		return size;
	memmove(s + p.at + n, s + p.at + p.n, size - p.at - p.n);
	memcpy(s + p.at, by, n);
	return size - p.n + n;
}

static inline size_t
xml_mutate(uint8_t *s, size_t size, size_t max, uint32_t seed)
{
	uint32_t what = xml_roll(&seed, 6);
	struct piece a = what < 4 ? xml_any(s, size, &seed, NULL) :
	    xml_value(s, size, &seed), b = { 0, 0 };
	uint8_t *copy;

	if (what == 1 || what == 2)
		b = a.n == 0 ? a : xml_any(s, size, &seed, s + a.at + 1);
	else if (what == 3)
		b = xml_any(s, size, &seed, NULL);
	else if (what > 3)
		b = xml_value(s, size, &seed);
	copy = malloc(b.n + 1);
	if (copy == NULL)
		return size;
	memcpy(copy, s + b.at, b.n);
	if (what == 1 || what == 3) /* comes here, too */
		a.n = 0;
	size = xml_put(s, size, max, a, copy, b.n);
	free(copy);
	return size;
}

#endif
