/*
 * What if the disk refuses, or the power fails, right here? os.h again, on a
 * disk in memory. Every call asks the plan first.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fault_disk.h"
#include "os.h"
#include "os_fault.h"
#include "text.h"

struct os_file {
	struct node *node;
	uint64_t start; /* of the machine */
	bool writes;
};

static uint64_t starts, counts[FAULT_ALL + 1], plan_nth;
static enum fault_what plan_what;
static enum fault_calls plan_calls;
static int plan_err;
static bool happened, stopped;
static int64_t clock_now;

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

void
fault_restart(enum fault_fate fate, uint64_t seed)
{
	disk_restart(fate, seed);
	starts++;
	stopped = false;
	fault_plan(FAULT_NONE, FAULT_ALL, 0, 0);
}

void
fault_settle(void)
{
	disk_settle();
}

void
fault_reset(void)
{
	disk_reset();
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
	if (!disk_is_there())
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
	d = disk_parent(path, &last);
	n = disk_find(path);
	err = call(n == NULL && create ? FAULT_CHANGES : FAULT_ALL);
	if (err != 0)
		return err;
	if (d == NULL || (n == NULL && !create))
		return -ENOENT;
	if (n == NULL)
		disk_change(d, last, n = disk_new(false), NULL);
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
	    disk_find(path) == f->node;
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
	d = disk_parent(path, &last);
	if (d == NULL)
		return -ENOENT;
	if (names_find(&d->names, last) != NULL)
		return -EEXIST;
	disk_change(d, last, disk_new(true), NULL);
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
	n = disk_find(from);
	if (n == NULL)
		return -ENOENT;
	old = disk_find(to);
	if (old != NULL && old->folder && old->names.n > 0)
		return -ENOTEMPTY;
	d = disk_parent(from, &name);
	assert(d == disk_parent(to, &last)); /* within one folder */
	disk_change(d, name, n, last);
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
	d = disk_parent(path, &last);
	n = disk_find(path);
	if (n == NULL)
		return -ENOENT;
	if (n->folder && n->names.n > 0)
		return -ENOTEMPTY;
	disk_change(d, last, NULL, NULL);
	return 0;
}

int
os_remove_tree(const char *path)
{
	struct node *n = (ready(), disk_find(path));
	int err = 0;

	while (n != NULL && n->folder && n->names.n > 0 && err == 0) {
		char *below = text_below(path, n->names.at[0].text);

		err = os_remove_tree(below);
		free(below);
	}
	if (n == NULL)
		return stopped ? -EIO : 0;
	return err == 0 ? os_unlink(path) : err;
}

/* Not counted: nothing depends on it but what is told. */
int
os_tree_size(const char *path, uint64_t *bytes)
{
	(void)path;
	*bytes = 0;
	return 0;
}

int
os_free_space(const char *path, uint64_t *bytes)
{
	(void)path;
	*bytes = UINT64_MAX;
	return 0;
}

int
os_list(const char *path, int (*each)(void *, const char *), void *arg)
{
	struct node *d = (ready(), disk_find(path));
	struct names copy = { 0 };
	int result = call(FAULT_ALL);

	if (result != 0 || d == NULL)
		return result != 0 ? result : -ENOENT;
	for (size_t i = 0; i < d->names.n; i++)
		names_put(&copy, d->names.at[i].text, d->names.at[i].node);
	for (size_t i = 0; i < copy.n && result == 0; i++)
		result = each(arg, copy.at[i].text);
	names_clear(&copy);
	free(copy.at);
	return result;
}

int
os_sync_dir(const char *path)
{
	struct node *d = (ready(), disk_find(path));
	int err = call(FAULT_SYNCS);

	if (err != 0 || d == NULL)
		return err != 0 ? err : -ENOENT;
	disk_sync_names(d, d->nchange);
	return 0;
}

/* Not counted: it has no way to say that it could not find out. */
bool
os_exists(const char *path)
{
	ready();
	return disk_find(path) != NULL;
}

bool
os_is_file(const char *path)
{
	return os_exists(path);
}

static int
sync_parent(const char *path)
{
	char *folder = text_folder(path);
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

int64_t
os_clock(void)
{
	return clock_now;
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
