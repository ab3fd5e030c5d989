/*
 * What does the runtime ask of the system? The only calls that touch disk,
 * clock or processes are here; the tests link another implementation. Nothing
 * is retried but what a signal interrupted: a sync that failed once says
 * nothing when it is repeated, so its caller must stop.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "os.h"
#include "text.h"

struct os_file {
	int fd;
};

static int
open_with(const char *path, int flags, struct os_file **out)
{
	int fd;

	*out = NULL;
	do
		fd = open(path, flags | O_CLOEXEC, 0666);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -errno;
	*out = mem_alloc(1, sizeof(**out));
	(*out)->fd = fd;
	return 0;
}

int
os_open(const char *path, bool create, struct os_file **out)
{
	return open_with(path, O_RDWR | O_APPEND | (create ? O_CREAT : 0), out);
}

int
os_open_read(const char *path, struct os_file **out)
{
	return open_with(path, O_RDONLY, out);
}

int
os_read_at(struct os_file *f, uint64_t at, void *data, size_t n, size_t *got)
{
	ssize_t k;

	for (*got = 0; *got < n; *got += (size_t)k) {
		k = pread(f->fd, (char *)data + *got, n - *got,
		    (off_t)(at + *got));
		if (k < 0 && errno == EINTR)
			k = 0;
		else if (k < 0)
			return -errno;
		else if (k == 0)
			break;
	}
	return 0;
}

int
os_append(struct os_file *f, const void *data, size_t n)
{
	const char *p = data;
	ssize_t k;

	for (; n > 0; p += k, n -= (size_t)k) {
		k = write(f->fd, p, n);
		if (k < 0 && errno == EINTR)
			k = 0;
		else if (k < 0)
			return -errno;
		else if (k == 0)
			return -EIO;
	}
	return 0;
}

int
os_read_all(const char *path, char **data, size_t *n)
{
	struct os_file *f;
	size_t cap = 0, got = 0;
	int err = os_open_read(path, &f);

	*data = NULL;
	*n = 0;
	if (err != 0)
		return err;
	do {
		cap = cap * 2 + 65536;
		*data = mem_realloc(*data, cap, 1);
		err = os_read_at(f, *n, *data + *n, cap - *n - 1, &got);
		*n += got;
	} while (err == 0 && *n == cap - 1);
	os_close(f);
	if (err != 0) {
		free(*data);
		*data = NULL;
		*n = 0;
		return err;
	}
	(*data)[*n] = '\0';
	return 0;
}

int
os_truncate(struct os_file *f, uint64_t size)
{
	while (ftruncate(f->fd, (off_t)size) != 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int
os_sync(struct os_file *f)
{
	while (fdatasync(f->fd) != 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

void
os_close(struct os_file *f)
{
	if (f == NULL)
		return;
	close(f->fd);
	free(f);
}

/* flock(2): it belongs to this opening of the file, so it ends with the
 * process however that ends, and works between two openings in one. */
int
os_lock(struct os_file *f)
{
	while (flock(f->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return -EAGAIN;
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

bool
os_is_at(struct os_file *f, const char *path)
{
	struct stat a, b;

	return fstat(f->fd, &a) == 0 && stat(path, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int
os_mkdir(const char *path)
{
	return mkdir(path, 0777) == 0 ? 0 : -errno;
}

int
os_rename(const char *from, const char *to)
{
	return rename(from, to) == 0 ? 0 : -errno;
}

int
os_unlink(const char *path)
{
	return remove(path) == 0 ? 0 : -errno;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *w)
{
	(void)st;
	(void)type;
	(void)w;
	return remove(path) == 0 || errno == ENOENT ? 0 : -errno;
}

int
os_remove_tree(const char *path)
{
	int err = nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	if (err == -1)
		err = errno == ENOENT ? 0 : -errno;
	return err;
}

static uint64_t tree_size; /* nftw hands nothing on */

static int
add_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)path;
	(void)at;
	if (flag == FTW_F && st->st_size > 0)
		tree_size += (uint64_t)st->st_size;
	return 0;
}

int
os_tree_size(const char *path, uint64_t *bytes)
{
	int err;

	tree_size = 0;
	err = nftw(path, add_one, 16, FTW_PHYS);
	*bytes = tree_size;
	return err == -1 && errno != ENOENT ? -errno : 0;
}

int
os_free_space(const char *path, uint64_t *bytes)
{
	struct statvfs st;

	if (statvfs(path, &st) != 0)
		return -errno;
	*bytes = (uint64_t)st.f_bavail * st.f_frsize;
	return 0;
}

int
os_list(const char *path, int (*each)(void *, const char *), void *arg)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int result = 0;

	if (dir == NULL)
		return -errno;
	while (result == 0) {
		errno = 0;
		e = readdir(dir);
		if (e == NULL) {
			result = -errno;
			break;
		}
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			result = each(arg, e->d_name);
	}
	closedir(dir);
	return result;
}

int
os_sync_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	while (fsync(fd) != 0)
		if (errno != EINTR) {
			err = -errno;
			break;
		}
	close(fd);
	/* Some file systems cannot sync a folder, and need not. */
	return err == -EINVAL ? 0 : err;
}

bool
os_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool
os_is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int
sync_parent(const char *path)
{
	char *folder = text_folder(path);
	int err = os_sync_dir(folder);

	free(folder);
	return err;
}

static int
write_beside(const char *temp, const void *data, size_t n)
{
	struct os_file *f;
	int err = open_with(temp, O_RDWR | O_APPEND | O_CREAT | O_TRUNC, &f);

	if (err != 0)
		return err;
	err = os_append(f, data, n);
	if (err == 0)
		err = os_sync(f);
	os_close(f);
	return err;
}

int
os_replace(const char *path, const void *data, size_t n)
{
	size_t len = strlen(path);
	char *temp = mem_alloc(len + 5, 1);
	int err;

	memcpy(temp, path, len);
	memcpy(temp + len, ".new", 5);
	err = write_beside(temp, data, n);
	if (err == 0)
		err = os_rename(temp, path);
	if (err == 0)
		err = sync_parent(path);
	else
		unlink(temp);
	free(temp);
	return err;
}

long
os_pid(void)
{
	return (long)getpid();
}

int
os_interrupt(long pid)
{
	return kill((pid_t)pid, SIGINT) == 0 ? 0 : -errno;
}

int64_t
os_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t
os_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A signal ends the sleep early: whoever sent it wants to be noticed. */
void
os_sleep(int64_t ns)
{
	struct timespec t = { ns / 1000000000, (long)(ns % 1000000000) };

	if (ns > 0)
		nanosleep(&t, NULL);
}
