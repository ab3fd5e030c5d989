/*
 * STATE/alerts, a line for each thing:
 *
 *   camprun-alerts 1
 *   + CHANNEL ID JSON	to be told
 *   - CHANNEL ID	told
 *   ! CHANNEL ID WHY	tried in vain
 *
 * CHANNEL is the place in the policy, which a run keeps. Lines are added, never
 * changed. What is to be told is on disk before it is told, and that it was is
 * written at once: between the two lies the only moment after which an alert
 * is told again, with the same id.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "arena.h"
#include "buf.h"
#include "os.h"
#include "outbox.h"

#define MAGIC "camprun-alerts 1\n"

struct entry {
	struct letter letter;
	char *key; /* "CHANNEL ID" */
	struct entry *next; /* of this channel */
	UT_hash_handle hh;
};

struct queue { /* of one channel, in the order of their coming */
	struct entry *first, *last; /* all before first are told */
};

struct outbox {
	struct os_file *file;
	struct entry *entries;
	struct queue *queue;
	size_t nqueue, left;
	bool dirty;
};

/* --- what is in memory --- */

static struct queue *
queue_of(struct outbox *o, size_t channel)
{
	if (channel >= o->nqueue) {
		o->queue = mem_realloc(o->queue, channel + 1,
		    sizeof(*o->queue));
		memset(o->queue + o->nqueue, 0, (channel + 1 - o->nqueue) *
		    sizeof(*o->queue));
		o->nqueue = channel + 1;
	}
	return &o->queue[channel];
}

static struct entry *
find(struct outbox *o, const char *key, size_t n)
{
	struct entry *e;

	HASH_FIND(hh, o->entries, key, n, e);
	return e;
}

static char *
copy_of(const char *s, size_t n)
{
	char *copy = mem_alloc(n + 1, 1);

	memcpy(copy, s, n);
	return copy;
}

/* Takes m. */
static void
enter(struct outbox *o, size_t channel, const char *key, size_t n,
    struct message *m)
{
	struct entry *e = mem_alloc(1, sizeof(*e));
	struct queue *q = queue_of(o, channel);

	e->letter = (struct letter){ .channel = channel, .m = m };
	e->key = copy_of(key, n);
	HASH_ADD_KEYPTR(hh, o->entries, e->key, n, e);
	if (q->first == NULL)
		q->first = e;
	else
		q->last->next = e;
	q->last = e;
	o->left++;
}

static void
strike(struct outbox *o, struct letter *l)
{
	struct queue *q = queue_of(o, l->channel);

	if (l->told)
		return;
	l->told = true;
	o->left--;
	while (q->first != NULL && q->first->letter.told &&
	    q->first != q->last)
		q->first = q->first->next;
}

/* --- reading --- */

/* A line without its line feed; false: it is none that was ever written. */
static bool
take_line(struct outbox *o, const char *s, size_t n)
{
	size_t channel, id;
	const char *space;
	struct message *m;
	struct entry *e;

	if (n < 5 || strchr("+-!", s[0]) == NULL || s[1] != ' ')
		return false;
	channel = (size_t)strtoul(s + 2, NULL, 10);
	space = memchr(s + 2, ' ', n - 2);
	if (space == NULL || channel > 100000)
		return false;
	id = (size_t)(space - s) + 1;
	space = memchr(s + id, ' ', n - id);
	id = space == NULL ? n : (size_t)(space - s);
	e = find(o, s + 2, id - 2);
	if (s[0] == '-' && e != NULL)
		strike(o, &e->letter);
	if (s[0] != '+' || e != NULL)
		return true;
	m = space == NULL ? NULL : message_read(space + 1,
	    n - id - 1);
	if (m == NULL)
		return false;
	enter(o, channel, s + 2, id - 2, m);
	return true;
}

