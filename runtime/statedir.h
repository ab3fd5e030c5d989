/* The state directory of a run: there completely, or not at all (DESIGN 7).
 * It is prepared as DIR.prepare and renamed when all of it is on disk. Holds
 * `lock`, `options` (lines key=value), `journal`, copies of what the run was
 * started with, and whatever the driver keeps.
 *
 * Results are 0 or -errno. What a person must decide is reported (J010...)
 * and gives -EEXIST (there is a run already), -ENOENT (there is none), -EAGAIN
 * (another runtime is at work) or -EBADMSG (it is no state directory, newer,
 * or damaged). What comes without a finding is the caller's to report. */
#ifndef CG_STATEDIR_H
#define CG_STATEDIR_H

#include <stddef.h>
#include <stdio.h>

struct diag;
struct statedir;

/* Begins a new one beside its place; one that was left half-prepared is
 * emptied. Locked from here on. */
int statedir_prepare(const char *dir, struct diag *, struct statedir **);

/* Before the commit: an option, remembered in the order of the calls. Keys are
 * lower-case letters, digits, "-", "_" and "."; values have no line feed:
 * otherwise -EINVAL. */
int statedir_set(struct statedir *, const char *key, const char *value);

/* Before the commit: a file with these bytes, or with all that a stream has,
 * which is rewound first. Synced; its length and checksum are remembered. */
int statedir_add(struct statedir *, const char *name, const void *, size_t);
int statedir_add_stream(struct statedir *, const char *name, FILE *);

/* Gives it its name, durably. There must be a journal by now, written below
 * statedir_path, and may be folders of the driver, synced by it. */
int statedir_commit(struct statedir *);

/* Opens an existing one and locks it; checks that the added files are as they
 * were. */
int statedir_open(const char *dir, struct diag *, struct statedir **);
/* The same for those who only look, also at one that is in use. */
int statedir_look(const char *dir, struct diag *, struct statedir **);

/* The value of an option, or NULL. Owned by the state directory. */
const char *statedir_get(const struct statedir *, const char *key);

/* Where it is now: DIR.prepare before the commit, then DIR. */
const char *statedir_path(const struct statedir *);
/* The path of something in it, malloc'ed. */
char *statedir_file(const struct statedir *, const char *name);

/* Gives back the lock and frees; what was prepared and not committed is
 * removed. NULL is ignored. */
void statedir_close(struct statedir *);

#endif
