/*
 * Which texts are not for reviewers? Nothing but its name says that a value
 * is a secret, so names that sound like one are enough: to hide too much
 * costs a look into the campaign, to show too much a password.
 */
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "secret.h"

static const char *const words[] = { "password", "passwd", "passphrase",
	"secret", "token", "credential", "apikey", "api-key", "api_key",
	"privatekey", "private-key", "private_key" };

static bool
holds(const char *s, size_t n)
{
	size_t i, k, len;

	for (k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		len = strlen(words[k]);
		for (i = 0; i + len <= n; i++)
			if (strncasecmp(s + i, words[k], len) == 0)
				return true;
	}
	return false;
}

bool
secret_name(const char *name)
{
	return holds(name, strlen(name));
}

/* A word without the value that its name gives away; true if it had one.
 * *after: the next word is the value. */
static bool
word(const char *s, size_t n, bool *after, struct buf *out)
{
	size_t name = 0;

	if (*after) {
		*after = false;
		buf_str(out, SECRET);
		return true;
	}
	while (name < n && s[name] != '=' && s[name] != ':')
		name++;
	if (!holds(s, name)) {
		buf_add(out, s, n);
		return false;
	}
	if (name == n) {
		*after = s[0] == '-';
		buf_add(out, s, n);
		return false;
	}
	buf_add(out, s, name + 1);
	buf_str(out, SECRET);
	return true;
}

bool
secret_arguments(const char *s, struct buf *out)
{
	struct buf b = { 0 };
	bool found = false, after = false;
	size_t n;

	while (*s != '\0') {
		n = strspn(s, " \t");
		buf_add(&b, s, n);
		s += n;
		n = strcspn(s, " \t");
		if (n > 0)
			found |= word(s, n, &after, &b);
		s += n;
	}
	if (found)
		buf_add(out, b.data, b.len);
	buf_free(&b);
	return found;
}
