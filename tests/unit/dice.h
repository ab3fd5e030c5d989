/* Numbers that look random and are the same on every run: SEED in the
 * environment gives others, CASES says how many cases are tried. */
#ifndef CG_TEST_DICE_H
#define CG_TEST_DICE_H

#include <stdint.h>
#include <stdlib.h>

static uint64_t dice_state;

/* Begins anew. */
static inline void
dice_begin(void)
{
	const char *given = getenv("SEED");

	dice_state = given != NULL ? strtoull(given, NULL, 10) : 0;
	dice_state = dice_state * 2654435761u + 88172645463325252u;
}

/* One of 0 .. n - 1. */
static inline unsigned
dice(unsigned n)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (unsigned)(dice_state >> 33) % n;
}

/* How many cases to try where usual is the usual number. */
static inline unsigned
dice_cases(unsigned usual)
{
	const char *count = getenv("CASES");

	return count != NULL && *count != '\0' ? (unsigned)atoi(count) : usual;
}

#endif
