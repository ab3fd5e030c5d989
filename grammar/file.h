/* Replacing a file atomically or not at all. */
#ifndef CG_FILE_H
#define CG_FILE_H

#include <stdio.h>

struct buf;

/* An output that replaces its path when committed. */
struct file_out {
	FILE *stream;
	char *path, *temp; /* NULL: standard output, or a device */
	int direct; /* the stream is the device itself */
};

/* Opens a temporary file beside path, or standard output for "-" (whose
 * bytes are held back in an unlinked file until commit). 0 or -errno. */
int file_create(struct file_out *, const char *path);

/* Would both replace the same file? */
int file_same(const struct file_out *, const struct file_out *);

/* Syncs, renames over path, syncs the folder. 0 or -errno; on failure the
 * temporary file is gone and path is as it was. */
int file_commit(struct file_out *);

/* What is still in the buffer of that stream first; given up if not all of it
 * was written. 0 or -errno. */
int file_commit_buf(struct file_out *, struct buf *);

/* Gives the output up; path is as it was. */
void file_abandon(struct file_out *);

#endif
