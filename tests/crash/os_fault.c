/*
 * What if the disk refuses, or the power fails, right here? os.h again, on a
 * disk in memory. A file has the bytes a program sees and those that are
 * safely on disk; a folder has the names that are safely on disk and a list of
 * the changes since, in order. A sync makes one the other. At a restart the
 * fate decides how much of the difference survived: a torn file keeps some
 * length with some blocks of zeros or garbage in what was not synced, a torn
 * folder some of its first changes.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "os.h"
#include "os_fault.h"

enum { TORN_BLOCK = 32 };

struct bytes {
	char *p;
	size_t n, cap;
};

struct name {
	char *text;
	struct node *node;
};

struct names {
	struct name *at;
	size_t n, cap;
};

/* A change of a folder: name means node now; no node: it is gone. to: it was
 * renamed to that. */
struct change {
	char *name, *to;
	struct node *node;
};

struct node {
	bool folder;
	struct bytes now, disk; /* a file's */
	size_t same; /* now and disk are the same up to here */
	struct names names, safe; /* a folder's: now, and on disk */
	struct change *change;
	size_t nchange, cap;
	struct os_file *owner; /* of the lock */
	struct node *next; /* all nodes, freed at reset */
};

struct os_file {
	struct node *node;
	uint64_t start; /* of the machine */
	bool writes;
};

static struct node *nodes, *root;
static uint64_t starts, counts[FAULT_ALL + 1], plan_nth;
static enum fault_what plan_what;
static enum fault_calls plan_calls;
static int plan_err;
static bool happened, stopped;
static int64_t clock_now;

/* --- bytes and names --- */

static char *
copy_text(const char *s, size_t n)
{
	char *t = mem_alloc(n + 1, 1);

	memcpy(t, s, n);
	t[n] = '\0';
	return t;
}

static void
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

static struct name *
find_name(struct names *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->at[i].text, text) == 0)
			return &v->at[i];
	return NULL;
}

static void
put_name(struct names *v, const char *text, struct node *node)
{
	struct name *e = find_name(v, text);

	if (e == NULL && node != NULL) {
		v->at = mem_grow(v->at, v->n, &v->cap, sizeof(*v->at));
		v->at[v->n++] = (struct name){ copy_text(text, strlen(text)),
			node };
	} else if (e != NULL && node != NULL) {
		e->node = node;
	} else if (e != NULL) {
		free(e->text);
		*e = v->at[--v->n];
	}
}

static void
clear_names(struct names *v)
{
	while (v->n > 0)
		free(v->at[--v->n].text);
}

static void
apply_change(struct names *v, const struct change *c)
{
	put_name(v, c->name, c->to == NULL ? c->node : NULL);
	if (c->to != NULL)
		put_name(v, c->to, c->node);
}

static void
clear_changes(struct node *d)
{
	while (d->nchange > 0) {
		free(d->change[--d->nchange].name);
		free(d->change[d->nchange].to);
	}
}

static void
make_change(struct node *d, const char *name, struct node *node,
    const char *to)
{
	struct change c = { copy_text(name, strlen(name)), to == NULL ? NULL :
		copy_text(to, strlen(to)), node };

	d->change = mem_grow(d->change, d->nchange, &d->cap,
	    sizeof(*d->change));
	d->change[d->nchange++] = c;
	apply_change(&d->names, &c);
}

static struct node *
new_node(bool folder)
{
	struct node *n = mem_alloc(1, sizeof(*n));

	memset(n, 0, sizeof(*n));
	n->folder = folder;
	n->next = nodes;
	return nodes = n;
}

/* The folder path is in, and its last part; "." is the root. NULL: none. */
static struct node *
find_parent(const char *path, const char **last)
{
	struct node *d = root;
	const char *slash;

	while (*path == '/')
		path++;
	while ((slash = strchr(path, '/')) != NULL) {
		char *part = copy_text(path, (size_t)(slash - path));
		struct name *e = find_name(&d->names, part);

		free(part);
		if (e == NULL || !e->node->folder)
			return NULL;
		d = e->node;
		path = slash + 1;
	}
	*last = path;
	return d;
}

static struct node *
find(const char *path)
{
	const char *last;
	struct node *d = find_parent(path, &last);
	struct name *e;

	if (d == NULL || *last == '\0' || strcmp(last, ".") == 0)
		return d;
	e = find_name(&d->names, last);
	return e == NULL ? NULL : e->node;
}

/* --- the plan --- */

void
fault_plan(enum fault_what what, enum fault_calls calls, uint64_t nth,
    int err)
{
	plan_what = what;
	plan_calls = calls;
	plan_nth = nth;
	plan_err = err;
	happened = false;
	memset(counts, 0, sizeof(counts));
}

uint64_t
fault_count(enum fault_calls calls)
{
	return counts[calls];
}

bool
fault_happened(void)
{
	return happened;
}

