/* The only calls of the runtime that touch disk, clock or processes. Tests
 * link another implementation that forgets, tears and refuses. All return 0 or
 * a negative errno unless said otherwise. */
#ifndef CG_OS_H
#define CG_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct os_file;

/* Opens to read and append; create: makes it if it is not there. */
int os_open(const char *path, bool create, struct os_file **);
/* Opens to read only, as one who may not write can. */
int os_open_read(const char *path, struct os_file **);
/* At most n bytes from offset at; *got is less only at the end of the file. */
int os_read_at(struct os_file *, uint64_t at, void *, size_t n, size_t *got);
/* Appends all n bytes (retries short writes). */
int os_append(struct os_file *, const void *, size_t n);
/* Whole content; *data is malloc'ed, NUL-terminated. */
int os_read_all(const char *path, char **data, size_t *n);
int os_truncate(struct os_file *, uint64_t size);
int os_sync(struct os_file *);
/* Also gives back its lock; NULL is ignored. */
void os_close(struct os_file *);
/* An exclusive lock that ends with the process; -EAGAIN if another has it. */
int os_lock(struct os_file *);
/* Is this open file still the one that path names? */
bool os_is_at(struct os_file *, const char *path);

int os_mkdir(const char *path);
int os_rename(const char *from, const char *to);
/* Removes a file or an empty folder. */
int os_unlink(const char *path);
/* Removes a folder (or file) and what is in it; none is no error. */
int os_remove_tree(const char *path);
/* Calls each with every name in a folder, in no order, but . and .. until it
 * returns non-zero, which is returned. */
int os_list(const char *path, int (*each)(void *, const char *name), void *);
/* How many bytes the files below it have; 0 if it is not there. */
int os_tree_size(const char *path, uint64_t *bytes);
/* How many bytes are free, for users, where it is. */
int os_free_space(const char *path, uint64_t *bytes);
int os_sync_dir(const char *path);
bool os_exists(const char *path);
bool os_is_file(const char *path); /* a plain one; follows links */
/* Writes a whole file beside path, syncs and renames it over path. */
int os_replace(const char *path, const void *data, size_t n);

/* Who this process is, and asking another one to stop. */
long os_pid(void);
int os_interrupt(long pid);

int64_t os_now(void); /* ns, for people: event times only */
int64_t os_clock(void); /* ns since some moment; never goes back */
void os_sleep(int64_t ns); /* or until a signal comes */

#endif
