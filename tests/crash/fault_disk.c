/*
 * What is on the disk, and what is left of it when the power fails? A file has
 * the bytes a program sees and those that are safely on disk; a folder has the
 * names that are safely on disk and a list of the changes since, in order. A
 * sync makes one the other. At a restart the fate decides how much of the
 * difference survived: a torn file keeps some length with some blocks of zeros
 * or garbage in what was not synced, a torn folder some of its first changes.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fault_disk.h"

enum { TORN_BLOCK = 32 };

static struct node *nodes, *root;

/* --- bytes and names --- */

char *
text_copy(const char *s, size_t n)
{
	char *t = mem_alloc(n + 1, 1);

	memcpy(t, s, n);
	t[n] = '\0';
	return t;
}

void
bytes_set(struct bytes *b, size_t from, const char *p, size_t n)
{
	if (from + n > b->cap) {
		b->cap = (from + n) * 2;
		b->p = mem_realloc(b->p, b->cap, 1);
	}
	if (n > 0)
		memcpy(b->p + from, p, n);
	b->n = from + n;
}

struct name *
names_find(struct names *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->at[i].text, text) == 0)
			return &v->at[i];
	return NULL;
}

void
names_put(struct names *v, const char *text, struct node *node)
{
	struct name *e = names_find(v, text);

	if (e == NULL && node != NULL) {
		v->at = mem_grow(v->at, v->n, &v->cap, sizeof(*v->at));
		v->at[v->n++] = (struct name){ text_copy(text, strlen(text)),
			node };
	} else if (e != NULL && node != NULL) {
		e->node = node;
	} else if (e != NULL) {
		free(e->text);
		*e = v->at[--v->n];
	}
}

void
names_clear(struct names *v)
{
	while (v->n > 0)
		free(v->at[--v->n].text);
}

static void
apply_change(struct names *v, const struct change *c)
{
	names_put(v, c->name, c->to == NULL ? c->node : NULL);
	if (c->to != NULL)
		names_put(v, c->to, c->node);
}

static void
clear_changes(struct node *d)
{
	while (d->nchange > 0) {
		free(d->change[--d->nchange].name);
		free(d->change[d->nchange].to);
	}
}

void
disk_change(struct node *d, const char *name, struct node *node,
    const char *to)
{
	struct change c = { text_copy(name, strlen(name)), to == NULL ? NULL :
		text_copy(to, strlen(to)), node };

	d->change = mem_grow(d->change, d->nchange, &d->cap,
	    sizeof(*d->change));
	d->change[d->nchange++] = c;
	apply_change(&d->names, &c);
}

struct node *
disk_new(bool folder)
{
	struct node *n = mem_alloc(1, sizeof(*n));

	memset(n, 0, sizeof(*n));
	n->folder = folder;
	n->next = nodes;
	return nodes = n;
}

struct node *
disk_parent(const char *path, const char **last)
{
	struct node *d = root;
	const char *slash;

	while (*path == '/')
		path++;
	while ((slash = strchr(path, '/')) != NULL) {
		char *part = text_copy(path, (size_t)(slash - path));
		struct name *e = names_find(&d->names, part);

		free(part);
		if (e == NULL || !e->node->folder)
			return NULL;
		d = e->node;
		path = slash + 1;
	}
	*last = path;
	return d;
}

struct node *
disk_find(const char *path)
{
	const char *last;
	struct node *d = disk_parent(path, &last);
	struct name *e;

	if (d == NULL || *last == '\0' || strcmp(last, ".") == 0)
		return d;
	e = names_find(&d->names, last);
	return e == NULL ? NULL : e->node;
}

/* --- restart --- */

static uint64_t
draw(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* What was truncated comes back or not; what was added is there up to some
 * length, and perhaps not all of its blocks are what was written. */
static void
tear_file(struct node *f, uint64_t *seed)
{
	bool whole = draw(seed) % 2 == 0;
	size_t n = f->now.n - f->same;

	if (f->same < f->disk.n && draw(seed) % 2 == 0) {
		bytes_set(&f->now, 0, f->disk.p, f->disk.n);
		return;
	}
	if (n == 0)
		return;
	f->now.n = f->same + (size_t)(draw(seed) % (n + 1));
	for (size_t i = f->same; i < f->now.n; i++)
		if (!whole && (i == f->same || i % TORN_BLOCK == 0) &&
		    draw(seed) % 3 == 0) {
			char junk = draw(seed) % 2 == 0 ? 0 : '\xa5';
			size_t end = i + TORN_BLOCK - i % TORN_BLOCK;

			for (; i < end && i < f->now.n; i++)
				f->now.p[i] = junk;
			i--;
		}
}

static void
restart_file(struct node *f, enum fault_fate fate, uint64_t *seed)
{
	if (fate == FATE_LOST)
		bytes_set(&f->now, 0, f->disk.p, f->disk.n);
	else if (fate == FATE_TORN)
		tear_file(f, seed);
	bytes_set(&f->disk, 0, f->now.p, f->now.n);
	f->same = f->now.n;
}

void
disk_sync_names(struct node *d, size_t nchange)
{
	for (size_t i = 0; i < nchange; i++)
		apply_change(&d->safe, &d->change[i]);
	clear_changes(d);
}

static void
restart_folder(struct node *d, enum fault_fate fate, uint64_t *seed)
{
	size_t n = d->nchange;

	if (fate == FATE_LOST)
		n = 0;
	else if (fate == FATE_TORN)
		n = (size_t)(draw(seed) % (n + 1));
	disk_sync_names(d, n);
	names_clear(&d->names);
	for (size_t i = 0; i < d->safe.n; i++)
		names_put(&d->names, d->safe.at[i].text, d->safe.at[i].node);
}

void
disk_restart(enum fault_fate fate, uint64_t seed)
{
	for (struct node *n = nodes; n != NULL; n = n->next) {
		n->owner = NULL;
		if (n->folder)
			restart_folder(n, fate, &seed);
		else
			restart_file(n, fate, &seed);
	}
}

void
disk_settle(void)
{
	for (struct node *n = nodes; n != NULL; n = n->next) {
		bytes_set(&n->disk, 0, n->now.p, n->now.n);
		n->same = n->now.n;
		disk_sync_names(n, n->nchange);
	}
}

void
disk_reset(void)
{
	struct node *next;

	for (; nodes != NULL; nodes = next) {
		next = nodes->next;
		names_clear(&nodes->names);
		names_clear(&nodes->safe);
		clear_changes(nodes);
		free(nodes->names.at);
		free(nodes->safe.at);
		free(nodes->change);
		free(nodes->now.p);
		free(nodes->disk.p);
		free(nodes);
	}
	root = disk_new(true);
}

bool
disk_is_there(void)
{
	return root != NULL;
}
