/*
 * A quarter of a day is long enough for whoever measures rarely, and short
 * enough that what was measured on two days a month apart is no month.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "spells.h"

#define SPELL (INT64_C(6) * 3600 * 1000) /* ms */
enum { BITS = 64, MOST = 1024 }; /* words: 45 years */

/* Room for a word in front of the first or behind the last; false: it is too
 * far away. */
static bool
reach(struct spells *s, int64_t at)
{
	int64_t first = s->n == 0 || at < s->first ? at : s->first;
	int64_t end = s->n == 0 || at >= s->first + (int64_t)s->n ? at + 1 :
	    s->first + (int64_t)s->n;
	size_t n = (size_t)(end - first);
	uint64_t *word;

	if (end - first > MOST)
		return false;
	if (n == s->n)
		return true;
	word = mem_alloc(n, sizeof(*word));
	if (s->n > 0)
		memcpy(word + (s->first - first), s->word,
		    s->n * sizeof(*word));
	free(s->word);
	*s = (struct spells){ word, first, n };
	return true;
}

/* Times may be before 1970. */
static int64_t
down(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

void
spells_add(struct spells *s, int64_t ms)
{
	int64_t spell = down(ms, SPELL), at = down(spell, BITS);

	assert(ms >= 0);
	if (reach(s, at))
		s->word[at - s->first] |= UINT64_C(1) << (spell - at * BITS);
}

int64_t
spells_long(const struct spells *s)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < s->n; i++)
		n += __builtin_popcountll(s->word[i]);
	return n * SPELL;
}

void
spells_free(struct spells *s)
{
	free(s->word);
	*s = (struct spells){ 0 };
}
