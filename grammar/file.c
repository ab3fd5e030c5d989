/*
 * How does an output replace a file so that nobody ever sees half of it? It
 * is written beside its place, synced, renamed, and the folder is synced.
 * What goes to standard output is held back until all of it is known good.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "text.h"

/* The permissions the path has now, or those a new file gets. */
static mode_t
wanted_mode(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* The name of a file that need not be there yet, free of links and dots. */
static char *
resolve_new(const char *path)
{
	char *folder = text_join(path, ""), *slash = strrchr(folder, '/');
	const char *name = slash == NULL ? path : path + (slash - folder) + 1;
	char *real, *all;

	if (slash != NULL)
		slash[1] = '\0';
	real = realpath(slash == NULL ? "." : folder, NULL);
	free(folder);
	if (real == NULL)
		return text_join(path, "");
	all = text_below(real, name);
	free(real);
	return all;
}

/* What a symbolic link to nothing says, seen from its folder; or NULL. */
static char *
link_target(const char *path)
{
	char text[4096], *folder, *slash, *all;
	ssize_t n = readlink(path, text, sizeof(text) - 1);

	if (n < 0)
		return NULL;
	text[n] = '\0';
	if (text[0] == '/')
		return text_join(text, "");
	folder = text_join(path, "");
	slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[1] = '\0';
	all = text_join(slash == NULL ? "" : folder, text);
	free(folder);
	return all;
}

/* A symbolic link is followed, so that what it names is replaced, also where
 * that is not there yet. */
static char *
resolve(const char *path)
{
	char *real = realpath(path, NULL), *next, *now = text_join(path, "");
	int depth = 0;

	while (real == NULL && depth++ < 40 &&
	    (next = link_target(now)) != NULL) {
		free(now);
		now = next;
	}
	if (real == NULL)
		real = resolve_new(now);
	free(now);
	return real;
}

static int
open_temp(struct file_out *f)
{
	int fd = mkstemp(f->temp), err;

	if (fd < 0)
		return -errno;
	if (fchmod(fd, wanted_mode(f->path)) == 0)
		f->stream = fdopen(fd, "w");
	if (f->stream != NULL)
		return 0;
	err = errno;
	close(fd);
	unlink(f->temp);
	return -err;
}

int
file_create(struct file_out *f, const char *path)
{
	struct stat st;
	int err;

	memset(f, 0, sizeof(*f));
	if (strcmp(path, "-") == 0) {
		f->stream = tmpfile();
		return f->stream == NULL ? -errno : 0;
	}
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		/* a device or pipe cannot be replaced, only written to */
		f->stream = fopen(path, "w");
		f->direct = 1;
		return f->stream == NULL ? -errno : 0;
	}
	f->path = resolve(path);
	f->temp = text_join(f->path, ".XXXXXX");
	err = open_temp(f);
	if (err != 0) {
		free(f->path);
		free(f->temp);
		memset(f, 0, sizeof(*f));
	}
	return err;
}

int
file_same(const struct file_out *a, const struct file_out *b)
{
	return a->path != NULL && b->path != NULL &&
	    strcmp(a->path, b->path) == 0;
}

static int
copy_out(FILE *from)
{
	char block[65536];
	size_t n;

	if (fflush(from) != 0)
		return -errno;
	rewind(from);
	while ((n = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, n, stdout) != n)
			return -errno;
	if (ferror(from))
		return -EIO;
	return fflush(stdout) == 0 ? 0 : -errno;
}

static int
sync_folder(const char *path)
{
	char *folder = text_folder(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY), err = 0;

	/* Some file systems cannot sync a folder; the rename stands. */
	if (fd >= 0) {
		if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
			err = -errno;
		close(fd);
	}
	free(folder);
	return err;
}

int
file_commit(struct file_out *f)
{
	int err = 0;

	if (f->temp == NULL) {
		if (!f->direct)
			err = copy_out(f->stream);
		else if (fflush(f->stream) != 0)
			err = -errno;
		file_abandon(f);
		return err;
	}
	if (fflush(f->stream) != 0 || fsync(fileno(f->stream)) != 0)
		err = -errno;
	if (fclose(f->stream) != 0 && err == 0)
		err = -errno;
	f->stream = NULL;
	if (err == 0 && rename(f->temp, f->path) != 0)
		err = -errno;
	if (err != 0)
		unlink(f->temp);
	else
		err = sync_folder(f->path);
	free(f->temp);
	free(f->path);
	memset(f, 0, sizeof(*f));
	return err;
}

int
file_commit_buf(struct file_out *f, struct buf *b)
{
	if (buf_flush(b))
		return file_commit(f);
	file_abandon(f);
	return -b->err;
}

void
file_abandon(struct file_out *f)
{
	if (f->stream != NULL)
		fclose(f->stream);
	if (f->temp != NULL)
		unlink(f->temp);
	free(f->temp);
	free(f->path);
	memset(f, 0, sizeof(*f));
}