/* *end is behind the last whole line. */
static int
take_all(struct outbox *o, const char *text, size_t size, size_t *end)
{
	size_t at = sizeof(MAGIC) - 1;
	const char *feed;

	*end = 0;
	if (size < at && memcmp(text, MAGIC, size) == 0)
		return 0;
	if (size < at || memcmp(text, MAGIC, at) != 0)
		return -EBADMSG;
	while ((feed = memchr(text + at, '\n', size - at)) != NULL) {
		if (!take_line(o, text + at, (size_t)(feed - text) - at))
			return -EBADMSG;
		at = (size_t)(feed - text) + 1;
	}
	*end = at;
	return 0;
}

static int
read_in(struct outbox *o, const char *path)
{
	char *text;
	size_t size, end;
	int err = os_read_all(path, &text, &size);

	if (err != 0)
		return err;
	err = take_all(o, text, size, &end);
	free(text);
	if (err == 0 && end < size)
		err = os_truncate(o->file, end);
	if (err == 0 && end == 0)
		err = os_append(o->file, MAGIC, sizeof(MAGIC) - 1);
	return err;
}

int
outbox_open(const char *state_dir, struct outbox **out)
{
	size_t n = strlen(state_dir) + sizeof("/alerts");
	struct outbox *o = mem_alloc(1, sizeof(*o));
	char *path = mem_alloc(n, 1);
	int err;

	snprintf(path, n, "%s/alerts", state_dir);
	err = os_open(path, true, &o->file);
	if (err == 0)
		err = os_lock(o->file);
	if (err == 0)
		err = read_in(o, path);
	free(path);
	*out = o;
	if (err == 0)
		return 0;
	outbox_close(o);
	*out = NULL;
	return err;
}

/* --- writing --- */

static int
add_line(struct outbox *o, char kind, size_t channel, const char *id,
    const char *rest)
{
	struct buf b = { 0 };
	int err;

	buf_printf(&b, "%c %zu %s", kind, channel, id);
	if (rest != NULL)
		buf_printf(&b, " %s", rest);
	buf_char(&b, '\n');
	err = os_append(o->file, b.data, b.len);
	buf_free(&b);
	return err;
}

int
outbox_add(struct outbox *o, size_t channel, const struct message *m)
{
	struct buf json = { 0 };
	char key[128];
	int err, n = snprintf(key, sizeof(key), "%zu %s", channel, m->id);

	if (find(o, key, (size_t)n) != NULL)
		return 0;
	message_json(m, &json);
	enter(o, channel, key, (size_t)n, message_read(json.data, json.len));
	buf_char(&json, '\0');
	err = add_line(o, '+', channel, m->id, json.data);
	buf_free(&json);
	o->dirty = true;
	return err;
}

int
outbox_sync(struct outbox *o)
{
	if (!o->dirty)
		return 0;
	o->dirty = false;
	return os_sync(o->file);
}

int
outbox_told(struct outbox *o, struct letter *l)
{
	strike(o, l);
	o->dirty = true;
	return add_line(o, '-', l->channel, l->m->id, NULL);
}

int
outbox_failed(struct outbox *o, const struct letter *l, const char *why)
{
	char line[400];
	size_t i;

	snprintf(line, sizeof(line), "%s", why);
	for (i = 0; line[i] != '\0'; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	return add_line(o, '!', l->channel, l->m->id, line);
}

/* --- asking --- */

size_t
outbox_left_for(const struct outbox *o, size_t channel, struct letter **v,
    size_t n)
{
	struct entry *e = channel < o->nqueue ? o->queue[channel].first : NULL;
	size_t k = 0;

	for (; e != NULL && k < n; e = e->next)
		if (!e->letter.told)
			v[k++] = &e->letter;
	return k;
}

size_t
outbox_left(const struct outbox *o)
{
	return o->left;
}

void
outbox_close(struct outbox *o)
{
	struct entry *e, *next;

	if (o == NULL)
		return;
	HASH_ITER(hh, o->entries, e, next) {
		HASH_DEL(o->entries, e);
		message_free(e->letter.m);
		free(e->key);
		free(e);
	}
	os_close(o->file);
	free(o->queue);
	free(o);
}
