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

/* New texts, to be freed: a and b, one behind the other; the path of a name in
 * a folder; the folder of a path (".", "/" among them). */
char *text_join(const char *a, const char *b);
char *text_below(const char *folder, const char *name);
char *text_folder(const char *path);

#endif
