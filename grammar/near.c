/*
 * Which known word was meant? The one with the least edit distance, where two
 * neighbours swapped are one edit. Only a band around the diagonal is looked
 * at, as wide as the most edits that still count as near, so that thousands
 * of long names can be tried.
 */
#include <stdbool.h>
#include <string.h>

#include "diag.h"
#include "near.h"

enum { WORD_MAX = 2048, EDITS_MAX = 3 };

/* What is cheap to mistake: case, and the ways to join two words. */
static int
plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 'a';
	return c == '_' || c == ' ' ? '-' : (unsigned char)c;
}

static int
is_swap(const char *a, size_t i, const char *b, size_t k)
{
	return i > 1 && k > 1 && plain(a[i - 1]) == plain(b[k - 2]) &&
	    plain(a[i - 2]) == plain(b[k - 1]);
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The number of edits from a to b, or limit + 1 if there are more. */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb, unsigned limit)
{
	/* Row i holds the edits to every beginning of b, from the beginning
	 * of a of length i; cells off the band are too many. */
	unsigned char row[3][WORD_MAX + 2];
	const unsigned many = limit + 1;
	size_t i, k, lo, hi;

	if (na > nb + limit || nb > na + limit)
		return many;
	for (k = 0; k <= limit + 1; k++)
		row[0][k] = (unsigned char)k;
	for (i = 1; i <= na; i++) {
		unsigned char *now = row[i % 3], *before = row[(i - 1) % 3];
		unsigned best = many;

		lo = i > limit ? i - limit : 0;
		hi = i + limit < nb ? i + limit : nb;
		if (lo > 0)
			now[lo - 1] = (unsigned char)many;
		now[hi + 1] = (unsigned char)many;
		for (k = lo; k <= hi; k++) {
			unsigned d = before[k] + 1u;

			if (k > 0) {
				d = least(d, now[k - 1] + 1u);
				d = least(d, before[k - 1] + (unsigned)
				    (plain(a[i - 1]) != plain(b[k - 1])));
			}
			if (is_swap(a, i, b, k))
				d = least(d, row[(i - 2) % 3][k - 2] + 1u);
			now[k] = (unsigned char)least(d, many);
			best = least(best, now[k]);
		}
		if (best == many)
			return many;
	}
	return row[na % 3][nb];
}

/* Of several words joined, the first one alone is one slip: it is the one that
 * people remember. */
static bool
is_first_word(const char *word, size_t len, const char *candidate)
{
	return len > 2 && strncmp(word, candidate, len) == 0 &&
	    candidate[len] == '-';
}

const char *
near_match(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word), i, k;
	unsigned limit = len < 3 ? 1 : len < 6 ? 2 : EDITS_MAX, d;
	const char *found = NULL;

	if (len > WORD_MAX)
		return NULL;
	for (i = 0; i < n; i++) {
		k = strlen(candidates[i]);
		if (k > WORD_MAX)
			continue;
		d = limit > 0 && is_first_word(word, len, candidates[i]) ? 1 :
		    distance(word, len, candidates[i], k, limit);
		/* A word of which nothing is left was not meant. */
		if (d > limit || d >= len || d >= k)
			continue;
		found = candidates[i];
		if (d == 0)
			break;
		limit = d - 1;
	}
	return found;
}

const char *
near_note(struct diag *d, const char *word, const char *const *candidates,
    size_t n)
{
	const char *near = near_match(word, candidates, n);

	if (near != NULL)
		diag_note(d, (struct place){ 0 }, "did you mean \"%s\"?", near);
	return near;
}
