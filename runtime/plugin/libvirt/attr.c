#include "attr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
attr_text(const char *xml, const char *end, const char *word, char *to,
    size_t size)
{
	const char *at = strstr(xml, word), *stop;

	if (at == NULL || (end != NULL && at >= end))
		return false;
	at += strlen(word);
	stop = *at == '\'' || *at == '"' ? strchr(at + 1, *at) : NULL;
	if (stop == NULL || (end != NULL && stop > end) ||
	    (size_t)(stop - at) > size)
		return false;
	snprintf(to, size, "%.*s", (int)(stop - at - 1), at + 1);
	return true;
}

unsigned long
attr_number(const char *xml, const char *word)
{
	const char *at = strstr(xml, word);

	return at == NULL ? 0 : strtoul(at + strlen(word), NULL, 10);
}
