/* The only calls of the runtime that touch disk, clock or processes. Tests
 * link another implementation that forgets, tears and refuses. All return 0 or
 * a negative errno unless said otherwise. */
#ifndef CG_OS_H
#define CG_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct os_file;

int os_open(const char *path, bool create, struct os_file **);
/* Appends all n bytes (retries short writes). */
int os_append(struct os_file *, const void *, size_t n);
/* Whole content; *data is malloc'ed, NUL-terminated. */
int os_read_all(const char *path, char **data, size_t *n);
int os_truncate(struct os_file *, uint64_t size);
int os_sync(struct os_file *);
void os_close(struct os_file *);
/* An exclusive lock that ends with the process; -EAGAIN if another has it. */
int os_lock(struct os_file *);

int os_mkdir(const char *path);
int os_rename(const char *from, const char *to);
int os_unlink(const char *path);
/* Removes a folder and what is in it. */
int os_remove_tree(const char *path);
int os_sync_dir(const char *path);
bool os_exists(const char *path);
/* Writes a whole file beside path, syncs and renames it over path. */
int os_replace(const char *path, const void *data, size_t n);

int64_t os_now(void); /* ns, for people: event times only */
void os_sleep(int64_t ns);

#endif
