/* The disk in memory that os_fault.c is built on: files and folders, each with
 * what a program sees and what is safe. Everything lives until the reset. */
#ifndef CG_FAULT_DISK_H
#define CG_FAULT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os_fault.h"

struct os_file;

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

/* n bytes as a text of its own, to be freed. */
char *text_copy(const char *, size_t n);

/* Sets n bytes from there on; the rest is cut off. */
void bytes_set(struct bytes *, size_t from, const char *, size_t n);

/* A name of a folder, or NULL; a name that means a node from now on, or none
 * (NULL); no names. */
struct name *names_find(struct names *, const char *);
void names_put(struct names *, const char *, struct node *);
void names_clear(struct names *);

/* A new, empty folder or file, without a name. */
struct node *disk_new(bool folder);

/* A change of a folder: the name means that node (NULL: it is gone), or the
 * node is renamed from it to another. */
void disk_change(struct node *folder, const char *name, struct node *,
    const char *to);

/* The folder path is in, and its last part; "." is the root. NULL: none. */
struct node *disk_parent(const char *path, const char **last);
/* What is at a path, or NULL. */
struct node *disk_find(const char *path);

/* The first changes of a folder are safe. */
void disk_sync_names(struct node *folder, size_t nchange);

/* The machine starts again; all is safe; all is gone but an empty root. */
void disk_restart(enum fault_fate, uint64_t seed);
void disk_settle(void);
void disk_reset(void);
/* Was there a reset yet? */
bool disk_is_there(void);

#endif
