/* The other side of teller.h: a process that answers. */
#ifndef CG_TOLD_H
#define CG_TOLD_H

#include <stdint.h>

#include "teller.h"

enum { QUESTION = 8192 }; /* most bytes of one */

enum asks { ASKS_RUNS, ASKS_MACHINE };

struct told { /* an answer */
	enum running runs; /* of a machine: RUNS, it is known */
	uint64_t visit;
	struct machine machine;
};

/* Answers questions until the other side of the socket is closed: a byte of
 * enum asks, the URI and the domain, both ending with NUL. */
void told_serve(int fd);

/* Of what a host says of its hardware: the text of an entry of a part, or "";
 * and what its maker did not fill in is nothing. */
void told_entry(const char *sysinfo, const char *part, const char *entry,
    char *text, size_t n);

#endif
