/*
 * Where is a registration, so that it is there whole or not at all? In a file
 * of its own that has the name, in FOLDER: a line with the pattern, one with
 * each word, and a checksum. A backslash, a newline and a carriage return in a
 * word are written \\, \n and \r. A file that was being written when the power
 * went has another name, which no registration can have.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "crc32c.h"
#include "os.h"
#include "registry.h"
#include "text.h"

#define CHECK "checksum="
enum { NAME_MOST = 64 };

bool
registry_is_name(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= NAME_MOST && name[n] == '\0';
}

/* --- writing --- */

static void
put_line(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '\\')
			buf_str(b, "\\\\");
		else if (*s == '\n')
			buf_str(b, "\\n");
		else if (*s == '\r')
			buf_str(b, "\\r");
		else
			buf_char(b, *s);
	buf_char(b, '\n');
}

int
registry_add(const char *folder, const struct registered *r)
{
	char *path = text_below(folder, r->name);
	struct buf b = { 0 };
	int err = os_mkdir(folder);
	size_t i;

	put_line(&b, r->match);
	for (i = 0; r->argv[i] != NULL; i++)
		put_line(&b, r->argv[i]);
	buf_printf(&b, CHECK "%08x\n", crc32c(0, b.data, b.len));
	if (err == -EEXIST)
		err = 0;
	if (err == 0)
		err = os_exists(path) ? -EEXIST :
		    os_replace(path, b.data, b.len);
	buf_free(&b);
	free(path);
	return err;
}

int
registry_remove(const char *folder, const char *name)
{
	char *path = text_below(folder, name);
	int err = os_unlink(path);

	if (err == 0)
		err = os_sync_dir(folder);
	free(path);
	return err;
}

/* --- reading --- */

/* The line, unescaped in its place; *text is then what follows. NULL: there is
 * none, or it is no such line. */
static char *
take_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n'), *from, *to;

	if (end == NULL)
		return NULL;
	*end = '\0';
	*text = end + 1;
	for (from = to = line; *from != '\0'; from++, to++) {
		*to = *from;
		if (*from != '\\')
			continue;
		from++;
		if (*from != '\\' && *from != 'n' && *from != 'r')
			return NULL;
		*to = *from == 'n' ? '\n' : *from == 'r' ? '\r' : '\\';
	}
	*to = '\0';
	return line;
}

/* Cuts the checksum off; false: it is not what it should be. */
static bool
is_whole(char *text, size_t n)
{
	const size_t tail = sizeof(CHECK) - 1 + 9;
	char want[32];

	if (n < tail || strlen(text) != n)
		return false;
	snprintf(want, sizeof(want), CHECK "%08x\n",
	    crc32c(0, text, n - tail));
	if (strcmp(text + n - tail, want) != 0)
		return false;
	text[n - tail] = '\0';
	return true;
}

/* Its words point into the text of the file, which match begins. */
static bool
parse(struct registered *r, char *text, size_t n)
{
	size_t i, words = 0;
	char *rest = text;

	if (!is_whole(text, n) || (r->match = take_line(&rest)) == NULL)
		return false;
	for (i = 0; rest[i] != '\0'; i++)
		words += rest[i] == '\n';
	if (words == 0)
		return false;
	r->argv = mem_alloc(words + 1, sizeof(*r->argv));
	for (i = 0; i < words; i++)
		if ((r->argv[i] = take_line(&rest)) == NULL)
			return false;
	return true;
}

struct reading {
	struct registry *l;
	const char *folder;
};

static int
read_one(void *arg, const char *name)
{
	struct reading *k = arg;
	struct registry *l = k->l;
	struct registered r = { 0 };
	char *path, *text = NULL;
	size_t n = 0;
	int err;

	if (!registry_is_name(name))
		return 0; /* it is being written, or never was */
	path = text_below(k->folder, name);
	err = os_read_all(path, &text, &n);
	if (err == 0 && !parse(&r, text, n)) {
		fprintf(stderr, "camprun: \"%s\" is damaged; deregister %s, "
		    "and register it again\n", path, name);
		err = -EBADMSG;
	}
	free(path);
	if (err == 0) {
		r.name = text_join(name, "");
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = r;
		return 0;
	}
	free(r.argv);
	free(text);
	return err == -ENOENT ? 0 : err; /* it has gone meanwhile */
}

static int
by_name(const void *a, const void *b)
{
	const struct registered *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int
registry_read(const char *folder, struct registry *l)
{
	struct reading k = { l, folder };
	int err;

	*l = (struct registry){ 0 };
	err = os_list(folder, read_one, &k);
	if (l->n > 1)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	return err == -ENOENT ? 0 : err;
}

void
registry_free(struct registry *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].match); /* the text of all of it */
		free(l->v[i].argv);
	}
	free(l->v);
	*l = (struct registry){ 0 };
}
