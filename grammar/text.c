/*
 * How are texts and paths put together? Each result is a text of its own.
 */
#include "arena.h"
#include "text.h"

static char *
join(const char *a, const char *between, const char *b)
{
	size_t n = strlen(a), m = strlen(between), k = strlen(b);
	char *s = mem_alloc(n + m + k + 1, 1);

	memcpy(s, a, n);
	memcpy(s + n, between, m);
	memcpy(s + n + m, b, k + 1);
	return s;
}

char *
text_join(const char *a, const char *b)
{
	return join(a, "", b);
}

char *
text_below(const char *folder, const char *name)
{
	return join(folder, "/", name);
}

char *
text_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = text_join(slash == NULL ? "." : path, "");

	if (slash != NULL)
		folder[slash == path ? 1 : slash - path] = '\0';
	return folder;
}