/* Every call asks first: 0, or the error it has to give. */
static int
call(enum fault_calls kind)
{
	bool hit;

	if (stopped)
		return -EIO;
	for (int i = kind; i <= FAULT_ALL; i++)
		counts[i]++;
	hit = kind <= plan_calls && (counts[plan_calls] == plan_nth ||
	    (plan_what == FAULT_STAY && counts[plan_calls] > plan_nth));
	if (plan_what == FAULT_NONE || !hit)
		return 0;
	happened = true;
	stopped = plan_what == FAULT_STOP;
	return plan_what == FAULT_STOP ? -EIO : -plan_err;
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

static void
sync_names(struct node *d, size_t nchange)
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
	sync_names(d, n);
	clear_names(&d->names);
	for (size_t i = 0; i < d->safe.n; i++)
		put_name(&d->names, d->safe.at[i].text, d->safe.at[i].node);
}

void
fault_restart(enum fault_fate fate, uint64_t seed)
{
	for (struct node *n = nodes; n != NULL; n = n->next) {
		n->owner = NULL;
		if (n->folder)
			restart_folder(n, fate, &seed);
		else
			restart_file(n, fate, &seed);
	}
	starts++;
	stopped = false;
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
}

void
fault_settle(void)
{
	for (struct node *n = nodes; n != NULL; n = n->next) {
		bytes_set(&n->disk, 0, n->now.p, n->now.n);
		n->same = n->now.n;
		sync_names(n, n->nchange);
	}
}

void
fault_reset(void)
{
	struct node *next;

	for (; nodes != NULL; nodes = next) {
		next = nodes->next;
		clear_names(&nodes->names);
		clear_names(&nodes->safe);
		clear_changes(nodes);
		free(nodes->names.at);
		free(nodes->safe.at);
		free(nodes->change);
		free(nodes->now.p);
		free(nodes->disk.p);
		free(nodes);
	}
	root = NULL;
	root = new_node(true);
	starts++;
	stopped = false;
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
}

int
fault_fresh_disk(void **state)
{
	int err;

	(void)state;
	fault_reset();
	err = os_mkdir(FAULT_FOLDER);
	fault_settle();
	return err;
}

int
fault_free_disk(void **state)
{
	(void)state;
	fault_reset();
	return 0;
}

/* --- os.h: files --- */

static void
ready(void)
{
	if (root == NULL)
		fault_reset();
}

static int
open_node(const char *path, bool create, bool truncate, bool writes,
    struct os_file **out)
{
	const char *last;
	struct node *d, *n;
	int err;

	ready();
	*out = NULL;
	d = find_parent(path, &last);
	n = find(path);
	err = call(n == NULL && create ? FAULT_CHANGES : FAULT_ALL);
	if (err != 0)
		return err;
	if (d == NULL || (n == NULL && !create))
		return -ENOENT;
	if (n == NULL)
		make_change(d, last, n = new_node(false), NULL);
	if (n->folder)
		return -EISDIR;
	if (truncate) {
		n->now.n = 0;
		n->same = 0;
	}
	*out = mem_alloc(1, sizeof(**out));
	**out = (struct os_file){ n, starts, writes };
	return 0;
}

int
os_open(const char *path, bool create, struct os_file **out)
{
	return open_node(path, create, false, true, out);
}

int
os_open_read(const char *path, struct os_file **out)
{
	return open_node(path, false, false, false, out);
}

static int
file_call(struct os_file *f, enum fault_calls kind)
{
	int err = call(kind);

	if (err == 0 && (f->start != starts ||
	    (kind != FAULT_ALL && !f->writes)))
		err = -EBADF;
	return err;
}

int
os_read_at(struct os_file *f, uint64_t at, void *data, size_t n, size_t *got)
{
	int err = file_call(f, FAULT_ALL);

	*got = 0;
	if (err != 0 || at >= f->node->now.n)
		return err;
	*got = f->node->now.n - (size_t)at;
	if (*got > n)
		*got = n;
	memcpy(data, f->node->now.p + at, *got);
	return 0;
}

/* A disk that is full takes what still fits. */
int
os_append(struct os_file *f, const void *data, size_t n)
{
	int err = file_call(f, FAULT_CHANGES);
	struct bytes *b = &f->node->now;

	if (err == -EBADF || stopped)
		return err;
	bytes_set(b, b->n, data, err == 0 ? n : n / 2);
	return err;
}

int
os_read_all(const char *path, char **data, size_t *n)
{
	struct os_file *f;
	int err = os_open_read(path, &f);

	*data = NULL;
	*n = 0;
	if (err != 0)
		return err;
	*data = mem_alloc(f->node->now.n + 1, 1);
	err = os_read_at(f, 0, *data, f->node->now.n, n);
	(*data)[*n] = '\0';
	os_close(f);
	if (err != 0) {
		free(*data);
		*data = NULL;
	}
	return err;
}

int
os_truncate(struct os_file *f, uint64_t size)
{
	int err = file_call(f, FAULT_CHANGES);

	if (err != 0)
		return err;
	assert(size <= f->node->now.n); /* nobody makes a file longer */
	f->node->now.n = (size_t)size;
	if (f->node->same > size)
		f->node->same = (size_t)size;
	return 0;
}

