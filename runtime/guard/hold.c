/*
 * Where is output that may never be shown? The first of it in memory, the rest
 * in a file that has no name: however this process ends, nothing of it is left
 * for anybody to take for a result.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "hold.h"
#include "text.h"

void
hold_begin(struct hold *h, const char *folder)
{
	*h = (struct hold){ .folder = folder, .fd = -1,
		.data = mem_alloc(HOLD_MEMORY, 1) };
}

static int
open_nameless(const char *folder)
{
	const char *tmp = getenv("TMPDIR");
	char *path = text_below(folder != NULL ? folder : tmp != NULL &&
	    tmp[0] == '/' ? tmp : "/tmp", "camprun-guard.XXXXXX");
	int fd = mkstemp(path), err = errno;

	if (fd >= 0) {
		unlink(path);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	free(path);
	return fd >= 0 ? fd : -err;
}

static int
write_all(int fd, const char *p, size_t n)
{
	ssize_t k;

	for (; n > 0; p += k, n -= (size_t)k) {
		k = write(fd, p, n);
		if (k < 0 && errno == EINTR)
			k = 0;
		else if (k < 0)
			return -errno;
	}
	return 0;
}

int
hold_add(struct hold *h, const char *p, size_t n)
{
	size_t k = HOLD_MEMORY - h->n < n ? HOLD_MEMORY - h->n : n;

	memcpy(h->data + h->n, p, k);
	h->n += k;
	h->size += n;
	if (k == n)
		return 0;
	if (h->fd < 0) {
		h->fd = open_nameless(h->folder);
		if (h->fd < 0)
			return h->fd;
	}
	return write_all(h->fd, p + k, n - k);
}

int
hold_release(struct hold *h, int to)
{
	char block[16384];
	int err = write_all(to, h->data, h->n);
	off_t at = 0;
	ssize_t n = 1;

	while (err == 0 && h->fd >= 0 && n > 0) {
		n = pread(h->fd, block, sizeof(block), at);
		if (n < 0)
			return -errno;
		err = write_all(to, block, (size_t)n);
		at += n;
	}
	return err;
}

void
hold_discard(struct hold *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
	h->n = 0;
	h->size = 0;
}

void
hold_end(struct hold *h)
{
	hold_discard(h);
	free(h->data);
	h->data = NULL;
}
