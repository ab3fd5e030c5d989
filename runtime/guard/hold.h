/* What a program says, held back until somebody decides. */
#ifndef CG_HOLD_H
#define CG_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HOLD_MEMORY = 65536 }; /* more goes to a file without a name */

struct hold {
	const char *folder; /* where that file is; NULL: where files of the
	                     * moment are */
	char *data;
	size_t n;
	int fd; /* -1: all is in memory */
	uint64_t size;
};

void hold_begin(struct hold *, const char *folder);
/* 0 or -errno. */
int hold_add(struct hold *, const char *, size_t);
/* Writes all of it to a file: 0 or -errno. */
int hold_release(struct hold *, int to);
/* Forgets all of it; it can be added to again. */
void hold_discard(struct hold *);
void hold_end(struct hold *);

#endif
