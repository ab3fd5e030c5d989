/* Reading a journal from its beginning, and finding where it ends. */
#ifndef CG_JOURNAL_SCAN_H
#define CG_JOURNAL_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "journal.h"

struct os_file;

/* The first line of every journal, and the seed of the first record. */
#define JOURNAL_MAGIC "camprun-journal "
enum { JOURNAL_VERSION = 1 };

struct scan { /* in */
	struct os_file *file;
	const char *path; /* for messages */
	struct diag *diag;
	bool (*each)(void *, const struct record *);
	void *arg;
	/* out */
	uint64_t count; /* whole records */
	uint64_t good, size; /* end of the last whole record, of the file */
	uint32_t crc; /* checksum of the last whole record */
};

/* Calls each for the records that count. What is behind good was torn off by
 * a crash. 0, -EBADMSG with a finding reported, or another -errno. */
int journal_scan(struct scan *);

#endif
