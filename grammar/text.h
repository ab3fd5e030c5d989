/* Small questions about texts that the C library has no word for. */
#ifndef CG_TEXT_H
#define CG_TEXT_H

#include <stdbool.h>
#include <string.h>

/* Is s something followed by end? ("plan.txt", ".txt") */
static inline bool
text_ends(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && strcmp(s + n - k, end) == 0;
}

#endif
