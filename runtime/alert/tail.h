/* The end of a journal that is being written: what is new since the last
 * look, each record once. Nothing is locked or written. */
#ifndef CG_TAIL_H
#define CG_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal.h"

struct os_file;

struct tail {
	struct os_file *file;
	uint64_t at; /* behind the last whole record */
	uint64_t count; /* records seen */
	uint32_t crc; /* checksum of the last one */
	bool begun; /* the first line was read */
	char *line, *text;
	size_t cap;
};

/* Opens STATE/journal: 0 or -errno. tail_close frees in any case. */
int tail_open(struct tail *, const char *state_dir);

/* Calls each for the whole records that are new, with a checksum that tells
 * it from any other record ever written there. 0; -EBADMSG: what stands there
 * is no such record; or another -errno. */
int tail_more(struct tail *, void (*each)(void *arg, const struct record *,
    uint32_t crc), void *arg);

void tail_close(struct tail *);

#endif
