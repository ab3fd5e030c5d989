/* A growing byte buffer that may drain into a stream. */
#ifndef CG_BUF_H
#define CG_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Zero-initialise. With out set, bytes go there in large writes and data is
 * only the part not yet written; the first write error is kept in err. */
struct buf {
	char *data;
	size_t len, cap;
	FILE *out;
	int err; /* errno of the first failed write, or 0 */
};

/* Each appends; none fails but by lack of memory, which ends the program, or
 * in err. */
void buf_add(struct buf *, const char *, size_t);
void buf_str(struct buf *, const char *);
void buf_char(struct buf *, char);
void buf_uint(struct buf *, uint64_t); /* decimal */
void buf_printf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Text escaped for XML content and double-quoted attributes. */
void buf_xml(struct buf *, const char *, size_t);

/* A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void buf_json(struct buf *, const char *, size_t);

/* Writes what is left to out; false (and err) if any write failed. */
bool buf_flush(struct buf *);
void buf_free(struct buf *);

#endif