int
os_sync(struct os_file *f)
{
	int err = file_call(f, FAULT_SYNCS);
	struct node *n = f->node;

	if (err != 0)
		return err;
	if (n->now.n > 0)
		bytes_set(&n->disk, n->same, n->now.p + n->same,
		    n->now.n - n->same);
	n->disk.n = n->same = n->now.n;
	return 0;
}

void
os_close(struct os_file *f)
{
	if (f == NULL)
		return;
	if (f->start == starts && f->node->owner == f)
		f->node->owner = NULL;
	free(f);
}

int
os_lock(struct os_file *f)
{
	int err = file_call(f, FAULT_ALL);

	if (err == 0 && f->node->owner != NULL && f->node->owner != f)
		err = -EAGAIN;
	if (err == 0)
		f->node->owner = f;
	return err;
}

bool
os_is_at(struct os_file *f, const char *path)
{
	return call(FAULT_ALL) == 0 && f->start == starts &&
	    find(path) == f->node;
}

/* --- os.h: folders --- */

int
os_mkdir(const char *path)
{
	const char *last;
	struct node *d;
	int err = (ready(), call(FAULT_CHANGES));

	if (err != 0)
		return err;
	d = find_parent(path, &last);
	if (d == NULL)
		return -ENOENT;
	if (find_name(&d->names, last) != NULL)
		return -EEXIST;
	make_change(d, last, new_node(true), NULL);
	return 0;
}

int
os_rename(const char *from, const char *to)
{
	const char *last, *name;
	struct node *d, *n, *old;
	int err = (ready(), call(FAULT_CHANGES));

	if (err != 0)
		return err;
	n = find(from);
	if (n == NULL)
		return -ENOENT;
	old = find(to);
	if (old != NULL && old->folder && old->names.n > 0)
		return -ENOTEMPTY;
	d = find_parent(from, &name);
	assert(d == find_parent(to, &last)); /* within one folder */
	make_change(d, name, n, last);
	return 0;
}

int
os_unlink(const char *path)
{
	const char *last;
	struct node *d, *n;
	int err = (ready(), call(FAULT_CHANGES));

	if (err != 0)
		return err;
	d = find_parent(path, &last);
	n = find(path);
	if (n == NULL)
		return -ENOENT;
	if (n->folder && n->names.n > 0)
		return -ENOTEMPTY;
	make_change(d, last, NULL, NULL);
	return 0;
}

int
os_remove_tree(const char *path)
{
	struct node *n = (ready(), find(path));
	int err = 0;

	while (n != NULL && n->folder && n->names.n > 0 && err == 0) {
		const char *name = n->names.at[0].text;
		size_t a = strlen(path), b = strlen(name);
		char *below = mem_alloc(a + b + 2, 1);

		memcpy(below, path, a);
		below[a] = '/';
		memcpy(below + a + 1, name, b + 1);
		err = os_remove_tree(below);
		free(below);
	}
	if (n == NULL)
		return stopped ? -EIO : 0;
	return err == 0 ? os_unlink(path) : err;
}

int
os_list(const char *path, int (*each)(void *, const char *), void *arg)
{
	struct node *d = (ready(), find(path));
	struct names copy = { 0 };
	int result = call(FAULT_ALL);

	if (result != 0 || d == NULL)
		return result != 0 ? result : -ENOENT;
	for (size_t i = 0; i < d->names.n; i++)
		put_name(&copy, d->names.at[i].text, d->names.at[i].node);
	for (size_t i = 0; i < copy.n && result == 0; i++)
		result = each(arg, copy.at[i].text);
	clear_names(&copy);
	free(copy.at);
	return result;
}

int
os_sync_dir(const char *path)
{
	struct node *d = (ready(), find(path));
	int err = call(FAULT_SYNCS);

	if (err != 0 || d == NULL)
		return err != 0 ? err : -ENOENT;
	sync_names(d, d->nchange);
	return 0;
}

/* Not counted: it has no way to say that it could not find out. */
bool
os_exists(const char *path)
{
	ready();
	return find(path) != NULL;
}

static int
sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? copy_text(".", 1) :
	    copy_text(path, (size_t)(slash - path));
	int err = os_sync_dir(folder);

	free(folder);
	return err;
}

int
os_replace(const char *path, const void *data, size_t n)
{
	size_t len = strlen(path);
	char *temp = mem_alloc(len + 5, 1);
	struct os_file *f;
	int err;

	memcpy(temp, path, len);
	memcpy(temp + len, ".new", 5);
	err = open_node(temp, true, true, true, &f);
	if (err == 0)
		err = os_append(f, data, n);
	if (err == 0)
		err = os_sync(f);
	os_close(f);
	if (err == 0)
		err = os_rename(temp, path);
	if (err == 0)
		err = sync_parent(path);
	else
		os_unlink(temp);
	free(temp);
	return err;
}

/* --- os.h: time --- */

int64_t
os_now(void)
{
	return clock_now += 1000000;
}

void
os_sleep(int64_t ns)
{
	if (ns > 0)
		clock_now += ns;
}

/* --- os.h: processes --- */

long
os_pid(void)
{
	return 1;
}

int
os_interrupt(long pid)
{
	return pid == 1 ? 0 : -ESRCH;
}
