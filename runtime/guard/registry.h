/* The programs that are to run when a machine was found to have moved: each
 * under a name of its own, for machines of a pattern (D4). */
#ifndef CG_REGISTRY_H
#define CG_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

struct registered {
	char *name, *match; /* of machines; "*": all */
	char **argv; /* ends with NULL */
};

struct registry {
	struct registered *v; /* by name */
	size_t n, cap;
};

/* All of them: 0 or -errno; -EBADMSG: one is damaged, which is named on
 * standard error. A folder that is not there has none. */
int registry_read(const char *folder, struct registry *);
void registry_free(struct registry *);

/* Is it a name one may have? */
bool registry_is_name(const char *);

/* Adds one, durably, whole or not at all: 0, -EEXIST or another -errno. The
 * folder above must be there. */
int registry_add(const char *folder, const struct registered *);
/* Removes one, durably: 0, -ENOENT or another -errno. */
int registry_remove(const char *folder, const char *name);

#endif
